"""Rows of the sheets ``values`` and ``targets`` as the YAML of a scenario, and the cells that its lines came from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .issues import did_you_mean
from .quantity import as_date
from .shape import ROOT, FieldsShape, LeafShape, ListShape, MapShape, Shape, child, is_branch
from .sheets import NUMERIC, TARGETS, VALUES, VALUES_HEADER
from .text import plain_scalar


class Row(NamedTuple):
    """A row of a sheet: its number from 1, and its cells as text."""

    number: int
    cells: list[str]


class Spot(NamedTuple):
    """From this column of a line of YAML on it is that column of the sheet."""

    start: int
    column: int


#: sheet, row, column, message, hint
Found = tuple[str, int, int, str, str]
#: sheet, row, spots
Mark = tuple[str, int, tuple[Spot, ...]]
#: leaves whose number, day or yes stands without quotes
_UNQUOTED = (*NUMERIC, "day", "flag", "policy", "choice")
_PLAIN = re.compile(
    r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z|true\Z|false\Z|[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z|[1-9][0-9]*\Z")


def yaml_text(
    name: str, values: Sequence[Row], targets: Sequence[Row], tables: Mapping[str, str]
) -> tuple[str, dict[int, Mark], list[Found]]:
    """The text, its lines' places in the workbook, and what is wrong. ``tables``: table -> file."""
    found: list[Found] = []
    tree = _tree(values, found)
    writer = _Writer()
    writer.line("# yaml-language-server: $schema=schema.json")
    writer.line("# Made from a workbook: its sheets are the tables, its sheet of values is written out below.")
    if "schema" not in tree:
        writer.line("schema: 1")
    if "title" not in tree:
        writer.line(f"title: {_quoted(name)}")
    first = [key for key in ("schema", "title", "purpose", "source_ids", "horizon", "statuses") if key in tree]
    writer.branch({key: tree[key] for key in first}, 0)
    if tables:
        writer.line("tables:")
        for table, file in tables.items():
            writer.line(f"  {table}: {file}")
    _targets(targets, writer, found)
    writer.branch({key: node for key, node in tree.items() if key not in first}, 0)
    return "\n".join(writer.lines) + "\n", writer.marks, found


# --- values -----------------------------------------------------------------------------------------------------------


class _Entry(NamedTuple):
    row: int
    date: str
    part: str
    cells: dict[str, tuple[str, int]]  #: column -> text, its place


@dataclass
class _LeafRows:
    shape: Shape
    entries: list[_Entry] = field(default_factory=list)


def _tree(rows: Sequence[Row], found: list[Found]) -> dict[str, Any]:
    """Leaves with their rows, nested by their paths."""
    tree: dict[str, Any] = {}
    if not rows:
        return tree
    header = [cell.strip() for cell in rows[0].cells]
    for place, column in enumerate(header):
        if column and column not in VALUES_HEADER:
            hint = did_you_mean(column, VALUES_HEADER) or f"columns are {', '.join(VALUES_HEADER)}"
            found.append((VALUES, rows[0].number, place + 1, f"unknown column '{column[:40]}'", hint))
        elif header.index(column) != place or not column:
            found.append((VALUES, rows[0].number, place + 1, f"column '{column}' stands twice or has no name", ""))
    if "path" not in header or "value" not in header:
        found.append((VALUES, rows[0].number, 1, "the sheet needs the columns 'path' and 'value'", ""))
        return tree
    for row in rows[1:]:
        cells = {column: (row.cells[place].strip(), place + 1) for place, column in enumerate(header)}
        said = _placed(tree, row.number, cells)
        if said:
            column, message, hint = said
            found.append((VALUES, row.number, cells[column][1], message, hint))
    return tree


def _placed(tree: dict[str, Any], number: int, cells: dict[str, tuple[str, int]]) -> tuple[str, str, str] | None:
    """Puts a row where its path says, or tells what is wrong: column, message, hint."""
    path, date = cells["path"][0], cells.get("date", ("", 0))[0]
    if not path:
        return "path", "the row has no path", "such as horizon.start"
    if path.partition(".")[0] == TARGETS:
        return "path", "targets do not stand among the values", f"they have a sheet of their own: {TARGETS}"
    if date and as_date(date) is None:
        return "date", f"'{date[:40]}' is not a day of the calendar", "write days as 2024-01-31"
    words, shape, here = path.split("."), ROOT, tree
    for depth, word in enumerate(words):
        below = child(shape, word)
        if below is None or not word:
            known = list(shape.fields) if isinstance(shape, FieldsShape) else list(getattr(shape, "choices", ()))
            return "path", f"unknown path '{path[:80]}'", did_you_mean(word, known)
        if not is_branch(below):
            leaf = here.setdefault(word, _LeafRows(below))
            return _added(leaf, _Entry(number, date, ".".join(words[depth + 1 :]), cells))
        here = here.setdefault(word, {})
        assert isinstance(below, FieldsShape | MapShape)
        shape = below  # type: ignore[assignment]
    return "path", f"'{path[:80]}' is a branch, not a leaf", "name one of its values"


