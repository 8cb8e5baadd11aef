"""Dry ports, borders, and trains that are made up anew where the line takes less."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from corridorsim.ledger import Ledger

from .lines import Tree, changed, delivered_t
from .rails import DAY, EMPTY, HOUR, diesels, flow, hops, railway, rows, run, spells, stocks, trains, waits


def gauges(*, inbound: float = 0, outbound: float = 0, days: int = 31, **changes: Any) -> Tree:
    """1435 mm to ``n1``, 1520 mm beyond; lots of 50 wagons each way."""
    tree = railway(100, 100, days=days)
    tree["segments"]["s0"]["gauge_mm"] = "1435"
    tree["segments"]["s1"]["gauge_mm"] = "1520"
    tree["nodes"]["n1"] = {"kind": "dry_port", "gauge_mm": "both"}
    tree["dry_ports"] = {
        "khorgos": {
            "node_id": "n1", "gauge_from_mm": "1435", "gauge_to_mm": "1520", "transload_hours_per_train": 10,
            "dwell": {"inbound": {"ordinary": {"dwell_h": 20}}, "outbound": {"ordinary": {"dwell_h": 30}}},
        }
    }  # fmt: skip
    tree["assumptions"]["terminal_handling_h"] = 6
    if inbound:
        tree["flows"]["in"] = flow("n0", "n2", inbound, 50, dry_ports=["khorgos"])
    if outbound:
        tree["flows"]["out"] = flow("n2", "n0", outbound, 50, dry_ports=["khorgos"])
    return changed(tree, **changes)


def transit_h(ledger: Ledger) -> set[float]:
    return {(lot["delivered_s"] - lot["departed_s"]) / HOUR for lot in rows(ledger, "lots")}


@pytest.mark.parametrize(("way", "hours"), [("inbound", 20), ("outbound", 30)])
def test_cargo_changes_gauge_in_both_directions(way: str, hours: int) -> None:
    tree = gauges(inbound=3 if way == "inbound" else 0, outbound=3 if way == "outbound" else 0)
    # two hours by rail, transload, customs, two hours by rail, six to unload
    assert transit_h(run(tree)) == {2 + 10 + hours + 2 + 6}


def test_a_short_train_takes_its_share_of_the_transload() -> None:
    tree = gauges()
    tree["flows"]["in"] = flow("n0", "n2", 3, 10, dry_ports=["khorgos"])
    assert transit_h(run(tree)) == {2 + 10 * 10 / 50 + 20 + 2 + 6}


def test_express_cargo_has_its_own_customs() -> None:
    tree = gauges(inbound=3)
    tree["dry_ports"]["khorgos"]["dwell"]["inbound"]["express"] = {"dwell_h": 4}
    tree["flows"]["in"]["service_class"] = "express"
    assert transit_h(run(tree)) == {2 + 10 + 4 + 2 + 6}


@pytest.mark.parametrize("tracks", [1, 2])
def test_tracks_under_cranes_limit_the_trains_in_transload(tracks: int) -> None:
    ledger = run(gauges(inbound=31 * 20, dry_ports__khorgos__tracks_under_cranes=tracks))
    left = [train for train in trains(ledger) if train["from_place"] == ledger.number("n1")]
    assert len(left) == pytest.approx(tracks * (31 * 24 - 24) / 10, abs=2)
    assert waits(ledger, "dry_port")


def test_a_new_track_counts_from_its_day() -> None:
    ledger = run(gauges(inbound=31 * 20, dry_ports__khorgos__tracks_under_cranes={"2024-01-01": 1, "2024-01-16": 3}))
    left = [train["depart_s"] for train in trains(ledger) if train["from_place"] == ledger.number("n1")]
    assert sum(5 * DAY <= s < 15 * DAY for s in left) == pytest.approx(24, abs=1)
    assert sum(18 * DAY <= s < 28 * DAY for s in left) == pytest.approx(72, abs=2)


@pytest.mark.parametrize(
    ("limit", "a_day"), [({"max_trains_per_day": 2}, 2), ({"max_boxes_per_day": 125}, 2), ({}, 8)], ids=str
)
def test_the_days_places_limit_what_comes_in(limit: dict[str, float], a_day: int) -> None:
    tree = gauges(inbound=31 * 8)
    tree["dry_ports"]["khorgos"] |= limit  # 125 boxes of 1.6 TEU are 100 wagons
    ledger = run(tree)
    left = [train for train in trains(ledger) if train["from_place"] == ledger.number("n1")]
    assert len(left) == pytest.approx(a_day * 29.5, abs=a_day + 1)


def test_the_hand_over_limits_the_way_out_only() -> None:
    tree = gauges(inbound=31 * 4, outbound=31 * 4, dry_ports__khorgos__handover_limit_trains_per_day=1)
    tree["dry_ports"]["khorgos"]["storage_teu"] = 1e6  # what waits to go out does not close the way in
    ledger = run(tree)
    ways = [ledger.names[int(t["to_place"])] for t in trains(ledger) if t["from_place"] == ledger.number("n1")]
    assert ways.count("n2") > 110
    assert ways.count("n0") == pytest.approx(29, abs=2)


def full() -> Ledger:
    return run(gauges(inbound=31 * 8, dry_ports__khorgos__max_trains_per_day=2, dry_ports__khorgos__storage_teu=1000))


def test_a_full_dry_port_refuses_and_takes_again() -> None:
    ledger = full()
    assert len(spells(ledger, "khorgos.gate", "ban", 31 * DAY)) > 1
    refused = [lot for lot in rows(ledger, "lots") if not lot["accepted"]]
    assert refused
    assert {ledger.names[int(lot["gate"])] for lot in refused} == {"khorgos.gate"}


def test_what_a_full_dry_port_refuses_has_a_cause() -> None:
    ledger = full()
    causes = {lot["cause"] for lot in rows(ledger, "lots") if not lot["accepted"]}
    assert causes <= {ledger.number("dry_port"), ledger.number("customs")}


def test_wagons_of_each_gauge_stay_on_it() -> None:
    tree = gauges(inbound=15, days=60)
    tree["wagons"] = {
        "standard": {"kind": "flat", "gauge_mm": "1435", "corridor_units": 100, "tare_t": 20},
        "broad": {"kind": "flat", "gauge_mm": "1520", "corridor_units": 150, "tare_t": 22},
    }
    tree["flows"]["in"]["wagon_pools"] = ["standard", "broad"]
    ledger = run(tree)
    assert delivered_t(ledger, "in") == 15 * 3000
    assert stocks(ledger, "wagons:standard:home")[-1] == 100
    assert stocks(ledger, "wagons:broad:home")[-1] == 150
    ways = {(ledger.names[int(t["from_place"])], ledger.names[int(t["to_place"])]) for t in trains(ledger, EMPTY)}
    assert ways == {("n1", "n0"), ("n2", "n1")}


# --- borders ----------------------------------------------------------------------------------------------------------


def border(**changes: Any) -> Tree:
    """Hours between n1 and n2, one way."""
    tree = railway(100, 100)
    tree["borders"] = {"b": {"node_from": "n1", "node_to": "n2", "dwell_h": 3} | changes}
    return tree


def test_a_border_takes_its_hours_in_its_direction() -> None:
    tree = changed(border(), flows__east=flow("n0", "n2", 3), flows__west=flow("n2", "n0", 3, arrival_law="interval"))
    ledger = run(tree)
    hours = {(ledger.names[int(t["flow"])], (t["arrive_s"] - t["depart_s"]) / HOUR) for t in trains(ledger)}
    assert hours == {("east", 7.0), ("west", 4.0)}


def test_a_border_with_one_server_takes_one_train_after_the_other() -> None:
    ledger = run(changed(border(servers=1), flows__east=flow("n0", "n2", 31 * 20)))
    passed = sorted(enter for _, place, enter, _ in hops(ledger) if place == "s1")
    assert len(passed) > 230
    assert {b - a for a, b in pairwise(passed[20:])} == {3 * HOUR}
    free = run(changed(border(), flows__east=flow("n0", "n2", 31 * 20)))
    assert len(trains(free)) > 600


def test_hours_at_a_border_follow_their_law() -> None:
    law = {"distribution": "uniform", "min_h": 2, "max_h": 6}
    ledger = run(changed(border(dwell_h=law), flows__east=flow("n0", "n2", 300)))
    hours = [(w["end_s"] - w["start_s"]) / HOUR for w in waits(ledger, "border")]
    assert len(hours) > 250
    assert 2 <= min(hours) < 2.2
    assert 5.8 < max(hours) <= 6
    assert sum(hours) / len(hours) == pytest.approx(4, abs=4 * (16 / 12 / len(hours)) ** 0.5)


# --- mass -------------------------------------------------------------------------------------------------------------


def test_a_train_of_50_becomes_two_where_the_line_takes_3500_t() -> None:
    tree = railway(100, 100, flows__ore=flow("n0", "n2", 5, 50), segments__s1__max_gross_train_t=3500)
    ledger = run(diesels(tree, 8, homes=("n0", "n1")))
    first = [t for t in trains(ledger) if t["from_place"] == ledger.number("n0")]
    then = [t for t in trains(ledger) if t["from_place"] == ledger.number("n1")]
    assert [t["gross_t"] for t in first] == [4200] * 5
    assert sorted(t["units"] for t in then) == [9] * 5 + [41] * 5
    assert max(t["gross_t"] for t in then) <= 3500
    assert delivered_t(ledger) == 5 * 3000
    # the extra trains take slots and locomotives
    by_segment = [place for train, place, _, _ in hops(ledger) if not train.startswith("light")]
    assert (by_segment.count("s0"), by_segment.count("s1")) == (5, 10)
    assert {t["locomotives"] for t in then} == {1}
    assert len({t["actor"] for t in (*first, *then)}) == 15


def test_trains_are_made_up_within_the_limit_of_their_first_line() -> None:
    tree = railway(100, flows__ore=flow("n0", "n1", 10, 50), segments__s0__max_gross_train_t=2000)
    ledger = run(tree)
    assert max(t["gross_t"] for t in trains(ledger)) == 23 * 84
    assert delivered_t(ledger) == 10 * 3000


def test_rests_of_several_trains_make_up_a_new_one() -> None:
    tree = railway(100, 100, days=40, flows__ore=flow("n0", "n2", 31 * 8, 50), segments__s1__max_gross_train_t=3500)
    tree["assumptions"]["formation_wait_h"] = 24
    ledger = run(tree)
    then = [t["units"] for t in trains(ledger) if t["from_place"] == ledger.number("n1")]
    assert delivered_t(ledger) == 31 * 8 * 3000
    # 41 wagons fit; only what waited a day leaves shorter
    assert len(then) <= 31 * 8 * 50 / 41 + 5
