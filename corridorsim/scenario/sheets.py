"""A scenario as flat sheets: one for each table that has rows, and two for what stands in no table.

The reverse of reading: what ``schema.TABLES`` says a row means, a row says here. ``values`` holds every other leaf by
its path: what sections without a table say, numbers that change by date (one row a date), and single numbers that were
replaced in a row whose sources say nothing of them. Units are those of the fields, which carry them in their names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from .quantity import as_date
from .read import Loaded
from .schema import TABLES
from .shape import ROOT, FieldsShape, LeafShape, ListShape, MapShape, Shape, child, is_branch

#: what a cell holds; None is an empty one
Cell: TypeAlias = str | float | int | bool | dt.date | None

VALUES = "values"
TARGETS = "targets"
VALUES_HEADER = ("path", "date", "value", "low", "high", "source_ids", "confidence", "note")
NUMERIC = ("number", "dated", "duration", "law", "any", "real", "whole")
_EVIDENCE = ("source_ids", "confidence")
#: columns at the right end of every table
_LAST = (*_EVIDENCE, "note")
_KNOWN = ("value", "low", "high", "source_ids", "confidence", "note")
_PLAIN = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")


class Sheet(NamedTuple):
    """``rows`` are as long as ``header``."""

    name: str
    header: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def sheets(loaded: Loaded) -> list[Sheet]:
    """All that a scenario says: ``values``, ``targets``, then its tables in the order of ``schema.TABLES``.

    Read back (``workbook.unpack``) it is the same scenario, down to the fingerprint of what the engine sees. Only the
    files of outlines that ``geo`` names are left out: they are drawn on maps, and no table.
    """
    rest = _copied(loaded.tree, ROOT)
    rest.pop("geo", None)
    targets = rest.pop(TARGETS, [])
    tables = [_table(kind, rest, loaded) for kind in TABLES]
    found = [_values(rest)]
    if targets:
        found.append(_sheet(TARGETS, [{key: _cell(value) for key, value in target.items()} for target in targets], ()))
    return found + [table for table in tables if table.rows]


def table_columns(kind: str) -> dict[str, LeafShape]:
    """The columns that a table may have: ids first, then the leaves of a row (or the one that is the row)."""
    pattern, value_column = TABLES[kind]
    shape, columns = _walk(pattern)
    if value_column:
        assert isinstance(shape, LeafShape)
        columns[value_column] = shape
    elif isinstance(shape, FieldsShape):
        leaves = {name: below for name, below in shape.fields.items() if isinstance(below, LeafShape)}
        columns |= {name: below for name, below in leaves.items() if name not in _LAST}
        columns |= {name: leaves[name] for name in _LAST if name in leaves}
    return columns


def row_shape(kind: str) -> Shape:
    """What a row of a table is: fields, or one leaf."""
    return _walk(TABLES[kind][0])[0]


def _walk(pattern: str) -> tuple[Shape, dict[str, LeafShape]]:
    """The shape of a row, and of its ids."""
    shape: Shape = ROOT
    keys: dict[str, LeafShape] = {}
    for part in pattern.split("."):
        if part.startswith("{"):
            assert isinstance(shape, MapShape)
            keys[part[1:-1]] = LeafShape(part[1:-1], shape.key, shape.choices)
            shape = shape.item
        else:
            below = child(shape, part)
            assert below is not None, pattern
            shape = below
    return shape, keys


def _copied(tree: Any, shape: Shape | None) -> Any:
    """Branches are copied, since leaves are taken out of them. ``source`` is another way to write ``source_ids``."""
    if not (is_branch(shape) and isinstance(tree, Mapping)):
        return _one_word(tree)
    assert shape is not None
    return {key: _copied(below, child(shape, key)) for key, below in tree.items()}


def _one_word(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    source = {"source_ids": value["source"]} if "source" in value and not value.get("source_ids") else {}
    return {key: _one_word(part) for key, part in value.items() if key != "source"} | source


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(kind: str, rest: dict[str, Any], loaded: Loaded) -> Sheet:
    """A table's rows; what it takes is taken out of ``rest``."""
    pattern, value_column = TABLES[kind]
    shape, keys = _walk(pattern)
    rows: list[dict[str, Cell]] = []
    for path, parent, ids in _branches(rest, tuple(pattern.split("."))):
        row: dict[str, Cell] = {name: _id(key, keys[name]) for name, key in ids.items()}
        if value_column:
            own = _columns(value_column, parent[path[-1]], True)
            if own is None:
                continue
            # the row is the one number: what is known of it is known of the row
            row |= {name.removeprefix(f"{value_column}_") if name.endswith((*_EVIDENCE, "note")) else name: cell
                    for name, cell in own.items()}  # fmt: skip
            del parent[path[-1]]
        else:
            assert isinstance(shape, FieldsShape)
            row |= _row(parent[path[-1]], shape, ".".join(path), loaded)
        rows.append(row)
    return _sheet(kind, rows, tuple(keys))


