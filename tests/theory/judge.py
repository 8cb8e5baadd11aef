"""Simulated figures against known ones: two stages, control variates, Student's t, and Holm over all that is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf

import numpy as np

from corridorsim.analysis import holm
from corridorsim.analysis.statistics import t_quantile, t_share

#: of a pilot in the estimate, the rest being that of fresh replications
SHARE = 0.2
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


#: what each replication drew, such as its mean hours of service, and what its expectation is
Controls = Mapping[str, tuple[Sequence[float], float]]


@dataclass(frozen=True)
class Estimate:
    """A mean over replications that are corrected by what is known of their input; the half-width as it was planned."""

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


@dataclass(frozen=True)
class Pilot:
    """What is decided by looking at the first replications of a quantity: how far to correct, and how many are needed.

    Two stages (Stein, Annals of Mathematical Statistics 16 (1945), 243-258; Law, Simulation Modeling and Analysis, 9.4
    on precision): the variance of a pilot fixes the number of fresh replications. The estimate is SHARE of the mean of
    the pilot and the rest of the mean of the fresh ones: each is unbiased, and as the weights are fixed beforehand so
    is their sum, whatever the distribution and whatever the pilot said about the number. Under normality the interval
    by Student's t with the pilot's variance covers the expectation as often as it says, and it is as narrow as was
    asked for: its width is fixed before the fresh replications are run, so none is refused, or enlarged, for what came
    out.

    To add replications until the interval of all of them is narrow ends at samples that happen to vary little, which
    for a wait, where little variation means few long queues, are those with low means. To weigh all replications alike
    would do a little of it: a pilot that is low as it varies little would have the more weight.
    """

    corrected: tuple[float, ...]
    slopes: Mapping[str, float]  #: of the controls
    degrees: int  #: of freedom of the variance

    @property
    def variance(self) -> float:
        """Of a replication that is corrected by slopes that were not found from it."""
        return float(np.var(self.corrected, ddof=1))

    @property
    def mean(self) -> float:
        """Of the pilot alone."""
        return float(np.mean(self.corrected))

    @property
    def quantile(self) -> float:
        """Half-width in standard errors."""
        return t_quantile(self.degrees, 0.5 + CONFIDENCE / 2)

    def share(self, fresh: int) -> float:
        """Variance of the estimate as a share of that of a replication; without fresh ones it is the pilot's mean."""
        return SHARE**2 / len(self.corrected) + (1 - SHARE) ** 2 / fresh if fresh else 1 / len(self.corrected)

    def half_width(self, fresh: int) -> float:
        """Known before the fresh replications are run."""
        return self.quantile * (self.variance * self.share(fresh)) ** 0.5

    def needed(self, limit: float) -> float:
        """Fresh replications for a half-width of no more than ``limit``; infinity where the pilot is too short."""
        if self.variance == 0:
            return 0
        left = (limit / self.quantile) ** 2 / self.variance - SHARE**2 / len(self.corrected)
        return ceil((1 - SHARE) ** 2 / left) if left > 0 else inf


def look(values: Sequence[float], controls: Controls) -> Pilot:
    """A pilot of ``values`` (Law, 11.4, for controls).

    Controls are known of the input alone, so what they correct is as blind to the known answer as before, only
    narrower. Each replication is corrected by the slopes of the others (Avramidis and Wilson, Operations Research
    Letters 14 (1993), 187-198): by slopes to which it contributed, a wait, which rises ever more steeply with the load,
    would come out low.
    """
    y = np.asarray(values, dtype=float)
    drawn = {name: np.asarray(column, dtype=float) - said for name, (column, said) in controls.items()}
    drawn = {name: x for name, x in drawn.items() if x.std() > 1e-12 * max(1.0, np.abs(x).max())}
    x = np.column_stack([np.ones(len(y)), *(column / column.std() for column in drawn.values())])
    degrees = len(y) - x.shape[1]
    if degrees < 1:
        raise ValueError(f"{len(y)} replications are too few for {len(drawn)} controls")

    def fitted(rows: np.ndarray) -> np.ndarray:
        return np.linalg.lstsq(x[rows], y[rows], rcond=None)[0][1:]

    every = np.arange(len(y))
    corrected = [y[i] - x[i, 1:] @ fitted(every != i) for i in every]
    slopes = fitted(every >= 0) / np.array([column.std() for column in drawn.values()])
    return Pilot(tuple(map(float, corrected)), dict(zip(drawn, map(float, slopes), strict=True)), degrees)


def estimate(pilot: Pilot, known: float, values: Sequence[float] = (), controls: Controls | None = None) -> Estimate:
    """From a pilot and fresh ``values``, corrected by its slopes; without any, the pilot is all there is.

    The half-width is the one that was planned (``Pilot.half_width``). The test against ``known`` has the variance of
    both stages: at one in ten thousand, where Holm looks, Student's t of the pilot alone is at the mercy of a pilot
    that varied little, and has fewer degrees of freedom with which to tell a wrong answer apart.
    """
    mean, variance, degrees = pilot.mean, pilot.variance, pilot.degrees
    if number := len(values):
        y = np.asarray(values, dtype=float)
        for name, slope in pilot.slopes.items():
            drawn, said = (controls or {})[name]
            y = y - slope * (np.asarray(drawn, dtype=float) - said)
        mean = SHARE * mean + (1 - SHARE) * float(y.mean())
        degrees += number - 1
        variance = (pilot.degrees * variance + float(((y - y.mean()) ** 2).sum())) / degrees
    error = (variance * pilot.share(number)) ** 0.5
    if error <= 1e-9 * abs(mean):  # no chance is left: the controls say all of it
        return Estimate(mean, 0.0, 1.0 if abs(mean - known) <= ROUNDED * abs(known) else 0.0)
    return Estimate(mean, pilot.half_width(number), 2 * t_share(degrees, -abs(mean - known) / error))


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
