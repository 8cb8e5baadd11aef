"""Chance and the unknown: against SciPy, against the test that Pitman's limits invert, and against what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from corridorsim.analysis import decompose, variance_interval

FIXED = [4.1, 4.3, 4.0, 4.2, 4.4, 4.1, 4.2, 4.5]
SAMPLED = [3.9, 4.6, 3.6, 4.5, 4.9, 4.0, 4.1, 5.0]


def test_variance_interval_is_chi_squares() -> None:
    found = variance_interval(FIXED, 0.9)
    squares = 7 * float(np.var(FIXED, ddof=1))
    assert found.mean == pytest.approx(squares / 7)
    assert found.low == pytest.approx(squares / stats.chi2.ppf(0.95, 7))
    assert found.high == pytest.approx(squares / stats.chi2.ppf(0.05, 7))
    with pytest.raises(ValueError, match="no variance"):
        variance_interval([1.0])


def test_unknown_is_total_less_chance_and_never_below_zero() -> None:
    parts = decompose(FIXED, SAMPLED)
    assert parts is not None
    assert parts.chance.mean == pytest.approx(np.var(FIXED, ddof=1))
    assert parts.total.mean == pytest.approx(np.var(SAMPLED, ddof=1))
    assert parts.unknown == pytest.approx(parts.total.mean - parts.chance.mean)
    assert parts.share is not None
    assert parts.share.mean == pytest.approx(parts.unknown / parts.total.mean)
    assert parts.shift.interval.mean == pytest.approx(np.mean(SAMPLED) - np.mean(FIXED))
    assert parts.runs == 8
    other = decompose(SAMPLED, FIXED)
    assert other is not None
    assert other.share is not None
    assert (other.unknown, other.share.mean, other.share.low) == (0, 0, 0)


def test_limits_of_the_share_are_where_pitmans_test_turns() -> None:
    """Variances of pairs are equal where sum and difference are not correlated (Pitman 1939; Morgan 1939)."""
    parts = decompose(FIXED, SAMPLED)
    assert parts is not None
    assert parts.share is not None
    for limit in (parts.share.low, parts.share.high):
        assert limit is not None
        assert 0 < limit < 1
        x, y = math.sqrt(1 / (1 - limit)) * np.asarray(FIXED), np.asarray(SAMPLED)
        assert stats.pearsonr(x + y, x - y).pvalue == pytest.approx(0.05)


def test_the_share_is_covered_as_often_as_stated() -> None:
    draws = np.random.default_rng(7).standard_normal((400, 2, 12))
    hits = 0
    for chance, unknown in draws:
        parts = decompose(list(chance), list(chance + 1.5 * unknown), 0.9)
        assert parts is not None
        assert parts.share is not None
        assert parts.share.low is not None
        assert parts.share.high is not None
        hits += parts.share.low <= 1 - 1 / 3.25 <= parts.share.high
    assert 0.86 <= hits / 400 <= 0.94


def test_what_cannot_be_told_is_none() -> None:
    assert decompose([1.0], [2.0]) is None
    assert decompose([], []) is None
    with pytest.raises(ValueError, match="cannot be paired"):
        decompose([1.0], [])


def test_what_does_not_vary_has_no_share() -> None:
    still = decompose([2.0] * 4, [2.0] * 4)
    assert still is not None
    assert (still.share, still.unknown, still.chance.high) == (None, 0, 0)
    all_unknown = decompose([2.0] * 4, [1.0, 2.0, 3.0, 4.0])
    assert all_unknown is not None
    assert all_unknown.share is not None
    assert (all_unknown.share.mean, all_unknown.share.low) == (1, None)
    two = decompose([1.0, 2.0], [1.0, 4.0])
    assert two is not None
    assert two.share is not None
    assert (two.share.mean, two.share.low) == (pytest.approx(8 / 9), None)
