#!/bin/bash
# The plane benchmark of bridges and flows, sets and scales of the runner of Tong et al. (2023): N(0, I) and moons to eight Gaussians of standard deviation 1,
# N(0, I) to moons and to the S; sigma 1, 5,000 training rows a side. Five transports a pair: the static plan by Sinkhorn's algorithm, its bridge learned by
# dsbm-imf and dsbm-ipf, and the flows of ot-cfm and sb-cfm. Three times 5,000 fresh starts are moved and compared by W2 with as many fresh rows of the target,
# beside the mean floor of twenty pairs of independent sets; the energy of the bridges' paths is that of the same moves. Half an hour on one core.
# plane.sh BIN [RESULT]: writes RESULT (default: plane.tsv beside this script) and prints the table. DM_PAIRS, DM_SEEDS, DM_JOBS: a part of it, processes.
set -euo pipefail
export LC_ALL=C
PATH=$(cd "$1" && pwd):$PATH
here=$(cd "$(dirname "$0")" && pwd)
result=${2:-$here/plane.tsv}
folder=$(mktemp -d "${TMPDIR:-/tmp}/dmkit-plane-XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
start=$SECONDS
pairs=${DM_PAIRS:-normal-8gaussians moons-8gaussians normal-moons normal-scurve} seeds=${DM_SEEDS:-1 2 3}
export OMP_NUM_THREADS=1

cat >run.json <<'J'
{
  "dm-ipf": {"sigma": 1},
  "dm-dsbm:dsbm-imf": {"sigma": 1, "method": {"type": "dsbm-imf", "half_iterations": 8, "steps": 2000, "simulation_steps": 60}, "network": {"type": "mlp", "width": 128}},
  "dm-dsbm:dsbm-ipf": {"sigma": 1, "method": {"type": "dsbm-ipf", "half_iterations": 16, "steps": 1000, "simulation_steps": 60}, "network": {"type": "mlp", "width": 128}},
  "dm-dsbm:ot-cfm": {"method": {"type": "ot-cfm", "steps": 16000}, "batch": 128, "network": {"type": "mlp", "width": 128}},
  "dm-dsbm:sb-cfm": {"sigma": 1, "method": {"type": "sb-cfm", "steps": 20000}, "network": {"type": "mlp", "width": 128}},
  "dm-sample:bridge": {"sampler": "euler-maruyama", "steps": 20, "final": "step"},
  "dm-sample:flow": {"sampler": "heun", "steps": 32}
}
J
echo '{"density": {"type": "gaussian", "mean": [0, 0], "covariance": 1}}' >normal.json

# Training rows, starts, fresh rows and the floors' rows have seeds of their own; pairs with the same set share its rows.
rows() {  # SET SEED OUTPUT
  if [[ $1 == normal ]]; then
    dm-sample normal.json -n 5000 --seed "$2" -q -o "$3"
  else
    dm-data make "$1-tcfm" -n 5000 --seed "$2" -q -o "$3"
  fi
}
value() { grep -o "\"$1\":{\"value\":[-0-9.e+]*" | cut -d: -f3; }

run() {  # PAIR SEED
  local pair=$1 seed=$2 method k at moved
  local from=${pair%-*} to=${pair#*-}
  rows "$from" $((1000 * seed)) first.h5
  rows "$to" $((1000 * seed + 1)) second.h5
  for k in 1 2 3; do
    rows "$from" $((1000 * seed + 10 * k)) "starts-$k.h5"
    rows "$to" $((1000 * seed + 10 * k + 1)) "fresh-$k.h5"
  done
  for method in plan dsbm-imf dsbm-ipf ot-cfm sb-cfm; do
    if [[ $method == plan ]]; then
      dm-ipf first.h5 second.h5 --spec ../run.json --strict -q -o plan.model
    else
      dm-dsbm first.h5 second.h5 --spec "../run.json#$method" --seed "$seed" -q -o "$method.model"
    fi
    at=$([[ $method == *cfm ]] && echo flow || echo bridge)
    for k in 1 2 3; do
      dm-sample "$method.model" --from "starts-$k.h5" --spec "../run.json#$at" --seed $((10 * seed + k)) -q -o "$method-$k.h5"
      moved=$(dm-eval "$method-$k.h5" "fresh-$k.h5" --metrics w2,path-energy --floor none --json -q)
      printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$method" "$pair" "$seed" "$k" "$(value w2 <<<"$moved")" "$(value path-energy <<<"$moved")"
    done
  done
}

floor() {  # SET PAIR
  rows "$1" $((100000 + 10 * $2)) a.h5
  rows "$1" $((100001 + 10 * $2)) b.h5
  printf 'floor\t%s\t%s\t0\t%s\t-\n' "$1" "$2" "$(dm-eval a.h5 b.h5 --metrics w2 --floor none --json -q | value w2)"
}

export -f rows value run floor
{
  for to in $(printf '%s\n' $pairs | cut -d- -f2 | sort -u); do for pair in {1..20}; do echo floor "$to" "$pair"; done; done
  for seed in $seeds; do for pair in $pairs; do echo run "$pair" "$seed"; done; done
} | xargs -P "${DM_JOBS:-1}" -L 1 bash -euo pipefail -c 'mkdir "$1-$2-$3" && cd "$1-$2-$3" && ln -s ../normal.json . && "$@"' _ >lines

{
  echo "# command: make campaign-plane"
  echo "# version: $(dm-dsbm --version)"
  echo "# seeds: $seeds; three sets of starts and fresh rows each; floor: pairs 1 to 20"
  echo "# wall time: $((SECONDS - start)) s, ${DM_JOBS:-1} process(es)"
  echo "# method, pair, seed, fresh set, W2, path energy; floor, set, pair, 0, W2, -"
  sort -t "$(printf '\t')" -k2,2 -k1,1 -k3,3n -k4,4n lines
} >"$result"
"$here/plane-table.sh" "$result"
