"""The shipped data: no row lost, every number with its origin, and the totals that the tables promise."""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from corridorsim.model import build, fingerprint
from corridorsim.scenario import Dated, Loaded, Quantity, Scenario, Spread, find, shipped_names
from corridorsim.scenario import read as read_anew


@functools.cache
def read(name: str) -> Loaded:
    """A shipped scenario, read once for all tests."""
    return read_anew(name)


SCENARIOS = [name for name in shipped_names() if "/" not in name]  # the rest are layers

#: file -> (rows of the data set it was made from, rows added, of which the notes say why)
ROWS = {
    "sources.csv": (236, 2),  # for energy
    "nodes.csv": (80, 1),  # Turkestan
    "rail_segments.csv": (66, 1),  # Arys-Kyzylorda in two parts
    "sea_links.csv": (13, 0),
    "capacity_changes.csv": (54, 14),  # stack of Aktau 6, level of the sea 4, platforms 4
    "dry_ports.csv": (3, 0),
    "dry_port_dwell.csv": (10, 0),
    "borders.csv": (16, 0),
    "sea_ports.csv": (19, 0),
    "vessels.csv": (9, 9),  # other routes 4, Batumi 1, classes of deliveries 4
    "vessel_deliveries.csv": (8, 1),  # Shahdag taken off
    "weather.csv": (36, 0),
    "locomotive_classes.csv": (13, 0),
    "locomotive_fleets.csv": (12, 0),
    "locomotive_deliveries.csv": (44, 0),
    "wagons.csv": (9, 0),
    "flows_2024.csv": (28, 0),
    "demand_growth.csv": (108, 0),
    "events.csv": (4, 1),  # BTK not yet open
    "seasonality.csv": (72, 0),
    "calibration_targets.csv": (108, 0),
    "calibration_measures.csv": (0, 56),
    "declared_targets.csv": (28, 0),
    "territories.csv": (0, 9),
    "workshops.csv": (0, 5),
    "locomotive_contracts.csv": (0, 12),
    "projects.csv": (0, 55),
    "energy_carriers.csv": (0, 4),
    "energy_supplies.csv": (0, 11),
    "energy_ships.csv": (0, 18),
    "energy_unassigned.csv": (0, 3),
}


@pytest.fixture(scope="module")
def folder() -> Path:
    baseline = find("baseline")
    assert baseline is not None
    return baseline.parent / "middle_corridor"


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return read("baseline")


@pytest.fixture(scope="module")
def scenario(loaded: Loaded) -> Scenario:
    return loaded.scenario


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Number = Quantity | Spread
Evidence = tuple[tuple[str, ...], str | None]


def numbers(node: Any, path: str = "", evidence: Evidence = ((), None)) -> Iterator[tuple[str, Number, Evidence]]:
    """Every number below a node with its path and the evidence of the row it stands in."""
    if isinstance(node, BaseModel):
        if hasattr(node, "source_ids"):
            evidence = (node.source_ids, getattr(node, "confidence", None))
        for name in type(node).model_fields:
            yield from numbers(getattr(node, name), f"{path}.{name}", evidence)
    elif isinstance(node, dict):
        for key, child in node.items():
            yield from numbers(child, f"{path}.{key}", evidence)
    elif isinstance(node, Dated):
        for day, quantity in node.steps:
            yield f"{path}.{day}", quantity, evidence
    elif isinstance(node, Quantity | Spread):
        yield path, node, evidence


def test_no_row_is_lost_and_every_added_row_is_known(folder: Path) -> None:
    found = {path.name: len(rows_of(path)) for path in folder.glob("*.csv")}
    assert found == {name: original + added for name, (original, added) in ROWS.items()}


