"""A training step in a user's own PyTorch loop: eager double backward, and the same loop with mdsm.compile.

    python bench/python/compile_step.py [--rounds 3] [--runs 5] [--threads 2] [--bf16] [--case NAME]

Prints a JSON line a case: median seconds a step of each, in alternating rounds of one process, and the ratio of medians. A step
is noise, gradient of E, loss, backward, Adam. `overhead` is a call of a network of three numbers.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import torch

import mdsm

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python" / "tests"))
from networks import Mlp, ResNet  # noqa: E402


CASES = {
    "res12-w16-b128": (lambda: ResNet(width=16, side=32), (128, 1, 32, 32)),
    "mlp-512-b4096-d64": (lambda: Mlp(64, 512), (4096, 64)),
}


def step_of(module, optimiser, x, gradient, sigma=0.3):
    """One update; `gradient` gives grad E with history."""

    def step():
        noisy = x + sigma * torch.randn_like(x)
        loss = ((x - noisy + sigma**2 * gradient(noisy)) ** 2).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()

    return step


def eager_gradient(module):
    def gradient(noisy):
        leaf = noisy.requires_grad_(True)
        return torch.autograd.grad(module(leaf).sum(), leaf, create_graph=True)[0]

    return gradient


def seconds(step, runs):
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return times


def measured(name, options):
    kind, shape = CASES[name]
    torch.manual_seed(0)
    x = torch.rand(shape)
    ways = {}
    for way in ["eager", "mdsm fp32"] + (["mdsm bf16"] if options.bf16 else []):
        module = kind()
        optimiser = torch.optim.Adam(module.parameters(), lr=1e-4)
        if way == "eager":
            gradient = eager_gradient(module)
        else:
            gradient = mdsm.compile(module, x[:4], precision=way[-4:]).grad
        ways[way] = step_of(module, optimiser, x, gradient)
    times = {way: [] for way in ways}
    for step in ways.values():
        seconds(step, 2)  # methods of convolutions are chosen, memory is found
    for _ in range(options.rounds):
        for way, step in ways.items():
            times[way] += seconds(step, options.runs)
    medians = {way: statistics.median(t) for way, t in times.items()}
    ratios = {f"{way} x": medians["eager"] / medians[way] for way in ways if way != "eager"}
    return {"case": name, "threads": torch.get_num_threads(), **medians, **ratios}


def overhead():
    """Microseconds that a call costs beyond its arithmetic: a network of three numbers, with history and without."""
    module = torch.nn.Sequential(torch.nn.Linear(3, 1))
    x = torch.rand(2, 3)
    f = mdsm.compile(module, x)

    def per_call(call, count=2000):
        for _ in range(50):
            call()
        return min(statistics.mean(seconds(call, count // 5)) for _ in range(5)) * 1e6

    with torch.no_grad():
        plain = per_call(lambda: f.grad(x))
    return {"case": "overhead", "grad, us": plain, "grad with history, us": per_call(lambda: f.grad(x))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--case", action="append", choices=[*CASES, "overhead"])
    options = parser.parse_args()
    mdsm.set_up_process(options.threads)
    for name in options.case or [*CASES, "overhead"]:
        print(json.dumps(overhead() if name == "overhead" else measured(name, options)), flush=True)


if __name__ == "__main__":
    main()
