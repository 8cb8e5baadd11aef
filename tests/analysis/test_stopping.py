"""The sequential procedure: by hand, and by doing what it asks for."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from corridorsim.analysis import precision_reached, replications_needed

TEN = [10.0, 11.0, 9.0, 10.5, 9.5, 10.2, 9.8, 10.1, 9.9, 10.0]


def relative_half_width(values: list[float], count: int) -> float:
    half = stats.t.ppf(0.975, count - 1) * stats.tstd(values) / math.sqrt(count)
    return float(half / abs(sum(values) / len(values)))


def test_the_error_asked_for_is_that_of_the_true_mean() -> None:
    reached = relative_half_width(TEN, 10)
    # a half-width of g / (1 + g) of the mean, not of g, makes an error of g of the true one
    just = reached / (1 - reached)
    assert precision_reached(TEN, just * 1.0001)
    assert not precision_reached(TEN, just * 0.9999)
    assert just > reached * 1.03  # the correction is one that a test can see


def test_a_negative_mean_is_as_precise_as_a_positive_one() -> None:
    assert precision_reached([-value for value in TEN], 0.06)


def test_luck_with_few_replications_stops_nothing() -> None:
    alike = [10.0, 10.0001, 10.0]
    assert not precision_reached(alike, 0.02)
    assert precision_reached(alike, 0.02, at_least=3)
    assert not precision_reached([10.0], 0.02, at_least=1)
    assert replications_needed(alike, 0.02) == 7
    assert replications_needed([10.0], 0.02) == 9
    assert replications_needed([], 0.02, at_least=1) == 2


@pytest.mark.parametrize("relative", [0.2, 0.02, 0.01, 0.001])
@pytest.mark.parametrize("values", [TEN, TEN[:3], [-100.0, -120.0, -90.0, -95.0]])
def test_what_is_needed_is_the_least_that_would_do(values: list[float], relative: float) -> None:
    more = replications_needed(values, relative, at_least=2)
    assert more is not None
    count, asked = len(values) + more, relative / (1 + relative)
    assert relative_half_width(values, count) <= asked
    assert more == 0 or relative_half_width(values, count - 1) > asked


def test_nothing_is_needed_where_the_precision_is_reached() -> None:
    assert replications_needed(TEN, 0.2) == 0
    assert precision_reached(TEN, 0.2)


def test_a_mean_of_zero_is_never_precise_unless_all_is_zero() -> None:
    around = [-1.0, 1.0] * 10
    assert not precision_reached(around, 0.1)
    assert replications_needed(around, 0.1) is None
    assert precision_reached([0.0] * 10, 0.1)
    assert replications_needed([0.0] * 10, 0.1) == 0


@pytest.mark.parametrize("relative", [0.0, -0.1, 1.0, math.nan])
def test_a_precision_is_a_share(relative: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        precision_reached(TEN, relative)
    with pytest.raises(ValueError, match="not between 0 and 1"):
        replications_needed(TEN, relative)
