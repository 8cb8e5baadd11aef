"""History matching: a draw is kept where every observation is met; what the kept ones have in common is told."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from corridorsim.analysis.calibration import Measure, Row
from corridorsim.analysis.emulator import fit
from corridorsim.analysis.matching import Draw, groups_in_common, judged, pairs_in_common, row_powers, sieve, widened


def row(name: str, value: float, rule: str) -> Row:
    day = dt.date(2024, 1, 1)
    how = Measure("volume", "delivered_mt")
    return Row(name, "volume", day, day, value, None, None, "Mt", "C", rule, "", how)


VOLUME, BOXES = row("k1", 4.0, "0.05"), row("k2", 100, "0.10")


def draw(number: int, mt: float, boxes: float, **levels: float) -> Draw:
    return judged(number, levels, [VOLUME, BOXES], [{"k1": {"value": mt}, "k2": {"value": boxes}}])


def test_every_observation_must_be_met() -> None:
    assert draw(1, 4.19, 91).kept
    assert draw(2, 4.21, 100).misses == ("k1",)
    assert draw(3, 3.7, 80).misses == ("k1", "k2")


def test_replications_are_averaged_before_they_are_judged() -> None:
    runs = [{"k1": {"value": mt}, "k2": {"value": 100.0}} for mt in (3.5, 4.5)]
    assert judged(1, {}, [VOLUME, BOXES], runs).kept


def test_what_a_row_decides() -> None:
    draws = [draw(1, 4, 100), draw(2, 5, 100), draw(3, 5, 200), draw(4, 4, 300)]
    volume, boxes = row_powers([VOLUME, BOXES], draws)
    assert (volume.met, volume.alone) == (0.5, 1)
    assert (boxes.met, boxes.alone, boxes.low, boxes.high) == (0.5, 1, 100, 300)


def test_a_group_that_is_pinned_down_is_found_and_one_that_is_free_is_not() -> None:
    """Volume goes with the level of ``speed`` alone: what is kept has it in the middle."""
    random = np.random.default_rng(7)
    draws = [
        draw(number, 3 + 2 * speed, 100, speed=speed, other=other)
        for number, (speed, other) in enumerate(random.random((400, 2)))
    ]
    speed, other = groups_in_common(draws)
    assert (speed.group, other.group) == ("speed", "other")
    assert speed.p_holm is not None
    assert speed.p_holm < 1e-6
    assert other.p_holm is not None
    assert other.p_holm > 0.05
    assert 0.4 <= speed.p10 < speed.p90 <= 0.6


def test_groups_that_the_observations_tie_together() -> None:
    """Volume goes with the sum of two levels: where one is high the other must be low."""
    random = np.random.default_rng(7)
    draws = [draw(number, 3 + a + b, 100, a=a, b=b, c=c) for number, (a, b, c) in enumerate(random.random((400, 3)))]
    first = pairs_in_common(draws)[0]
    assert {first.first, first.second} == {"a", "b"}
    assert first.correlation < -0.8
    assert first.p_holm is not None
    assert first.p_holm < 0.001


def test_nothing_kept_has_nothing_in_common() -> None:
    draws = [draw(number, 9, 9, a=0.5) for number in range(20)]
    assert groups_in_common(draws) == []
    assert pairs_in_common(draws) == []


@pytest.mark.parametrize("count", [3, 9])
def test_few_kept_draws_show_no_pairs(count: int) -> None:
    assert pairs_in_common([draw(number, 4, 100, a=number / 10, b=number / 10) for number in range(count)]) == []


def test_a_wider_tolerance_keeps_more() -> None:
    wide = [widened(VOLUME, 2), BOXES]
    runs = [{"k1": {"value": 4.35}, "k2": {"value": 100.0}}]
    assert judged(1, {}, wide, runs).kept
    assert not judged(1, {}, [VOLUME, BOXES], runs).kept


def test_an_emulator_finds_a_quadratic_and_owns_up_to_its_error() -> None:
    random = np.random.default_rng(3)
    levels = [{"a": a, "b": b} for a, b in random.random((200, 2))]
    noise = random.standard_normal(200)
    made = fit(levels, [3 + 2 * u["a"] - 4 * (u["b"] - 0.5) ** 2 + 0.1 * e for u, e in zip(levels, noise, strict=True)])
    assert made.predict({"a": 0.3, "b": 0.9}) == pytest.approx(3 + 0.6 - 0.64, abs=0.1)
    assert made.error == pytest.approx(0.1, abs=0.03)
    with pytest.raises(ValueError, match="too few"):
        fit(levels[:19], [0.0] * 19)


def test_a_sieve_passes_what_may_be_kept_and_little_else() -> None:
    random = np.random.default_rng(5)
    draws = [draw(number, 3 + 2 * a, 100, a=a, b=b) for number, (a, b) in enumerate(random.random((60, 2)))]
    chosen = sieve([VOLUME, BOXES], draws)
    fresh = [{"a": a, "b": b} for a, b in random.random((500, 2))]
    kept = [abs(3 + 2 * levels["a"] - 4) <= 0.2 for levels in fresh]
    passed = [chosen.passes(levels) for levels in fresh]
    assert all(p for k, p in zip(kept, passed, strict=True) if k)
    assert sum(passed) < 1.5 * sum(kept)
