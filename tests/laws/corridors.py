"""Random small corridors as scenario files, and their runs through the public door."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import corridorsim
from corridorsim.analysis.view import View

Tree = dict[str, Any]

LONG = bool(os.environ.get("CORRIDORSIM_LONG"))


def tried(quick: int, long: int) -> settings:
    """So many corridors, always the same ones."""
    # the corridor that fails is small enough as it is: making it smaller takes hundreds of runs
    phases = (Phase.explicit, Phase.generate)
    count = long if LONG else quick
    slow = (HealthCheck.too_slow,)  # of a busy machine
    return settings(
        max_examples=count, deadline=None, derandomize=True, database=None, phases=phases, suppress_health_check=slow
    )


_whole = st.integers


def _spread(least: int, most: int) -> st.SearchStrategy[Any]:
    """A duration of some hours, by one law or another."""
    hours = _whole(least, most)
    return st.one_of(
        hours,
        hours.map(lambda h: {"distribution": "exponential", "mean_h": h}),
        hours.map(lambda h: {"distribution": "erlang", "mean_h": h, "shape": 3}),
        hours.map(lambda h: {"distribution": "gamma", "mean_h": h, "cv": 1.5}),
        hours.map(lambda h: {"value": h, "low": h / 2, "high": 2 * h}),
    )


@st.composite
def corridors(draw: st.DrawFn) -> Tree:
    """A line of one to three segments with a post at a border, then maybe a ferry or a dry cargo ship and storms; maybe
    locomotives that fail, maybe wagons; one or two flows that ask for a little or far too much; 61 days."""
    lengths = draw(st.lists(_whole(20, 300), min_size=1, max_size=3))
    names = [f"n{i}" for i in range(len(lengths) + 1)]
    tree: Tree = {
        "schema": 1,
        "title": "Some corridor",
        "horizon": {"start": "2024-01-01", "results_from": "2024-01-01", "end": "2024-03-01"},
        "nodes": {name: {"kind": "rail_station"} for name in names},
        "segments": {},
        "profiles": {"even": {month: {"factor": 1} for month in range(1, 13)}},
        "borders": {
            "post": {
                "node_from": names[-2], "node_to": names[-1], "dwell_h": draw(_spread(1, 8)),
                "servers": draw(_whole(1, 3)),
            },
        },
        "flows": {},
    }  # fmt: skip
    for i, km in enumerate(lengths):
        tree["segments"][f"s{i}"] = {
            "from_node": names[i], "to_node": names[i + 1], "length_km": km, "freight_speed_kmh": draw(_whole(20, 60)),
            "capacity_pairs_per_day": draw(_whole(2, 24)), "tracks": draw(_whole(1, 2)),
            "background_trains_per_day": draw(_whole(0, 3)),
        }  # fmt: skip
        if draw(st.booleans()):
            tree["segments"][f"s{i}"]["max_gross_train_t"] = draw(_whole(900, 4000))
    if draw(st.booleans()):
        _add_locomotives(draw, tree, names)
    ferry = draw(st.booleans())
    if ferry:
        _add_ferry(draw, tree, names[-1])
    wagons = draw(st.booleans())
    if wagons:
        tree["wagons"] = {"gondola": {"kind": "gondola", "corridor_units": draw(_whole(20, 400)), "tare_t": 24}}
    for number in range(draw(_whole(1, 2))):
        flow: Tree = {
            "flow_group": "g", "origin_node": names[0], "destination_node": names[-1], "cargo": "wagon",
            "mt_per_year": draw(_whole(1, 40)) / 10, "lot_units": draw(_whole(5, 45)), "t_per_unit": 60,
            "wagons_per_unit": 1, "perimeter": "A", "monthly_profile_id": "even", "patience_days": draw(_whole(0, 5)),
            "arrival_law": draw(st.sampled_from(["interval", "poisson", "fixed"])),
        }  # fmt: skip
        if number and not ferry:
            flow |= {"origin_node": names[-1], "destination_node": names[0]}
        elif ferry:
            flow |= {
                "destination_node": "port_west", "via_ports": ["port_east", "port_west"], "vessel_kind": "rail_ferry",
            }  # fmt: skip
        if wagons:
            flow["wagon_pools"] = ["gondola"]
        tree["flows"][f"flow{number}"] = flow
    return tree


def _add_locomotives(draw: st.DrawFn, tree: Tree, names: list[str]) -> None:
    tree["territories"] = {
        "line": {"operator": "R", "traction": "diesel", "workshop": "shed", "home_nodes": draw(st.permutations(names))},
    }
    tree["workshops"] = {"shed": {"bays": 1}}
    tree["locomotive_classes"] = {
        "engine": {
            "traction": "diesel", "mass_t": 138, "trailing_mass_limit_t": draw(_whole(1500, 5000)), "availability": 0.9,
            "mtbf_km": draw(st.sampled_from([3000, 20000, 1000000])), "repair_hours_mean": draw(_whole(1, 60)),
            "service_h": 2,
        },
    }  # fmt: skip
    units = draw(_whole(3, 8))
    tree["fleets"] = {
        "all": {"operator": "R", "class_id": "engine", "fleet_units": units, "corridor_units": units},
    }
    for row in tree["segments"].values():
        row["operator"] = "R"


def _add_ferry(draw: st.DrawFn, tree: Tree, station: str) -> None:
    tree["nodes"] |= {
        "port_east": {"kind": "sea_port", "linked_node_id": station}, "port_west": {"kind": "sea_port"},
    }  # fmt: skip
    tree["sea_links"] = {"sea": {"from_port": "port_east", "to_port": "port_west", "sailing_h": draw(_spread(6, 30))}}
    rule = draw(st.sampled_from(["leave_when_full", "fixed_rotation", "timetable"]))
    tree["vessels"] = {
        "ferry": {
            "kind": "rail_ferry", "count": draw(_whole(1, 4)), "link": "sea", "capacity_wagons": draw(_whole(10, 54)),
            "load_factor": draw(_whole(5, 10)) / 10, "load_h": draw(_spread(1, 12)), "unload_h": draw(_spread(1, 12)),
            "availability": draw(st.sampled_from([1, 0.8])), "dispatch_rule": rule,
            "max_wait_for_load_h": draw(_whole(0, 72)),
        } | ({"sails_every_h": draw(_whole(6, 48))} if rule == "timetable" else {}),
    }  # fmt: skip
    berth: Tree = {"berths": draw(_whole(1, 2)), "storage_wagons": draw(_whole(100, 400))}
    if draw(st.booleans()):
        berth |= {"other_ships_per_day": draw(_whole(1, 2)), "other_ship_h": draw(_spread(1, 10))}
    tree["ports"] = {"port_east": {"rail_ferry": berth}, "port_west": {"rail_ferry": {"berths": 1}}}
    if draw(st.booleans()):
        month = {"closure_share": draw(_whole(1, 40)) / 100, "mean_spell_days": draw(_whole(1, 4)) / 2}
        tree["weather"] = {"coast": {number: dict(month) for number in range(1, 13)}}
        tree["nodes"]["port_east"]["weather_group"] = "coast"
        berth["weather_stops_work"] = draw(st.booleans())


def loaded(tree: Tree) -> corridorsim.Scenario:
    """Read from a file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "corridor.yaml"
        with file.open("w", encoding="utf-8") as stream:
            YAML().dump(tree, stream)
        return corridorsim.load(file)


def view_of(tree: Tree) -> View:
    """All that one run wrote; runs of equal corridors are made once."""
    return _view(json.dumps(tree))


@lru_cache(maxsize=256)
def _view(text: str) -> View:
    tree = json.loads(text, object_hook=lambda branch: {int(k) if k.isdigit() else k: v for k, v in branch.items()})
    return loaded(tree).replay(0).view


def delivered_t(tree: Tree) -> float:
    """Tonnes that arrived."""
    return float(view_of(tree).table("deliveries")["tonnes"].sum())
