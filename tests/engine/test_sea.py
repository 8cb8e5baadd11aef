"""Sea: ships with room, rules and a calendar; berths, yards, weather and depth."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from corridorsim.ledger import Ledger

from .lines import Tree, changed, delivered_t, offered_t, two_nodes_and_a_ferry, waited_days
from .rails import DAY, HOUR, VOYAGE, Row, rows, run, spells, trains, usage, waits

END = 91 * DAY


def crossing(**changes: Any) -> Tree:
    """Ore for a port across the sea, three months, wagons always at hand, far more than a ferry carries."""
    tree = two_nodes_and_a_ferry(
        wagons=None, flows__ore__wagon_pools=None, flows__ore__mt_per_year=2.0, horizon__end="2024-03-31"
    )
    return changed(tree, **changes)


def voyages(ledger: Ledger, *, westbound: bool = True) -> list[Row]:
    """Voyages from the side of the ore (or to it)."""
    start = ledger.number("port_east.rail_ferry" if westbound else "port_west.rail_ferry")
    return [v for v in trains(ledger, VOYAGE) if v["from_place"] == start]


def test_a_ferry_carries_its_capacity_every_round() -> None:
    ledger = run(crossing(vessels__ferry__max_wait_for_load_h=0))
    loaded = [v for v in voyages(ledger) if v["units"]]
    assert {v["units"] for v in loaded} == {40}
    assert {v["arrive_s"] - v["depart_s"] for v in loaded} == {18 * HOUR}
    # load, sail, unload, sail back; a second of approach at each berth
    interval = (5 + 18 + 5 + 18) * HOUR + 2
    gaps = {b["depart_s"] - a["depart_s"] for a, b in pairwise(loaded[2:])}
    assert gaps == {interval}
    assert delivered_t(ledger) == pytest.approx(END / interval * 2400, abs=2 * 2400)


def test_a_fixed_rotation_sails_empty_too() -> None:
    tree = crossing(
        flows__ore__mt_per_year=0, vessels__ferry__dispatch_rule="fixed_rotation", vessels__ferry__max_wait_for_load_h=6
    )
    ledger = run(tree)
    departures = [v["depart_s"] for v in trains(ledger, VOYAGE)]
    assert {b - a for a, b in pairwise(departures)} == {24 * HOUR}
    assert len(departures) == 90, "the 91st is at sea when the run ends"


def test_a_ship_that_leaves_when_full_stays_where_nothing_is_to_be_carried() -> None:
    assert not trains(run(crossing(flows__ore__mt_per_year=0)), VOYAGE)


def test_it_leaves_full_or_after_its_longest_wait() -> None:
    # a lot of 20 every 38 hours: a ship of 40 is full after two of them
    tree = crossing(
        flows__ore__lot_units=20, flows__ore__mt_per_year=20 * 60 * 229 / 1e6, flows__ore__arrival_law="fixed"
    )
    patient = run(changed(tree, vessels__ferry__max_wait_for_load_h=100))
    hasty = run(changed(tree, vessels__ferry__max_wait_for_load_h=10))
    assert {v["units"] for v in voyages(patient)} == {40}
    assert {v["units"] for v in voyages(hasty)} >= {20}
    assert max(w["end_s"] - w["start_s"] for w in waits(patient, "cargo")) > 30 * HOUR


def test_a_ship_goes_back_at_once_from_a_port_where_nothing_is_loaded() -> None:
    ledger = run(crossing(vessels__ferry__max_wait_for_load_h=72))
    back = [v["depart_s"] for v in voyages(ledger, westbound=False)]
    came = [v["arrive_s"] for v in voyages(ledger)]
    assert {b - a for a, b in zip(came, back, strict=False)} == {5 * HOUR + 1}, "approach and unloading"


def test_a_fixed_rotation_waits_its_time_there_too() -> None:
    ledger = run(crossing(vessels__ferry__dispatch_rule="fixed_rotation", vessels__ferry__max_wait_for_load_h=6))
    back = [v["depart_s"] for v in voyages(ledger, westbound=False)]
    came = [v["arrive_s"] for v in voyages(ledger)]
    assert {b - a for a, b in zip(came, back, strict=False)} == {11 * HOUR + 1}


def test_more_ferries_carry_more_and_cargo_waits_less_for_them() -> None:
    one, two, four = (run(crossing(vessels__ferry__count=count, ports=None)) for count in (1, 2, 4))
    assert delivered_t(one) < delivered_t(two) < delivered_t(four)
    tonnes_days = [waited_days(ledger, END)["vessel"] / offered_t(ledger, accepted=True) for ledger in (one, two, four)]
    assert tonnes_days[0] > tonnes_days[1] > tonnes_days[2]


@pytest.mark.parametrize(("factor", "units"), [(1, 40), (0.8, 32), (0.55, 22)])
def test_no_ship_carries_more_than_its_load_factor_allows(factor: float, units: int) -> None:
    loads = {v["units"] for v in voyages(run(crossing(vessels__ferry__load_factor=factor)))}
    assert max(loads) == units


def test_depth_by_date_takes_room_and_gives_it_back() -> None:
    tree = crossing(
        ports__port_east__rail_ferry__draught_limit_m={"2024-01-01": 5.0, "2024-02-01": 4.0, "2024-03-01": 5.0},
        vessels__ferry__depth_loss_per_m=0.25,
        vessels__ferry__max_wait_for_load_h=0,
    )
    by_month: dict[int, set[float]] = {1: set(), 2: set(), 3: set()}
    for v in voyages(run(tree))[2:]:
        loaded_s = v["depart_s"] - 5 * HOUR
        by_month[1 if loaded_s < 31 * DAY else 2 if loaded_s < 60 * DAY else 3].add(v["units"])
    assert by_month == {1: {40}, 2: {30}, 3: {40}}


def test_ships_wait_for_a_berth() -> None:
    fleet = crossing(vessels__ferry__count=8, vessels__ferry__load_h=12, vessels__ferry__max_wait_for_load_h=0)
    narrow = run(fleet)
    wide = run(changed(fleet, ports__port_east__rail_ferry__berths=8, ports__port_west__rail_ferry__berths=8))
    assert waits(narrow, "berth")
    assert not waits(wide, "berth")
    assert delivered_t(wide) > delivered_t(narrow)
    for busy, available in usage(narrow, "berth:port_east.rail_ferry"):
        assert busy <= available
    # one berth: a ship that took twelve hours to load leaves twelve hours after the one before, at the least
    departures = sorted(v["depart_s"] for v in voyages(narrow) if v["units"])
    assert min(b - a for a, b in pairwise(departures)) >= 12 * HOUR


def test_a_new_berth_helps_from_its_day() -> None:
    berths = {"2024-01-01": 1, "2024-02-15": 6}
    tree = crossing(vessels__ferry__count=8, vessels__ferry__load_h=30, ports__port_east__rail_ferry__berths=berths)
    departures = [v["depart_s"] for v in voyages(run(tree)) if v["units"]]
    before = sum(10 * DAY <= s < 45 * DAY for s in departures)
    after = sum(50 * DAY <= s < 85 * DAY for s in departures)
    assert before == pytest.approx(35 * 24 / 30, abs=1)
    assert after > 2 * before


# --- weather ----------------------------------------------------------------------------------------------------------


def stormy(share: float, **changes: Any) -> Tree:
    months = {month: {"closure_share": share, "mean_spell_days": 2} for month in range(1, 13)}
    tree = crossing(weather={"gulf": months}, nodes__port_east__weather_group="gulf")
    return changed(tree, **changes)


def test_nobody_sails_or_berths_in_a_storm() -> None:
    ledger = run(stormy(0.4, vessels__ferry__count=3))
    closed = spells(ledger, "weather:gulf", "closed by weather", END)
    sailings = [v["depart_s"] for v in trains(ledger, VOYAGE)]
    assert len(closed) > 5
    assert len(sailings) > 20
    assert not [s for s in sailings if any(a <= s < b for a, b in closed)]
    assert waits(ledger, "weather")


def test_storms_cost_voyages() -> None:
    carried = [delivered_t(run(stormy(share))) for share in (0.0, 0.3, 0.6)]
    assert carried[0] > carried[1] > carried[2] > 0


def test_a_port_closed_all_the_time_refuses_and_the_run_ends() -> None:
    tree = crossing(
        ports__port_east__rail_ferry__ban_start_wagons=200,
        events__works={
            "start_date": "2024-01-01", "end_date": "2025-01-01", "target_kind": "port", "target_id": "port_east",
            "attribute": "capacity", "factor": 0,
        },
    )  # fmt: skip
    ledger = run(tree)
    assert not [v for v in trains(ledger, VOYAGE) if v["from_place"] == ledger.number("port_east.rail_ferry")]
    assert delivered_t(ledger) == 0
    accepted = offered_t(ledger, accepted=True)
    assert 200 * 60 <= accepted <= 400 * 60
    refused = [lot for lot in rows(ledger, "lots") if not lot["accepted"]]
    assert sum(lot["tonnes"] for lot in refused) == pytest.approx(offered_t(ledger) - accepted)
    assert {ledger.names[int(lot["gate"])] for lot in refused} == {"port_east.rail_ferry.export"}


# --- fleet ------------------------------------------------------------------------------------------------------------


def delivery(count: int, day: str = "2024-02-15") -> Tree:
    return {"project_id": "ships", "date": day, "class_id": "ferry", "count": count, "status": "done"}


def test_ships_sail_from_the_day_of_their_delivery() -> None:
    ledger = run(crossing(vessel_deliveries={"new": delivery(2)}, ports=None))
    new = [v["depart_s"] for v in trains(ledger, VOYAGE) if v["actor"] != ledger.number("ferry-1")]
    assert len({v["actor"] for v in trains(ledger, VOYAGE)}) == 3
    assert 45 * DAY <= min(new) < 50 * DAY


def test_ships_withdrawn_finish_their_voyage_and_sail_no_more() -> None:
    ledger = run(crossing(vessels__ferry__count=2, vessel_deliveries={"gone": delivery(-1)}, ports=None))
    old = [v for v in trains(ledger, VOYAGE) if v["actor"] == ledger.number("ferry-1")]
    assert len(old) > 10
    assert max(v["arrive_s"] for v in old) < 45 * DAY + 60 * HOUR
    assert sum(available for _, available in usage(ledger, "vessel:ferry-1")) < 45 * DAY + 60 * HOUR
    assert max(v["arrive_s"] for v in trains(ledger, VOYAGE)) > 85 * DAY, "the other one goes on"


def test_ships_withdrawn_at_anchor_sail_no_more() -> None:
    # no cargo until June
    tree = crossing(
        profiles={"flat": {month: {"factor": 12 if month == 6 else 0} for month in range(1, 13)}},
        horizon__end="2024-06-30",
        vessels__ferry__count=2,
        vessel_deliveries={"gone": delivery(-1)},
    )
    ledger = run(tree)
    assert {ledger.names[int(v["actor"])] for v in trains(ledger, VOYAGE)} == {"ferry-2"}


def test_docking_takes_the_share_that_availability_leaves() -> None:
    tree = crossing(
        horizon__end="2024-12-31", vessels__ferry__availability=0.8, assumptions__vessel_absence_days=5,
        vessels__ferry__count=4, ports=None,
    )  # fmt: skip
    ledger = run(tree)
    absent = [s for k in range(1, 5) for s in spells(ledger, f"ferry-{k}", "absent", 366 * DAY)]
    assert {b - a for a, b in absent} == {5 * DAY}
    assert sum(b - a for a, b in absent) / (4 * 366 * DAY) == pytest.approx(0.2, abs=0.03)


# --- yard -------------------------------------------------------------------------------------------------------------


def test_a_full_yard_sets_trains_aside() -> None:
    small = run(
        crossing(ports__port_east__rail_ferry__storage_wagons=80, ports__port_east__rail_ferry__ban_start_wagons=400)
    )
    large = run(crossing(ports__port_east__rail_ferry__storage_wagons=4000))
    aside = waits(small, "yard_full")
    assert not waits(large, "yard_full")
    assert len(aside) > 20
    assert {w["tonnes"] for w in aside} == {2400}
    # one at a time comes in: a train of 40 for a ferry of 40
    ended = [w["end_s"] for w in aside if w["end_s"] >= 0]
    assert len(ended) > 10
    assert ended == sorted(ended), "first set aside, first in"
    assert spells(small, "port_east.rail_ferry.export", "ban", END), "they count for acceptance"


def test_a_yard_never_holds_more_than_its_storage() -> None:
    storage = 100
    tree = crossing(ports__port_east__rail_ferry__ban_start_wagons=600, flows__ore__lot_units=30)
    ledger = run(changed(tree, ports__port_east__rail_ferry__storage_wagons=storage))
    aside = {w["actor"]: w["end_s"] if w["end_s"] >= 0 else END for w in waits(ledger, "yard_full")}
    came = [(aside.get(t["actor"], t["arrive_s"]), t["units"]) for t in trains(ledger)]
    came = [(time, wagons) for time, wagons in came if time < END]
    went = [(v["depart_s"], -v["units"]) for v in voyages(ledger)]
    standing = most = 0.0
    for _, wagons in sorted(came + went):
        standing += wagons
        most = max(most, standing)
    assert storage - 30 < most <= storage


# --- boxes and trucks -------------------------------------------------------------------------------------------------


def test_formalities_come_before_loading() -> None:
    tree = crossing(ports__port_east__rail_ferry__formalities_h=30)
    ledger = run(tree)
    (train, *_), (voyage, *_) = trains(ledger), voyages(ledger)
    assert voyage["depart_s"] >= train["arrive_s"] + (30 + 5) * HOUR
    assert {w["end_s"] - w["start_s"] for w in waits(ledger, "formalities")} == {30 * HOUR}


def test_cranes_set_the_hours_of_a_container_ship() -> None:
    berth = {"container": {"berths": 2, "cranes": 2, "moves_per_crane_hour": 10}}
    tree = crossing(
        ports=dict.fromkeys(("port_east", "port_west"), berth),
        vessels__ferry__kind="container_feeder",
        vessels__ferry__capacity_teu=160,
        vessels__ferry__max_wait_for_load_h=0,
        flows__ore__cargo="container",
        flows__ore__vessel_kind="container_feeder",
        flows__ore__lot_units=80,
        flows__ore__t_per_unit=12,
        flows__ore__wagons_per_unit=0.5,
    )
    ledger = run(tree)
    start = ledger.number("port_east.container")
    full = [v for v in trains(ledger, VOYAGE) if v["from_place"] == start and v["units"] == 160]
    # 160 TEU are 100 moves; 2 cranes over 2 berths, 10 moves an hour at each berth
    interval = (10 + 18 + 10 + 18) * HOUR + 2
    gaps = [b["depart_s"] - a["depart_s"] for a, b in pairwise(full)]
    assert len(gaps) > 20
    assert set(gaps) == {interval}


def test_trucks_come_by_road_and_sail() -> None:
    tree = crossing(
        vessels__ferry={
            "kind": "ro_pax", "count": 1, "capacity_trucks": 50, "link": "crossing", "load_h": 5, "unload_h": 5,
            "load_factor": 1, "availability": 1, "dispatch_rule": "leave_when_full", "max_wait_for_load_h": 6,
        },
        ports=None,
        flows__ore={
            "flow_group": "trucks", "origin_node": "port_east", "destination_node": "port_west",
            "via_ports": ["port_east", "port_west"], "cargo": "truck", "vessel_kind": "ro_pax", "mt_per_year": 0.2,
            "lot_units": 10, "t_per_unit": 20, "perimeter": "C", "monthly_profile_id": "flat", "patience_days": 0,
        },
    )  # fmt: skip
    ledger = run(tree)
    sailed = trains(ledger, VOYAGE)
    assert max(v["units"] for v in sailed) == 50
    carried = sum(v["net_t"] for v in sailed)
    assert carried == sum(v["units"] for v in sailed) * 20
    assert delivered_t(ledger) == pytest.approx(carried, abs=50 * 20)
    # full ships only: a thousand tonnes every 46 hours, and up to six more at anchor in the west
    assert END / (52 * HOUR) * 1000 - 2000 <= delivered_t(ledger) <= END / (46 * HOUR) * 1000
