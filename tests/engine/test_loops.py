"""Segments in loop detail: meets, intervals, lengths, precedences, other traffic, closures, and their events."""

from __future__ import annotations

from itertools import pairwise

import pytest

from corridorsim.engine import simulate

from .lines import Tree, blueprint_of
from .loops import (
    ACCELERATION_S,
    BRAKING_S,
    CROSSING_S,
    FOLLOWING_S,
    block_hops,
    check,
    ended,
    even,
    line,
    trains,
)
from .rails import DAY, diesels, flow, railway, rows, run, segment, waits
from .rails import hops as segment_hops
from .rails import trains as movements

BLOCK_S = 1440  # 20 km at 50 km/h


def a_day(tree: Tree, *, after: int = 2) -> tuple[float, float]:
    """Trains a day that arrive, east and west."""
    ledger = run(tree)
    end = ledger.counters["end_s"]
    late = [train["to_place"] for train in movements(ledger) if train["arrive_s"] > after * DAY]
    days = end / DAY - after
    return late.count(ledger.number("n1")) / days, late.count(ledger.number("n0")) / days


# --- running ----------------------------------------------------------------------------------------------------------


def test_a_train_alone_runs_through_without_a_stop() -> None:
    ledger = run(line(*even(3)) | {"flows": trains(3, 0)})
    assert [(enter, leave - enter) for _, _, enter, leave in segment_hops(ledger)]
    assert {leave - enter for _, _, enter, leave in segment_hops(ledger)} == {4 * BLOCK_S}
    assert not waits(ledger, "slot")
    assert [hop.block for hop in block_hops(ledger)][:4] == [("n0", "l1"), ("l1", "l2"), ("l2", "l3"), ("l3", "n1")]


def two_trains(tree: Tree, gap_min: float = 0) -> Tree:
    """One from each end, nearly at once."""
    tree["flows"] = {"east": flow("n0", "n1", 1), "west": flow("n1", "n0", 1)}
    tree["nodes"] |= {"far": {"kind": "rail_station"}}
    tree["segments"]["branch"] = segment("far", "n1", 100, freight_speed_kmh=6000 / gap_min if gap_min else 1e5)
    tree["flows"]["west"]["origin_node"] = "far"
    return tree


def test_a_meet_costs_what_a_timetable_reckons() -> None:
    """The one that came first stands; the other passes; then the first leaves by the crossing interval."""
    ledger = run(two_trains(line(40, {"mid": (20, 2)}, days=31), gap_min=10))
    east = [hop for hop in block_hops(ledger) if hop.forward]
    west = [hop for hop in block_hops(ledger) if not hop.forward]
    stops, passes = (east, west) if east[0].leave < west[0].leave else (west, east)
    assert passes[1].start == passes[0].leave
    assert passes[1].leave - passes[1].start == BLOCK_S
    assert stops[1].start == passes[0].leave + CROSSING_S
    assert stops[1].leave - stops[1].start == BLOCK_S + ACCELERATION_S


def test_two_trains_do_not_enter_a_loop_at_once() -> None:
    ledger = run(two_trains(line(40, {"mid": (20, 2)}, days=31)))
    first, second = sorted(hop.leave for hop in block_hops(ledger) if hop.start < hop.leave)[:2]
    assert second == first + 180


def test_the_period_of_a_saturated_line_is_that_of_its_timetable() -> None:
    """Running both ways, two crossings, and one to two stops each way: between 1440 / T of the two."""
    tree = line(*even(5)) | {"flows": trains(31 * 40, 31 * 40)}
    tree["single_track"]["precedence"] = "alternate"
    least = 2 * BLOCK_S + 2 * CROSSING_S
    most = least + 2 * (ACCELERATION_S + BRAKING_S)
    for pairs in a_day(tree):
        assert DAY / most - 0.3 <= pairs <= DAY / least


def test_followers_keep_a_block() -> None:
    ledger = run(line(*even(3)) | {"flows": trains(31 * 40, 0)})
    first = [hop for hop in block_hops(ledger) if hop.block == ("n0", "l1")]
    gaps = [two.start - one.leave for one, two in pairwise(first)]
    assert min(gaps) == FOLLOWING_S


