"""Layers with weights, and the resampling that the engine has kernels for."""

from typing import Any, Callable, Dict, List, Optional

from mdsm._reader.calls import aten_call
from mdsm._reader.reader import Reader
from mdsm._reader.values import Fixed, Slot, Unsupported


def _names(reader: Reader, weight: Fixed, bias: Optional[Fixed]) -> List[str]:
    return [reader.named(tensor) for tensor in (weight, bias) if tensor is not None]


def _are_fixed(weight: Any, bias: Any) -> bool:
    return isinstance(weight, Fixed) and (bias is None or isinstance(bias, Fixed))


def _linear(reader: Reader, x: Any, weight: Any, bias: Any = None) -> Slot:
    if not isinstance(x, Slot) or not _are_fixed(weight, bias) or weight.tensor.dim() != 2:
        return aten_call(reader, [x, weight, bias], {})
    number, merged = x.number, x.merged
    return reader.slot(reader.builder.linear(number, _names(reader, weight, bias), list(weight.tensor.shape)), merged)


def _one(value: Any) -> Optional[int]:
    """The number that both sides have; None where they differ."""
    values = [value] if isinstance(value, int) else list(value)
    return values[0] if len(set(values)) == 1 else None


def _conv2d(
    reader: Reader, x: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
    groups: int = 1,
) -> Slot:  # fmt: skip
    if isinstance(x, Slot) and x.merged:
        raise Unsupported("convolves data whose first axis is merged with the batch")
    given = [x, weight, bias, stride, padding, dilation, groups]
    if not isinstance(x, Slot) or not _are_fixed(weight, bias):
        return aten_call(reader, given, {})
    kernel, step = _one(weight.tensor.shape[2:]), _one(stride)
    if padding == "same" and kernel is not None and kernel % 2 == 1:
        edge: Optional[int] = kernel // 2
    else:
        edge = 0 if padding == "valid" else None if isinstance(padding, str) else _one(padding)
    if kernel is None or step is None or edge is None or _one(dilation) != 1 or groups != 1 or len(x.shape) != 3:
        return aten_call(reader, given, {})
    names = _names(reader, weight, bias)
    return reader.slot(reader.builder.conv(x.number, names, list(weight.tensor.shape), step, edge, False))


def _conv_transpose2d(
    reader: Reader, x: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
    groups: int = 1, dilation: Any = 1,
) -> Slot:  # fmt: skip
    given = [x, weight, bias, stride, padding, output_padding, groups, dilation]
    if not isinstance(x, Slot) or not _are_fixed(weight, bias):
        return aten_call(reader, given, {})
    kernel, step, edge = _one(weight.tensor.shape[2:]), _one(stride), _one(padding)
    plain = _one(output_padding) == 0 and _one(dilation) == 1 and groups == 1 and len(x.shape) == 3
    if kernel is None or step is None or edge is None or not plain:
        return aten_call(reader, given, {})
    names = _names(reader, weight, bias)
    return reader.slot(reader.builder.conv(x.number, names, list(weight.tensor.shape), step, edge, True))


def _avg_pool2d(reader: Reader, x: Slot, kernel: Any, stride: Any = (), *rest: Any, **options: Any) -> Slot:
    is_halving = _one(kernel) == 2 and (not stride or _one(stride) == 2) and not rest and not options
    if is_halving and len(x.shape) == 3 and x.shape[1] % 2 == 0 and x.shape[2] % 2 == 0:
        return reader.slot(reader.builder.mean_pool(x.number))
    return aten_call(reader, [x, kernel, list(stride) if stride else [], *rest], options, linear=True)


def _upsample_nearest2d(reader: Reader, x: Slot, *arguments: Any, **options: Any) -> Slot:
    shape, _ = reader.target_shape()
    if shape[1:] == (2 * x.shape[1], 2 * x.shape[2]):
        return reader.slot(reader.builder.upsample(x.number))
    return aten_call(reader, [x, *arguments], options, linear=True)


def _cat(reader: Reader, tensors: Any, dim: int = 0) -> Slot:
    slots = [t for t in tensors if isinstance(t, Slot)]
    if len(slots) == len(tensors) and slots[0].axis(dim) == 0 and len(slots[0].shape) == 3 and len(slots) > 1:
        return reader.slot(reader.builder.concat([t.number for t in slots]))
    return aten_call(reader, [tensors, dim], {}, axis_places=(1,), linear=len(slots) == len(tensors))


def _part(reader: Reader, x: Slot, dim: int, first: int, size: int) -> Slot:
    """The entries first .. first + size - 1 along an axis."""
    if x.merged or x.axis(dim) < 0:
        raise Unsupported("cuts along the batch, or where the batch is merged with a datum's first axis")
    told = [("input", [0], False), ("constant", x.axis(dim) + 1, ""), ("constant", first, ""), ("constant", size, "")]
    return reader.slot(reader.builder.aten("aten::narrow", "", told, [x.number], [], [], True))


def _parts(reader: Reader, x: Slot, sizes: List[int], dim: int) -> List[Slot]:
    parts, first = [], 0
    for size in sizes:
        parts.append(_part(reader, x, dim, first, size))
        first += size
    return parts


def _chunk(reader: Reader, x: Slot, chunks: int, dim: int = 0) -> List[Slot]:
    whole = x.shape[x.axis(dim)]
    return _split(reader, x, -(-whole // chunks), dim)


def _split(reader: Reader, x: Slot, size: Any, dim: int = 0) -> List[Slot]:
    whole = x.shape[x.axis(dim)]
    sizes = size if isinstance(size, list) else [min(size, whole - first) for first in range(0, whole, size)]
    return _parts(reader, x, sizes, dim)


def _unbind(reader: Reader, x: Slot, dim: int = 0) -> List[Slot]:
    axis = x.axis(dim)
    rest = [size for i, size in enumerate(x.shape) if i != axis]
    parts = _parts(reader, x, [1] * x.shape[axis], dim)
    return [reader.slot(reader.builder.reshape(part.number, rest)) for part in parts]


def _index(reader: Reader, x: Slot, indices: List[Any]) -> Slot:
    if indices[0] is not None or any(isinstance(i, Slot) for i in indices):
        raise Unsupported("picks among the batch, or by values that depend on the data")
    return aten_call(reader, [x, indices], {}, linear=True)


LAYERS: Dict[str, Callable[..., Any]] = {
    "aten.linear": _linear,
    "aten.conv2d": _conv2d,
    "aten.conv_transpose2d": _conv_transpose2d,
    "aten.avg_pool2d": _avg_pool2d,
    "aten.upsample_nearest2d": _upsample_nearest2d,
    "aten.cat": _cat,
    "aten.chunk": _chunk,
    "aten.split": _split,
    "aten.split_with_sizes": _split,
    "aten.unbind": _unbind,
    "aten.index": _index,
}
