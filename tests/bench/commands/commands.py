#!/usr/bin/python3
"""commands.py BIN: start-up. --version of every command in BIN, median of 11 runs, at most 20 ms; ends with 1 where one is slower."""
import glob
import os
import statistics
import subprocess
import sys
import time

slow = False
for command in sorted(glob.glob(os.path.join(sys.argv[1], "dm-*"))):
    times = []
    for _ in range(11):
        start = time.perf_counter()
        subprocess.run([command, "--version"], check=True, stdout=subprocess.DEVNULL)
        times.append(1e3 * (time.perf_counter() - start))
    slow |= statistics.median(times) > 20
    print(f"start-up of {os.path.basename(command)}: {statistics.median(times):.1f} ms ({min(times):.1f} to {max(times):.1f}); at most 20")
sys.exit(int(slow))
