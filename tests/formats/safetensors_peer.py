"""Checks mdsm's safetensors files against Python's own reader, and writes one for mdsm to read.

Usage: safetensors_peer.py FOLDER. Reads FOLDER/mdsm.safetensors, writes FOLDER/python.safetensors. Exit code 77: no packages.
"""

import sys

try:
    import numpy as np
    from safetensors import safe_open
    from safetensors.numpy import save_file
except ImportError:
    sys.exit(77)

folder = sys.argv[1]
with safe_open(f"{folder}/mdsm.safetensors", framework="numpy") as file:
    assert file.metadata() == {"experiment": '{"a": "é\\n"}', "empty": ""}, file.metadata()
    expected = {
        "f64": np.arange(6, dtype=np.float64).reshape(2, 3) / 7,
        "f32": np.arange(6, dtype=np.float32).reshape(3, 2).T / 7,
        "f16": np.array([0.5, -2], np.float16),
        "i64": np.array([-(2**62)]),
        "i32": np.array(-7, np.int32),
        "i16": np.array([-300, 300], np.int16),
        "i8": np.array([-128, 127, 1], np.int8),
        "u8": np.array([255], np.uint8),
        "bool": np.array([True, False, True]),
        "none": np.zeros((0, 4), np.float32),
    }
    assert set(file.keys()) == set(expected) | {"bf16"}, file.keys()
    for name, value in expected.items():
        got = file.get_tensor(name)
        assert got.dtype == value.dtype and got.shape == value.shape and (got == value).all(), (name, got, value)
    assert file.get_slice("bf16").get_dtype() == "BF16" and file.get_slice("bf16").get_shape() == [2, 1]

save_file(
    {
        "weight": np.arange(12, dtype=np.float32).reshape(3, 4) - 5.5,
        "count": np.array(2**40),
        "mask": np.array([[True], [False]]),
        "bytes": np.arange(5, dtype=np.uint8),
        "half": np.array([0.25, 65504], np.float16),
        "none": np.zeros((2, 0), np.int16),
    },
    f"{folder}/python.safetensors",
    metadata={"by": "Python", "name": "é"},
)
