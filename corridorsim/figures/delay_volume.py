"""Delay of trains on a line against how many there are a day."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from .figure import Figure
from .style import COLOURS, DASHES, MUTED, canvas, faded, legend_above

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

LINES: Final = (("mean_delay_h", "mean"), ("p90_delay_h", "90 of 100 trains below"))


def delay_volume(table: pd.DataFrame, *, capacity: float, title: str, caption: str) -> Figure:
    """``table``: one row a volume, ascending: trains_per_day, share_of_capacity, mean_delay_h and p90_delay_h, each
    with _low and _high. ``capacity``: trains a day, both ways.
    """
    table = table.astype({f"{name}{bound}": float for name, _ in LINES for bound in ("", "_low", "_high")})
    first, last = table.iloc[0], table.iloc[-1]
    alt = (
        f"Hours of delay against trains a day. Mean {first.mean_delay_h:.2f} h at {first.trains_per_day:g} trains, "
        f"{last.mean_delay_h:.2f} h at {last.trains_per_day:g}; the line carries {capacity:.0f} trains a day."
    )
    made, live = partial(_static, capacity=capacity), partial(_interactive, capacity=capacity)
    return Figure("delay-volume", title, caption, alt, table, made, live)


def _static(table: pd.DataFrame, capacity: float) -> matplotlib.figure.Figure:
    drawn = canvas(4.0)
    axes = drawn.add_subplot()
    for (name, words), colour, (dash, _) in zip(LINES, COLOURS, DASHES, strict=False):
        axes.fill_between(
            table.trains_per_day, table[f"{name}_low"], table[f"{name}_high"], color=colour, alpha=0.15, lw=0
        )
        axes.plot(table.trains_per_day, table[name], color=colour, ls=dash, marker="o", ms=3.5, label=words)
    axes.axvline(capacity, color=MUTED, lw=1, ls=":")
    axes.annotate(f"capacity {capacity:.1f}", (capacity, axes.get_ylim()[1]), xytext=(-4, -10), ha="right",
                  textcoords="offset points", color=MUTED, fontsize=7.5)  # fmt: skip
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("trains a day, both ways")
    axes.set_ylabel("delay, hours")
    legend_above(axes)
    return drawn


def _interactive(table: pd.DataFrame, capacity: float) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    x = table.trains_per_day
    for (name, words), colour, (_, dash) in zip(LINES, COLOURS, DASHES, strict=False):
        known = table[table[f"{name}_low"].notna()]
        drawn.add_scatter(
            x=[*known.trains_per_day, *known.trains_per_day[::-1]],
            y=[*known[f"{name}_high"], *known[f"{name}_low"][::-1]], fill="toself", mode="lines",
            fillcolor=faded(colour, 0.15), line_width=0, hoverinfo="skip", showlegend=False, legendgroup=words,
        )  # fmt: skip
        drawn.add_scatter(
            x=x, y=table[name], mode="lines+markers", name=words, legendgroup=words,
            line={"color": colour, "dash": dash}, customdata=100 * table.share_of_capacity,
            hovertemplate=f"{words}: %{{y:.2f}} h<br>%{{x:g}} trains a day, %{{customdata:.0f}} % of capacity"
            "<extra></extra>",
        )  # fmt: skip
    drawn.add_vline(
        capacity,
        line={"color": MUTED, "dash": "dot", "width": 1.5},
        annotation={"text": f"capacity {capacity:.1f}", "font_color": MUTED, "xanchor": "right"},
    )
    drawn.update_xaxes(title="trains a day, both ways", rangemode="tozero")
    drawn.update_yaxes(title="delay, hours", rangemode="tozero")
    return drawn
