"""Which files can be compiled as one: those in which no name means two things."""
import re
from dataclasses import dataclass
from pathlib import Path

from rules.cxx import without_pieces

WORD = re.compile(r"\b[A-Za-z_]\w*")
# What stands at the left margin, which is where namespaces have their functions, types, constants and macros.
FUNCTION = re.compile(r"^(?!using|namespace)[A-Za-z][\w:<>,*&\[\] ]*?[ *&](\w+)\(", re.MULTILINE)
TYPE = re.compile(r"^(?:struct|class|enum class|enum|union|#define|# *define) +(\w+)|^using (\w+) =", re.MULTILINE)
CONSTANT = re.compile(r"^(?:const|constexpr|static|inline|thread_local|std)\b[^;({=]*?(\w+)(?:\[\d*\])?(?: *[={;])", re.MULTILINE)
IMPORT = re.compile(r"^using (?:\w+::)+(\w+);", re.MULTILINE)


@dataclass
class Names:
    own: set[str]  # defined here
    imported: set[str]  # by `using a::b;`
    words: set[str]  # all there are

    def clash(self, other: "Names") -> bool:
        """Whether a name that one defines is defined or imported by the other too, or what one imports is another's elsewhere:
        `using testing::rows;` would hide, or overload, the `rows` that the other means."""
        return bool(self.own & (other.own | other.imported) or other.own & self.imported or
                    self.imported & (other.words - other.imported) or other.imported & (self.words - self.imported))

    def add(self, other: "Names") -> None:
        self.own |= other.own
        self.imported |= other.imported
        self.words |= other.words


def names_in(path: Path) -> Names:
    text = without_pieces(path.read_text())
    own = set(FUNCTION.findall(text) + CONSTANT.findall(text)).union(*TYPE.findall(text)) - {""}
    return Names(own, set(IMPORT.findall(text)), set(WORD.findall(text)))


def together(paths: list[Path], most: int) -> list[list[Path]]:
    """The files in groups of at most that many. Alone is one that Highway compiles once an instruction set."""
    groups, names = [], []
    for path in paths:
        own = names_in(path)
        alone = any(word.startswith("HWY_") for word in own.words)
        for group, taken in zip(groups, names):
            if not alone and taken is not None and len(group) < most and not own.clash(taken):
                group.append(path)
                taken.add(own)
                break
        else:
            groups.append([path])
            names.append(None if alone else own)
    return groups
