"""Colours, fonts and frames that all figures share: colours told apart by colour-blind readers, text of contrast AA."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: Okabe and Ito (2008), "Color Universal Design"; those with the best contrast on white first, the yellow left out
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
#: together with the colours, so that no line is told by its colour alone: (matplotlib, plotly)
DASHES: Final = (("-", "solid"), ("--", "dash"), ("-.", "dashdot"), (":", "dot"))
INK: Final = "#1f2933"
MUTED: Final = "#52606d"
GRID: Final = "#d9dee3"
PAPER: Final = "#ffffff"
TARGET: Final = "#B22222"
IDLE: Final = "#9aa5b1"
#: from little to much: the darker part of "inferno" (van der Walt and Smith, 2015), even in lightness, all of it to be
#: seen on pale land
SCALE: Final = ("#f7a83c", "#ea632a", "#c73e4c", "#932667", "#5c126e", "#240c4f")
LAND: Final = "#f1eee6"
WATER: Final = "#d9e6ef"
FONT: Final = "Helvetica, Arial, 'Liberation Sans', sans-serif"
#: what can be done with an interactive figure, beside hovering
CONFIG: Final = {
    "responsive": True,
    "displaylogo": False,
    "modeBarButtons": [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
}
#: inches
WIDTH: Final = 8.0
#: of a caption's text (7 points) and a title's (11 points, bold), in inches a letter of DejaVu Sans; a little too wide
_CAPTION_LETTER, _TITLE_LETTER = 0.0575, 0.104


def faded(colour: str, opacity: float) -> str:
    """``#rrggbb`` as CSS ``rgba(...)``."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


# --- static -----------------------------------------------------------------------------------------------------------


@contextmanager
def static_look(name: str) -> Iterator[None]:
    """matplotlib's settings, for drawing and for saving; nothing of the caller's own style is changed, nor counts."""
    import matplotlib

    look: dict[str, Any] = {
        "font.size": 9, "axes.edgecolor": MUTED, "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK,
        "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
        "grid.color": GRID, "grid.linewidth": 0.6, "axes.axisbelow": True, "savefig.dpi": 160, "figure.dpi": 110,
        "svg.fonttype": "none", "svg.hashsalt": name,
    }  # fmt: skip
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(look)  # type: ignore[arg-type]  # its keys are typed one by one
        yield


def canvas(height: float = 4.0, width: float = WIDTH) -> matplotlib.figure.Figure:
    """An empty figure of inches."""
    from matplotlib.figure import Figure as Canvas

    return Canvas(figsize=(width, height), layout="constrained")


def frame_static(drawn: matplotlib.figure.Figure, title: str, caption: str) -> None:
    """Title above, caption below, both to the left and on as many lines as they need."""
    width = drawn.get_figwidth() - 0.2
    above = textwrap.fill(title, int(width / _TITLE_LETTER))
    below = textwrap.fill(caption, int(width / _CAPTION_LETTER))
    lines = above.count("\n") + below.count("\n")
    drawn.set_figheight(drawn.get_figheight() + 0.13 * lines)
    drawn.suptitle(above, x=0.1 / width, ha="left", fontsize=11, fontweight="bold")
    drawn.supxlabel(below, x=0.1 / width, ha="left", fontsize=7, color=MUTED)


def legend_above(axes: matplotlib.axes.Axes, columns: int = 4) -> None:
    """The legend over the axes, where it hides nothing."""
    axes.legend(
        frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, handlelength=1.8,
        columnspacing=1.4,
    )  # fmt: skip


def month_axis(axes: matplotlib.axes.Axes) -> None:
    """Months as short as they can be told."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=4, maxticks=13)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]


def label_lines(text: str, width: int, break_with: str = "\n") -> str:
    """A label on as many lines as it needs."""
    return break_with.join(textwrap.wrap(text, width)) or text


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows, each with its columns as attributes."""
    return list(table.itertuples())


def arms(table: pd.DataFrame, value: str, low: str, high: str) -> tuple[list[float], list[float]]:
    """How far an interval reaches below and above its value; 0 where there is none."""
    below, above = (table[value] - table[low]).fillna(0), (table[high] - table[value]).fillna(0)
    return below.clip(lower=0).tolist(), above.clip(lower=0).tolist()


# --- interactive ------------------------------------------------------------------------------------------------------


def frame_interactive(drawn: go.Figure) -> None:
    """The same look; what the figure says of itself counts more."""
    import plotly.graph_objects as go

    axis = {
        "automargin": True, "gridcolor": GRID, "linecolor": MUTED, "ticks": "outside", "tickcolor": MUTED,
        "zerolinecolor": MUTED, "zeroline": False, "title": {"standoff": 8, "font": {"size": 13}},
    }  # fmt: skip
    template = go.layout.Template()
    template.layout.update(
        font={"family": FONT, "size": 13, "color": INK},
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        colorway=list(COLOURS),
        xaxis=axis,
        yaxis=axis,
        margin={"l": 10, "r": 16, "t": 30, "b": 10},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "xanchor": "left", "x": 0},
        hoverlabel={"font": {"family": FONT}, "align": "left"},
        hovermode="closest",
        dragmode=False,
    )
    drawn.update_layout(template=template)
