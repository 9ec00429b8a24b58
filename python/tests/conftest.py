"""What the tests share."""

import pytest
import torch

import mdsm


@pytest.fixture(scope="session")
def mnist():
    """The shipped energy."""
    return mdsm.load("mnist")


@pytest.fixture(scope="session")
def noisy():
    """Noise of standard deviation 0.5 around grey, as large as that energy's images."""
    torch.manual_seed(0)
    return 0.5 + 0.5 * torch.randn(5, 1, 32, 32)