def _added(leaf: _LeafRows, entry: _Entry) -> tuple[str, str, str] | None:
    for other in leaf.entries:
        if (other.date, other.part) == (entry.date, entry.part):
            return "path", "the path stands twice", f"it stands already in row {other.row}"
        if bool(other.date) != bool(entry.date) or bool(other.part) != bool(entry.part):
            return "path", "the number stands in two ways", f"the other is in row {other.row}"
    if entry.date and entry.part:
        return "date", "a part of a value has no date", ""
    leaf.entries.append(entry)
    return None


# --- targets ----------------------------------------------------------------------------------------------------------


def _targets(rows: Sequence[Row], writer: _Writer, found: list[Found]) -> None:
    if len(rows) < 2:
        return
    shape = ROOT.fields[TARGETS]
    assert isinstance(shape, ListShape)
    assert isinstance(shape.item, FieldsShape)
    fields = shape.item.fields
    header = [cell.strip() for cell in rows[0].cells]
    for place, column in enumerate(header):
        if column not in fields or header.index(column) != place:
            message = f"unknown column '{column[:40]}'" if column not in fields else f"column '{column}' stands twice"
            found.append((TARGETS, rows[0].number, place + 1, message, did_you_mean(column, fields)))
    writer.line("targets:")
    for row in rows[1:]:
        pieces = [
            (f"{column}: {_scalar(cell.strip(), fields.get(column))}", place + 1)
            for place, (column, cell) in enumerate(zip(header, row.cells, strict=True))
            if cell.strip()
        ]
        writer.flow("  - ", pieces, (TARGETS, row.number))


# --- lines ------------------------------------------------------------------------------------------------------------


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.marks: dict[int, Mark] = {}

    def line(self, text: str, mark: Mark | None = None) -> None:
        self.lines.append(text)
        if mark is not None:
            self.marks[len(self.lines)] = mark

    def flow(self, before: str, pieces: Sequence[tuple[str, int]], at: tuple[str, int]) -> None:
        """``before {piece, piece}``; each piece with the column of the sheet that it came from."""
        text, spots = before + "{", [Spot(1, 1)]
        for number, (piece, column) in enumerate(pieces):
            text += ", " if number else ""
            spots.append(Spot(len(text) + 1, column))
            text += piece
        self.line(text + "}", (*at, tuple(spots)))

    def branch(self, tree: Mapping[str, Any], depth: int) -> None:
        indent = "  " * depth
        for key, node in tree.items():
            if isinstance(node, _LeafRows):
                self.leaf(indent, key, node)
            elif node:  # a branch without leaves is one whose rows were at fault
                self.line(f"{indent}{_key(key)}:", self.first(node))
                self.branch(node, depth + 1)

    def first(self, node: Any) -> Mark | None:
        """The place of the first row below a branch."""
        while isinstance(node, dict):
            node = next(iter(node.values()), None)
        return (VALUES, node.entries[0].row, (Spot(1, 1),)) if node is not None and node.entries else None

    def leaf(self, indent: str, key: str, leaf: _LeafRows) -> None:
        if len(leaf.entries) == 1 and not leaf.entries[0].date and not leaf.entries[0].part:
            self.value(f"{indent}{_key(key)}: ", leaf.entries[0], leaf.shape)
            return
        self.line(f"{indent}{_key(key)}:", self.first(leaf))
        for entry in leaf.entries:
            self.value(f"{indent}  {_key(entry.date or entry.part)}: ", entry, leaf.shape)

    def value(self, before: str, entry: _Entry, shape: Shape) -> None:
        given = [(column, *cell) for column, cell in entry.cells.items() if cell[0] and column not in ("path", "date")]
        if [column for column, _, _ in given] == ["value"]:
            spots = (Spot(1, entry.cells["path"][1]), Spot(len(before) + 1, entry.cells["value"][1]))
            self.line(before + _scalar(given[0][1], shape), (VALUES, entry.row, spots))
            return
        pieces = [(f"{column}: {_scalar(text, shape, column)}", place) for column, text, place in given]
        self.flow(before, pieces, (VALUES, entry.row))


def _key(key: str) -> str:
    return key if _KEY.match(key) or as_date(key) else _quoted(key)


def _scalar(text: str, shape: Shape | None, column: str = "value") -> str:
    if isinstance(shape, ListShape):
        return "[" + ", ".join(_quoted(part.strip()) for part in text.split(";") if part.strip()) + "]"
    numbers = isinstance(shape, LeafShape) and shape.notation.name in _UNQUOTED and column in ("value", "low", "high")
    return text if numbers and _PLAIN.match(text) else _quoted(text)


def _quoted(text: str) -> str:
    """In double quotes, if it is not a plain word; breaks that JSON leaves alone as escapes: YAML would fold them."""
    if _WORD.match(text) and plain_scalar(text) == text:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", quoted)
