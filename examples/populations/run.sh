#!/bin/bash
# A branching population of cells on days 0 and 4, and what bridges between them say of day 2, which they never saw.
# run.sh [FOLDER]: where the files go (default: out beside this script). Needs the commands in PATH.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/out}
mkdir -p "$out"
cd "$out"
spec=$here/run.json

cells() { awk -v day="$1" -v n=1000 -v seed="$2" -f "$here/cells.awk"; } # DAY SEED
for day in 0 2 4; do cells $day $((day + 1)) >day$day.csv; done
cells 2 9 >other.csv # as many cells of day 2 again: the floor of every distance

for plan in balanced growth; do
  dm-ipf day0.csv day4.csv --spec "$spec#$plan" -q -f -o $plan.plan.h5
  dm-ipf $plan.plan.h5 --spec "$spec#half" -q -f -o $plan.h5
  dm-sample $plan.plan.h5 --from day0.csv --spec "$spec#path" -q -f -o $plan.path.h5
done
dm-dsbm day0.csv day4.csv --spec "$spec" -q -f -o learned.model.h5
dm-sample learned.model.h5 --from day0.csv --spec "$spec#half" -q -f -o learned.h5
dm-sample learned.model.h5 --from day0.csv --spec "$spec#path" -q -f -o learned.path.h5

judge() { dm-eval "$1" day2.csv --floor other.csv --spec "$here/expected.json#$2" --json -q >"$2.json"; } # FILE NAME
judge day0.csv previous
judge day4.csv next
for name in balanced learned growth; do judge $name.h5 $name; done

dm-plot balanced.path.h5 growth.path.h5 learned.path.h5 --kind path --coordinates 1,2 --names 'plan,plan with growth,learned' --limit 150 -f -o paths.png
dm-plot growth.h5 day2.csv --kind corner --coordinates 1,2,3 --names 'bridge with growth at half time,day 2' -f -o day2.png
echo "pictures: $out"
