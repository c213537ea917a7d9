#!/bin/bash
# Learns where earthquakes happen, as points in the plane, from 80 % of the catalogue and compares samples with the other 20 %.
# run.sh CATALOGUE [FOLDER]: CATALOGUE is quakes_all.csv (three comment lines, a header, then latitude,longitude); default: ../shared/data/earth/quakes_all.csv beside
# the project. FOLDER: where the files go (default: out beside this script). Needs the commands in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
catalogue=$(realpath "${1:-$here/../../../shared/data/earth/quakes_all.csv}")
out=${2:-$here/out}
mkdir -p "$out"
cd "$out"
spec=$here/run.json

dm-data import "$catalogue" --skip 4 --x 2,1 -o quakes.h5 --force
dm-data split quakes.h5 --spec "$spec#split" -o train.h5 test.h5 --force
dm-train train.h5 --spec "$spec" -o model.h5 --force
dm-sample model.h5 --spec "$spec" -o samples.h5 --force
dm-plot samples.h5 test.h5 --names 'samples,held out' --labels longitude,latitude -o quakes.png --force
dm-eval samples.h5 test.h5 --spec "$spec" --assert-file "$here/expected.json"
echo "picture: $out/quakes.png"
