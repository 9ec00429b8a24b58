"""Energies in deepinv and scikit-learn."""

import numpy as np
import pytest
import torch

import mdsm


def test_a_denoiser_and_a_prior_of_deepinv(mnist):
    deepinv = pytest.importorskip("deepinv")
    from mdsm.adaptors.deepinv import Denoiser, Prior

    clean = mnist.sample(2, seed=1).clamp(0, 1)
    mask = (torch.rand(1, 32, 32, generator=torch.Generator().manual_seed(0)) < 0.7).float()
    physics = deepinv.physics.Inpainting(img_size=(1, 32, 32), mask=mask)
    y = physics(clean)
    denoiser, prior = Denoiser(mnist), Prior(mnist)
    assert torch.allclose(denoiser(y, 0.1), mnist.denoise(y), atol=1e-5)
    assert torch.equal(prior.fn(y), mnist(y)) and torch.equal(prior.grad(y), mnist.grad(y))
    solver = deepinv.optim.optim_builder(
        "PGD", prior=deepinv.optim.PnP(denoiser), data_fidelity=deepinv.optim.L2(), max_iter=30,
        params_algo={"stepsize": 1.0, "g_param": 0.1},
    )  # fmt: skip
    with torch.no_grad():
        x = solver(y, physics)
    assert mdsm.psnr(x.clamp(0, 1), clean).mean() > mdsm.psnr(y, clean).mean() + 3


def test_outliers_of_scikit_learn():
    pytest.importorskip("sklearn")
    from mdsm.adaptors.sklearn import EnergyOutlierDetector

    random = np.random.default_rng(0)
    inside = random.normal(size=(600, 3)) * [1, 0.3, 2] + [5, 0, 1]
    outside = random.uniform(-6, 6, size=(200, 3)) * [1, 0.3, 2] + [5, 0, 1]
    detector = EnergyOutlierDetector(steps=400, width=32).fit(inside[:400])
    scores = detector.score_samples(np.concatenate([inside[400:], outside]))
    assert mdsm.auroc(-torch.from_numpy(scores[:200].copy()), -torch.from_numpy(scores[200:].copy())) > 0.9
    assert 0.02 < (detector.predict(inside[:400]) == -1).mean() < 0.08
    again = EnergyOutlierDetector(**detector.get_params())
    assert again.get_params() == detector.get_params()


def test_a_trained_energy_detects(mnist):
    pytest.importorskip("sklearn")
    from mdsm.adaptors.sklearn import EnergyOutlierDetector

    digits = mnist.sample(40, seed=0).clamp(0, 1).numpy()
    detector = EnergyOutlierDetector(mnist, contamination=0.1).fit(digits)
    noise = np.random.default_rng(0).uniform(size=(10, 1, 32, 32)).astype(np.float32)
    assert (detector.predict(noise) == -1).all()
