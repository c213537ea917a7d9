#!/bin/bash
# ninemodes-table.sh RESULT: the Markdown table of a result of ninemodes.sh: means over the seeds, and the largest loss.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  /^#/ { next }
  $1 == "loss" { n[$2]++; loss[$2] += $5; if (!($2 in most) || $5 > most[$2]) most[$2] = $5; next }
  { k = $2 "\t" $3; runs[k]++; tv[k] += $5; v[k] += $6; out[k] += $7; if (!seen[k]++) order[++rows] = k }
  function losses(o, floor) { return o in n ? sprintf("%.4f | %.4f | %s", loss[o] / n[o], most[o], floor) : "| |" }
  END {
    print "| objective | sampler | loss | largest | floor | TV | variance | out of mode |"
    print "|---|---|---|---|---|---|---|---|"
    printf "| dsm-level, sigma 1 | | %s | | | |\n", losses("dsm", "0.1818")
    for (i = 1; i <= rows; i++) {
      k = order[i]; split(k, name, "\t"); o = name[1]
      printf "| %s | %s | %s | %.4f | %.4f | %.4f |\n", o, name[2], losses(o, "0.809"), tv[k] / runs[k], v[k] / runs[k], out[k] / runs[k]
    }
    print "| the law itself | | | | | 0.0127 | 0.1 | 0 |"
  }' "$1"
