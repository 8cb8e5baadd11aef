"""Segments: slots, other traffic, closures, upgrades, running time, and the events that all this costs."""

from __future__ import annotations

import math
import statistics
from itertools import pairwise

import pytest
from scipy.stats import t as student

from corridorsim.engine import simulate

from .lines import Tree, blueprint_of
from .rails import DAY, HOUR, diesels, flow, hops, railway, rows, run, trains, usage, waits

RUN_S = 2 * HOUR  # 100 km at 50 km/h


def entries(tree: Tree, name: str = "s0") -> list[int]:
    """When trains started to run over a segment of 100 km."""
    return sorted(leave - RUN_S for _, place, _, leave in hops(run(tree)) if place == name)


@pytest.mark.parametrize("pairs", [18, 14, 7])
def test_slots_are_a_headway_apart_and_remainders_are_carried(pairs: int) -> None:
    starts = entries(railway(100, flows__ore=flow("n0", "n1", 40 * 31), segments__s0__capacity_pairs_per_day=pairs))
    headway = 86_400 / pairs
    first = 20  # by then there is a queue
    gaps = [b - a for a, b in pairwise(starts[first:])]
    assert len(gaps) > 100
    assert set(gaps) <= {math.floor(headway), math.ceil(headway)}
    assert starts[-1] - starts[first] == pytest.approx(len(gaps) * headway, abs=1)


def test_each_direction_has_its_own_slots() -> None:
    tree = railway(100, flows__east=flow("n0", "n1", 31 * 7), flows__west=flow("n1", "n0", 31 * 7))
    tree["segments"]["s0"]["capacity_pairs_per_day"] = 7
    assert len(trains(run(tree))) == pytest.approx(2 * 31 * 7, abs=4)


def test_nobody_overtakes() -> None:
    tree = railway(100, 60, 100, flows__a=flow("n0", "n3", 300, arrival_law="poisson"))
    tree["flows"]["b"] = flow("n1", "n3", 200, arrival_law="poisson")
    tree["segments"]["s1"] |= {"background_trains_per_day": 20}
    tree["segments"]["s2"] |= {"freight_speed_kmh": {"2024-01-01": 20, "2024-01-15": 80}}
    ledger = run(tree)
    for name in ("s0", "s1", "s2"):
        through = [(enter, leave) for _, place, enter, leave in hops(ledger) if place == name]
        assert len(through) > 200
        by_entry = [leave for _, leave in sorted(through)]
        assert by_entry == sorted(by_entry)


def test_other_traffic_above_the_cap_is_clipped_and_said_so() -> None:
    tree = railway(100, segments__s0__background_trains_per_day=200, flows__ore=flow("n0", "n1", 10))
    plan = blueprint_of(tree).segments[0]
    assert plan.clipped == ((0, 100.0, pytest.approx(0.95 * 24)),)
    ledger = run(tree)
    ((busy, available),) = usage(ledger, "segment:s0")
    assert available == pytest.approx(2 * 24 * 31, rel=1e-4)
    # a Poisson stream of 2 x 707 trains: three standard deviations
    assert busy / available == pytest.approx(0.95 + 10 / available, abs=3 * math.sqrt(0.95 / available))
    assert len(trains(ledger)) > 0, "our trains still come through"


@pytest.mark.parametrize(("others", "probes"), [(24, 24), (44, 20), (60, 17), (0, 64)])
def test_waiting_for_slots_is_that_of_an_m_d_1_queue(others: int, probes: int) -> None:
    """Poisson arrivals and constant service: mean wait rho / (2 (1 - rho)) services (Pollaczek and Khinchine)."""
    pairs = 96
    tree = railway(1, flows__ore=flow("n0", "n1", probes * 31, arrival_law="poisson"))
    tree["segments"]["s0"] |= {"capacity_pairs_per_day": pairs, "background_trains_per_day": 2 * others}
    plan = blueprint_of(tree)
    means = []
    for replication in range(16):
        ledger = simulate(plan, seed=5, replication=replication)
        waited = sum(w["end_s"] - w["start_s"] for w in waits(ledger, "slot", "other_traffic"))
        means.append(waited / len(trains(ledger)) / (86_400 / pairs))
    rho = (others + probes) / pairs
    half = student.ppf(0.9995, len(means) - 1) * statistics.stdev(means) / math.sqrt(len(means))
    assert statistics.fmean(means) == pytest.approx(rho / (2 * (1 - rho)), abs=half)
    assert half < 0.25 * rho / (2 * (1 - rho)), "an interval that wide proves nothing"


def test_waits_behind_other_traffic_are_told_from_waits_behind_our_own() -> None:
    own = run(railway(100, flows__ore=flow("n0", "n1", 40 * 31, arrival_law="poisson")))
    assert waits(own, "slot")
    assert not waits(own, "other_traffic")
    tree = railway(100, flows__ore=flow("n0", "n1", 31), segments__s0__background_trains_per_day=40)
    assert waits(run(tree), "other_traffic")


