"""Which unknown moves a figure most: Morris screening over groups, Sobol' indices over a few. A thin use of SALib.

Levels are those of the uncertain groups, 0 to 1; a figure may come from anything that takes levels. Values are given as
one list a point with one value a replication, all points on the same seeds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, TypeAlias

from .statistics import Interval, describe

#: steps of Morris' grid: levels 0, 1/3, 2/3 and 1, moved by 2/3 at a time
GRID = 4
RESAMPLES = 1000  #: of the bootstrap intervals
#: mean of the absolute value of a standard normal
ABS_NORMAL = math.sqrt(2 / math.pi)

Levels: TypeAlias = list[dict[str, float]]


class SalibMissing(ImportError):
    """The extra ``sensitivity`` is not installed."""


@dataclass(frozen=True, slots=True)
class Screened:
    """What a group does by itself, in the figure's unit from one end of its range to the other.

    ``mu_star``: mean absolute effect over the trajectories, with its bootstrap interval (95 %, over trajectories);
    ``mu``: mean effect with its sign; ``sigma``: how much the effect depends on where the others stand.
    ``chance``: standard error of ``mu_star`` from the replications. ``noise``: the ``mu_star`` that chance alone would
    give a group which does nothing. Both are None with one replication, which tells nothing of chance.
    """

    group: str
    mu_star: Interval
    mu: float
    sigma: float
    chance: float | None
    noise: float | None

    @property
    def verdict(self) -> str:
        """``moves it``, ``inside the noise`` (not told from chance), ``does nothing`` (exactly), or ``unknown``."""
        if self.mu_star.mean == 0:
            return "does nothing"
        if self.chance is None or self.noise is None:
            return "unknown"
        return "moves it" if self.mu_star.mean > self.noise + 2 * self.chance else "inside the noise"


@dataclass(frozen=True, slots=True)
class Index:
    """Share of the figure's variance: ``first`` by a group alone, ``total`` with all in which it takes part.

    Estimates from few samples may lie outside 0 to 1; the intervals (95 %, bootstrap) say how far off they may be.
    """

    group: str
    first: Interval
    total: Interval


@dataclass(frozen=True, slots=True)
class Indices:
    """Sobol' indices, the largest total first. ``chance_share``: of the variance over the points, what chance may have
    put there by doing other things at other points; None with one replication."""

    indices: tuple[Index, ...]
    variance: float
    chance_share: float | None


def design(method: str, groups: Sequence[str], size: int, seed: int) -> Levels:
    """The points of a method. Raises SalibMissing, ValueError."""
    return (morris_design if method == "morris" else sobol_design)(groups, size, seed)


def need_salib() -> None:
    """Raises SalibMissing with the command that installs it."""
    if find_spec("SALib") is None:
        raise SalibMissing("sensitivity needs SALib; install it with: pip install 'corridorsim[sensitivity]'")


# --- Morris -----------------------------------------------------------------------------------------------------------


def morris_design(groups: Sequence[str], trajectories: int, seed: int) -> Levels:
    """Trajectories of one point more than there are groups; from one point to the next one group moves.

    Morris, Technometrics 33 (1991), 161-174. Raises SalibMissing, ValueError of a single trajectory.
    """
    if trajectories < 2:
        raise ValueError("a screening needs at least two trajectories")
    need_salib()
    from SALib.sample import morris

    return _as_levels(groups, morris.sample(_problem(groups), trajectories, num_levels=GRID, seed=seed))


def morris_effects(
    groups: Sequence[str], levels: Levels, values: Sequence[Sequence[float]], seed: int
) -> list[Screened]:
    """The groups, largest ``mu_star`` first. ``levels`` as ``morris_design`` gave them.

    ``mu_star``: Campolongo, Cariboni, Saltelli, Environmental Modelling & Software 22 (2007), 1509-1518. The noise of
    an effect is that of a paired difference, since all points have the same seeds. Raises SalibMissing.
    """
    need_salib()
    import numpy as np
    from SALib.analyze import morris

    points = np.array([[level[group] for group in groups] for level in levels])
    by_run = np.array(values, dtype=float)
    found = morris.analyze(
        _problem(groups), points, by_run.mean(axis=1), num_resamples=RESAMPLES, num_levels=GRID, seed=seed
    )
    made = []
    for place, group in enumerate(groups):
        star, half = float(found["mu_star"][place]), float(found["mu_star_conf"][place])
        interval = Interval(star, max(0.0, star - half), star + half)
        chance, noise = _noise(points, by_run, place)
        mu, sigma = float(found["mu"][place]), float(found["sigma"][place])
        made.append(Screened(group, interval, mu, sigma, chance, noise))
    return sorted(made, key=lambda each: -each.mu_star.mean)


def _noise(points: Any, by_run: Any, place: int) -> tuple[float | None, float | None]:
    """Standard error of a group's mu* from chance, and the mu* that chance alone gives."""
    import numpy as np

    replications = by_run.shape[1]
    if replications < 2:
        return None, None
    size = points.shape[1] + 1
    effects = []
    for start in range(0, len(points), size):
        step = next(n for n in range(start, start + size - 1) if points[n + 1, place] != points[n, place])
        effects.append((by_run[step + 1] - by_run[step]) / (points[step + 1, place] - points[step, place]))
    single = np.array(effects)  # trajectory x replication
    # |x| moves with x where x > 0 and against it where x < 0; trajectories share their storms, so they are averaged
    # replication by replication
    signed = (np.sign(single.mean(axis=1))[:, None] * single).mean(axis=0)
    errors = single.std(axis=1, ddof=1) / math.sqrt(replications)
    return float(signed.std(ddof=1) / math.sqrt(replications)), float(errors.mean() * ABS_NORMAL)


