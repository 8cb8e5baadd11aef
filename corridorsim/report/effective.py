"""The effective scenario for a reader: every value in force, what is known of it, and the place that set it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from .. import model, scenario
from ..analysis.cells import as_written
from .files import as_csv
from .text import cut, table

HEADER = ("path", "value", "low", "high", "unit", "source_ids", "confidence", "set_by")


def effective_rows(loaded: scenario.Loaded) -> list[list[Any]]:
    """Rows under ``HEADER``; numbers in the unit of their field, empty cells as ""."""
    return [
        [
            leaf.path, leaf.value, "" if leaf.low is None else leaf.low, "" if leaf.high is None else leaf.high,
            leaf.unit, ";".join(leaf.source_ids), leaf.confidence or "", leaf.where,
        ]
        for leaf in scenario.effective(loaded)
    ]  # fmt: skip


def effective_csv(loaded: scenario.Loaded) -> str:
    """As CSV."""
    return as_csv(HEADER, effective_rows(loaded))


def from_csv(text: str) -> list[list[str]]:
    """The rows that ``effective_csv`` wrote, as text."""
    return [[as_written(cell) for cell in row] for row in csv.reader(io.StringIO(text))][1:]


class InputChange(NamedTuple):
    """A value in force that two scenarios do not share; "" where one of them has none."""

    path: str
    before: str
    after: str
    unit: str
    source_ids: str
    set_by: str  #: the place that set the one after, or where only the first scenario has it, the one before


#: prose and evidence: they change no figure
PROSE = ("title", "purpose", "note", "source_ids")


def input_changes(before: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]]) -> list[InputChange]:
    """What differs between two effective scenarios, in the order of the second, then what it lacks."""
    sides = [
        {str(row[0]): [_plain(cell) for cell in row] for row in rows if str(row[0]).rpartition(".")[2] not in PROSE}
        for rows in (before, after)
    ]
    paths = [*sides[1], *(path for path in sides[0] if path not in sides[1])]
    found = []
    for path in paths:
        x, y = (side.get(path) for side in sides)
        if x is None or y is None or x[1:4] != y[1:4]:
            known = y or x
            assert known is not None
            found.append(InputChange(path, _with_range(x), _with_range(y), known[4], known[5], known[7]))
    return found


def _plain(cell: Any) -> str:
    """A number as text in one way, whether it was read from a file of results or from the scenario."""
    if isinstance(cell, bool):
        return str(cell)
    try:
        return f"{float(cell):.12g}"
    except (TypeError, ValueError):
        return str(cell)


def _with_range(row: Sequence[str] | None) -> str:
    if row is None:
        return ""
    return f"{row[1]} [{row[2]}, {row[3]}]" if row[2] or row[3] else row[1]


def effective_text(loaded: scenario.Loaded) -> str:
    """One aligned line a value: path, value, range, unit, source, confidence, and the file and line that set it."""
    rows = [
        [
            path,
            _shown(value),
            f"[{_shown(low)}, {_shown(high)}]" if low != "" or high != "" else "",
            unit,
            grade,
            sources,
            by,
        ]
        for path, value, low, high, unit, sources, grade, by in effective_rows(loaded)
        if not path.endswith(".note")  # prose would make the columns as wide as its longest; it is in the CSV
    ]
    return "\n".join(table(["path", "value", "range", "unit", "", "source", "set by"], rows, left=7, indent=0))


def uncertain_text(loaded: scenario.Loaded) -> str:
    """The uncertain groups of a scenario: of each how many numbers it moves, confidence, source, and its widest ranges.

    The last block is of the numbers with a range that are in no group.
    """
    groups = model.uncertain_groups(loaded)
    if not groups:
        return "no number of this scenario has a range"
    rows: list[list[str]] = []
    for group in groups:
        sources = "; ".join(group.source_ids)
        rows.append([group.group or "-", str(group.leaves), group.confidence or "", group.title, "", cut(sources, 40)])
        for leaf in group.widest:
            moved = f"{leaf.value:.5g} [{leaf.low:.5g}, {leaf.high:.5g}] {leaf.unit}".rstrip()
            path = f"  {leaf.path}" + (" (the other way)" if leaf.opposite else "")
            rows.append(["", "", leaf.confidence or "", path, moved, cut("; ".join(leaf.source_ids), 40)])
    header = ["group", "numbers", "", "what, and its widest ranges", "value", "source"]
    return "\n".join(table(header, rows, left=6, indent=0))


def outline(loaded: scenario.Loaded) -> str:
    """What a scenario is, in a few lines: title, purpose, horizon, layers, and how much of each part it has."""
    it = loaded.scenario
    lines = [f"{loaded.name}: {it.title}", *([it.purpose.strip()] if it.purpose else []), ""]
    lines.append(f"horizon  {it.horizon.start} to {it.horizon.end}, results from {it.horizon.results_from}")
    lines.append(f"files    {', '.join(loaded.layers)}")
    lines += [f"set      {setting}" for setting in loaded.sets]
    for target in it.targets:
        lines.append(
            f"target   {target.name}: {target.measure} >= {target.at_least:g} on {target.perimeter} in {target.year}"
            f" with probability {target.probability:g}"
        )
    parts = [
        f"{len(part)} {name.replace('_', ' ')}"
        for name in type(it).model_fields
        if isinstance(part := getattr(it, name), dict) and part
    ]
    lines.append(f"holds    {', '.join(parts)}")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
