#!/usr/bin/env python3
"""Converts state dictionaries of the authors' networks and compares energies: PyTorch's of their network, mdsm's of the converted file.

    .venv-peers/bin/python tests/peers/convert_authors_checkpoint.py build/release/mdsm

The modules below have the names and the data flow of https://github.com/zengyi-li/MDSM (models/ResNet.py), so their state_dict() is
what the authors' train.py saves. PyTorch computes in float64. Errors are relative to the largest energy. Exits 0 if all are within
--tolerance and what must be rejected is.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

CONVERTER = Path(__file__).parent.parent.parent / "tools" / "convert_authors_checkpoint.py"
PLAIN_BLOCKS = {6: (0, 0, 0), 12: (1, 1, 1), 18: (2, 2, 2), 34: (2, 3, 5, 2)}


class Wrapped(nn.Module):
    """Something under the name `conv`, with or without a mean over 2 x 2 pixels before or after it."""

    def __init__(self, conv, before=False, after=False):
        super().__init__()
        self.conv, self.before, self.after = conv, before, after

    def forward(self, x):
        y = self.conv(nn.functional.avg_pool2d(x, 2) if self.before else x)
        return nn.functional.avg_pool2d(y, 2) if self.after else y


def convolution(inputs, outputs, size, bias=True):
    return Wrapped(nn.Conv2d(inputs, outputs, size, padding=size // 2, bias=bias))


class Block(nn.Module):
    def __init__(self, inputs, outputs, side, down, phi):
        super().__init__()
        self.bn1, self.bn2 = nn.LayerNorm([inputs, side, side]), nn.LayerNorm([inputs, side, side])  # saved, never used
        shortcut, last = convolution(inputs, outputs, 1), convolution(inputs, outputs, 3)
        self.conv_shortcut = Wrapped(shortcut, before=True) if down else shortcut
        self.conv_1 = convolution(inputs, inputs, 3, bias=False)
        self.conv_2 = Wrapped(last, after=True) if down else last
        self.phi = phi

    def forward(self, x):
        return self.conv_shortcut(x) + self.conv_2(self.phi(self.conv_1(self.phi(x))))


class Network(nn.Module):
    def __init__(self, depth, channels, width, side, head, phi):
        super().__init__()
        self.conv1 = convolution(channels, width, 3)
        self.order = []
        for stage, plain in enumerate(PLAIN_BLOCKS[depth], 1):
            self.append(f"rb{stage}", Block(width, 2 * width, side, True, phi))
            width, side = 2 * width, side // 2
            for count in range(1, plain + 1):
                self.append(f"rbc{str(stage) * count}", Block(width, width, side, False, phi))
        features = width * side * side
        if head == "quadratic":
            self.ln1, self.ln2, self.lq = (nn.Linear(features, 1) for _ in range(3))
        else:
            self.ln = nn.Linear(features, 1)
        self.phi = phi
        for parameter in self.parameters():  # large enough for energies that differ from image to image
            nn.init.normal_(parameter, std=parameter[0].numel() ** -0.5 if parameter.dim() > 1 else 0.1)
        for name, parameter in self.named_parameters():
            if ".bn" in name:
                nn.init.constant_(parameter, name.endswith("weight"))

    def append(self, name, block):
        self.add_module(name, block)
        self.order.append(name)

    def forward(self, x):
        h = self.conv1(x)
        for name in self.order:
            h = getattr(self, name)(h)
        h = h.flatten(1)
        energy = self.ln(self.phi(h)) if hasattr(self, "ln") else self.ln1(h) * self.ln2(h) + self.lq(h * h)
        return energy.view(-1)


def convert(source, out, *options):
    command = [sys.executable, str(CONVERTER), str(source), "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True)


def energies_of_mdsm(program, checkpoint, images, folder):
    out = folder / "e.npy"
    subprocess.run([program, "score", checkpoint, images, "--by", "energy", "--precision", "fp32", "--quiet", "--out", out],
                   check=True, stdout=subprocess.DEVNULL)
    return np.load(out).reshape(-1)


def compare(program, folder, name, network, saved, tolerance, *options):
    """Is the converted file's energy the network's?  `saved` is what the file holds; it may be old-fashioned."""
    channels = network.conv1.conv.weight.shape[1]
    pixels = np.random.default_rng(0).integers(0, 32, (8, channels, 32, 32), dtype=np.uint8)
    pixels *= np.arange(1, 9, dtype=np.uint8)[:, None, None, None]  # from dark to bright
    np.save(folder / "x.npy", pixels)
    torch.save(saved, folder / "netE123.pt", _use_new_zipfile_serialization="old" not in name)  # PyTorch 1.4's is no zip
    done = convert(folder / "netE123.pt", folder / "c.safetensors", *options)
    if done.returncode != 0:
        print(f"{name}: {done.stderr}")
        return False
    with torch.no_grad():
        expected = network.double()(torch.from_numpy(pixels).double() / 255).numpy()
    actual = energies_of_mdsm(program, folder / "c.safetensors", folder / "x.npy", folder)
    error = np.abs(actual - expected).max() / np.abs(expected).max()
    spread = expected.std() / np.abs(expected).max()
    print(f"{name}: {done.stdout.split(': ', 1)[1].strip()}: relative error {error:.2e}, spread of energies {spread:.2f}")
    return bool(error <= tolerance and spread > 0.05)


def rejects(folder, name, saved, text):
    torch.save(saved, folder / "bad.pt")
    done = convert(folder / "bad.pt", folder / "bad.safetensors")
    right = done.returncode == 1 and text in done.stderr and not (folder / "bad.safetensors").exists()
    print(f"{name}: {'rejected' if right else 'NOT REJECTED AS IT SHOULD BE'}: {done.stderr.strip()}")
    return right


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()
    torch.manual_seed(0)
    verdicts = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for depth in PLAIN_BLOCKS:
            for head in ("quadratic", "linear"):
                network = Network(depth, 3 if depth >= 18 else 1, 8, 32, head, nn.ELU())
                verdicts.append(compare(options.program, folder, f"Res{depth} {head}", network, network.state_dict(), options.tolerance))
        state = (network := Network(12, 1, 8, 32, "quadratic", nn.ELU())).state_dict()
        parallel = {f"module.{key}": value for key, value in state.items()}
        verdicts += [
            compare(options.program, folder, "old file format, two GPUs", network, parallel, options.tolerance),
            compare(options.program, folder, "in a wrapper", network, {"epoch": 3, "model_state_dict": state}, options.tolerance),
            rejects(folder, "normalised", state | {"rbc2.bn1.bias": torch.ones(32, 8, 8)}, "normalize=True"),
            rejects(folder, "not finite", state | {"ln1.bias": torch.tensor([float("nan")])}, "not finite"),
            rejects(folder, "another network", nn.Linear(2, 2).state_dict(), "no 'conv1.conv.weight'"),
            rejects(folder, "no dictionary", [1, 2], "no state dictionary"),
        ]
        network = Network(6, 3, 8, 32, "quadratic", nn.SiLU())
        verdicts.append(compare(options.program, folder, "another activation", network, network.state_dict(), options.tolerance,
                                "--activation", "silu"))
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
