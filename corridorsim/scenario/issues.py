"""What is wrong with a scenario, where, and what to do about it."""

from __future__ import annotations

import difflib
import itertools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

#: faults that one reading tells: whoever mends a thousand sees the rest the next time
MOST = 1_000
#: hints that one reading looks for: each compares a word with all that are known
HINTS = 200


class Origin(NamedTuple):
    """The place of a leaf: file as shown to the reader, line and column from 1 (in a table the column's number).

    Line 0: the file as such, where no other file names it.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault. ``path`` is the dotted path in the scenario (empty where a whole file is at fault).

    ``line`` 0: a file that was named on the command line, and cannot be read at all.
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
        if not self.line:
            place = self.file
        if self.sheet:
            place = f"{self.file}: sheet '{self.sheet}' cell {cell_name(self.line, self.column)}"
        text = f"{place}: {self.message}" + (f"; {self.hint}" if self.hint else "")
        if text.isprintable():
            return text
        # one fault is one line, and what a file holds does not steer a terminal
        return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


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


def first(issues: Iterable[Issue], told: int = 0) -> Iterator[Issue]:
    """No more issues than a reading tells (``told``: those before), and after them that there are more."""
    issues = iter(issues)
    yield from itertools.islice(issues, max(0, MOST - told))
    rest = next(issues, None)
    if rest is not None:
        yield Issue(rest.file, 0, 0, "", f"there are more than {MOST:,} faults", "mend those that are told first")


class _Hints(threading.local):
    left = HINTS


_hints = _Hints()


def hints_anew() -> None:
    """A reading begins."""
    _hints.left = HINTS


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing where none is near (or too many were looked for)."""
    if _hints.left <= 0 or len(wrong) > 200:
        return ""
    _hints.left -= 1
    words = list(itertools.islice(known, 5_000))
    near = difflib.get_close_matches(wrong, words, n=1, cutoff=0.6)
    if not near:
        folded = {word.lower(): word for word in words}
        near = [folded[wrong.lower()]] if wrong.lower() in folded else []
    return f"did you mean '{near[0]}'?" if near else ""
