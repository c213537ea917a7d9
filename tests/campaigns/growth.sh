#!/bin/bash
# How cost grows: seconds of a training step against width, batch and dimension, and of a sampling run against steps and rows, each varied alone around
# dm-train's mlp of three layers of 256, batch 512, 16 columns, and dm-sample's 64 steps of 10,000 rows. A step's time is the difference of two trainings of different
# length, the smallest of five. The picture has both axes as multiples of that base. About three minutes.
# growth.sh BIN [RESULT]: writes RESULT (default: growth.tsv beside this script), the picture RESULT's name with .png, and prints the table.
# shellcheck source=tests/campaigns/lib.sh
. "$(dirname "$0")/lib.sh"

dm-train --version >version
normal() { awk -v d="$1" 'BEGIN { printf "["; for (i = 0; i < d; i++) printf "%s0", i ? "," : ""; print "]" }'; }
seconds() {  # COMMAND...: of one run
  local begin=$EPOCHREALTIME
  "$@" -q -f
  awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}
smallest() { for _ in 1 2 3 4 5; do seconds "$@"; done | sort -g | head -n 1; }
rows() { dm-data make gaussian --mean "$(normal "$1")" -n 20000 -q -f -o "rows-$1.h5"; }

trained() {  # WIDTH BATCH DIMENSION: seconds a step
  local line=(dm-train "rows-$3.h5" --set network.width="$1" --batch "$2" -o model.h5) short=$((1 + 4000000 / $1 / $2)) a b
  a=$(smallest "${line[@]}" --steps "$short")
  b=$(smallest "${line[@]}" --steps $((3 * short)))
  awk -v a="$a" -v b="$b" -v n="$short" 'BEGIN { print (b - a) / 2 / n }'
}
for d in 2 4 8 16 32 64 128; do rows $d; done
{
  for w in 32 64 128 256 512 1024; do printf 'width\t%s\t256\t%s\n' $w "$(trained $w 512 16)"; done
  for b in 64 128 256 512 1024 2048 4096; do printf 'batch\t%s\t512\t%s\n' $b "$(trained 256 $b 16)"; done
  for d in 2 4 8 16 32 64 128; do printf 'dimension\t%s\t16\t%s\n' $d "$(trained 256 512 $d)"; done
  dm-train rows-16.h5 --steps 50 -q -f -o model.h5
  for k in 8 16 32 64 128 256; do printf 'steps\t%s\t64\t%s\n' $k "$(smallest dm-sample model.h5 -n 10000 --steps $k -o x.h5)"; done
  for n in 1250 2500 5000 10000 20000 40000 80000; do printf 'rows\t%s\t10000\t%s\n' $n "$(smallest dm-sample model.h5 -n $n -o x.h5)"; done
} >lines

{
  echo "# command: make campaign-growth"
  echo "# version: $(cat version)"
  echo "# wall time: $((SECONDS - start)) s, ${OMP_NUM_THREADS:-all} threads"
  echo "# what is varied, value, base, seconds (of a training step; of a sampling run)"
  cat lines
} >"$result"
for of in width batch dimension steps rows; do
  awk -F '\t' -v of=$of 'BEGIN { print "size / base,time / base" } $1 == of { x[++n] = $2 / $3; y[n] = $4; if ($2 == $3) base = $4 }
    END { for (i = 1; i <= n; i++) printf "%.6g,%.6g\n", x[i], y[i] / base }' lines >$of.csv
done
dm-plot {width,batch,dimension,steps,rows}.csv --kind lines --xscale log --yscale log -q -f -o "${result%.tsv}.png"
"$here/growth-table.sh" "$result"
