"""Which unknown moves a figure most: a tornado of groups of uncertain inputs, or of the factors of a sweep."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from .figure import Figure
from .style import COLOURS, IDLE, INK, MUTED, arms, canvas, label_lines, legend_above, rows_of

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

UP, DOWN, NOISE = "goes up with it", "goes down with it", "not told from chance"
LOOKS: Final = {UP: COLOURS[0], DOWN: COLOURS[1], NOISE: IDLE}


def tornado(table: pd.DataFrame, *, unit: str, title: str, caption: str) -> Figure:
    """``table``: one row a group, the one that moves most first: label, effect (from the low to the high end of what is
    known of it, with its sign), low, high (interval of the effect), noise (whether it is not told from chance), widest
    (the number with the widest range, in words; may be empty).
    """
    most = "; ".join(f"{row.label} {row.effect:+.2f}" for row in rows_of(table.head(3)))
    alt = f"Bars of what {len(table)} uncertain inputs move, in {unit}, from the low to the high end of each: {most}."
    made, live = partial(_static, unit=unit), partial(_interactive, unit=unit)
    return Figure("tornado", title, caption, alt, table, made, live)


def _kinds(table: pd.DataFrame) -> list[str]:
    return [NOISE if row.noise else UP if row.effect >= 0 else DOWN for row in rows_of(table)]


def _static(table: pd.DataFrame, unit: str) -> matplotlib.figure.Figure:
    drawn = canvas(1.0 + 0.36 * len(table))
    axes = drawn.add_subplot()
    kinds = _kinds(table)
    for kind, colour in LOOKS.items():
        mine = [place for place, each in enumerate(kinds) if each == kind]
        if mine:
            axes.barh(mine, table.effect.iloc[mine], color=colour, height=0.66, label=kind,
                      xerr=arms(table.iloc[mine], "effect", "low", "high"),
                      error_kw={"ecolor": INK, "capsize": 2.5, "lw": 1})  # fmt: skip
    low, high = min(0.0, *table[["effect", "low"]].min()), max(0.0, *table[["effect", "high"]].max())
    reach = max(high, -low, 1e-9)
    for place, row in enumerate(rows_of(table)):
        right = row.effect >= 0
        ends = [end for end in ((row.effect, row.high) if right else (row.effect, row.low)) if end == end]
        end = max(ends) if right else min(ends)
        axes.annotate(f"{row.effect:+.2f}", (end, place), xytext=(5 if right else -5, 0), textcoords="offset points",
                      va="center", ha="left" if right else "right", fontsize=7.5)  # fmt: skip
    axes.set_xlim(low - 0.2 * reach * (low < 0), high + 0.2 * reach * (high > 0))
    axes.axvline(0, color=MUTED, lw=0.8)
    axes.set_yticks(range(len(table)), [label_lines(label, 46) for label in table.label], fontsize=7.5)
    axes.set_ylim(len(table) - 0.5, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"{unit}, from the low end to the high end of what is known")
    legend_above(axes)
    return drawn


def _interactive(table: pd.DataFrame, unit: str) -> go.Figure:
    import plotly.graph_objects as go

    drawn = go.Figure()
    labels = [label_lines(label, 28, "<br>") for label in table.label]
    kinds = _kinds(table)
    for kind, colour in LOOKS.items():
        mine = [place for place, each in enumerate(kinds) if each == kind]
        rows = table.iloc[mine]
        if not mine:
            continue
        below, above = arms(rows, "effect", "low", "high")
        drawn.add_bar(
            x=rows.effect, y=[labels[place] for place in mine], orientation="h", name=kind, marker_color=colour,
            error_x={"type": "data", "array": above, "arrayminus": below, "color": INK, "thickness": 1.2, "width": 3},
            customdata=[[row.low, row.high, row.widest] for row in rows_of(rows)],
            hovertemplate=f"%{{y}}<br>%{{x:+.3f}} [%{{customdata[0]:+.3f}}, %{{customdata[1]:+.3f}}] {unit}"
            "<br>%{customdata[2]}<extra></extra>",
        )  # fmt: skip
    drawn.update_xaxes(title=f"{unit}, low end to high end", zeroline=True)
    drawn.update_yaxes(categoryorder="array", categoryarray=labels, autorange="reversed", showgrid=False)
    drawn.update_layout(barmode="overlay", height=140 + 32 * len(table))
    return drawn


def factors(table: pd.DataFrame, *, unit: str, centre: float, title: str, caption: str) -> Figure:
    """A tornado of the factors of a sweep. ``table``: one row a factor, widest first: label, low_value, high_value (the
    values at which the figure is lowest and highest, as text), low, high (the figure there). ``centre``: the figure of
    the first point.
    """
    told = "; ".join(f"{row.label} from {row.low:.2f} to {row.high:.2f}" for row in rows_of(table))
    alt = f"Ranges of the figure by factor, in {unit}: {told}. The first point has {centre:.2f}."
    made, live = (partial(draw, unit=unit, centre=centre) for draw in (_static_factors, _interactive_factors))
    return Figure("factors", title, caption, alt, table, made, live)


def _static_factors(table: pd.DataFrame, unit: str, centre: float) -> matplotlib.figure.Figure:
    drawn = canvas(1.0 + 0.42 * len(table))
    axes = drawn.add_subplot()
    places = range(len(table))
    axes.barh(places, table.high - table.low, left=table.low, color=COLOURS[0], height=0.6)
    for place, row in enumerate(rows_of(table)):
        for words, x, side, ha in ((row.low_value, row.low, -4, "right"), (row.high_value, row.high, 4, "left")):
            axes.annotate(words, (x, place), xytext=(side, 0), textcoords="offset points", va="center", ha=ha,
                          fontsize=7.5)  # fmt: skip
    axes.axvline(centre, color=INK, lw=1.2, ls=":")
    spread = max(float(table.high.max() - table.low.min()), 1e-9)
    axes.set_xlim(table.low.min() - 0.2 * spread, table.high.max() + 0.2 * spread)
    axes.set_yticks(places, [label_lines(label, 46) for label in table.label], fontsize=7.5)
    axes.set_ylim(len(table) - 0.5, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"{unit} (dotted: the first point)")
    return drawn


def _interactive_factors(table: pd.DataFrame, unit: str, centre: float) -> go.Figure:
    import plotly.graph_objects as go

    labels = [label_lines(label, 28, "<br>") for label in table.label]
    drawn = go.Figure()
    drawn.add_bar(
        x=table.high - table.low, base=table.low, y=labels, orientation="h", marker_color=COLOURS[0], showlegend=False,
        customdata=table[["low", "high", "low_value", "high_value"]],
        hovertemplate="%{y}<br>%{customdata[0]:.3f} at %{customdata[2]}, %{customdata[1]:.3f} at %{customdata[3]}"
        "<extra></extra>",
    )  # fmt: skip
    drawn.add_vline(centre, line={"color": INK, "dash": "dot", "width": 1.5})
    drawn.update_xaxes(title=unit)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_layout(height=110 + 40 * len(table))
    return drawn
