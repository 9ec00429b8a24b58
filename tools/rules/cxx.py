"""C++ source text in pieces: comments, string literals, blocks. Just enough for the rules; no preprocessor."""
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'                                       # comments
    r'|(?:u8|[uUL])?R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"'    # raw strings
    r'|(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"'                        # strings
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'",                    # characters, not the ' of 1'000
    re.DOTALL)
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
TEMPLATE = re.compile(r"\btemplate\s*<[^<>]*(?:<[^<>]*>[^<>]*)*>")


@dataclass
class Piece:
    """A comment or literal."""
    text: str
    begin: int
    line: int

    @property
    def end(self) -> int:
        return self.begin + len(self.text)

    @property
    def is_comment(self) -> bool:
        return self.text.startswith(("//", "/*"))

    @property
    def is_string(self) -> bool:
        return not self.is_comment and self.text.endswith('"')


def pieces(text: str) -> list[Piece]:
    """Comments and literals, in their order."""
    found, line, counted = [], 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        found.append(Piece(match.group(), match.start(), line))
    return found


def without_pieces(text: str) -> str:
    """The text with comments blanked and literals emptied to "" or ' ', so that every other character keeps its place."""
    parts, last = [], 0
    for piece in pieces(text):
        body = piece.text
        blank = re.sub(r"[^\n]", " ", body)
        if not piece.is_comment:
            blank = '"' + blank[1:-1] + '"'
        parts += [text[last:piece.begin], blank]
        last = piece.end
    return "".join(parts + [text[last:]])


def without_directives(text: str) -> str:
    return DIRECTIVE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def kind_of(header: str) -> str:
    """What a block is whose header stands in a namespace or class: a scope, a function, or anything else (a table)."""
    header = TEMPLATE.sub(" ", header).strip()
    scope = SCOPE.search(header)
    if scope and "(" not in header[scope.end():]:
        return "scope"
    return "function" if ")" in header and not header.endswith("=") else "table"


def functions(text: str) -> list[tuple[int, int]]:
    """First and last line of every function that stands in a namespace or class."""
    bare = without_directives(without_pieces(text))
    found, blocks, parentheses, head = [], [], 0, 0  # blocks: those that are open, with their kind and begin
    for match in re.finditer(r"[{};()]", bare):
        at, mark = match.start(), match.group()
        outside = all(kind == "scope" for kind, _ in blocks)
        if mark in "()":
            parentheses += 1 if mark == "(" else -1
        elif mark == "{":
            kind = kind_of(bare[head:at]) if outside and parentheses == 0 else "inner"
            blocks.append((kind, head + re.match(r"\s*", bare[head:]).end()))
        elif mark == "}" and blocks:
            kind, begin = blocks.pop()
            if kind == "function" and re.match(r"\s*[,{]", bare[at + 1:]):
                head = begin  # the braces of a member's initialiser: the function's body is still to come
                continue
            if kind == "function":
                found.append((bare.count("\n", 0, begin) + 1, bare.count("\n", 0, at) + 1))
        if mark in "{}" or mark == ";" and parentheses == 0:
            head = at + 1
    return found
