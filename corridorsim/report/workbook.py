"""Results as a workbook: the answer first, throughput as a chart, then a sheet for each table, units in the headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..analysis import TABLES
from .effective import HEADER, input_changes
from .workbook_answer import answer_sheet
from .xlsx import MONTH, Book

if TYPE_CHECKING:
    import pandas as pd

    from .result import Result

#: column of a table -> what stands over it, and how its numbers are shown
TITLES: dict[str, tuple[str, str]] = {
    "scenario": ("scenario", ""),
    "demand": ("demand", ""),
    "replication": ("replication", "0"),
    "year": ("year", "0"),
    "month": ("month", MONTH),
    "day": ("day", ""),
    "perimeter": ("perimeter", ""),
    "flow": ("flow", ""),
    "cause": ("cause", ""),
    "place": ("place", ""),
    "resource": ("resource", ""),
    "name": ("name", ""),
    "segment": ("line", ""),
    "gate": ("refused at", ""),
    "kind": ("kind", ""),
    "from_place": ("from", ""),
    "to_place": ("to", ""),
    "phase": ("phase", ""),
    "part": ("part", ""),
    "mode": ("mode", ""),
    "leg": ("leg", ""),
    "class_id": ("class", ""),
    "offered_mt": ("offered (Mt)", "0.000"),
    "accepted_mt": ("accepted (Mt)", "0.000"),
    "refused_mt": ("refused (Mt)", "0.000"),
    "delivered_mt": ("delivered (Mt)", "0.000"),
    "teu": ("delivered (TEU)", "#,##0"),
    "container_trains": ("container trains (trains)", "#,##0"),
    "offered_t": ("offered (t)", "#,##0"),
    "accepted_t": ("accepted (t)", "#,##0"),
    "refused_t": ("refused (t)", "#,##0"),
    "delivered_t": ("delivered (t)", "#,##0"),
    "stock_start_t": ("under way at the start (t)", "#,##0"),
    "stock_end_t": ("under way at the end (t)", "#,##0"),
    "transit_days_mean": ("transit, mean (days)", "0.0"),
    "transit_days_p10": ("transit, a tenth is faster (days)", "0.0"),
    "transit_days_p50": ("transit, median (days)", "0.0"),
    "transit_days_p90": ("transit, a tenth is slower (days)", "0.0"),
    "origin_wait_days": ("wait at the origin (days)", "0.0"),
    "lots": ("lots (number)", "#,##0.0"),
    "tonnes": ("cargo (t)", "#,##0"),
    "trains": ("trains (number)", "#,##0.0"),
    "net_t": ("cargo (t)", "#,##0"),
    "gross_t": ("wagons and cargo (t)", "#,##0"),
    "hours": ("under way, all together (h)", "#,##0"),
    "tonne_days": ("cargo waited (tonne-days)", "#,##0"),
    "days": ("waited, with or without cargo (days)", "#,##0.0"),
    "busy": ("busy (h or slots)", "#,##0"),
    "available": ("in service (h or slots)", "#,##0"),
    "utilisation": ("utilisation (%)", "0.0%"),
    "amount": ("at the end of the month (t or number)", "#,##0.0"),
    "net_tkm": ("cargo (tkm)", "#,##0"),
    "gross_tkm": ("wagons and cargo (tkm)", "#,##0"),
    "empty_gross_tkm": ("empty wagons (tkm)", "#,##0"),
    "light_km": ("light engines (km)", "#,##0"),
    "voyage_t": ("cargo on voyages (t)", "#,##0"),
    "sea_h": ("at sea (ship-h)", "#,##0"),
    "port_h": ("in port (ship-h)", "#,##0"),
    "came": ("came (number)", "#,##0"),
    "waited": ("waited (number)", "#,##0"),
    "waited_share": ("waited (%)", "0.0%"),
    "wait_h": ("in line, mean of all that came (h)", "0.00"),
    "stay_h": ("in line and served (h)", "0.00"),
    "mean_waiting": ("in line, mean over time (number)", "0.00"),
    "mean_present": ("in line and served, mean over time (number)", "0.00"),
    "empty_share": ("time with nobody there (%)", "0.0%"),
}
#: what a reader might not guess from a header
NOTES = {
    "demand": "as given: what the scenario offers. saturating: half as much again, to see what could be carried. "
    "Drawn: each replication draws the uncertain inputs anew.",
    "perimeter": "A: dry rail cargo. B: A and crude. C: B and other cargo, the published headline.",
    "busy": "lines: slots; everything else: hours",
    "tonne_days": "one tonne that waits one day is one tonne-day",
}
#: how each table is called; the order of the sheets
SHEETS = {
    "years": "years", "months": "months", "flows": "flows", "refused": "refused", "waiting": "waiting",
    "blame": "where days go", "utilisation": "utilisation", "queues": "who waited", "traffic": "lines",
    "trains": "trains", "stocks": "stocks", "work": "work", "waiting_months": "waiting by month",
    "system": "cargo in system",
}  # fmt: skip
DEMANDS = {
    "as_given": "as given", "saturating": "saturating", "sampled": "as given, drawn",
    "sampled_saturating": "saturating, drawn",
}  # fmt: skip
#: tables that are short enough to be shown for every kind of demand; the others for the demand as given
#: where a column means something else than in the other tables
_OWN_TITLES = {
    ("blame", "tonne_days"): "cargo delivered (tonne-days)",
    ("trains", "trains"): "trains or voyages (number)",
}
_OF_ALL = ("years", "months", "flows", "utilisation")
_WITH_INTERVALS = ("years", "months")


def write_workbook(results: Sequence[Result], path: str | Path, command: str = "") -> Path:
    """Write results, the baseline first, as .xlsx; the same results give the same bytes.

    Every table is the mean over the replications; ``replications`` has the years one by one. ``command``: what makes
    the file again. Raises xlsx.CannotWrite where it would be too large, ValueError without results, OSError.
    """
    if not results:
        raise ValueError("a workbook needs a result at least")
    named = _named(results)
    book = Book("corridorsim: " + ", ".join(named), "results of corridorsim")
    answer_sheet(book, named, command)
    charts = book.book.add_worksheet("charts")
    charts.set_landscape()
    charts.fit_to_pages(1, 0)
    _throughput(book, charts, named)
    for table in (*SHEETS, *(name for name in TABLES if name not in SHEETS)):
        _table(book, SHEETS.get(table, table.replace("_", " ")), _frame(named, table), table)
    _table(book, "replications", _replications(named))
    _inputs(book, named)
    book.save(Path(path))
    return Path(path)


def _named(results: Sequence[Result]) -> dict[str, Result]:
    """Results by their names, those of the same name told apart by a number."""
    named: dict[str, Result] = {}
    for result in results:
        name, number = result.name, 1
        while name in named:
            number += 1
            name = f"{result.name} ({number})"
        named[name] = result
    return named


# --- tables -----------------------------------------------------------------------------------------------------------


def _frame(named: Mapping[str, Result], table: str) -> pd.DataFrame:
    import pandas as pd

    from ..analysis.means import means

    parts = []
    for name, result in named.items():
        for demand, words in DEMANDS.items():
            if demand in result.sets and (demand == "as_given" or table in _OF_ALL):
                part = means(result.sets[demand], table, intervals=table in _WITH_INTERVALS)
                part.insert(0, "scenario", name)
                part.insert(1, "demand", words)
                if "day" in part:
                    part["day"] = [_start(result) + dt.timedelta(days=int(day)) for day in part.day]
                parts.append(part)
    found = pd.concat(parts, ignore_index=True)
    if table == "utilisation":  # seconds, but of lines slots
        hours = ~found.resource.str.startswith("segment:")
        found.loc[hours, ["busy", "available"]] = found.loc[hours, ["busy", "available"]] / 3600
    return _with_dates(found)


def _with_dates(found: pd.DataFrame) -> pd.DataFrame:
    if "month" in found:
        found["month"] = [dt.date.fromisoformat(f"{month}-01") for month in found.month]
    return found


def _start(result: Result) -> dt.date:
    """The first day of the horizon."""
    return dt.date.fromisoformat(str(next(row[1] for row in result.inputs if row[0] == "horizon.start")))


def _replications(named: Mapping[str, Result]) -> pd.DataFrame:
    """The years one by one."""
    import pandas as pd

    from ..analysis.frames import frame, stacked

    parts = []
    for name, result in named.items():
        for demand, words in DEMANDS.items():
            if demand in result.sets:
                part = frame(stacked(result.sets[demand], "years"))
                part.insert(0, "scenario", name)
                part.insert(1, "demand", words)
                parts.append(part)
    return pd.concat(parts, ignore_index=True)


def titled(column: str, table: str = "") -> tuple[str, str]:
    """Title with its unit, and number format, of a column; of a bound those of its mean. Raises KeyError."""
    if (table, column) in _OWN_TITLES:
        return _OWN_TITLES[table, column], TITLES[column][1]
    for end, words in (("_low", "lower bound"), ("_high", "upper bound")):
        if column.endswith(end):
            title, shown = titled(column.removesuffix(end))
            name, _, unit = title.partition(" (")
            return (f"{name}, {words} ({unit}" if unit else f"{name}, {words}"), shown
    return TITLES[column]


def _table(book: Book, name: str, found: pd.DataFrame, table: str = "") -> None:
    columns = [str(column) for column in found.columns]
    titles = [titled(column, table) for column in columns]
    formats = {place: shown for place, (_, shown) in enumerate(titles) if shown}
    notes = {place: NOTES[column] for place, column in enumerate(columns) if column in NOTES}
    sheet = book.table(name, [title for title, _ in titles], list(_rows(found)), formats, notes)
    if "utilisation" in columns:
        place = columns.index("utilisation")
        bar = {"type": "data_bar", "bar_color": "#9CC3E0", "min_type": "num", "max_type": "num"}
        sheet.conditional_format(1, place, max(1, len(found)), place, bar | {"min_value": 0, "max_value": 1})


def _rows(found: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Rows of plain Python values."""
    columns = [found[name].tolist() for name in found.columns]
    yield from zip(*columns, strict=True)


