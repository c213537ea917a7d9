#!/bin/bash
# toys-table.sh RESULT: the Markdown table of a result of toys.sh.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  /^#/ { next }
  { key = $1 "\t" $2; n[key]++; s[key] += $4; q[key] += $4 * $4; if ($1 == "w2" && !seen[$2]++) order[++sets] = $2 }
  function mean(k) { return s[k] / n[k] }
  function se(k) { v = (q[k] / n[k] - mean(k) ^ 2) * n[k] / (n[k] - 1); return sqrt((v > 0 ? v : 0) / n[k]) }
  END {
    print "| set | W2 | floor | W2 / floor | nn-share |"
    print "|---|---|---|---|---|"
    for (i = 1; i <= sets; i++) {
      w = "w2\t" order[i]; f = "floor\t" order[i]; h = "nn-share\t" order[i]
      printf "| %s | %.4f ± %.4f | %.4f ± %.4f | %.2f | %.3f ± %.3f |\n", order[i], mean(w), se(w), mean(f), se(f), mean(w) / mean(f), mean(h), se(h)
    }
  }' "$1"
