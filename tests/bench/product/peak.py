#!/usr/bin/python3
"""peak.py PROGRAM: row products on one thread by the blocks of every processor family that runs here, beside the rate of independent multiply-adds
in registers with the same vectors, taken just before each. Medians. Ends with 1 where a product of whole panels stays below its limit."""
import json
import statistics
import subprocess
import sys

LIMIT = 0.6  # of the peak, where rows, K and columns are 64 or more; a busy machine loses some
out = subprocess.run([sys.argv[1]], stdout=subprocess.PIPE, text=True, check=True).stdout
cases = {}
for m in map(json.loads, out.splitlines()):
    cases.setdefault((m["rows"], m["K"], m["cols"], m["left"], m["blocks"]), []).append((m["gflops"], m["gflops"] / m["peak"]))
good = True
print("| rows x K x columns | left operand by | blocks | GFLOP/s | of the peak (range) |\n|---|---|---|---|---|")
for (rows, K, cols, left, blocks), runs in cases.items():
    rate, share = (statistics.median(x) for x in zip(*runs))
    shares = [s for _, s in runs]
    good = good and (min(rows, K, cols) < 64 or blocks == "portable" or share >= LIMIT)
    print(f"| {rows} x {K} x {cols} | {left} | {blocks} | {rate:.0f} | {100 * share:.0f} % ({100 * min(shares):.0f} to {100 * max(shares):.0f}) |")
sys.exit(int(not good))
