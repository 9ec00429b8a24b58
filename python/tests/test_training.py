"""Training from Python."""

import os
import signal
import threading
import time

import pytest
import torch

import mdsm

QUICK = {"steps": 40, "batch": 32, "evaluate_every": 0, "sample_every": 0, "moments_rank": 0, "checkpoint_every": 20}
PLAN = {"energy": {"kind": "mlp", "width": 16, "depth": 2}, "noise": {"sigma_min": 0.1, "sigma_max": 0.5}}


@pytest.fixture()
def points():
    return torch.randn(500, 2, generator=torch.Generator().manual_seed(0)) * torch.tensor([1.0, 0.2])


def test_arrays_are_learned_and_nothing_is_kept(points, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    steps = []
    run = mdsm.train(PLAN, data=points, train=QUICK, on_step=lambda row: steps.append(row["step"]), progress=False)
    assert steps == list(range(1, 41)) and run.step == 40 and run.out is None
    assert run.energy.datum_shape == (2,) and run.energy.sample(3, steps=5).shape == (3, 2)
    assert list(tmp_path.iterdir()) == []


def test_a_run_directory_is_that_of_the_program_and_goes_on(points, tmp_path):
    whole, parts = str(tmp_path / "whole"), str(tmp_path / "parts")
    mdsm.train(PLAN, data=points, out=whole, train=QUICK, progress=False)

    def stop(row):
        if row["step"] == 17:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        mdsm.train(PLAN, data=points, out=parts, train=QUICK, on_step=stop, progress=False)
    run = mdsm.train(data=points, out=parts, resume=True, progress=False)
    x = points[:9]
    assert run.step == 40 and torch.equal(mdsm.load(whole)(x), mdsm.load(parts)(x))
    with pytest.raises(mdsm.RequestError, match="resume=True"):
        mdsm.train(PLAN, data=points, out=parts, train=QUICK, progress=False)


def test_a_module_of_ones_own_is_trained_in_place(points):
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Softplus(), torch.nn.Linear(16, 1))
    for make in (lambda: mdsm.energy(module, (2,)), lambda: mdsm.compile(module, points[:4]).energy):
        e = make()
        before = [p.detach().clone() for p in module.parameters()]
        run = mdsm.train({"noise": PLAN["noise"]}, data=points, energy=e, train=QUICK, progress=False)
        assert any(not torch.equal(a, b) for a, b in zip(before, module.parameters()))
        assert run.energy(points[:3]).shape == (3,)


def test_images_of_8_bits_and_datasets():
    images = torch.randint(0, 256, (60, 1, 8, 8), dtype=torch.uint8)
    plan = {"energy": {"kind": "resnet", "width": 4, "depth": 6}}
    quick = {**QUICK, "steps": 2, "batch": 8}
    dataset = torch.utils.data.TensorDataset(images, torch.zeros(60))
    one = mdsm.train(plan, data=images, train=quick, progress=False)
    two = mdsm.train(plan, data=dataset, train=quick, progress=False)
    x = torch.rand(2, 1, 8, 8)
    assert torch.equal(one.energy(x), two.energy(x))


def test_errors_name_the_option(points):
    with pytest.raises(mdsm.RequestError, match="train.stepps"):
        mdsm.train(PLAN, data=points, train={"stepps": 3})
    with pytest.raises(mdsm.RequestError, match="shape"):
        mdsm.train(PLAN, data=torch.zeros(5), train=QUICK)


def test_ctrl_c_ends_a_long_call(mnist):
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        mnist.sample(4096, steps=200)
    assert time.monotonic() - begin < 20
