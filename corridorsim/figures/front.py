"""Packages of projects: what each reaches against its size or cost, and the front of those that none beats."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .figure import Figure
from .style import COLOURS, IDLE, INK, MUTED, TARGET, arms, canvas, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go


def front(table: pd.DataFrame, *, x_words: str, y_words: str, at_least: float, title: str, caption: str) -> Figure:
    """``table``: one row a package: package (its projects, in words), size (projects or cost), mean, low, high,
    probability (of the target), front, recommended. ``at_least``: the target.
    """
    table = table.sort_values(["size", "mean"], ignore_index=True)
    chosen, best = table[table.recommended], table[table.front]
    alt = f"{len(table)} packages as points, {y_words} against {x_words}; on the front " + "; ".join(
        f"{row.package or 'nothing'} {row.mean:.2f}" for row in rows_of(best)
    )
    alt += f". The target is {at_least:g}; recommended: {chosen.package.iloc[0] or 'nothing'}." if len(chosen) else (
        f". The target is {at_least:g}; no package meets it."
    )  # fmt: skip
    made, live = (
        partial(draw, x_words=x_words, y_words=y_words, at_least=at_least) for draw in (_static, _interactive)
    )
    return Figure("front", title, caption, alt, table, made, live)


def _static(table: pd.DataFrame, x_words: str, y_words: str, at_least: float) -> matplotlib.figure.Figure:
    from matplotlib.ticker import MaxNLocator

    drawn = canvas(4.2)
    axes = drawn.add_subplot()
    best, chosen = table[table.front], table[table.recommended]
    axes.scatter(table["size"], table["mean"], s=16, color=IDLE, label="packages tried", zorder=2)
    axes.step(best["size"], best["mean"], where="post", color=COLOURS[0], lw=1, zorder=1)
    axes.errorbar(best["size"], best["mean"], yerr=arms(best, "mean", "low", "high"), fmt="o", ms=5, capsize=3,
                  color=COLOURS[0], label="front, mean and 95 % interval", zorder=3)  # fmt: skip
    if len(chosen):
        axes.scatter(chosen["size"], chosen["mean"], s=150, marker="*", color=COLOURS[1], edgecolors=INK, lw=0.6,
                     label="recommended", zorder=4)  # fmt: skip
    axes.axhline(at_least, color=TARGET, ls="--", lw=1.2, label=f"target {at_least:g}")
    axes.set_xlabel(x_words)
    axes.set_ylabel(y_words)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.06)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_above(axes)
    return drawn


def _interactive(table: pd.DataFrame, x_words: str, y_words: str, at_least: float) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    best, rest, chosen = table[table.front], table[~table.front], table[table.recommended]
    hover = (
        "%{customdata[0]}<br>%{y:.3f} [%{customdata[1]:.3f}, %{customdata[2]:.3f}], target met in "
        "%{customdata[3]:.0%} of runs<extra></extra>"
    )

    def known(rows: pd.DataFrame) -> list[list[object]]:
        return [[row.package or "nothing", row.low, row.high, row.probability] for row in rows_of(rows)]

    drawn.add_scatter(x=rest["size"], y=rest["mean"], mode="markers", name="packages tried", customdata=known(rest),
                      hovertemplate=hover, marker={"color": IDLE, "size": 7})  # fmt: skip
    below, above = arms(best, "mean", "low", "high")
    drawn.add_scatter(
        x=best["size"], y=best["mean"], mode="lines+markers", line={"shape": "hv", "color": COLOURS[0], "width": 1.5},
        marker_size=9, name="front", customdata=known(best), hovertemplate=hover,
        error_y={"type": "data", "array": above, "arrayminus": below, "width": 4, "thickness": 1.2},
    )  # fmt: skip
    if len(chosen):
        drawn.add_scatter(
            x=chosen["size"], y=chosen["mean"], mode="markers", name="recommended", customdata=known(chosen),
            hovertemplate=hover,
            marker={"symbol": "star", "size": 16, "color": COLOURS[1], "line": {"color": INK, "width": 1}},
        )  # fmt: skip
    drawn.add_hline(
        at_least, line={"color": TARGET, "dash": "dash", "width": 1.5},
        annotation={"text": f"target {at_least:g}", "font_color": TARGET, "xanchor": "left", "x": 0},
    )  # fmt: skip
    drawn.update_xaxes(title=x_words, color=INK, gridcolor="#eef1f4", tickcolor=MUTED)
    drawn.update_yaxes(title=y_words, rangemode="tozero")
    return drawn
