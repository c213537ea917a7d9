#!/bin/bash
# The posterior of the biochemical oxygen demand given five observations: a bridge from a standard normal to the parameters, told the data, learned from
# simulated pairs; beside it a conditional diffusion model. run.sh [FOLDER] [short]: where the files go (default: out beside this script). In full two
# networks, three minutes of processor time; `short` trains for a tenth of the steps on fewer rows and holds wide bounds. Needs the commands in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out} form=${2:-full}
mkdir -p "$out"
cd "$out"
spec=$here/run.json
rows=() draws=() bridge=() train=()
if [[ $form == short ]]; then rows=(-n 20000) draws=(-n 4000) bridge=(--steps 1500 --batch 256) train=(--steps 800 --batch 256); fi

dm-data make --spec "$spec#joint" "${rows[@]}" -f -o joint.h5
dm-data make --spec "$spec#starts" "${draws[@]}" -f -o starts.h5
dm-data make --spec "$spec#exact" "${draws[@]}" -f -o exact.h5

dm-dsbm joint.h5 "$here/normal.json" --spec "$spec" "${bridge[@]}" -q -f -o bridge.model.h5
dm-sample bridge.model.h5 --from starts.h5 --y "$here/obs.csv" --spec "$spec" -q -f -o bridge.h5
dm-train joint.h5 --spec "$spec" "${train[@]}" -q -f -o posterior.model.h5
dm-sample posterior.model.h5 --y "$here/obs.csv" --spec "$spec#posterior" "${draws[@]}" -q -f -o posterior.h5

hold=short
if [[ $form == full ]]; then hold=moments; fi
for name in bridge posterior; do dm-eval $name.h5 exact.h5 --spec "$here/expected.json#$hold" --json >$name.json; done
dm-plot bridge.h5 exact.h5 --kind corner --names 'bridge,exact' --limit 4000 -f -o posterior.png
echo "picture: $out/posterior.png"
