#!/bin/bash
# One seed of the sweep, in the current folder: learns 2,000 rows of two moons, then measures two samplers at six numbers of steps. one.sh SEED writes
# results-SEED.jsonl, a line a measurement; it is there when it is complete. A signal USR1 to all processes ends it with status 75, and the same line
# continues: dm-train has written a checkpoint, what is short begins anew. Needs the commands in PATH.
set -euo pipefail
trap 'exit 75' USR1
here=$(dirname "$(realpath "$0")")
seed=$1 spec=${SWEEP_SPEC:-$here/run.json}
[[ ! -e results-$seed.jsonl ]] || exit 0

dm-data make --spec "$spec#train" --seed "$seed" -o "train-$seed.h5" --force
dm-data make --spec "$spec#test" --seed $((1000000 + seed)) -o "test-$seed.h5" --force
dm-train "train-$seed.h5" --spec "$spec" --seed "$seed" --resume -q -o "model-$seed.h5"
for sampler in ddim heun; do
  for steps in 4 8 12 16 24 32; do
    dm-sample "model-$seed.h5" --spec "$spec" --seed "$seed" --sampler $sampler --steps $steps -q -o - |
      dm-eval - "test-$seed.h5" --spec "$spec" -q --json
  done
done >"results-$seed.part"
mv "results-$seed.part" "results-$seed.jsonl"
