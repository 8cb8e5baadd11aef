"""Small scenarios for tests: what a planner would write, as nested mappings."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint, build
from corridorsim.scenario import read

Tree = dict[str, Any]

_BASE: Tree = {
    "schema": 1,
    "title": "Two nodes and a ferry",
    "horizon": {"start": "2024-01-01", "results_from": "2024-01-01", "end": "2024-12-31"},
    "nodes": {
        "mine": {"kind": "rail_station"},
        "east": {"kind": "rail_station"},
        "port_east": {"kind": "sea_port", "linked_node_id": "east"},
        "port_west": {"kind": "sea_port"},
    },
    "segments": {
        "mine-east": {
            "from_node": "mine", "to_node": "east", "length_km": 100, "freight_speed_kmh": 50,
            "capacity_pairs_per_day": 24, "tracks": 1,
        },
    },
    "sea_links": {"crossing": {"from_port": "port_east", "to_port": "port_west", "sailing_h": 18}},
    "ports": {"port_east": {"rail_ferry": {"berths": 1}}, "port_west": {"rail_ferry": {"berths": 1}}},
    "vessels": {
        "ferry": {
            "kind": "rail_ferry", "count": 1, "capacity_wagons": 40, "link": "crossing", "load_h": 5, "unload_h": 5,
            "load_factor": 1, "availability": 1, "dispatch_rule": "leave_when_full", "max_wait_for_load_h": 48,
        },
    },
    "wagons": {"gondola": {"kind": "gondola", "corridor_units": 400, "tare_t": 24}},
    "profiles": {"flat": {month: {"factor": 1} for month in range(1, 13)}},
    "flows": {
        "ore": {
            "flow_group": "ore", "origin_node": "mine", "destination_node": "port_west",
            "via_ports": ["port_east", "port_west"], "cargo": "wagon", "vessel_kind": "rail_ferry", "mt_per_year": 0.2,
            "lot_units": 40, "t_per_unit": 60, "wagons_per_unit": 1, "wagon_pools": ["gondola"], "perimeter": "A",
            "monthly_profile_id": "flat", "patience_days": 0,
        },
    },
}  # fmt: skip


def two_nodes_and_a_ferry(**changes: Any) -> Tree:
    """A mine, a line, a ferry. ``changes``: dotted paths with ``__`` for the dot, None to take a branch out."""
    return changed(_BASE, **changes)


def changed(tree: Tree, **changes: Any) -> Tree:
    """A copy with some leaves replaced."""
    tree = copy.deepcopy(tree)
    for path, value in changes.items():
        *branch, leaf = path.split("__")
        place = tree
        for key in branch:
            place = place.setdefault(key, {})
        if value is None:
            place.pop(leaf, None)
        else:
            place[leaf] = value
    return tree


def blueprint_of(tree: Tree) -> Blueprint:
    """Through the public doors: written as a file, read, built."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.yaml"
        with file.open("w", encoding="utf-8") as stream:
            YAML().dump(tree, stream)
        return build(read(file))


def delivered_t(ledger: Ledger, flow: str = "ore") -> float:
    """Tonnes delivered of a flow."""
    columns = ledger.tables["deliveries"].columns
    number = ledger.number(flow)
    return sum(t for f, t in zip(columns["flow"], columns["tonnes"], strict=True) if f == number)


def offered_t(ledger: Ledger, flow: str = "ore", *, accepted: bool = False) -> float:
    """Tonnes offered (or accepted) of a flow."""
    columns = ledger.tables["lots"].columns
    number = ledger.number(flow)
    rows = zip(columns["flow"], columns["tonnes"], columns["accepted"], strict=True)
    return sum(t for f, t, taken in rows if f == number and (taken or not accepted))


def waited_days(ledger: Ledger, end_s: int) -> Counter[str]:
    """Tonne-days of waiting by cause."""
    waits = ledger.tables["waits"].columns
    total: Counter[str] = Counter()
    for cause, tonnes, start, end in zip(
        waits["cause"], waits["tonnes"], waits["start_s"], waits["end_s"], strict=True
    ):
        total[ledger.names[int(cause)]] += tonnes * ((end if end >= 0 else end_s) - start) / 86_400  # type: ignore[assignment]
    return total


def movements(ledger: Ledger, kind: int) -> list[dict[str, float]]:
    """Rows of one kind of movement."""
    columns = ledger.tables["movements"].columns
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [row for row in rows if row["kind"] == kind]
