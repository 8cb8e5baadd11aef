"""CSV tables as branches, every cell with its position ``file:line:column-number``.

``schema.TABLES`` says where the rows of a table go. A column is a field of the row, or one of

* ``x_low``, ``x_high``, ``x_confidence``, ``x_source_ids``, ``x_note``: what is known of the number ``x``
  (``x_central`` is another way to write ``x``);
* ``x.part``: a part of a written-out leaf: ``dwell_h.distribution``, ``capacity_pairs_per_day.2025-01-29``.

A number takes the row's ``source_ids`` and ``confidence`` where it has none of its own. An empty cell is not given.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, get_args

from .issues import MOST, Issue, Origin, did_you_mean
from .quantity import Confidence, as_date
from .schema import TABLES
from .shape import ROOT, FieldsShape, LeafShape, Shape, child, unfit
from .text import Unreadable, read_text
from .tree import Branch, Leaf, Node

_KNOWLEDGE = ("low", "high", "confidence", "source_ids", "note")
_CONFIDENCES = get_args(Confidence)
_NUMERIC = ("number", "dated", "duration", "law")
_WITH_RANGE = (*_NUMERIC, "any")  #: the value of a change is a number or a word


class _Column(NamedTuple):
    """What a column is: the field's path below the row, and the part of the leaf it fills ('' = the leaf itself)."""

    place: int
    header: str
    path: tuple[str, ...]
    part: str


class _Plan(NamedTuple):
    """How a table's columns become leaves. ``fields``: (path, columns, whether it is a number)."""

    pattern: tuple[str, ...]
    keys: dict[str, int]  #: key column -> index
    fields: tuple[tuple[tuple[str, ...], tuple[_Column, ...], bool], ...]
    source_ids: int | None
    confidence: int | None


MAX_CELLS = 100_000
MAX_COLUMNS = 500


@dataclass
class Room:
    """Cells that the tables of one scenario may still fill."""

    cells: int = MAX_CELLS


def read_table(
    path: Path, shown: str, kind: str, layer: str, issues: list[Issue], *, named: Origin, room: Room
) -> Branch:
    """The branches of a table from the root. Faulty rows are left out and go to ``issues``.

    Raises ``Unreadable`` where nothing can be used: no such file (told at ``named``), no header, a key column missing,
    or more cells than there is room for.
    """
    text = read_text(path, shown, named)
    rows = _rows(text, shown, issues)
    first = next(rows, None)
    if first is None:
        raise Unreadable(Issue(shown, 1, 1, "", "the table is empty", "the first line names the columns"))
    header = [cell.strip() for cell in first[1]]
    plan = _plan(header, kind, shown, first[0], issues)
    root: dict[str, Node] = {}
    seen: dict[tuple[str, ...], int] = {}
    faults = len(issues)
    for line, cells in rows:
        cells = [cell.strip() for cell in cells]
        filled = len(cells) - cells.count("")
        if not filled:
            continue
        room.cells -= filled
        if room.cells < 0:
            message = f"more than {MAX_CELLS:,} cells are filled in the tables of one scenario"
            raise Unreadable(Issue(shown, line, 1, "", message, "leave out what no run needs"))
        if len(issues) - faults > MOST:
            return Branch(root, Origin(shown, first[0], 1))
        if len(cells) != len(header):
            issues.append(_ragged(shown, line, cells, header))
            continue
        _place_row(root, cells, plan, Origin(shown, line, 1), layer, seen, issues)
    return Branch(root, Origin(shown, first[0], 1))


