"""The effective scenario for a reader: every value in force, what is known of it, and the place that set it."""

from __future__ import annotations

import csv
import io
from typing import Any

from .. import scenario
from .text import table

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


def as_csv(rows: list[list[Any]]) -> str:
    """Header and rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(HEADER), *rows])
    return text.getvalue()


def effective_csv(loaded: scenario.Loaded) -> str:
    """As CSV."""
    return as_csv(effective_rows(loaded))


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
