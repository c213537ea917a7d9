"""The peer: plain PyTorch programs of what dm-train, dm-dsbm and dm-sample do. Reads jobs from standard input, one JSON object a line, and answers
each with {"seconds": ...} of the work alone; its first line says on what it runs."""
import copy
import ctypes
import json
import math
import os
import sys
import time

import torch

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
torch.manual_seed(1)


def mlp(widths):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(a, b), torch.nn.SiLU()]
    return torch.nn.Sequential(*layers[:-1])


class Edm:
    """Denoising with EDM's weighting and preconditioning (sigma_data 1): 2 + 32 -> 3 x 256 -> 2, Adam, moving average."""

    def __init__(self, d=2, batch=512):
        self.d, self.batch = d, batch
        self.data = torch.randn(10000, d)
        self.frequency = 2 * math.pi * torch.exp(torch.linspace(math.log(0.125), math.log(4), 16))
        self.net = mlp([d + 32, 256, 256, 256, d])
        self.ema = [p.detach().clone() for p in self.net.parameters()]
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=4e-3, betas=(0.9, 0.99))
        self.order, self.next = torch.randperm(10000), 0

    def embed(self, sigma):  # [n, 1]
        angle = sigma.log() / 4 * self.frequency
        return torch.cat([angle.cos(), angle.sin()], 1)

    def rows(self):
        if self.next + self.batch > len(self.order):
            self.order, self.next = torch.randperm(10000), 0
        self.next += self.batch
        return self.data[self.order[self.next - self.batch:self.next]]

    def train(self, steps):
        for _ in range(steps):
            self.step()

    def step(self):
        x0 = self.rows()
        sigma = torch.exp(1.4 * torch.randn(self.batch, 1) - 1.4)
        square = sigma * sigma + 1
        x = x0 + sigma * torch.randn_like(x0)
        target = (x0 - x / square) * square.sqrt() / sigma
        loss = torch.nn.functional.mse_loss(self.net(torch.cat([x / square.sqrt(), self.embed(sigma)], 1)), target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():
            torch._foreach_mul_(self.ema, 0.999)
            torch._foreach_add_(self.ema, list(self.net.parameters()), alpha=0.001)

    @torch.inference_mode()
    def sample(self, n, steps):
        """Euler-Maruyama for the reverse of the variance-exploding process, sigma from 80 to .002 on the Karras grid."""
        ramp = torch.linspace(0, 1, steps + 1)
        sigmas = ((80 ** (1 / 7) + ramp * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7).tolist()
        x = 80 * torch.randn(n, self.d)
        for k, (s, to) in enumerate(zip(sigmas, sigmas[1:])):
            square = s * s + 1
            features = self.embed(torch.full((1, 1), s)).expand(n, 32)
            f = self.net(torch.cat([x / math.sqrt(square), features], 1))
            b = 2 * math.log(s / to)  # g^2 h / sigma^2
            x = (1 - b) * x + b * (x / square + s / math.sqrt(square) * f)
            if k + 1 < steps:
                x = x + s * math.sqrt(b) * torch.randn_like(x)
        return x


class Dsbm:
    """Diffusion Schroedinger bridge matching (Shi et al. 2023, algorithm 1) as its Gaussian benchmark runs it: two drifts
    [d + 1, 256, 256, d], sigma 1, batch 128, Adam 1e-4; pairs made anew every 78 steps, an epoch of 10,000 rows."""

    def __init__(self, d):
        self.d, self.cloud = d, [torch.randn(10000, d) - 0.1, torch.randn(10000, d) + 0.1]
        self.net = {way: mlp([d + 1, 256, 256, d]) for way in "fb"}

    @torch.inference_mode()
    def simulate(self, net, way, x, steps):
        """dx = v(x, t) dt + dw from t = 0 to 1 (f), or from 1 to 0 (b), with noise in the last step too."""
        for k in range(steps):
            t = torch.full((len(x), 1), k / steps if way == "f" else 1 - k / steps)
            x = x + net(torch.cat([x, t], 1)) / steps + torch.randn_like(x) / math.sqrt(steps)
        return x

    def half(self, way, epochs, simulated=True):
        """A half-iteration that trains the drift of one way on pairs that the other way makes; or on independent pairs."""
        net, other = self.net[way], "b" if way == "f" else "f"
        frozen = copy.deepcopy(self.net[other])
        optimiser = torch.optim.Adam(net.parameters(), lr=1e-4)
        for _ in range(epochs):
            z0, z1 = self.cloud
            if not simulated:
                z1 = z1[torch.randperm(len(z1))]
            elif other == "f":
                z1 = self.simulate(frozen, "f", z0, 20)
            else:
                z0 = self.simulate(frozen, "b", z1, 20)
            order = torch.randperm(10000)
            for k in range(0, 78 * 128, 128):
                self.step(net, optimiser, way, z0[order[k:k + 128]], z1[order[k:k + 128]])

    def train(self, epochs, simulated):
        """Half-iterations of both ways in turn; independent pairs are those of the first one, which is backward."""
        for way in "bf" if simulated else "b":
            self.half(way, epochs, simulated)

    def sample(self, n, steps):
        return self.simulate(self.net["f"], "f", torch.randn(n, self.d) - 0.1, steps)

    def step(self, net, optimiser, way, z0, z1):
        t = 1e-3 + (1 - 2e-3) * torch.rand(len(z0), 1)
        z = torch.randn_like(z0)
        x = (1 - t) * z0 + t * z1 + (t * (1 - t)).sqrt() * z
        target = z1 - z0 - (t / (1 - t)).sqrt() * z if way == "f" else z0 - z1 - ((1 - t) / t).sqrt() * z
        loss = (net(torch.cat([x, t], 1)) - target).square().sum(1).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()


def main():
    with open("/proc/self/maps") as maps:
        blas = sorted({os.path.realpath(line.split()[-1]) for line in maps if "blas" in line or "libmkl" in line})
    openmp = [b for b in blas if "openblas-openmp/libopenblas" in b]
    fair = bool(openmp) and all("openblas-openmp" in b for b in blas)
    kernels = ""
    if fair:
        library = ctypes.CDLL(openmp[0])
        library.openblas_get_corename.restype = ctypes.c_char_p
        kernels = library.openblas_get_corename().decode()
    print(json.dumps({"torch": torch.__version__, "blas": blas, "fair": fair, "kernels": kernels}), flush=True)
    if not fair:
        return
    edm, dsbm = Edm(), {}
    jobs = {
        "edm": lambda job: edm.train(job["steps"]),
        "edm-sample": lambda job: [edm.sample(job["block"], job["steps"]) for _ in range(0, job["n"], job["block"])],
        "dsbm": lambda job: dsbm[job["d"]].train(job["epochs"], job["simulated"]),
        "dsbm-sample": lambda job: dsbm[job["d"]].sample(job["n"], job["steps"]),
    }
    for line in sys.stdin:
        job = json.loads(line)
        if "d" in job and job["d"] not in dsbm:
            dsbm[job["d"]] = Dsbm(job["d"])
        start = time.perf_counter()
        jobs[job["job"]](job)
        print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)


main()
