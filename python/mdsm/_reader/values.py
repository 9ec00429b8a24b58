"""What a node of an exported graph stands for, while its module is read."""

from dataclasses import dataclass
from typing import Tuple

import torch


@dataclass(frozen=True)
class Slot:
    """A value of each datum: a slot of the engine's graph.

    PyTorch's tensor has shape (B, shape...); where `merged`, (B shape[0], shape[1:]...): a reshape has joined the batch and
    the first axis of a datum, as networks over atoms do.
    """

    number: int
    shape: Tuple[int, ...]
    merged: bool = False
    lifted: bool = False  #: made of parameters alone: PyTorch's tensor has no axis of the batch

    @property
    def rank(self) -> int:
        """Axes of PyTorch's tensor."""
        return len(self.shape) + (0 if self.merged else 1)

    def axis(self, dim: int) -> int:
        """The axis of a datum that PyTorch's `dim` is; -1: the batch."""
        dim = dim + self.rank if dim < 0 else dim
        return dim - 1 if not self.merged else (dim if dim > 0 else -1)


@dataclass(frozen=True)
class Fixed:
    """A tensor that does not depend on the data: a parameter or buffer of the module, shared, or a constant."""

    name: str
    tensor: torch.Tensor


class Unsupported(Exception):
    """Why a node cannot be read; the reader adds where it stands."""
