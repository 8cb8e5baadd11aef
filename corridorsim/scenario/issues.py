"""What is wrong with a scenario, where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Origin(NamedTuple):
    """The place of a leaf: file as shown to the reader, line and column from 1 (in a table the column's number)."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault. ``path`` is the dotted path in the scenario (empty where a whole file is at fault).

    ``sheet``: where the file is a workbook; ``line`` and ``column`` are then those of a cell.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    sheet: str = ""

    @classmethod
    def at(cls, origin: Origin, path: str, message: str, hint: str = "") -> Issue:
        """An issue at a place."""
        return cls(*origin, path, message, hint)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}"
        if self.sheet:
            place = f"{self.file}: sheet '{self.sheet}' cell {cell_name(self.line, self.column)}"
        return f"{place}: {self.message}" + (f"; {self.hint}" if self.hint else "")


class Issues(Exception):
    """All faults of a scenario at once, by file and line; ``str`` gives one a line."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        distinct = dict.fromkeys(issues)
        places = {issue: (issue.file, issue.sheet, issue.line, issue.column, issue.message) for issue in distinct}
        self.issues: tuple[Issue, ...] = tuple(sorted(distinct, key=places.__getitem__))
        super().__init__(self.issues)

    def __str__(self) -> str:
        return "\n".join(map(str, self.issues))

    def __reduce__(self) -> tuple[type[Issues], tuple[tuple[Issue, ...]]]:
        return Issues, (self.issues,)


def cell_name(row: int, column: int) -> str:
    """``D7`` of row 7, column 4."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing where none is near."""
    words = list(known)
    near = difflib.get_close_matches(wrong, words, n=1, cutoff=0.6)
    if not near:
        folded = {word.lower(): word for word in words}
        near = [folded[wrong.lower()]] if wrong.lower() in folded else []
    return f"did you mean '{near[0]}'?" if near else ""
