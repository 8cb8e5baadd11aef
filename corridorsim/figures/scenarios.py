"""Scenarios side by side by one measure, and what each gains over the first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .figure import Figure
from .style import COLOURS, INK, MUTED, TARGET, arms, canvas, label_lines, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go


def scenarios(table: pd.DataFrame, *, unit: str, title: str, caption: str, at_least: float | None = None) -> Figure:
    """``table``: one row a scenario, in the order to show: scenario, mean, low, high. ``at_least``: the target."""
    best = table.iloc[int(table["mean"].to_numpy().argmax())]
    target = "" if at_least is None else f" The target is {at_least:g} {unit}."
    alt = (
        f"{len(table)} scenarios as bars with intervals. Most has {best.scenario} with {best['mean']:.2f} {unit}; "
        + "; ".join(f"{row.scenario} {row.mean:.2f}" for row in rows_of(table) if row.scenario != best.scenario)
        + f".{target}"
    )
    made = partial(_static, unit=unit, at_least=at_least, signed=False)
    live = partial(_interactive, unit=unit, at_least=at_least, signed=False)
    return Figure("scenarios", title, caption, alt, table, made, live)


def differences(table: pd.DataFrame, *, unit: str, title: str, caption: str) -> Figure:
    """``table``: one row a scenario: scenario, mean, low, high of its paired difference from the first, p_holm."""
    alt = "Differences from the first scenario with intervals: " + "; ".join(
        f"{row.scenario} {row.mean:+.2f} {unit}" for row in rows_of(table)
    )
    made = partial(_static, unit=unit, at_least=None, signed=True)
    live = partial(_interactive, unit=unit, at_least=None, signed=True)
    return Figure("differences", title, caption, f"{alt}.", table, made, live)


def _words(table: pd.DataFrame, signed: bool) -> list[str]:
    sign = "+" if signed else ""
    return [
        f"{row.mean:{sign}.2f}" + (f" [{row.low:{sign}.2f}, {row.high:{sign}.2f}]" if row.low == row.low else "")
        for row in rows_of(table)
    ]


def _static(table: pd.DataFrame, unit: str, at_least: float | None, signed: bool) -> matplotlib.figure.Figure:
    drawn = canvas(1.1 + 0.45 * len(table))
    axes = drawn.add_subplot()
    places = list(range(len(table)))
    colours = [COLOURS[0] if value >= 0 else COLOURS[1] for value in table["mean"]]
    axes.barh(places, table["mean"], xerr=arms(table, "mean", "low", "high"), color=colours, height=0.6,
              error_kw={"ecolor": INK, "capsize": 3, "lw": 1})  # fmt: skip
    ends = table[["mean", "high"]].max(axis=1).clip(lower=0)
    for place, end, words in zip(places, ends, _words(table, signed), strict=True):
        axes.annotate(words, (end, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8)
    if at_least is not None:
        axes.axvline(at_least, color=TARGET, ls="--", lw=1.2)
        axes.annotate(f"target {at_least:g}", (at_least, -0.5), xytext=(4, 0), textcoords="offset points",
                      color=TARGET, fontsize=8, va="bottom")  # fmt: skip
    axes.axvline(0, color=MUTED, lw=0.8)
    low, high = min(0.0, *table[["mean", "low"]].min()), max(at_least or 0.0, *ends, 1e-9)
    axes.set_xlim(low * 1.05, high + 0.28 * (high - low))
    axes.set_yticks(places, [label_lines(name, 30) for name in table.scenario])
    axes.set_ylim(len(table) - 0.5, -0.75)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(unit)
    return drawn


def _interactive(table: pd.DataFrame, unit: str, at_least: float | None, signed: bool) -> go.Figure:
    import plotly.graph_objects as go

    below, above = arms(table, "mean", "low", "high")
    drawn = go.Figure()
    drawn.add_bar(
        x=table["mean"], y=[label_lines(name, 26, "<br>") for name in table.scenario], orientation="h",
        marker_color=[COLOURS[0] if value >= 0 else COLOURS[1] for value in table["mean"]],
        error_x={"type": "data", "array": above, "arrayminus": below, "color": INK, "thickness": 1.2, "width": 4},
        customdata=_words(table, signed), hovertemplate=f"%{{y}}: %{{customdata}} {unit}<extra></extra>",
        showlegend=False,
    )  # fmt: skip
    if at_least is not None:
        drawn.add_vline(
            at_least, line={"color": TARGET, "dash": "dash", "width": 1.5},
            annotation={"text": f"target {at_least:g}", "font_color": TARGET, "yanchor": "bottom", "y": 1.0},
        )  # fmt: skip
    drawn.update_xaxes(title=unit, zeroline=True)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_layout(height=110 + 44 * len(table))
    return drawn
