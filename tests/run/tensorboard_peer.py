"""Checks with TensorBoard's own reader what TensorBoardReadsTheFolder wrote.

Usage: tensorboard_peer.py FOLDER. Exit code 77: Python has no tensorboard.
"""

import sys

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    sys.exit(77)

run = EventAccumulator(sys.argv[1], size_guidance={"images": 0, "scalars": 0})
run.Reload()
assert run.Tags()["scalars"] == ["loss/train", "loss/held_out"] and run.Tags()["images"] == ["samples"], run.Tags()
train = [(event.step, event.value) for event in run.Scalars("loss/train")]
assert train == [(0, 1000.0), (100, 0.5), (200, 0.25), (300, 0.125)], train  # 150 was dropped: resumed from 100
assert [event.step for event in run.Scalars("loss/held_out")] == [0]
(image,) = run.Images("samples")
assert (image.step, image.width, image.height) == (200, 7, 5), image
assert image.encoded_image_string.startswith(b"\x89PNG")