# --- Sobol' -----------------------------------------------------------------------------------------------------------


def sobol_design(groups: Sequence[str], samples: int, seed: int) -> Levels:
    """``samples`` x (groups + 2) points; ``samples`` must be a power of two (ValueError).

    Saltelli et al., Computer Physics Communications 181 (2010), 259-270. Raises SalibMissing.
    """
    if samples < 2 or samples & (samples - 1):
        raise ValueError(f"{samples} samples are out of balance: a power of two is needed")
    need_salib()
    from SALib.sample import sobol

    return _as_levels(groups, sobol.sample(_problem(groups), samples, calc_second_order=False, seed=seed))


def sobol_indices(groups: Sequence[str], values: Sequence[Sequence[float]], seed: int) -> Indices:
    """First and total indices of the groups from the values at ``sobol_design``'s points. Raises SalibMissing."""
    need_salib()
    import numpy as np
    from SALib.analyze import sobol

    by_run = np.array(values, dtype=float)
    means = by_run.mean(axis=1)
    variance = float(means.var(ddof=1))
    if means.max() - means.min() <= 1e-12 * abs(means).max():
        nothing = Interval(0.0, None, None)
        return Indices(tuple(Index(group, nothing, nothing) for group in groups), 0.0, None)
    # SALib takes a seed of 0 for none
    found = sobol.analyze(_problem(groups), means, calc_second_order=False, num_resamples=RESAMPLES, seed=seed + 1)
    made = [
        Index(group, *(_around(found[name][place], found[f"{name}_conf"][place]) for name in ("S1", "ST")))
        for place, group in enumerate(groups)
    ]
    return Indices(tuple(sorted(made, key=lambda each: -each.total.mean)), variance, _chance_share(by_run, variance))


def _chance_share(by_run: Any, variance: float) -> float | None:
    """Interaction of point and replication in a two-way table, as a share of the variance of the points' means."""
    points, replications = by_run.shape
    if replications < 2:
        return None
    rest = by_run - by_run.mean(axis=1, keepdims=True) - by_run.mean(axis=0, keepdims=True) + by_run.mean()
    square = float((rest**2).sum()) / ((points - 1) * (replications - 1))
    return float(min(1.0, square / replications / variance))


# --- both -------------------------------------------------------------------------------------------------------------


def spread(values: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Lowest, mean and highest of the points' means."""
    means = [describe(list(each)).mean for each in values]
    return min(means), math.fsum(means) / len(means), max(means)


def _problem(groups: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(groups), "names": list(groups), "bounds": [[0.0, 1.0]] * len(groups)}


def _as_levels(groups: Sequence[str], points: Any) -> Levels:
    return [{group: float(level) for group, level in zip(groups, row, strict=True)} for row in points]


def _around(mean: Any, half: Any) -> Interval:
    return Interval(float(mean), float(mean - half), float(mean + half))
