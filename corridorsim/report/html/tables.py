"""Tables of the page: what is shown, and what is sorted by and downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

#: an interval is (low, high), either None; a link is (words, address)
Kind: TypeAlias = Literal["text", "number", "interval", "link"]


class Cell(NamedTuple):
    """What is shown; ``raw``: what is sorted by and downloaded (a float, "" where there is nothing); ``href`` of links;
    ``high``: of an interval its other end.
    """

    shown: str
    raw: float | str
    href: str = ""
    high: float | str = ""


@dataclass(frozen=True)
class Column:
    """``title``: with the unit, where there is one. ``digits`` of numbers; None: as many as it takes."""

    title: str
    kind: Kind = "text"
    digits: int | None = None
    percent: bool = False  #: a share, shown as per cent


@dataclass(frozen=True)
class Table:
    """``name``: of the file to download. ``rows``: values, None where there is none.

    The first column names its row.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]

    def cells(self) -> list[list[Cell]]:
        """As the page shows them."""
        return [[_cell(value, column) for value, column in zip(row, self.columns, strict=True)] for row in self.rows]


def from_frame(name: str, caption: str, frame: pd.DataFrame) -> Table:
    """A frame as a table: its columns by their names."""
    import pandas as pd

    columns = [
        Column(str(key), "number" if pd.api.types.is_numeric_dtype(frame[key]) and frame[key].dtype != bool else "text")
        for key in frame.columns
    ]
    rows = [[None if pd.isna(value) else value for value in row] for row in frame.itertuples(index=False, name=None)]
    return Table(name, caption, columns, rows)


def _cell(value: Any, column: Column) -> Cell:
    if value is None or (isinstance(value, float) and value != value):
        return Cell("", "")
    if column.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(_shown(float(value), column), float(value))
    if column.kind == "interval" and not isinstance(value, str):
        low, high = value
        if low is None or high is None:
            return Cell("", "")
        return Cell(f"[{_shown(float(low), column)}, {_shown(float(high), column)}]", float(low), high=float(high))
    if column.kind == "link" and not isinstance(value, str):
        words, address = value
        return Cell(str(words), str(words), safe_address(str(address)))
    if isinstance(value, bool):
        return Cell("yes" if value else "no", "yes" if value else "no")
    text = f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)
    return Cell(text, text)


def _shown(value: float, column: Column) -> str:
    if column.percent:
        return f"{value:.{1 if column.digits is None else column.digits}%}".replace("%", " %")
    if column.digits is not None:
        least = 10**-column.digits
        if 0 < abs(value) < least / 2:  # a small number is not none
            return f"<{least:g}" if value > 0 else f">-{least:g}"
        return f"{value:,.{column.digits}f}"
    if value == int(value) and abs(value) < 1e15:
        # years and numbers of replications are no quantities: no thousands set apart under 10,000
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def safe_address(address: str) -> str:
    """An address that a page may link to; "" for one of any other kind (``javascript:`` and the like)."""
    return address if address.lower().startswith(("https://", "http://")) else ""
