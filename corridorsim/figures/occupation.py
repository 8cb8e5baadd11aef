"""How far the sections of a line are occupied, along its kilometres."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .figure import Figure
from .style import COLOURS, IDLE, MUTED, canvas, faded, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

SATURATED: Final = (IDLE, "saturated")
COMPARED: Final = COLOURS[0]


def occupation(table: pd.DataFrame, *, compared: float, title: str, caption: str) -> Figure:
    """``table``: one row a section along the line: from_place, to_place, from_km, to_km, second_track,
    occupation_saturated and occupation_compared (0 to 1). ``compared``: trains a day of the second.
    """
    most = table.sort_values("occupation_saturated", kind="stable").iloc[-1]
    alt = (
        f"Occupation of {len(table)} sections along {table.to_km.max():.0f} km. Most: {most.from_place} to "
        f"{most.to_place}, {100 * most.occupation_saturated:.0f} % saturated and "
        f"{100 * most.occupation_compared:.0f} % with {compared:g} trains a day."
    )
    made, live = partial(_static, compared=compared), partial(_interactive, compared=compared)
    return Figure("occupation", title, caption, alt, table, made, live)


def _bars(table: pd.DataFrame, compared: float) -> list[tuple[str, str, str]]:
    return [("occupation_saturated", *SATURATED), ("occupation_compared", COMPARED, f"with {compared:g} trains a day")]


def _label(row: Any) -> str:
    return f"{row.from_place} - {row.to_place}"


def _static(table: pd.DataFrame, compared: float) -> matplotlib.figure.Figure:
    drawn = canvas(4.0)
    axes = drawn.add_subplot()
    long = table.to_km - table.from_km
    for name, colour, words in _bars(table, compared):
        axes.bar(table.from_km, 100 * table[name], width=long, align="edge", color=colour, label=words,
                 edgecolor="white", lw=0.6)  # fmt: skip
    both = table[table.second_track]
    if len(both):
        axes.hlines([-2.5] * len(both), both.from_km, both.to_km, color=COLOURS[2], lw=3, label="second track")
    for row in rows_of(table.nlargest(min(3, len(table)), "occupation_saturated")):
        axes.annotate(_label(row), ((row.from_km + row.to_km) / 2, 100 * row.occupation_saturated), xytext=(0, 3),
                      textcoords="offset points", ha="center", fontsize=7, color=MUTED)  # fmt: skip
    axes.set_xlim(0, table.to_km.max())
    axes.set_ylim(-5 if len(both) else 0, max(108.0, 108 * table.occupation_saturated.max()))
    axes.set_xlabel("km")
    axes.set_ylabel("occupied, %")
    legend_above(axes)
    return drawn


def _interactive(table: pd.DataFrame, compared: float) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    middle, long = (table.from_km + table.to_km) / 2, table.to_km - table.from_km
    told = [_label(row) + (", second track" if row.second_track else "") for row in rows_of(table)]
    for name, colour, words in _bars(table, compared):
        drawn.add_bar(
            x=middle, y=100 * table[name], width=long, name=words, customdata=told,
            marker={"color": colour, "line": {"color": "white", "width": 1}},
            hovertemplate=f"%{{customdata}}<br>{words}: %{{y:.0f}} %<extra></extra>",
        )  # fmt: skip
    for row in rows_of(table[table.second_track]):
        drawn.add_shape(type="rect", x0=row.from_km, x1=row.to_km, y0=-4, y1=-1, line_width=0,
                        fillcolor=faded(COLOURS[2], 0.9))  # fmt: skip
    drawn.update_layout(barmode="overlay")
    drawn.update_xaxes(title="km")
    drawn.update_yaxes(title="occupied, %")
    return drawn
