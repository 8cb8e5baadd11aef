"""Time against distance: every train of a line for some days, where it met others, and what it waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .dates import as_days, date_axis
from .figure import Figure
from .style import COLOURS, canvas, faded, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: kind of train -> (width, dashes of matplotlib, of plotly)
KINDS: Final = {"loaded": (1.3, "-", "solid"), "empty": (0.8, (0, (4, 1.5)), "dash"), "light": (0.8, ":", "dot"),
                "background": (0.7, "-", "solid"), "freight": (1.3, "-", "solid"),
                "fast": (0.8, (0, (4, 1.5)), "dash")}  # fmt: skip
#: of waits, most hours first; the rest share the last
CAUSES: Final = ("#E69F00", "#CC79A7", "#009E73", "#56B4E9", "#8c5a2b", "#7b8794")
#: of ways in the two directions
TOWARDS: Final = (COLOURS[0], COLOURS[1])
SHADE: Final = "#9aa5b1"
#: of the section that decides what a line carries
CRITICAL: Final = "#E69F00"
#: of the distance axis that a label of a station takes
LEAST_GAP: Final = 0.026


def string_line(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a piece: what (runs, waits, closed, station, loop, critical), train, trip, kind (loaded,
    empty, light, background; of a line by itself freight, fast), direction (the end towards which it runs), flow,
    place, cause, start, end, km_start, km_end. As ``analysis.line.string_line`` gives it.
    """
    runs, waits = table[table.what == "runs"], table[table.what == "waits"]
    stations = table[table.what == "station"]
    trains = runs[runs.kind != "background"].drop_duplicates(["train", "trip"])
    ways = ", ".join(f"{number} towards {end}" for end, number in trains.direction.value_counts().items())
    hours = _hours(waits).groupby(waits.cause).sum().sort_values(ascending=False)
    waited = ", ".join(f"{cause.replace('_', ' ')} {amount:,.0f} h" for cause, amount in hours.head(3).items())
    alt = (
        f"Distance against time over {stations.km_start.max():,.0f} km and {len(stations)} stations: "
        f"{len(trains)} trains ({ways or 'none'}). Waiting on the line: {waited or 'none'}."
    )
    return Figure("string-line", title, caption, alt, table, _static, _interactive)


def _hours(pieces: pd.DataFrame) -> Any:
    return (pieces.end - pieces.start).dt.total_seconds() / 3600


def _directions(table: pd.DataFrame) -> list[str]:
    """The ends of the line: the last station first, as a timetable is read."""
    stations = table[table.what == "station"].sort_values("km_start")
    return [stations.place.iloc[-1], stations.place.iloc[0]]


