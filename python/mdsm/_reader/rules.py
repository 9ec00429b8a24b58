"""How each of PyTorch's operators is read: the engine's own op where there is one, else AtenCall."""

from typing import Any, Callable, Dict, List, Optional, Sequence

import torch

from mdsm._reader import tables
from mdsm._reader.calls import aten_call, expanded
from mdsm._reader.layers import LAYERS
from mdsm._reader.reader import Reader
from mdsm._reader.values import Fixed, Slot, Unsupported

Rule = Callable[..., Slot]


def _same(reader: Reader, x: Slot, *_: Any, **__: Any) -> Slot:
    return x


def _reshape(reader: Reader, x: Slot, *_: Any, **__: Any) -> Slot:
    shape, merged = reader.target_shape()
    if shape == x.shape:
        return Slot(x.number, x.shape, merged)
    return reader.slot(reader.builder.reshape(x.number, list(shape)), merged)


def _slice(reader: Reader, x: Slot, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> Slot:
    if x.axis(dim) < 0 and not start and step == 1 and (end is None or isinstance(end, torch.SymInt) or end >= 1 << 40):
        return x  # x[:]
    return aten_call(reader, [x, dim, start, end, step], {}, axis_places=(1,), linear=True)


def _expand(reader: Reader, x: Slot, *_: Any, **__: Any) -> Slot:
    shape, merged = reader.target_shape()
    return expanded(reader, x, shape, merged)


def _pointwise(name: str) -> Rule:
    return lambda reader, x: reader.slot(reader.builder.pointwise(x.number, name), x.merged)


def _elu(reader: Reader, x: Slot, alpha: float = 1, scale: float = 1, input_scale: float = 1) -> Slot:
    if (alpha, scale, input_scale) == (1, 1, 1):
        return _pointwise("elu")(reader, x)
    return aten_call(reader, [x, alpha, scale, input_scale], {})


def _softplus(reader: Reader, x: Slot, beta: float = 1, threshold: float = 20) -> Slot:
    if beta == 1 and threshold >= 20:
        return _pointwise("softplus")(reader, x)
    return aten_call(reader, [x, beta, threshold], {})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _scaled(reader: Reader, x: Slot, factor: float) -> Slot:
    return x if factor == 1 else reader.slot(reader.builder.scale(x.number, float(factor)), x.merged)


def _shifted(reader: Reader, x: Slot, c: Any) -> Optional[Slot]:
    """x plus a number, or a constant without the batch's axis."""
    if _is_number(c):
        tensor = torch.tensor(float(c), dtype=torch.float64)
    elif isinstance(c, Fixed) and not c.tensor.requires_grad and c.name.startswith("constant.") and not x.merged:
        tensor = c.tensor.detach()
        while tensor.dim() > len(x.shape) and tensor.shape[0] == 1:
            tensor = tensor.squeeze(0)
    else:
        return None
    shape, merged = reader.target_shape()
    if shape != x.shape or merged != x.merged:
        return None
    return reader.slot(reader.builder.shift(x.number, tensor), x.merged)


def _pair(reader: Reader, a: Slot, b: Slot) -> List[Slot]:
    """Both, repeated to one shape."""
    shape, merged = reader.target_shape()
    return [expanded(reader, a, shape, merged), expanded(reader, b, shape, merged)]


def _combined(reader: Reader, a: Any, b: Any, alpha: float, otherwise: Callable[[], Slot]) -> Slot:
    """a + alpha b; `otherwise` where one is a parameter."""
    if isinstance(a, Slot) and isinstance(b, Slot):
        x, y = _pair(reader, a, _scaled(reader, b, alpha))
        return reader.slot(reader.builder.sum(x.number, y.number), x.merged)
    if isinstance(b, Slot):  # PyTorch puts numbers second; a tensor of the module may come first
        shifted = _shifted(reader, _scaled(reader, b, alpha), a)
    else:
        shifted = _shifted(reader, a, b * alpha if _is_number(b) else b) if alpha == 1 or _is_number(b) else None
    return shifted if shifted is not None else otherwise()


def _add(reader: Reader, a: Any, b: Any, *, alpha: float = 1) -> Slot:
    return _combined(reader, a, b, alpha, lambda: aten_call(reader, [a, b], {"alpha": alpha}))


def _sub(reader: Reader, a: Any, b: Any, *, alpha: float = 1) -> Slot:
    return _combined(reader, a, b, -alpha, lambda: aten_call(reader, [a, b], {"alpha": alpha}))


def _rsub(reader: Reader, a: Any, b: Any, alpha: float = 1) -> Slot:
    return _combined(reader, b, a, -alpha, lambda: aten_call(reader, [a, b, alpha], {}))


def _mul(reader: Reader, a: Any, b: Any) -> Slot:
    if isinstance(a, Slot) and isinstance(b, Slot):
        if a == b:
            return reader.slot(reader.builder.square(a.number), a.merged)
        x, y = _pair(reader, a, b)
        return reader.slot(reader.builder.product(x.number, y.number), x.merged)
    if isinstance(a, Slot) and _is_number(b) and b != 0:
        return _scaled(reader, a, b)
    return aten_call(reader, [a, b], {}, linear=True)


def _div(reader: Reader, a: Any, b: Any, *, rounding_mode: Optional[str] = None) -> Slot:
    if rounding_mode is not None:
        raise Unsupported("a rounded quotient has no derivatives")
    if isinstance(a, Slot) and _is_number(b):
        return _scaled(reader, a, 1.0 / b)
    if isinstance(a, Slot) and isinstance(b, Slot):
        a, b = _pair(reader, a, b)
    return aten_call(reader, [a, b], {})


def _pow(reader: Reader, a: Any, exponent: Any) -> Slot:
    if isinstance(a, Slot) and exponent == 2:
        return reader.slot(reader.builder.square(a.number), a.merged)
    return a if exponent == 1 else aten_call(reader, [a, exponent], {})


def _square(reader: Reader, x: Slot) -> Slot:
    return _pow(reader, x, 2)


def _neg(reader: Reader, x: Slot) -> Slot:
    return _scaled(reader, x, -1)


def _sum(reader: Reader, x: Slot, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Slot:
    return _reduced(reader, x, dim, mean=False)


def _mean(reader: Reader, x: Slot, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Slot:
    return _reduced(reader, x, dim, mean=True)


def _reduced(reader: Reader, x: Slot, dim: Any, mean: bool) -> Slot:
    dims = [dim] if isinstance(dim, int) else dim
    axes = sorted(x.axis(d) for d in dims) if dims else [-1]
    if -1 in axes:
        raise Unsupported("adds up the whole batch (give one energy a datum: keep the first axis)")
    count = 1
    for axis in axes:
        count *= x.shape[axis]
    y = reader.slot(reader.builder.sum_axes(x.number, axes, 1.0 / count if mean else 1.0), x.merged)
    return _reshape(reader, y)  # keepdim


def _dropout(reader: Reader, x: Slot, p: float, train: bool) -> Slot:
    if train and p > 0:
        raise Unsupported("draws at random. Call module.eval() first")
    return x


def _batch_norm(reader: Reader, *arguments: Any, **options: Any) -> Slot:
    if arguments[5]:
        raise Unsupported("normalises by the batch, whose data are then not apart. Call module.eval() first")
    return aten_call(reader, list(arguments), options)


def _to(reader: Reader, x: Slot, *_: Any, **__: Any) -> Slot:
    if reader.node.meta["val"].dtype != reader.node.args[0].meta["val"].dtype:
        raise Unsupported("changes the type. Give the module one type, and choose precision instead")
    return x


def _generic(axis_places: Sequence[int], linear: bool) -> Rule:
    def rule(reader: Reader, *arguments: Any, **options: Any) -> Slot:
        return aten_call(reader, list(arguments), options, axis_places=axis_places, linear=linear)

    return rule


RULES: Dict[str, Rule] = {
    **dict.fromkeys(
        ["aten.view", "aten.reshape", "aten._unsafe_view", "aten.flatten", "aten.unflatten", "aten.unsqueeze",
         "aten.squeeze", "aten.view_as"], _reshape),
    **dict.fromkeys(
        ["aten.contiguous", "aten.clone", "aten.alias", "aten.lift_fresh_copy", "aten.dropout_eval",
         "aten._assert_tensor_metadata"], _same),
    **dict.fromkeys(["aten.expand", "aten.broadcast_to", "aten.expand_as"], _expand),
    **{op: _pointwise(name) for op, name in tables.POINTWISE.items()},
    "aten.slice": _slice, "aten.elu": _elu, "aten.softplus": _softplus, "aten.add": _add, "aten.sub": _sub, "aten.rsub": _rsub,
    "aten.mul": _mul, "aten.div": _div, "aten.pow": _pow, "aten.square": _square, "aten.neg": _neg, "aten.sum": _sum,
    "aten.mean": _mean, "aten.dropout": _dropout, "aten.feature_dropout": _dropout, "aten.batch_norm": _batch_norm,
    "aten.to": _to, "aten._to_copy": _to, **LAYERS,
}  # fmt: skip


def rule_of(target: str, reader: Reader) -> Optional[Rule]:
    """The rule for an operator such as "aten.add_.Tensor"."""
    parts = target.split(".")
    name = ".".join(parts[:2])
    name = name[:-1] if name.endswith("_") and not name.endswith("__") else name
    if name in RULES:
        return RULES[name]
    if name in tables.LINEAR:
        return _generic(tables.LINEAR[name], linear=True)
    if name in tables.SMOOTH or name in tables.ELEMENTWISE:
        return _generic(tables.SMOOTH.get(name, ()), linear=False)
    return _generic((), linear=False) if reader.fallback and parts[0] == "aten" else None

