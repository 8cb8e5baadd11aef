"""What candidates of more track bring: pairs a day of the saturated line, and hours of delay at one volume."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from .figure import Figure
from .style import COLOURS, INK, MUTED, arms, canvas, label_lines

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: column -> (words, digits)
PANELS: Final = {"gain_pairs": ("more pairs a day", 1), "delay_change_h": ("change of mean delay, h", 2)}


def track_gains(table: pd.DataFrame, *, compared: float, title: str, caption: str) -> Figure:
    """``table``: one row a candidate, most gain first: candidate, gain_pairs and delay_change_h, each with _low and
    _high. ``compared``: trains a day of the delays.
    """
    numbers = [f"{name}{bound}" for name in PANELS for bound in ("", "_low", "_high")]
    table = table.astype(dict.fromkeys(numbers, float))
    first = table.iloc[0]
    alt = (
        f"Bars of what {len(table)} candidates bring. First: {first.candidate}, {first.gain_pairs:+.1f} pairs a day "
        f"and {first.delay_change_h:+.2f} h of mean delay at {compared:g} trains a day."
    )
    made, live = partial(_static, compared=compared), partial(_interactive, compared=compared)
    return Figure("track-gains", title, caption, alt, table, made, live)


def _words(name: str, compared: float) -> str:
    return PANELS[name][0] + (f" at {compared:g} trains a day" if name == "delay_change_h" else "")


def _static(table: pd.DataFrame, compared: float) -> matplotlib.figure.Figure:
    labels = [label_lines(each, 34) for each in table.candidate]
    drawn = canvas(1.2 + sum(0.26 + 0.14 * label.count("\n") for label in labels) + 0.1 * len(labels))
    panels = drawn.subplots(1, 2, sharey=True)
    places = list(range(len(table)))
    for axes, name, colour in zip(panels, PANELS, COLOURS, strict=False):
        axes.barh(places, table[name], xerr=arms(table, name, f"{name}_low", f"{name}_high"), color=colour, height=0.62,
                  error_kw={"ecolor": INK, "capsize": 2.5, "lw": 1})  # fmt: skip
        low = min(0.0, *table[[name, f"{name}_low"]].min())
        high = max(0.0, *table[[name, f"{name}_high"]].max())
        room = 0.22 * ((high - low) or 1.0)
        axes.set_xlim(low - room * (low < 0), high + room * (high > 0))
        for place, value in enumerate(table[name]):
            side = 1 if value >= 0 else -1
            bound = table[f"{name}_{'high' if side > 0 else 'low'}"].fillna(value).iloc[place]
            axes.annotate(f"{value:+.{PANELS[name][1]}f}", (side * max(side * value, side * bound), place),
                          xytext=(4 * side, 0), textcoords="offset points", va="center",
                          ha="left" if side > 0 else "right", fontsize=7.5)  # fmt: skip
        axes.axvline(0, color=MUTED, lw=0.8)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(_words(name, compared))
    panels[0].set_yticks(places, labels, fontsize=7.5)
    panels[0].set_ylim(len(table) - 0.5, -0.5)
    return drawn


def _interactive(table: pd.DataFrame, compared: float) -> go.Figure:
    from plotly.subplots import make_subplots

    drawn = make_subplots(1, 2, shared_yaxes=True, horizontal_spacing=0.04)
    labels = [label_lines(each, 30, "<br>") for each in table.candidate]
    for place, (name, colour) in enumerate(zip(PANELS, COLOURS, strict=False), 1):
        below, above = arms(table, name, f"{name}_low", f"{name}_high")
        drawn.add_bar(
            x=table[name], y=labels, orientation="h", marker_color=colour, showlegend=False, row=1, col=place,
            error_x={"type": "data", "array": above, "arrayminus": below, "color": INK},
            hovertemplate=f"%{{y}}<br>%{{x:+.2f}} {_words(name, compared)}<extra></extra>",
        )  # fmt: skip
        drawn.update_xaxes(title=_words(name, compared), row=1, col=place)
    drawn.update_yaxes(autorange="reversed")
    drawn.update_layout(height=120 + 46 * len(table))
    return drawn
