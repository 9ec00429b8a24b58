"""Operators by their names (AtenCall), and repeating values to one shape."""

from typing import Any, Dict, List, Sequence, Tuple

import torch

from mdsm._reader.reader import Reader
from mdsm._reader.tables import is_elementwise
from mdsm._reader.values import Fixed, Slot, Unsupported


def expanded(reader: Reader, x: Slot, shape: Tuple[int, ...], merged: bool) -> Slot:
    """x repeated to (B, shape...), as PyTorch broadcasts it."""
    if x.shape == shape and x.merged == merged:
        return x
    if reader.lifting and len(x.shape) < len(shape):
        padded = [1] * (len(shape) - len(x.shape)) + list(x.shape)
        x = reader.slot(reader.builder.reshape(x.number, padded))
    if x.merged != merged or len(x.shape) != len(shape):
        raise Unsupported(
            f"combines values of {x.shape} and {shape} a datum, whose axes do not meet (the batch must stay the first axis)"
        )
    return reader.slot(reader.builder.expand(x.number, list(shape)), merged)


class _Arguments:
    """Arguments as the builder takes them, with the slots and parameters that they name."""

    def __init__(self, reader: Reader):
        self.reader = reader
        self.inputs: List[Slot] = []
        self.parameters: List[Fixed] = []
        self.told: List[Tuple[Any, ...]] = []

    def add(self, value: Any, kind: str) -> None:
        if isinstance(value, Slot):
            self.told.append(("input", [self._input(value)], False))
        elif isinstance(value, Fixed) and self._is_theta(value):
            self.told.append(("parameter", [self._parameter(value)], False))
        elif isinstance(value, Fixed):
            self.told.append(("constant", value.tensor.detach(), "tensor"))
        elif isinstance(value, list) and any(isinstance(v, Slot) for v in value):
            if not all(isinstance(v, Slot) for v in value):
                raise Unsupported("a list of values of which some do not depend on the data")
            self.told.append(("input", [self._input(v) for v in value], True))
        elif isinstance(value, torch.SymInt):
            raise Unsupported("a size of the batch among the arguments")
        else:
            self.told.append(("constant", _constant(value), _kind_of(value, kind)))

    @staticmethod
    def _is_theta(value: Fixed) -> bool:
        return value.tensor.is_floating_point() and not value.name.startswith("constant.")

    def _input(self, slot: Slot) -> int:
        if slot not in self.inputs:
            self.inputs.append(slot)
        return self.inputs.index(slot)

    def _parameter(self, fixed: Fixed) -> int:
        if fixed not in self.parameters:
            self.parameters.append(fixed)
        return self.parameters.index(fixed)


def _constant(value: Any) -> Any:
    if isinstance(value, list):
        return [v.tensor.detach() if isinstance(v, Fixed) else v for v in value]
    return value


def _kind_of(value: Any, kind: str) -> str:
    """How a list is told from another: by its entries, else by the schema."""
    if isinstance(value, list) and any(isinstance(v, Fixed) or v is None for v in value):
        return "optional tensors"
    return "floats" if "float[]" in kind else "ints"


def _in_order(reader: Reader, arguments: Sequence[Any], options: Dict[str, Any]) -> List[Tuple[Any, str]]:
    """All arguments of the schema, up to the last that was given."""
    schema = reader.node.target._schema
    given: List[Tuple[Any, str]] = []
    last = len(arguments)
    for i, formal in enumerate(schema.arguments):
        if formal.name in options:
            last = i + 1
    for i, formal in enumerate(schema.arguments[:last]):
        value = arguments[i] if i < len(arguments) else options.get(formal.name, formal.default_value)
        given.append((value, str(formal.type)))
    return given


def _check_axes(reader: Reader, arguments: Sequence[Any], places: Sequence[int]) -> None:
    rank = max(s.rank for s in _slots(arguments))
    for place in places:
        dims = arguments[place] if place < len(arguments) else 0
        for dim in dims if isinstance(dims, list) else [dims]:
            if dim is None or dim % rank == 0:
                raise Unsupported("works along the batch (give one energy a datum: keep the first axis)")


def _slots(arguments: Sequence[Any]) -> List[Slot]:
    found: List[Slot] = []
    for argument in arguments:
        found += _slots(argument) if isinstance(argument, (list, tuple)) else [argument]
    return [slot for slot in found if isinstance(slot, Slot)]


def aten_call(
    reader: Reader, arguments: List[Any], options: Dict[str, Any], *, axis_places: Sequence[int] = (),
    linear: bool = False,
) -> Slot:  # fmt: skip
    """The present node's operator as it is, by autograd within the pass."""
    target = reader.node.target
    if any(slot.merged for slot in _slots(arguments)) and not is_elementwise(str(target)):
        raise Unsupported("the batch is merged with the first axis of a datum. Reshape back to (B, ...) before it")
    _check_axes(reader, arguments, axis_places)
    shape, merged = reader.target_shape()
    told = _Arguments(reader)
    for value, kind in _in_order(reader, arguments, options):
        told.add(value, kind)
    name = target._schema.name
    name = name[:-1] if name.endswith("_") and not name.endswith("__") else name
    linear = linear and not told.parameters
    number = reader.builder.aten(
        name, target._schema.overload_name, told.told, [s.number for s in told.inputs],
        [reader.named(p) for p in told.parameters], [list(p.tensor.shape) for p in told.parameters], linear,
    )  # fmt: skip
    if not linear:
        reader.by_autograd.append(name)
    result = reader.slot(number, merged)
    if result.shape != shape:
        raise Unsupported(f"gives {result.shape} a datum where PyTorch gives {shape}")
    return result
