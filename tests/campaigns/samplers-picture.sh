#!/bin/bash
# samplers-picture.sh FILE.tsv: draws FILE.png, six of the samplers: the distance against evaluations, mean and standard error over the seeds, and the mean floor.
set -euo pipefail
awk -F '\t' -v samplers=' ddim ddim-eta1 dpmpp-2m dpmpp-2m-sde euler-maruyama heun ' '
  BEGIN { print "sampler,evaluations,max-sw2.value,max-sw2.floor" }
  /^#/ { next }
  $1 == "floor" { floor += $6; pairs++; next }
  index(samplers, " " $2 " ") { row[++n] = $2 "," $4 "," $6 }
  END { for (i = 1; i <= n; i++) print row[i] "," floor / pairs }' "$1" |
  dm-plot - --x evaluations --y max-sw2 --group sampler --xscale log --yscale log --ylim 0.5,20 --labels 'evaluations a row,max-sliced W2' -f -o "${1%.tsv}.png"
