"""Which files can be compiled as one: those that define no name twice."""
import re
from pathlib import Path

from rules.cxx import without_pieces


def names_in(path: Path) -> set[str]:
    """What stands at the left margin, which is where namespaces have their functions, types, constants and macros."""
    text = without_pieces(path.read_text())
    functions = re.findall(r"^(?!using|namespace)[A-Za-z][\w:<>,*&\[\] ]*?[ *&](\w+)\(", text, re.MULTILINE)
    types = re.findall(r"^(?:struct|class|enum class|enum|union|#define|# *define) +(\w+)|^using (\w+) =", text, re.MULTILINE)
    constants = re.findall(r"^(?:const|constexpr|static|inline|thread_local|std)\b[^;({=]*?(\w+)(?:\[\d*\])?(?: *[={;])", text, re.MULTILINE)
    return set(functions + constants).union(*types) - {""}


def together(paths: list[Path], most: int) -> list[list[Path]]:
    """The files in groups of at most that many. Alone is one that Highway compiles once an instruction set."""
    groups, names = [], []
    for path in paths:
        own = names_in(path)
        alone = "HWY_" in path.read_text()
        for group, taken in zip(groups, names):
            if not alone and len(group) < most and taken is not None and not own & taken:
                group.append(path)
                taken |= own
                break
        else:
            groups.append([path])
            names.append(None if alone else own)
    return groups
