#!/bin/bash
# Draws five theorems, truth and bound on one axis, and holds the fitted rates to expected.json. run.sh [FOLDER]: where the files go (default: out
# beside this script). Needs the commands in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out}
mkdir -p "$out"
cd "$out"

for curve in tv decomposition manifold ula few-steps; do
  dm-theory --spec "$here/run.json#$curve" -o "$curve.h5" "$curve.png" --assert-file "$here/expected.json" --force
done
echo "pictures: $out"
