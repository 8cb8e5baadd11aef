"""Railways for tests: stations in a row, all demand in January, and readers for what a run wrote."""

from __future__ import annotations

import datetime as dt
from typing import Any

from corridorsim.engine import simulate
from corridorsim.ledger import MOVEMENT_KINDS, OPEN, Ledger

from .lines import Tree, blueprint_of, changed

DAY = 86_400
HOUR = 3_600
LOADED, EMPTY, LIGHT, VOYAGE = range(len(MOVEMENT_KINDS))
Row = dict[str, float]


def railway(*kilometres: float, days: int = 31, **changes: Any) -> Tree:
    """Stations ``n0`` ... in a row from 1 January 2024, segments ``s0`` ... at 50 km/h with 24 pairs a day; no flow.

    ``changes`` as in ``lines.changed``: dotted paths with ``__`` for the dot.
    """
    last = dt.date(2024, 1, 1) + dt.timedelta(days=days - 1)
    return changed(
        {
            "schema": 1,
            "title": "Stations in a row",
            "horizon": {"start": "2024-01-01", "results_from": "2024-01-01", "end": last.isoformat()},
            "nodes": {f"n{i}": {"kind": "rail_station"} for i in range(len(kilometres) + 1)},
            "segments": {f"s{i}": segment(f"n{i}", f"n{i + 1}", length) for i, length in enumerate(kilometres)},
            # loss 0: running times stay what they are on an empty line, unless a test is about them
            "assumptions": {"single_track_speed_loss": 0, "double_track_speed_loss": 0, "formation_wait_h": 0},
            "profiles": {
                "january": {month: {"factor": 12 if month == 1 else 0} for month in range(1, 13)},
                "flat": {month: {"factor": 1} for month in range(1, 13)},
            },
            "flows": {},
        },
        **changes,
    )


def segment(here: str, there: str, kilometres: float = 100, **changes: Any) -> Tree:
    """A plain segment."""
    plain = {
        "from_node": here, "to_node": there, "length_km": kilometres, "freight_speed_kmh": 50,
        "capacity_pairs_per_day": 24, "tracks": 1,
    }  # fmt: skip
    return plain | changes


def flow(origin: str, destination: str, lots: float, units: int = 1, **changes: Any) -> Tree:
    """``lots`` lots of ``units`` wagons of 60 t, evenly through January (with profile ``flat``, through the year)."""
    plain = {
        "flow_group": "ore", "origin_node": origin, "destination_node": destination, "cargo": "wagon",
        "mt_per_year": lots * units * changes.get("t_per_unit", 60) / 1e6, "lot_units": units, "t_per_unit": 60,
        "wagons_per_unit": 1, "perimeter": "A", "monthly_profile_id": "january", "arrival_law": "fixed",
        "patience_days": 0,
    }  # fmt: skip
    return plain | changes


def diesels(tree: Tree, units: int, *, homes: tuple[str, ...] = ("n0",), **kind: Any) -> Tree:
    """All segments worked by ``units`` diesels of one class that hauls 5,000 t, never fails and is never away."""
    plain = {
        "traction": "diesel", "mass_t": 138, "trailing_mass_limit_t": 5000, "availability": 1, "mtbf_km": 1e9,
        "repair_hours_mean": 0, "service_h": 0,
    }  # fmt: skip
    tree = changed(
        tree,
        territories={"rail": {"operator": "R", "traction": "diesel", "home_nodes": list(homes)}},
        locomotive_classes={"te": plain | kind},
        fleets={"first": {"operator": "R", "class_id": "te", "fleet_units": units, "corridor_units": units}},
    )
    for branch in tree["segments"].values():
        branch["operator"] = "R"
    return tree


def run(tree: Tree, *, seed: int = 1, replication: int = 0, hops: bool = True) -> Ledger:
    """Through the public doors."""
    return simulate(blueprint_of(tree), seed=seed, replication=replication, hops=hops)


def rows(ledger: Ledger, table: str) -> list[Row]:
    """Rows of a table."""
    columns = ledger.tables[table].columns
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def hops(ledger: Ledger) -> list[tuple[str, str, int, int]]:
    """(train, segment, when it asked to enter, when it left) of those that have ended, in the order of entering."""
    assert ledger.hops is not None
    c = ledger.hops.columns
    names = ledger.names
    return [
        (names[int(train)], names[int(place)], int(enter), int(leave))
        for train, place, enter, leave in zip(c["train"], c["segment"], c["enter_s"], c["leave_s"], strict=True)
        if leave != OPEN
    ]


def trains(ledger: Ledger, kind: int = LOADED) -> list[Row]:
    """Movements of one kind."""
    return [row for row in rows(ledger, "movements") if row["kind"] == kind]


def waits(ledger: Ledger, *causes: str) -> list[Row]:
    """Waits for one of these causes."""
    numbers = {ledger.number(cause) for cause in causes}
    return [row for row in rows(ledger, "waits") if row["cause"] in numbers]


def spells(ledger: Ledger, resource: str, state: str, end_s: float = 0) -> list[tuple[float, float]]:
    """(start, end) of the spells of a resource in a state; open ones end at ``end_s``."""
    wanted = (ledger.number(resource), ledger.number(state))
    return [
        (row["start_s"], row["end_s"] if row["end_s"] >= 0 else end_s)
        for row in rows(ledger, "states")
        if (row["resource"], row["state"]) == wanted
    ]


def usage(ledger: Ledger, resource: str) -> list[tuple[float, float]]:
    """(busy, available) by month."""
    number = ledger.number(resource)
    return [(row["busy"], row["available"]) for row in rows(ledger, "usage") if row["resource"] == number]


def stocks(ledger: Ledger, name: str) -> list[float]:
    """Amounts by month end."""
    number = ledger.number(name)
    return [row["amount"] for row in rows(ledger, "stocks") if row["name"] == number]
