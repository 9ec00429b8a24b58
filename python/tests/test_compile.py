"""mdsm.compile against PyTorch's double backward."""

import copy

import pytest
import torch
from networks import CASES, Mlp, made
from torch import nn

import mdsm

TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-5}


def double_backward(module, x, v):
    """E, its gradient g, and d<v, g>/dtheta and d<v, g>/dx by PyTorch."""
    leaf = x.clone().requires_grad_(True)
    value = module(leaf).reshape(-1)
    g = torch.autograd.grad(value.sum(), leaf, create_graph=True)[0]
    theta = list(module.parameters())
    found = torch.autograd.grad((g * v).sum(), [*theta, leaf], allow_unused=True)
    found = [torch.zeros_like(t) if f is None else f for t, f in zip([*theta, leaf], found)]
    return value.detach(), g.detach(), found[:-1], found[-1]


def close(found, expected, tolerance):
    scale = max(1.0, expected.abs().max().item())
    assert found.shape == expected.shape
    assert (found.to(expected.dtype) - expected).abs().max().item() <= tolerance * scale


@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
@pytest.mark.parametrize("name", CASES)
def test_every_derivative_is_that_of_double_backward(name, dtype):
    module, x = made(name, dtype)
    v = torch.randn_like(x)
    exact = copy.deepcopy(module).double()  # PyTorch's own float32 is no nearer to it than ours
    value, g, theta_bar, hv = double_backward(exact, x.double(), v.double())
    f = mdsm.compile(module, x)
    module.zero_grad()
    tolerance = TOLERANCE[dtype]
    close(f.value(x).detach(), value, tolerance)
    ours = f.grad(x)
    close(ours.detach(), g, tolerance)
    (ours * v).sum().backward()
    for parameter, expected in zip(module.parameters(), theta_bar):
        close(torch.zeros_like(parameter) if parameter.grad is None else parameter.grad, expected, tolerance)
    close(f.hvp(x, v), hv, tolerance)


def test_value_has_first_and_second_derivatives_in_autograd():
    module, x = made("resnet")
    f = mdsm.compile(module, x)
    v = torch.randn_like(x)
    _, g, theta_bar, hv = double_backward(module, x, v)
    module.zero_grad()
    leaf = x.clone().requires_grad_(True)
    ours = torch.autograd.grad(f(leaf).sum(), leaf, create_graph=True)[0]
    close(ours.detach(), g, 1e-10)
    (ours * v).sum().backward()
    close(leaf.grad, hv, 1e-10)
    for parameter, expected in zip(module.parameters(), theta_bar):
        close(parameter.grad, expected, 1e-10)


def test_the_parameters_gradient_of_the_value():
    module, x = made("mlp")
    f = mdsm.compile(module, x)
    weights = torch.randn(4, dtype=x.dtype)
    module.zero_grad()
    (module(x) * weights).sum().backward()
    expected = [p.grad.clone() for p in module.parameters()]
    module.zero_grad()
    (f(x) * weights).sum().backward()
    for parameter, e in zip(module.parameters(), expected):
        close(parameter.grad, e, 1e-10)


