"""How far long work is: a bar where there is a terminal or a notebook, or a function of the user's."""

import sys
from contextlib import contextmanager
from typing import Callable, Iterator, Optional, Union

#: None: a bar where somebody may watch; True, False; or a function (fraction in [0, 1], text)
Progress = Union[None, bool, Callable[[float, str], None]]


def _somebody_watches() -> bool:
    return sys.stderr.isatty() or "ipykernel" in sys.modules


@contextmanager
def reporting(progress: Progress) -> Iterator[Optional[Callable[[float, str], None]]]:
    """What the library is given to report to; None: nothing."""
    if callable(progress):
        yield progress
        return
    if not (_somebody_watches() if progress is None else progress):
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(total=1.0, bar_format="{l_bar}{bar}| {desc} [{elapsed}<{remaining}]", leave=False) as bar:

        def report(fraction: float, text: str) -> None:
            bar.set_description_str(text, refresh=False)
            bar.update(fraction - bar.n)

        yield report
