"""Ships and berths over some weeks: at sea, at berth, waiting for what, and when weather closes the ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .dates import as_days, date_axis
from .figure import Figure
from .style import canvas, faded, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: state -> (colour, hatch of matplotlib, of plotly), so that no state is told by its colour alone
LOOKS: Final = {
    "at sea with cargo": ("#0072B2", "", ""),
    "at sea without cargo": ("#9ecae9", "", ""),
    "at berth": ("#009E73", "", ""),
    "waits for cargo": ("#E69F00", ".", "."),
    "waits for a berth": ("#D55E00", "/", "/"),
    "waits for weather": ("#CC79A7", "x", "x"),
    "waits for works at a port": ("#8c5a2b", "-", "-"),
    "absent": ("#3e4c59", "", ""),
    "taken": ("#5b9e8a", "", ""),
    "closed by weather": ("#9aa5b1", "", ""),
}
#: inches (and a hundredth of pixels) of a row
ROW: Final = 0.21


def gantt(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a piece: group (ship, berth), row (name of the ship or berth, in the order to show), state,
    detail (where, or which ship), start, end. As ``analysis.ships.gantt`` gives it.
    """
    ships = table[table.group == "ship"]
    days = (ships.end - ships.start).dt.total_seconds() / 86400
    shares = (days.groupby(ships.state).sum() / (days.sum() or 1)).sort_values(ascending=False)
    told = ", ".join(f"{share:.0%} {state}" for state, share in shares.items() if share >= 0.005)
    alt = (
        f"A row for each of {ships.row.nunique()} ships and {table[table.group == 'berth'].row.nunique()} berths, from "
        f"{table.start.min():%d %B %Y} to {table.end.max():%d %B %Y}. Time of the ships: {told or 'none'}."
    )
    return Figure("gantt", title, caption, alt, table, _static, _interactive)


def _states(table: pd.DataFrame) -> list[str]:
    there = set(table.state)
    return [state for state in LOOKS if state in there]


def _heights(state: str) -> float:
    """Closures lie behind what a berth does."""
    return 1.0 if state == "closed by weather" else 0.72


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    rows = list(dict.fromkeys(table.row))
    drawn = canvas(1.5 + ROW * len(rows))
    axes = drawn.add_subplot()
    for state in sorted(_states(table), key=lambda state: state != "closed by weather"):
        colour, hatch, _ = LOOKS[state]
        mine = table[table.state == state]
        start, end = as_days(mine.start), as_days(mine.end)
        places = [rows.index(row) for row in mine.row]
        axes.barh(places, end - start, left=start, height=_heights(state), color=colour, hatch=hatch, edgecolor="white",
                  lw=0 if hatch else 0.3, label=state)  # fmt: skip
    ships = table[table.group == "ship"].row.nunique()
    axes.axhline(ships - 0.5, color="#1f2933", lw=0.8)
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(table.start.min(), table.end.max())
    axes.grid(axis="y", visible=False)
    date_axis(axes)
    legend_above(axes, 4)
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    rows = list(dict.fromkeys(table.row))
    drawn = go.Figure()
    for state in sorted(_states(table), key=lambda state: state != "closed by weather"):
        colour, _, hatch = LOOKS[state]
        mine = table[table.state == state]
        told = [
            f"{row.row}: {row.state}{', ' + row.detail if row.detail else ''}<br>{row.start:%d %b %H:%M} to "
            f"{row.end:%d %b %H:%M} ({(row.end - row.start).total_seconds() / 3600:,.0f} h)"
            for row in rows_of(mine)
        ]
        drawn.add_bar(
            y=mine.row, x=(mine.end - mine.start).dt.total_seconds() * 1000, base=mine.start, orientation="h",
            name=state, width=_heights(state), hovertext=told, hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": colour, "line": {"width": 0.5, "color": "white"},
                    "pattern": {"shape": hatch, "fillmode": "overlay", "fgcolor": faded("#ffffff", 0.8), "size": 5}},
        )  # fmt: skip
    drawn.update_yaxes(categoryorder="array", categoryarray=rows[::-1], showgrid=False, tickfont={"size": 10})
    drawn.update_xaxes(type="date", range=[table.start.min(), table.end.max()])
    drawn.update_layout(barmode="overlay", height=int(150 + 100 * ROW * len(rows)), dragmode="zoom")
    return drawn