def test_an_optimisers_step_is_seen_and_learns():
    torch.manual_seed(0)
    module = Mlp(2, 32)
    data = torch.randn(512, 2) * torch.tensor([1.0, 0.3])
    f = mdsm.compile(module, data[:8])
    optimiser = torch.optim.Adam(module.parameters(), lr=3e-3)
    losses = []
    for _ in range(150):
        noise = 0.3 * torch.randn_like(data)
        noisy = data + noise
        loss = ((data - noisy + 0.09 * f.grad(noisy)) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    # From 0.09, the noise, to 0.0638, the posterior variance of this Gaussian.
    assert sum(losses[-10:]) < 0.8 * sum(losses[:10])
    x = data[:5].clone().requires_grad_(True)
    close(f.grad(data[:5]).detach(), torch.autograd.grad(module(x).sum(), x)[0], 1e-5)


def test_parameters_that_move_to_other_memory_are_followed():
    module, x = made("mlp")
    f = mdsm.compile(module, x)
    module.load_state_dict({k: v * 2 for k, v in module.state_dict().items()}, assign=True)
    close(f(x).detach(), module(x).detach(), 1e-10)


def test_frozen_parameters_get_no_gradient():
    module, x = made("mlp")
    module.net[0].weight.requires_grad_(False)
    f = mdsm.compile(module, x)
    f.grad(x).square().sum().backward()
    assert module.net[0].weight.grad is None and module.net[2].weight.grad is not None


def test_bfloat16_is_near():
    module, x = made("resnet", torch.float32, batch=8)
    f, g = mdsm.compile(module, x, precision="bf16"), mdsm.compile(module, x)
    exact = g.grad(x).detach()
    assert (f.grad(x).detach() - exact).norm() < 0.03 * exact.norm()
    assert (f(x) - g(x)).abs().max() < 0.03 * g(x).abs().max()


def test_what_is_read_natively_is_said():
    module, x = made("resnet")
    assert mdsm.compile(module, x).by_autograd() == []
    module, x = made("unet")
    assert mdsm.compile(module, x).by_autograd() == ["aten::gelu", "aten::group_norm"]
    assert "conv 3x3 stride 2" in mdsm.compile(module, x).describe()


class Sorted(nn.Module):
    def forward(self, x):
        h = torch.cumprod(x, 1)
        return h.sum(1)


def test_an_unknown_operator_is_named_with_module_and_line():
    module = nn.Sequential(nn.Linear(3, 3), Sorted())
    x = torch.randn(4, 3)
    with pytest.raises(mdsm.RequestError, match=r'aten.cumprod.default in module "1" \(Sorted\).*test_compile.py:\d+: `h = '):
        mdsm.compile(module, x)
    f = mdsm.compile(module, x, fallback="autograd")
    assert f.by_autograd() == ["aten::cumprod"]
    _, g, _, hv = double_backward(module, x, x)
    close(f.grad(x).detach(), g, 1e-5)
    close(f.hvp(x, x), hv, 1e-5)


class OverTheBatch(nn.Module):
    def forward(self, x):
        return (x - x.mean(0)).square().sum(1)


@pytest.mark.parametrize(
    "module, x, text",
    [
        (OverTheBatch(), torch.randn(4, 3), "adds up the whole batch"),
        (nn.Sequential(nn.Linear(3, 1), nn.Dropout(0.5)), torch.randn(4, 3), r"Call module.eval\(\) first"),
        (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1)), torch.randn(4, 3), "normalises by the batch"),
        (nn.Linear(3, 2), torch.randn(4, 3), "expected one number"),
        (nn.Linear(3, 1), torch.randn(4, 3, dtype=torch.float64), "Give both one type"),
        (nn.Linear(3, 1), torch.randn(3), r"shape \(B, datum...\)"),
        (nn.Linear(3, 1), torch.ones(4, 3, dtype=torch.long), "float32 or float64"),
        (lambda x: x, torch.randn(4, 3), "expected a torch.nn.Module"),
    ],
)
def test_what_cannot_be_compiled_is_an_error(module, x, text):
    with pytest.raises(mdsm.RequestError, match=text):
        mdsm.compile(module, x)


def test_eval_mode_is_read():
    module = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 1)).eval()
    x = torch.randn(4, 3)
    close(mdsm.compile(module, x).value(x).detach(), module(x).detach().squeeze(1), 1e-5)


def test_a_compiled_network_is_an_energy_that_is_sampled():
    class Spring(nn.Module):
        def __init__(self):
            super().__init__()
            self.k = nn.Parameter(torch.tensor([4.0, 1.0]))

        def forward(self, x):
            return 0.5 * (self.k * x * x).sum(1)

    f = mdsm.compile(Spring(), torch.randn(4, 2))
    x = f.energy.sample(
        2000, seed=3, sampler="hmc", steps=200, step_size=0.3, schedule="constant", temperature=1, jump=False
    )
    # Of 2000 draws a variance is off by 3.2 % (one standard deviation); five of them are let pass.
    assert torch.allclose(x.var(0), torch.tensor([0.25, 1.0]), rtol=0.16)


def test_third_derivatives_are_refused():
    module, x = made("mlp")
    f = mdsm.compile(module, x)
    leaf = x.clone().requires_grad_(True)
    hv = torch.autograd.grad(f.grad(leaf).square().sum(), leaf, create_graph=True)[0]
    with pytest.raises(RuntimeError, match="third derivatives"):
        hv.sum().backward()


def test_a_step_between_forward_and_backward_is_an_error():
    module, x = made("mlp")
    f = mdsm.compile(module, x)
    loss = f.grad(x).square().sum()
    with torch.no_grad():
        module.net[0].weight.add_(1)
    with pytest.raises(RuntimeError, match="changed between"):
        loss.backward()


def test_what_is_not_wanted_is_not_computed(monkeypatch):
    module, x = made("resnet")
    f = mdsm.compile(module, x)
    calls = []
    plain = mdsm._differentiable.At.passes
    monkeypatch.setattr(mdsm._differentiable.At, "passes", lambda self: calls.append(1) or plain(self))
    leaf = x.clone().requires_grad_(True)
    torch.autograd.grad(f(leaf).sum(), leaf)
    assert calls == []
