"""Stages, wagons, empties and gates of flows."""

from __future__ import annotations

import pytest

from corridorsim.model import RailStage, SeaStage

from .small import FERRY, FLOW, Tree, built, faults, ferry_line, segment

POOL = {"kind": "gondola", "corridor_units": 101, "tare_t": 24, "wagons_per_train": 40}


def through() -> Tree:
    """From a by the ferry to d, on wagons of one pool."""
    tree = ferry_line()
    tree["wagons"] = {"gondola": dict(POOL)}
    tree["flows"]["f"] |= {"destination_node": "d", "wagon_pools": ["gondola"]}
    return tree


def test_a_line_with_a_ferry_needs_nothing_else() -> None:
    blueprint = built(ferry_line())
    rail, sea = blueprint.journeys[0].stages
    assert isinstance(rail, RailStage)
    assert (rail.origin, rail.destination, rail.pool) == ("a", "b", "")
    assert sea == SeaStage("S", "port_b.rail_ferry", "port_c.rail_ferry", keeps_wagons=True, unload_train=False)
    assert sum(blueprint.flows[0].monthly_units[6:18]) == pytest.approx(10_000)
    assert [t.berths.at(0) for t in blueprint.terminals] == [1e9, 1e9]
    assert blueprint.segments[0].territory == ((0, ""),)


def test_on_a_rail_ferry_wagons_go_all_the_way_and_come_back_over_it() -> None:
    blueprint = built(through())
    first, _, last = blueprint.journeys[0].stages
    assert isinstance(first, RailStage)
    assert isinstance(last, RailStage)
    assert (first.takes_wagons, first.drops_wagons) == (True, False)
    assert (last.takes_wagons, last.drops_wagons) == (False, True)
    assert blueprint.empty_returns == ((("gondola", "d", "a"), 1),)
    back = blueprint.journeys[1]
    assert (back.empty, back.t_per_unit, back.tare_per_unit_t, back.full_train_units) == (True, 0, 24, 40)
    assert [(s.origin, s.destination) for s in back.stages if isinstance(s, RailStage)] == [("d", "c"), ("b", "a")]
    assert back.stages[1] == SeaStage(
        "S", "port_c.rail_ferry", "port_b.rail_ferry", keeps_wagons=True, unload_train=False
    )


def test_wagons_that_leave_a_ferry_with_the_cargo_at_its_destination_come_back_too() -> None:
    tree = through()
    tree["flows"]["f"]["destination_node"] = "port_c"
    blueprint = built(tree)
    rail = blueprint.journeys[0].stages[0]
    assert isinstance(rail, RailStage)
    assert not rail.drops_wagons
    assert [key for key, _ in blueprint.empty_returns] == [("gondola", "c", "a")]
    assert isinstance(blueprint.journeys[1].stages[0], SeaStage)


def boxes() -> Tree:
    """Containers by feeder: other wagons on each side of the sea."""
    tree = through()
    tree["wagons"] = {"east": {**POOL, "teu_per_wagon": 2.5}, "west": {**POOL, "tare_t": 20}}
    tree["vessels"]["ferry"] |= {"kind": "container_feeder", "capacity_teu": 200}
    tree["flows"]["f"] |= {
        "cargo": "container",
        "vessel_kind": "container_feeder",
        "mt_per_year": 0.12,
        "teu_per_year": 10_000,
        "t_per_unit": 12,
        "wagon_pools": ["east", "west"],
    }
    return tree


def test_boxes_leave_their_wagons_at_the_sea() -> None:
    blueprint = built(boxes())
    journey = blueprint.journeys[0]
    rails = [s for s in journey.stages if isinstance(s, RailStage)]
    assert [(s.pool, s.takes_wagons, s.drops_wagons) for s in rails] == [("east", True, True), ("west", True, True)]
    sea = journey.stages[1]
    assert isinstance(sea, SeaStage)
    assert sea.unload_train
    assert (journey.unit, journey.teu_per_unit, journey.wagons_per_unit) == ("teu", 1, 0.4)
    assert journey.tare_per_unit_t == pytest.approx(0.4 * 24)
    assert [key for key, _ in blueprint.empty_returns] == [("east", "b", "a"), ("west", "d", "c")]


