#!/usr/bin/env python3
"""Rebuilds a residual-network energy in plain PyTorch from a checkpoint alone, and compares it with what mdsm computed.

    mdsm score RUN x.npy --by energy   --out e.npy
    mdsm score RUN x.npy --by gradient --out g.npy
    python tests/peers/rebuild_resnet.py CHECKPOINT.safetensors x.npy --energy e.npy --gradient g.npy

The network is described by the file's metadata: "experiment" (JSON: a table of options a concern, of which "energy" is read) and
"datum_shape" (JSON list [C, H, W]). x holds (N, C, H, W) pixels in [0, 1] (uint8 is divided by 255); an .npz's first array is
taken. PyTorch computes in float64, so the errors are mdsm's own. They are relative to the largest entry. Exits 0 if every error is
within --tolerance, 1 if not.
"""
import argparse
import json
import sys

import numpy as np
import torch
from safetensors import safe_open
from torch import nn

# Plain blocks after each down block.
PLAIN_BLOCKS = {6: (0, 0, 0), 12: (1, 1, 1), 18: (2, 2, 2), 34: (2, 3, 5, 2)}
ACTIVATIONS = {"auto": nn.ELU, "elu": nn.ELU, "silu": nn.SiLU}  # auto: what a residual network has


class Block(nn.Module):
    """S(x) + conv_b(phi(conv_a(phi(x)))), pre-activation; `down` halves the sides and doubles the filters."""

    def __init__(self, channels, out, down, phi):
        super().__init__()
        self.conv_a = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.conv_b = nn.Conv2d(channels, out, 3, padding=1)
        self.skip = nn.Conv2d(channels, out, 1)
        self.phi = phi
        self.pool = nn.AvgPool2d(2) if down else nn.Identity()

    def forward(self, x):
        branch = self.conv_b(self.phi(self.conv_a(self.phi(x))))
        return self.skip(self.pool(x)) + self.pool(branch)


class QuadraticHead(nn.Module):
    """(a.h + b1)(c.h + b2) + d.(h*h) + b3"""

    def __init__(self, features):
        super().__init__()
        self.a, self.c, self.d = (nn.Linear(features, 1) for _ in range(3))

    def forward(self, h):
        return (self.a(h) * self.c(h) + self.d(h * h)).squeeze(1)


class LinearHead(nn.Module):
    """w.phi(h) + b"""

    def __init__(self, features, phi):
        super().__init__()
        self.w = nn.Linear(features, 1)
        self.phi = phi

    def forward(self, h):
        return self.w(self.phi(h)).squeeze(1)


class ResNetEnergy(nn.Module):
    def __init__(self, image, width, depth, head, activation):
        super().__init__()
        channels, height, columns = image
        phi = ACTIVATIONS[activation]()
        self.stem = nn.Conv2d(channels, width, 3, padding=1)
        self.blocks = nn.ModuleList()
        for plain in PLAIN_BLOCKS[depth]:
            self.blocks.append(Block(width, 2 * width, True, phi))
            width, height, columns = 2 * width, height // 2, columns // 2
            self.blocks.extend(Block(width, width, False, phi) for _ in range(plain))
        features = width * height * columns
        self.head = LinearHead(features, phi) if head == "linear" else QuadraticHead(features)

    def forward(self, x):
        h = self.stem(x)
        for block in self.blocks:
            h = block(h)
        return self.head(h.flatten(1))


def rebuild(path):
    """The network of a checkpoint, in float64, and the shape of one datum."""
    with safe_open(path, framework="pt") as checkpoint:
        metadata = checkpoint.metadata()
        weights = {name: checkpoint.get_tensor(name) for name in checkpoint.keys()}
    options = json.loads(metadata["experiment"])["energy"]
    if options["kind"] != "resnet":
        sys.exit(f"{path}: the energy is of kind '{options['kind']}' (this script rebuilds 'resnet').")
    image = json.loads(metadata["datum_shape"])
    network = ResNetEnergy(image, options["width"], options["depth"], options["head"], options["activation"])
    network.load_state_dict(weights, strict=True)
    return network.double(), tuple(image)


def read_array(path):
    array = np.load(path)
    return array[array.files[0]] if isinstance(array, np.lib.npyio.NpzFile) else array


def evaluate(network, x, batch=64):
    """E (N) and grad_x E (N, C, H, W)."""
    energies, gradients = [], []
    for part in torch.from_numpy(x).double().split(batch):
        part.requires_grad_(True)
        energy = network(part)
        (gradient,) = torch.autograd.grad(energy.sum(), part)
        energies.append(energy.detach())
        gradients.append(gradient)
    return torch.cat(energies).numpy(), torch.cat(gradients).numpy()


def agrees(name, actual, expected, tolerance):
    if actual.shape != expected.shape:
        print(f"{name}: mdsm wrote shape {actual.shape}, PyTorch computes {expected.shape}")
        return False
    error = np.abs(actual - expected).max() / np.abs(expected).max()
    verdict = error <= tolerance  # False for NaN
    print(f"{name}: {len(actual)} data, relative error {error:.2e} ({'within' if verdict else 'ABOVE'} {tolerance:.0e})")
    return bool(verdict)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("inputs")
    parser.add_argument("--energy", help="what `mdsm score --by energy` wrote")
    parser.add_argument("--gradient", help="what `mdsm score --by gradient` wrote")
    parser.add_argument("--tolerance", type=float, default=1e-5)
    options = parser.parse_args()
    if not (options.energy or options.gradient):
        parser.error("nothing to compare with: give --energy or --gradient")

    network, image = rebuild(options.checkpoint)
    x = read_array(options.inputs)
    if x.dtype == np.uint8:
        x = x.astype(np.float32) / 255
    if x.shape[1:] != image:
        sys.exit(f"{options.inputs}: shape {x.shape} (expected (N, {', '.join(map(str, image))})).")
    energy, gradient = evaluate(network, x)
    verdicts = []
    if options.energy:
        verdicts.append(agrees("energy", read_array(options.energy).reshape(-1), energy, options.tolerance))
    if options.gradient:
        verdicts.append(agrees("gradient", read_array(options.gradient), gradient, options.tolerance))
    sys.exit(0 if all(verdicts) else 1)


if __name__ == "__main__":
    main()
