"""A workbook of scenario tables as files: CSV tables, and a YAML file for what stands in no table.

A sheet is a table of ``schema.TABLES`` or one of ``values`` and ``targets`` (see ``sheets``); ``about`` and ``columns``
are for the reader and not read. The files are read like any others; what is then wrong with them is told by sheet and
cell (``Unpacked.relocated``). Macros are not taken, formulas only with the value that was kept with them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from . import roots
from .issues import Issue, Issues, cell_name, did_you_mean
from .schema import TABLES
from .sheets import TARGETS, VALUES
from .yaml_values import Row, Spot, yaml_text

#: sheets for the reader
PROSE = ("about", "columns")
MAX_BYTES = 40_000_000  #: all parts of the file, unpacked
MAX_PARTS = 2_000
MAX_CELLS = 300_000
#: the folder of the CSV files, beside the YAML file
FOLDER = "tables"


class Place(NamedTuple):
    """Where a line of a file came from: sheet and row; ``spots``: its columns, for a line of YAML."""

    sheet: str
    row: int
    spots: tuple[Spot, ...] = ()

    def column(self, column: int) -> int:
        """The column of the sheet for a column of the file (for a table they are the same)."""
        if not self.spots:
            return column
        return next((spot.column for spot in reversed(self.spots) if spot.start <= column), self.spots[0].column)


@dataclass
class Unpacked:
    """What a workbook holds, as the text of files by their names; ``places`` of their lines."""

    workbook: str
    yaml: str = ""
    files: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, int], Place] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The files in an empty folder; gives the YAML file. Raises OSError."""
        (folder / FOLDER).mkdir(parents=True)
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        return folder / self.yaml

    def relocated(self, issues: Iterable[Issue], folder: Path) -> Issues:
        """What is wrong with the files in a folder, told by sheet and cell."""
        shown = {roots.shown(folder / name): name for name in self.files}
        told = re.compile("(" + "|".join(map(re.escape, shown)) + r"):(\d+):(\d+)")

        def cell(match: re.Match[str]) -> str:
            place = self.places.get((shown[match[1]], int(match[2])))
            where = f"sheet '{place.sheet}' cell {cell_name(place.row, place.column(int(match[3])))}" if place else ""
            return where or match[0]

        found = []
        for issue in issues:
            message, hint = told.sub(cell, issue.message), told.sub(cell, issue.hint)
            moved = replace(issue, message=message, hint=hint)
            place = self.places.get((shown.get(issue.file, ""), issue.line))
            if place is not None:
                column = place.column(issue.column)
                moved = replace(moved, file=self.workbook, line=place.row, column=column, sheet=place.sheet)
            elif issue.file in shown:
                moved = replace(moved, file=self.workbook)
            found.append(moved)
        return Issues(found)


def unpack(file: Path, name: str) -> Unpacked:
    """The tables of a workbook as files of a scenario of that name. Raises Issues with all that is wrong with it."""
    made = Unpacked(roots.shown(file), f"{name}.yaml")
    issues: list[Issue] = []
    sheets = _read(file, made.workbook, issues)
    tables = {}
    for kind in TABLES:
        if kind in sheets:
            table = f"{FOLDER}/{kind}.csv"
            tables[kind] = table
            made.files[table], lines = _csv(sheets[kind])
            made.places |= {(table, line): Place(kind, row) for line, row in lines.items()}
    text, marks, found = yaml_text(name, sheets.get(VALUES, []), sheets.get(TARGETS, []), tables)
    issues += [
        Issue(made.workbook, row, column, "", message, hint, sheet) for sheet, row, column, message, hint in found
    ]
    if issues:
        raise Issues(issues)
    made.files[made.yaml] = text
    made.places |= {(made.yaml, line): Place(*place) for line, place in marks.items()}
    return made


