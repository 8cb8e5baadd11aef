"""Cells of CSV files that people open in a spreadsheet: text stays text there, whatever a scenario calls its things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: what makes a spreadsheet take a cell for a formula
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, with an apostrophe in front; numbers and all else as they are."""
    if not isinstance(value, str) or not value.startswith(_STARTS) or _is_number(value):
        return value
    return f"'{value}"


def as_written(cell: str) -> str:
    """What ``harmless`` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_STARTS) and not _is_number(cell[1:]) else cell


def harmless_columns(columns: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Columns with all their text harmless, each different text looked at once."""
    made = {}
    for name, values in columns.items():
        words = {value: harmless(value) for value in set(values) if isinstance(value, str)}
        made[str(harmless(name))] = [words.get(value, value) for value in values] if words else list(values)
    return made


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
