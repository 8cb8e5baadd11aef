"""Intervals against published values and against SciPy's own."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from corridorsim.analysis import mean_interval, paired_difference, probability_interval

# Law, Simulation Modeling and Analysis, example 4.27: ten observations, 90 % interval 1.34 +- 0.24
LAW = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09]


def test_mean_interval_is_the_published_one() -> None:
    interval = mean_interval(LAW, confidence=0.9)
    assert interval.low is not None
    assert interval.mean == pytest.approx(1.343, abs=1e-9)
    assert interval.mean - interval.low == pytest.approx(0.24, abs=0.005)


@pytest.mark.parametrize("values", [LAW, [1.0, 2.0], [5.0] * 4, [1e6, 1e6 + 1, 1e6 + 3]])
def test_mean_interval_is_scipys(values: list[float]) -> None:
    ours = mean_interval(values)
    scale = stats.sem(values)
    low, high = stats.t.interval(0.95, len(values) - 1, loc=sum(values) / len(values), scale=scale) if scale else (5, 5)
    assert (ours.low, ours.high) == (pytest.approx(low), pytest.approx(high))


def test_one_observation_has_no_interval_and_none_is_an_error() -> None:
    assert mean_interval([3.0]).low is None
    with pytest.raises(ValueError, match="no observations"):
        mean_interval([])


@pytest.mark.parametrize(("hits", "trials"), [(0, 10), (10, 10), (3, 10), (1, 1), (17, 40)])
def test_probability_interval_is_scipys_exact_one(hits: int, trials: int) -> None:
    theirs = stats.binomtest(hits, trials).proportion_ci(0.95, method="exact")
    ours = probability_interval(hits, trials)
    assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_probability_interval_of_ten_in_ten_is_the_published_one() -> None:
    # Clopper and Pearson: 0.025 ** (1 / 10)
    assert probability_interval(10, 10).low == pytest.approx(0.025**0.1)


@pytest.mark.parametrize(("hits", "trials"), [(-1, 3), (4, 3), (0, 0)])
def test_impossible_counts_are_errors(hits: int, trials: int) -> None:
    with pytest.raises(ValueError, match="hits in"):
        probability_interval(hits, trials)


def test_paired_difference_is_narrower_where_both_move_together() -> None:
    after = [value + 0.1 + 0.01 * place for place, value in enumerate(LAW)]
    difference = paired_difference(LAW, after)
    test = stats.ttest_rel(after, LAW).confidence_interval(0.95)
    assert difference.interval.low == pytest.approx(test.low)
    assert difference.interval.high == pytest.approx(test.high)
    assert difference.correlation == pytest.approx(stats.pearsonr(LAW, after).statistic)


def test_correlation_of_what_does_not_vary_is_not_told() -> None:
    assert paired_difference([1.1, 1.1, 1.1], [1.0, 2.0, 3.0]).correlation is None
    assert paired_difference([1.0], [2.0]).correlation is None


def test_pairs_must_match() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        paired_difference([1.0], [1.0, 2.0])


def test_correlation_stays_within_one() -> None:
    value = paired_difference([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]).correlation
    assert value is not None
    assert math.isclose(value, 1.0)