def test_the_wrong_number_of_pools_is_told_with_the_stretches() -> None:
    tree = boxes()
    tree["flows"]["f"]["wagon_pools"] = ["east"]
    assert "1 wagon pools for 2 stretches" in faults(tree)["flows.f.wagon_pools"]
    assert "a - b; c - d" in faults(tree)["flows.f.wagon_pools"]


def test_a_pool_on_both_sides_of_the_sea_has_homes_on_both() -> None:
    tree = boxes()
    tree["wagons"]["west"]["gauge_mm"] = "1520"
    tree["flows"]["f"]["wagon_pools"] = ["east", "east"]
    assert [key for key, _ in built(tree).empty_returns] == [("east", "b", "a"), ("east", "d", "c")]


def test_empties_go_home_from_where_other_cargo_takes_them() -> None:
    """Wagons at home in a are emptied in d, reloaded there for c, and have a way home from both; not from anywhere."""
    tree = through()
    tree["flows"]["back"] = {**FLOW, "origin_node": "d", "destination_node": "c", "via_ports": []}
    tree["flows"]["back"]["wagon_pools"] = ["gondola"]
    assert {key for key, _ in built(tree).empty_returns} == {
        ("gondola", "d", "a"), ("gondola", "c", "a"), ("gondola", "c", "d")
    }  # fmt: skip
    tree["flows"]["f"] |= {"destination_node": "b", "via_ports": []}
    assert {key for key, _ in built(tree).empty_returns} == {("gondola", "b", "a"), ("gondola", "c", "d")}


def test_empties_that_cargo_takes_on_their_way_home_are_thought_of() -> None:
    """On the way from d by c, where the sea begins, to a: cargo that loads at c may take them to e."""
    tree = through()
    tree["nodes"]["e"] = {"kind": "rail_station"}
    tree["segments"]["c-e"] = segment("c", "e", 20)
    tree["flows"]["on"] = {**FLOW, "origin_node": "c", "destination_node": "e", "via_ports": []}
    tree["flows"]["on"]["wagon_pools"] = ["gondola"]
    assert ("gondola", "e", "a") in dict(built(tree).empty_returns)
    # in b they stand only where the mass limit falls
    tree = through()
    tree["segments"]["b-e"] = segment("b", "e", 20)
    tree["segments"]["e-x"] = segment("e", "x", 20, max_gross_train_t=3000)
    tree["segments"]["x-y"] = segment("x", "y", 20)
    tree["nodes"] |= {name: {"kind": "rail_station"} for name in ("e", "x", "y")}
    tree["flows"]["f"] |= {"origin_node": "x", "destination_node": "b", "via_ports": []}
    tree["flows"]["on"] = {**FLOW, "origin_node": "e", "destination_node": "y", "via_ports": []}
    tree["flows"]["on"]["wagon_pools"] = ["gondola"]
    assert ("gondola", "y", "x") in dict(built(tree).empty_returns)
    del tree["segments"]["e-x"]["max_gross_train_t"]
    assert ("gondola", "y", "x") not in dict(built(tree).empty_returns)


def test_empties_that_cannot_return_are_told() -> None:
    tree = through()
    tree["nodes"] |= {"port_d": {"kind": "sea_port", "linked_node_id": "d"}, "port_e": {"kind": "sea_port"}}
    tree["sea_links"]["T"] = {"from_port": "port_d", "to_port": "port_e", "sailing_h": 10}
    tree["vessels"]["second"] = {**FERRY, "link": "T"}
    tree["flows"]["on"] = {
        **FLOW, "origin_node": "c", "destination_node": "port_e", "via_ports": ["port_d", "port_e"],
        "wagon_pools": ["gondola"],
    }  # fmt: skip
    assert "no way back to 'a'" in faults(tree)["flows.on.wagon_pools"]


