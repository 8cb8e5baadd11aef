"""Shapes that simulations of single track are known for (SIM-RTC-1 and 2 of ``cases.json``), bounds, and cost."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from itertools import pairwise
from statistics import correlation

import pytest

from corridorsim.engine import LineTrial, TrainKind, try_line

from ..engine.loops import even
from .lines import carried, delay, run, trial

LONG = pytest.mark.skipif(os.environ.get("CORRIDORSIM_LONG") != "1", reason="long: CORRIDORSIM_LONG=1")
BLOCKS, BLOCK_KM = 10, 20
#: blocks in the order in which they get a second track
ORDER = (4, 1, 7, 3, 9, 0, 6, 2, 8, 5)


def with_second_track(blocks: int, **changes: object) -> LineTrial:
    """A line of ten blocks with loops of three tracks and automatic block, some of them double."""
    stretches: list[list[int]] = []
    for number in sorted(ORDER[:blocks]):
        since = BLOCK_KM * number
        if stretches and stretches[-1][1] == since:
            stretches[-1][1] = since + BLOCK_KM
        else:
            stretches.append([since, since + BLOCK_KM])
    changes |= {"double_track": stretches} if stretches else {}
    return trial(*even(BLOCKS - 1, BLOCK_KM, tracks=3), headway_min=9, days=20, **changes)  # type: ignore[arg-type]


def test_delay_grows_about_exponentially_with_volume() -> None:
    """Its logarithm is about a straight line over trains a day."""
    made = trial(*even(BLOCKS - 1, BLOCK_KM), days=25)
    volumes = [2 * carried(made) * share for share in (0.3, 0.45, 0.6, 0.75, 0.85)]
    delays = [delay(made, trains, replications=2) for trains in volumes]
    logs = [math.log(hours) for hours in delays]
    assert correlation(volumes, logs) > 0.99
    assert correlation(volumes, logs) > correlation(volumes, delays)
    assert delays[-1] > 5 * delays[0]


def test_delay_falls_about_linearly_with_kilometres_of_second_track() -> None:
    """At one volume."""
    km = [0, 2, 4, 6, 8]
    delays = [delay(with_second_track(blocks), 38, replications=2) for blocks in km]
    assert all(one > two for one, two in pairwise(delays))
    assert correlation(km, delays) < -0.985
    assert delays[-1] < 0.3 * delays[0]


@LONG
def test_capacity_at_a_given_delay_is_convex_in_second_track() -> None:
    """The last kilometres bring most."""

    def volume_at(made: LineTrial, hours: float) -> float:
        low, high = 5.0, 200.0
        for _ in range(9):
            middle = (low + high) / 2
            low, high = (middle, high) if delay(made, middle, replications=2) < hours else (low, middle)
        return low

    volumes = [volume_at(with_second_track(blocks), 1.0) for blocks in (0, 4, 8)]
    assert volumes[2] - volumes[1] > volumes[1] - volumes[0] > 0


SLOW, FAST = TrainKind("slow", 1.0, 800.0, 40 / 3.6), TrainKind("fast", 1.0, 800.0, 80 / 3.6, express=True)


def mixed(share: float) -> tuple[TrainKind, ...]:
    """So many of them fast."""
    return (TrainKind("slow", 1 - share, 800.0, SLOW.speed_ms), TrainKind("fast", share, 800.0, FAST.speed_ms, True))


def test_mixing_fast_and_slow_trains_costs_capacity() -> None:
    """Fewer pairs than the mean of their times has, and more delay than either kind has by itself."""
    slow, mix, fast = (
        trial(*even(BLOCKS - 1, BLOCK_KM), kinds=kinds, days=20) for kinds in ((SLOW,), mixed(0.5), (FAST,))
    )
    pairs = [carried(made) for made in (slow, mix, fast)]
    assert pairs[1] < 0.95 * 2 / (1 / pairs[0] + 1 / pairs[2])
    delays = [delay(made, 24, replications=2) for made in (slow, mix, fast)]
    assert delays[1] > max(delays[0], delays[2])


def test_fast_trains_lose_most_in_the_company_of_slow_ones() -> None:
    alone = delay(trial(*even(BLOCKS - 1, BLOCK_KM), kinds=(FAST,)), 22)
    _, in_company = run(trial(*even(BLOCKS - 1, BLOCK_KM), kinds=mixed(0.3)), 22)["delay_by_kind_h"]
    assert in_company > 3 * alone


def test_few_trains_run_at_their_best_on_one_track_and_most_on_two() -> None:
    def near_the_least(made: LineTrial) -> float:
        log = try_line(made, seed=1, replication=0)
        return sum(t.left_s - t.came_s < 1.05 * t.free_s for t in log.passed) / len(log.passed)

    one, two = trial(*even(BLOCKS - 1, BLOCK_KM)), trial(*even(BLOCKS - 1, BLOCK_KM), tracks=2, headway_min=9)
    assert near_the_least(replace(one, trains_per_day=36)) < 0.1
    assert near_the_least(replace(two, trains_per_day=36)) > 0.5


# --- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("precedence", ["ageing", "alternate", "fleet"])
def test_no_line_carries_more_than_its_longest_block_allows(precedence: str) -> None:
    """And hardly less than a timetable of trains in turn would."""
    made = trial(110, {"a": (20, 2), "b": (50, 2), "c": (90, 2)}, rules={"precedence": precedence}, spread=0)
    running_min = 40 / 50 * 60
    pairs = carried(made)
    assert 0.93 * 1440 / (2 * running_min + 6) <= pairs <= 1440 / (2 * running_min + 3)


def test_both_ends_of_a_saturated_line_send_as_many() -> None:
    """Where one direction has more room than the other, too."""
    made = trial(100, {"a": (25, 2), "b": (50, 2), "c": (80, 2)}, double_track=[25, 50])
    given = run(made)
    assert given["forward_per_day"] == pytest.approx(given["back_per_day"], abs=0.6)


def test_occupation_of_the_critical_section_is_nearly_whole_when_saturated() -> None:
    made = trial(100, {"a": (20, 2), "b": (60, 2), "c": (80, 2)})
    full, half = run(made), run(made, carried(made))
    shares = [row[2] for row in full["sections"]]
    assert shares.index(max(shares)) == 1
    assert 0.95 < max(shares) <= 1.02
    assert max(row[2] for row in half["sections"]) == pytest.approx(0.5 * max(shares), rel=0.15)


def test_hours_for_works_cost_their_share() -> None:
    made = trial(*even(4, BLOCK_KM), days=30)
    closed = carried(replace(made, window_s=4 * 3600))
    assert 0.7 * carried(made) < closed < 0.9 * carried(made)


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_a_block_costs_about_one_event() -> None:
    """Counted: at most 1.2 events a block, and as many blocks as trains times blocks of the line."""
    made = trial(*even(13, BLOCK_KM), days=20)
    given = run(made)
    assert given["events"] <= 1.2 * given["hops"]
    one = try_line(made, seed=1, replication=0)
    assert one.hops == 14 * len(one.passed)
