#!/bin/bash
# How fast, in pairs beside a peer within one run: training, sampling and DSBM beside PyTorch, exact transport beside POT's emd2 (tests/bench, whose README
# says what is compared). Five pairs a row, about eight minutes on a quiet machine.
# speed.sh BIN [RESULT]: writes RESULT (default: speed.tsv beside this script), the rows of the table as they are printed.
# shellcheck source=tests/campaigns/lib.sh
. "$(dirname "$0")/lib.sh"

[[ -x $(command -v bench_learning) ]] || { echo "speed.sh: no bench_learning in $1; 'make bench' builds it" >&2; exit 1; }
bench=$here/../bench
# A limit that is missed fails make bench; here the figures alone are wanted.
/usr/bin/python3 "$bench/learning/pytorch.py" "$(command -v bench_learning)" >learning || grep -q '^| (a) train' learning
/usr/bin/python3 "$bench/ot/pot.py" "$(command -v bench_ot)" >ot || grep -q '^W2' ot
{
  echo "# command: make campaign-speed"
  echo "# version: $(dm-train --version)"
  echo "# wall time: $((SECONDS - start)) s"
  grep -v '^[|*]' learning | sed 's/^/# /'
  grep '^|' learning
  sed -nE 's/^(W[12]), n = m = ([0-9]+): ([0-9.]+) s, POT ([0-9.]+) emd2 ([0-9.]+) s; ratio ([0-9.]+) \(median of [0-9]+ pairs, (.*)\); at least 1$/ot\t\1\t\2\t\3\t\4\t\5\t\6\t\7/p' ot
} >"$result"
"$here/speed-table.sh" "$result"
