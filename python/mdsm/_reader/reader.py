"""A PyTorch module as a graph of the engine's ops: node by node of what torch.export makes of it."""

import dataclasses
from typing import Any, Callable, Dict, List, Optional, Tuple

import torch

from mdsm import _core
from mdsm._reader.places import place_of
from mdsm._reader.tables import is_elementwise
from mdsm._reader.values import Fixed, Slot, Unsupported
from mdsm.errors import RequestError


class Reader:
    """The state of a reading: the builder, the value of every node, and the parameters that were met."""

    def __init__(self, datum_shape: Tuple[int, ...], batch: int, fallback: bool):
        self.builder = _core.GraphBuilder(list(datum_shape))
        self.input = Slot(0, tuple(datum_shape))
        self.batch = batch
        self.fallback = fallback
        self.theta: Dict[str, torch.Tensor] = {}
        self.values: Dict[Any, Any] = {}
        self.by_autograd: List[str] = []
        self.node: Any = None
        self.lifting = False  # whether the present node reads parameters alone

    def slot(self, number: int, merged: bool = False) -> Slot:
        """What the builder has just written."""
        return Slot(number, tuple(self.builder.shape(number)), merged)

    def named(self, fixed: Fixed) -> str:
        """The name of a tensor of the module among the energy's parameters."""
        self.theta.setdefault(fixed.name, fixed.tensor)
        return fixed.name

    def value(self, argument: Any) -> Any:
        """An argument of a node: nodes become what they stand for."""
        if isinstance(argument, torch.fx.Node):
            return self.values[argument]
        if isinstance(argument, (list, tuple)):
            return [self.value(entry) for entry in argument]
        return argument

    def target_shape(self) -> Tuple[Tuple[int, ...], bool]:
        """Shape of a datum of the present node's output, and whether the batch is merged with its first axis."""
        sizes = list(self.node.meta["val"].shape)
        if self.lifting:
            return tuple(sizes), False
        if not sizes:
            raise Unsupported("adds up the whole batch (give one energy a datum: keep the first axis)")
        first = _hint(sizes[0])
        if isinstance(sizes[0], int) or first % self.batch != 0:
            raise Unsupported("does not keep the batch as its first axis")
        rest = [_hint(size) for size in sizes[1:]]
        times = first // self.batch
        return (tuple(rest), False) if times == 1 else ((times, *rest), True)


def _hint(size: Any) -> int:
    return size if isinstance(size, int) else size.node.hint


def _exported(module: torch.nn.Module, example: torch.Tensor) -> Any:
    from torch.export import Dim, export

    batch = Dim("batch", min=2, max=1 << 40)
    try:
        with torch.no_grad():
            return export(module, (example,), dynamic_shapes=({0: batch},), strict=False)
    except Exception as error:  # torch.export raises whatever the module and its own passes raise
        text = str(error).strip().split("\n")[0]
        raise RequestError(
            f"compile: torch.export cannot read the module ({type(error).__name__}: {text}). "
            "Data-dependent branches and batch sizes that are fixed are the usual reasons."
        ) from error


def _fixed_inputs(program: Any, module: torch.nn.Module) -> Dict[str, Fixed]:
    """The module's own tensors, shared, by the names of the graph's placeholders."""
    signature = program.graph_signature
    fixed: Dict[str, Fixed] = {}
    for placeholder, name in signature.inputs_to_parameters.items():
        fixed[placeholder] = Fixed(name, module.get_parameter(name))
    for placeholder, name in signature.inputs_to_buffers.items():
        fixed[placeholder] = Fixed(name, module.get_buffer(name))
    for placeholder, name in signature.inputs_to_lifted_tensor_constants.items():
        fixed[placeholder] = Fixed(f"constant.{name}", program.constants[name])
    return fixed


def _depends(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_depends(entry) for entry in value)
    return isinstance(value, Slot)


def _plain(value: Any) -> Any:
    """Constants for PyTorch to compute with."""
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return value.tensor.detach() if isinstance(value, Fixed) else value


def _uses_trained(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_uses_trained(entry) for entry in value)
    return isinstance(value, Fixed) and value.tensor.requires_grad


class _Constants:
    """Nodes that do not depend on the data are computed once."""

    @staticmethod
    def read(reader: Reader, node: Any, arguments: List[Any], options: Dict[str, Any]) -> Any:
        if str(node.target).startswith("aten.sym_size") or any(isinstance(a, torch.SymInt) for a in arguments):
            return node.meta["val"]
        result = node.target(*_plain(arguments), **{k: _plain(v) for k, v in options.items()})
        return Fixed(f"constant.{node.name}", result) if isinstance(result, torch.Tensor) else result


