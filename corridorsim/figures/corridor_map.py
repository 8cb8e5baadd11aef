"""The corridor as a map: legs as wide as the tonnes on them, coloured by how busy they are or by waiting.

Cartesian: degrees as they are (equirectangular) with the aspect ratio of the middle latitude. Land is one colour, with
no border on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from .figure import Figure
from .geography import Box, Line, box_of, clipped, from_text, nodes_apart, thinned
from .style import IDLE, INK, LAND, MUTED, SCALE, WATER, WIDTH, canvas, rows_of

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: width of the widest leg and of one without cargo: points (static), pixels (interactive)
_WIDE, _THIN = 6.0, 0.8
_OUTLINES = 1500  #: an outline keeps a point where it is off by more than the map's width over this


@dataclass(frozen=True)
class Ground:
    """What lies under the legs: outer rings of land and of water."""

    land: Sequence[Line] = ()
    water: Sequence[Line] = ()


@dataclass(frozen=True)
class Scale:
    """What a leg's colour says. ``share``: values are shares, shown as per cent."""

    words: str
    most: float
    share: bool

    def colour(self, value: float) -> str:
        """Of a value; grey where there is none."""
        return IDLE if math.isnan(value) else _mixed(value / self.most if self.most > 0 else 0.0)

    def told(self, value: float) -> str:
        """A value in words."""
        return "" if math.isnan(value) else f"{value:.0%}" if self.share else f"{value:,.1f}"


def corridor_map(
    table: pd.DataFrame, ground: Ground, *, colour_words: str, title: str, caption: str, share: bool = True
) -> Figure:
    """``table``: one row a leg or place: kind (rail, sea, place), id, name, mt (of the year), value (what its colour
    says; may be empty), value_words (what else hovering tells), path (well-known text: LINESTRING of a leg, POINT).
    Places in the order in which they get room for their names.
    ``share``: values are shares, and the scale ends at 1.
    """
    legs = table[table.kind != "place"]
    values = legs.value[(legs.mt > 0) & legs.value.notna()]
    most = 1.0 if share else max(float(values.max()) if len(values) else 0.0, 1e-9)
    scale = Scale(colour_words, most, share)
    alt = f"Map of {len(legs)} legs, as wide as the tonnes on them, coloured by {colour_words}."
    busiest = legs[(legs.mt > 0) & legs.value.notna()].nlargest(3, "value")
    if len(busiest):
        alt += " Most: " + "; ".join(f"{row.name_} {scale.told(row.value)}" for row in rows_of(_named(busiest))) + "."
    widest = legs.nlargest(1, "mt")
    if len(widest) and float(widest.mt.iloc[0]) > 0:
        alt += f" Most tonnes: {widest.name.iloc[0]} with {float(widest.mt.iloc[0]):.2f} Mt."
    made, live = (partial(draw, ground=ground, scale=scale) for draw in (_static, _interactive))
    return Figure("map", title, caption, alt, table, made, live)


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """``name`` under another name: a row's own attribute hides it."""
    return table.rename(columns={"name": "name_"})


def _mixed(share: float) -> str:
    """A colour of ``SCALE``, between its stops."""
    place = max(0.0, min(1.0, share)) * (len(SCALE) - 1)
    low = min(int(place), len(SCALE) - 2)
    a, b = ([int(SCALE[n][at : at + 2], 16) for at in (1, 3, 5)] for n in (low, low + 1))
    return "#" + "".join(f"{round(x + (y - x) * (place - low)):02x}" for x, y in zip(a, b, strict=True))


