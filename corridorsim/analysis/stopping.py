"""When are there enough replications? The sequential procedure for a mean of stated relative precision."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .statistics import CONFIDENCE, Sample, describe, t_quantile

#: replications before the rule may stop: with fewer the spread is known so badly that stopping is luck
AT_LEAST = 10
NEVER = 10**9


def precision_reached(
    values: Sequence[float], relative: float, confidence: float = CONFIDENCE, at_least: int = AT_LEAST
) -> bool:
    """Whether the mean is known to a relative error of ``relative`` (0.02 = 2 %) with ``confidence``.

    Stop when half-width / |mean of the sample| <= relative / (1 + relative): the error is asked of the true mean, and
    what is divided by is only its estimate. Law, Simulation Modeling and Analysis, 9.4.1, who advises at least 10
    replications and a relative error of at most 0.15, since the rule errs where it may stop early. A mean of 0 is
    never precise, unless all observations are 0. Raises ValueError unless 0 < relative < 1.
    """
    asked = _asked(relative)
    if len(values) < max(2, at_least):
        return False
    sample = describe(values)
    return _half_width(sample, sample.count, confidence) <= asked * abs(sample.mean)


def replications_needed(
    values: Sequence[float], relative: float, confidence: float = CONFIDENCE, at_least: int = AT_LEAST
) -> int | None:
    """About how many replications more ``precision_reached`` will ask for, by the spread so far; 0 once it is reached.

    Law, 9.4.1: the least number whose half-width would do, were mean and spread to stay. With fewer than two
    observations it is what lacks to ``at_least``. None where no number would do (the mean is 0, or next to it).
    Raises ValueError unless 0 < relative < 1.
    """
    asked = _asked(relative)
    least = max(2, at_least, len(values))
    if len(values) < 2:
        return least - len(values)
    sample = describe(values)
    wanted = asked * abs(sample.mean)

    def enough(count: int) -> bool:
        return _half_width(sample, count, confidence) <= wanted

    if not enough(NEVER):
        return None
    low, high = least - 1, least  # what is too few, and what may do
    while not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high - len(values)


def _asked(relative: float) -> float:
    if not 0 < relative < 1:
        raise ValueError(f"a relative precision of {relative} is not between 0 and 1")
    return relative / (1 + relative)


def _half_width(sample: Sample, count: int, confidence: float) -> float:
    """As it would be of ``count`` observations that vary like those of the sample."""
    return t_quantile(count - 1, 0.5 + confidence / 2) * (sample.sd or 0.0) / math.sqrt(count)