def _branches(
    tree: dict[str, Any], parts: tuple[str, ...], path: tuple[str, ...] = (), ids: Mapping[str, str] | None = None
) -> Iterator[tuple[tuple[str, ...], dict[str, Any], dict[str, str]]]:
    """Path, the mapping that holds it, and ids, of all that a table's pattern fits."""
    part, ids = parts[0], dict(ids or {})
    for key in list(tree) if part.startswith("{") else [part]:
        if key not in tree:
            continue
        found = {**ids, part[1:-1]: key} if part.startswith("{") else ids
        if len(parts) == 1:
            yield (*path, key), tree, found
        elif isinstance(tree[key], dict):
            yield from _branches(tree[key], parts[1:], (*path, key), found)


def _row(branch: dict[str, Any], shape: FieldsShape, path: str, loaded: Loaded) -> dict[str, Cell]:
    """The cells of a row; leaves that are no plain cells stay in ``branch``."""
    row: dict[str, Cell] = {}
    evidence = {name: _names(branch[name]) for name in _EVIDENCE if branch.get(name)}
    files = {name: loaded.where(f"{path}.{name}").file for name in evidence}
    for name, below in shape.fields.items():
        if name not in branch or not isinstance(below, LeafShape):
            continue
        value, notation = branch[name], below.notation.name
        own = _columns(name, value, notation in NUMERIC)
        if notation in ("number", "dated", "duration", "law"):
            # in a table a row's evidence is that of its numbers: what was written elsewhere without any keeps out
            here = loaded.where(f"{path}.{name}").file
            shared = {kind: names for kind, names in evidence.items() if files[kind] == here}
            if own is None:
                branch[name] = _with_evidence(value, shared)
                continue
            given = {kind: _names(value.get(kind)) for kind in _EVIDENCE} if isinstance(value, dict) else {}
            if any(not given.get(kind) and kind not in shared for kind in evidence):
                branch[name] = _with_evidence(value, shared)
                continue
            for kind, names in evidence.items():
                if given.get(kind) == names:
                    own.pop(f"{name}_{kind}", None)
        elif own is None:
            continue
        row |= own
        del branch[name]
    return row


def _with_evidence(value: Any, evidence: Mapping[str, list[str]]) -> Any:
    """A number, or each of a dated one, with the evidence that is its row's."""
    if isinstance(value, dict) and any(as_date(day) for day in value):
        return {day: _with_evidence(inner, evidence) for day, inner in value.items()}
    if not evidence or value is None:
        return value
    own = value if isinstance(value, dict) else {"value": value}
    return {**own, **{kind: names for kind, names in evidence.items() if not own.get(kind)}}


def _columns(name: str, value: Any, numeric: bool) -> dict[str, Cell] | None:
    """The cells of one leaf by their columns, or None where it does not fit into a row."""
    if not isinstance(value, dict):
        cell = _cell(value, numeric)
        return None if cell is None else {name: cell}
    value = {key: part for key, part in value.items() if part is not None}
    if "distribution" in value:
        return {
            f"{name}_{key}" if key in _KNOWN else f"{name}.{key}": _cell(part, key not in (*_EVIDENCE, "note"))
            for key, part in value.items()
        }
    if not numeric or not value.keys() <= set(_KNOWN) or "value" not in value:
        return None  # dated
    return {
        name if key == "value" else f"{name}_{key}": _cell(value[key], key in ("value", "low", "high"))
        for key in ("low", "value", "high", "confidence", "source_ids", "note")
        if key in value and _cell(value[key]) is not None
    }


