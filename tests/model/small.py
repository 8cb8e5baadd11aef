"""Small scenarios as plain trees, to be changed by the tests that use them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from corridorsim.model import Blueprint, build
from corridorsim.scenario import Issues, Scenario

Tree = dict[str, Any]

FLOW: Tree = {
    "flow_group": "g",
    "origin_node": "a",
    "destination_node": "port_c",
    "via_ports": ["port_b", "port_c"],
    "cargo": "wagon",
    "vessel_kind": "rail_ferry",
    "mt_per_year": 0.6,
    "perimeter": "A",
    "monthly_profile_id": "flat",
    "lot_units": 50,
    "t_per_unit": 60,
    "patience_days": 30,
}

FERRY: Tree = {
    "kind": "rail_ferry",
    "count": 1,
    "link": "S",
    "capacity_wagons": 50,
    "load_factor": 1,
    "load_h": 4,
    "unload_h": 4,
    "availability": 0.9,
    "dispatch_rule": "leave_when_full",
    "max_wait_for_load_h": 48,
}

CLASS: Tree = {
    "traction": "diesel",
    "mass_t": 138,
    "trailing_mass_limit_t": 4000,
    "availability": 0.9,
    "mtbf_km": 100000,
    "repair_hours_mean": 24,
    "service_h": 6,
}


def segment(one: str, other: str, km: float, **leaves: Any) -> Tree:
    """A plain line of 12 pairs a day."""
    row = {"from_node": one, "to_node": other, "length_km": km, "freight_speed_kmh": 36, "capacity_pairs_per_day": 12}
    return {**row, "tracks": 1, **leaves}


def ferry_line() -> Tree:
    """a - b by rail, port_b - port_c by one rail ferry, and c behind it."""
    return copy.deepcopy(
        {
            "schema": 1,
            "title": "A line and a ferry",
            "horizon": {"start": "2023-07-01", "results_from": "2024-01-01", "end": "2025-12-31"},
            "nodes": {
                "a": {"kind": "rail_station", "lon": 60},
                "b": {"kind": "rail_terminal"},
                "c": {"kind": "rail_terminal"},
                "d": {"kind": "rail_station", "lon": 40},
                "port_b": {"kind": "sea_port", "linked_node_id": "b"},
                "port_c": {"kind": "sea_port", "linked_node_id": "c", "lon": 50},
            },
            "segments": {"a-b": segment("a", "b", 100), "c-d": segment("c", "d", 50)},
            "sea_links": {"S": {"from_port": "port_b", "to_port": "port_c", "sailing_h": 10}},
            "vessels": {"ferry": FERRY},
            "flows": {"f": FLOW},
        }
    )


def built(tree: Tree) -> Blueprint:
    """The Blueprint of a tree."""
    return build(Scenario.model_validate(tree))


def faults(tree: Tree) -> dict[str, str]:
    """path -> message and hint of everything that is wrong with a tree."""
    with pytest.raises(Issues) as caught:
        built(tree)
    return {issue.path: f"{issue.message}; {issue.hint}" for issue in caught.value.issues}
