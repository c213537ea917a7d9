#!/bin/bash
# Two moons to eight Gaussians at sigma 1: the static plan, the bridge learned by iterative Markovian fitting and flow matching beside each other.
# run.sh [FOLDER] [short]: where the files go (default: out beside this script). In full 5,000 rows, 12,000 steps, a minute and a half of processor time;
# `short` takes 1,000 rows and a tenth of the steps, and holds what is learned to wide bounds. Needs the commands in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out} form=${2:-full}
mkdir -p "$out"
cd "$out"
spec=$here/run.json
rows=() fresh=() steps=()
if [[ $form == short ]]; then rows=(-n 1000) fresh=(-n 2000) steps=(--steps 300); fi

for set in first second starts; do dm-data make --spec "$spec#$set" "${rows[@]}" -f -o "$set.h5"; done
dm-data make --spec "$spec#fresh" "${fresh[@]}" -f -o fresh.h5

dm-ipf first.h5 second.h5 --spec "$spec" -q -f -o static.model.h5
for method in dsbm-imf ot-cfm; do dm-dsbm first.h5 second.h5 --spec "$spec#$method" "${steps[@]}" -q -f -o "$method.model.h5"; done

for method in static dsbm-imf ot-cfm; do
  dm-sample "$method.model.h5" --from starts.h5 --spec "$spec#$method" -q -f -o "$method.h5"
  hold=$method
  if [[ $form == short && $method != static ]]; then hold=short; fi
  dm-eval "$method.h5" fresh.h5 --spec "$here/expected.json#$hold" --json -q >"$method.json"
done

dm-plot static.h5 dsbm-imf.h5 ot-cfm.h5 --kind path --names 'static plan,dsbm-imf,ot-cfm' --limit 150 -f -o paths.png
echo "picture: $out/paths.png"
