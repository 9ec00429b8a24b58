"""Evaluations of energies and images."""

import json
from typing import Any, Dict, Optional

from mdsm import _core
from mdsm._progress import Progress, reporting
from mdsm.energy import Energy


def evaluate(energy: Optional[Energy], kind: str, *, progress: Progress = None, **options: Any) -> Dict[str, Any]:
    """What `mdsm evaluate` finds, as a dict of its JSON.

        mdsm.evaluate(e, "fid", features="digits", n=5000)

    :param energy: None: of `images` against `reference` alone
    :param kind: one of evaluations()
    :param options: of every evaluation (n, seed, batch, out, images, reference) and of this one
    """
    core = None if energy is None else energy._core
    with reporting(progress) as report:
        return json.loads(_core.evaluate(core, kind, options, report))


def evaluations() -> Dict[str, str]:
    """Every kind of evaluation and what it is."""
    return dict(_core.evaluations())
