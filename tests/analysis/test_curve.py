"""Gains of further locomotives, for lines whose figures are known."""

from __future__ import annotations

import pytest

from corridorsim.analysis.curve import Flat, Line, flat_from

CHANCE = (-0.02, 0.0, 0.02)


def line(**means: float) -> Line:
    """A line with three replications a point that share their chance; points are named ``u0``, ``u30`` ..."""
    return Line("s", "fixed", "as_given", {int(at[1:]): [mean + each for each in CHANCE] for at, mean in means.items()})


def test_gains_are_paired_and_counted_by_ten() -> None:
    rising = line(u0=5, u30=5.6, u90=5.9)
    first, second = rising.steps()
    assert (first.low, first.high, second.high) == (0, 30, 90)
    assert first.gain.interval.low == pytest.approx(0.6)  # chance is common: nothing of it is left in the difference
    assert (first.per_ten.mean, second.per_ten.mean) == (pytest.approx(0.2), pytest.approx(0.05))
    between = rising.gain_of(15)
    assert between is not None
    assert between.mean == pytest.approx(0.3)
    assert rising.gain_of(91) is None
    assert line(u30=5, u60=6).gain_of(40) is None


def test_further_ones_no_longer_matter_where_none_of_them_gains() -> None:
    found = flat_from(line(u0=5, u30=5.6, u60=5.61, u90=5.62))
    assert (found.units, found.shown) == (30, True)
    assert found.most == pytest.approx(0.02)
    assert flat_from(line(u0=5, u30=5.2, u60=5.4)) == Flat(None)


def test_many_small_steps_that_add_up_do_matter() -> None:
    """No step brings 0.05 Mt, all of them together do."""
    slow = line(u0=5, u30=5.04, u60=5.08, u90=5.12)
    assert flat_from(slow).units == 60
    assert flat_from(slow, least=0.2).units == 0


def test_a_gain_that_is_not_to_be_seen_is_not_shown_to_be_small() -> None:
    noisy = Line("s", "fixed", "as_given", {0: [5.0, 5.0, 5.0], 10: [4.0, 5.5, 6.0]})
    found = flat_from(noisy)
    assert (found.units, found.shown) == (0, False)
    assert found.most is not None
    assert found.most > 2


def test_one_replication_cannot_tell() -> None:
    one = Line("s", "fixed", "as_given", {0: [5.0], 10: [5.0]})
    assert flat_from(one) == Flat(None)
    assert one.steps()[0].per_ten.low is None


def test_a_loss_is_no_gain() -> None:
    assert flat_from(line(u0=5, u30=4.5)).units == 0