def _causes(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Cause -> (words, colour)."""
    waits = table[table.what == "waits"]
    ranked = list(_hours(waits).groupby(waits.cause).sum().sort_values(ascending=False).index)
    own = len(CAUSES) - 1 if len(ranked) > len(CAUSES) else len(CAUSES)
    return {
        cause: (cause.replace("_", " "), CAUSES[rank]) if rank < own else ("other waits", CAUSES[-1])
        for rank, cause in enumerate(ranked)
    }


def _period(table: pd.DataFrame) -> tuple[Any, Any]:
    stations = table[table.what == "station"]
    return stations.start.min(), stations.end.max()


def _ticks(table: pd.DataFrame) -> tuple[list[float], list[str]]:
    """Stations on the axis, with their kilometre; of some that lie too near to one another only the first. Then loops
    where there is room for them; ends of second track, which are named by their kilometre, are none."""
    stations = table[table.what == "station"].sort_values("km_start")
    length = stations.km_start.max() or 1.0
    km, names = stations.km_start.tolist(), stations.place.tolist()
    kept = [0]
    for number in range(1, len(km)):
        if km[number] - km[kept[-1]] >= LEAST_GAP * length and km[-1] - km[number] >= LEAST_GAP * length:
            kept.append(number)
    if len(km) > 1:
        kept.append(len(km) - 1)
    shown = {km[number]: names[number] for number in kept}
    for loop in rows_of(table[(table.what == "loop") & ~table.place.str.startswith("km ")].sort_values("km_start")):
        if all(abs(loop.km_start - other) >= LEAST_GAP * length for other in shown):
            shown[loop.km_start] = loop.place
    return sorted(shown), [f"{shown[at]}  {at:,.0f}" for at in sorted(shown)]


def _paths(pieces: pd.DataFrame) -> tuple[list[Any], list[float | None], list[int]]:
    """Times, kilometres and the row of each point, with a gap where one train ends and another begins, or where it has
    left the line in between."""
    times: list[Any] = []
    km: list[float | None] = []
    rows: list[int] = []
    for place, row in enumerate(rows_of(pieces)):
        times += [row.start, row.end, row.end]
        km += [row.km_start, row.km_end, None]
        rows += [place] * 3
    return times, km, rows


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    from matplotlib.collections import LineCollection
    from matplotlib.patches import Rectangle

    at, names = _ticks(table)
    drawn = canvas(max(5.4, 2.0 + 0.2 * len(at)))
    axes = drawn.add_subplot()

    def ends(pieces: pd.DataFrame) -> Any:
        x = np.column_stack([as_days(pieces.start), as_days(pieces.end)])
        return np.stack([x, pieces[["km_start", "km_end"]].to_numpy()], axis=2)

    closed = table[table.what == "closed"]
    for row, start, end in zip(rows_of(closed), as_days(closed.start), as_days(closed.end), strict=True):
        label = "" if axes.patches else "closed: works or no slots"
        box = (start, row.km_start), end - start, row.km_end - row.km_start
        axes.add_patch(Rectangle(*box, color=SHADE, alpha=0.35, lw=0, label=label))
    for row in rows_of(table[table.what == "critical"]):
        axes.axhspan(row.km_start, row.km_end, color=CRITICAL, alpha=0.13, lw=0, zorder=0, label="critical section")
    runs, waits = table[table.what == "runs"], table[table.what == "waits"]
    looks = _causes(table)
    for words, colour in dict.fromkeys(looks.values()):
        mine = waits[waits.cause.isin([cause for cause, look in looks.items() if look == (words, colour)])]
        lines = LineCollection(ends(mine), colors=colour, linewidths=2.2, capstyle="butt", label=f"waits: {words}")
        axes.add_collection(lines)
    for end, colour in zip(_directions(table), TOWARDS, strict=True):
        for kind, (width, dashes, _) in KINDS.items():
            mine = runs[(runs.direction == end) & (runs.kind == kind)]
            ink = SHADE if kind == "background" else colour
            if len(mine):
                words = f"{kind}, towards {end}"
                lines = LineCollection(ends(mine), colors=ink, linewidths=width, linestyles=[dashes], label=words)
                axes.add_collection(lines)
    for row in rows_of(table[table.what == "loop"]):
        axes.axhline(row.km_start, color=SHADE, lw=0.4, ls=":", zorder=0)
    axes.set_xlim(*_period(table))
    axes.set_ylim(0, table.km_end.max())
    axes.set_yticks(at, names, fontsize=7)
    axes.set_ylabel("station and km")
    date_axis(axes)
    legend_above(axes, 3)
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    for row in rows_of(table[table.what == "closed"]):
        drawn.add_shape(type="rect", x0=row.start, x1=row.end, y0=row.km_start, y1=row.km_end, layer="below",
                        fillcolor=faded(SHADE, 0.35), line_width=0)  # fmt: skip
    for row in rows_of(table[table.what == "critical"]):
        drawn.add_hrect(y0=row.km_start, y1=row.km_end, layer="below", fillcolor=faded(CRITICAL, 0.13), line_width=0,
                        name="critical section", showlegend=True)  # fmt: skip
    for row in rows_of(table[table.what == "loop"]):
        drawn.add_hline(row.km_start, line={"color": SHADE, "width": 0.6, "dash": "dot"}, layer="below")
    runs, waits = table[table.what == "runs"], table[table.what == "waits"]
    looks = _causes(table)
    for words, colour in dict.fromkeys(looks.values()):
        mine = waits[waits.cause.isin([cause for cause, look in looks.items() if look == (words, colour)])]
        _add(drawn, mine, f"waits: {words}", {"color": colour, "width": 4})
    for end, colour in zip(_directions(table), TOWARDS, strict=True):
        for kind, (width, _, dash) in KINDS.items():
            mine = runs[(runs.direction == end) & (runs.kind == kind)]
            ink = SHADE if kind == "background" else colour
            _add(drawn, mine, f"{kind}, towards {end}", {"color": ink, "width": width, "dash": dash})
    at, names = _ticks(table)
    drawn.update_yaxes(tickvals=at, ticktext=names, range=[0, table.km_end.max()], title="station and km")
    drawn.update_xaxes(range=list(_period(table)), type="date")
    drawn.update_layout(height=max(560, 180 + 22 * len(at)), dragmode="zoom")
    return drawn


def _add(drawn: go.Figure, pieces: pd.DataFrame, name: str, line: dict[str, Any]) -> None:
    if not len(pieces):
        return
    times, km, places = _paths(pieces)
    told = [
        f"{row.train}{' of ' + row.flow if row.flow else ''}<br>"
        + (f"waits at {row.place}: {row.cause.replace('_', ' ')}" if row.what == "waits" else f"on {row.place}")
        + f"<br>{row.start:%d %b %H:%M} to {row.end:%d %b %H:%M}"
        for row in rows_of(pieces)
    ]
    drawn.add_scatter(
        x=times, y=km, mode="lines", name=name, line=line, text=[told[place] for place in places],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
