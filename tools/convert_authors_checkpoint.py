#!/usr/bin/env python3
"""Turns a checkpoint of the paper's authors (a PyTorch state dictionary) into one of mdsm.

    .venv-peers/bin/python tools/convert_authors_checkpoint.py netE270000.pt --out cifar10.safetensors
    mdsm sample cifar10.safetensors -n 64 --grid samples.png

Depth, width, channels, image size and head follow from names and shapes. Noise range, sigma0 and the settings of sampling stand in
no such file: they come from --experiment, the paper's own settings unless told. Needs Python 3.11 with torch and safetensors
(`tools/setup_peers.sh` makes such an environment); the mapping of names alone needs neither.
"""
import argparse
import json
import math
import os
import pickle
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Module names of https://github.com/zengyi-li/MDSM, models/ResNet.py at 1ce32e0: stage s of a network is the down block
# "rb<s>", then the plain blocks "rbc<s>", "rbc<s><s>", ... A convolution sits in a wrapper called "conv", and where a mean pool
# goes with it in two.
STEM = {"conv1.conv": "stem"}
DOWN_BLOCK = {"conv_1.conv": "conv_a", "conv_2.conv.conv": "conv_b", "conv_shortcut.conv.conv": "skip"}
PLAIN_BLOCK = {"conv_1.conv": "conv_a", "conv_2.conv": "conv_b", "conv_shortcut.conv": "skip"}
HEADS = {
    "quadratic": {"ln1": "head.a", "ln2": "head.c", "lq": "head.d"},  # ln1(h) ln2(h) + lq(h^2)
    "linear": {"ln": "head.w"},  # ln(phi(h)); not in the released file, but in relatives of it
}
# Plain blocks after each down block.
PLAIN_BLOCKS = {6: (0, 0, 0), 12: (1, 1, 1), 18: (2, 2, 2), 34: (2, 3, 5, 2)}
NORMALISATION = re.compile(r"\.bn[12]\.(weight|bias)$")  # in every block's file, but used with normalize=True only
WRAPPERS = ("state_dict", "model_state_dict", "netE", "model", "net")
EXPERIMENTS = {1: "mnist", 3: "cifar10"}  # by channels; Fashion-MNIST and CelebA look the same from here

Shapes = Mapping[str, tuple[int, ...]]


class Misfit(Exception):
    """The file is not what the authors' code writes."""


@dataclass
class Network:
    depth: int
    width: int
    channels: int
    side: int
    head: str
    names: dict[str, str]  # theirs to ours


def without_prefix(names: list[str]) -> dict[str, str]:
    """Their names without DataParallel's "module.", to the names in the file."""
    wrapped = all(name.startswith("module.") for name in names)
    return {name.removeprefix("module.") if wrapped else name: name for name in names}


def stages_of(names: Shapes) -> list[list[str]]:
    """The blocks of each stage, in order."""
    stages = []
    for stage in "1234":
        blocks = [f"rb{stage}"]
        while f"rbc{stage * len(blocks)}.conv_1.conv.weight" in names:
            blocks.append(f"rbc{stage * len(blocks)}")
        if f"rb{stage}.conv_1.conv.weight" in names:
            stages.append(blocks)
    return stages


def depth_of(stages: list[list[str]]) -> int:
    plain = tuple(len(blocks) - 1 for blocks in stages)
    for depth, known in PLAIN_BLOCKS.items():
        if plain == known:
            return depth
    raise Misfit(f"plain blocks after each down block: {plain} (known: {PLAIN_BLOCKS}). Not one of the authors' networks.")


def head_of(names: Shapes) -> str:
    for head, modules in HEADS.items():
        if all(f"{module}.weight" in names for module in modules):
            return head
    raise Misfit("no head: neither ln1, ln2 and lq (quadratic) nor ln (linear) is there.")


def side_of(shapes: Shapes, features: int, filters: int, stages: int) -> int:
    """Pixels along a side of the images, from the head's features; held against the normalisation's shapes where they are."""
    pixels = features // filters
    side = math.isqrt(pixels) << stages
    if math.isqrt(pixels) ** 2 * filters != features:
        raise Misfit(f"the head has {features} features, which {filters} filters on a square do not give.")
    norm = shapes.get("rb1.bn1.weight")
    if norm is not None and norm[1:] != (side, side):
        raise Misfit(f"the head is for images of {side} x {side}, but rb1.bn1.weight has shape {norm}.")
    return side


def expected_shapes(network: Network, stages: list[list[str]]) -> dict[str, tuple[int, ...]]:
    """Their names with the shapes that such a network has; fills network.names on the way."""
    shapes = {}

    def add(theirs: str, ours: str, weight: tuple[int, ...], has_bias: bool = True) -> None:
        for kind, shape in (("weight", weight), ("bias", weight[:1]))[: 1 + has_bias]:
            shapes[f"{theirs}.{kind}"] = shape
            network.names[f"{theirs}.{kind}"] = f"{ours}.{kind}"

    filters = network.width
    for theirs, ours in STEM.items():
        add(theirs, ours, (filters, network.channels, 3, 3))
    index = 0
    for blocks in stages:
        for block in blocks:
            down = block == blocks[0]
            out = 2 * filters if down else filters
            for theirs, ours in (DOWN_BLOCK if down else PLAIN_BLOCK).items():
                to, sides = (filters if ours == "conv_a" else out), (1 if ours == "skip" else 3)
                add(f"{block}.{theirs}", f"blocks.{index}.{ours}", (to, filters, sides, sides), ours != "conv_a")
            filters, index = out, index + 1
    features = filters * (network.side >> len(stages)) ** 2
    for theirs, ours in HEADS[network.head].items():
        add(theirs, ours, (1, features))
    return shapes


