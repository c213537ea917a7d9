#!/bin/bash
# The picture of every results-SEED.jsonl in the current folder.
set -euo pipefail
cat results-*.jsonl >results.jsonl
dm-plot results.jsonl --x dm-sample.steps --y w2 --group dm-sample.sampler --xscale log --yscale log -o sweep.png --force
echo "picture: $PWD/sweep.png"