@dataclass(frozen=True)
class _View:
    """What both drawings have in common."""

    box: Box
    land: list[Line]
    water: list[Line]
    legs: list[tuple[Any, Line]]  #: rows with their way; idle ones first, so that the busy ones lie on top
    places: list[tuple[Any, Line]]
    widest: float

    @classmethod
    def of(cls, table: pd.DataFrame, ground: Ground) -> _View:
        named = [(row, from_text(row.path)) for row in rows_of(_named(table))]
        legs = sorted((each for each in named if each[0].kind != "place"), key=lambda each: each[0].mt)
        used = [line for row, line in legs if row.mt > 0] or [line for _, line in legs]
        box = box_of(used).grown(0.03)
        step = (box.east - box.west) / _OUTLINES
        around = box.grown(0.5)
        land, water = (
            [ring for ring in (thinned(ring, step) for ring in clipped(rings, around)) if len(ring) > 3]
            for rings in (ground.land, ground.water)
        )
        places = [each for each in named if each[0].kind == "place"]
        return cls(box, land, water, legs, places, max((row.mt for row, _ in legs), default=0.0))

    def width(self, row: Any) -> float:
        return _THIN + (_WIDE - _THIN) * row.mt / self.widest if row.mt > 0 else _THIN

    def labels(self, letter: float, height: float) -> list[tuple[tuple[float, float], str, bool]]:
        """Names of places for which there is room."""
        box = self.box
        inside = [
            (line[0], row.name_) for row, line in self.places
            if box.west <= line[0][0] <= box.east and box.south <= line[0][1] <= box.north
        ]  # fmt: skip
        return nodes_apart(inside, box, letter, height)


def _static(table: pd.DataFrame, ground: Ground, scale: Scale) -> matplotlib.figure.Figure:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    view = _View.of(table, ground)
    box = view.box
    tall = (box.north - box.south) * box.stretch / (box.east - box.west)
    drawn = canvas(min(7.0, max(2.0, WIDTH * 0.97 * tall)) + 1.1)
    axes = drawn.add_subplot()
    axes.set_facecolor(WATER if view.land else "white")
    _fill(axes, view.land, LAND)
    _fill(axes, view.water, WATER)
    for row, line in view.legs:
        lons, lats = zip(*line, strict=True)
        dash = "-" if row.mt > 0 else (0, (2, 2))
        axes.plot(lons, lats, color=scale.colour(row.value) if row.mt > 0 else IDLE, lw=view.width(row), ls=dash,
                  solid_capstyle="round", zorder=2 + (row.mt > 0), gid=f"leg-{row.id}")  # fmt: skip
    for _, line in view.places:
        axes.plot(*line[0], marker="o", ms=2.6, color="white", mec=INK, mew=0.6, zorder=4)
    for (lon, lat), name, right in view.labels(0.0088, 0.022):
        axes.annotate(
            name, (lon, lat), xytext=(4 if right else -4, 0), textcoords="offset points", va="center",
            ha="left" if right else "right", fontsize=6.5, zorder=5,
            bbox={"boxstyle": "square,pad=0.1", "fc": "#ffffffb0", "lw": 0},
        )  # fmt: skip
    axes.set_xlim(box.west, box.east)
    axes.set_ylim(box.south, box.north)
    axes.set_aspect(box.stretch)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    colours = LinearSegmentedColormap.from_list("corridor", list(SCALE))
    bar = drawn.colorbar(ScalarMappable(Normalize(0, scale.most), colours), ax=axes, orientation="horizontal",
                         shrink=0.5, aspect=40, pad=0.02)  # fmt: skip
    bar.set_label(scale.words, fontsize=8)
    if scale.share:
        bar.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["0 %", "25 %", "50 %", "75 %", "100 %"])
    bar.outline.set_visible(False)
    return drawn


def _fill(axes: matplotlib.axes.Axes, rings: Sequence[Line], colour: str) -> None:
    """Areas of one colour; an edge of the same colour covers the seams between them."""
    from matplotlib.collections import PolyCollection

    axes.add_collection(
        PolyCollection([list(ring) for ring in rings], facecolor=colour, edgecolor=colour, lw=0.7, zorder=1),
        autolim=False,
    )


