"""Is it still the same? Two one-sided tests of a difference against a margin: new runs against a kept baseline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .statistics import CONFIDENCE, Interval, Sample, describe, t_quantile, t_share


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether ``after`` equals ``before`` to within ``margin``.

    ``verdict``: True: shown to be equivalent. False: not shown, be it that they differ or that the runs are too few to
    tell; ``reason`` says which. None: no test can be made (a single run on one side).
    ``p`` is the larger of the two one-sided p-values. ``interval`` is of ``after - before``, at the level that decides
    together with it: 1 - 2 (1 - confidence), 90 % for a confidence of 95 %.
    """

    verdict: bool | None
    p: float | None
    interval: Interval
    margin: float
    reason: str


def equivalent(
    before: Sample | Sequence[float], after: Sample | Sequence[float], margin: float, confidence: float = CONFIDENCE
) -> Equivalence:
    """Two independent sets of runs (a kept baseline and new ones), whose variances may differ.

    ``margin`` > 0 is in the unit of the values. Two one-sided t-tests: Schuirmann, J. Pharmacokinetics and
    Biopharmaceutics 15 (1987), 657-680; degrees of freedom: Welch, Biometrika 34 (1947), 28-35. Where both sides ran
    on the same seeds ``equivalent_paired`` tells more; this one then errs towards "not shown".
    Raises ValueError where a side is empty or the margin is not above 0.
    """
    a, b = (side if isinstance(side, Sample) else describe(side) for side in (before, after))
    if a.sd is None or b.sd is None:
        return _untold(b.mean - a.mean, margin, "a single run has no spread: at least two on each side are needed")
    part_a, part_b = a.sd**2 / a.count, b.sd**2 / b.count
    error = math.sqrt(part_a + part_b)
    degrees = 1.0
    if error > 0:
        # as shares of the whole, so that the squares of small variances do not vanish
        share_a, share_b = part_a / (part_a + part_b), part_b / (part_a + part_b)
        degrees = 1 / (share_a**2 / (a.count - 1) + share_b**2 / (b.count - 1))
    return _two_one_sided(b.mean - a.mean, error, degrees, margin, confidence)


def equivalent_paired(
    before: Sequence[float], after: Sequence[float], margin: float, confidence: float = CONFIDENCE
) -> Equivalence:
    """Two sets of runs on the same seeds, in the same order; else as ``equivalent``.

    Raises ValueError where the two are not equally long or empty, or the margin is not above 0.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} observations cannot be paired with {len(after)}")
    sample = describe([b - a for a, b in zip(before, after, strict=True)])
    if sample.sd is None:
        return _untold(sample.mean, margin, "a single pair has no spread: at least two are needed")
    error = sample.sd / math.sqrt(sample.count)
    return _two_one_sided(sample.mean, error, sample.count - 1, margin, confidence)


def _two_one_sided(difference: float, error: float, degrees: float, margin: float, confidence: float) -> Equivalence:
    _check(margin)
    if error == 0:
        p = 0.0 if abs(difference) < margin else 1.0
    else:
        p = t_share(degrees, (abs(difference) - margin) / error)
    half = t_quantile(degrees, confidence) * error
    interval = Interval(difference, difference - half, difference + half)
    told = f"the difference of {difference:.4g} [{interval.low:.4g}, {interval.high:.4g}]"
    if p < 1 - confidence:
        reason = f"equivalent: {told} lies within {margin:.4g} of 0"
    elif abs(difference) - half > margin:
        reason = f"different: {told} lies more than {margin:.4g} from 0"
    else:
        reason = f"not shown: {told} may lie more than {margin:.4g} from 0; more runs may tell"
    return Equivalence(p < 1 - confidence, p, interval, margin, reason)


def _untold(difference: float, margin: float, reason: str) -> Equivalence:
    _check(margin)
    return Equivalence(None, None, Interval(difference, None, None), margin, reason)


def _check(margin: float) -> None:
    if not margin > 0:
        raise ValueError(f"nothing is equivalent to within a margin of {margin}")
