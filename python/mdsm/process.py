"""What this process sets up."""

import atexit

from mdsm import _core

atexit.register(_core.end_calls)
_done = False


def set_up_process(threads: int = 0, *, flush_denormals: bool = True, recycle_buffers: bool = True) -> None:
    """Sets up the process as the program `mdsm` does; the first `load`, `train`, `energy` or `compile` does so by itself.

    :param threads: that compute; 0: PyTorch's choice
    :param flush_denormals: numbers below 1e-38 count as 0, in PyTorch's own operations too (as torch.set_flush_denormal)
    :param recycle_buffers: memory of tensors on the CPU is used again instead of going back to the system
    """
    global _done
    _done = True
    _core.set_up_process(threads, flush_denormals, recycle_buffers)


def set_up_once() -> None:
    """The defaults, where nobody chose."""
    if not _done:
        set_up_process()
