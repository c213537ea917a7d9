#!/usr/bin/python3
"""pytorch.py PROGRAM: training and sampling against plain PyTorch programs of the same work (peer/pytorch.py), in pairs within one run.

Both sides with 2 threads, PyTorch with the OpenMP build of OpenBLAS and the way of waiting for threads that suits it best just now; once as it
comes, and where that means AVX-512, which ours then takes as well, once more held to AVX2. Ours is the loop of the command itself (learning.cpp);
clipping, warm-up and decay of the rate are off where the peer has none. Seconds are taken inside: no start-up, no import, no first steps. Ends with
1 where a median ratio to the peer as it comes is below its limit. DM_PAIRS: pairs, 5 unless set. How to read the table: ../README.md."""
import glob
import json
import os
import statistics
import subprocess
import sys

PAIRS = int(os.environ.get("DM_PAIRS", "5"))
HERE = os.path.dirname(os.path.abspath(__file__))
TUNED = ("OMP_", "GOMP_", "OPENBLAS_", "MKL_", "ATEN_", "ONEDNN_", "DNNL_")  # settings of the caller's that would favour a side
PUBLISHED = {5: 1.34e-3, 50: 9.76e-3}  # mean KL of DSBM-IMF, Shi et al. 2023, table 3 (second-hand)


class Server:
    """A program that answers each line of JSON with one."""

    def __init__(self, *command, **environment):
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(TUNED)}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**inherited, "OMP_NUM_THREADS": "2", **environment})

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.process.args[-1]} ended with status {self.process.wait()}")
        return json.loads(line)

    def ask(self, job):
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def start(**environment):
    peer = Server("/usr/bin/python3", os.path.join(HERE, "peer", "pytorch.py"),
                  LD_LIBRARY_PATH=":".join(glob.glob("/usr/lib/*/openblas-openmp")), **environment)
    about = peer.answer()
    if not about["fair"]:
        print(f"PyTorch runs on {', '.join(about['blas']) or 'an unknown BLAS'}, no fair peer: skipped (Debian: libopenblas0-openmp)")
        sys.exit(0)
    return peer, about


def start_peers():
    """(kernels, peer) as PyTorch comes, then held to AVX2 where that is another. Threads wait as they do by default or
    briefly: spinning without bound costs a factor of ten on a busy machine."""
    if subprocess.run(["/usr/bin/python3", "-c", "import torch"], stderr=subprocess.DEVNULL).returncode:
        print("no PyTorch here: skipped (Debian: python3-torch, libopenblas0-openmp)")
        sys.exit(0)
    trial = [{"job": "edm", "steps": 20}, {"job": "dsbm", "d": 5, "epochs": 1, "simulated": False}]
    tried = []
    for waiting in ({}, {"GOMP_SPINCOUNT": "1000"}, {"OMP_WAIT_POLICY": "passive"}):
        peer, about = start(**waiting)
        seconds = [sum(peer.ask(job)["seconds"] for job in trial) for _ in range(2)][1]
        tried.append((seconds, len(tried), waiting))
        peer.end()
    waiting = min(tried)[2]
    peers = [start(**waiting)]
    if peers[0][1]["kernels"] in ("SkylakeX", "Cooperlake", "Sapphirerapids"):
        peers.append(start(**waiting, OPENBLAS_CORETYPE="Haswell", ATEN_CPU_CAPABILITY="avx2", ONEDNN_MAX_CPU_ISA="AVX2"))
    print(f"PyTorch {about['torch']}, OpenBLAS kernels {', then '.join(a['kernels'] for _, a in peers)}, waiting: "
          f"{' '.join(f'{k}={v}' for k, v in waiting.items()) or 'default'}; {PAIRS} pairs; load {os.getloadavg()[0]:.1f}")
    return [(a["kernels"], p) for p, a in peers]


def products(widths):
    """Multiply-adds a row of the layers, and of the first one alone, whose input needs no gradient."""
    each = [a * b for a, b in zip(widths, widths[1:])]
    return sum(each), each[0]


def training(batch, widths):
    all_, first = products(widths)
    return 2 * batch * (3 * all_ - first)


def shown(seconds, unit):
    return {"steps/s": f"{1 / seconds:.0f} steps/s", "ms": f"{1e3 * seconds:.2f} ms a step", "s": f"{seconds:.2f} s"}[unit]


peers = start_peers()
ours = Server(sys.argv[1])
good = True


def row(name, mine, theirs, ratios, limit, peak):
    """theirs, ratios: one a peer; the limit is for the first one, which is as it comes."""
    global good
    good = good and statistics.median(ratios[0]) >= limit
    each = "".join(f" {t} | {statistics.median(r):.2f} ({min(r):.2f} to {max(r):.2f}) |" for t, r in zip(theirs, ratios))
    print(f"| {name} | {mine} |{each} {limit} | {peak} |", flush=True)