def _lifted(reader: Reader, target: str, arguments: List[Any]) -> Tuple[List[Any], bool]:
    """Parameters that meet only each other become values of every datum; what was made of them meets data as PyTorch
    broadcasts it."""
    slots = [a for a in arguments if isinstance(a, Slot)]
    if any(not slot.lifted for slot in slots) or not (slots or _uses_trained(arguments)):
        if not any(slot.lifted for slot in slots):
            return arguments, False
        if not is_elementwise(target):
            raise Unsupported("has weights that are made of parameters, which is not followed")
        rank = len(reader.target_shape()[0])
        return [_padded(reader, a, rank) if isinstance(a, Slot) and a.lifted else a for a in arguments], False
    if not slots and _depends(arguments):
        return arguments, False
    if not is_elementwise(target):
        raise Unsupported("makes weights of parameters by more than arithmetic, which is not followed")
    return [_as_value(reader, a) if isinstance(a, Fixed) and a.tensor.is_floating_point() else a for a in arguments], True


def _padded(reader: Reader, x: Slot, rank: int) -> Slot:
    shape = [1] * (rank - len(x.shape)) + list(x.shape)
    return reader.slot(reader.builder.reshape(x.number, shape)) if len(shape) > len(x.shape) else Slot(x.number, x.shape)


def _as_value(reader: Reader, fixed: Fixed) -> Any:
    if not fixed.tensor.requires_grad:
        return fixed
    return reader.slot(reader.builder.parameter(reader.named(fixed), list(fixed.tensor.shape)))


def _read_call(reader: Reader, node: Any, rule_of: Callable[[str], Optional[Callable[..., Slot]]]) -> Any:
    reader.node = node
    arguments = [reader.value(a) for a in node.args]
    options = {name: reader.value(a) for name, a in node.kwargs.items()}
    target = str(node.target)
    try:
        if target.startswith("aten.sym_size"):
            return node.meta["val"]
        if isinstance(node.meta.get("val"), (torch.SymInt, int)):
            return node.meta["val"]
        if target == "<built-in function getitem>" and isinstance(arguments[0], list):
            return arguments[0][arguments[1]]
        if not _depends(arguments) and not _depends(list(options.values())) and not _uses_trained(arguments):
            return _Constants.read(reader, node, arguments, options)
        rule = rule_of(target)
        if rule is None:
            raise Unsupported("the engine has no op for it")
        arguments, reader.lifting = _lifted(reader, target, arguments)
        result = rule(reader, *arguments, **options)
        return dataclasses.replace(result, lifted=True) if reader.lifting else result
    except (Unsupported, RequestError) as error:
        hint = "" if reader.fallback else ' Write it otherwise, or pass fallback="autograd" for such parts.'
        raise RequestError(f"compile: {target} in {place_of(node)}: {error}.{hint}".replace("..", ".")) from None


def _is_in_place(node: Any) -> bool:
    parts = str(node.target).split(".")
    return len(parts) == 3 and parts[1].endswith("_") and isinstance(node.args[0], torch.fx.Node)


def read(module: torch.nn.Module, example: torch.Tensor, fallback: bool) -> Tuple[Reader, Slot]:
    """The module on batches like `example` (B, datum...).

    :return: the reading, and the slot of E
    """
    from mdsm._reader.rules import rule_of

    program = _exported(module, example)
    reader = Reader(tuple(example.shape[1:]), example.shape[0], fallback)
    fixed = _fixed_inputs(program, module)
    for node in program.graph.nodes:
        if node.op == "placeholder":
            reader.values[node] = fixed.get(node.name, reader.input)
        elif node.op == "call_function":
            value = _read_call(reader, node, lambda target: rule_of(target, reader))
            reader.values[node] = value
            if _is_in_place(node):
                reader.values[node.args[0]] = value  # in place: later readers of the argument see the result
        elif node.op == "output":
            return reader, _energy_slot(reader, reader.value(node.args[0]))
        else:
            raise RequestError(f"compile: a node of kind {node.op} ({node.name}) is not read.")
    raise RequestError("compile: the module returns nothing.")


def _energy_slot(reader: Reader, outputs: List[Any]) -> Slot:
    if len(outputs) != 1 or not isinstance(outputs[0], Slot):
        raise RequestError(f"compile: the module returns {len(outputs)} values (expected the energies of a batch, (B)).")
    energy = outputs[0]
    if energy.merged or energy.shape not in ((), (1,)):
        raise RequestError(
            f"compile: the module returns {energy.shape} a datum (expected one number: (B) or (B, 1)). Sum over the others."
        )
    if energy.shape == () and energy.number != 0:
        return energy
    return reader.slot(reader.builder.reshape(energy.number, []))