def test_every_table_is_read(scenario: Scenario) -> None:
    read_rows = {
        "nodes.csv": len(scenario.nodes),
        "rail_segments.csv": len(scenario.segments),
        "sea_ports.csv": sum(map(len, scenario.ports.values())),
        "dry_port_dwell.csv": sum(
            len(classes) for port in scenario.dry_ports.values() for classes in port.dwell.values()
        ),
        "weather.csv": sum(map(len, scenario.weather.values())),
        "vessels.csv": len(scenario.vessels),
        "locomotive_contracts.csv": len(scenario.locomotives),
        "locomotive_deliveries.csv": sum(len(contract.deliveries) for contract in scenario.locomotives.values()),
        "flows_2024.csv": len(scenario.flows),
        "demand_growth.csv": sum(len(years) for groups in scenario.growth.values() for years in groups.values()),
        "seasonality.csv": sum(map(len, scenario.profiles.values())),
        "capacity_changes.csv": len(scenario.changes),
        "projects.csv": len(scenario.projects),
        "sources.csv": len(scenario.sources),
    }
    assert read_rows == {name: sum(ROWS[name]) for name in read_rows}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_number_has_a_source_or_a_confidence(name: str) -> None:
    """A project's row has neither where it has no number."""
    bare = [
        path
        for path, number, (sources, confidence) in numbers(read(name).scenario)
        if not (number.source_ids or number.confidence or sources or confidence)
    ]
    assert bare == []


def test_no_source_is_unknown(folder: Path, scenario: Scenario) -> None:
    known = set(scenario.sources)
    used = {
        (path.name, source)
        for path in folder.glob("*.csv")
        for row in rows_of(path)
        for source in row.get("source_ids", "").split(";")
        if source
    }
    for name in SCENARIOS:
        there = read(name).scenario
        used |= {(name, source) for source in there.source_ids}
        used |= {(path, source) for path, number, (row, _) in numbers(there) for source in (*number.source_ids, *row)}
    assert sorted(item for item in used if item[1] not in known) == []


def test_rows_for_the_reader_say_why(folder: Path) -> None:
    silent = [
        (path.name, row)
        for path in folder.glob("*.csv")
        for row in rows_of(path)
        if row.get("informational") == "true" and not row["note"].strip()
    ]
    assert silent == []


def test_estimates_say_how_they_were_made(folder: Path) -> None:
    silent = [
        (path.name, next(iter(row.values())))
        for path in folder.glob("*.csv")
        for row in rows_of(path)
        if row.get("confidence") == "E" and path.name not in ("sources.csv", "nodes.csv") and not row["note"].strip()
    ]
    assert silent == []


def offered(scenario: Scenario, year: int) -> dict[str, float]:
    """Mt offered in a year on each perimeter, growth included."""
    totals = dict.fromkeys("ABC", 0.0)
    growth = scenario.growth[scenario.demand.growth or "flat"]
    for flow in scenario.flows.values():
        multiplier = growth[flow.flow_group][year].value if year > 2024 and flow.perimeter != "N" else 1.0
        for perimeter in "ABC":
            if flow.perimeter <= perimeter:
                totals[perimeter] += flow.mt_per_year.value * multiplier
    return totals


def test_flows_of_2024_make_the_three_published_totals(scenario: Scenario) -> None:
    totals = offered(scenario, 2024)
    assert totals == pytest.approx({"A": 1.85, "B": 3.30, "C": 4.484}, abs=1e-9)


def test_official_demand_is_ten_million_tonnes_in_2027(scenario: Scenario) -> None:
    assert scenario.demand.growth == "official10"
    assert offered(scenario, 2025)["C"] == pytest.approx(5.2, abs=0.001)
    assert offered(scenario, 2026)["C"] == pytest.approx(5.2, abs=0.001)
    assert offered(scenario, 2027)["C"] == pytest.approx(10.0, abs=0.001)