# --- what stands in no table ------------------------------------------------------------------------------------------


def _values(rest: dict[str, Any]) -> Sheet:
    rows = [tuple(row.get(column) for column in VALUES_HEADER) for row in _leaves(rest, ROOT, "")]
    return Sheet(VALUES, VALUES_HEADER, rows)


def _leaves(node: Any, shape: Shape | None, path: str) -> Iterator[dict[str, Cell]]:
    if is_branch(shape) and isinstance(node, dict):
        assert shape is not None
        order = list(shape.fields) if isinstance(shape, FieldsShape) else list(node)
        for key in order:
            if key in node:
                yield from _leaves(node[key], child(shape, key), f"{path}.{key}" if path else key)
        return
    numeric = isinstance(shape, LeafShape) and shape.notation.name in NUMERIC
    if not isinstance(node, dict):
        cell = _cell(node, numeric)
        if cell is not None:
            yield {"path": path, "value": cell}
    elif any(as_date(day) for day in node):
        for day, inner in node.items():
            yield {"path": path, "date": as_date(day) or str(day), **_known(inner, numeric)}
    elif "value" in node and node.keys() <= set(_KNOWN):
        yield {"path": path, **_known(node, numeric)}
    else:  # a distribution, or a policy with its parameters
        for key, part in node.items():
            yield {"path": f"{path}.{key}", "value": _cell(part, key not in (*_EVIDENCE, "note", "source"))}


def _known(value: Any, numeric: bool) -> dict[str, Cell]:
    if not isinstance(value, dict):
        return {"value": _cell(value, numeric)}
    return {key: _cell(part, numeric and key in ("value", "low", "high")) for key, part in value.items()}


# --- cells ------------------------------------------------------------------------------------------------------------


def _sheet(name: str, rows: list[dict[str, Cell]], first: tuple[str, ...]) -> Sheet:
    """Columns in the order of the vocabulary; those that no row fills are left out, ids excepted."""
    if name == TARGETS:
        below = ROOT.fields[TARGETS]
        assert isinstance(below, ListShape)
        assert isinstance(below.item, FieldsShape)
        known = list(below.item.fields)
    else:
        known = list(table_columns(name))
    used = dict.fromkeys(column for row in rows for column, cell in row.items() if cell is not None)

    def place(column: str) -> tuple[int, int, str]:
        stem = column if column in known else next((k for k in known if column.startswith((f"{k}_", f"{k}."))), column)
        parts = ("_low", "", "_high", "_confidence", "_source_ids", "_note")
        part = column.removeprefix(stem)
        at = len(known) + _LAST.index(column) if column in _LAST else known.index(stem) if stem in known else len(known)
        return (at, parts.index(part) if part in parts else len(parts), column)

    header = (*first, *sorted((column for column in used if column not in first), key=place))
    return Sheet(name, header, [tuple(row.get(column) for column in header) for row in rows])


def _id(key: str, shape: LeafShape) -> Cell:
    return int(key) if shape.notation.name in ("year", "month") and key.isdigit() else key


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    return [str(part) for part in value]


def _cell(value: Any, numeric: bool = False) -> Cell:
    """A value as a cell; a number that was written as text is one, where numbers are meant."""
    if isinstance(value, list | tuple):
        return "; ".join(_text(part) for part in value) or None
    if isinstance(value, str):
        text = value.strip()
        if numeric and _PLAIN.match(text):
            return int(text) if re.match(r"[-+]?[0-9]{1,15}\Z", text) else float(text)
        return as_date(text) or text or None
    return value  # type: ignore[no-any-return]


def _text(part: Any) -> str:
    """An item of a list; a stretch from km to km as ``100-132``."""
    if isinstance(part, list | tuple):
        return "-".join(map(_text, part))
    return part.isoformat() if isinstance(part, dt.date) else str(part)
