"""Ports, ships and weather."""

from __future__ import annotations

import pytest

from corridorsim.model import Blueprint, Terminal

from .small import FERRY, Tree, built, faults, ferry_line

DAY = 86400


def port(**leaves: object) -> Tree:
    tree = ferry_line()
    tree["ports"] = {"port_b": {"rail_ferry": {"berths": 2, **leaves}}}
    return tree


def terminal(blueprint: Blueprint, name: str = "port_b.rail_ferry") -> Terminal:
    return {t.id: t for t in blueprint.terminals}[name]


def test_a_port_that_is_described_has_its_berths_and_others_have_no_limit() -> None:
    blueprint = built(port())
    assert terminal(blueprint).berths.at(0) == 2
    assert terminal(blueprint).station == "b"
    assert terminal(blueprint, "port_c.rail_ferry").berths.at(0) == 1e9


def test_a_port_without_the_berth_that_a_ship_needs_is_told() -> None:
    tree = ferry_line()
    tree["ports"] = {"port_b": {"oil": {"berths": 2}}}
    found = faults(tree)
    assert "needs a berth of kind 'rail_ferry' in 'port_b', which has only oil" in found["vessels.ferry.link"]
    assert "add ports.port_b.rail_ferry" in found["flows.f.via_ports"]


def test_dry_cargo_falls_back_on_grain_berths() -> None:
    tree = ferry_line()
    tree["ports"] = {"port_b": {"grain": {"berths": 2}}}
    tree["vessels"]["ferry"] |= {"kind": "dry_cargo", "capacity_t": 5000}
    tree["flows"]["f"]["vessel_kind"] = "dry_cargo"
    vessel = built(tree).vessels[0]
    assert (vessel.berth_kind_from, vessel.berth_kind_to) == ("port_b.grain", "port_c.dry")


def test_a_class_may_name_its_berths() -> None:
    tree = ferry_line()
    tree["vessels"]["ferry"]["berth_kind"] = "ro_pax"
    blueprint = built(tree)
    assert blueprint.vessels[0].berth_kind_from == "port_b.ro_pax"
    assert blueprint.journeys[0].stages[1].from_terminal == "port_b.ro_pax"  # type: ignore[union-attr]


def test_cranes_set_the_moves_of_a_berth() -> None:
    rate = terminal(
        built(port(cranes=3, moves_per_crane_hour={"2024-01-01": 12, "2025-01-01": 20}))
    ).handling_moves_per_s
    assert rate.values == (pytest.approx(3 * 12 / 3600 / 2), pytest.approx(3 * 20 / 3600 / 2))
    assert terminal(built(port(cranes=3))).handling_moves_per_s.values == (0,)


def test_acceptance_limits_as_given_or_derived() -> None:
    def gate(tree: Tree) -> tuple[float, float, bool]:
        found = {g.id: g for g in built(tree).gates}["port_b.rail_ferry.export"]
        return found.start_wagons.at(0), found.release_wagons.at(0), found.derived

    assert gate(port(ban_start_wagons=470, ban_release_wagons=330)) == (470, 330, False)
    assert gate(port(storage_wagons=500)) == (450, 300, True)
    start, release, derived = gate(port())
    assert 0 < release < start < float("inf")
    assert derived
    assert (
        "released under"
        in faults(port(ban_start_wagons=300, ban_release_wagons=330))["ports.port_b.rail_ferry.ban_release_wagons"]
    )


def test_depth_is_counted_against_2024() -> None:
    tree = port(draught_limit_m=6.0, draught_change_m_per_year={"2024-01-01": 0, "2025-01-01": -0.2})
    row = {"date": "2024-07-01", "target": "ports.port_b.*.draught_limit_m", "value": 7.5, "status": "done"}
    tree["changes"] = {"k": {"project_id": "p", **row}}
    depth = terminal(built(tree)).depth_change_m
    assert depth.at(365 * DAY) == 0
    assert depth.at(366 * DAY) == 1.5
    assert depth.at(549 * DAY) == 1.5
    assert depth.at(900 * DAY) == pytest.approx(1.5 - 0.2 * 334 / 365.25)  # since 1 December 2025


def test_each_ship_is_one_and_deliveries_join_or_leave() -> None:
    tree = ferry_line()
    tree["vessels"]["ferry"]["count"] = 2
    row = {"project_id": "p", "class_id": "ferry", "status": "contracted"}
    tree["vessel_deliveries"] = {
        "more": {**row, "date": "2024-07-01", "count": 1},
        "less": {**row, "date": "2025-01-01", "count": -1},
        "never": {**row, "date": "2024-07-01", "count": 5, "status": "claimed"},
    }
    blueprint = built(tree)
    past = blueprint.calendar.end_s + 1
    spans = [(v.id, v.since_s // DAY, v.until_s) for v in blueprint.vessels]
    assert spans == [("ferry-1", 0, 550 * DAY), ("ferry-2", 0, past), ("ferry-3", 366, past)]
    assert blueprint.vessels[0].absence_share == pytest.approx(0.1)
    assert blueprint.vessels[0].capacity == (("wagon", 50),)


def test_the_same_ships_twice_are_told() -> None:
    tree = ferry_line()
    row = {"project_id": "p", "class_id": "ferry", "status": "done", "date": "2024-07-01", "count": 1}
    tree["vessel_deliveries"] = {"one": row, "other": {**row, "alternative_to": "one"}}
    assert "may be the same ships" in faults(tree)["vessel_deliveries.other.alternative_to"]
    tree["vessel_deliveries"]["one"] = {**row, "date": "2030-01-01"}
    built(tree)


def test_a_ship_with_nothing_to_carry_is_told() -> None:
    tree = ferry_line()
    tree["vessels"]["empty"] = {**FERRY, "capacity_wagons": None}
    assert "without any capacity" in faults(tree)["vessels.empty"]


def test_weather_has_twelve_months() -> None:
    tree = ferry_line()
    tree["nodes"]["port_b"]["weather_group"] = "east"
    tree["weather"] = {"east": {m: {"closure_share": 0.02 * m, "mean_spell_days": 2} for m in range(1, 13)}}
    blueprint = built(tree)
    assert blueprint.weather[0].share[11] == pytest.approx(0.24)
    assert blueprint.weather[0].mean_spell_s[0] == 2 * DAY
    assert terminal(blueprint).weather_group == "east"
    del tree["weather"]["east"][5]
    assert "month 5 is missing" in faults(tree)["weather.east"]