def _csv(rows: list[Row]) -> tuple[str, dict[int, int]]:
    """The text, and the row of the sheet for each of its lines; rows of the sheet stand on lines of their number."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    lines: dict[int, int] = {}
    line, last = 1, 0
    for row in rows:
        for _ in range(row.number - last - 1):
            text.write("\n")
            line += 1
        lines[line] = last = row.number
        writer.writerow(row.cells)
        line += 1 + sum(cell.count("\n") for cell in row.cells)
    return text.getvalue(), lines


# --- the file ---------------------------------------------------------------------------------------------------------


def _read(file: Path, shown: str, issues: list[Issue]) -> dict[str, list[Row]]:
    """The rows of every known sheet that is not for the reader alone; the first row is the header."""

    def unreadable(message: str, hint: str = "") -> Issues:
        return Issues([Issue(shown, 1, 1, "", message, hint)])

    if not file.is_file():
        raise unreadable("there is no such file" if not file.exists() else "this is not a file")
    if file.stat().st_size > MAX_BYTES:
        raise unreadable(f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    merged: dict[str, list[str]] = {}
    try:
        with zipfile.ZipFile(file) as parts:
            fault = _looked_through(parts, merged)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError, OSError):
        fault = "this is no .xlsx workbook", "save it as .xlsx, without a password"
    if fault:
        raise unreadable(*fault)
    return _sheets(file, shown, merged, issues)


def _looked_through(parts: zipfile.ZipFile, merged: dict[str, list[str]]) -> tuple[str, str] | None:
    """What speaks against reading the file at all; merged cells by sheet go to ``merged``."""
    names = parts.namelist()
    if len(names) > MAX_PARTS or sum(part.file_size for part in parts.infolist()) > MAX_BYTES:
        return f"unpacked, the file is larger than {MAX_BYTES // 1_000_000} MB", "split it"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "the workbook has macros, which are not taken", "save it as .xlsx"
    cells = 0
    ranges: dict[str, list[str]] = {}
    for name in names:
        if not name.endswith((".xml", ".rels")):
            continue
        text = parts.read(name)
        if b"<!DOCTYPE" in text.replace(b"\0", b""):
            return "the workbook defines entities of its own, which are not taken", "save it anew"
        if name.startswith("xl/worksheets/"):
            far = _FAR.search(text)
            if far:
                return f"a sheet reaches to cell {far[1].decode()}", "delete the columns to the right of the table"
            cells += len(_CELL.findall(text))
            ranges[name] = [found.decode() for found in _MERGED.findall(text)]
    if cells > MAX_CELLS:
        return f"the workbook has more than {MAX_CELLS:,} cells", "delete empty rows that are only formatted"
    merged |= {title: ranges.get(part, []) for title, part in _parts_of_sheets(parts)}
    return None


_CELL = re.compile(rb"<(?:\w+:)?c[ >/]")
_FAR = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]{3}[0-9]{1,7})"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z0-9:]{1,30})"')


def _parts_of_sheets(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name of each sheet, and the part of the file that holds it."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    }
    for node in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
        if node.tag.rpartition("}")[2] == "sheet":
            key = next((value for name, value in node.items() if name.rpartition("}")[2] == "id"), "")
            target = targets.get(key, "")
            yield node.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _sheets(file: Path, shown: str, merged: dict[str, list[str]], issues: list[Issue]) -> dict[str, list[Row]]:
    import openpyxl

    # it warns of what it leaves out, which is nothing that counts here: looks, charts, lists to choose from
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _opened(openpyxl.load_workbook, file, shown, merged, issues)


def _opened(
    load: Any, file: Path, shown: str, merged: dict[str, list[str]], issues: list[Issue]
) -> dict[str, list[Row]]:
    try:
        # formulas as written, and beside them the values that were kept with them; from memory, since a sheet that
        # breaks off would leave its file open
        data = file.read_bytes()
        written = load(io.BytesIO(data), read_only=True, keep_links=False)
        kept = load(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception:  # openpyxl lets through whatever goes wrong inside of it
        hint = "save it as .xlsx, by Excel or LibreOffice"
        raise Issues([Issue(shown, 1, 1, "", "this is no .xlsx workbook", hint)]) from None
    try:
        known = (VALUES, TARGETS, *TABLES)
        found: dict[str, list[Row]] = {}
        for sheet in written:
            title = sheet.title

            def say(message: str, hint: str = "", row: int = 1, column: int = 1, title: str = title) -> None:
                issues.append(Issue(shown, row, column, "", message, hint, sheet=title))

            if title in PROSE:
                continue
            if title not in known:
                hint = did_you_mean(title, known) or f"sheets are named as tables; {' and '.join(PROSE)} are not read"
                say(f"unknown sheet '{title[:40]}'", hint)
            elif sheet.sheet_state != "visible":
                say("the sheet is hidden, but would count", "unhide it, or delete it")
            elif not hasattr(sheet, "iter_rows"):
                say("the sheet is no table")
            else:
                for cells in merged.get(title, []):
                    say(f"the cells {cells} are merged", "unmerge them: every row has its own values", *_first(cells))
                sheet.reset_dimensions()
                kept[title].reset_dimensions()
                found[title] = _rows(sheet.iter_rows(), kept[title].iter_rows(), say)
        if not found and not issues:
            issues.append(
                Issue(shown, 1, 1, "", "the workbook has no sheet of a scenario", f"such as {', '.join(known)}")
            )
        return found
    except Issues:
        raise
    except Exception:  # likewise: a sheet that breaks off, text where a number stands
        hint = "save it as .xlsx, by Excel or LibreOffice"
        raise Issues([Issue(shown, 1, 1, "", "a sheet of this workbook cannot be read", hint)]) from None
    finally:
        written.close()
        kept.close()


def _first(cells: str) -> tuple[int, int]:
    """Row and column of the first of some cells."""
    match = re.match(r"([A-Z]+)([0-9]+)", cells)
    if match is None:
        return 1, 1
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _rows(written: Iterable[Any], kept: Iterable[Any], say: Any) -> list[Row]:
    """All rows with something in them, as long as the header."""
    rows: list[Row] = []
    width = 0
    for number, (cells, values) in enumerate(zip(written, kept, strict=True), 1):
        texts = [
            _text(cell, value.value, lambda *said, at=(number, column): say(*said, *at))
            for column, (cell, value) in enumerate(zip(cells, values, strict=True), 1)
        ]
        while texts and not texts[-1].strip():
            texts.pop()
        if not rows:
            if not texts:
                if number == 1:
                    say("the first row is empty", "it names the columns")
                continue
            width = len(texts)
        elif not texts:
            continue
        for column in range(width, len(texts)):
            if texts[column].strip():
                say(f"'{texts[column][:40]}' stands under no column", "name the column in row 1", number, column + 1)
        rows.append(Row(number, [*texts[:width], *[""] * (width - len(texts))]))
    return rows


def _text(cell: Any, value: Any, say: Any) -> str:
    """A cell as a table of text would have it."""
    if cell.data_type == "f" and value is None:
        say("the formula has no value kept with it", "open and save the workbook once in Excel or LibreOffice")
        return "?"
    kind = "e" if isinstance(value, str) and value in _ERRORS and cell.data_type in ("e", "f") else ""
    if kind:
        say(f"the cell holds the error {value}", "mend its formula, or write the value")
        return "?"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        say(f"{value:%Y-%m-%d %H:%M} has a time of day", "write a day, or a number of hours")
        return "?"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time | dt.timedelta):
        say("the cell is formatted as a time of day", "write hours as a number")
        return "?"
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
