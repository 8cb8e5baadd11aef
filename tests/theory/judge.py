"""Simulated figures against known ones: control variates, Student's t, and Holm over everything that is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corridorsim.analysis import holm
from corridorsim.analysis.statistics import t_quantile, t_share

#: of the half-widths that are told
CONFIDENCE = 0.95
#: of the judgement over all cases together
FAMILY = 0.99
#: a half-width below this is narrow enough whatever the value; in service times, items or shares of one
NARROW = 0.01
#: known values below this (in the same units) are of events too rare for a t-test: the estimate itself must be near
RARE = 0.001
#: relative error of known values, which are written with so many digits
ROUNDED = 1e-5
#: a control that is further from what is known of it than chance takes it once in so many times is another one
STRANGE = 1e-5


@dataclass(frozen=True)
class Estimate:
    """A mean over replications that are corrected by what is known of their input."""

    mean: float
    half_width: float
    p_value: float  #: of the known value


@dataclass(frozen=True)
class Verdict:
    """One quantity of one case."""

    case: str
    quantity: str
    known: float
    estimate: Estimate
    replications: int
    load: float
    unit: float  #: what NARROW and RARE count: one service time, one item
    source: str
    adjusted_p: float = 1.0

    @property
    def limit(self) -> float:
        """The half-width that is asked for: 2 % up to a load of 0.7, 10 % at 0.9, in between in proportion."""
        share = 0.02 + 0.08 * min(max(self.load - 0.7, 0.0), 0.2) / 0.2
        return max(share * abs(self.known), NARROW * self.unit)

    @property
    def narrow(self) -> bool:
        """Whether the half-width is below the limit."""
        return self.estimate.half_width <= self.limit

    @property
    def rare(self) -> bool:
        """Too rare for a t-test."""
        return abs(self.known) < RARE * self.unit

    @property
    def agrees(self) -> bool:
        """Narrow enough and not told apart from the known value at 99 % over all cases."""
        if self.rare:
            return abs(self.estimate.mean - self.known) < RARE * self.unit
        return self.narrow and self.adjusted_p >= 1 - FAMILY


def estimate(values: Sequence[float], controls: Mapping[str, tuple[Sequence[float], float]], known: float) -> Estimate:
    """The mean of ``values`` where every control has its known mean (Law, Simulation Modeling and Analysis, 11.4).

    ``controls``: what each replication drew, such as its mean service time, and what its expectation is. They are known
    of the input alone, so the estimate is as blind to the known answer as the plain mean, only narrower.
    """
    y = np.asarray(values, dtype=float)
    columns = [np.asarray(drawn, dtype=float) - expected for drawn, expected in controls.values()]
    columns = [column for column in columns if column.std() > 1e-12 * max(1.0, np.abs(column).max())]
    x = np.column_stack([np.ones(len(y)), *columns])
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ x.T @ y
    degrees = len(y) - x.shape[1]
    if degrees < 1:
        raise ValueError(f"{len(y)} replications are too few for {len(columns)} controls")
    mean, error = float(beta[0]), float(np.sqrt(((y - x @ beta) ** 2).sum() / degrees * inverse[0, 0]))
    half = t_quantile(degrees, 0.5 + CONFIDENCE / 2) * error
    if error <= 1e-9 * abs(mean):  # no chance is left: the controls say all of it
        return Estimate(mean, 0.0, 1.0 if abs(mean - known) <= ROUNDED * abs(known) else 0.0)
    return Estimate(mean, half, 2 * t_share(degrees, -abs(mean - known) / error))


def drawn_as_said(values: Sequence[float], said: float) -> bool:
    """Whether a control has its known mean: if not, correcting by it would hide that the input is another."""
    y = np.asarray(values, dtype=float)
    error = float(y.std(ddof=1)) / len(y) ** 0.5
    apart = abs(float(y.mean()) - said)
    if apart <= ROUNDED * abs(said):
        return True
    return error > 0 and 2 * t_share(len(y) - 1, -apart / error) >= STRANGE


def together(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """All judged as one family; the rare ones are no tests."""
    adjusted = holm([None if verdict.rare else verdict.estimate.p_value for verdict in verdicts])
    return [replace(v, adjusted_p=1.0 if p is None else p) for v, p in zip(verdicts, adjusted, strict=True)]
