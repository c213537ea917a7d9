#!/bin/bash
# Five toy sets, five seeds: W2 between 5,000 samples of a model trained with the defaults on 20,000 rows and 5,000 fresh rows, beside the mean of ten
# pairs of independent sets of 5,000 rows, and the share of samples nearer to the training rows than to as many held-out rows.
# toys.sh BIN [RESULT]: writes RESULT (default: toys.tsv beside this script) and prints the table. About 40 minutes on two cores.
source "$(dirname "$0")/lib.sh"
sets=${DM_SETS:-moons 8gaussians checkerboard pinwheel swissroll} seeds=${DM_SEEDS:-1 2 3 4 5}

value() { dm-eval "${@:2}" --metrics "$1" --floor none --json -q | sed -E 's/.*"value":([-0-9.e+]+).*/\1/'; }

run() {  # SET SEED: one training on one thread, so that two run side by side
  local set=$1 seed=$2 at="$1-$2"
  dm-data make "$set" -n 20000 --seed "$seed" -o "$at-train.h5"
  dm-data make "$set" -n 20000 --seed "$((seed + 100))" -o "$at-held.h5"
  dm-data make "$set" -n 5000 --seed "$((seed + 200))" -o "$at-fresh.h5"
  OMP_NUM_THREADS=1 dm-train "$at-train.h5" --seed "$seed" -q -o "$at-model.h5"
  OMP_NUM_THREADS=1 dm-sample "$at-model.h5" -n 5000 --seed "$seed" -q -o "$at-samples.h5"
  printf 'w2\t%s\t%s\t%s\n' "$set" "$seed" "$(value w2 "$at-samples.h5" "$at-fresh.h5")"
  printf 'nn-share\t%s\t%s\t%s\n' "$set" "$seed" "$(value nn-share "$at-samples.h5" "$at-held.h5" --train "$at-train.h5")"
}

floor() {  # SET PAIR
  local at="$1-floor-$2"
  dm-data make "$1" -n 5000 --seed "$((300 + $2))" -o "$at-a.h5"
  dm-data make "$1" -n 5000 --seed "$((400 + $2))" -o "$at-b.h5"
  printf 'floor\t%s\t%s\t%s\n' "$1" "$2" "$(value w2 "$at-a.h5" "$at-b.h5")"
}

export -f run floor value
{
  for set in $sets; do
    for seed in $seeds; do echo run "$set" "$seed"; done
    for pair in 1 2 3 4 5 6 7 8 9 10; do echo floor "$set" "$pair"; done
  done
} | xargs -P 2 -L 1 bash -euo pipefail -c '"$@"' _ >lines

{
  echo "# command: make campaign-toys"
  echo "# version: $(dm-train --version)"
  echo "# seeds: $seeds; floor: pairs 1 to 10"
  echo "# wall time: $((SECONDS - start)) s"
  sort -t "$(printf '\t')" -k1,1 -k2,2 -k3,3n lines
} >"$result"
"$here/toys-table.sh" "$result"
