"""How much of the spread is chance, and how much is what we do not know."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .statistics import CONFIDENCE, ROUNDING, Difference, Interval, correlation, describe, paired_difference, t_quantile


@dataclass(frozen=True, slots=True)
class Parts:
    """The variance of a figure in two parts; variances are in the square of its unit.

    ``chance``: with every input at its value. ``total``: with the uncertain inputs drawn as well. ``unknown``: total
    less chance, at least 0. ``share``: unknown / total, None where nothing varies. ``shift``: mean of the sampled runs
    less that of the fixed ones, what the shape of the ranges does to the mean.
    """

    chance: Interval
    total: Interval
    unknown: float
    share: Interval | None
    shift: Difference
    runs: int


def decompose(fixed: Sequence[float], sampled: Sequence[float], confidence: float = CONFIDENCE) -> Parts | None:
    """Split the variance of ``sampled`` runs, given ``fixed`` ones on the same seeds in the same order.

    By the law of total variance, taking chance to do as much at the drawn inputs as it does at their values. The
    intervals suppose normal figures, and a variance leans on that harder than a mean does: those of the variances are
    chi-square's; that of the share comes from Pitman's limits for the ratio of two variances of pairs, since runs on
    the same seeds are not independent (Pitman, Biometrika 31 (1939), 9-12). The unknown has no sound interval of its
    own; read it off the share. None of fewer than two pairs. Raises ValueError where the two are not equally long.
    """
    shift = paired_difference(fixed, sampled, confidence) if fixed or sampled else None
    if shift is None or shift.pairs < 2:
        return None
    chance, total = variance_interval(fixed, confidence), variance_interval(sampled, confidence)
    return Parts(
        chance, total, max(0.0, total.mean - chance.mean), _share(fixed, sampled, confidence), shift, shift.pairs
    )


def variance_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Variance of independent normal observations: (n - 1) s2 / chi-square quantiles.

    Snedecor and Cochran, Statistical Methods, 8th ed., 5.11. Raises ValueError of fewer than two.
    """
    if len(values) < 2:
        raise ValueError(f"{len(values)} observations have no variance")
    from scipy.special import chdtri

    sample = describe(values)
    degrees = sample.count - 1
    variance = (sample.sd or 0.0) ** 2
    tail = (1 - confidence) / 2
    # chdtri takes what lies above the quantile
    low, high = (degrees * variance / float(chdtri(degrees, above)) for above in (tail, 1 - tail))
    return Interval(variance, low, high)


def _share(fixed: Sequence[float], sampled: Sequence[float], confidence: float) -> Interval | None:
    chance, total = describe(fixed), describe(sampled)
    if not _varies(sampled):
        return None
    assert chance.sd is not None
    assert total.sd is not None
    if not _varies(fixed):
        return Interval(1.0, None, None)
    ratio = (total.sd / chance.sd) ** 2
    together = correlation(fixed, sampled)
    if together is None:  # two pairs
        return Interval(max(0.0, 1 - 1 / ratio), None, None)
    degrees = chance.count - 2
    t = t_quantile(degrees, 0.5 + confidence / 2)
    k = 1 + 2 * (1 - together**2) * t**2 / degrees
    reach = k + math.sqrt(k**2 - 1)
    # the limits of the ratio are ratio / reach and ratio * reach
    shares = (max(0.0, 1 - 1 / limit) for limit in (ratio, ratio / reach, ratio * reach))
    return Interval(*shares)


def _varies(values: Sequence[float]) -> bool:
    sample = describe(values)
    return sample.sd is not None and sample.sd > ROUNDING * abs(sample.mean)
