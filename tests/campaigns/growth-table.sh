#!/bin/bash
# The table of README.md from a result file of growth.sh: a row for each quantity that is varied, its values and their times in milliseconds.
set -euo pipefail
awk -F '\t' '!/^#/ { if (!($1 in v)) order[++n] = $1; v[$1] = v[$1] (v[$1] ? ", " : "") $2; t[$1] = t[$1] (t[$1] ? ", " : "") sprintf("%.3g", 1000 * $4) }
  END { print "| varied | values | milliseconds |"; print "|---|---|---|"
        for (i = 1; i <= n; i++) printf "| %s | %s | %s |\n", order[i], v[order[i]], t[order[i]] }' "$1"
