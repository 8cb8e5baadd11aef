"""Wagons: counted, finite, sent home as trains of empties, and loaded again where they stand."""

from __future__ import annotations

import pytest

from .lines import Tree, changed, delivered_t, two_nodes_and_a_ferry
from .rails import DAY, EMPTY, HOUR, VOYAGE, flow, railway, rows, run, stocks, trains, usage, waits


def pool(tree: Tree, wagons: object, *, train: int = 40, **changes: object) -> Tree:
    """All flows load wagons of one pool."""
    tree = changed(
        tree,
        wagons={"gondola": {"kind": "gondola", "corridor_units": wagons, "tare_t": 24, "wagons_per_train": train}},
        assumptions__terminal_handling_h=6,
    )
    tree = changed(tree, **changes)
    for branch in tree["flows"].values():
        branch["wagon_pools"] = ["gondola"]
    return tree


@pytest.mark.parametrize("wagons", [40, 120])
def test_wagons_limit_throughput_to_wagons_by_payload_over_their_cycle(wagons: int) -> None:
    ledger = run(pool(railway(100, flows__ore=flow("n0", "n1", 31 * 20, 40)), wagons))
    # two hours there, six to unload, two back
    most = wagons * 60 * 31 * DAY / (10 * HOUR)
    assert 0.95 * most <= delivered_t(ledger) <= most
    assert waits(ledger, "wagons")


def test_empties_come_home_when_the_demand_ends() -> None:
    ledger = run(pool(railway(100, 50, days=60, flows__ore=flow("n0", "n2", 50, 40)), 200))
    january, february = stocks(ledger, "wagons:gondola:home")
    assert january < 200
    assert february == 200
    loaded, empty = trains(ledger), trains(ledger, EMPTY)
    assert len(empty) == len(loaded) > 30
    assert {train["gross_t"] for train in empty} == {40 * 24}
    assert {train["net_t"] for train in empty} == {0}


def test_empties_wait_for_a_full_train_or_for_their_time() -> None:
    tree = pool(railway(100, days=60, flows__ore=flow("n0", "n1", 10, 30)), 300, assumptions__empties_wait_h=48)
    ledger = run(tree)
    # a lot of 30 every three days never makes a train of 40 in time: 30 wagons leave after two days
    assert {train["units"] for train in trains(ledger, EMPTY)} == {30}
    arrived = {train["arrive_s"] + 6 * HOUR + 48 * HOUR for train in trains(ledger)}
    assert {train["depart_s"] for train in trains(ledger, EMPTY)} == arrived


def test_empties_are_loaded_again_where_they_stand() -> None:
    """Ore one way, grain in the same wagons the other way, more than they carry: hardly a wagon runs empty."""
    one_way = pool(railway(100, flows__ore=flow("n0", "n1", 31 * 20, 40)), 160)
    both = changed(one_way, flows__grain=flow("n1", "n0", 31 * 20, 40, wagon_pools=["gondola"]))
    empty, loaded = len(trains(run(one_way), EMPTY)), len(trains(run(one_way)))
    assert loaded - 5 <= empty <= loaded
    ledger = run(both)
    assert len(trains(ledger)) > loaded
    assert len(trains(ledger, EMPTY)) < 5


def test_a_train_waits_for_all_its_wagons_when_enough_come() -> None:
    """A pool of two and a half trains, demand for many more: every train is full."""
    ledger = run(pool(railway(100, flows__ore=flow("n0", "n1", 31 * 20, 40)), 100))
    assert len(trains(ledger)) > 100
    assert {train["units"] for train in trains(ledger)} == {40}


def test_a_pool_smaller_than_a_train_still_loads() -> None:
    ledger = run(pool(railway(100, flows__ore=flow("n0", "n1", 31, 40)), 25))
    assert {train["units"] for train in trains(ledger)} == {25, 15}


def test_more_wagons_join_on_their_day() -> None:
    ledger = run(pool(railway(100, flows__ore=flow("n0", "n1", 31 * 20, 40)), {"2024-01-01": 40, "2024-01-16": 120}))
    early = [t for t in trains(ledger) if DAY <= t["depart_s"] < 15 * DAY]
    late = [t for t in trains(ledger) if 16 * DAY <= t["depart_s"] < 30 * DAY]
    assert len(late) == pytest.approx(3 * len(early), abs=3)