def _rows(text: str, shown: str, issues: list[Issue]) -> Iterator[tuple[int, list[str]]]:
    """Line number on which it starts, and cells of every row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            known = {"unexpected end of data": "a quoted cell is not closed", "field larger": "a cell is too long"}
            message = next((say for word, say in known.items() if word in str(error)), "the quotes do not match")
            issues.append(Issue(shown, line, 1, "", message, "double a quote inside a quoted cell"))
            return
        if row:
            yield line, row
        line = reader.line_num + 1


def _ragged(shown: str, line: int, cells: list[str], header: list[str]) -> Issue:
    if len(cells) < len(header):
        message = f"the row has {len(cells)} cells, the header {len(header)}: column '{header[len(cells)]}' is missing"
        return Issue(shown, line, len(cells), "", message, "leave a cell empty, but keep its comma")
    message = f"the row has {len(cells)} cells, the header {len(header)}"
    return Issue(shown, line, len(header) + 1, "", message, "put text with commas in quotes")


# --- header -----------------------------------------------------------------------------------------------------------


def _plan(header: list[str], kind: str, shown: str, line: int, issues: list[Issue]) -> _Plan:
    """Reads the header. Unknown and double columns go to ``issues``; a missing key column makes the table useless."""
    if len(header) == 1 and header[0].count(";") > 0:
        raise Unreadable(Issue(shown, line, 1, "", "semicolons separate the columns", "save the table with commas"))
    if len(header) == 1 and "\t" in header[0]:
        raise Unreadable(Issue(shown, line, 1, "", "tabs separate the columns", "save the table with commas"))
    if len(header) > MAX_COLUMNS:
        message = f"the table has {len(header):,} columns; at most {MAX_COLUMNS} are read"
        raise Unreadable(Issue(shown, line, MAX_COLUMNS + 1, "", message, "remove empty columns"))
    pattern, value_column = TABLES[kind]
    parts = tuple(pattern.split("."))
    key_names = [part[1:-1] for part in parts if part.startswith("{")]
    first: dict[str, int] = {}
    for index, name in enumerate(header):
        if not name:
            issues.append(Issue(shown, line, index + 1, "", f"column {index + 1} has no name", "name it or remove it"))
        elif name in first:
            message = f"column '{name}' stands twice (also column {first[name] + 1})"
            issues.append(Issue(shown, line, index + 1, "", message, "remove one"))
        first.setdefault(name, index)
    missing = [name for name in (*key_names, *([value_column] if value_column else [])) if name not in first]
    if missing:
        near = did_you_mean(missing[0], [n for n in header if n])
        hint = near.replace("did you mean", "is it column") if near else f"a table of {kind} has {', '.join(key_names)}"
        names = ", ".join(f"'{name}'" for name in missing)
        raise Unreadable(Issue(shown, line, 1, "", f"the table of {kind} lacks the key column {names}", hint))
    row = _row_shape(parts)
    columns = []
    for name, index in first.items():
        if not name or name in key_names:
            continue
        column = _value_column(index, name, value_column) if value_column else _column(index, name, row)
        if column is not None:
            columns.append(column)
        elif not (value_column and name in _KNOWLEDGE[2:]):
            hint = did_you_mean(name, [value_column, *_KNOWLEDGE] if value_column else _fields(row))
            issues.append(Issue(shown, line, index + 1, "", f"unknown column '{name}' in the table of {kind}", hint))
    grouped: dict[tuple[str, ...], list[_Column]] = {}
    for column in columns:
        grouped.setdefault(column.path, []).append(column)
    fields = tuple(  # the leaf itself first, then what is known of it
        (path, tuple(sorted(of, key=lambda column: column.part != "")), _is_numeric(row, path))
        for path, of in grouped.items()
    )
    keys = {name: first[name] for name in key_names}
    return _Plan(parts, keys, fields, first.get("source_ids"), first.get("confidence"))


def _row_shape(parts: tuple[str, ...]) -> Shape:
    shape: Shape = ROOT
    for part in parts:
        inner = child(shape, part) if not part.startswith("{") else getattr(shape, "item", None)
        assert inner is not None, parts
        shape = inner
    return shape


def _fields(row: Shape) -> list[str]:
    return list(row.fields) if isinstance(row, FieldsShape) else []


def _shape_at(row: Shape, path: tuple[str, ...]) -> Shape | None:
    shape: Shape | None = row
    for name in path:
        shape = None if shape is None else child(shape, name)
    return shape


def _is_numeric(row: Shape, path: tuple[str, ...], notations: tuple[str, ...] = _NUMERIC) -> bool:
    shape = _shape_at(row, path)
    return isinstance(shape, LeafShape) and shape.notation.name in notations


def _column(index: int, name: str, row: Shape) -> _Column | None:
    words = name.split(".")
    for depth in range(1, len(words) + 1):
        shape = _shape_at(row, tuple(words[:depth]))
        if shape is None:
            break
        if isinstance(shape, LeafShape):
            return _Column(index, name, tuple(words[:depth]), ".".join(words[depth:]))
    stem, _, last = name.rpartition("_source_ids") if name.endswith("_source_ids") else name.rpartition("_")
    last = last or "source_ids"
    if _is_numeric(row, (stem,), _WITH_RANGE) and last in (*_KNOWLEDGE, "central"):
        return _Column(index, name, (stem,), "" if last == "central" else last)
    return None


def _value_column(index: int, name: str, value_column: str) -> _Column | None:
    known = {value_column: "", f"{value_column}_central": ""} | {f"{value_column}_{part}": part for part in _KNOWLEDGE}
    if name == "note":
        return _Column(index, name, (), "note")
    return _Column(index, name, (), known[name]) if name in known else None


# --- rows -------------------------------------------------------------------------------------------------------------


def _place_row(
    root: dict[str, Node],
    cells: list[str],
    plan: _Plan,
    start: Origin,
    layer: str,
    seen: dict[tuple[str, ...], int],
    issues: list[Issue],
) -> None:
    """Puts a row's leaves where the pattern says."""
    keys: list[str] = []
    for name, index in plan.keys.items():
        key, at = cells[index], Origin(start.file, start.line, index + 1)
        if not key:
            issues.append(Issue.at(at, "", f"column '{name}' is empty, but it names the row", "give every row its id"))
            return
        fault = unfit(key)
        if fault:
            issues.append(Issue.at(at, "", fault))
            return
        keys.append(key)
    if tuple(keys) in seen:
        at = Origin(start.file, start.line, next(iter(plan.keys.values())) + 1)
        message = f"duplicate row '{'.'.join(keys)}'"
        issues.append(Issue.at(at, "", message, f"it stands already in line {seen[tuple(keys)]}"))
        return
    seen[tuple(keys)] = start.line
    here, at, last = root, start, ""
    parent = root
    for part in plan.pattern:
        if part.startswith("{"):
            index = plan.keys[part[1:-1]]
            last, at = cells[index], Origin(start.file, start.line, index + 1)
        else:
            last = part
        parent = here
        node = here.get(last)
        if node is None:
            node = here[last] = Branch({}, at)
        assert isinstance(node, Branch)
        here = node.items
    sources = _split(cells[plan.source_ids]) if plan.source_ids is not None else ()
    confidence = cells[plan.confidence] if plan.confidence is not None else ""
    if confidence not in _CONFIDENCES:
        confidence = ""  # wrong once, in its own cell, and not again in every number of the row
    evidence = bool(sources or confidence)
    for path, columns, numeric in plan.fields:
        alone = columns[0]
        if len(columns) == 1 and path and not alone.part and not (numeric and evidence):  # as most are
            cell = cells[alone.place]
            if cell:
                at = Origin(start.file, start.line, alone.place + 1)
                leaf: Leaf | None = Leaf(cell, at, at, layer, None, alone.header)
            else:
                leaf = None
        else:
            leaf = _leaf(columns, cells, numeric or not path, sources, confidence, start, layer, issues)
        if leaf is None:
            continue
        if not path:  # the row itself is the leaf
            parent[last] = leaf
            return
        target = here
        for name in path[:-1]:
            inner = target.setdefault(name, Branch({}, leaf.at))
            assert isinstance(inner, Branch)
            target = inner.items
        target[path[-1]] = leaf
    if plan.fields and not plan.fields[0][0]:  # a row that is a leaf, but empty
        del parent[last]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip()) if cell else ()


