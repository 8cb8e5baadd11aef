"""Days in transit of single lots, flow by flow: the whole distribution, not only its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .figure import Figure
from .style import COLOURS, INK, canvas, faded, label_lines

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go


def days(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a lot that was delivered, flows in the order to show: flow, delivered, tonnes, days."""
    told = "; ".join(
        f"{flow} half within {np.quantile(lots, 0.5):.1f}, nine in ten within {np.quantile(lots, 0.9):.1f} days"
        for flow, lots in list(_lots(table).items())[:4]
    )
    alt = f"Shapes of days in transit of {len(table):,} lots of {table.flow.nunique()} flows: {told}."
    return Figure("days", title, caption, alt, table, _static, _interactive)


def _lots(table: pd.DataFrame) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return {str(flow): mine.days.to_numpy() for flow, mine in table.groupby("flow", sort=False)}


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    lots = _lots(table)
    drawn = canvas(1.0 + 0.42 * len(lots))
    axes = drawn.add_subplot()
    bins = np.linspace(0, max(float(table.days.max()), 1e-9), 121)
    for place, mine in enumerate(lots.values()):
        counts, edges = np.histogram(mine, bins=bins)
        heights = 0.62 * counts / counts.max()
        axes.stairs(place + 0.2 - heights, edges, baseline=place + 0.2, fill=True, color=COLOURS[0], alpha=0.4)
        low, middle, high = np.quantile(mine, [0.1, 0.5, 0.9])
        axes.plot([low, high], [place + 0.2] * 2, color=COLOURS[0], lw=2.4, solid_capstyle="butt")
        axes.scatter([middle], [place + 0.2], color=INK, s=16, zorder=3)
        axes.annotate(
            f"{middle:.1f}", (middle, place + 0.2), xytext=(0, -8), textcoords="offset points", ha="center", fontsize=7
        )
    words = [label_lines(f"{flow} ({len(mine):,})", 40) for flow, mine in lots.items()]
    axes.set_yticks(range(len(lots)), words, fontsize=7.5)
    axes.set_ylim(len(lots) - 0.5, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel("days in transit of a lot; dot: half is quicker, bar: from the quickest tenth to the slowest")
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    lots = _lots(table)
    for flow, mine in reversed(lots.items()):
        drawn.add_violin(
            x=mine.round(2), name=f"{flow} ({len(mine):,})", orientation="h", points=False, box_visible=True,
            spanmode="hard", line={"color": COLOURS[0], "width": 1}, fillcolor=faded(COLOURS[0], 0.35), width=0.9,
            hoveron="violins", showlegend=False,
        )  # fmt: skip
    drawn.update_xaxes(title="days in transit of a lot", rangemode="tozero", hoverformat=".1f")
    drawn.update_layout(height=140 + 46 * len(lots))
    return drawn
