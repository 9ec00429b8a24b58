"""Short files, short functions."""
import statistics
from pathlib import Path

from rules.cxx import functions

FOLDERS = ("src", "tests", "bench", "tools", "cmake")
SUFFIXES = (".h", ".cc", ".py", ".sh", ".cmake", ".css", ".js")
FILE_LINES = 300
FUNCTION_LINES = 60
MEDIAN_LINES = 60  # of C++ files, below this
CLI_LINES = 2400   # of src/mdsm/cli, below this


def source_files(root: Path, suffixes=(".h", ".cc")) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in suffixes)


def lines_of(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def file_sizes(root: Path) -> list[str]:
    wrong = [f"{path.relative_to(root)}: {lines_of(path)} lines (at most {FILE_LINES})"
             for path in source_files(root, SUFFIXES) if lines_of(path) > FILE_LINES]
    lengths = [lines_of(path) for path in source_files(root)]
    if lengths and statistics.median(lengths) >= MEDIAN_LINES:
        wrong.append(f"the median file has {statistics.median(lengths):g} lines (below {MEDIAN_LINES})")
    cli = sum(lines_of(path) for path in source_files(root) if "src/mdsm/cli/" in str(path))
    if cli >= CLI_LINES:
        wrong.append(f"src/mdsm/cli: {cli} lines (below {CLI_LINES}): what a C++ or Python user would miss belongs into the library")
    return wrong


def function_sizes(root: Path) -> list[str]:
    return [f"{path.relative_to(root)}:{first}: a function of {last - first + 1} lines (at most {FUNCTION_LINES})"
            for path in source_files(root) for first, last in functions(path.read_text()) if last - first + 1 > FUNCTION_LINES]
