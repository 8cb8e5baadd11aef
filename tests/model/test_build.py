"""The door: horizon, targets, borders, all faults at once with their places, and the content hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.model import build, fingerprint
from corridorsim.scenario import Issues, read

from .small import built, faults, ferry_line

SHIPPED = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


def test_days_of_the_horizon_in_order() -> None:
    tree = ferry_line()
    tree["horizon"]["results_from"] = "2023-01-01"
    assert "before the start" in faults(tree)["horizon.results_from"]
    tree["horizon"]["end"] = "2022-12-31"
    assert "before it starts" in faults(tree)["horizon.end"]


def test_a_target_needs_a_year_with_results() -> None:
    tree = ferry_line()
    target = {"name": "t", "measure": "delivered_mt", "perimeter": "A", "at_least": 1}
    tree["targets"] = [{**target, "year": 2025}, {**target, "year": 2027}]
    assert list(faults(tree)) == ["targets.1.year"]


def test_borders_lie_on_a_segment_and_once_each_way() -> None:
    tree = ferry_line()
    row = {"node_from": "a", "node_to": "b", "dwell_h": {"value": 6, "low": 3, "high": 12}}
    tree["borders"] = {"x": row, "note": {**row, "informational": True}}
    (border,) = built(tree).borders
    assert (border.id, border.dwell.name, border.dwell.parameters) == ("x", "triangular", (10800, 21600, 43200))
    tree["borders"] |= {"again": row, "off": {**row, "node_to": "c"}}
    found = faults(tree)
    assert "a second border" in found["borders.again"]
    assert "no segment joins 'a' and 'c'" in found["borders.off.node_to"]


def test_all_faults_of_a_file_come_at_once_with_their_places(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(
        """\
schema: 1
title: Three faults
horizon: {start: 2024-01-01, results_from: 2024-01-01, end: 2024-12-31}
nodes:
  a: {kind: rail_station}
  b: {kind: rail_station}
segments:
  a-b: {from_node: a, to_node: b, length_km: 10, freight_speed_kmh: 50, capacity_pairs_per_day: 0, tracks: 1}
profiles: {flat: {1: {factor: 1}}}
flows:
  f: {flow_group: g, origin_node: a, destination_node: b, cargo: wagon, mt_per_year: 1, perimeter: A,
      monthly_profile_id: flat, lot_units: 50, t_per_unit: 0, patience_days: 1}
"""
    )
    with pytest.raises(Issues) as caught:
        build(read(file))
    places = {issue.path: (issue.line, Path(issue.file).name) for issue in caught.value.issues}
    assert places == {
        "profiles.flat": (9, "broken.yaml"),
        "flows.f.destination_node": (11, "broken.yaml"),
        "flows.f.t_per_unit": (12, "broken.yaml"),
    }


def test_the_hash_is_of_what_the_engine_sees() -> None:
    one = fingerprint(built(ferry_line()))
    tree = ferry_line()
    tree["title"], tree["purpose"] = "Another title", "and a purpose"
    tree["segments"]["a-b"] |= {
        "note": "a note",
        "length_km": {"value": 100, "low": 90, "high": 110, "confidence": "E"},
    }
    tree["nodes"]["a"]["name"] = "A"
    assert fingerprint(built(tree)) == one
    tree["segments"]["a-b"]["length_km"] = 100.5
    assert fingerprint(built(tree)) != one


def test_every_part_counts_in_the_hash() -> None:
    seen = {fingerprint(built(ferry_line()))}
    for section, row, leaf, value in (
        ("vessels", "ferry", "load_factor", 0.9),
        ("flows", "f", "patience_days", 31),
        ("flows", "f", "perimeter", "B"),
        ("sea_links", "S", "sailing_h", 11),
    ):
        tree = ferry_line()
        tree[section][row][leaf] = value
        seen.add(fingerprint(built(tree)))
    assert len(seen) == 5


# --- the shipped corridor ---------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SHIPPED.exists(), reason="the shipped corridor is not there yet")
def test_path_lengths_of_the_shipped_corridor() -> None:
    """Lengths in km in 2024 as the README of the data states them."""
    blueprint = build(read(SHIPPED))
    by_option: dict[tuple[str, str], dict[str, float]] = {}
    for route in blueprint.routes:
        lengths = {path.option: round(path.length_m / 1000, 1) for path in route.epochs[0][1]}
        by_option.setdefault((route.origin, route.destination), {}).update(lengths)
    assert by_option["altynkol", "aktau_port"] == {"zhezkazgan": 3308.5, "kyzylorda": 3135.6}
    assert min(by_option["alat", "poti"].values()) == 774.2
    assert min(by_option["alat", "batumi"].values()) == 809.8


@pytest.mark.skipif(not SHIPPED.exists(), reason="the shipped corridor is not there yet")
def test_path_lengths_where_no_shipped_flow_goes() -> None:
    loaded = read(
        SHIPPED,
        sets=[
            "flows.kz_metals_w.origin_node=altynkol",
            "flows.kz_metals_w.route_option=either",
            "flows.kz_metals_w.destination_node=marabda",
        ],
    )
    blueprint = build(loaded)
    journey = next(journey for journey in blueprint.journeys if journey.id == "kz_metals_w")
    first = journey.stages[0]
    paths = blueprint.routes[first.route].epochs[0][1]  # type: ignore[union-attr]
    assert {path.option: round(path.length_m / 1000, 1) for path in paths} == {
        "zhezkazgan": 3381.3,
        "kyzylorda": 3208.4,
    }
    turkey = next(journey for journey in blueprint.journeys if journey.id == "ct_cn_tr")
    rails = [stage for stage in turkey.stages if hasattr(stage, "route")][1:]
    km = [blueprint.routes[stage.route].epochs[-1][1][0].length_m / 1000 for stage in rails]
    assert round(sum(km), 1) == 734.3