# --- closures ---------------------------------------------------------------------------------------------------------

CLOSURE = {
    "start_date": "2024-01-11", "end_date": "2024-01-15", "target_kind": "segment", "target_id": "s0",
    "attribute": "capacity", "factor": 0,
}  # fmt: skip


def test_nobody_enters_a_closed_line_and_all_go_on_after_it() -> None:
    tree = railway(100, flows__ore=flow("n0", "n1", 310), events__works=CLOSURE)
    ledger = run(tree)
    starts = [leave - RUN_S for _, _, _, leave in hops(ledger)]
    assert not [s for s in starts if 10 * DAY <= s < 14 * DAY]
    assert min(s for s in starts if s >= 10 * DAY) == 14 * DAY
    assert waits(ledger, "closure")
    assert all(w["end_s"] >= 14 * DAY for w in waits(ledger, "closure"))


def test_a_closed_node_closes_its_lines() -> None:
    works = CLOSURE | {"target_kind": "node", "target_id": "n1"}
    tree = railway(100, 100, flows__ore=flow("n0", "n2", 310), events__works=works)
    starts = [leave - RUN_S for _, _, _, leave in hops(run(tree))]
    assert starts
    assert not [s for s in starts if 10 * DAY <= s < 14 * DAY]


def test_a_long_queue_one_way_does_not_open_a_closed_line_for_the_other() -> None:
    tree = railway(100, flows__west=flow("n1", "n0", 200), flows__east=flow("n0", "n1", 20), events__works=CLOSURE)
    tree["segments"]["s0"]["capacity_pairs_per_day"] = 2
    starts = [leave - RUN_S for _, _, _, leave in hops(run(tree))]
    assert not [s for s in starts if 10 * DAY <= s < 14 * DAY]


@pytest.mark.xfail(strict=True, reason="days on which a line is closed count as used by those who wait for it")
def test_slots_of_closed_days_are_not_used() -> None:
    works = CLOSURE | {"start_date": "2024-02-11", "end_date": "2024-03-11"}
    tree = railway(100, days=91, flows__ore=flow("n0", "n1", 31 * 36), events__works=works)
    tree["assumptions"]["origin_trains_start"] = 1000
    january, february, march = (busy for busy, _ in usage(run(tree), "segment:s0"))
    assert (january, february, march) == pytest.approx((31 * 24, 10 * 24, 5.5 * 24), abs=2)


# --- dates ------------------------------------------------------------------------------------------------------------


def upgraded() -> list[int]:
    """Entries to a line with more demand than slots, 4 pairs until day 15 and 12 from then on."""
    pairs = {"2024-01-01": 4, "2024-01-16": 12}
    return entries(railway(100, flows__ore=flow("n0", "n1", 31 * 40), segments__s0__capacity_pairs_per_day=pairs))


def test_more_pairs_serve_those_who_come_after_the_queue() -> None:
    starts = upgraded()
    assert len([s for s in starts if 5 * DAY <= s < 15 * DAY]) == pytest.approx(40, abs=1)
    assert len([s for s in starts if 20 * DAY <= s < 30 * DAY]) == pytest.approx(120, abs=1)


def test_more_pairs_count_from_their_day() -> None:
    starts = upgraded()
    assert len([s for s in starts if 15 * DAY <= s < 18 * DAY]) == pytest.approx(36, abs=1)


def test_no_more_slots_are_used_than_offered() -> None:
    tree = railway(100, days=60, flows__ore=flow("n0", "n1", 31 * 40), segments__s0__capacity_pairs_per_day=4)
    tree["assumptions"]["origin_trains_start"] = 1000
    for busy, available in usage(run(tree), "segment:s0"):
        assert busy <= available / 2 + 1, "all trains run one way"


def test_a_change_of_a_project_counts_from_its_day() -> None:
    change = {
        "project_id": "works", "date": "2024-01-16", "target": "segments.s0.freight_speed_kmh", "value": 100,
        "status": "done",
    }  # fmt: skip
    ledger = run(railway(100, flows__ore=flow("n0", "n1", 62), changes__c1=change))
    times = {(enter >= 15 * DAY, leave - enter) for _, _, enter, leave in hops(ledger)}
    assert times == {(False, 2 * HOUR), (True, HOUR)}


def test_cargo_waits_for_a_line_that_opens_later() -> None:
    pairs = {"2024-01-01": 0, "2024-01-21": 24}
    ledger = run(railway(100, flows__ore=flow("n0", "n1", 8), segments__s0__capacity_pairs_per_day=pairs))
    assert len(trains(ledger)) == 8
    assert all(train["depart_s"] >= 20 * DAY for train in trains(ledger))
    assert waits(ledger, "closure")


