"""Texts in the source: whose options they name, how comments and long strings are broken into lines."""
import re
from pathlib import Path

from rules.cxx import pieces
from rules.sizes import source_files

FLAG = re.compile(r"""(?<![\w-])(?<!style=\\")--[a-z][\w-]*""")  # not a variable of a style sheet
SPEAK_FLAGS = ("src/mdsm/cli/", "src/mdsm/reproduce/")
COMMENT = re.compile(r"^[ \t]*//[/!]?<?[ \t]*(.*)$")
COMMAND = re.compile(r"\\(?:param|returns?|throws)\b")
WIDTH = 120


def no_flags(root: Path) -> list[str]:
    """A Python user has no --flag: texts of the library name the option, the program adds the dashes."""
    wrong = []
    for path in source_files(root):
        name = str(path.relative_to(root))
        if not name.startswith("src/mdsm/") or name.startswith(SPEAK_FLAGS):
            continue
        for piece in pieces(path.read_text()):
            found = FLAG.search(piece.text) if piece.is_string else None
            if found:
                wrong.append(f"{name}:{piece.line}: the text names {found.group()} (outside cli/ and reproduce/ name the option)")
    return wrong


def comment_commands(root: Path) -> list[str]:
    r"""\param, \return and \throws begin their line: a formatter that folds them into prose hides them."""
    wrong = []
    for path in source_files(root):
        for number, line in enumerate(path.read_text().split("\n"), 1):
            comment = COMMENT.match(line)
            if comment and any(found.start() > 0 for found in COMMAND.finditer(comment[1])):
                wrong.append(rf"{path.relative_to(root)}:{number}: \param, \return or \throws in the middle of a comment line")
    return wrong


def string_pieces(root: Path) -> list[str]:
    """A long string is broken where its line is full: no piece of one word that would fit beside its neighbour."""
    wrong = []
    for path in source_files(root):
        text = path.read_text()
        for chain in chains(text):
            wrong += [f"{path.relative_to(root)}:{piece.line}: a string piece of one word; join it to its neighbour"
                      for piece in lonely(text, chain)]
    return wrong


def chains(text: str) -> list[list]:
    """Runs of string literals with nothing but space between them."""
    found, run = [], []
    for piece in pieces(text):
        plain = piece.is_string and piece.text.startswith('"')
        if run and plain and not text[run[-1].end:piece.begin].strip():
            run.append(piece)
            continue
        if len(run) > 1:
            found.append(run)
        run = [piece] if plain else []
    return found + [run] if len(run) > 1 else found


def on_purpose(before, piece) -> bool:
    r"""After a line's \n, before a line's \r, and after \x1f whose digits must end, a string is broken for a reason."""
    return re.search(r'(\\n|\\x[0-9a-fA-F]+)"$', before.text) is not None or piece.text.startswith('"\\r')


def lonely(text: str, chain: list) -> list:
    """The pieces of one word that fit behind the piece before them, or take the word behind them."""
    found = []
    for before, piece in zip(chain, chain[1:]):
        if on_purpose(before, piece):
            continue
        line_end = (text + "\n").find("\n", piece.end)
        behind = line_end - piece.end if piece is chain[-1] else 0  # what follows the whole string on its line
        room = WIDTH - behind - (before.end - text.rfind("\n", 0, before.begin) - 1)
        words = piece.text[1:-1].split()
        if "\n" not in text[before.end:piece.begin] or len(words) <= 1 and len(piece.text) - 2 <= room:
            found.append(piece)
        elif before not in found and words and len(before.text[1:-1].split()) == 1 and len(words[0]) + 1 <= room:
            found.append(before)
    return found


STRICT_JSON = re.compile(r"\bjson::parse\(|\bJson::parse\(|\.dump\(")
SPEAK_JSON = ("src/mdsm/formats/json_text.h", "src/mdsm/formats/safetensors_header.cc")


def json_texts(root: Path) -> list[str]:
    """JSON is read and written through formats/json_text.h: a stranger's text may nest without end, or be no UTF-8."""
    wrong = []
    for path in source_files(root):
        name = str(path.relative_to(root))
        if not name.startswith("src/mdsm/") or name in SPEAK_JSON:
            continue
        for number, line in enumerate(path.read_text().split("\n"), 1):
            if STRICT_JSON.search(line):
                wrong.append(f"{name}:{number}: JSON read or written without formats/json_text.h")
    return wrong
