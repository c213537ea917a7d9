#!/bin/bash
# The samplers side by side with the exact score: the mixture of nine modes of the DDIM tutorial, VE from sigma 80 to .002, 10,000 rows, seeds 1 to 10.
# For each sampler and budget of evaluations a row: max-sw2 (100 directions) against 10,000 fresh rows, total variation of the modes' weights, mean variance within a
# mode (truth .1), and the share of rows out of every mode. Floors: the same between ten pairs of independent sets.
# samplers.sh BIN [RESULT]: writes RESULT (default: samplers.tsv beside this script) and prints the table. About 15 minutes on two cores.
source "$(dirname "$0")/lib.sh"
seeds=${DM_SEEDS:-1 2 3 4 5 6 7 8 9 10} budgets=${DM_BUDGETS:-6 8 10 15 20 30 50 100} n=${DM_ROWS:-10000}
export n OMP_NUM_THREADS=1

weights='[0.6439377, 0.3225157, 0.1934937, 0.8864933, 0.7247435, 0.1919301, 0.3451309, 0.2523831, 0.6319014]'
means='[[-10,-10],[0,-10],[10,-10],[-10,0],[0,0],[10,0],[-10,10],[0,10],[10,10]]'
echo "{\"density\": {\"type\": \"gaussian_mixture\", \"weights\": $weights, \"means\": $means, \"covariances\": 0.1}}" >nine.json
export metrics="[{\"type\": \"max-sw2\", \"projections\": 100}, {\"type\": \"mode-weights\", \"weights\": $weights, \"means\": $means}]"

# name, evaluations of k steps as A k + B, flags
cat >samplers <<'TABLE'
ddim	1	0	--sampler ddim
ddim-eta1	1	0	--sampler ddim --eta 1
heun	2	-1	--sampler heun
heun-churn	2	-1	--sampler heun --s-churn 10 --s-min 0.05 --s-max 50
dpmpp-2s	2	-1	--sampler dpmpp-2s
dpmpp-3s	3	-2	--sampler dpmpp-3s
dpmpp-2m	1	0	--sampler dpmpp-2m
dpmpp-2m-sde	1	0	--sampler dpmpp-2m --eta 1
dpmpp-3m	1	2	--sampler dpmpp-3m
euler-maruyama	1	0	--sampler euler-maruyama --grid log-snr
pc	2	0	--sampler ancestral --corrector langevin
TABLE

measured() {  # FILE REFERENCE: max-sw2, TV, mean variance, out of mode, tab-separated
  dm-eval "$1" "$2" --metrics "$metrics" --floor none --json -q | awk '{
    match($0, /"max-sw2":\{"value":[-0-9.e+]+/); sw = substr($0, RSTART + 19, RLENGTH - 19)
    match($0, /"mode-weights":\{"value":[-0-9.e+]+/); tv = substr($0, RSTART + 24, RLENGTH - 24)
    match($0, /"variances":\[[^]]*/); m = split(substr($0, RSTART + 13, RLENGTH - 13), v, ",")
    for (i = 1; i <= m; i++) if (v[i] != "null") { s += v[i]; k++ }
    match($0, /"out_of_mode":[-0-9.e+]+/); out = substr($0, RSTART + 14, RLENGTH - 14)
    printf "%.6g\t%.6g\t%.6g\t%.6g\n", sw, tv, s / k, out }'
}

run() {  # NAME BUDGET STEPS EVALUATIONS SEED FLAGS...
  local at="$1-$2-$5"
  dm-sample nine.json -n "$n" --steps "$3" --seed "$5" "${@:6}" -q -o "$at.h5"
  printf 'run\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$4" "$5" "$(measured "$at.h5" "fresh-$5.h5")"
  rm "$at.h5"
}

floor() {  # PAIR
  dm-data make ninemodes -n "$n" --seed "$((300 + $1))" -o "floor-a-$1.h5"
  dm-data make ninemodes -n "$n" --seed "$((400 + $1))" -o "floor-b-$1.h5"
  printf 'floor\tfloor\t0\t0\t%s\t%s\n' "$1" "$(measured "floor-a-$1.h5" "floor-b-$1.h5")"
}

export -f run floor measured
for seed in $seeds; do dm-data make ninemodes -n "$n" --seed "$((200 + seed))" -o "fresh-$seed.h5"; done
{
  for pair in 1 2 3 4 5 6 7 8 9 10; do echo floor "$pair"; done
  while IFS=$'\t' read -r name a b flags; do
    for budget in $budgets; do
      steps=$(((budget - b) / a))
      for seed in $seeds; do echo run "$name" "$budget" "$steps" "$((a * steps + b))" "$seed" "$flags"; done
    done
  done <samplers
} | xargs -P 2 -L 1 bash -euo pipefail -c '"$@"' _ >lines

{
  echo "# command: make campaign-samplers"
  echo "# version: $(dm-sample --version)"
  echo "# rows: $n; seeds: $seeds; floor: pairs 1 to 10"
  echo "# wall time: $((SECONDS - start)) s"
  echo "# kind, sampler, budget, evaluations, seed, max-sw2, mode weights' TV, variance in a mode, share out of mode"
  sort -t "$(printf '\t')" -k1,1 -k2,2 -k3,3n -k5,5n lines
} >"$result"
"$here/samplers-picture.sh" "$result"
"$here/samplers-table.sh" "$result"
