"""Locomotives: units that are somewhere, a pool that is finite, servicing, failures, repair, and the national fleet."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import pytest

from corridorsim.ledger import Ledger

from .lines import Tree, changed
from .rails import DAY, HOUR, LIGHT, diesels, flow, railway, rows, run, spells, stocks, trains, usage, waits

MONTH = 31 * DAY


def shuttle(units: int, *, per_day: float = 100, **kind: object) -> Tree:
    """More ore than ``units`` diesels can haul over 100 km, two hours each way, the way back light."""
    return diesels(railway(100, flows__ore=flow("n0", "n1", 31 * per_day)), units, **kind)


def at_once(spans: Iterable[tuple[float, float, float]]) -> float:
    """The most that ever goes on at the same time, of (start, end, weight); an end gives way to a start."""
    changes = sorted(change for a, b, weight in spans for change in ((a, 1, weight), (b, 0, -weight)))
    now = most = 0.0
    for _, _, change in changes:
        now += change
        most = max(most, now)
    return most


def engines_at_work(ledger: Ledger) -> float:
    """The most locomotives that ever moved at once, with trains and light."""
    return at_once((m["depart_s"], m["arrive_s"], m["locomotives"]) for m in rows(ledger, "movements"))


@pytest.mark.parametrize("units", [1, 3])
def test_throughput_is_units_over_their_round_trip(units: int) -> None:
    ledger = run(shuttle(units))
    most = units * MONTH / (4 * HOUR)
    assert 0.97 * most <= len(trains(ledger)) <= most + units
    assert engines_at_work(ledger) == units
    assert waits(ledger, "locomotive")


def test_one_unit_is_never_in_two_places() -> None:
    spans = sorted((m["depart_s"], m["arrive_s"]) for m in rows(run(shuttle(1)), "movements"))
    assert len(spans) > 300
    assert all(a_end <= b for (_, a_end), (b, _) in pairwise(spans))


def test_a_unit_moves_from_where_it_stands() -> None:
    """With one unit every move starts where the one before ended."""
    tree = railway(40, 60, 30, flows__a=flow("n0", "n2", 60), flows__b=flow("n3", "n1", 60))
    moves = sorted(rows(run(diesels(tree, 1)), "movements"), key=lambda m: m["depart_s"])
    assert len([m for m in moves if m["kind"] == LIGHT]) > 50
    assert all(a["to_place"] == b["from_place"] for a, b in pairwise(moves))


def test_no_unit_runs_light_in_two_places() -> None:
    by_unit: dict[float, list[tuple[float, float]]] = {}
    for m in trains(run(shuttle(5)), LIGHT):
        by_unit.setdefault(m["actor"], []).append((m["depart_s"], m["arrive_s"]))
    assert len(by_unit) == 5
    for spans in by_unit.values():
        assert len(spans) > 100
        # between two runs light it hauls a train the other way, two hours at the least
        assert all(end + 2 * HOUR <= begin for (_, end), (begin, _) in pairwise(sorted(spans)))


def test_light_engines_take_slots() -> None:
    ledger = run(shuttle(3, per_day=4))
    light = trains(ledger, LIGHT)
    assert len(light) > 100
    ((busy, _),) = usage(ledger, "segment:s0")
    assert busy == pytest.approx(len(light) + len(trains(ledger)), abs=3)


def test_a_unit_that_stands_at_the_train_is_taken_before_one_from_afar() -> None:
    tree = railway(100, flows__ore=flow("n0", "n1", 10), flows__back=flow("n1", "n0", 10, arrival_law="interval"))
    ledger = run(diesels(tree, 2, homes=("n0", "n1")))
    # east and west in turn: most of the time a unit stands at both ends
    assert len(trains(ledger, LIGHT)) <= 8


def heavy(units: int, lots: float = 31 * 20) -> Tree:
    """Trains of 3,360 t for units of 2,000 t: two each."""
    tree = railway(100, flows__ore=flow("n0", "n1", lots, 40), flows__back=flow("n1", "n0", lots, 40))
    return diesels(tree, units, homes=("n0", "n1"), trailing_mass_limit_t=2000)


@pytest.mark.parametrize("units", [2, 3, 5])
def test_trains_of_two_units_never_lock_each_other(units: int) -> None:
    ledger = run(heavy(units))
    assert {train["locomotives"] for train in trains(ledger)} == {2}
    assert engines_at_work(ledger) <= units
    # two units take at most 4 h a train, there and back light
    assert len(trains(ledger)) >= (units // 2) * MONTH / (4 * HOUR) * 0.95
    assert max(train["arrive_s"] for train in trains(ledger)) > 30 * DAY


def test_a_train_takes_as_many_units_as_its_mass_asks() -> None:
    for units, needed in ((20, 1), (23, 1), (24, 2), (47, 2), (48, 3)):
        tree = diesels(railway(100, flows__ore=flow("n0", "n1", 2, units)), 4, trailing_mass_limit_t=2000)
        assert {train["locomotives"] for train in trains(run(tree))} == {needed}, f"{units} wagons of 84 t"


# --- more and fewer ---------------------------------------------------------------------------------------------------


def with_contract(units: int, change: int) -> Ledger:
    contract = {
        "operator": "R", "class_id": "te", "corridor_share": 1, "status": "done", "deliveries": {2024: change},
        "on": "2024-01-16",
    }  # fmt: skip
    return run(changed(shuttle(units), locomotives={"contract": contract}))


@pytest.mark.parametrize(("first", "change"), [(2, 2), (4, -3)])
def test_deliveries_add_and_retirements_remove(first: int, change: int) -> None:
    ledger = with_contract(first, change)
    early = [t for t in trains(ledger) if DAY <= t["depart_s"] < 15 * DAY]
    late = [t for t in trains(ledger) if 16 * DAY <= t["depart_s"] < 30 * DAY]
    assert len(early) == pytest.approx(first * 14 * 6, abs=4)
    assert len(late) == pytest.approx((first + change) * 14 * 6, abs=4)
    assert stocks(ledger, "locomotives:rail") == [first + change]


def test_a_unit_that_works_on_its_last_day_leaves_when_it_rests() -> None:
    ledger = with_contract(1, -1)
    assert engines_at_work(ledger) == 1
    # it was on its way light to a train, which it takes
    assert max(t["arrive_s"] for t in trains(ledger)) <= 15 * DAY + 4 * HOUR


def on_demand(policy: str) -> Ledger:
    """Two units of the corridor and 398 of the rest of the network; at most a fortieth of all may be here. Demand in
    January only."""
    tree = diesels(railway(100, days=60, flows__ore=flow("n0", "n1", 31 * 80)), 2)
    tree["fleets"]["first"]["fleet_units"] = 402
    tree["segments"]["s0"]["capacity_pairs_per_day"] = 96
    tree["policies"] = {"allocation": policy}
    tree["assumptions"] = tree.get("assumptions", {}) | {"on_demand_ceiling_share": 0.025}
    return run(tree)


def test_on_demand_draws_up_to_the_ceiling_and_gives_back() -> None:
    fixed, drawn = on_demand("fixed"), on_demand("on_demand")
    # 402 x 0.025 = 10, the two of the corridor among them
    assert engines_at_work(fixed) == 2
    assert engines_at_work(drawn) == 10
    january, february = stocks(drawn, "locomotives:rail")
    assert january == 10
    assert february == 2, "they go back two days after the last train"
    assert len(trains(drawn)) > 2 * len(trains(fixed))


# --- away -------------------------------------------------------------------------------------------------------------


def test_servicing_comes_after_its_distance() -> None:
    ledger = run(shuttle(1, service_h=3) | {"assumptions": shuttle(1)["assumptions"] | {"service_interval_km": 1000}})
    services = spells(ledger, "te-1", "servicing")
    assert {b - a for a, b in services} == {3 * HOUR}
    ran = sum(m["length_m"] for m in rows(ledger, "movements"))
    assert len(services) == pytest.approx(ran / 1_000_000, abs=1)


def test_refuelling_on_the_way_where_the_range_ends() -> None:
    tree = diesels(railway(*[100] * 5, flows__ore=flow("n0", "n5", 1)), 1, range_km=250, refuel_h=1, service_h=1)
    ledger = run(tree)
    assert [ledger.names[int(w["place"])] for w in waits(ledger, "refuelling")] == ["n2", "n4"]
    (train,) = trains(ledger)
    assert train["arrive_s"] - train["depart_s"] == 12 * HOUR


@pytest.mark.parametrize("kilometres", [(100,), (100, 100)])
def test_nobody_runs_further_than_the_range(kilometres: tuple[int, ...]) -> None:
    last = f"n{len(kilometres)}"
    tree = railway(*kilometres, flows__ore=flow("n0", last, 30), flows__back=flow(last, "n0", 30))
    ledger = run(diesels(tree, 1, range_km=450, refuel_h=1, service_h=1))
    fills = len(waits(ledger, "refuelling")) + len(spells(ledger, "te-1", "servicing"))
    ran = sum(m["length_m"] for m in rows(ledger, "movements")) / 1000
    assert fills >= ran // 450
    assert fills <= ran / 250, "nor is the tank filled when it is half full"


def failing(**changes: object) -> Tree:
    """Four units that fail every 2,000 km and are repaired for two days on the mean, with one bay."""
    tree = shuttle(4, mtbf_km=2000, repair_hours_mean=48)
    tree["workshops"] = {"bay": {"bays": 1}}
    tree["territories"]["rail"]["workshop"] = "bay"
    return changed(tree, **changes)


def test_failures_come_by_distance_and_are_rescued() -> None:
    fleet = 20
    tree = shuttle(fleet, mtbf_km=2000, repair_hours_mean=5)
    ledger = run(tree)
    rescues = waits(ledger, "rescue")
    ran = sum(m["length_m"] * m["locomotives"] for m in rows(ledger, "movements")) / 1000
    failures = sum(len(spells(ledger, f"te-{k}", "repair")) for k in range(1, fleet + 1))
    # a Poisson number, four standard deviations
    assert failures == pytest.approx(ran / 2000, abs=4 * math.sqrt(ran / 2000))
    assert len(rescues) >= failures
    assert all(w["tonnes"] > 0 for w in rescues), "cargo waits for rescue"


def test_a_busy_workshop_repairs_one_after_the_other() -> None:
    def repairs(bays: int) -> tuple[float, int, float]:
        ledger = run(failing(workshops__bay__bays=bays))
        away = [(a, b, 1.0) for k in range(1, 5) for a, b in spells(ledger, f"te-{k}", "repair", MONTH)]
        ((busy, available),) = usage(ledger, "workshop:bay")
        assert busy <= available == pytest.approx(bays * MONTH, rel=1e-5)
        return busy / MONTH, len(trains(ledger)), at_once(away)

    one, few, queue = repairs(1)
    four, more, _ = repairs(4)
    assert queue > 1, "more units away than bays"
    assert one <= 1
    assert four > one
    assert more > 1.2 * few


def test_availability_comes_out_near_the_table() -> None:
    """Planned and unplanned absence together: failures are taken out of it, not added."""
    tree = diesels(
        railway(100, days=182, flows__ore=flow("n0", "n1", 366 * 100, monthly_profile_id="flat")), 6,
        availability=0.8, mtbf_km=10_000, repair_hours_mean=24, km_per_day_in_use=1200,
    )  # fmt: skip
    ledger = run(tree)
    in_service = sum(available for _, available in usage(ledger, "territory:rail"))
    assert in_service / (6 * 182 * DAY) == pytest.approx(0.8, abs=0.04)
    away = sum(len(spells(ledger, f"te-{k}", state)) for k in range(1, 7) for state in ("repair", "maintenance"))
    assert away > 40


def test_units_in_workshop_or_maintenance_haul_nothing() -> None:
    ledger = run(shuttle(1, availability=0.7, mtbf_km=1500, repair_hours_mean=24))
    away = [span for state in ("repair", "maintenance") for span in spells(ledger, "te-1", state, MONTH)]
    assert len(away) > 5
    for train in trains(ledger, LIGHT):
        assert not any(a < train["arrive_s"] and train["depart_s"] < b for a, b in away)


# --- territories ------------------------------------------------------------------------------------------------------


def two_territories(**border: object) -> Tree:
    tree = diesels(railway(100, 100, flows__ore=flow("n0", "n2", 1)), 1)
    tree["territories"]["other"] = {"operator": "S", "traction": "diesel", "home_nodes": ["n1"]}
    tree["fleets"]["second"] = tree["fleets"]["first"] | {"operator": "S"}
    tree["segments"]["s1"]["operator"] = "S"
    if border:
        tree["borders"] = {"b": {"node_from": "n1", "node_to": "n2"} | border}
    return tree


@pytest.mark.parametrize(
    ("border", "hours"),
    [({}, 4 + 2), ({"dwell_h": 3}, 4 + 3 + 2), ({"dwell_h": 3, "loco_change": True}, 4 + 3)],
    ids=["no border", "border", "border with its change"],
)
def test_the_locomotive_changes_with_the_territory(border: dict[str, object], hours: int) -> None:
    (train,) = trains(run(two_territories(**border)))
    assert train["arrive_s"] - train["depart_s"] == hours * HOUR
    assert train["locomotives"] == 1


def test_hours_of_change_may_belong_to_the_node() -> None:
    (train,) = trains(run(changed(two_territories(), nodes__n1__loco_change_h=5)))
    assert train["arrive_s"] - train["depart_s"] == 9 * HOUR


def test_a_territory_without_fleets_has_a_locomotive_always_at_hand() -> None:
    tree = two_territories()
    del tree["fleets"]["second"]
    (train,) = trains(run(tree))
    assert train["arrive_s"] - train["depart_s"] == 6 * HOUR