def test_wagons_of_another_gauge_cannot_run() -> None:
    tree = through()
    tree["wagons"]["gondola"]["gauge_mm"] = "1435"
    assert "cannot run" in faults(tree)["flows.f.wagon_pools"]


def test_wagons_are_at_home_where_they_are_loaded_in_proportion_to_need() -> None:
    tree = through()
    tree["flows"]["g"] = {
        **tree["flows"]["f"],
        "origin_node": "d",
        "destination_node": "a",
        "via_ports": "port_c>port_b",
    }
    tree["flows"]["g"]["mt_per_year"] = 0.3
    pool = built(tree).wagon_pools[0]
    assert {home: steps.values for home, steps in pool.homes} == {"a": (67,), "d": (34,)}


def test_more_wagons_from_a_day() -> None:
    tree = through()
    tree["wagons"]["gondola"]["corridor_units"] = {"2024-01-01": 100, "2025-01-01": 150}
    assert built(tree).wagon_pools[0].homes[0][1].values == (100, 150)


def test_gates_on_the_way_origin_first() -> None:
    blueprint = built(through())
    assert blueprint.journeys[0].gates == ("origin.f", "port_b.rail_ferry.export", "port_c.rail_ferry.import")
    gates = {gate.id: gate for gate in blueprint.gates}
    assert gates["origin.f"].start_wagons.at(0) == 10 * 50
    assert gates["origin.f"].release_wagons.at(0) == 5 * 50


def test_without_rail_the_first_gate_is_the_port() -> None:
    tree = ferry_line()
    tree["flows"]["f"] |= {"origin_node": "port_b"}
    blueprint = built(tree)
    assert blueprint.journeys[0].gates[0] == "port_b.rail_ferry.export"
    assert len(blueprint.journeys[0].stages) == 1
    assert blueprint.routes == ()


def test_liquid_is_in_wagons_on_rail_and_in_parcels_without() -> None:
    tree = ferry_line()
    tree["vessels"]["ferry"] |= {"kind": "tanker", "capacity_t": 12_000}
    tree["flows"]["f"] |= {"cargo": "liquid", "vessel_kind": "tanker"}
    tree["flows"]["pipe"] = {**tree["flows"]["f"], "origin_node": "port_b", "t_per_unit": 100}
    rail, pipe = built(tree).journeys
    assert (rail.unit, rail.wagons_per_unit) == ("wagon", 1)
    assert (pipe.unit, pipe.t_per_unit, pipe.wagons_per_unit) == ("t", 100, 0)


def test_east_is_where_longitude_grows() -> None:
    tree = through()
    tree["flows"]["g"] = {
        **tree["flows"]["f"],
        "origin_node": "d",
        "destination_node": "a",
        "via_ports": "port_c>port_b",
    }
    assert [flow.eastbound for flow in built(tree).flows] == [False, True]


@pytest.mark.parametrize("leaves", [{"capacity_wagons": None, "capacity_trucks": 50}, {"kind": "ro_pax"}, {"count": 0}])
def test_a_flow_without_a_ship_that_carries_its_unit_is_told(leaves: Tree) -> None:
    tree = ferry_line()
    tree["vessels"]["ferry"] |= leaves
    assert "no ship on sea link 'S'" in faults(tree)["flows.f.vessel_kind"]


def test_a_line_too_weak_for_one_wagon_is_told_and_one_for_short_trains_is_not() -> None:
    tree = through()
    tree["segments"]["a-b"]["max_gross_train_t"] = 1000
    built(tree)
    tree["segments"]["a-b"]["max_gross_train_t"] = 80
    assert "a wagon of flow 'f' weighs 84 t" in faults(tree)["segments.a-b.max_gross_train_t"]
