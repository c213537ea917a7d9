#!/bin/bash
# gaussian-table.sh RESULT: the Markdown table of a result of gaussian.sh: mean KL x 1e-3 +- its standard deviation over the seeds.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  /^#/ { next }
  { k = $1 SUBSEP $2; n[k]++; s[k] += 1000 * $4; q[k] += 1e6 * $4 * $4; e[k] += $5 / $2; if (!seen[$2]++) dim[++dims] = $2 }
  function cell(m, d, k) { k = m SUBSEP d; return sprintf("%.2f ± %.2f", s[k] / n[k], n[k] > 1 ? sqrt((q[k] - s[k] ^ 2 / n[k]) / (n[k] - 1)) : 0) }
  END {
    print "| d | seeds | exact drift | bridge of the moments | dsbm-imf | dsbm-ipf | published imf, ipf (second-hand) | energy / d: exact, imf, ipf |"
    print "|---|---|---|---|---|---|---|---|"
    published[5] = "1.34, 1.23"; published[20] = "5.05, 4.42"; published[50] = "9.76, 8.75"
    for (i = 1; i <= dims; i++) {
      d = dim[i]
      printf "| %s | %d | %s | %s | %s | %s | %s | %.4f, %.4f, %.4f |\n", d, n["exact" SUBSEP d], cell("exact", d), cell("moments", d), cell("dsbm-imf", d), cell("dsbm-ipf", d),
        published[d], e["exact" SUBSEP d] / n["exact" SUBSEP d], e["dsbm-imf" SUBSEP d] / n["dsbm-imf" SUBSEP d], e["dsbm-ipf" SUBSEP d] / n["dsbm-ipf" SUBSEP d]
    }
  }' "$1"