def _interactive(table: pd.DataFrame, ground: Ground, scale: Scale) -> go.Figure:
    import plotly.graph_objects as go

    view = _View.of(table, ground)
    box = view.box
    drawn = go.Figure()
    for rings, colour, name in ((view.land, LAND, "land"), (view.water, WATER, "water")):
        if rings:
            lons, lats = _joined(rings)
            drawn.add_scatter(x=lons, y=lats, mode="lines", fill="toself", fillcolor=colour, hoverinfo="skip",
                              line={"color": colour, "width": 1}, name=name)  # fmt: skip
    for row, line in view.legs:
        busy = row.mt > 0
        drawn.add_scatter(
            x=[lon for lon, _ in line], y=[lat for _, lat in line], mode="lines", name=row.name_, meta=row.id,
            text=_hover(row, scale), hoverinfo="text",
            line={"color": scale.colour(row.value) if busy else IDLE, "width": 1.2 * view.width(row) + 0.6,
                  "dash": "solid" if busy else "dot"},
        )  # fmt: skip
    # room enough for the names on a narrow screen too
    shown = {name: right for _, name, right in view.labels(0.0135, 0.036)}
    for row, line in view.places:
        right = shown.get(row.name_)
        drawn.add_scatter(
            x=[line[0][0]], y=[line[0][1]], mode="markers" if right is None else "markers+text",
            marker={"size": 6, "color": "white", "line": {"color": INK, "width": 1}}, name=row.name_, meta=row.id,
            text=[f"\u00a0{row.name_}\u00a0"], textposition="middle right" if right else "middle left",
            textfont={"size": 11}, hovertext=_hover(row, scale), hoverinfo="text",
        )  # fmt: skip
    _bar(drawn, scale, box)
    tall = (box.north - box.south) * box.stretch / (box.east - box.west)
    drawn.update_layout(
        showlegend=False, dragmode="pan", height=round(min(560, 120 + 1000 * tall)),
        plot_bgcolor=WATER if view.land else "white", margin={"l": 4, "r": 4, "t": 60, "b": 4},
    )  # fmt: skip
    drawn.update_xaxes(range=[box.west, box.east], visible=False, constrain="domain")
    drawn.update_yaxes(
        range=[box.south, box.north], visible=False, constrain="domain", constraintoward="top", scaleanchor="x",
        scaleratio=round(box.stretch, 6),
    )  # fmt: skip
    return drawn


def _joined(rings: Sequence[Line]) -> tuple[list[float | None], list[float | None]]:
    """Areas one after another, with gaps between them."""
    lons: list[float | None] = []
    lats: list[float | None] = []
    for ring in rings:
        lons += [*(round(lon, 3) for lon, _ in ring), None]
        lats += [*(round(lat, 3) for _, lat in ring), None]
    return lons, lats


def _hover(row: Any, scale: Scale) -> str:
    tonnes = f"<br>{row.mt:.2f} Mt" if row.kind != "place" or row.mt > 0 else ""
    value = "" if math.isnan(row.value) or row.kind == "place" else f"<br>{scale.words}: {scale.told(row.value)}"
    more = f"<br>{row.value_words}" if row.value_words else ""
    return f"<b>{row.name_}</b>{tonnes}{value}{more}"


def _bar(drawn: go.Figure, scale: Scale, box: Box) -> None:
    """The scale of colours, on a point that is not seen."""
    steps = [[n / (len(SCALE) - 1), colour] for n, colour in enumerate(SCALE)]
    drawn.add_scatter(
        x=[box.west], y=[box.south], mode="markers", hoverinfo="skip", name="scale",
        marker={
            "size": 0.1, "color": [0], "cmin": 0, "cmax": scale.most, "colorscale": steps, "showscale": True,
            "colorbar": {"orientation": "h", "thickness": 10, "len": 0.5, "y": 1.02, "yanchor": "bottom",
                         "outlinewidth": 0, "tickcolor": MUTED,
                         "title": {"text": scale.words, "side": "top", "font": {"size": 13}},
                         "tickformat": ".0%" if scale.share else None},
        },
    )  # fmt: skip
