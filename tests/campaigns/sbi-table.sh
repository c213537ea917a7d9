#!/bin/bash
# sbi-table.sh RESULT: the Markdown table of a result of sbi.sh.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  /^#/ { next }
  $1 == "c2st" { if (!seen[$2]++) order[++tasks] = $2; n[$2]++; sum[$2] += $5; at[$2] = at[$2] (at[$2] ? ", " : "") sprintf("%.3f", $5); out[$2] += $6; s[$2] += $7 }
  $1 == "sbc" { p[$2] = p[$2] (p[$2] ? ", " : "") sprintf("%.2f", $6) }
  END {
    print "| task | C2ST, mean | each observation | draws outside the box | SBC, p | training |"
    print "|---|---|---|---|---|---|"
    for (i = 1; i <= tasks; i++) {
      t = order[i]
      printf "| %s | %.3f | %s | %d | %s | %.0f s |\n", t, sum[t] / n[t], at[t], out[t], p[t], s[t] / n[t]
    }
  }' "$1"
