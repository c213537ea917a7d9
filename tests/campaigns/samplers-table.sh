#!/bin/bash
# samplers-table.sh RESULT: the Markdown table of a result of samplers.sh.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  /^#/ { next }
  $1 == "floor" { floors++; floor += $6; floor_tv += $7; next }
  { k = $2 "\t" $3; runs[k]++; sw[k] += $6; q[k] += $6 * $6; tv[k] += $7; v[k] += $8
    if (!name[$2]++) order[++samplers] = $2
    if (!budget[$3]++) column[++columns] = $3 }
  END {
    for (i = 2; i <= columns; i++) for (j = i; j > 1 && column[j] + 0 < column[j - 1] + 0; j--) { t = column[j]; column[j] = column[j - 1]; column[j - 1] = t }
    last = column[1]
    for (c = 1; c <= columns; c++) if (column[c] + 0 <= 30) last = column[c]
    printf "| sampler |"
    for (c = 1; c <= columns; c++) printf " %s |", column[c]
    printf " TV, %s | variance, %s |\n|---|---|---|", last, last
    for (c = 1; c <= columns; c++) printf "---|"
    print ""
    floor /= floors
    for (i = 1; i <= samplers; i++) {
      printf "| %s |", order[i]
      for (c = 1; c <= columns; c++) { k = order[i] "\t" column[c]; printf " %.2f |", sw[k] / runs[k] / floor }
      k = order[i] "\t" last
      printf " %.4f | %.4f |\n", tv[k] / runs[k], v[k] / runs[k]
    }
    printf "| floor |"
    for (c = 1; c <= columns; c++) printf " 1 |"
    printf " %.4f | 0.1 |\n", floor_tv / floors
  }' "$1"
