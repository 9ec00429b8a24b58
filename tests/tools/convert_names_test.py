#!/usr/bin/env python3
"""The mapping of names in tools/convert_authors_checkpoint.py against mdsm itself, without PyTorch: for each of the authors' networks,
tensors of their names and shapes become a checkpoint that `mdsm score` accepts. Usage: convert_names_test.py PROGRAM

The values are checked by tests/peers/convert_authors_checkpoint.py, which needs PyTorch.
"""
import json
import math
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import convert_authors_checkpoint as converter  # noqa: E402

PROGRAM = sys.argv.pop(1)
# As the authors' models/ResNet.py declares them: block name, is it a down block?
BLOCKS = {
    6: "rb1 rb2 rb3",
    12: "rb1 rbc1 rb2 rbc2 rb3 rbc3",
    18: "rb1 rbc1 rbc11 rb2 rbc2 rbc22 rb3 rbc3 rbc33",
    34: "rb1 rbc1 rbc11 rb2 rbc2 rbc22 rbc222 rb3 rbc3 rbc33 rbc333 rbc3333 rbc33333 rb4 rbc4 rbc44",
}


def authors_shapes(depth: int, width: int, channels: int, side: int, heads: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    shapes = {"conv1.conv.weight": (width, channels, 3, 3), "conv1.conv.bias": (width,)}
    filters, here = width, side
    for block in BLOCKS[depth].split():
        down = not block.startswith("rbc")
        out, wrapper = (2 * filters, "conv.conv") if down else (filters, "conv")
        for norm in ("bn1", "bn2"):
            shapes[f"{block}.{norm}.weight"] = shapes[f"{block}.{norm}.bias"] = (filters, here, here)
        shapes[f"{block}.conv_shortcut.{wrapper}.weight"] = (out, filters, 1, 1)
        shapes[f"{block}.conv_shortcut.{wrapper}.bias"] = (out,)
        shapes[f"{block}.conv_1.conv.weight"] = (filters, filters, 3, 3)
        shapes[f"{block}.conv_2.{wrapper}.weight"] = (out, filters, 3, 3)
        shapes[f"{block}.conv_2.{wrapper}.bias"] = (out,)
        filters, here = out, here // 2 if down else here
    for head in heads:
        shapes[f"{head}.weight"], shapes[f"{head}.bias"] = (1, filters * here * here), (1,)
    return shapes


def write_safetensors(path: Path, shapes: dict[str, tuple[int, ...]], metadata: dict[str, str]) -> None:
    header, at = {"__metadata__": metadata}, 0
    for name, shape in shapes.items():
        end = at + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + struct.pack("<f", 0.01) * (at // 4))


def write_images(path: Path, channels: int, side: int) -> None:
    """Two grey images as a NumPy file of uint8 (N, C, H, W)."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': (2, {channels}, {side}, {side}), }}".encode().ljust(117) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\x80" * (2 * channels * side * side))


class Names(unittest.TestCase):
    def test_mdsm_accepts_every_network(self) -> None:
        for depth in BLOCKS:
            for heads, head in ((("ln1", "ln2", "lq"), "quadratic"), (("ln",), "linear")):
                with self.subTest(depth=depth, head=head), tempfile.TemporaryDirectory() as folder:
                    shapes = authors_shapes(depth, 3, 3, 32, heads)
                    network = converter.recognise(shapes)
                    self.assertEqual((network.depth, network.width, network.channels, network.side, network.head),
                                     (depth, 3, 3, 32, head))
                    experiment = converter.read_experiment(converter.paper_experiment(network), network, "elu")
                    file, images = Path(folder) / "c.safetensors", Path(folder) / "x.npy"
                    write_safetensors(file, {ours: shapes[theirs] for theirs, ours in network.names.items()},
                                      converter.metadata_of(network, experiment, 7, "netE7.pt"))
                    write_images(images, 3, 32)
                    score = subprocess.run([PROGRAM, "score", file, images, "--quiet"], capture_output=True, text=True)
                    self.assertEqual(score.returncode, 0, score.stderr)
                    self.assertEqual(len(score.stdout.splitlines()), 3, score.stdout)

    def test_parameter_counts_are_the_papers(self) -> None:
        for depth, width, channels, millions in ((12, 64, 1, 9.06), (18, 128, 3, 62.3)):
            shapes = authors_shapes(depth, width, channels, 32, ("ln1", "ln2", "lq"))
            count = sum(math.prod(shapes[name]) for name in converter.recognise(shapes).names)
            self.assertAlmostEqual(count / 1e6, millions, delta=0.05)

    def test_wrapping_in_parallel_modules_is_taken_off(self) -> None:
        self.assertEqual(converter.without_prefix(["module.a", "module.b"]), {"a": "module.a", "b": "module.b"})
        self.assertEqual(converter.without_prefix(["module.a", "b"]), {"module.a": "module.a", "b": "b"})

    def test_errors_say_what_did_not_fit(self) -> None:
        good = authors_shapes(12, 4, 1, 32, ("ln1", "ln2", "lq"))
        without = {name: shape for name, shape in good.items() if name != "rbc2.conv_2.conv.bias"}
        for shapes, text in (
            ({"fc.weight": (3, 4)}, "no 'conv1.conv.weight'"),
            (without, "'rbc2.conv_2.conv.bias' is missing"),
            (good | {"rb2.conv_1.conv.weight": (8, 8, 5, 5)}, r"'rb2.conv_1.conv.weight' has shape \(8, 8, 5, 5\)"),
            (good | {"rbc33.conv_1.conv.weight": (32, 32, 3, 3)}, r"\(1, 1, 2\)"),
            (good | {"rb1.se.fc.weight": (2, 4)}, "'rb1.se.fc.weight' belongs to no network"),
            (good | {"rb1.bn1.weight": (4, 28, 28)}, "images of 32 x 32"),
            (good | {"ln1.weight": (1, 500)}, "500 features"),
        ):
            with self.subTest(text), self.assertRaisesRegex(converter.Misfit, text):
                converter.recognise(shapes)


if __name__ == "__main__":
    unittest.main()
