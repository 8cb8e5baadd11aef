"""Cargo that stands at ports, borders and dry ports, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .figure import Figure
from .style import COLOURS, DASHES, canvas, label_lines, legend_above, month_axis

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: lines that can be told apart in one figure
MOST = 6


def queues(table: pd.DataFrame, *, title: str, caption: str) -> Figure:
    """``table``: one row a month and place: month (date of its first day), place (in words), kt (thousand tonnes that
    stood there in the mean of the month), low, high. At most ``MOST`` places.
    """
    means = table.groupby("place", sort=False).kt.mean().sort_values(ascending=False)
    peaks = [table.loc[table.index[table.place == place]].nlargest(1, "kt").iloc[0] for place in means.index]
    told = "; ".join(
        f"{place} {mean:.1f} in the mean, {peak.kt:.1f} in {peak.month:%B %Y}"
        for (place, mean), peak in zip(means.items(), peaks, strict=True)
    )
    alt = f"Lines of thousand tonnes that stand at {len(means)} places, month by month: {told}."
    return Figure("queues", title, caption, alt, table, _static, _interactive)


def _looks(table: pd.DataFrame) -> list[tuple[str, str, tuple[str, str]]]:
    places = list(dict.fromkeys(table.place))
    return [
        (place, COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]) for number, place in enumerate(places)
    ]


def _static(table: pd.DataFrame) -> matplotlib.figure.Figure:
    drawn = canvas(4.2)
    axes = drawn.add_subplot()
    for place, colour, (dash, _) in _looks(table):
        rows = table[table.place == place]
        axes.fill_between(rows.month, rows.low, rows.high, color=colour, alpha=0.12, lw=0)
        axes.plot(rows.month, rows.kt, color=colour, ls=dash, label=place)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.02)
    month_axis(axes)
    axes.set_ylabel("thousand tonnes standing")
    legend_above(axes, 2 if max(map(len, table.place)) > 26 else 3)
    return drawn


def _interactive(table: pd.DataFrame) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    for place, colour, (_, dash) in _looks(table):
        rows = table[table.place == place]
        drawn.add_scatter(
            x=rows.month, y=rows.kt, mode="lines", name=label_lines(place, 34, "<br>"),
            line={"color": colour, "dash": dash}, customdata=rows[["low", "high"]],
            hovertemplate=f"{place}<br>%{{x|%B %Y}}: %{{y:.1f}} [%{{customdata[0]:.1f}}, %{{customdata[1]:.1f}}] "
            "thousand tonnes<extra></extra>",
        )  # fmt: skip
    drawn.update_yaxes(title="thousand tonnes standing", rangemode="tozero")
    return drawn
