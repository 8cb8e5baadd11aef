"""Intervals of means, probabilities, quantiles and paired differences; several comparisons at once; time averages.

SciPy is imported when first needed. Sample sizes are the callers': every function says what it does with too few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

CONFIDENCE = 0.95
#: what two figures may differ by, as a share of the larger, and still be the same number rounded in two ways
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate (``mean``, whatever it estimates) with its confidence interval.

    ``low`` and ``high`` are None where there are too few observations to give one.
    """

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Sample:
    """What a file may keep of independent observations; ``sd`` (divided by count - 1) is None of a single one."""

    mean: float
    sd: float | None
    count: int

    def __post_init__(self) -> None:
        if self.count < 1 or (self.sd is None) != (self.count == 1) or (self.sd or 0) < 0:
            raise ValueError(f"{self.count} observations with a standard deviation of {self.sd} are no sample")


@dataclass(frozen=True, slots=True)
class Difference:
    """``after`` less ``before``, pair by pair.

    ``correlation`` is what pairing achieved: near 1 the common random numbers did their work, near 0 they gained
    nothing. None where it cannot be told (fewer than three pairs, or one side does not vary).
    ``p_value`` is that of no difference in the mean, two-sided; None of a single pair that differs.
    ``adjusted_p`` is Holm's, where the difference is one of several (see ``simultaneous_differences``).
    """

    interval: Interval
    correlation: float | None
    pairs: int
    p_value: float | None = None
    adjusted_p: float | None = None

    @property
    def pairing_gained(self) -> bool | None:
        """Whether pairing made the variance smaller than that of two independent sets of runs; None if unknown."""
        return None if self.correlation is None else self.correlation > 0


def describe(values: Sequence[float]) -> Sample:
    """Mean, standard deviation and count. Raises ValueError of nothing."""
    if not values:
        raise ValueError("no observations")
    count = len(values)
    mean = math.fsum(values) / count
    if count == 1:
        return Sample(mean, None, 1)
    return Sample(mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1)), count)


def mean_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Student's t interval of the mean of independent observations (Law, Simulation Modeling and Analysis, 4.5).

    Raises ValueError of nothing.
    """
    sample = describe(values)
    if sample.sd is None:
        return Interval(sample.mean, None, None)
    half = t_quantile(sample.count - 1, 0.5 + confidence / 2) * sample.sd / math.sqrt(sample.count)
    return Interval(sample.mean, sample.mean - half, sample.mean + half)


def amount_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """``mean_interval`` of amounts (tonnes, hours, trains), whose mean cannot be below 0 even if few of them vary much.

    Raises ValueError of nothing.
    """
    found = mean_interval(values, confidence)
    return found if found.low is None else Interval(found.mean, max(0.0, found.low), found.high)


def probability_interval(hits: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """Exact (Clopper-Pearson) interval of a probability from ``hits`` in ``trials``; it never claims too much.

    Clopper and Pearson, Biometrika 26 (1934), 404-413. Raises ValueError unless 0 <= hits <= trials and trials > 0.
    """
    if not 0 <= hits <= trials or trials < 1:
        raise ValueError(f"{hits} hits in {trials} trials")
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, trials - hits + 1, tail))
    high = 1.0 if hits == trials else float(betaincinv(hits + 1, trials - hits, 1 - tail))
    return Interval(hits / trials, low, high)


def quantile_interval(values: Sequence[float], share: float, confidence: float = CONFIDENCE) -> Interval:
    """A quantile of independent observations with an interval that supposes nothing of their law.

    The estimate is the smallest observation that at least ``share`` of them do not exceed. Its bounds are observations
    too, ``X(l)`` and ``X(u)`` in order of size, by the binomial law of how many fall below the true quantile: ``l`` the
    largest with P(B < l) <= (1 - confidence) / 2, ``u`` the smallest with P(B >= u) <= the same. A bound is None where
    the sample is too small to give it (a median wants 6 observations at 95 %, a 90 % quantile 36 for its upper bound).

    Conover, Practical Nonparametric Statistics, 3rd ed., 3.2; David and Nagaraja, Order Statistics, 3rd ed., 7.1.
    Raises ValueError of nothing, or unless 0 < share < 1.
    """
    if not values:
        raise ValueError("no observations")
    if not 0 < share < 1:
        raise ValueError(f"a share of {share} has no quantile")
    import numpy as np
    from scipy.special import bdtr, bdtrc

    ordered, count = sorted(values), len(values)
    tail, below = (1 - confidence) / 2, np.arange(count)
    lower = int(np.count_nonzero(bdtr(below, count, share) <= tail))  # 1 is the smallest observation
    upper = 1 + count - int(np.count_nonzero(bdtrc(below, count, share) <= tail))
    return Interval(
        ordered[math.ceil(share * count * (1 - ROUNDING)) - 1],
        ordered[lower - 1] if lower >= 1 else None,
        ordered[upper - 1] if upper <= count else None,
    )


def time_weighted_mean(times_s: Sequence[float], values: Sequence[float], start_s: float, end_s: float) -> float:
    """Mean over ``start_s .. end_s`` of a step function that takes ``values[i]`` at ``times_s[i]`` and keeps it.

    The last value lasts to the end. Of several values at one time the last counts. Law, Simulation Modeling and
    Analysis, 1.4.1 (time-average number in queue). Raises ValueError where the times do not ascend, where the span is
    empty, and where it starts before the first value is known.
    """
    if len(times_s) != len(values):
        raise ValueError(f"{len(times_s)} times cannot carry {len(values)} values")
    if end_s <= start_s:
        raise ValueError(f"there is no time from {start_s} to {end_s} s")
    if any(later < sooner for sooner, later in pairwise(times_s)):
        raise ValueError("times must ascend")
    if not times_s or times_s[0] > start_s:
        raise ValueError(f"no value is known at {start_s} s")
    spells = zip(values, times_s, [*times_s[1:], end_s], strict=True)
    area = math.fsum(value * max(0.0, min(end, end_s) - max(since, start_s)) for value, since, end in spells)
    return area / (end_s - start_s)


def paired_difference(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Difference:
    """Mean of ``after - before`` with its t interval, its p-value, and the correlation of the two (Law, 10.2.1).

    The p-value is that of the paired t-test. Pairs that all differ by the same leave nothing to test: 1 where that is
    nothing but rounding, else 0. Raises ValueError where the two are not equally long or empty.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} observations cannot be paired with {len(after)}")
    differences = [b - a for a, b in zip(before, after, strict=True)]
    interval = mean_interval(differences, confidence)
    rounding = ROUNDING * max(map(abs, [*before, *after]))
    return Difference(interval, correlation(before, after), len(before), _paired_p(differences, rounding))


