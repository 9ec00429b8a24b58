"""Shipped energies, energies of one's own, and mdsm.nn, against the program and PyTorch."""

import subprocess
import sys

import numpy as np
import pytest
import torch

import mdsm


def test_samples_are_those_of_the_program_bit_for_bit(mnist, tmp_path):
    file = tmp_path / "x.npy"
    command = [sys.executable, "-m", "mdsm", "sample", "mnist", "-n", "4", "--seed", "7", "--steps", "3", "-o", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    x = mnist.sample(4, seed=7, steps=3)
    assert x.shape == (4, 1, 32, 32) and x.dtype == torch.float32
    assert np.array_equal(x.numpy(), np.load(file))


def test_seeds_are_each_their_own(mnist):
    both = mnist.sample(seeds=[3, 11], steps=2)
    assert torch.equal(mnist.sample(seeds=[11], steps=2)[0], both[1])


def test_what_is_known_of_an_energy(mnist):
    assert mnist.datum_shape == (1, 32, 32) and mnist.sigma0 > 0 and mnist.step > 0
    assert mnist.experiment["data"]["name"] and mnist.file.endswith("mnist.safetensors")
    assert all(isinstance(t, torch.Tensor) for t in mnist.parameters().values())
    assert "mnist.safetensors" in repr(mnist)


def test_gradients_are_those_of_differences(mnist, noisy):
    v = torch.randn(5, 1, 32, 32, generator=torch.Generator().manual_seed(1))
    h = 1e-2
    along = (mnist(noisy + h * v) - mnist(noisy - h * v)) / (2 * h)
    exact = (mnist.grad(noisy) * v).flatten(1).sum(1)
    assert torch.allclose(along, exact, rtol=2e-2, atol=1.0)
    bent = (mnist.grad(noisy + h * v) - mnist.grad(noisy - h * v)) / (2 * h)
    assert (bent - mnist.hvp(noisy, v)).norm() < 0.05 * bent.norm()


def test_the_energy_is_differentiable_twice(mnist, noisy):
    x = noisy.clone().requires_grad_(True)
    mnist(x).sum().backward()
    assert torch.allclose(x.grad, mnist.grad(noisy), rtol=1e-3, atol=1e-3 * x.grad.abs().max().item())
    y = noisy.clone().requires_grad_(True)
    g = torch.autograd.grad(mnist(y).sum(), y, create_graph=True)[0]
    (g * noisy).sum().backward()
    hv = mnist.hvp(noisy, noisy)
    assert (y.grad - hv).norm() < 1e-3 * hv.norm()


def test_denoising_takes_noise_away(mnist):
    clean = mnist.sample(8, seed=0).clamp(0, 1)
    noisy = clean + 0.3 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))
    assert (mnist.denoise(noisy) - clean).square().mean() < 0.25 * 0.09
    assert torch.allclose(mnist.noise_in(noisy), torch.tensor(0.3), atol=0.05)


def test_arrays_of_other_libraries_cross_without_a_copy(mnist, noisy):
    array = noisy.numpy()
    assert torch.equal(mnist(array), mnist(noisy))
    theta = mnist.parameters()
    name = next(iter(theta))
    again = mdsm.load("mnist")
    before = again(noisy)
    again.parameters()[name].mul_(1.5)  # the energy's own memory
    assert not torch.equal(again(noisy), before)
    strided = noisy.permute(0, 1, 3, 2).contiguous().permute(0, 1, 3, 2)
    assert not strided.is_contiguous() and torch.equal(mnist(strided), mnist(noisy))


def test_a_function_of_ones_own_is_sampled():
    e = mdsm.energy(lambda x: 8 * (x - 1).square().sum(1), (2,))
    x = e.sample(2000, sampler="hmc", steps=200, step_size=0.1, schedule="constant", temperature=1, jump=False)
    # Standard deviations of the mean 0.0056 and of the variance 3.2 %: five of either are let pass.
    assert torch.allclose(x.mean(0), torch.ones(2), atol=0.028) and torch.allclose(x.var(0), torch.tensor(1 / 16), rtol=0.16)


def test_a_module_of_ones_own_has_its_parameters_gradients():
    module = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    e = mdsm.energy(module, (3,))
    x = torch.randn(6, 3)
    e.grad(x).square().sum().backward()
    ours = [p.grad.clone() for p in module.parameters() if p.grad is not None]
    module.zero_grad()
    leaf = x.clone().requires_grad_(True)
    torch.autograd.grad(module(leaf).sum(), leaf, create_graph=True)[0].square().sum().backward()
    theirs = [torch.zeros_like(p) if p.grad is None else p.grad for p in module.parameters()]
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(ours, theirs))


def test_a_network_of_the_library_is_a_module():
    module = mdsm.nn.Energy("mlp", (2,), width=16, depth=2)
    x = torch.randn(64, 2)
    optimiser = torch.optim.Adam(module.parameters(), lr=1e-2)
    first = None
    for _ in range(60):
        loss = (module.grad(x) - x).square().mean()
        first = loss.item() if first is None else first
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.3 * first
    module.load_state_dict({k: torch.zeros_like(v) for k, v in module.state_dict().items()}, assign=True)
    # E = s^2 |z - f(z)|^2 / (2 sigma0^2), z = x / s, and f is 0 now.
    assert torch.allclose(module(x), x.square().sum(1) / (2 * module.energy.sigma0**2))


@pytest.mark.parametrize("name", ["frechet", "kernel", "auroc", "psnr"])
def test_metrics_know_their_fixed_points(name):
    torch.manual_seed(0)
    a, b = torch.randn(400, 3), torch.randn(400, 3)
    if name == "frechet":
        assert mdsm.frechet_distance(a, a) == pytest.approx(0, abs=1e-8)
        assert mdsm.frechet_distance(a, a + 2) == pytest.approx(12, rel=1e-4)
    elif name == "kernel":
        assert abs(mdsm.kernel_distance(a, b, subset_size=200)[0]) < 0.1
        assert mdsm.kernel_distance(a, b + 2, subset_size=200)[0] > 10
    elif name == "auroc":
        assert mdsm.auroc(torch.arange(5.0), torch.arange(5.0) + 10) == 1
        assert mdsm.auroc(a[:, 0], a[:, 0]) == 0.5
    else:
        x = torch.rand(2, 1, 16, 16)
        assert torch.allclose(mdsm.psnr(x, x + 0.1), torch.tensor(20.0, dtype=torch.float64), atol=1e-3)
        assert torch.allclose(mdsm.ssim(x, x), torch.tensor(1.0, dtype=torch.float64))


def test_an_evaluation_is_that_of_the_program(mnist):
    found = mdsm.evaluate(mnist, "noise-levels", n=16)
    assert found["step"] == mnist.step
    assert "fid" in mdsm.evaluations()


def test_progress_is_heard(mnist):
    heard = []
    mnist.sample(2, steps=4, progress=lambda fraction, text: heard.append(fraction))
    assert heard == sorted(heard) and heard[-1] > 0.5
