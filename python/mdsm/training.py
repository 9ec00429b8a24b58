"""Training."""

from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Optional, Union

import torch

from mdsm import _core
from mdsm._differentiable import checked
from mdsm._progress import Progress, reporting
from mdsm.energy import Energy
from mdsm.process import set_up_once

Experiment = Union[None, str, Mapping[str, Mapping[str, Any]]]


_HELD_OUT = 1000


@dataclass
class Run:
    """A training that ended."""

    energy: Energy  #: at the moving average of its weights
    step: int  #: updates made
    out: Optional[str]  #: the run directory; None: nothing was kept


def _array_of(data: Any) -> Optional[torch.Tensor]:
    """Data in memory as one array; None for a name."""
    if data is None or isinstance(data, str):
        return None
    if isinstance(data, torch.utils.data.Dataset):
        first = [data[i] for i in range(len(data))]
        return torch.stack([torch.as_tensor(d[0] if isinstance(d, (tuple, list)) else d) for d in first])
    return checked(data, "train").detach().contiguous()


def train(
    experiment: Experiment = None,
    *,
    data: Any = None,
    out: Optional[str] = None,
    energy: Optional[Energy] = None,
    resume: bool = False,
    start_from: str = "",
    precision: str = "auto",
    on_step: Optional[Callable[[Dict[str, float]], None]] = None,
    on_held_out: Optional[Callable[[int, float], None]] = None,
    on_message: Optional[Callable[[str], None]] = None,
    progress: Progress = None,
    **tables: Mapping[str, Any],
) -> Run:
    """Trains an energy by denoising score matching, as `mdsm train` does.

        run = mdsm.train("experiments/mnist-quick.toml", out="runs/a", train={"steps": 500})
        run = mdsm.train(data=images, energy={"kind": "mlp"}, train={"steps": 500})     # nothing is kept on disk

    Ctrl-C saves (where there is `out`) and raises KeyboardInterrupt; resume=True goes on, bit for bit.

    :param experiment: a TOML file, or a dict of its tables; `tables`, such as train={...}, change it
    :param data: an array (N, C, H, W), uint8 or float in [0, 1], or vectors (N, D); a Dataset that fits into memory; or a
        name as `data.name` takes it. Of an array a tenth, at most 1000, is held out where data={"held_out": ...} says
        nothing
    :param out: the run directory; None: nothing is kept
    :param energy: an energy of one's own, whose parameters are trained in place; or the table [energy]
    :param on_step: hears {"step", "steps", "fraction", "loss", "gradient_norm", "learning_rate"} after every update
    """
    set_up_once()
    own = energy if isinstance(energy, Energy) else None
    options: Dict[str, Dict[str, Any]] = {}
    layers = [experiment if isinstance(experiment, Mapping) else {}, tables]
    if energy is not None and own is None:
        layers.append({"energy": energy})
    if isinstance(data, str):
        layers.append({"data": {"name": data}})
    for layer in layers:
        for table, values in layer.items():
            options.setdefault(table, {}).update(values)
    array = _array_of(data)
    if array is not None and not isinstance(experiment, str):
        options.setdefault("data", {}).setdefault("held_out", min(_HELD_OUT, len(array) // 10))
    told = {
        "file": experiment if isinstance(experiment, str) else "",
        "options": options,
        "array": array,
        "out": out or "",
        "start_from": start_from,
        "precision": precision,
        "resume": resume,
    }
    training = _core.training(told, None if own is None else own._core)
    if own is not None:
        _share(own, dict(training.parameters))
    with reporting(progress) as report:
        _core.run_training(training, _functions(report, on_step, on_held_out, on_message))
    return Run(Energy(_core.average_energy(training)), training.step, out)


def _share(own: Energy, packed: Dict[str, torch.Tensor]) -> None:
    """The trainer moved the weights into one buffer: the user's own parameters follow."""
    for name, parameter in own.parameters().items():
        parameter.data = packed[name]


def _functions(report, on_step, on_held_out, on_message) -> Dict[str, Any]:
    def step(row: Dict[str, float]) -> None:
        if report is not None:
            report(row["fraction"], f"step {row['step']}  loss {row['loss']:.1f}")
        if on_step is not None:
            on_step(row)

    hears = on_step is not None or report is not None
    return {"on_step": step if hears else None, "on_held_out": on_held_out, "on_message": on_message}
