"""Random transport problems and POT's answers, one number a line: n m d weighted w1 w2 a[n] b[m] x[n,d] y[m,d]; an empty line ends."""
import sys
import numpy as np
import ot

rng = np.random.default_rng(7)
for k in range(20):
    n, m, d = (int(v) for v in (rng.integers(1, 200), rng.integers(1, 200), rng.integers(1, 5)))
    x, y = rng.normal(size=(n, d)), rng.normal(size=(m, d)) * 1.5 + rng.normal(size=d)
    a, b = rng.random(n) + 1e-3, rng.random(m) + 1e-3
    if k % 4 == 0:
        a[:], b[:] = 1, 1
    a, b = a / a.sum(), b / b.sum()
    w1 = ot.emd2(a, b, ot.dist(x, y, "euclidean"), numItermax=10**7)
    w2 = np.sqrt(ot.emd2(a, b, ot.dist(x, y), numItermax=10**7))
    for v in [n, m, d, w1, w2, *a, *b, *x.ravel(), *y.ravel()]:
        print(repr(float(v)))
