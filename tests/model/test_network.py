"""Routes: by option, as lines open, and on one gauge."""

from __future__ import annotations

from corridorsim.model import Blueprint, DryPortStage, Path, RailStage

from .small import Tree, built, faults, ferry_line, segment


def two_ways(option: str = "either") -> Tree:
    """a - b by x (100 km) or by y (120 km), and by z (60 km) from July 2024."""
    tree = ferry_line()
    tree["nodes"] |= {name: {"kind": "junction"} for name in "xyz"}
    tree["segments"] = {
        "a-x": segment("a", "x", 50),
        "x-b": segment("x", "b", 50),
        "a-y": segment("a", "y", 60),
        "y-b": segment("b", "y", 60),
        "a-z": segment("a", "z", 30, capacity_pairs_per_day={"2024-01-01": 0, "2024-07-01": 10}),
        "z-b": segment("z", "b", 30),
    }
    tree["route_options"] = {"north": {"via_node": "x"}, "south": {"via_node": "y"}}
    tree["flows"]["f"]["route_option"] = option
    return tree


def epochs(blueprint: Blueprint) -> list[list[tuple[str, float]]]:
    return [[(p.option, p.length_m / 1000) for p in paths] for _, paths in blueprint.routes[0].epochs]


def test_either_gives_each_way_that_is_no_great_detour() -> None:
    assert epochs(built(two_ways()))[0] == [("north", 100), ("south", 120)]


def test_when_a_line_opens_the_shortest_way_is_always_there() -> None:
    blueprint = built(two_ways())
    assert epochs(blueprint)[1] == [("", 60)]  # 100 and 120 km are more than 1.3 times 60
    assert blueprint.routes[0].epochs[1][0] == 366 * 86400


def test_the_detour_limit_is_an_assumption() -> None:
    tree = two_ways()
    tree["assumptions"] = {"detour_limit": 1.1}
    assert epochs(built(tree))[0] == [("north", 100)]


def test_a_named_option_is_the_only_way() -> None:
    assert epochs(built(two_ways("south"))) == [[("south", 120)]]


def test_no_option_is_the_shortest_way() -> None:
    assert epochs(built(two_ways(""))) == [[("", 100)], [("", 60)]]


def test_paths_hop_from_node_to_node_whichever_way_segments_are_written() -> None:
    path: Path = built(two_ways("south")).routes[0].epochs[0][1][0]
    assert path.nodes == ("a", "y", "b")
    assert path.segments == ("a-y", "y-b")


def test_an_option_that_leads_back_over_itself_is_not_taken() -> None:
    tree = two_ways("dead_end")
    tree["nodes"]["e"] = {"kind": "junction"}
    tree["segments"]["x-e"] = segment("x", "e", 1)
    tree["route_options"]["dead_end"] = {"via_node": "e"}
    assert epochs(built(tree))[0] == [("", 100)]


def test_a_line_that_opens_later_is_a_route_from_then_on() -> None:
    tree = ferry_line()
    tree["segments"]["a-b"]["capacity_pairs_per_day"] = {"2024-01-01": 0, "2024-07-01": 10}
    assert [len(paths) for _, paths in built(tree).routes[0].epochs] == [0, 1]


def test_a_destination_that_is_never_reached_is_told() -> None:
    tree = ferry_line()
    tree["segments"]["a-b"]["capacity_pairs_per_day"] = 0
    assert "never be reached" in faults(tree)["flows.f.destination_node"]


# --- gauges -----------------------------------------------------------------------------------------------------------


def gauges(*, named: bool = True) -> Tree:
    """a - m on 1435 mm, m - b on 1520 mm, and a dry port at m."""
    tree = ferry_line()
    tree["nodes"]["m"] = {"kind": "dry_port", "gauge_mm": "both"}
    tree["segments"] = {"a-m": segment("a", "m", 50, gauge_mm="1435"), "m-b": segment("m", "b", 50)}
    tree["dry_ports"] = {
        "gate": {"node_id": "m", "gauge_from_mm": "1435", "gauge_to_mm": "1520", "transload_hours_per_train": 2}
    }
    tree["flows"]["f"]["dry_ports"] = ["gate"] if named else []
    return tree


def test_the_way_is_cut_at_the_dry_port() -> None:
    first, change, second, _ = built(gauges()).journeys[0].stages
    assert isinstance(first, RailStage)
    assert isinstance(second, RailStage)
    assert (first.gauge_mm, first.destination) == ("1435", "m")
    assert (second.gauge_mm, second.origin) == ("1520", "m")
    assert change == DryPortStage("gate", "inbound", "ordinary")


def test_the_other_way_round_it_is_outbound() -> None:
    tree = gauges()
    tree["flows"]["f"] |= {"origin_node": "b", "destination_node": "a", "via_ports": [], "vessel_kind": None}
    assert built(tree).journeys[0].stages[1] == DryPortStage("gate", "outbound", "ordinary")


def test_a_dry_port_at_the_ends_comes_first_or_last() -> None:
    tree = gauges()
    tree["flows"]["f"] |= {"origin_node": "m"}
    stages = built(tree).journeys[0].stages
    assert stages[0] == DryPortStage("gate", "inbound", "ordinary")
    tree["flows"]["f"] |= {"origin_node": "b", "destination_node": "m", "via_ports": [], "vessel_kind": None}
    stages = built(tree).journeys[0].stages
    assert stages[-1] == DryPortStage("gate", "outbound", "ordinary")


def test_a_gauge_break_without_a_dry_port_is_told_with_what_could_be_named() -> None:
    told = faults(gauges(named=False))["flows.f.dry_ports"]
    assert "gauge breaks" in told
    assert "gate" in told


def test_a_dry_port_off_the_way_is_told() -> None:
    tree = gauges()
    tree["dry_ports"]["gate"]["node_id"] = "d"
    assert "not on the way" in faults(tree)["flows.f.dry_ports"]


def test_a_service_class_without_a_dwell_of_its_own_dwells_like_the_other() -> None:
    tree = gauges()
    tree["dry_ports"]["gate"]["dwell"] = {"inbound": {"ordinary": {"dwell_h": 12}}}
    dwell = {(d, s): law.parameters for d, s, law in built(tree).dry_ports[0].dwell}
    assert dwell["inbound", "express"] == dwell["inbound", "ordinary"] == (12 * 3600,)
    assert dwell["outbound", "express"] == (0,)
