#!/bin/bash
# The sweep on a machine without Slurm: a few seeds one after the other, each continued where it was stopped, then the picture. run.sh [FOLDER [SEEDS]]:
# where the files go (default: out beside this script), and how many seeds (default: 5). Needs the commands in PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out} seeds=${2:-5}
mkdir -p "$out"
cd "$out"
for ((seed = 1; seed <= seeds; ++seed)); do "$here/one.sh" "$seed"; done
"$here/plot.sh"
