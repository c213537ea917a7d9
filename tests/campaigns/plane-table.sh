#!/bin/bash
# plane-table.sh RESULT: the Markdown table of a result of plane.sh: W2 over the mean floor of its target, mean over all moves +- the standard error over the seeds;
# path energy of the plan's bridge, and of the learned ones as a multiple of it on the same starts.
set -euo pipefail
LC_ALL=C awk -F '\t' '
  /^#/ { next }
  $1 == "floor" { floors[$2]++; floor[$2] += $5; next }
  { at = $2 SUBSEP $3 SUBSEP $4; energy[$1, at] = $6; moves[at] = $2
    k = $1 SUBSEP $2; n[k]++; w[k] += $5; by[k, $3]++; part[k, $3] += $5; seed[$3]
    if (!seen[$2]++) order[++pairs] = $2 }
  function cell(m, p, floor, k, s, q, runs, mean) {
    k = m SUBSEP p; mean = w[k] / n[k]
    for (s in seed) if ((k, s) in by) { q += (part[k, s] / by[k, s] - mean) ^ 2; runs++ }
    return sprintf("%.2f ± %.2f", mean / floor, runs > 1 ? sqrt(q / (runs - 1) / runs) / floor : 0)
  }
  function against(m, p, at, s, c) {
    for (at in moves) if (moves[at] == p) { s += energy[m, at] / energy["plan", at]; c++ }
    return s / c
  }
  function plan(p, at, s, c) {
    for (at in moves) if (moves[at] == p) { s += energy["plan", at]; c++ }
    return s / c
  }
  END {
    print "| pair | floor | plan | dsbm-imf | dsbm-ipf | ot-cfm | sb-cfm | energy: plan | dsbm-imf / plan | dsbm-ipf / plan |"
    print "|---|---|---|---|---|---|---|---|---|---|"
    for (i = 1; i <= pairs; i++) {
      p = order[i]; split(p, set, "-"); f = floor[set[2]] / floors[set[2]]
      printf "| %s to %s | %.3f | %s | %s | %s | %s | %s | %.2f | %.3f | %.3f |\n", set[1] == "normal" ? "N(0, I)" : set[1], set[2], f,
        cell("plan", p, f), cell("dsbm-imf", p, f), cell("dsbm-ipf", p, f), cell("ot-cfm", p, f), cell("sb-cfm", p, f),
        plan(p), against("dsbm-imf", p), against("dsbm-ipf", p)
    }
  }' "$1"
