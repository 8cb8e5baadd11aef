"""Tonnes against a number of new locomotives, by state of the rest and way to allocate them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from .figure import Figure
from .style import COLOURS, DASHES, MUTED, canvas, faded, legend_above

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go


class Mark(NamedTuple):
    """A number of locomotives to be marked, and what it is."""

    units: float
    words: str


def locomotives(
    table: pd.DataFrame, *, unit: str, title: str, caption: str, mark: Mark | None = None, name: str = "locomotives"
) -> Figure:
    """``table``: one row a point: state, allocation, demand, units, mean, low, high. Lines are told by state (colour)
    and by allocation and demand (dash).
    """
    told = []
    for key, rows in _lines(table):
        ordered = rows.sort_values("units")
        first, last = ordered.iloc[0], ordered.iloc[-1]
        told.append(
            f"{_label(table, key)}: {first['mean']:.2f} with {first.units:g}, {last['mean']:.2f} with {last.units:g}"
        )
    marked = f" Marked: {mark.units:g} units, {mark.words}." if mark else ""
    alt = f"Lines of {unit} against the number of locomotives. {'; '.join(told)}.{marked}"
    made, live = partial(_static, unit=unit, mark=mark), partial(_interactive, unit=unit, mark=mark)
    return Figure(name, title, caption, alt, table, made, live)


def _lines(table: pd.DataFrame) -> list[tuple[tuple[str, str, str], pd.DataFrame]]:
    keys = list(dict.fromkeys(zip(table.state, table.allocation, table.demand, strict=True)))
    held = [(table.state == key[0]) & (table.allocation == key[1]) & (table.demand == key[2]) for key in keys]
    return [(key, table[mine].sort_values("units")) for key, mine in zip(keys, held, strict=True)]


def _label(table: pd.DataFrame, key: tuple[str, str, str]) -> str:
    """The state, and what else tells the lines apart."""
    words = [key[0].replace("_", " ")]
    if table.allocation.nunique() > 1:
        words.append(key[1].replace("_", " "))
    if table.demand.nunique() > 1:
        words.append({"as_given": "demand as given", "saturating": "capacity"}.get(key[2], key[2]))
    return ", ".join(words)


def _look(table: pd.DataFrame, key: tuple[str, str, str]) -> tuple[str, tuple[str, str]]:
    states = list(dict.fromkeys(table.state))
    others = list(dict.fromkeys(zip(table.allocation, table.demand, strict=True)))
    return COLOURS[states.index(key[0]) % len(COLOURS)], DASHES[others.index(key[1:]) % len(DASHES)]


def _static(table: pd.DataFrame, unit: str, mark: Mark | None) -> matplotlib.figure.Figure:
    drawn = canvas(4.2)
    axes = drawn.add_subplot()
    for key, rows in _lines(table):
        colour, (dash, _) = _look(table, key)
        axes.fill_between(rows.units, rows.low, rows.high, color=colour, alpha=0.15, lw=0)
        axes.plot(rows.units, rows["mean"], color=colour, ls=dash, marker="o", ms=3.5, label=_label(table, key))
    axes.set_ylim(bottom=0)
    if mark:
        axes.axvline(mark.units, color=MUTED, lw=1, ls=":")
        left = mark.units > table.units.max() / 2
        axes.annotate(
            f"{mark.units:g}: {mark.words}", (mark.units, axes.get_ylim()[1] * 0.03), color=MUTED, fontsize=7.5,
            xytext=(-4 if left else 4, 0), textcoords="offset points", ha="right" if left else "left",
        )  # fmt: skip
    axes.set_xlabel("new locomotives in corridor service")
    axes.set_ylabel(unit)
    legend_above(axes, 2 if max(len(_label(table, key)) for key, _ in _lines(table)) > 24 else 4)
    return drawn


def _interactive(table: pd.DataFrame, unit: str, mark: Mark | None) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    for key, rows in _lines(table):
        colour, (_, dash) = _look(table, key)
        label, known = _label(table, key), rows[rows.low.notna()]
        drawn.add_scatter(
            x=[*known.units, *known.units[::-1]], y=[*known.high, *known.low[::-1]], fill="toself", mode="lines",
            fillcolor=faded(colour, 0.15), line_width=0, hoverinfo="skip", showlegend=False, legendgroup=label,
        )  # fmt: skip
        drawn.add_scatter(
            x=rows.units, y=rows["mean"], mode="lines+markers", name=label, legendgroup=label,
            line={"color": colour, "dash": dash}, customdata=rows[["low", "high"]],
            hovertemplate=f"{label}<br>%{{x}} units: %{{y:.3f}} [%{{customdata[0]:.3f}}, %{{customdata[1]:.3f}}] {unit}"
            "<extra></extra>",
        )  # fmt: skip
    if mark:
        left = mark.units > table.units.max() / 2
        drawn.add_vline(
            mark.units, line={"color": MUTED, "dash": "dot", "width": 1.5},
            annotation={"text": f"{mark.units:g}: {mark.words}", "font_color": MUTED, "yref": "paper", "y": 0.04,
                        "xanchor": "right" if left else "left"},
        )  # fmt: skip
    drawn.update_xaxes(title="new locomotives in corridor service")
    drawn.update_yaxes(title=unit, rangemode="tozero")
    return drawn
