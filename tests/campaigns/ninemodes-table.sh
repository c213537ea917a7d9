#!/bin/bash
# ninemodes-table.sh RESULT: the Markdown table of a result of ninemodes.sh: means over the seeds, losses with their range.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  /^#/ { next }
  $1 == "loss" { n[$2]++; loss[$2] += $5; if (!($2 in most) || $5 > most[$2]) most[$2] = $5; next }
  { k = $2 "\t" $3; runs[k]++; tv[k] += $5; v[k] += $6; out[k] += $7; if (!seen[k]++) order[++rows] = k }
  END {
    floor["dsm"] = ".1818"; floor["ncsn"] = ".809"
    print "| trained by | sampled by | loss (floor) | TV | variance | out of mode |"
    print "|---|---|---|---|---|---|"
    printf "| dsm-level, sigma 1 | | %.4f, at most %.4f (%s) | | | |\n", loss["dsm"] / n["dsm"], most["dsm"], floor["dsm"]
    for (i = 1; i <= rows; i++) {
      k = order[i]; split(k, name, "\t"); o = name[1]
      printf "| %s | %s | %s | %.4f | %.4f | %.4f |\n", o, name[2], o in n ? sprintf("%.4f, at most %.4f (%s)", loss[o] / n[o], most[o], floor[o]) : "", tv[k] / runs[k], v[k] / runs[k], out[k] / runs[k]
    }
    print "| truth | | | 0.0127 | 0.1 | 0 |"
  }' "$1"
