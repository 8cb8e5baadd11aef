"""Tonnes that wait at one place, by what they wait for, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .dates import date_axis
from .figure import Figure
from .style import COLOURS, canvas, faded, legend_above

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: of causes, the largest first; what is over shares the last
FILLS: Final = (COLOURS[0], COLOURS[5], COLOURS[2], COLOURS[1], COLOURS[3], COLOURS[6], "#9aa5b1")
OTHER: Final = "other"


def queue(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a step of time and cause, the largest cause first: time, cause, tonnes (mean of the step)."""
    total = table.groupby("time").tonnes.sum()
    means = table.groupby("cause", sort=False).tonnes.mean()
    told = ", ".join(
        f"{str(cause).replace('_', ' ')} {tonnes / (total.mean() or 1):.0%}" for cause, tonnes in means.items()
    )
    alt = (
        f"Stack of tonnes that wait, by cause, from {table.time.min():%d %B %Y} to {table.time.max():%d %B %Y}: "
        f"{total.mean():,.0f} t in the mean, at most {total.max():,.0f} t on {total.idxmax():%d %B %Y}; {told}."
    )
    return Figure("queue", title, caption, alt, table, _static, _interactive)


def _levels(table: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Cause in words -> kt by time, the largest first."""
    wide = table.pivot(index="time", columns="cause", values="tonnes")[list(dict.fromkeys(table.cause))] / 1000
    own = len(FILLS) if len(wide.columns) <= len(FILLS) else len(FILLS) - 1
    levels = {str(cause).replace("_", " "): wide[cause] for cause in wide.columns[:own]}
    if len(wide.columns) > own:
        levels[OTHER] = wide[wide.columns[own:]].sum(axis=1)
    return levels


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    levels = _levels(table)
    drawn = canvas(4.0)
    axes = drawn.add_subplot()
    times = next(iter(levels.values())).index
    axes.stackplot(times, *levels.values(), colors=FILLS[: len(levels)], labels=list(levels), edgecolor="white",
                   lw=0.3)  # fmt: skip
    axes.set_ylabel("thousand tonnes waiting")
    axes.set_ylim(bottom=0)
    axes.set_xlim(times[0], times[-1])
    date_axis(axes)
    legend_above(axes, 4)
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    for fill, (cause, kt) in zip(FILLS, _levels(table).items(), strict=False):
        drawn.add_scatter(
            x=kt.index, y=kt.round(4), name=cause, stackgroup="queue", mode="lines",
            line={"width": 0.4, "color": "white"}, fillcolor=faded(fill, 1),
            hovertemplate="%{x|%d %b %Y %H:%M}: %{y:.2f} kt<extra>" + cause + "</extra>",
        )  # fmt: skip
    drawn.update_yaxes(title="thousand tonnes waiting", rangemode="tozero")
    return drawn
