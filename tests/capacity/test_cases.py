"""Published figures of line capacity (``cases.json``) against formulas and against the simulated line."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from corridorsim.analysis import line_formulas as formulas
from corridorsim.engine import LineTrial, try_line

from ..engine.loops import even
from .lines import carried, run, trial

ROOT = Path(__file__).parents[2]
CASES: dict[str, Any] = {
    case["id"]: case for case in json.loads((Path(__file__).parent / "cases.json").read_bytes())["cases"]
}
#: minutes by which the tests reckon that are not running time: two crossings, a start and a stop
LOST_MIN = 2 * 1.5 + 2 + 1


def test_other_trains_remove_more_than_one_pair_each() -> None:
    """CAP-RU-2."""
    given, expected = CASES["CAP-RU-2"]["inputs"], CASES["CAP-RU-2"]["expected"]
    others = [
        (row.get("n"), row["removal_coef"]) for row in (given[k] for k in ("passenger", "fast", "suburban", "pick_up"))
    ]
    left = formulas.left_for_freight(given["N_freight_on_chart"], others)
    assert left == pytest.approx(expected["N_available_pairs"])
    needed = formulas.pairs_needed(given["freight_required"], others, given["fill_coef"])
    assert int(needed) == expected["N_required_pairs"]
    assert given["fill_coef"] == formulas.FILL


def test_two_tracks_carry_a_train_each_headway() -> None:
    """CAP-RU-3: by the formula and by the simulated line."""
    headway, expected = CASES["CAP-RU-3"]["inputs"]["headway_min"], CASES["CAP-RU-3"]["expected"]["N_max_per_direction"]
    assert formulas.trains_of_headway(headway) == expected
    made = trial(60, {"a": (20, 2), "b": (40, 2)}, tracks=2, headway_min=headway, spread=0, days=4)
    assert carried(made) == pytest.approx(expected, rel=0.01)


def periods(minutes: list[float], **changes: Any) -> LineTrial:
    """A line whose sections have these periods."""
    km = list(accumulate((period - LOST_MIN) / 2 * 50 / 60 for period in minutes))
    tracks = changes.pop("loop_tracks", 2)
    return trial(km[-1], {f"l{n}": (at, tracks) for n, at in enumerate(km[:-1])}, **changes)


def test_the_longest_period_decides() -> None:
    """CAP-RU-5: 1,440 over it, but for what meets at other places cost."""
    case = CASES["CAP-RU-5"]
    minutes, longest = case["inputs"]["T_period_min"], case["expected"]["critical"]
    assert max(minutes) == longest
    pairs = carried(periods(minutes, spread=0))
    assert pairs == pytest.approx(formulas.pairs_of_period(longest), rel=0.03)


def test_packets_carry_more_where_loops_have_room_for_them() -> None:
    """CAP-RU-5: the source has 26 pairs, of trains some of which follow one another; here a part of that comes out.

    A small one: packets of two are made at the ends, and meets on the way take them apart.
    """
    minutes = CASES["CAP-RU-5"]["inputs"]["T_period_min"]
    packets = {"headway_min": 8, "rules": {"precedence": "fleet", "fleet_trains": 2}, "loop_tracks": 4, "spread": 0}
    in_turn, in_packets = carried(periods(minutes, spread=0)), carried(periods(minutes, **packets))
    assert in_turn + 0.3 < in_packets < 26


@pytest.mark.parametrize("number", [0, 1])
def test_the_line_carries_what_scott_says(number: int) -> None:
    """CAP-SCOTT: one block, trains in turn; his efficiency is what is not used."""
    given, expected = CASES["CAP-SCOTT"]["inputs"][number], CASES["CAP-SCOTT"]["expected"][number]
    running, operation, efficiency = given["T"], given["t"], given["E"]
    assert formulas.scott(running, operation, efficiency) == pytest.approx(expected)
    rules = {"crossing_interval_min": operation, "following_interval_min": operation, "acceleration_min": 0}
    # a loop so near to the end that only the block before it counts
    km = running * 50 / 60
    made = trial(
        km + 0.2, {"end": (km, 2)}, spread=0, days=30, rules={**rules, "braking_min": 0, "entry_interval_min": 0}
    )
    assert 2 * carried(made) * efficiency == pytest.approx(expected, rel=0.05)


def speed_ratio(made: LineTrial, trains_a_day: float) -> float:
    """Time on the line alone over time on it with others: section speed over technical speed."""
    asked = replace(made, trains_per_day=trains_a_day, days=40)
    log = try_line(asked, seed=1, replication=0)
    late = [train for train in log.passed if train.entered_s > asked.warm_up_days * 86_400]
    return sum(train.free_s for train in late) / sum(train.left_s - train.entered_s for train in late)


def test_speed_falls_with_fill_and_far_more_on_single_track() -> None:
    """CAP-RU-4: capacities, fills and speed ratios of a course design, single track and double track.

    On two tracks its ratio comes out. On one track meets of freight trains alone cost half of what the design loses
    (0.75 there): its timetable has passenger trains too, and stops that are no meets.
    """
    given, expected = CASES["CAP-RU-4"]["inputs"], CASES["CAP-RU-4"]["expected"]
    available, needed, ratio = expected["available_pairs"], given["required_pairs"], expected["speed_ratio"]
    for part, fill in expected["fill"].items():
        assert needed[part] / available[part] == pytest.approx(fill, abs=0.01)
    period = 1440 / available["A-B"]
    single = trial(*even(5, (period - LOST_MIN) / 2 * 50 / 60), spread=0)
    assert carried(single) == pytest.approx(available["A-B"], rel=0.05)
    double = trial(*even(3), tracks=2, headway_min=given["headway_min"], spread=0, days=3)
    assert carried(double) == pytest.approx(available["B-V"], rel=0.02)
    on_one, on_two = speed_ratio(single, 2 * needed["A-B"]), speed_ratio(double, 2 * needed["B-V"])
    assert on_two == pytest.approx(ratio["B-V"], abs=0.03)
    assert ratio["A-B"] < on_one < on_two - 0.05
    assert 1 - on_one > 0.4 * (1 - ratio["A-B"])


def test_the_shipped_line_has_the_published_places() -> None:
    """CAP-KZ-2: 5 stations and 9 loops, ends included."""
    expected = CASES["CAP-KZ-2"]["expected"]
    with (ROOT / "scenarios/loops/altynkol_zhetygen.csv").open(encoding="utf-8") as file:
        places = len(list(csv.DictReader(file)))
    assert places + 2 == expected["stations"] + expected["crossing_loops"]


def test_a_run_counts_what_comes_and_goes() -> None:
    given = run(trial(*even(3)), 20)
    assert given["forward_per_day"] + given["back_per_day"] == pytest.approx(20, rel=0.15)
    assert given["waiting_at_end"] < 8
