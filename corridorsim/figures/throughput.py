"""Tonnes delivered month by month, against what was offered and against a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .figure import Figure
from .style import COLOURS, MUTED, TARGET, canvas, faded, legend_above, month_axis

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go


def throughput(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a month: month (date of its first day), delivered_mt, delivered_low, delivered_high (bounds of
    the mean), offered_mt, and target_mt (of a month; empty where none is set).
    """
    last, best = table.iloc[-1], table.iloc[int(table.delivered_mt.to_numpy().argmax())]
    alt = (
        f"Line of tonnes delivered a month from {table.month.iloc[0]:%B %Y} to {last.month:%B %Y}: "
        f"{last.delivered_mt:.2f} Mt in the last month, at most {best.delivered_mt:.2f} Mt in {best.month:%B %Y}; "
        f"offered in the last month {last.offered_mt:.2f} Mt."
    )
    return Figure("throughput", title, caption, alt, table, _static, _interactive)


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    drawn = canvas()
    axes = drawn.add_subplot()
    axes.fill_between(table.month, table.delivered_low, table.delivered_high, color=COLOURS[0], alpha=0.25, lw=0)
    axes.plot(table.month, table.delivered_mt, color=COLOURS[0], label="delivered, mean and 95 % interval")
    axes.plot(table.month, table.offered_mt, color=MUTED, ls=":", label="offered")
    if table.target_mt.notna().any():
        axes.plot(table.month, table.target_mt, color=TARGET, ls="--", label="target, a month's share")
    axes.set_ylabel("Mt a month")
    axes.set_ylim(bottom=0)
    axes.margins(x=0.02)
    month_axis(axes)
    legend_above(axes)
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    known = table[table.delivered_low.notna()]
    drawn.add_scatter(
        x=[*known.month, *known.month[::-1]], y=[*known.delivered_high, *known.delivered_low[::-1]],
        fill="toself", fillcolor=faded(COLOURS[0], 0.25), mode="lines", line_width=0, hoverinfo="skip",
        name="95 % interval", visible=bool(len(known)),
    )  # fmt: skip
    drawn.add_scatter(
        x=table.month, y=table.delivered_mt, mode="lines", line_color=COLOURS[0], name="delivered",
        customdata=table[["delivered_low", "delivered_high"]],
        hovertemplate="delivered %{y:.3f} Mt [%{customdata[0]:.3f}, %{customdata[1]:.3f}]<extra></extra>",
    )  # fmt: skip
    drawn.add_scatter(
        x=table.month, y=table.offered_mt, mode="lines", line={"color": MUTED, "dash": "dot"}, name="offered",
        hovertemplate="offered %{y:.3f} Mt<extra></extra>",
    )  # fmt: skip
    if table.target_mt.notna().any():
        drawn.add_scatter(
            x=table.month, y=table.target_mt, mode="lines", line={"color": TARGET, "dash": "dash"},
            name="target, a month's share", hovertemplate="target %{y:.3f} Mt<extra></extra>",
        )  # fmt: skip
    drawn.update_xaxes(hoverformat="%B %Y")
    drawn.update_yaxes(title="Mt a month", rangemode="tozero")
    drawn.update_layout(hovermode="x unified")
    return drawn
