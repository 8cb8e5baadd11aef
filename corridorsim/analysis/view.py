"""One run's ledger as numpy columns, with the numbers of names turned into flows, months and years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..ledger import OPEN, Ledger
from ..model.blueprint import Blueprint

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]
Columns: TypeAlias = dict[str, npt.NDArray[Any]]
#: a table on its way out of the worker: column -> values that JSON can hold
Rows: TypeAlias = dict[str, list[Any]]

PERIMETERS = ("A", "B", "C")
#: perimeter -> the smallest perimeters whose flows it holds; flows marked N are in none
HOLDS = {"A": ("A",), "B": ("A", "B"), "C": ("A", "B", "C")}
DAY_S = 86400.0


def _full_width(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column as an array of its own, whole numbers of 8 bytes: sums and products of short ones would overflow."""
    return np.ascontiguousarray(column, dtype=np.int64 if column.dtype.kind == "i" else np.float64)


class View:
    """Columns of a ledger and the calendar of its Blueprint."""

    def __init__(self, blueprint: Blueprint, ledger: Ledger) -> None:
        self.blueprint = blueprint
        self.ledger = ledger
        self._tables: dict[str, Columns] = {}
        self.names = ledger.names
        calendar = blueprint.calendar
        self.starts = np.asarray(calendar.month_starts_s, dtype=np.int64)
        self.month_names = calendar.month_names
        self.year_of_month = np.asarray([int(name[:4]) for name in calendar.month_names], dtype=np.int64)
        self.end_s = calendar.end_s
        #: months that count as results; the ones before are warm-up
        self.months = [m for m in range(len(self.month_names)) if self.starts[m] >= calendar.results_from_s]
        self.years = sorted({int(self.year_of_month[m]) for m in self.months})
        index = {flow.id: number for number, flow in enumerate(blueprint.flows)}
        #: number of a name -> index of the flow of that id, -1 for other names (the last entry serves OPEN)
        self.flow_index = np.asarray([index.get(name, -1) for name in self.names] + [-1], dtype=np.int64)

    def table(self, name: str) -> Columns:
        """A table's columns as arrays of their own; the ledger stays free to grow."""
        if name not in self._tables:
            ledger = self.ledger
            extra = {"legs": ledger.legs, "hops": ledger.hops, "blocks": ledger.blocks, "spells": ledger.spells}
            extra["queues"] = ledger.queues
            table = extra[name] if name in extra else ledger.tables[name]
            if table is None:
                raise LookupError(f"this run was not asked to write '{name}'")
            packed = np.frombuffer(bytes(table.data), dtype=table.structure)
            self._tables[name] = {column: _full_width(packed[column]) for column, _ in table.structure}
        return self._tables[name]

    def month(self, time_s: Whole) -> Whole:
        """Index of the month that holds a time; times after the end belong to the last."""
        found = np.searchsorted(self.starts, time_s, side="right") - 1
        return np.clip(found, 0, len(self.month_names) - 1).astype(np.int64)

    def months_of(self, year: int) -> list[int]:
        """The months of a year that count as results."""
        return [m for m in self.months if self.year_of_month[m] == year]

    def in_perimeter(self, perimeter: str) -> npt.NDArray[np.bool_]:
        """Which flows a perimeter holds."""
        return np.asarray([flow.perimeter in HOLDS[perimeter] for flow in self.blueprint.flows], dtype=bool)

    def by_month_and_flow(self, time_s: Whole, flow: Whole, amount: Floats) -> Floats:
        """Sums of ``amount`` as a matrix months x flows; rows with a time of OPEN are left out."""
        sums = np.zeros((len(self.month_names), len(self.blueprint.flows)))
        index = self.flow_index[flow]
        known = (time_s != OPEN) & (index >= 0)
        np.add.at(sums, (self.month(time_s[known]), index[known]), amount[known])
        return sums

    def clipped_days(self, start_s: Whole, end_s: Whole, year: int) -> Floats:
        """Days of each spell that fall in the results of a year; what is OPEN lasts to the end of the run."""
        months = self.months_of(year)
        since, until = int(self.starts[months[0]]), int(self.starts[months[-1] + 1])
        ends = np.where(end_s == OPEN, self.end_s, np.minimum(end_s, self.end_s))
        days: Floats = np.clip(np.minimum(ends, until) - np.maximum(start_s, since), 0, None) / DAY_S
        return days

    def name(self, number: int) -> str:
        """The name of a number, "" for OPEN."""
        return "" if number == OPEN else self.names[number]


def grouped(keys: Sequence[Whole], *amounts: Floats) -> tuple[list[tuple[int, ...]], list[Floats]]:
    """Sum ``amounts`` over equal rows of ``keys``; gives the distinct keys, in order, and the sums."""
    if not len(keys[0]):
        return [], [np.zeros(0) for _ in amounts]
    # the columns of a key as one number, which sorts several times faster than rows do
    least = [int(key.min()) for key in keys]
    spans = [int(key.max()) - low + 1 for key, low in zip(keys, least, strict=True)]
    whole = np.zeros(len(keys[0]), dtype=np.int64)
    for key, low, span in zip(keys, least, spans, strict=True):
        whole = whole * span + (key - low)
    distinct, inverse = np.unique(whole, return_inverse=True)
    columns: list[list[int]] = []
    for low, span in zip(reversed(least), reversed(spans), strict=True):
        distinct, rest = np.divmod(distinct, span)
        columns.append((rest + low).tolist())
    sums: list[Floats] = [
        np.bincount(inverse, weights=amount, minlength=len(columns[0])).astype(np.float64) for amount in amounts
    ]
    return list(zip(*reversed(columns), strict=True)), sums


def rows(columns: Sequence[str], found: Sequence[Sequence[Any]]) -> Rows:
    """A list of rows as columns."""
    return {column: [row[place] for row in found] for place, column in enumerate(columns)}
