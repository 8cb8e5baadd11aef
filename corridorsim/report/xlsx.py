"""Workbooks with one look: headers that stay, filters, widths that fit, numbers and dates as such, text always as text.

The same content gives the same bytes: a workbook carries no hour of its making.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..experiment import write_whole

#: Excel's own limit, of letters in a cell
LONGEST = 32_767
MAX_ROWS = 1_048_576
DAY = "yyyy-mm-dd"
MONTH = "mmm yyyy"
_NARROWEST, _WIDEST = 8, 48
_HEADER = {"bold": True, "bg_color": "#E8EDF2", "bottom": 1, "valign": "top", "text_wrap": True}
_LINE_POINTS = 15  #: height of a line of text
_FILTER_LETTERS = 3  #: what the button of a filter hides of a header


class CannotWrite(ValueError):
    """What a workbook cannot hold; str() says why."""


class Book:
    """A workbook being written. ``save`` puts it where it belongs, whole or not at all.

    A workbook keeps sixteen digits. ``exact``: a number that has more is written as text, and so kept whole.
    """

    def __init__(self, title: str, comments: str = "", *, exact: bool = False) -> None:
        import xlsxwriter

        self.exact = exact

        self._bytes = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self._bytes, options)
        made = dt.datetime(2024, 1, 1)  # noqa: DTZ001  # the format has no time zone
        self.book.set_properties({"title": title[:255], "comments": comments[:255], "created": made})
        self._formats: dict[str, Any] = {}

    def format(self, **properties: Any) -> Any:
        """A format; the same one for the same properties."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def table(
        self,
        name: str,
        header: Sequence[str],
        rows: Sequence[Sequence[Any]],
        formats: Mapping[int, str] | None = None,
        notes: Mapping[int, str] | None = None,
    ) -> Any:
        """A sheet. Its header stays in the first row, filters, and heads each printed page. Gives XlsxWriter's sheet.

        ``formats``: number formats by column; days have their own. ``notes``: shown over a header. Raises CannotWrite.
        """
        if len(rows) >= MAX_ROWS:
            raise CannotWrite(f"the sheet '{name}' would have {len(rows)} rows: more than a workbook holds")
        sheet = self.book.add_worksheet(name)
        widths = [_width(title, [row[column] for row in rows[:500]]) for column, title in enumerate(header)]
        self.header(sheet, 0, header, [width - _FILTER_LETTERS for width in widths])
        for column, note in (notes or {}).items():
            sheet.write_comment(0, column, note, {"x_scale": 1.5})
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                self.cell(sheet, number, column, value, (formats or {}).get(column, ""))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        if header:
            sheet.autofilter(0, 0, max(1, len(rows)), len(header) - 1)
        return sheet

    def header(self, sheet: Any, row: int, titles: Sequence[str], widths: Sequence[int]) -> None:
        """Titles over columns of so many letters, in a row that is high enough for the longest."""
        for column, title in enumerate(titles):
            sheet.write_string(row, column, title, self.format(**_HEADER))
        lines = [len(textwrap.wrap(title, max(1, width))) for title, width in zip(titles, widths, strict=True)]
        sheet.set_row(row, _LINE_POINTS * max(lines, default=1))

    def cell(self, sheet: Any, row: int, column: int, value: Any, number_format: str = "", **look: Any) -> None:
        """One value: text as text whatever it starts with, nothing where there is none. Raises CannotWrite."""
        if number_format:
            look["num_format"] = number_format
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.format(**look))
        elif isinstance(value, int | float):
            if not math.isfinite(value) or (self.exact and float(f"{value:.16g}") != value):
                sheet.write_string(row, column, repr(float(value)), self.format(**look))
            else:
                sheet.write_number(row, column, value, self.format(**look))
        elif isinstance(value, dt.date) and value.year >= 1901:
            sheet.write_datetime(row, column, value, self.format(**{"num_format": DAY, **look}))
        else:
            text = value.isoformat() if isinstance(value, dt.date) else str(value)
            if len(text) > LONGEST:
                raise CannotWrite(f"a text of {len(text)} letters does not fit into a cell: '{text[:40]}...'")
            sheet.write_string(row, column, text, self.format(**look))

    def save(self, path: Path) -> None:
        """Raises OSError."""
        self.book.close()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, self._bytes.getvalue())


def _width(title: str, cells: Sequence[Any]) -> int:
    """In letters: as wide as what stands in it, headers on two lines."""
    longest = max((len(_shown(cell)) for cell in cells), default=0)
    word = max(map(len, title.split()), default=0)
    return min(_WIDEST, max(_NARROWEST, longest + 2, word + 4, (len(title) + 1) // 2 + 3))


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
