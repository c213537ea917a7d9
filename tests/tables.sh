#!/bin/bash
# tables.sh [--check]: writes the tables of README.md from the committed result files, or says where they differ. The table NAME stands between
# "<!-- table: NAME -->" and "<!-- end -->" and is what tests/campaigns/NAME-table.sh makes of tests/campaigns/NAME.tsv.
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
awk '
  /^<!-- end -->$/ { inside = 0 }
  !inside
  /^<!-- table: [a-z]+ -->$/ { at = "tests/campaigns/" $3; inside = 1; fflush(); if (system(at "-table.sh " at ".tsv")) exit 1 }' README.md >"$fresh"
if [[ ${1:-} == --check ]]; then
  diff -u README.md "$fresh" >&2 || { echo "tables: README.md differs from tests/campaigns/*.tsv; 'make tables' rewrites it" >&2; exit 1; }
else
  cat "$fresh" >README.md
fi