def recognise(shapes: Shapes) -> Network:
    """The network that these tensors are the parameters of. \\raises Misfit that says what did not fit"""
    stem = shapes.get("conv1.conv.weight")
    if stem is None or len(stem) != 4:
        raise Misfit(f"no 'conv1.conv.weight', the first convolution of the authors' networks, among {len(shapes)} tensors"
                     + (f" ({', '.join(sorted(shapes)[:3])}, ...)." if shapes else "."))
    stages = stages_of(shapes)
    depth, head = depth_of(stages), head_of(shapes)
    width, channels = stem[0], stem[1]
    features = shapes[f"{next(iter(HEADS[head]))}.weight"][-1]
    side = side_of(shapes, features, width << len(stages), len(stages))
    network = Network(depth, width, channels, side, head, {})
    expected = expected_shapes(network, stages)
    for name, shape in expected.items():
        if name not in shapes:
            raise Misfit(f"'{name}' is missing from what looks like Res{depth} of width {width}.")
        if tuple(shapes[name]) != shape:
            raise Misfit(f"'{name}' has shape {tuple(shapes[name])} (expected {shape} in Res{depth} of width {width}).")
    unknown = [name for name in shapes if name not in expected and not NORMALISATION.search(name)]
    if unknown:
        raise Misfit(f"'{unknown[0]}' belongs to no network of the authors' models/ResNet.py ({len(unknown)} such names).")
    return network


def find_dictionary(loaded: object) -> Mapping:
    """The state dictionary, wherever the file keeps it."""
    if isinstance(loaded, Mapping):
        for key in WRAPPERS:
            if isinstance(loaded.get(key), Mapping):
                return loaded[key]
        if loaded and all(hasattr(value, "shape") for value in loaded.values()):
            return loaded
    raise Misfit("no state dictionary (a mapping of names to tensors), neither at the top nor under " + ", ".join(WRAPPERS) + ".")


def paper_experiment(network: Network) -> Path:
    name = EXPERIMENTS.get(network.channels)
    if name is None:
        raise Misfit(f"images of {network.channels} channels: no data set of the paper. Say which settings, with --experiment.")
    return Path(__file__).parent.parent / "experiments" / "paper" / f"{name}.toml"


def read_experiment(path: Path, network: Network, activation: str) -> dict:
    """The experiment's settings; its network is the one that the tensors say."""
    experiment = tomllib.loads(path.read_text())
    experiment.setdefault("train", {})["ema"] = 0  # the weights themselves
    experiment["energy"] = {
        "kind": "resnet", "depth": network.depth, "width": network.width, "head": network.head, "activation": activation
    }
    return experiment


def metadata_of(network: Network, settings: dict, step: int, source: str) -> dict[str, str]:
    """The header from which mdsm rebuilds the network."""
    return {
        "format": "mdsm-checkpoint-1",
        "experiment": json.dumps(settings),
        "datum_shape": json.dumps([network.channels, network.side, network.side]),
        "data_range": "[0, 1]",
        "sigma0": str(settings.get("objective", {}).get("sigma0", 0.1)),
        "step": str(step),
        "weights": "raw",
        "source": f"{source}, a state dictionary of the authors' code",
    }


def convert(source: Path, out: Path, experiment: Path | None, activation: str, step: int | None) -> str:
    """\\return what was found, in a line"""
    import torch
    from safetensors.torch import save

    dictionary = find_dictionary(torch.load(source, map_location="cpu", weights_only=True))
    tensors = {ours: dictionary[theirs] for ours, theirs in without_prefix(list(dictionary)).items()}
    network = recognise({name: tuple(tensor.shape) for name, tensor in tensors.items()})
    for name, tensor in tensors.items():
        if not bool(torch.isfinite(tensor).all()):
            raise Misfit(f"'{name}' has entries that are not finite.")
        if NORMALISATION.search(name) and not bool((tensor == (1 if name.endswith("weight") else 0)).all()):
            raise Misfit(f"'{name}' was trained: this network normalises (normalize=True), which mdsm's do not.")
    experiment = experiment or paper_experiment(network)
    if step is None:
        digits = re.findall(r"\d+", source.stem)
        step = int(digits[-1]) if digits else 0
    metadata = metadata_of(network, read_experiment(experiment, network, activation), step, source.name)
    converted = {ours: tensors[theirs].to(torch.float32).contiguous() for theirs, ours in network.names.items()}
    part = out.with_name(out.name + ".part")
    part.write_bytes(save(converted, metadata))
    os.replace(part, out)
    count = sum(tensor.numel() for tensor in converted.values())
    return (f"{out}: Res{network.depth}, width {network.width}, {network.head} head, images of {network.channels} x {network.side} x "
            f"{network.side}, {count} parameters, step {step}; settings of {experiment.name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="what the authors' train.py wrote, such as netE270000.pt")
    parser.add_argument("-o", "--out", type=Path, required=True, help="file X.safetensors")
    parser.add_argument("--experiment", type=Path,
                        help="TOML file for what a state dictionary does not say [experiments/paper/mnist.toml for grey images, "
                             "cifar10.toml for colour]")
    parser.add_argument("--activation", choices=("elu", "silu"), default="elu", help="nor does it say this; the release uses elu")
    parser.add_argument("--step", type=int, help="update at which it was saved [the last number in the file's name]")
    options = parser.parse_args()
    try:
        print(convert(options.checkpoint, options.out, options.experiment, options.activation, options.step))
    except ImportError as error:
        sys.exit(f"{error}. Run tools/setup_peers.sh, then .venv-peers/bin/python {sys.argv[0]} ...")
    except (Misfit, OSError, pickle.UnpicklingError, tomllib.TOMLDecodeError) as error:
        sys.exit(f"{options.checkpoint}: {error}")


if __name__ == "__main__":
    main()