# --- throughput -------------------------------------------------------------------------------------------------------


def _throughput(book: Book, charts: Any, named: Mapping[str, Result], perimeter: str = "C") -> None:
    """Tonnes a month side by side, and on the sheet ``charts`` a chart for each kind of demand."""
    months = _frame(named, "months")
    months = months[months.perimeter == perimeter]
    days = sorted(set(months.month))
    header, columns = ["month"], [list[Any](days)]
    drawn: list[tuple[str, list[_Line]]] = []
    for demand, words in DEMANDS.items():
        lines: list[_Line] = []
        for name in named:
            mine = months[(months.scenario == name) & (months.demand == words)]
            for column in ("delivered_mt", "delivered_mt_low", "delivered_mt_high", "offered_mt") if len(mine) else ():
                if column in ("delivered_mt", "offered_mt"):
                    lines.append(_Line(len(header), name, column.removesuffix("_mt")))
                values = dict(zip(mine.month.tolist(), mine[column].tolist(), strict=True))
                header.append(f"{name}, {words}: {titled(column)[0]}")
                columns.append([values.get(day) for day in days])
        asked = _asked(next(iter(named.values())), demand, days, perimeter)
        if lines and any(asked):
            lines.append(_Line(len(header), "target, a month's share", "target"))
            header.append(f"target, {words}: a month's share (Mt)")
            columns.append(asked)
        if lines:
            drawn.append((f"Delivered a month on {perimeter}, demand {words}", lines))
    formats = {0: MONTH} | dict.fromkeys(range(1, len(header)), "0.000")
    sheet = book.table("throughput", header, list(zip(*columns, strict=True)), formats)
    sheet.freeze_panes(1, 1)
    for number, (title, lines) in enumerate(drawn):
        chart = _chart(book, len(days), title, lines)
        charts.insert_chart(1 + number * 23, 0, chart, {"description": f"{title}: a line for each scenario"})


