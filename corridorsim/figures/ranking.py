"""What each relief gains, and what one relief after another reaches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .figure import Figure
from .style import COLOURS, IDLE, INK, MUTED, TARGET, arms, canvas, label_lines, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

COUNTS: Final = {True: (COLOURS[0], "gains"), False: (IDLE, "gains nothing beyond chance, or too little to count")}


def ranking(table: pd.DataFrame, *, unit: str, title: str, caption: str, verdict: str = "") -> Figure:
    """``table``: one row a relief, most gain first: label (what), step (by how much), gain, low, high, counts (whether
    the gain is one), utilisation and waiting_share (0 to 1 or empty). ``verdict``: what binds, in a sentence.
    """
    first = table.iloc[0]
    alt = (
        f"Bars of what {len(table)} reliefs gain. Most: {first.label} ({first.step}) {first.gain:+.2f} {unit}. "
        f"{int(table.counts.sum())} of them count as a gain. {verdict}"
    )
    made, live = partial(_static, unit=unit), partial(_interactive, unit=unit)
    return Figure("bottlenecks", title, caption, alt.strip(), table, made, live)


def _hints(row: Any) -> str:
    known = [(row.utilisation, "busy"), (row.waiting_share, "of waiting")]
    return ", ".join(f"{100 * share:.0f} % {words}" for share, words in known if share == share and share is not None)


def _static(table: pd.DataFrame, unit: str) -> matplotlib.figure.Figure:
    drawn = canvas(1.0 + 0.42 * len(table))
    axes = drawn.add_subplot()
    for counts, (colour, words) in COUNTS.items():
        mine = [place for place in range(len(table)) if bool(table.counts.iloc[place]) is counts]
        rows = table.iloc[mine]
        if mine:
            axes.barh(mine, rows.gain, xerr=arms(rows, "gain", "low", "high"), color=colour, height=0.62, label=words,
                      error_kw={"ecolor": INK, "capsize": 2.5, "lw": 1})  # fmt: skip
    ends = table[["gain", "high"]].max(axis=1).clip(lower=0)
    for place, row in enumerate(rows_of(table)):
        hints = _hints(row)
        axes.annotate(
            f"{row.gain:+.2f}" + (f"   {hints}" if hints else ""), (ends.iloc[place], place), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=7.5,
        )  # fmt: skip
    low, high = min(0.0, *table[["gain", "low"]].min()), max(*ends, 1e-9)
    axes.set_xlim(low - 0.03 * (high - low) * (low < 0), high + 0.4 * (high - low))
    axes.axvline(0, color=MUTED, lw=0.8)
    labels = [f"{label_lines(row.label, 40)}\n{row.step}" for row in rows_of(table)]
    axes.set_yticks(range(len(table)), labels, fontsize=7.5)
    axes.set_ylim(len(table) - 0.5, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"gain, {unit}")
    legend_above(axes, 2)
    return drawn


def _interactive(table: pd.DataFrame, unit: str) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    labels = [label_lines(label, 26, "<br>") for label in table.label]
    for counts, (colour, words) in COUNTS.items():
        mine = [place for place in range(len(table)) if bool(table.counts.iloc[place]) is counts]
        rows = table.iloc[mine]
        if not mine:
            continue
        below, above = arms(rows, "gain", "low", "high")
        hover = [[row.step, row.low, row.high, _hints(row)] for row in rows_of(rows)]
        drawn.add_bar(
            x=rows.gain, y=[labels[place] for place in mine], orientation="h", marker_color=colour, name=words,
            error_x={"type": "data", "array": above, "arrayminus": below, "color": INK, "thickness": 1.2, "width": 3},
            customdata=hover,
            hovertemplate="%{y} (%{customdata[0]})<br>%{x:+.3f} [%{customdata[1]:+.3f}, %{customdata[2]:+.3f}] "
            f"{unit}<br>%{{customdata[3]}}<extra></extra>",
        )  # fmt: skip
    drawn.update_xaxes(title=f"gain, {unit}", zeroline=True)
    drawn.update_yaxes(categoryorder="array", categoryarray=labels, autorange="reversed", showgrid=False)
    drawn.update_layout(barmode="overlay", height=140 + 36 * len(table))
    return drawn


def staircase(table: pd.DataFrame, *, unit: str, title: str, caption: str, at_least: float | None = None) -> Figure:
    """``table``: one row a state, first as it stands, then after each further relief: label, step, mean, low, high.

    ``at_least``: the target.
    """
    last = table.iloc[-1]
    alt = (
        f"Steps from {table['mean'].iloc[0]:.2f} to {last['mean']:.2f} {unit} by {len(table) - 1} reliefs, one after "
        "another: " + "; ".join(f"{row.label} {row.mean:.2f}" for row in rows_of(table.iloc[1:])) + "."
        + (f" The target is {at_least:g} {unit}." if at_least is not None else "")
    )  # fmt: skip
    made, live = (partial(draw, unit=unit, at_least=at_least) for draw in (_static_stairs, _interactive_stairs))
    return Figure("staircase", title, caption, alt, table, made, live)


def _static_stairs(table: pd.DataFrame, unit: str, at_least: float | None) -> matplotlib.figure.Figure:
    drawn = canvas(1.1 + 0.45 * len(table))
    axes = drawn.add_subplot()
    before = [0.0, *table["mean"].iloc[:-1]]
    places = list(range(len(table)))
    axes.barh(places, before, color=COLOURS[0], alpha=0.25, height=0.6)
    axes.barh(places, table["mean"] - before, left=before, color=COLOURS[0], height=0.6,
              xerr=arms(table, "mean", "low", "high"), error_kw={"ecolor": INK, "capsize": 3, "lw": 1})  # fmt: skip
    ends = table[["mean", "high"]].max(axis=1)
    for place, row in enumerate(rows_of(table)):
        gain = f" ({row.mean - before[place]:+.2f})" if place else ""
        axes.annotate(f"{row.mean:.2f}{gain}", (ends.iloc[place], place), xytext=(6, 0), textcoords="offset points",
                      va="center", fontsize=8)  # fmt: skip
    if at_least is not None:
        axes.axvline(at_least, color=TARGET, ls="--", lw=1.2)
        axes.annotate(f"target {at_least:g}", (at_least, -0.5), xytext=(4, 0), textcoords="offset points",
                      color=TARGET, fontsize=8, va="bottom")  # fmt: skip
    axes.set_xlim(0, max(at_least or 0.0, *ends) * 1.2)
    labels = [f"{label_lines(row.label, 40)}" + (f"\n{row.step}" if row.step else "") for row in rows_of(table)]
    axes.set_yticks(places, labels, fontsize=7.5)
    axes.set_ylim(len(table) - 0.5, -0.75)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(unit)
    return drawn


def _interactive_stairs(table: pd.DataFrame, unit: str, at_least: float | None) -> go.Figure:
    import plotly.graph_objects as go

    below, above = arms(table, "mean", "low", "high")
    labels = [
        f"{place}. {label_lines(label, 26, '<br>')}" if place else label for place, label in enumerate(table.label)
    ]
    before = [0.0, *table["mean"].iloc[:-1]]
    hover = [[row.step, row.low, row.high, row.mean] for row in rows_of(table)]
    drawn = go.Figure()
    drawn.add_bar(x=before, y=labels, orientation="h", marker_color="#bfdcec", hoverinfo="skip", showlegend=False)
    drawn.add_bar(
        x=table["mean"] - before, y=labels, orientation="h", marker_color=COLOURS[0], showlegend=False,
        error_x={"type": "data", "array": above, "arrayminus": below, "color": INK, "thickness": 1.2, "width": 3},
        customdata=hover,
        hovertemplate=f"%{{y}}<br>%{{customdata[0]}}<br>%{{customdata[3]:.3f}} [%{{customdata[1]:.3f}}, "
        f"%{{customdata[2]:.3f}}] {unit}, %{{x:+.3f}} by this step<extra></extra>",
    )  # fmt: skip
    if at_least is not None:
        drawn.add_vline(
            at_least, line={"color": TARGET, "dash": "dash", "width": 1.5},
            annotation={"text": f"target {at_least:g}", "font_color": TARGET, "yanchor": "bottom", "y": 1.0},
        )  # fmt: skip
    drawn.update_xaxes(title=unit, rangemode="tozero")
    drawn.update_yaxes(categoryorder="array", categoryarray=labels, autorange="reversed", showgrid=False)
    drawn.update_layout(barmode="stack", height=120 + 42 * len(table))
    return drawn
