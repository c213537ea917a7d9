#!/bin/bash
# The tables of README.md from a result file of speed.sh: learning as it was printed, then exact transport.
set -euo pipefail
grep '^|' "$1"
awk -F '\t' '/^ot\t/ { if (!n++) print "\n| exact transport (processor time) | ours | POT " $5 ", emd2 | ratio (range) |\n|---|---|---|---|"
  printf "| %s, n = m = %s | %s s | %s s | %s (%s) |\n", $2, $3, $4, $6, $7, $8 }' "$1"