def test_wagons_that_are_away_leave_when_they_are_home() -> None:
    fleet = {"2024-01-01": 120, "2024-01-16": 40}
    ledger = run(pool(railway(100, days=60, flows__ore=flow("n0", "n1", 31 * 20, 40)), fleet))
    assert stocks(ledger, "wagons:gondola:fleet") == [40, 40]
    late = [t for t in trains(ledger) if 17 * DAY <= t["depart_s"] < 27 * DAY]
    assert len(late) == pytest.approx(24, abs=1)


def test_a_unit_that_needs_two_wagons_gets_two() -> None:
    tree = pool(railway(100, flows__beams=flow("n0", "n1", 31, 10, wagons_per_unit=2)), 50)
    ledger = run(tree)
    assert {(train["units"], train["net_t"]) for train in trains(ledger)} == {(20, 600)}


def test_one_wagon_for_a_unit_of_two_is_not_enough() -> None:
    ledger = run(pool(railway(100, flows__beams=flow("n0", "n1", 3, 1, wagons_per_unit=2)), 1))
    assert not trains(ledger)
    assert waits(ledger, "wagons")


def test_two_teu_share_a_platform() -> None:
    boxes = flow("n0", "n1", 31, 50, t_per_unit=10, wagons_per_unit=0.5, cargo="container")
    ledger = run(pool(railway(100, flows__boxes=boxes), 100))
    # 25 platforms with 50 TEU
    assert {(train["units"], train["net_t"], train["gross_t"]) for train in trains(ledger)} == {
        (25, 500, 500 + 25 * 24)
    }


def test_busy_wagons_are_loaded_wagons() -> None:
    ledger = run(pool(railway(100, days=60, flows__ore=flow("n0", "n1", 10, 40)), 100))
    busy = sum(b for b, _ in usage(ledger, "wagons:gondola"))
    assert busy == pytest.approx(10 * 40 * (2 + 6) * HOUR, rel=1e-6)


# --- on the ferry -----------------------------------------------------------------------------------------------------


def over_the_sea(**changes: object) -> Tree:
    """A mine, a line, a ferry, and a town a line beyond it."""
    tree = two_nodes_and_a_ferry(
        nodes__west={"kind": "rail_station"},
        nodes__town={"kind": "rail_station"},
        nodes__port_west__linked_node_id="west",
        segments__west_town={
            "from_node": "west", "to_node": "town", "length_km": 100, "freight_speed_kmh": 50,
            "capacity_pairs_per_day": 24, "tracks": 1,
        },
        flows__ore__destination_node="town",
        horizon__end="2024-06-30",
    )  # fmt: skip
    return changed(tree, **changes)


def test_empties_take_the_ferry_back() -> None:
    ledger = run(over_the_sea())
    east, west = ledger.number("port_east.rail_ferry"), ledger.number("port_west.rail_ferry")
    voyages = trains(ledger, VOYAGE)
    there = [v for v in voyages if v["from_place"] == east and v["net_t"] > 0]
    back = [v for v in voyages if v["from_place"] == west and v["units"] > 0]
    assert len(there) > 20
    assert len(back) == pytest.approx(len(there), abs=4)
    assert {v["net_t"] for v in back} == {0}


@pytest.mark.parametrize("ends", ["port", "town"])
def test_wagons_of_a_ferry_come_home_from_wherever_it_ends(ends: str) -> None:
    tree = two_nodes_and_a_ferry(horizon__end="2024-12-31") if ends == "port" else over_the_sea()
    # demand in January only
    tree["profiles"]["flat"] = {month: {"factor": 1 if month == 1 else 0} for month in range(1, 13)}
    ledger = run(tree)
    assert delivered_t(ledger) > 10_000
    assert stocks(ledger, "wagons:gondola:home")[-1] == 400
    loaded = sum(lot["units"] for lot in rows(ledger, "lots") if lot["accepted"])
    assert sum(train["units"] for train in trains(ledger, EMPTY)) >= loaded
