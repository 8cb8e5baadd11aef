"""Equivalence to within a margin, held against SciPy's one-sided tests."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from corridorsim.analysis import Sample, describe, equivalent, equivalent_paired

BEFORE = [4.1, 4.3, 4.0, 4.2, 4.4, 4.1, 4.2]
AFTER = [4.2, 4.3, 4.1, 4.1, 4.5]


def one_sided(before: list[float], after: list[float], margin: float) -> float:
    low = stats.ttest_ind([v + margin for v in after], before, equal_var=False, alternative="greater")
    high = stats.ttest_ind([v - margin for v in after], before, equal_var=False, alternative="less")
    return float(max(low.pvalue, high.pvalue))


@pytest.mark.parametrize("margin", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("shift", [0.0, -0.3, 1.0])
def test_it_is_two_one_sided_welch_tests(margin: float, shift: float) -> None:
    after = [value + shift for value in AFTER]
    found = equivalent(describe(BEFORE), after, margin)
    assert found.p == pytest.approx(one_sided(BEFORE, after, margin))
    theirs = stats.ttest_ind(after, BEFORE, equal_var=False).confidence_interval(0.9)
    assert found.interval.low == pytest.approx(theirs.low)
    assert found.interval.high == pytest.approx(theirs.high)
    # the verdict is the interval's too
    assert found.verdict is bool(-margin < theirs.low and theirs.high < margin)


def test_sides_may_be_samples_or_values() -> None:
    assert equivalent(BEFORE, describe(AFTER), 0.2) == equivalent(describe(BEFORE), AFTER, 0.2)


def test_different_is_told_from_not_shown() -> None:
    assert equivalent(BEFORE, AFTER, 0.5).reason.startswith("equivalent")
    assert equivalent(BEFORE, AFTER, 0.05).reason.startswith("not shown")
    assert equivalent(BEFORE, [value - 1 for value in AFTER], 0.2).reason.startswith("different")


def test_small_variances_do_not_vanish() -> None:
    tiny = [[value * 1e-120 for value in side] for side in (BEFORE, AFTER)]
    assert equivalent(*tiny, 0.2e-120).p == pytest.approx(equivalent(BEFORE, AFTER, 0.2).p)


def test_a_single_run_gives_no_verdict() -> None:
    found = equivalent(Sample(4.2, 0.1, 7), [4.3], 0.2)
    assert (found.verdict, found.p, found.interval.low) == (None, None, None)
    assert found.interval.mean == pytest.approx(0.1)
    assert "at least two" in found.reason
    assert equivalent(Sample(4.2, None, 1), BEFORE, 0.2).verdict is None
    assert equivalent_paired([1.0], [1.0], 0.2).verdict is None


def test_what_does_not_vary_leaves_no_doubt() -> None:
    assert equivalent([2.0, 2.0], [2.5, 2.5], 1.0).p == 0
    assert equivalent([2.0, 2.0], [2.5, 2.5], 0.5).p == 1  # on the margin is not within it
    assert equivalent_paired(BEFORE, BEFORE, 0.01).verdict is True
    assert equivalent_paired([1.0, 2.0, 4.0], [3.0, 4.0, 6.0], 1.0).reason.startswith("different")


def test_pairs_tell_more_on_the_same_seeds() -> None:
    after = [value + 0.02 + 0.001 * place for place, value in enumerate(BEFORE)]
    assert equivalent(BEFORE, after, 0.05).verdict is False
    found = equivalent_paired(BEFORE, after, 0.05)
    differences = [b - a for a, b in zip(BEFORE, after, strict=True)]
    assert found.p == pytest.approx(stats.ttest_1samp(differences, 0.05, alternative="less").pvalue)
    assert found.verdict is True


@pytest.mark.parametrize("margin", [0.0, -1.0, math.nan])
def test_a_margin_must_be_above_zero(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        equivalent(BEFORE, AFTER, margin)
    with pytest.raises(ValueError, match="margin"):
        equivalent_paired([1.0], [2.0], margin)


def test_pairs_must_match() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        equivalent_paired(BEFORE, AFTER, 0.1)
    with pytest.raises(ValueError, match="no observations"):
        equivalent([], AFTER, 0.1)
