#!/bin/bash
# tables.sh [--check]: writes the tables of README.md from the committed result files, or says where they differ.
set -euo pipefail
cd "$(dirname "$0")/.."
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
awk -v table="$(tests/campaigns/toys-table.sh tests/campaigns/toys.tsv)" '
  /^<!-- end -->$/ { inside = 0 }
  !inside
  /^<!-- table: toys -->$/ { print table; inside = 1 }' README.md >"$fresh"
if [[ ${1:-} == --check ]]; then
  diff -u README.md "$fresh" >&2 || { echo "tables: README.md differs from tests/campaigns/*.tsv; 'make tables' rewrites it" >&2; exit 1; }
else
  cat "$fresh" >README.md
fi
