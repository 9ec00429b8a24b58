"""`python -m mdsm` and the console script: the program itself, with this package's library and data."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the program; never returns."""
    program = Path(__file__).parent / "bin" / "mdsm"
    os.execv(program, ["mdsm", *sys.argv[1:]])


if __name__ == "__main__":
    main()
