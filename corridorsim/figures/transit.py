"""How long cargo takes, flow by flow: from its first train (or ship) to its last part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .figure import Figure
from .style import COLOURS, INK, canvas, label_lines, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go


def transit(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a flow, in the order to show: flow (in words), mt, p10, p50, p90, mean (days)."""
    slowest, quickest = (table.iloc[int(place)] for place in (table.p50.argmax(), table.p50.argmin()))
    alt = (
        f"Ranges of days in transit of {len(table)} flows. Quickest: {quickest.flow}, half of it within "
        f"{quickest.p50:.1f} days; slowest: {slowest.flow}, {slowest.p50:.1f} days, one in ten tonnes longer than "
        f"{slowest.p90:.1f}."
    )
    return Figure("transit", title, caption, alt, table, _static, _interactive)


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    drawn = canvas(0.9 + 0.36 * len(table))
    axes = drawn.add_subplot()
    places = list(range(len(table)))
    axes.barh(places, table.p90 - table.p10, left=table.p10, color=COLOURS[0], alpha=0.35, height=0.55,
              label="from the quickest tenth to the slowest")  # fmt: skip
    axes.scatter(table.p50, places, color=COLOURS[0], marker="|", s=130, lw=2.2, label="half is quicker", zorder=3)
    axes.scatter(table["mean"], places, color=INK, marker="D", s=14, label="mean", zorder=4)
    for place, row in enumerate(rows_of(table)):
        axes.annotate(f"{row.mt:.2f} Mt", (row.p90, place), xytext=(5, 0), textcoords="offset points", va="center",
                      fontsize=7)  # fmt: skip
    axes.set_yticks(places, [label_lines(flow, 44) for flow in table.flow], fontsize=7)
    axes.set_ylim(len(table) - 0.5, -0.6)
    axes.set_xlim(0, float(table.p90.max()) * 1.12)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("days")
    legend_above(axes)
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    labels = [label_lines(flow, 34, "<br>") for flow in table.flow]
    hover = (
        "%{y}, %{customdata[0]:.3f} Mt<br>one in ten quicker than %{customdata[1]:.1f} days, half quicker than "
        "%{customdata[2]:.1f},<br>one in ten slower than %{customdata[3]:.1f}; mean %{customdata[4]:.1f}<extra></extra>"
    )
    known = table[["mt", "p10", "p50", "p90", "mean"]]
    drawn = go.Figure()
    drawn.add_bar(
        x=table.p90 - table.p10, base=table.p10, y=labels, orientation="h", marker_color="#a6cfe6",
        name="quickest tenth to slowest", customdata=known, hovertemplate=hover,
    )  # fmt: skip
    drawn.add_scatter(
        x=table.p50, y=labels, mode="markers", name="half is quicker", customdata=known, hovertemplate=hover,
        marker={"symbol": "line-ns", "size": 14, "line": {"color": COLOURS[0], "width": 3}},
    )  # fmt: skip
    drawn.add_scatter(
        x=table["mean"], y=labels, mode="markers", name="mean", customdata=known, hovertemplate=hover,
        marker={"symbol": "diamond", "size": 7, "color": INK},
    )  # fmt: skip
    drawn.update_xaxes(title="days", rangemode="tozero")
    drawn.update_yaxes(categoryorder="array", categoryarray=labels, autorange="reversed", showgrid=False)
    drawn.update_layout(height=130 + 52 * len(table))
    return drawn
