#!/bin/bash
# The Schroedinger bridge between two Gaussians in five dimensions, learned from 10,000 rows of each, beside its closed form: the same starts, the same noise.
# run.sh [FOLDER]: where the files go (default: out beside this script). Needs the commands in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out}
mkdir -p "$out"
cd "$out"
spec=$here/run.json

for set in first second starts; do dm-data make --spec "$spec#$set" -f -o "$set.h5"; done
dm-dsbm first.h5 second.h5 --spec "$spec" -q -f -o learned.h5
dm-sample "$here/bridge.json" --from starts.h5 --spec "$spec" -q -f -o exact.h5
dm-sample learned.h5 --from starts.h5 --spec "$spec" -q -f -o moved.h5
dm-eval exact.h5 --spec "$here/expected.json#exact" --json >exact.json
dm-eval moved.h5 --spec "$here/expected.json#learned" --json >learned.json

# Starts and ends side by side: their covariance is that of (X_0, X_1).
pairs() { paste -d, <(dm-data export starts.h5) <(dm-data export "$1") | tail -n +2; }
pairs exact.h5 >exact.csv
pairs moved.h5 >learned.csv
dm-eval learned.csv exact.csv --spec "$here/expected.json#pairs" --json >pairs.json

dm-plot exact.h5 moved.h5 --names 'closed form,learned' --kind path --coordinates 1 --limit 100 --ylim=-4,4 -f -o paths.png
echo "picture: $out/paths.png"