def pairs(name, unit, limit, flops, mine, count, theirs, their_count):
    """Seconds a unit of work of each peer, pair by pair. flops: of a unit; counts: units of a job."""
    a, b, peak = [], [[] for _ in peers], []
    for k in range(PAIRS + 1):
        rate = ours.ask({"peak": 0.15})["gflops"]
        seconds = [ours.ask(mine)["seconds"] / count] + [peer.ask(theirs)["seconds"] / their_count for _, peer in peers]
        if k == 0:
            continue  # warms up
        a.append(seconds[0])
        peak.append(flops / seconds[0] / 1e9 / rate)
        for times, s in zip(b, seconds[1:]):
            times.append(s)
    row(name, shown(statistics.median(a), unit), [shown(statistics.median(t), unit) for t in b], [[y / x for x, y in zip(a, t)] for t in b],
        limit, f"{100 * statistics.median(peak):.0f} %")
    return b


def gaussian_script(half_iterations, steps):
    """dm-dsbm as the published script of the Gaussian benchmark trains (the other first coupling costs the same)."""
    return {"sigma": 1, "codec": "identity", "network": {"type": "mlp", "widths": [256, 256]}, "embedding": "label", "predict": "drift",
            "weighting": "drift", "batch": 128, "rate": 1e-4, "beta2": 0.999, "warmup": 0, "decay": "constant", "clip": 0, "ema": 0,
            "method": {"type": "dsbm-imf", "half_iterations": half_iterations, "steps": steps, "refresh": 78, "cache": 10000,
                       "simulation_steps": 20}}


def campaign(lines):
    """The section of dm-dsbm whose options a result of make campaign-gaussian names: '# dm-dsbm options: --sigma 1 --steps 2000, else ..'."""
    words = next(line for line in lines if line.startswith("# dm-dsbm options: ")).split(": ")[1].split(",")[0].split()
    section = {"method": {"type": "dsbm-imf"}}
    for flag, value in zip(words[::2], words[1::2]):
        key = flag[2:].replace("-", "_")
        of_method = key in ("half_iterations", "steps", "refresh", "cache", "simulation_steps", "simulation_final")
        (section["method"] if of_method else section)[key] = json.loads(value)
    return section


columns = "".join(f" PyTorch, {kernels} | ratio (range) |" for kernels, _ in peers)
print(f"| job | ours |{columns} at least | of the FMA peak ({ours.ask({'peak': 0.5})['gflops']:.0f} GFLOP/s) |")
print("|---" * (4 + 2 * len(peers)) + "|")

net = [34, 256, 256, 256, 2]
pairs("(a) train 3 x 256, batch 512", "steps/s", 2, training(512, net),
      {"dm-train": {"clip": 0, "warmup": 0, "decay": "constant", "steps": 420}, "d": 2, "from": 20}, 400,
      {"job": "edm", "steps": 200}, 200)
for block, how, limit in (10000, "", 1.4), (1000, ", the peer in blocks of 1,000 rows", 1):
    pairs(f"(a) sample 10,000 x 100 steps{how}", "s", limit, 2 * 10**6 * products(net)[0],
          {"dm-sample": {"sampler": "euler-maruyama", "steps": 100, "n": 10000}}, 1,
          {"job": "edm-sample", "n": 10000, "steps": 100, "block": block}, 1)

first, later = {}, {}
for d in (5, 20, 50):
    first[d] = pairs(f"(g) train 2 x 256, batch 128, d = {d}", "steps/s", 3, training(128, [d + 1, 256, 256, d]),
                     {"dm-dsbm": gaussian_script(1, 1580), "d": d, "from": 20}, 1560,
                     {"job": "dsbm", "d": d, "epochs": 6, "simulated": False}, 468)
for d in (5, 50):
    net = [d + 1, 256, 256, d]
    later[d] = pairs(f"DSBM, later half-iterations, refreshes included, d = {d}", "ms", 2.5,
                     training(128, net) + 2 * 10000 * 20 * products(net)[0] / 78,
                     {"dm-dsbm": gaussian_script(3, 156), "d": d, "from": 156}, 312,
                     {"job": "dsbm", "d": d, "epochs": 2, "simulated": True}, 312)
    if d == 5:
        pairs("(g) sample 10,000 x 100 steps, d = 5", "s", 1.4, 2 * 10**6 * products(net)[0],
              {"dm-sample": {"sampler": "euler-maruyama", "steps": 100, "n": 10000}}, 1,
              {"job": "dsbm-sample", "d": 5, "n": 10000, "steps": 100}, 1)

with open(os.path.join(HERE, "..", "..", "campaigns", "gaussian.tsv")) as text:
    lines = text.read().splitlines()
results = [line.split("\t") for line in lines if not line.startswith("#")]
section = campaign(lines)
for d in (5, 50):
    kl = statistics.mean(float(r[3]) for r in results if r[0] == "dsbm-imf" and r[1] == str(d))
    seconds = ours.ask({"dm-dsbm": section, "d": d, "from": 0})["seconds"]
    whole = [[1e4 * a + 39e4 * b for a, b in zip(*times)] for times in zip(first[d], later[d])]
    row(f"DSBM to mean KL {1e3 * kl:.2f}e-3 (published {1e3 * PUBLISHED[d]:.2f}e-3), d = {d}", f"{seconds:.0f} s",
        [f"{statistics.median(w):.0f} s *" for w in whole], [[s / seconds for s in w] for w in whole], 5, "")
print("* 40 half-iterations of 10,000 steps as published, at the seconds a step measured above. Ours is one whole training with the options "
      "of tests/campaigns/gaussian.tsv; its KL is the mean there.")
for _, server in peers + [("", ours)]:
    server.end()
sys.exit(int(not good))
