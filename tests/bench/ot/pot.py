#!/usr/bin/python3
"""pot.py PROGRAM [N...]: exact transport against POT's emd2 at n = 1000, 2000, 5000, in pairs within one run, processor time on both sides.

emd2 is given its cost matrix for free; ours includes the costs and the proof of optimality. Ends with 1 where a median ratio is below 1."""
import subprocess
import sys
import time

import numpy as np
import ot

program, sizes = sys.argv[1], [int(n) for n in sys.argv[2:]] or [1000, 2000, 5000]
rng = np.random.default_rng(1)
ours = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
slow = False
for n, p in ((n, p) for n in sizes for p in (1, 2)):
    ratios, theirs, mine = [], [], []
    for _ in range(5):
        x, y = rng.normal(size=(n, 2)), 1.2 * rng.normal(size=(n, 2)) + 0.3
        cost = ot.dist(x, y, "euclidean" if p == 1 else "sqeuclidean")
        w = np.full(n, 1 / n)
        start = time.process_time()
        reference = ot.emd2(w, w, cost, numItermax=10**8)
        theirs.append(time.process_time() - start)
        ours.stdin.write(np.array([n, n, 2, p], dtype=np.int64).tobytes() + x.tobytes() + y.tobytes())
        ours.stdin.flush()
        seconds, value = (float(v) for v in ours.stdout.readline().split())
        mine.append(seconds)
        ratios.append(theirs[-1] / seconds)
        assert abs(value / reference - 1) < 1e-6, (value, reference)
    print(f"W{p}, n = m = {n}: {np.median(mine):.3f} s, POT {ot.__version__} emd2 {np.median(theirs):.3f} s; "
          f"ratio {np.median(ratios):.2f} (median of {len(ratios)} pairs, {min(ratios):.2f} to {max(ratios):.2f}); at least 1")
    slow |= np.median(ratios) < 1
ours.stdin.close()
ours.wait()
sys.exit(int(slow))
