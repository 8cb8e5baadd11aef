"""Intervals of means, of probabilities and of paired differences. SciPy is imported when first needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence interval; ``low`` and ``high`` are None where there is only one observation."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Difference:
    """``after`` less ``before``, pair by pair.

    ``correlation`` is what pairing achieved: near 1 the common random numbers did their work, near 0 they gained
    nothing. None where it cannot be told (fewer than two pairs, or one side does not vary).
    """

    interval: Interval
    correlation: float | None
    pairs: int


def mean_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Student's t interval of the mean of independent observations (Law, Simulation Modeling and Analysis, 4.5).

    Raises ValueError of nothing.
    """
    if not values:
        raise ValueError("no observations")
    count = len(values)
    mean = math.fsum(values) / count
    if count == 1:
        return Interval(mean, None, None)
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    half = _t_quantile(count - 1, 0.5 + confidence / 2) * math.sqrt(variance / count)
    return Interval(mean, mean - half, mean + half)


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


def paired_difference(before: Sequence[float], after: Sequence[float], confidence: float = CONFIDENCE) -> Difference:
    """Mean of ``after - before`` with its t interval, and the correlation of the two (Law, 10.2.1).

    Raises ValueError where the two are not equally long or empty.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} observations cannot be paired with {len(after)}")
    interval = mean_interval([b - a for a, b in zip(before, after, strict=True)], confidence)
    return Difference(interval, _correlation(before, after), len(before))


def _correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    count = len(x)
    if count < 3:  # two pairs always lie on a line
        return None
    mean_x, mean_y = math.fsum(x) / count, math.fsum(y) / count
    spread_x = math.fsum((value - mean_x) ** 2 for value in x)
    spread_y = math.fsum((value - mean_y) ** 2 for value in y)
    # what rounding leaves of a constant is not a spread
    if spread_x <= count * (1e-12 * mean_x) ** 2 or spread_y <= count * (1e-12 * mean_y) ** 2:
        return None
    shared = math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return max(-1.0, min(1.0, shared / math.sqrt(spread_x * spread_y)))


def _t_quantile(degrees: int, share: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, share))
