"""Intervals against published values and against SciPy's own."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from corridorsim.analysis import (
    Interval,
    Sample,
    amount_interval,
    describe,
    holm,
    mean_interval,
    paired_difference,
    probability_interval,
    quantile_interval,
    simultaneous_differences,
    time_weighted_mean,
)

# Law, Simulation Modeling and Analysis, example 4.27: ten observations, 90 % interval 1.34 +- 0.24
LAW = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09]


def test_the_mean_of_amounts_is_not_below_nothing() -> None:
    few = mean_interval([0.0, 3.0])
    assert few.low is not None
    assert few.low < 0
    assert amount_interval([0.0, 3.0]) == Interval(few.mean, 0.0, few.high)
    for values in ([5.0, 5.1, 5.2], [3.0]):
        assert amount_interval(values) == mean_interval(values)


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


# --- p-values and several comparisons ---------------------------------------------------------------------------------


def test_p_value_is_that_of_the_paired_t_test() -> None:
    after = [1.4, 1.3, 1.9, 2.0, 1.2, 1.6, 1.4, 1.8, 0.4, 1.2]
    assert paired_difference(LAW, after).p_value == pytest.approx(stats.ttest_rel(after, LAW).pvalue)


def test_pairs_that_all_differ_alike_leave_no_doubt() -> None:
    # 0.1 + 0.2 is not 0.3: rounding is no difference
    assert paired_difference([0.3, 0.3, 0.7], [0.1 + 0.2, 0.3, 0.7]).p_value == 1
    assert paired_difference(LAW, [value + 0.1 for value in LAW]).p_value == 0
    assert paired_difference([1.0], [2.0]).p_value is None
    assert paired_difference([1.0], [1.0]).p_value == 1


def test_pairing_gains_where_both_move_together() -> None:
    assert paired_difference([1.0, 2.0, 3.0], [1.0, 2.1, 3.3]).pairing_gained is True
    assert paired_difference([1.0, 2.0, 3.0], [3.0, 2.1, 1.0]).pairing_gained is False
    assert paired_difference([1.0, 2.0], [1.0, 2.1]).pairing_gained is None


def test_holm_is_the_published_procedure() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    # never below the one before, at most 1, ties alike
    assert holm([0.9, 0.02, 0.02, 0.6]) == pytest.approx([1.0, 0.08, 0.08, 1.0])
    assert holm([0.5]) == [0.5]
    assert holm([]) == []


def test_what_could_not_be_tested_is_no_test_of_the_family() -> None:
    assert holm([None, 0.01, None, 0.04]) == [None, pytest.approx(0.02), None, pytest.approx(0.04)]
    for impossible in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="from 0 to 1"):
            holm([0.2, impossible])


def test_simultaneous_intervals_are_bonferronis_and_never_find_more_than_holm() -> None:
    noise = [0.3, -0.2, 0.1, 0.0, -0.3, 0.2, -0.1, 0.3, -0.2, 0.1]
    afters = [[value + shift + e for value, e in zip(LAW, noise, strict=True)] for shift in (0.0, 0.2, 0.5)]
    found = simultaneous_differences(LAW, afters, confidence=0.94)
    for difference, after in zip(found, afters, strict=True):
        theirs = stats.ttest_rel(after, LAW).confidence_interval(1 - 0.06 / 3)
        assert difference.interval.low == pytest.approx(theirs.low)
        assert difference.interval.high == pytest.approx(theirs.high)
        assert difference.interval.low is not None
        if difference.interval.low > 0:
            assert difference.adjusted_p is not None
            assert difference.adjusted_p < 0.06
    p = sorted(difference.p_value or 0 for difference in found)
    assert sorted(difference.adjusted_p or 0 for difference in found) == pytest.approx([3 * p[0], 2 * p[1], p[2]])
    assert simultaneous_differences(LAW, []) == []


# --- quantiles and time averages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # ranks of the 95 % interval of a median: tables of the sign test, e.g. Conover, table A3
    [(5, None, None), (6, 1, 6), (10, 2, 9), (20, 6, 15), (30, 10, 21)],
)
def test_median_is_bounded_by_the_published_ranks(count: int, low: int | None, high: int | None) -> None:
    interval = quantile_interval([float(rank) for rank in range(count, 0, -1)], 0.5)
    assert (interval.low, interval.high) == (low, high)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("count", [12, 40, 200])
def test_quantile_interval_is_scipys(share: float, count: int) -> None:
    values = [math.sin(7.3 * place) for place in range(count)]
    theirs = stats.quantile_test(values, q=0, p=share).confidence_interval(0.95)
    ours = quantile_interval(values, share)
    assert ours.low == (None if math.isnan(theirs.low) else theirs.low)
    assert ours.high == (None if math.isnan(theirs.high) else theirs.high)


def test_quantile_is_the_smallest_that_its_share_does_not_exceed() -> None:
    assert quantile_interval([4.0, 1.0, 3.0, 2.0], 0.5).mean == 2
    assert quantile_interval([4.0, 1.0, 3.0, 2.0], 0.51).mean == 3
    assert quantile_interval([float(rank) for rank in range(1, 101)], 0.07).mean == 7  # 0.07 * 100 > 7 in binary
    assert quantile_interval([5.0], 0.9).high is None


def test_a_bound_is_missing_only_where_the_sample_is_too_small_for_it() -> None:
    few, enough = ([float(rank) for rank in range(1, count + 1)] for count in (35, 36))
    assert quantile_interval(few, 0.9).high is None
    assert quantile_interval(few, 0.9).low is not None
    assert quantile_interval(enough, 0.9).high == 36


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.0)])
def test_no_quantile_of_nothing_or_of_no_share(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match=r"no observations|no quantile"):
        quantile_interval(values, share)


def test_time_average_weighs_each_value_by_how_long_it_lasted() -> None:
    # Law's kind of example: 0 in the queue for 2 s, 3 for 1 s, 1 for 7 s
    assert time_weighted_mean([0, 2, 3], [0, 3, 1], 0, 10) == pytest.approx((0 * 2 + 3 * 1 + 1 * 7) / 10)
    assert time_weighted_mean([0, 2, 3], [0, 3, 1], 2.5, 4) == pytest.approx((3 * 0.5 + 1 * 1) / 1.5)
    assert time_weighted_mean([0, 2, 2], [5, 9, 1], 1, 3) == pytest.approx(3)  # the last of several at one time
    assert time_weighted_mean([0, 20], [5, 9], 0, 10) == 5  # what comes after the end does not count


@pytest.mark.parametrize(
    ("times", "values", "start", "end", "message"),
    [
        ([1], [5], 0, 10, "no value is known"),
        ([], [], 0, 10, "no value is known"),
        ([0, 3, 2], [1, 2, 3], 0, 10, "ascend"),
        ([0], [1], 5, 5, "no time"),
        ([0], [1, 2], 0, 10, "cannot carry"),
    ],
)
def test_a_step_function_must_be_one(
    times: list[float], values: list[float], start: float, end: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        time_weighted_mean(times, values, start, end)


def test_a_sample_must_be_one() -> None:
    assert describe(LAW).sd == pytest.approx(stats.tstd(LAW))
    for mean, sd, count in ((1.0, None, 2), (1.0, 0.5, 1), (1.0, -1.0, 3), (1.0, None, 0)):
        with pytest.raises(ValueError, match="no sample"):
            Sample(mean, sd, count)