@pytest.mark.parametrize("precedence", ["ageing", "alternate", "fleet"])
def test_trains_that_follow_closely_give_way_in_turn(precedence: str) -> None:
    tree = line(31, {"l0": (17, 2, 300)}, headway_min=6, background_trains_per_day=20)
    tree["single_track"] |= {"precedence": precedence, "fleet_trains": 4}
    tree["flows"] = trains(31 * 60, 31 * 60, 40)  # more than the line carries, and too long for its loop
    tree["flows"] |= {f"short {name}": row for name, row in trains(31 * 40, 31 * 40, 5).items()}
    ran = {(hop.start // DAY, hop.forward) for hop in block_hops(run(tree, seed=1))}
    for day in range(11):
        assert {forward for ran_on, forward in ran if ran_on in (day, day + 1)} == {True, False}, day


@pytest.mark.parametrize("precedence", ["ageing", "alternate", "fleet"])
def test_trains_that_fit_no_loop_give_way_in_turn(precedence: str) -> None:
    """One that takes the whole line at once is not promised it before a short one that waits for its last block."""
    tree = line(50, {"a": (4, 2, 300), "b": (24, 2, 300)}, days=28, background_trains_per_day=30)
    tree["single_track"] |= {"precedence": precedence, "other_train_length_m": 850}
    tree["flows"] = trains(31 * 15, 31 * 15, 5)
    ran = {(hop.start // DAY, hop.forward) for hop in block_hops(run(tree, seed=1))}
    for day in range(26):
        assert {forward for ran_on, forward in ran if ran_on in (day, day + 1)} == {True, False}, day


def test_followers_keep_a_headway_where_there_is_room_ahead() -> None:
    tree = line(20, {}, double_track=[0, 15], headway_min=5) | {"flows": trains(31 * 400, 0)}
    first = [hop for hop in block_hops(run(tree)) if hop.block == ("n0", "km 15")]
    assert {two.start - one.start for one, two in pairwise(first[50:])} == {300}


def test_whoever_passes_a_short_loop_keeps_its_headway_behind_it_too() -> None:
    """A short train sets off from the loop ``b`` just ahead of a long one that passes it."""
    tree = line(31, {"a": (20, 3, 1200), "b": (23, 2, 300)}, headway_min=20)
    tree["flows"] = trains(31 * 60, 31 * 20, 60) | {f"short {n}": row for n, row in trains(31 * 60, 31 * 20, 5).items()}
    check(run(tree), tree, headway_s=20 * 60)


def test_a_train_that_does_not_fit_a_loop_does_not_stop_there() -> None:
    tree = line(60, {"short": (20, 2, 500), "long": (40, 2, 900)}) | {"flows": {}}
    tree["flows"] = {
        f"{way}{units}": flow(*ends, 60, units, arrival_law="poisson")
        for way, ends in (("east", ("n0", "n1")), ("west", ("n1", "n0")))
        for units in (10, 50)
    }
    tree["horizon"]["end"] = "2024-01-31"
    ledger = run(tree)
    check(ledger, tree)
    stands: dict[tuple[str, float], list[int]] = {}
    by_train: dict[int, list[tuple[int, int, tuple[str, str]]]] = {}
    for hop in block_hops(ledger):
        by_train.setdefault(hop.passage, []).append((hop.start, hop.leave, hop.block))
    length = {ledger.names[int(row["actor"])]: row["units"] for row in movements(ledger)}
    names = {hop.passage: hop.train for hop in block_hops(ledger)}
    for passage, own in by_train.items():
        for (_, came, one), (went, _, two) in pairwise(sorted(own)):
            if went > came and names[passage] in length:
                (place,) = set(one) & set(two)
                stands.setdefault((place, length[names[passage]]), []).append(went - came)
    assert ("short", 50) not in stands
    assert stands["short", 10]
    assert stands["long", 50]


# --- who goes first ---------------------------------------------------------------------------------------------------


def directions(precedence: str, **rules: object) -> list[int]:
    """Length of runs of trains of one direction over the middle block of a saturated line."""
    tree = line(*even(2, tracks=5)) | {"flows": trains(31 * 60, 31 * 60)}
    tree["single_track"] |= {"precedence": precedence, **rules}
    middle = [hop.forward for hop in block_hops(run(tree)) if hop.block == ("l1", "l2") and hop.start > 2 * DAY]
    streaks = [1]
    for one, two in pairwise(middle):
        if one == two:
            streaks[-1] += 1
        else:
            streaks.append(1)
    return streaks


def test_alternate_lets_one_go_from_each_side_in_turn() -> None:
    assert set(directions("alternate")) == {1}


def test_a_fleet_goes_in_one_direction_in_a_row() -> None:
    alternate, fleet = directions("alternate"), directions("fleet", fleet_trains=4)
    assert sum(fleet) / len(fleet) > 1.5 * sum(alternate) / len(alternate)


def test_ageing_lets_nobody_wait_much_longer_than_others() -> None:
    """At half the capacity; a fleet lets some wait far longer."""

    def longest(precedence: str) -> float:
        tree = line(*even(4)) | {"flows": trains(31 * 18, 31 * 18)}
        tree["single_track"] |= {"precedence": precedence, "fleet_trains": 8}
        return max(train["arrive_s"] - train["depart_s"] for train in movements(run(tree)))

    assert longest("ageing") < longest("fleet")


def test_an_express_passes_ordinary_trains() -> None:
    tree = line(*even(4, tracks=3)) | {"flows": trains(31 * 20, 31 * 20)}
    tree["flows"]["fast"] = flow("n0", "n1", 31, service_class="express")
    tree["single_track"] |= {"express_lead_min": 240}
    ledger = run(tree)
    days = {
        name: [row["arrive_s"] - row["depart_s"] for row in movements(ledger) if row["flow"] == ledger.number(name)]
        for name in ("fast", "east")
    }
    assert sum(days["fast"]) / len(days["fast"]) < sum(days["east"]) / len(days["east"])


# --- more track -------------------------------------------------------------------------------------------------------


def test_a_loop_more_or_a_second_track_brings_capacity() -> None:
    """Where it is needed: on the longest block."""
    flows = trains(31 * 40, 31 * 40)
    before = sum(a_day(line(100, {"a": (20, 2), "b": (80, 2)}) | {"flows": flows}))
    loop = sum(a_day(line(100, {"a": (20, 2), "b": (80, 2), "new": (50, 2)}) | {"flows": flows}))
    double = sum(a_day(line(100, {"a": (20, 2), "b": (80, 2)}, double_track=[[20, 80]]) | {"flows": flows}))
    assert before < 1.1 * DAY / (2 * 60 / 50 * 3600) * 2
    assert loop > 1.5 * before
    assert double > loop


def test_tracks_of_a_loop_open_on_their_day() -> None:
    tree = line(80, {"mid": (40, {"2024-01-01": 0, "2024-01-07": 2})})
    tree["flows"] = trains(31 * 40, 31 * 40)
    ledger = run(tree)
    for opened, days in ((False, (0, 6)), (True, (7, 12))):
        hops = [hop for hop in block_hops(ledger) if days[0] * DAY < hop.start < days[1] * DAY]
        passages: dict[int, list[int]] = {}
        for hop in hops:
            passages.setdefault(hop.passage, []).extend((hop.start, hop.leave))
        stood = [own for own in passages.values() if len(own) == 4 and sorted(own)[2] > sorted(own)[1]]
        assert bool(stood) == opened


def test_a_change_opens_a_loop_as_a_date_of_its_own_does() -> None:
    def passages(tracks: object, **more: object) -> list[tuple[int, int, int]]:
        tree = line(80, {"mid": (40, tracks)}) | {"flows": trains(31 * 40, 31 * 40)} | more
        return [(hop.passage, hop.start, hop.leave) for hop in block_hops(run(tree))]

    built = {
        "project_id": "works", "date": "2024-01-02", "target": "segments.s0.loops.mid.tracks", "value": 2,
        "status": "planned",
    }  # fmt: skip
    works = {"works": {"include": "yes", "shift_months": 5 / 30.4375}}
    dated = passages({"2024-01-01": 0, "2024-01-07": 2})
    assert passages(0, changes={"built": built}, projects=works) == dated
    assert passages(0, changes={"built": built}, projects={"works": {"include": "no"}}) != dated


def test_all_double_track_needs_no_meets() -> None:
    tree = line(*even(4), tracks=2, headway_min=12) | {"flows": trains(31 * 30, 31 * 30)}
    ledger = run(tree)
    times = [leave - enter for _, _, enter, leave in segment_hops(ledger)]
    assert sum(times) / len(times) < 5 * BLOCK_S * 1.25
    check(ledger, tree, headway_s=720, double=tuple({hop.block for hop in block_hops(ledger)}))


# --- as other segments ------------------------------------------------------------------------------------------------


def test_background_trains_run_as_trains_both_ways() -> None:
    tree = line(*even(3), background_trains_per_day=20) | {"flows": trains(31 * 3, 31 * 3)}
    ledger = run(tree)
    check(ledger, tree)
    other = [hop for hop in block_hops(ledger) if hop.train == "other traffic of s0"]
    for forward in (True, False):
        count = sum(hop.forward == forward and "n0" in hop.block for hop in other)
        assert count == pytest.approx(12 * 10, rel=0.25)
    assert waits(ledger, "other_traffic")
    assert len(movements(ledger)) <= 6 * 31


def test_nobody_enters_a_block_of_a_closed_line() -> None:
    tree = line(*even(3), days=20) | {"flows": trains(31 * 10, 31 * 10)}
    tree["events"] = {
        "works": {
            "start_date": "2024-01-10", "end_date": "2024-01-15", "target_kind": "segment", "target_id": "s0",
            "attribute": "capacity", "factor": 0,
        }
    }  # fmt: skip
    ledger = run(tree)
    starts = [hop.start for hop in block_hops(ledger)]
    assert not [s for s in starts if 9 * DAY + 300 < s < 14 * DAY]
    assert [s for s in starts if s > 14 * DAY]
    assert waits(ledger, "closure")


def test_a_line_out_of_service_opens_on_its_day() -> None:
    tree = line(*even(2), days=25, capacity_pairs_per_day={"2024-01-01": 24, "2024-01-10": 0, "2024-01-20": 24})
    tree["flows"] = trains(31 * 10, 31 * 10)
    starts = [hop.start for hop in block_hops(run(tree))]
    assert not [s for s in starts if 9 * DAY + 300 < s < 19 * DAY]
    assert [s for s in starts if s > 19 * DAY]


def test_light_engines_run_over_loops() -> None:
    tree = diesels(line(*even(2), days=40) | {"flows": trains(60, 20)}, 3, homes=("n0",))
    ledger = run(tree)
    check(ledger, tree)
    assert len(movements(ledger, 2)) > 20
    assert len(movements(ledger)) == ended(ledger) > 70


def test_one_scenario_mixes_both_kinds_of_segments() -> None:
    tree = railway(50, 60, 50, single_track={}, flows__east=flow("n0", "n3", 60), flows__west=flow("n3", "n0", 60))
    tree["segments"]["s1"]["loops"] = {"mid": {"chainage_km": 30, "tracks": 2}}
    tree["segments"]["s2"] |= {"discipline": "block", "block_trains": 1, "station_slots": 2}
    ledger = run(tree)
    assert len(movements(ledger)) == 120
    assert len(segment_hops(ledger)) == 3 * 120
    assert len(block_hops(ledger)) == 2 * 120
    assert all(row["available"] > 0 for row in rows(ledger, "usage"))


def test_trains_that_wait_long_before_the_line_are_set_aside() -> None:
    """So that acceptance sees a queue before a line with loops as before any other."""
    tree = line(100, {"mid": (50, 2)}, days=60) | {"flows": trains(31 * 30, 31 * 30)}
    tree["profiles"]["january"] = {month: {"factor": 1} for month in range(1, 13)}
    tree["flows"] = trains(366 * 30, 366 * 30)
    lots = rows(run(tree), "lots")
    assert 0.2 < sum(not lot["accepted"] for lot in lots) / len(lots) < 0.9


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_a_block_costs_one_event() -> None:
    tree = line(*even(14), background_trains_per_day=10) | {"flows": trains(31 * 12, 31 * 12)}
    ledger = simulate(blueprint_of(tree), seed=1, replication=0, hops=True)
    assert ledger.blocks is not None
    assert len(ledger.blocks) > 3000
    assert ledger.counters["train_events"] / ledger.counters["train_hops"] <= 1.1


def test_the_same_run_is_the_same() -> None:
    plan = blueprint_of(line(*even(4), background_trains_per_day=10) | {"flows": trains(31 * 12, 31 * 12)})
    one, two = (simulate(plan, seed=3, replication=1, hops=hops).digest() for hops in (False, True))
    assert one == two
