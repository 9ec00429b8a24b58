"""Where in the user's program a node of an exported graph comes from."""

import re
from typing import Any


def place_of(node: Any) -> str:
    """'module "net.3" (GroupNorm), model.py:12: `h = self.norm(h)`', as far as it is known."""
    parts = []
    stack = node.meta.get("nn_module_stack") or {}
    if stack:
        name, kind = list(stack.values())[-1]
        kind = kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))
        parts.append(f'module "{name}" ({kind.rsplit(".", 1)[-1]})' if name else f"module {kind.rsplit('.', 1)[-1]}")
    trace = node.meta.get("stack_trace") or ""
    frames = re.findall(r'File "([^"]+)", line (\d+), in [^\n]*\n\s*([^\n]*)', trace)
    own = [frame for frame in frames if "/torch/" not in frame[0]] or frames
    if own:
        file, line, text = own[-1]
        parts.append(f"{file}:{line}" + (f": `{text.strip()}`" if text.strip() else ""))
    return ", ".join(parts) or "an unknown place"
