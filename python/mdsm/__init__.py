"""mdsm: energy-based models by multiscale denoising score matching, and a second-order engine for PyTorch networks.

    import mdsm
    e = mdsm.load("mnist")            # shipped model, run directory or checkpoint
    x = e.sample(64, seed=0)          # (64, 1, 32, 32), as `mdsm sample` draws them
    f = mdsm.compile(network, x)      # your own network: gradients of losses of its gradient, without double backward

Images are float32 (B, C, H, W) in [0, 1]. docs/python.md is the tutorial and the reference.
"""

from mdsm._torch import import_torch as _import_torch

_import_torch()

from mdsm import _core  # noqa: E402  (LibTorch is loaded by torch)
from mdsm import nn  # noqa: E402
from mdsm.energy import Energy, energy, load  # noqa: E402
from mdsm.errors import Error, FailureError, RequestError  # noqa: E402
from mdsm.evaluation import evaluate, evaluations  # noqa: E402
from mdsm.metrics import auroc, frechet_distance, inception_score, kernel_distance, psnr, ssim  # noqa: E402
from mdsm.process import set_up_process  # noqa: E402
from mdsm import restore  # noqa: E402  (a module that is called)
from mdsm.second_order import SecondOrder, compile  # noqa: E402, A004
from mdsm.training import Run, train  # noqa: E402

__version__ = _core.version
__all__ = [
    "Energy", "Error", "FailureError", "RequestError", "Run", "SecondOrder", "auroc", "compile", "energy", "evaluate",
    "evaluations", "frechet_distance", "inception_score", "kernel_distance", "load", "nn", "psnr", "restore",
    "set_up_process", "ssim", "train",
]  # fmt: skip