def _leaf(
    columns: tuple[_Column, ...],
    cells: list[str],
    numeric: bool,
    sources: tuple[str, ...],
    confidence: str,
    start: Origin,
    layer: str,
    issues: list[Issue],
) -> Leaf | None:
    """The leaf that a group of columns makes of a row, or None where all are empty."""
    given = [column for column in columns if cells[column.place]]
    if not given:
        return None
    main = given[0] if not given[0].part else None
    at = Origin(start.file, start.line, given[0].place + 1)
    if main is not None and len(given) == 1 and not (numeric and (sources or confidence)):
        return Leaf(cells[main.place], at, at, layer, None, main.header)
    header = main.header if main else columns[0].path[-1] if columns[0].path else columns[0].header
    parts: dict[str, Any] = {}
    if main is None and all(column.part in _KNOWLEDGE for column in given):
        if any(column.part in ("low", "high") for column in given):
            message = f"column '{given[0].header}' has a number, but the middle value '{header}' is empty"
            issues.append(Issue.at(at, "", message, "give the middle value, or leave the range out"))
        return None
    if main is not None:
        parts["value"] = cells[main.place]
    for column in given:
        if column is not main:
            cell = cells[column.place]
            parts[column.part] = _split(cell) if column.part == "source_ids" else cell
    evidence = {"source_ids": sources, "confidence": confidence} if numeric else {}
    if main is None and any(_DAY.match(part) for part in parts):  # dated: every number with the row's evidence
        own = {key: value for key, value in evidence.items() if value}
        parts = {part: {"value": value, **own} if as_date(part) else value for part, value in parts.items()}
    else:
        for key, value in evidence.items():
            if value:
                parts.setdefault(key, value)
    inner = {"value": (at, at)} if main is not None else {}
    if len(given) > 1 or main is None:
        for column in given[main is not None :]:
            place = Origin(start.file, start.line, column.place + 1)
            inner[column.part] = (place, place)
    return Leaf(parts, at, at, layer, inner, header)


_DAY = re.compile(r"[0-9]{4}-")
