"""From moving to the whole transit time: the days of the mean tonne, part by part and by the root cause of waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .figure import Figure
from .style import COLOURS, INK, MUTED, canvas, label_lines, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

PARTS: Final = {"moving": COLOURS[2], "handling": COLOURS[0], "waiting": COLOURS[1], "unknown": MUTED, "all": INK}


def waterfall(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a step, in order: step (its words), part (moving, handling, waiting, unknown), place (where
    most of it was, in words; may be empty), days. The sum is put below as part ``all``; ``start`` and ``end`` of each.
    """
    import pandas as pd

    days = float(table.days.sum())
    whole = pd.DataFrame([{"step": "all", "part": "all", "place": "", "days": days}])
    table = pd.concat([table, whole], ignore_index=True)
    table["end"] = [*table.days[:-1].cumsum(), days]
    table["start"] = table.end - table.days
    waits = table[table.part == "waiting"]
    moving = float(table.days[table.part == "moving"].sum())
    most = ", ".join(f"{row.step} {row.days:.1f}" for row in rows_of(waits.nlargest(3, "days")))
    alt = (
        f"Waterfall of {days:.1f} days: moving {moving:.1f}, handling "
        f"{float(table.days[table.part == 'handling'].sum()):.1f}, waiting {float(waits.days.sum()):.1f} days"
        + (f", most of it for {most}." if most else ".")
    )
    return Figure("waterfall", title, caption, alt, table, _static, _interactive)


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    drawn = canvas(1.0 + 0.32 * len(table))
    axes = drawn.add_subplot()
    places = range(len(table))
    for part, colour in PARTS.items():
        mine = [place for place in places if table.part[place] == part]
        rows = table.iloc[mine]
        if mine:
            axes.barh(mine, rows.days, left=rows.start, color=colour, height=0.66, label=part)
    for place, row in enumerate(rows_of(table)):
        _label(axes, place, row, right=row.end < 0.6 * float(table.end.max()))
        if place + 1 < len(table):
            axes.plot([row.end, row.end], [place, place + 1], color=MUTED, lw=0.6, zorder=0)
    axes.set_yticks(places, [label_lines(step, 26) for step in table.step])
    axes.set_ylim(len(table) - 0.5, -0.6)
    axes.set_xlim(0, table.end.max() * 1.02)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("days of the mean tonne")
    legend_above(axes, 5)
    return drawn


def _label(axes: matplotlib.axes.Axes, place: int, row: Any, *, right: bool) -> None:
    """Days and place beside the bar, on the side where there is room; in the bar of the sum."""
    if row.part == "all":
        words, x, side, ha, colour = f"{row.days:.1f} days", row.end, -4, "right", "white"
    else:
        words = f"{row.days:.1f}" + (f"  {row.place}" if row.place else "")
        x, side, ha, colour = (row.end, 4, "left", INK) if right else (row.start, -4, "right", INK)
    axes.annotate(
        words, (x, place), xytext=(side, 0), textcoords="offset points", va="center", ha=ha, fontsize=7.5, color=colour
    )


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    labels = [label_lines(step, 22, "<br>") for step in table.step]
    for part, colour in PARTS.items():
        mine = table[table.part == part]
        if len(mine):
            drawn.add_bar(
                x=mine.days, base=mine.start, y=[labels[place] for place in mine.index], orientation="h", name=part,
                marker_color=colour, customdata=mine[["place", "end"]], showlegend=part != "all",
                text=[f"{days:.1f}" for days in mine.days], textposition="auto", textangle=0, cliponaxis=False,
                hovertemplate="%{y}: %{x:.2f} days (up to %{customdata[1]:.2f})<br>%{customdata[0]}<extra></extra>",
            )  # fmt: skip
    for place in range(len(table) - 1):
        end = float(table.end[place])
        drawn.add_shape(
            type="line", x0=end, x1=end, y0=place, y1=place + 1, layer="below", line={"color": MUTED, "width": 1}
        )
    drawn.update_xaxes(title="days of the mean tonne", rangemode="tozero")
    drawn.update_yaxes(categoryorder="array", categoryarray=labels, autorange="reversed", showgrid=False)
    drawn.update_layout(barmode="overlay", height=130 + 30 * len(table))
    return drawn
