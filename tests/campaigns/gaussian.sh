#!/bin/bash
# The Gaussian benchmark of DSBM (Shi et al. 2023, table 3): N(-.1, I) to N(.1, I), sigma 1, 10,000 training rows a side, 10,000 fresh rows moved in 20 steps
# both ways; the KL of Gaussians fitted at the 21 times against the exact marginals, coordinates on their own and summed, mean over times and both
# ways. Beside it two columns that need no network: the exact drift, and the closed-form bridge of the moments of the training rows.
# gaussian.sh BIN [RESULT]: writes RESULT (default: gaussian.tsv beside this script) and prints the table. DM_DIMS, DM_SEEDS: a part of it.
source "$(dirname "$0")/lib.sh"
dims=${DM_DIMS:-5 20 50} seeds=${DM_SEEDS:-1 2 3 4 5}
options=(--sigma 1 --half-iterations 6 --steps 2000 --simulation-steps 20 --weight-decay 0.3)
export OMP_NUM_THREADS=1

vector() { awk -v d="$1" -v m="$2" 'BEGIN { printf "["; for (i = 0; i < d; i++) printf "%s%s", i ? "," : "", m; print "]" }'; }

moved() {  # NAME MODEL DIMENSION SEED: mean path-kl of both ways, path energy forward
  local way kl=()
  for way in forward backward; do
    dm-sample "$2" --from "test-$([[ $way == forward ]] && echo 0 || echo 1)-$3-$4.h5" --direction $way --steps 20 --path --seed "$4" -q -f -o "moved-$1-$3-$4.h5"
    dm-eval "moved-$1-$3-$4.h5" --metrics "$(cat "metrics-$3.json")" --json -q >"$1-$3-$4-$way.json"
    kl+=("$(grep -o '"path-kl":{"value":[-0-9.e+]*' "$1-$3-$4-$way.json" | cut -d: -f3)")
  done
  rm "moved-$1-$3-$4.h5"
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$3" "$4" "$(awk -v a="${kl[0]}" -v b="${kl[1]}" 'BEGIN { print (a + b) / 2 }')" \
    "$(grep -o '"path-energy":{"value":[-0-9.e+]*' "$1-$3-$4-forward.json" | cut -d: -f3)"
}

run() {  # DIMENSION SEED
  local d=$1 seed=$2 side method
  for side in 0 1; do
    dm-sample "law-$side-$d.json" -n 10000 --seed $((10 * seed + side)) -q -o "train-$side-$d-$seed.h5"
    dm-sample "law-$side-$d.json" -n 10000 --seed $((10 * seed + side + 5)) -q -o "test-$side-$d-$seed.h5"
  done
  moved exact "exact-$d.json" "$d" "$seed"
  dm-ipf "train-0-$d-$seed.h5" "train-1-$d-$seed.h5" --method gaussian --sigma 1 -q -o "moments-$d-$seed.h5"
  moved moments "moments-$d-$seed.h5" "$d" "$seed"
  for method in dsbm-imf dsbm-ipf; do
    dm-dsbm "train-0-$d-$seed.h5" "train-1-$d-$seed.h5" --method $method "${options[@]}" --seed "$seed" -q -o "$method-$d-$seed.model"
    moved $method "$method-$d-$seed.model" "$d" "$seed"
  done
}

for d in $dims; do
  for side in 0 1; do
    echo "{\"density\": {\"type\": \"gaussian\", \"mean\": $(vector "$d" "$([[ $side == 0 ]] && echo -0.1 || echo 0.1)"), \"covariance\": 1}}" >"law-$side-$d.json"
  done
  bridge="{\"type\": \"gaussian\", \"mean0\": $(vector "$d" -0.1), \"mean1\": $(vector "$d" 0.1), \"sigma\": 1}"
  echo "{\"bridge\": $bridge}" >"exact-$d.json"
  echo "[{\"type\": \"path-kl\", \"bridge\": $bridge}, \"path-energy\"]" >"metrics-$d.json"
done
export -f run moved
export options_text="${options[*]}"
for d in $dims; do for seed in $seeds; do echo run "$d" "$seed"; done; done |
  xargs -P "${DM_JOBS:-2}" -L 1 bash -euo pipefail -c 'read -ra options <<<"$options_text"; "$@"' _ >lines

{
  echo "# command: make campaign-gaussian"
  echo "# version: $(dm-dsbm --version)"
  echo "# dm-dsbm options: ${options[*]}, else the defaults"
  echo "# dimensions: $dims; seeds: $seeds"
  echo "# wall time: $((SECONDS - start)) s"
  echo "# method, dimension, seed, mean KL, path energy forward"
  sort -t "$(printf '\t')" -k2,2n -k1,1 -k3,3n lines
} >"$result"
"$here/gaussian-table.sh" "$result"
