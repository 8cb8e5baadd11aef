"""A scenario as a workbook to edit: a sheet for each of its tables, read back by ``corridorsim new --from-xlsx``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .. import scenario
from ..scenario.quantity import display_unit
from ..scenario.schema import KEPT_FROM, TABLES
from ..scenario.shape import FieldsShape, LeafShape
from ..scenario.sheets import TARGETS, VALUES, Sheet, row_shape, sheets, table_columns
from .xlsx import Book

#: words for the ways in which values are written
_TAKES = {
    "number": "number",
    "dated": "number; one that changes by date stands in the sheet 'values', a row a date",
    "duration": "hours; with low and high they vary from case to case",
    "law": "number, the same each time; a law that varies stands in columns x.distribution, x.mean_h and so on",
    "real": "number",
    "whole": "whole number",
    "flag": "yes or no",
    "day": "day",
    "month": "month, 1 to 12",
    "year": "year",
    "text": "text",
    "names": "ids, with semicolons between",
    "stretches": "stretches from km to km, such as 100-132; 150-160",
    "traction": "diesel, ac25kv or dc3kv; one that changes by date stands in the sheet 'values'",
    "any": "number or word",
}
_LISTED = 250  #: letters that a list to choose from may have
_SPARE = 200  #: rows below the table in which the lists to choose from still work


def write_scenario(loaded: scenario.Loaded, path: Path, version: str) -> int:
    """Write the workbook; gives its number of sheets. Raises xlsx.CannotWrite, OSError."""
    found = sheets(loaded)
    book = Book(loaded.scenario.title, "tables of a scenario of corridorsim", exact=True)
    _about(book, loaded, found, version)
    for sheet in found:
        _sheet(book, sheet)
    header = ("table", "column", "what it takes", "unit", "needed", "used by the model")
    book.table("columns", header, [row for name in TABLES for row in _columns(name)])
    book.save(path)
    return len(found) + 2


def _about(book: Book, loaded: scenario.Loaded, found: list[Sheet], version: str) -> None:
    sheet = book.book.add_worksheet("about")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    sheet.hide_gridlines(2)
    lines: list[tuple[str, str]] = [
        (loaded.scenario.title, ""),
        ("", loaded.scenario.purpose),
        ("made by", f"corridorsim {version}, from {' + '.join(loaded.layers)}"),
        *((("set", "; ".join(loaded.sets)),) if loaded.sets else ()),
        ("read it back", "corridorsim new FOLDER --from-xlsx FILE   makes a folder with a scenario of these tables"),
        ("", "or names every cell that is wrong. Nothing is made then."),
        ("sheets", "Each is a table; the sheet 'columns' says what columns a table may have. Add rows as you like."),
        ("", "'about' and 'columns' are for you and not read; any other sheet must be a table."),
        ("numbers", "x_low, x, x_high are one number with what is thought possible; x_confidence and x_source_ids"),
        ("", "stand where they differ from the row's. Units are in the columns' names. An empty cell is not given."),
        ("values", "Everything that is no cell of a table, by its path: horizon, policies, assumptions, and numbers"),
        ("", "that change by date (a row a date; the first also holds before its day)."),
    ]
    if loaded.geometry:
        lines.append(("maps", "The outlines for maps stay behind: name their files again in the section 'geo'."))
    if loaded.geometry.attribution:
        lines.append(("attribution", loaded.geometry.attribution))
    lines.append(("", ""))
    lines += [(table.name, f"{len(table.rows)} rows") for table in found]
    for row, (left, right) in enumerate(lines):
        look = {"bold": True, "font_size": 14} if row == 0 else {"bold": True, "valign": "top"}
        book.cell(sheet, row, 0, left or None, **look)
        book.cell(sheet, row, 1, right or None, text_wrap=True, valign="top")


def _sheet(book: Book, found: Sheet) -> None:
    shapes = table_columns(found.name) if found.name in TABLES else {}
    notes = {place: _note(shapes[column]) for place, column in enumerate(found.header) if column in shapes}
    sheet = book.table(found.name, found.header, found.rows, notes=notes)
    sheet.freeze_panes(1, len(_ids(found.name)))
    for place, column in enumerate(found.header):
        words = _words(shapes.get(column))
        if words and sum(map(len, words)) + len(words) < _LISTED:
            sheet.data_validation(
                1, place, len(found.rows) + _SPARE, place,
                {"validate": "list", "source": words, "error_type": "warning",
                 "error_message": "the table takes none but these words"},
            )  # fmt: skip


def _ids(name: str) -> list[str]:
    if name not in TABLES:
        return ["path"] if name == VALUES else ["name"] if name == TARGETS else []
    return [part[1:-1] for part in TABLES[name][0].split(".") if part.startswith("{")]


def _words(shape: LeafShape | None) -> list[str]:
    if shape is None or shape.notation.name == "flag":
        return [] if shape is None else ["TRUE", "FALSE"]
    return [str(choice) for choice in shape.choices]


def _note(shape: LeafShape) -> str:
    unit = display_unit(shape.name)
    return _takes(shape) + (f"\nin {unit}" if unit else "")


def _takes(shape: LeafShape) -> str:
    if shape.choices:
        return "one of " + ", ".join(map(str, shape.choices))
    return _TAKES.get(shape.notation.name, shape.notation.name)


def _columns(name: str) -> Iterator[tuple[str, str, str, str, bool, bool]]:
    """What each column of a table takes, for the sheet ``columns``."""
    row = row_shape(name)
    fields = row.model.model_fields if isinstance(row, FieldsShape) else {}
    kept_from = KEPT_FROM.get(row.model) if isinstance(row, FieldsShape) else None
    used = True
    for column, shape in table_columns(name).items():
        used = used and column != kept_from
        field = fields.get(column)
        prose = column in ("source_ids", "confidence", "note")
        needed = field is None or field.is_required()
        yield name, column, _takes(shape), display_unit(column), needed, used and not prose