def test_those_who_waited_for_a_line_enter_it_a_slot_apart() -> None:
    pairs = {"2024-01-01": 24, "2024-01-11": 0, "2024-01-21": 12}
    tree = railway(10, 100, flows__ore=flow("n0", "n2", 31 * 24), segments__s1__capacity_pairs_per_day=pairs)
    tree["segments"]["s0"] |= {"freight_speed_kmh": 1}  # so that trains are on their way to it when it closes
    starts = sorted(leave - RUN_S for _, place, _, leave in hops(run(tree)) if place == "s1")
    first = [s for s in starts if s >= 10 * DAY][:9]
    assert first == [20 * DAY + 2 * HOUR * k for k in range(9)]


def test_trains_in_the_queue_do_not_enter_a_line_after_it_was_taken_out_of_service() -> None:
    pairs = {"2024-01-01": 4, "2024-01-11": 0, "2024-01-21": 4}
    starts = entries(railway(100, flows__ore=flow("n0", "n1", 31 * 8), segments__s0__capacity_pairs_per_day=pairs))
    assert len([s for s in starts if s < 10 * DAY]) == pytest.approx(40, abs=1)
    assert not [s for s in starts if 10 * DAY <= s < 20 * DAY]
    assert len([s for s in starts if 20 * DAY <= s < 30 * DAY]) == pytest.approx(40, abs=1)


def test_other_traffic_of_a_new_line_starts_when_it_opens() -> None:
    pairs = {"2024-01-01": 0, "2024-03-01": 10}
    tree = railway(100, days=91, flows__ore=flow("n0", "n1", 0), segments__s0__capacity_pairs_per_day=pairs)
    tree["segments"]["s0"]["background_trains_per_day"] = 10
    used = usage(run(tree), "segment:s0")
    assert used[0] == used[1] == (0, 0)
    assert used[2][0] == pytest.approx(31 * 10, rel=0.2)


def test_trains_under_way_do_not_run_over_a_line_that_is_out_of_service() -> None:
    pairs = {"2024-01-01": 24, "2024-01-10": 0, "2024-01-20": 24}
    tree = railway(10, 100, flows__ore=flow("n0", "n2", 300), segments__s1__capacity_pairs_per_day=pairs)
    tree["segments"]["s0"] |= {"freight_speed_kmh": 1}
    starts = [leave - RUN_S for _, place, _, leave in hops(run(tree)) if place == "s1"]
    assert [s for s in starts if s < 9 * DAY]
    assert not [s for s in starts if 9 * DAY <= s < 19 * DAY]


# --- running time and fill --------------------------------------------------------------------------------------------


def running_s(tree: Tree) -> list[float]:
    """Running time of each train over ``s0``, without its wait for the slot."""
    ledger = run(tree)
    waited = {w["actor"]: w["end_s"] - w["start_s"] for w in waits(ledger, "slot", "other_traffic")}
    return [leave - enter - waited.get(ledger.names.index(train), 0) for train, _, enter, leave in hops(ledger)]


def test_running_time_is_length_over_speed_times_the_factor_of_fill() -> None:
    tree = railway(100, flows__ore=flow("n0", "n1", 31), segments__s0__background_trains_per_day=24)
    tree["assumptions"]["single_track_speed_loss"] = 0.4
    # the first week: 12 other trains of 24 slots each way, a factor of 1 - 0.4 x 0.5
    assert running_s(tree)[:6] == [round(100_000 / (50 / 3.6 * 0.8))] * 6


def test_fill_of_the_last_week_counts_our_own_trains() -> None:
    tree = railway(100, flows__east=flow("n0", "n1", 12 * 31), flows__west=flow("n1", "n0", 12 * 31))
    tree["assumptions"]["single_track_speed_loss"] = 0.4
    times = running_s(tree)
    assert times[0] == RUN_S
    # afterwards 12 of 24 slots each way are ours
    assert times[-1] == pytest.approx(RUN_S / 0.8, rel=0.01)


def test_double_track_loses_less_speed() -> None:
    tree = railway(100, flows__ore=flow("n0", "n1", 10), segments__s0__background_trains_per_day=24)
    tree["assumptions"] |= {"single_track_speed_loss": 0.4, "double_track_speed_loss": 0.1}
    single = running_s(tree)[0]
    tree["segments"]["s0"]["tracks"] = 2
    assert RUN_S < running_s(tree)[0] < single


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("busy", [False, True], ids=["free", "busy"])
def test_a_hop_costs_one_event(busy: bool) -> None:
    tree = railway(*[50] * 20, flows__east=flow("n0", "n20", 300), flows__west=flow("n20", "n0", 300))
    for branch in tree["segments"].values():
        branch["background_trains_per_day"] = 30 if busy else 0
    ledger = simulate(blueprint_of(diesels(tree, 60, homes=("n0", "n20"))), seed=1, replication=0)
    assert ledger.counters["train_hops"] > 5000
    assert ledger.counters["train_events"] / ledger.counters["train_hops"] <= 1.1


def test_hops_are_those_of_the_movements() -> None:
    ledger = run(diesels(railway(50, 50, 50, flows__ore=flow("n0", "n3", 20)), 3))
    moved = sum(row["length_m"] for row in rows(ledger, "movements")) / 50_000
    assert len(hops(ledger)) == ledger.counters["train_hops"] == moved
