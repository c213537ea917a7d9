#!/bin/bash
# Learns two moons from 20,000 rows and compares 5,000 samples with fresh rows. run.sh [FOLDER]: where the files go (default: out beside this
# script). Needs the commands in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out}
mkdir -p "$out"
cd "$out"
spec=$here/run.json

dm-data make --spec "$spec#train" -o train.h5 --force
dm-data make --spec "$spec#test" -o test.h5 --force
dm-train train.h5 --spec "$spec" -o model.h5 --force
dm-sample model.h5 --spec "$spec" -o samples.h5 --force
dm-plot samples.h5 test.h5 --names samples,data -o moons.png --force
dm-plot model.h5 -o loss.png --force
dm-eval samples.h5 test.h5 --spec "$spec" --assert-file "$here/expected.json"
echo "picture: $out/moons.png"
