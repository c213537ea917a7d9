"""Random entropic problems and POT's plans: n m d eps rho(-1: balanced) iterations-of-POT a[n] b[m] x[n,d] y[m,d] P[n,m], one number a line.

Ours is eps KL(P | a x b) with the cost |x - y|^2 / 2. POT's entropy is relative to ones, so where masses are free its cost is lowered by eps
log(a_i b_j)."""
import numpy as np
import ot

rng = np.random.default_rng(11)
for k in range(24):
    n, m, d = (int(v) for v in (rng.integers(1, 60), rng.integers(1, 60), rng.integers(1, 4)))
    x, y = rng.normal(size=(n, d)), rng.normal(size=(m, d)) * 1.5 + rng.normal(size=d)
    a, b = rng.random(n) + 1e-2, rng.random(m) + 1e-2
    if k % 4 == 0:
        a[:], b[:] = 1, 1
    a, b = a / a.sum(), b / b.sum()
    eps, rho = float(rng.choice([2, 0.5, 0.2])), float(rng.choice([0.3, 5]))
    cost = ot.dist(x, y) / 2
    if k % 2:
        P = ot.unbalanced.sinkhorn_unbalanced(a, b, cost - eps * np.log(np.outer(a, b)), eps, rho, numItermax=200000, stopThr=1e-14)
    else:
        rho = -1.0
        P = ot.bregman.sinkhorn_log(a, b, 2 * cost, 2 * eps, numItermax=200000, stopThr=1e-13)  # reg = 2 sigma^2 with |x - y|^2
    for v in [n, m, d, eps, rho, *a, *b, *x.ravel(), *y.ravel(), *P.ravel()]:
        print(repr(float(v)))
