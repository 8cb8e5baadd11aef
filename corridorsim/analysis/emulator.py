"""A quick stand-in for the simulator: a figure as a quadratic of the levels, fitted to runs that were made.

Good enough to see which draws are not worth a run; what is kept is decided by runs alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
#: holds the coefficients back a little (ridge), so that few runs do not make them swing
RIDGE = 0.1
FOLDS = 10


@dataclass(frozen=True)
class Emulator:
    """``value = a + sum b_i u_i + c_i u_i^2`` over the levels ``u`` of ``groups``.

    ``error``: standard deviation of what the fit misses in runs that it was not fitted to (ten-fold cross-validation).
    """

    groups: tuple[str, ...]
    coefficients: Matrix
    error: float

    def predict(self, levels: Mapping[str, float]) -> float:
        """The figure at some levels."""
        return float((_features([levels], self.groups) @ self.coefficients)[0])


def fit(levels: Sequence[Mapping[str, float]], values: Sequence[float]) -> Emulator:
    """Ridge regression (Hoerl and Kennard, Technometrics 12 (1970), 55-67).

    Raises ValueError of fewer than twenty runs: nothing could be told of the error.
    """
    if len(values) < 2 * FOLDS:
        raise ValueError(f"{len(values)} runs are too few for an emulator")
    groups = tuple(levels[0])
    x, y = _features(levels, groups), np.asarray(values, dtype=np.float64)
    missed = np.zeros(len(y))
    for fold in range(FOLDS):
        out = np.arange(len(y)) % FOLDS == fold
        missed[out] = y[out] - x[out] @ _solve(x[~out], y[~out])
    return Emulator(groups, _solve(x, y), float(np.sqrt(np.mean(missed**2))))


def _features(levels: Sequence[Mapping[str, float]], groups: Sequence[str]) -> Matrix:
    u = np.asarray([[draw[group] for group in groups] for draw in levels], dtype=np.float64) - 0.5
    return np.column_stack([np.ones(len(u)), u, u**2])


def _solve(x: Matrix, y: Matrix) -> Matrix:
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 0.0  # the mean is not held back
    return np.asarray(np.linalg.solve(x.T @ x + penalty, x.T @ y), dtype=np.float64)
