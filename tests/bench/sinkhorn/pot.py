#!/usr/bin/python3
"""pot.py PROGRAM [--online]: Sinkhorn's algorithm against POT's, to the L1 marginal error 1e-6, in pairs within one run.

Data: x two moons (noise .05, scaled by 2, shifted by -1) or N(0, I), y eight Gaussians (radius 5, variance sqrt(.1)), cost |x - y|^2 / 2.
Wall time, both sides with the threads they take by default; POT is given its cost matrix for free, ours starts from the points and ends with
the rounded costs. POT's sinkhorn and sinkhorn_log make the same iterates, whose number to the error is counted once (by our plain iteration) and
confirmed on POT's plan; runs that would take more than 3 s are timed over fewer iterations and scaled. sinkhorn_stabilized and
sinkhorn_epsilon_scaling are tried where they would be quick, and take part where they reach the error.
Ends with 1 where the median over 5 pairs is below 1 against the fastest of POT's or below 15 against sinkhorn_log.
--online: n = 50,000, seconds an iteration and peak memory (below 1 GiB)."""
import os
import subprocess
import sys
import time
import warnings

import numpy as np
import ot

warnings.simplefilter("ignore")
tolerance = 1e-6
ours = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def solve(x, y, eps, mode=0, iterations=10**6, tol=tolerance):
    ours.stdin.write(np.array([len(x), len(y), x.shape[1], mode, iterations], dtype=np.int64).tobytes())
    ours.stdin.write(np.array([eps, tol]).tobytes() + x.tobytes() + y.tobytes())
    ours.stdin.flush()
    answer = ours.stdout.readline().split()
    return [float(v) for v in answer[:7]] + [answer[7].decode()]


def moons(rng, n):
    a, outer = np.pi * rng.random(n), np.arange(n) % 2 == 0
    x = np.stack([np.where(outer, np.cos(a), 1 - np.cos(a)), np.where(outer, np.sin(a), 0.5 - np.sin(a))], 1)
    return 2 * (x + 0.05 * rng.normal(size=(n, 2))) - 1


def normal(rng, n):
    return rng.normal(size=(n, 2))


def gaussians(rng, n):
    k = rng.integers(8, size=n)
    return 5 * np.stack([np.cos(np.pi * k / 4), np.sin(np.pi * k / 4)], 1) + 0.1**0.25 * rng.normal(size=(n, 2))


def error(plan, w):
    return max(abs(plan.sum(0) - w).sum(), abs(plan.sum(1) - w).sum())


def timed(solver, w, cost, eps, count):
    """Seconds to `count` iterations; the plan where all of them were made."""
    probe = min(count, 20)
    start = time.perf_counter()
    plan = solver(w, w, cost, eps, numItermax=probe, stopThr=0)
    seconds = time.perf_counter() - start
    if probe == count:
        return seconds, plan
    part = min(count, max(50, int(3 / seconds * probe)))
    start = time.perf_counter()
    plan = solver(w, w, cost, eps, numItermax=part, stopThr=0)
    return (time.perf_counter() - start) * count / part, plan if part == count else None


def online():
    rng, n = np.random.default_rng(1), 50000
    x, y = normal(rng, n), gaussians(rng, n)
    few, more = solve(x, y, 1.0, 2, 1), solve(x, y, 1.0, 2, 3)
    print(f"n = m = {n}, online: {(more[0] - few[0]) / 2:.2f} s an iteration (wall), peak memory {more[6]:.0f} MiB (below 1024)")
    return more[6] < 1024


def compare():
    good = True
    print(f"POT {ot.__version__}, load {os.getloadavg()[0]:.1f}")
    for name, draw in (("moons", moons), ("normal", normal)):
        for n in (1000, 2000):
            rng = np.random.default_rng(n)
            x, y, w = draw(rng, n), gaussians(rng, n), np.full(n, 1 / n)
            cost = ot.dist(x, y) / 2
            for eps in (1.0, 0.1, 0.02):
                count = int(solve(y, x, eps, 1)[2]) + 1  # POT fits the second marginal first
                solvers = {"sinkhorn": ot.bregman.sinkhorn_knopp, "sinkhorn_log": ot.bregman.sinkhorn_log}
                reached, left_out = {}, []
                for key, solver in solvers.items():
                    seconds, plan = timed(solver, w, cost, eps, count)
                    if plan is None and key == "sinkhorn":  # its plan at the end decides whether it gets there
                        plan = solver(w, w, cost, eps, numItermax=count, stopThr=0)
                    if plan is None or error(plan, w) < 1.3 * tolerance:
                        reached[key] = seconds
                    else:
                        left_out.append(f"{key} ({error(plan, w):.2g})")
                if eps == 1 and n == 1000:
                    for key, limits in (("sinkhorn_stabilized", {"numItermax": 5 * count}),
                                        ("sinkhorn_epsilon_scaling", {"numItermax": 40, "numInnerItermax": 20})):
                        solver = getattr(ot.bregman, key)
                        start = time.perf_counter()
                        plan = solver(w, w, cost, eps, stopThr=1e-9, **limits)
                        seconds = time.perf_counter() - start
                        if error(plan, w) < tolerance:
                            reached[key] = seconds
                        else:
                            left_out.append(f"{key} ({error(plan, w):.2g})")
                fastest = min(reached, key=reached.get)
                ratios = {fastest: [], "sinkhorn_log": []}
                mine = []
                for _ in range(5):
                    for key in dict.fromkeys([fastest, "sinkhorn_log"]):
                        result = solve(x, y, eps)
                        assert result[7] == "converged" and max(result[4:6]) <= tolerance, result
                        mine.append(result)
                        if key in solvers:
                            seconds = timed(solvers[key], w, cost, eps, count)[0]
                        else:
                            seconds = reached[key]
                        ratios[key].append(seconds / result[0])
                first, log = (np.median(ratios[key]) for key in (fastest, "sinkhorn_log"))
                print(f"{name} n {n} eps {eps}: {1e3 * np.median([r[0] for r in mine]):.0f} ms, {mine[0][2]:.0f} + {mine[0][3]:.0f} iterations "
                      f"(POT {count}); {fastest} {first:.1f}x ({min(ratios[fastest]):.1f} to {max(ratios[fastest]):.1f}), "
                      f"sinkhorn_log {log:.0f}x ({min(ratios['sinkhorn_log']):.0f} to {max(ratios['sinkhorn_log']):.0f}); "
                      f"at least 1x and 15x{'; not there: ' + ', '.join(left_out) if left_out else ''}", flush=True)
                good = good and first >= 1 and log >= 15
    return good


ok = online() if "--online" in sys.argv else compare() & online()
ours.stdin.close()
ours.wait()
sys.exit(int(not ok))