def _asked(result: Result, demand: str, days: Sequence[dt.date], perimeter: str) -> list[float | None]:
    """A twelfth of the tonnes that a target asks for, in the months of its year."""
    for target in result.summary.targets:
        if (target.measure, target.demand, target.perimeter) == ("delivered_mt", demand, perimeter):
            return [target.at_least / 12 if day.year == target.year else None for day in days]
    return [None] * len(days)


class _Line(NamedTuple):
    """A line of a chart: the column of its values; ``what`` is delivered, offered or target."""

    column: int
    name: str
    what: str


def _chart(book: Book, months: int, title: str, lines: Sequence[_Line]) -> Any:
    from ..figures.style import COLOURS, MUTED, TARGET

    chart = book.book.add_chart({"type": "line"})
    drawn = 0
    offered = 0
    for column, name, what in lines:
        if what == "offered":
            offered += 1
            if offered > 1:  # scenarios mostly offer the same
                continue
        looks: dict[str, dict[str, Any]] = {
            "delivered": {"color": COLOURS[drawn % len(COLOURS)], "width": 2.25},
            "offered": {"color": MUTED, "width": 1.25, "dash_type": "round_dot"},
            "target": {"color": TARGET, "width": 1.5, "dash_type": "dash"},
        }
        drawn += what == "delivered"
        chart.add_series(
            {
                "name": name if what != "offered" else f"offered, {name}",
                "categories": ["throughput", 1, 0, months, 0],
                "values": ["throughput", 1, column, months, column],
                "line": looks[what],
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_x_axis({"date_axis": True, "num_format": MONTH, "num_font": {"rotation": -45}})
    chart.set_y_axis({"name": "Mt a month", "min": 0, "num_format": "0.0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 400})
    return chart


# --- inputs -----------------------------------------------------------------------------------------------------------


def _inputs(book: Book, named: Mapping[str, Result]) -> None:
    names, results = list(named), list(named.values())
    if len(results) > 1:
        rows = [
            (name, *map(_plain, change))
            for name, result in zip(names[1:], results[1:], strict=True)
            for change in input_changes(results[0].inputs, result.inputs)
        ]
        header = ("scenario", "input", names[0], "in the scenario", "unit", "sources", "set by")
        book.table("inputs that differ", header, rows)
    titles = ("input", "value", "low", "high", "unit", "sources", "confidence", "set by")
    assert len(titles) == len(HEADER)
    book.table("inputs", titles, [[_plain(cell) for cell in row] for row in results[0].inputs])


def _plain(cell: Any) -> Any:
    """A number that a folder of results keeps as text is one; an empty cell is none."""
    if cell == "":
        return None
    if isinstance(cell, str):
        try:
            value = float(cell)
        except ValueError:
            return cell
        return value if cell[:1] in "-0123456789." and value == value else cell
    return cell