def simultaneous_differences(
    before: Sequence[float], afters: Sequence[Sequence[float]], confidence: float = CONFIDENCE
) -> list[Difference]:
    """Several alternatives, each paired with the same baseline, such that all the intervals hold at once.

    The intervals are Bonferroni's (each at ``1 - (1 - confidence) / len(afters)``; Law, 10.4.1); ``adjusted_p`` is
    Holm's, which finds at least as much: below ``1 - confidence`` wherever an interval leaves out 0, and sometimes
    where one does not. Raises ValueError where the observations do not pair.
    """
    if not afters:
        return []
    each = 1 - (1 - confidence) / len(afters)
    found = [paired_difference(before, after, each) for after in afters]
    adjusted = holm([difference.p_value for difference in found])
    return [replace(difference, adjusted_p=p) for difference, p in zip(found, adjusted, strict=True)]


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """P-values such that rejecting those up to ``a`` errs anywhere in the family with a probability of at most ``a``.

    Step-down: the i-th smallest of m times (m - i + 1), never below the one before, at most 1. Holds however the tests
    depend on each other. None stays None and is no test of the family. Holm, Scandinavian J. Statistics 6 (1979),
    65-70. Raises ValueError of what is no probability.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    if not all(0 <= p <= 1 for p, _ in known):
        raise ValueError("a p-value lies from 0 to 1")
    adjusted: list[float | None] = [None] * len(p_values)
    reached = 0.0
    for rank, (p, place) in enumerate(known):
        adjusted[place] = reached = min(1.0, max(reached, (len(known) - rank) * p))
    return adjusted


def _paired_p(differences: Sequence[float], rounding: float) -> float | None:
    if all(abs(value) <= rounding for value in differences):
        return 1.0
    sample = describe(differences)
    if sample.sd is None:
        return None
    if sample.sd <= rounding:
        return 0.0
    return 2 * t_share(sample.count - 1, -abs(sample.mean) * math.sqrt(sample.count) / sample.sd)


def correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Pearson's; None of fewer than three pairs, or where one side does not vary."""
    count = len(x)
    if count < 3:  # two pairs always lie on a line
        return None
    mean_x, mean_y = math.fsum(x) / count, math.fsum(y) / count
    spread_x = math.fsum((value - mean_x) ** 2 for value in x)
    spread_y = math.fsum((value - mean_y) ** 2 for value in y)
    # what rounding leaves of a constant is not a spread
    if spread_x <= count * (ROUNDING * mean_x) ** 2 or spread_y <= count * (ROUNDING * mean_y) ** 2:
        return None
    shared = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return max(-1.0, min(1.0, shared / math.sqrt(spread_x * spread_y)))


def t_quantile(degrees: float, share: float) -> float:
    """Of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, share))


def t_share(degrees: float, value: float) -> float:
    """P(T <= value) of Student's t."""
    from scipy.special import stdtr

    return float(stdtr(degrees, value))
