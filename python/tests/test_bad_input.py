"""Nothing that a user passes crashes the process: an exception with the text of the library, each time."""

import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

import mdsm


@pytest.mark.parametrize(
    "x, text",
    [
        (torch.zeros(2, 1, 32, 32, dtype=torch.float64), "Convert it"),
        (torch.zeros(2, 1, 28, 28), r"\(2, 1, 28, 28\)"),
        (torch.zeros(1, 32, 32), "shape"),
        (torch.zeros(0, 1, 32, 32), "shape"),
        (torch.zeros(2, 1, 32, 32, dtype=torch.long), "floating"),
        (np.zeros((2, 3), dtype=np.complex64), ""),
        ([[1.0]], "expected a tensor or an array"),
        (None, "expected a tensor or an array"),
    ],
)
@pytest.mark.parametrize("call", ["__call__", "grad", "denoise"])
def test_wrong_batches(mnist, x, text, call):
    with pytest.raises((mdsm.Error, TypeError, ValueError), match=text):
        getattr(mnist, call)(x)


def test_numbers_that_are_not_finite_come_through(mnist, noisy):
    x = noisy.clone()
    x[1] = float("nan")
    value = mnist(x)
    assert value[1].isnan() and value[[0, 2, 3, 4]].isfinite().all()


def test_a_gradient_is_not_asked_of_what_has_none(mnist, noisy):
    x = noisy.clone().requires_grad_(True)
    assert not mnist.denoise(x).requires_grad and not mnist.hvp(x, x).requires_grad
    with torch.no_grad():
        assert not mnist(x).requires_grad
    with torch.inference_mode():
        assert mnist(noisy.clone()).shape == (5,)


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda e: mdsm.load("mnits"), "mnist"),
        (lambda e: mdsm.load("mnist", weights="best"), "average"),
        (lambda e: mdsm.load("mnist", precision="fp8"), "bf16"),
        (lambda e: e.sample(0), ""),
        (lambda e: e.sample(2, sampler="langevine"), "langevin"),
        (lambda e: e.sample(2, stepsize=1), "step_size"),
        (lambda e: e.sample(2, step_size="small"), "sample.step_size"),
        (lambda e: e.sample(2, step_size={}), "sample.step_size"),
        (lambda e: e.hvp(torch.zeros(1, 1, 32, 32), torch.zeros(2)), "v has shape"),
        (lambda e: mdsm.evaluate(e, "fidd"), "fid"),
        (lambda e: mdsm.evaluate(None, "fid"), "nothing to evaluate|neither"),
        (lambda e: mdsm.energy(3, (2,)), "expected a function"),
        (lambda e: mdsm.energy(lambda x: x, (2,))(torch.zeros(3, 2)), "one energy a datum"),
        (lambda e: mdsm.energy(lambda x: x.sum(1), (2,), sigma0=-1), "sigma0"),
        (lambda e: mdsm.frechet_distance(torch.zeros(4, 2), torch.zeros(4, 3)), ""),
        (lambda e: mdsm.psnr(torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 5, 5)), ""),
        (lambda e: mdsm.nn.Energy("mlpp", (2,)), "mlp"),
    ],
)
def test_wrong_requests(mnist, call, text):
    with pytest.raises(mdsm.Error, match=text):
        call(mnist)


def test_what_a_callable_raises_comes_through():
    def broken(x):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        mdsm.energy(broken, (2,)).sample(4, steps=3)


def test_several_threads_at_once(mnist, noisy):
    expected = mnist.grad(noisy)
    found = [None] * 4

    def work(i):
        found[i] = mnist.grad(noisy)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(torch.equal(f, expected) for f in found)


def run(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)


def test_a_fork_after_use_is_an_error():
    script = """
import os, torch, mdsm
e = mdsm.energy(lambda x: x.square().sum(1), (2,))
e(torch.zeros(3, 2))
pid = os.fork()
if pid == 0:
    try:
        e(torch.zeros(3, 2))
    except mdsm.RequestError as error:
        os._exit(0 if "forked" in str(error) else 1)
    os._exit(2)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
    assert run(script).returncode == 0


def test_the_interpreter_may_end_during_a_call():
    script = """
import threading, time, mdsm
e = mdsm.energy(lambda x: x.square().sum(1), (2,))
threading.Thread(target=lambda: e.sample(10000, steps=100000, progress=False), daemon=True).start()
time.sleep(0.5)
"""
    done = run(script)
    assert done.returncode == 0, done.stderr


def test_another_pytorch_is_named(tmp_path):
    (tmp_path / "torch.py").write_text("__version__ = '2.9.1+cpu'\n")
    script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import mdsm"
    done = run(script)
    assert done.returncode == 1 and "needs PyTorch 2.11 (found 2.9.1+cpu" in done.stderr
