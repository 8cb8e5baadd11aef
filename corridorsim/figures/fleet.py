"""Locomotives by what they do, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .dates import date_axis
from .figure import Figure
from .style import canvas, faded, legend_above

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: state -> colour, from the bottom of the stack to its top
LOOKS: Final = {
    "runs with a train": "#0072B2",
    "stands with a train": "#E69F00",
    "runs light": "#56B4E9",
    "is serviced": "#009E73",
    "is in maintenance": "#CC79A7",
    "has failed": "#D55E00",
    "stands idle": "#cbd2d9",
}


def fleet(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a step of time and state: time, state (of ``LOOKS``), units (mean over the step)."""
    means = table.groupby("state").units.mean()
    total = means.sum()
    told = ", ".join(f"{means[state] / (total or 1):.0%} {state}" for state in LOOKS if means.get(state, 0) > 0)
    alt = (
        f"Stack of locomotives by what they do, from {table.time.min():%d %B %Y} to {table.time.max():%d %B %Y}: "
        f"{total:.1f} units in the mean; {told}."
    )
    return Figure("fleet", title, caption, alt, table, _static, _interactive)


def _levels(table: pd.DataFrame) -> pd.DataFrame:
    wide = table.pivot(index="time", columns="state", values="units")
    return wide[[state for state in LOOKS if state in wide and wide[state].any()]]


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    levels = _levels(table)
    names = [str(state) for state in levels]
    drawn = canvas(4.2)
    axes = drawn.add_subplot()
    axes.stackplot(levels.index, levels.T.to_numpy(), colors=[LOOKS[state] for state in names], labels=names,
                   edgecolor="white", lw=0.3)  # fmt: skip
    axes.set_ylabel("units")
    axes.set_ylim(bottom=0)
    axes.set_xlim(levels.index[0], levels.index[-1])
    date_axis(axes)
    legend_above(axes, 4)
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    levels = _levels(table)
    drawn = go.Figure()
    for state in levels:
        drawn.add_scatter(
            x=levels.index, y=levels[state].round(3), name=str(state), stackgroup="fleet", mode="lines",
            line={"width": 0.4, "color": "white"}, fillcolor=faded(LOOKS[str(state)], 1),
            hovertemplate="%{x|%d %b %Y %H:%M}: %{y:.1f} units<extra>" + str(state) + "</extra>",
        )  # fmt: skip
    drawn.update_yaxes(title="units", rangemode="tozero")
    return drawn
