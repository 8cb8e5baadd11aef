"""Runs of the shipped scenarios over nine months, each made once for all tests, on common seeds."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from corridorsim.analysis import reduce
from corridorsim.engine import simulate
from corridorsim.ledger import OPEN, Ledger
from corridorsim.model import Blueprint, build
from corridorsim.scenario import read

#: a quarter to fill up, then the first half of 2027, in which most counterfactual dates lie
HORIZON = (
    "horizon.start=2026-10-01",
    "horizon.results_from=2027-01-01",
    "horizon.end=2027-06-30",
    "targets=[]",
)
DAYS = 181


@functools.cache
def blueprint(name: str, layer: str = "") -> Blueprint:
    """A shipped scenario over the short horizon, with a layer on top."""
    return build(read(name, with_layers=(layer,) if layer else (), sets=HORIZON))


@functools.cache
def run(name: str, layer: str = "") -> Result:
    """One replication. Raises where it stalls or its books do not balance."""
    given = blueprint(name, layer)
    ledger = simulate(given, seed=1, replication=0)
    return Result(reduce(given, ledger)["tables"], _closed_days(given, ledger))


def _closed_days(given: Blueprint, ledger: Ledger) -> dict[str, float]:
    """Days that each weather group was closed in the results."""
    since, until = given.calendar.results_from_s, given.calendar.end_s
    states, found = ledger.tables["states"].columns, {f"weather:{group.id}": 0.0 for group in given.weather}
    for resource, start, end in zip(states["resource"], states["start_s"], states["end_s"], strict=True):
        name = ledger.names[int(resource)]
        if name in found:
            found[name] += max(0.0, (until if end == OPEN else min(end, until)) - max(start, since)) / 86400
    return {name.removeprefix("weather:"): days for name, days in found.items()}


class Result:
    """Figures of one run; places and causes by their names."""

    def __init__(self, tables: Mapping[str, Mapping[str, list[Any]]], closed_days: Mapping[str, float]) -> None:
        self._tables = tables
        self.closed_days = closed_days  #: by weather group

    def _sum(self, table: str, column: str, wanted: Callable[[Mapping[str, Any]], bool]) -> float:
        columns = self._tables[table]
        rows = (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
        return float(sum(row[column] for row in rows if wanted(row)))

    def waited(self, *causes: str, at: str | tuple[str, ...] = (), cargo: bool = False) -> float:
        """Days of trains, cargo and ships; tonne-days with ``cargo``."""
        places = (at,) if isinstance(at, str) else at
        return self._sum(
            "waiting",
            "tonne_days" if cargo else "days",
            lambda row: row["cause"] in causes and (not places or row["place"] in places),
        )

    def refused(self, gate: str = "") -> float:
        """Tonnes."""
        return self._sum("refused", "tonnes", lambda row: row["gate"].startswith(gate))

    def shipped(self, terminal: str) -> float:
        """Tonnes that left a terminal by ship."""
        return self._sum("trains", "net_t", lambda row: row["kind"] == "voyage" and row["from_place"] == terminal)

    def voyages(self, terminal: str) -> float:
        """Ships that left it, with cargo or empty."""
        return self._sum("trains", "trains", lambda row: row["kind"] == "voyage" and row["from_place"] == terminal)

    def busy(self, resource: str) -> float:
        """Resource-seconds, or slots of a segment."""
        return self._sum("utilisation", "busy", lambda row: row["resource"] == resource)

    def in_service(self, resource: str) -> float:
        """Mean number in service (for segments: slots)."""
        whole = self._sum("utilisation", "available", lambda row: row["resource"] == resource)
        return whole if resource.startswith("segment:") else whole / (DAYS * 86400)

    def flow(self, name: str, column: str = "delivered_t") -> float:
        """Tonnes of a flow."""
        return self._sum("flows", column, lambda row: row["flow"] == name)

    def total(self, column: str, perimeter: str = "C") -> float:
        """Mt, TEU or trains on a perimeter."""
        return self._sum("years", column, lambda row: row["perimeter"] == perimeter)
