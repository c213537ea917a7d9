#!/bin/bash
# The nine modes of the DDIM tutorial, learned with the default network and optimiser on 20,000 rows, seeds 1 to 3.
#   edm    the defaults throughout, sampled with Heun (the default, 64 steps) and with dpmpp-2m --eta 1 in 64 steps
#   ncsn   the tutorial's levels and their law: sigma = exp(1.2 z - .5) cut to [.02, 10]; sampled with the same two from sigma 10
#   dsm    one level, sigma = 1
# For dsm and ncsn the loss on 5,000 rows held out, beside its floor under the exact score; for the others, of 10,000 samples, the total variation of the modes'
# weights, the mean variance within a mode (truth .1) and the share of rows farther than 2 from every mode.
# The tutorial's levels are in data units; the codec divides the data by their pooled standard deviation, about 7.82, which is read off the rows: sigma is divided by it, and
# the loss of dsm, whose weight is 1 / sigma^2, comes back by its square. The loss of ncsn has no unit.
# ninemodes.sh BIN [RESULT]: writes RESULT (default: ninemodes.tsv beside this script) and prints the table. About 10 minutes on two cores.
source "$(dirname "$0")/lib.sh"
seeds=${DM_SEEDS:-1 2 3}
export OMP_NUM_THREADS=1

weights='[0.6439377, 0.3225157, 0.1934937, 0.8864933, 0.7247435, 0.1919301, 0.3451309, 0.2523831, 0.6319014]'
means='[[-10,-10],[0,-10],[10,-10],[-10,0],[0,0],[10,0],[-10,10],[0,10],[10,10]]'
export weights means

modes() {  # FILE REFERENCE RADIUS: TV, mean variance, share out of mode
  dm-eval "$1" "$2" --metrics "[{\"type\": \"mode-weights\", \"radius\": $3, \"weights\": $weights, \"means\": $means}]" --floor none --json -q | awk '{
    match($0, /"mode-weights":\{"value":[-0-9.e+]+/); tv = substr($0, RSTART + 24, RLENGTH - 24)
    match($0, /"variances":\[[^]]*/); m = split(substr($0, RSTART + 13, RLENGTH - 13), v, ",")
    for (i = 1; i <= m; i++) if (v[i] != "null") { s += v[i]; k++ }
    match($0, /"out_of_mode":[-0-9.e+]+/); print tv, s / k, substr($0, RSTART + 14, RLENGTH - 14) }'
}

sampled() {  # OBJECTIVE SEED SAMPLER FLAGS...
  local at="$1-$2-$3" tv variance out
  dm-sample "$1-$2.h5" -n 10000 --seed "$2" "${@:4}" -q -o "$at.h5"
  read -r tv variance out < <(modes "$at.h5" "fresh-$2.h5" 5)
  read -r _ _ out < <(modes "$at.h5" "fresh-$2.h5" 2)
  printf 'samples\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$3" "$2" "$tv" "$variance" "$out"
}

loss() {  # OBJECTIVE SEED FACTOR
  dm-data import "$1-$2.h5:/held_out" -q -o "$1-$2-loss.h5"
  printf 'loss\t%s\t-\t%s\t%s\n' "$1" "$2" "$(dm-data export "$1-$2-loss.h5" | awk -v f="$3" 'END { print f * $1 }')"
}

run() {  # OBJECTIVE SEED
  local seed=$2 rows="rows-$1-$2.h5" scale two=(--sampler dpmpp-2m --eta 1 --steps 64) levels=()
  dm-data make ninemodes -n 20000 --seed "$seed" -o "$rows"
  [[ -e fresh-$seed.h5 ]] || dm-data make ninemodes -n 10000 --seed "$((seed + 200))" -o "fresh-$seed.h5" -f
  scale=$(dm-data export "$rows" | awk -F, 'NR > 1 { n++; for (j = 1; j <= 2; j++) { s[j] += $j; q[j] += $j * $j } }
    END { for (j = 1; j <= 2; j++) v += (q[j] / n - (s[j] / n) ^ 2) / 2; printf "%.10g", sqrt(v) }')
  in_units() { awk -v x="$1" -v s="$scale" 'BEGIN { printf "%.10g", x / s }'; }
  case $1 in
    edm) dm-train "$rows" --seed "$seed" -q -o "edm-$seed.h5" ;;
    dsm) dm-train "$rows" --seed "$seed" --held-out 0.25 --objective dsm-level --set objective.sigma="$(in_units 1)" -q -o "dsm-$seed.h5" ;;
    ncsn)
      dm-train "$rows" --seed "$seed" --held-out 0.25 --objective ncsn --set objective.law=log-normal --set objective.reduction=sum \
        --set objective.p_mean="$(awk -v s="$scale" 'BEGIN { printf "%.10g", -0.5 - log(s) }')" --set objective.sigma_min="$(in_units 0.02)" \
        --set objective.sigma_max="$(in_units 10)" -q -o "ncsn-$seed.h5"
      levels=(--grid karras --sigma-max "$(in_units 10)")
      ;;
  esac
  if [[ $1 != edm ]]; then loss "$1" "$seed" "$(awk -v o="$1" -v s="$scale" 'BEGIN { printf "%.10g", o == "dsm" ? 1 / s ^ 2 : 1 }')"; fi
  if [[ $1 != dsm ]]; then
    sampled "$1" "$seed" heun "${levels[@]}"
    sampled "$1" "$seed" dpmpp-2m-sde "${two[@]}" "${levels[@]}"
  fi
}

export -f run loss sampled modes
for seed in $seeds; do for objective in edm ncsn dsm; do echo run "$objective" "$seed"; done; done | xargs -P "${DM_JOBS:-2}" -L 1 bash -euo pipefail -c '"$@"' _ >lines

{
  echo "# command: make campaign-ninemodes"
  echo "# version: $(dm-train --version)"
  echo "# seeds: $seeds"
  echo "# wall time: $((SECONDS - start)) s"
  echo "# loss, objective, -, seed, loss on held-out rows; samples, objective, sampler, seed, mode weights' TV, variance in a mode, share out of mode"
  sort -t "$(printf '\t')" -k1,1 -k2,2 -k3,3 -k4,4n lines
} >"$result"
"$here/ninemodes-table.sh" "$result"
