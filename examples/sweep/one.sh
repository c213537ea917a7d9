#!/bin/bash
# One seed of the sweep, in the current folder: learns 2,000 rows of two moons, then measures two samplers at six numbers of steps. one.sh SEED writes
# results-SEED.jsonl, a line a measurement; it is there when it is complete. Under Slurm the training is a step of the job (srun), so that Slurm's signal
# reaches dm-train itself; it writes a checkpoint and ends with status 75, and the same line continues it. Needs the commands in PATH.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
seed=$1 spec=${SWEEP_SPEC:-$here/run.json}
[[ ! -e results-$seed.jsonl ]] || exit 0

dm-data make --spec "$spec#train" --seed "$seed" -o "train-$seed.h5" --force
dm-data make --spec "$spec#test" --seed $((1000000 + seed)) -o "test-$seed.h5" --force
${SLURM_JOB_ID:+srun} dm-train "train-$seed.h5" --spec "$spec" --seed "$seed" --resume -q -o "model-$seed.h5"
for sampler in ddim heun; do
  for steps in 4 8 12 16 24 32; do
    dm-sample "model-$seed.h5" --spec "$spec" --seed "$seed" --sampler $sampler --steps $steps -q -o - |
      dm-eval - "test-$seed.h5" --spec "$spec" -q --json
  done
done >"results-$seed.part"
mv "results-$seed.part" "results-$seed.jsonl"
