"""Energies as scikit-learn's detectors of outliers.

    from mdsm.adaptors.sklearn import EnergyOutlierDetector
    detector = EnergyOutlierDetector(steps=2000).fit(X)      # an MLP energy trained on the rows of X
    detector.score_samples(Z)                                # -E: the larger, the more like X
"""

from typing import Any, Optional

import numpy as np
import torch
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

import mdsm
from mdsm.energy import Energy


class EnergyOutlierDetector(OutlierMixin, BaseEstimator):
    """-E(x) as the score of a datum.

    :param energy: an energy that is trained already (data shaped like its own, as rows or as they are); None: fit trains
        one, on columns brought to mean 0 and variance 1
    :param contamination: part of the training data that counts as outliers: where decision_function is 0
    :param steps: updates of the training; width and depth: of its MLP; sigma_min, sigma_max: the noise that it is shown
    """

    def __init__(
        self, energy: Optional[Energy] = None, *, contamination: float = 0.05, steps: int = 2000, width: int = 128,
        depth: int = 3, sigma_min: float = 0.1, sigma_max: float = 2.0, random_state: int = 0,
    ):  # fmt: skip
        self.energy = energy
        self.contamination = contamination
        self.steps = steps
        self.width = width
        self.depth = depth
        self.sigma_min = sigma_min
        self.sigma_max = sigma_max
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> "EnergyOutlierDetector":
        """Trains an energy on the rows of X, or takes the one that was given; then sets the threshold."""
        X = self._checked(X, reset=True)
        self.mean_ = X.mean(0) if self.energy is None else 0.0
        self.scale_ = np.where(X.std(0) > 0, X.std(0), 1.0) if self.energy is None else 1.0
        self.energy_ = self.energy if self.energy is not None else self._trained(self._tensor(X))
        self.offset_ = float(np.quantile(self.score_samples(X), self.contamination))
        return self

    def score_samples(self, X: Any) -> np.ndarray:
        """-E of each row, (N)."""
        check_is_fitted(self, "energy_")
        x = self._tensor(self._checked(X, reset=False)).reshape(-1, *self.energy_.datum_shape)
        with torch.no_grad():
            parts = [self.energy_(part) for part in x.split(1024)]
        return -torch.cat(parts).double().numpy()

    def decision_function(self, X: Any) -> np.ndarray:
        """The score less the threshold: negative for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """1 for what is like the training data, -1 for outliers."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def _checked(self, X: Any, reset: bool) -> np.ndarray:
        return validate_data(self, X, reset=reset, dtype=np.float32, allow_nd=True, ensure_min_samples=1)

    def _tensor(self, X: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray((X - self.mean_) / self.scale_, dtype=np.float32))

    def _trained(self, x: torch.Tensor) -> Energy:
        run = mdsm.train(
            data=x,
            energy={"kind": "mlp", "width": self.width, "depth": self.depth},
            noise={"sigma_min": self.sigma_min, "sigma_max": self.sigma_max},
            objective={"sigma0": self.sigma_min},
            train={"steps": self.steps, "batch": min(128, len(x)), "seed": self.random_state, "learning_rate": 1e-3,
                   "evaluate_every": 0, "sample_every": 0, "checkpoint_every": self.steps, "moments_rank": 0},
            progress=False,
        )  # fmt: skip
        return run.energy
