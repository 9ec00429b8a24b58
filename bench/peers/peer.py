"""One case in one PyTorch setting, in a process of its own: the training step and the gradient that `mdsm bench` times.

    python peer.py CASE SETTING [--runs 10] [--threads 2] [--only step|gradient]

SETTING: eager (as the authors do it), channels-last, bf16 (autocast), bf16-channels-last; and the four with compiled- in front
(gradient only: torch.compile cannot differentiate twice). Prints one JSON object:
{case, setting, gradient_norm, loss, step_s: {min, median}, gradient_s: {min, median}, peak_bytes, images_per_s}; the norm of
grad_x E and the loss are those of the first step, and agree between settings to rounding.
peak_bytes is the peak resident memory above that of the process before it makes the network.
"""
import argparse
import contextlib
import json
import statistics
import time

import torch

from networks import CASES

SETTINGS = ["eager", "channels-last", "bf16", "bf16-channels-last", "compiled", "compiled-channels-last", "compiled-bf16", "compiled-bf16-channels-last"]


def resident_bytes(field):
    """VmRSS (now) or VmHWM (peak) of this process."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"/proc/self/status has no {field}")


def reset_peak():
    """Sets VmHWM back to VmRSS."""
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")


class Work:
    """A network in one setting with a fixed batch; `step` and `gradient` are what is timed."""

    def __init__(self, case, setting):
        torch.manual_seed(0)
        make, batch = CASES[case]
        self.energy = make()
        self.bf16 = "bf16" in setting
        self.format = torch.channels_last if "channels-last" in setting else torch.contiguous_format
        self.energy = self.energy.to(memory_format=self.format)
        self.forward = torch.compile(self.energy) if setting.startswith("compiled") else self.energy
        self.optimiser = torch.optim.Adam(self.energy.parameters(), lr=1e-4, betas=(0.9, 0.95))
        self.x = torch.rand(batch, 1, 32, 32)
        self.sigma = torch.logspace(-1, 0.4771, batch).view(-1, 1, 1, 1)
        self.noisy = (self.x + self.sigma * torch.randn_like(self.x)).contiguous(memory_format=self.format)

    def freeze(self):
        """From here on no gradients of parameters: what a sampler needs. A compiled backward pass would compute them all."""
        self.energy.requires_grad_(False)

    def energy_gradient(self, create_graph):
        noisy = self.noisy.detach().requires_grad_()
        with torch.autocast("cpu", torch.bfloat16) if self.bf16 else contextlib.nullcontext():
            energy = self.forward(noisy).float().sum()
        return torch.autograd.grad(energy, noisy, create_graph=create_graph)[0].float()

    def gradient(self):
        return self.energy_gradient(create_graph=False)

    def step(self):
        """One update by the MDSM loss: mean of ||x - noisy + sigma0^2 grad E||^2 / sigma^2; returns the loss."""
        g = self.energy_gradient(create_graph=True)
        residual = (self.x - self.noisy + self.energy.sigma0**2 * g) / self.sigma
        loss = residual.pow(2).flatten(1).sum(1).mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return loss.item()


def seconds_of(run, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return {"min": min(times), "median": statistics.median(times)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("setting", choices=SETTINGS)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=["step", "gradient"])
    options = parser.parse_args()
    compiled = options.setting.startswith("compiled")
    if compiled and options.only == "step":
        parser.error("torch.compile cannot differentiate twice: a compiled setting has no step")
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    idle = resident_bytes("VmRSS")
    reset_peak()
    work = Work(options.case, options.setting)
    result = {"case": options.case, "setting": options.setting, "torch": torch.__version__, "threads": options.threads}
    if not compiled:
        result["gradient_norm"] = work.gradient().norm().item()
    if options.only != "gradient" and not compiled:
        result["loss"] = work.step()
        work.step()
        result["step_s"] = seconds_of(work.step, options.runs)
        result["images_per_s"] = len(work.x) / result["step_s"]["min"]
    if not compiled:
        result["peak_bytes"] = resident_bytes("VmHWM") - idle
    if options.only != "step":
        work.freeze()
        work.gradient()
        work.gradient()
        result["gradient_s"] = seconds_of(work.gradient, options.runs)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