def test_boxes_and_tonnes_agree(scenario: Scenario) -> None:
    boxes = {name: flow for name, flow in scenario.flows.items() if flow.teu_per_year is not None}
    assert len(boxes) == 7
    for name, flow in boxes.items():
        assert flow.teu_per_year is not None
        assert flow.teu_per_year.value * flow.t_per_unit.value == pytest.approx(
            flow.mt_per_year.value * 1e6, rel=0.01
        ), name
    assert sum(flow.teu_per_year.value for flow in boxes.values() if flow.teu_per_year) == pytest.approx(57_370, abs=1)


def test_profiles_have_mean_one(scenario: Scenario) -> None:
    for name, months in scenario.profiles.items():
        assert math.fsum(month.factor.value for month in months.values()) / 12 == pytest.approx(1.0, abs=1e-4), name


def test_everything_dated_belongs_to_a_project(scenario: Scenario) -> None:
    dated = [change.project_id for change in scenario.changes.values()]
    dated += [delivery.project_id for delivery in scenario.vessel_deliveries.values()]
    dated += [contract.project_id or "" for contract in scenario.locomotives.values()]
    assert set(dated) == set(scenario.projects)


def test_a_project_has_one_status(scenario: Scenario) -> None:
    """Otherwise a part of it would be in the baseline and a part not, without a word."""
    statuses: dict[str, set[str]] = {}
    for row in (*scenario.changes.values(), *scenario.vessel_deliveries.values()):
        if not row.informational:
            statuses.setdefault(row.project_id, set()).add(row.status)
    assert {name: found for name, found in statuses.items() if len(found) > 1} == {}


def test_files_from_openstreetmap_carry_their_notice(folder: Path) -> None:
    notice = "OpenStreetMap contributors"
    assert notice in (folder / "LICENSE-ODbL.txt").read_text(encoding="utf-8")
    assert notice in (folder / "README.md").read_text(encoding="utf-8")
    assert notice in (folder / "geo" / "README.md").read_text(encoding="utf-8")


ASKED = [
    "baseline",
    "no_new_locomotives",
    "locomotives_contract",
    "locomotives_300_by_2027",
    "ships_2027",
    "western_track",
    "khorgos_expansion",
    "aktau_hub",
    "borders_digital",
    "georgia_locomotives",
    "lng_and_battery",
    "tripp_opens",
    "shymkent_line",
    "russia_diversion",
    "stormy_winter",
    "sea_level_2027",
    "everything_but_locomotives",
    "everything",
]


def test_every_promised_scenario_is_there() -> None:
    assert sorted(set(ASKED) - set(SCENARIOS)) == []


def test_every_scenario_reaches_the_model() -> None:
    """What a scenario sets changes what the engine sees, and no two scenarios are the same."""
    prints = {name: fingerprint(build(read(name))) for name in SCENARIOS}
    assert len(set(prints.values())) == len(SCENARIOS)


def own_estimates(path: Path) -> bool:
    return "confidence: E" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_with_assumed_numbers_says_so_in_its_title(name: str) -> None:
    path = find(name)
    assert path is not None
    loaded = read(name)
    assert loaded.scenario.purpose
    assert loaded.scenario.source_ids
    if own_estimates(path) and name != "stormy_winter":  # its numbers are the high end of the tables' own ranges
        title = loaded.scenario.title
        assert any(word in title for word in ("counterfactual", "assumed", "claimed")), title


def test_the_baseline_names_its_demand_first() -> None:
    path = find("baseline")
    assert path is not None
    assert "official10" in "".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:3])


@pytest.mark.parametrize("layer", ["flat", "growth20", "official10", "saturating"])
def test_demand_crosses_with_any_supply(layer: str) -> None:
    crossed = read_anew("aktau_hub", with_layers=[f"demand/{layer}.yaml"]).scenario
    assert crossed.demand.growth == ("official10" if layer == "saturating" else layer)
    assert crossed.projects["aktau_hub_2"].include == "yes"
    assert isinstance(crossed.demand.factor, Dated) == (layer == "saturating")
