"""What every figure is: a table, words around it, and two ways to draw it. Drawing libraries come with the drawing."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..experiment import write_whole

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd
    import plotly.graph_objects as go

#: drawn by matplotlib
STATIC = (".png", ".svg", ".pdf")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: Helvetica, Arial, "Liberation Sans", sans-serif; color: {ink}; background: {paper};
       max-width: 1200px; margin: 1rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.2rem; }}
figure {{ margin: 0; }}
figcaption {{ font-size: 0.8rem; color: {muted}; margin-top: 0.5rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
{figure}
</body>
</html>
"""


@dataclass(frozen=True)
class Figure:
    """``name``: short, in the manner of a file's name. ``caption``: what the reader must know to trust it (perimeter,
    interval, seed, version, attribution). ``alt``: what it shows, in words, with its main figures, for those who cannot
    see it.
    """

    name: str
    title: str
    caption: str
    alt: str
    table: pd.DataFrame
    draw_static: Callable[[pd.DataFrame], matplotlib.figure.Figure]
    draw_interactive: Callable[[pd.DataFrame], go.Figure]

    def static(self) -> matplotlib.figure.Figure:
        """Drawn by matplotlib, title above and caption below."""
        from .style import frame_static, static_look

        with static_look(self.name):
            drawn = self.draw_static(self.table)
            frame_static(drawn, self.title, self.caption)
        return drawn

    def interactive(self) -> go.Figure:
        """Drawn by plotly, with hover; title and caption are left to the page or notebook cell around it."""
        from .style import frame_interactive

        drawn = self.draw_interactive(self.table)
        frame_interactive(drawn)
        return drawn

    def as_html(self, *, script: bool | str = False, ident: str | None = None) -> str:
        """A ``<figure>`` with the interactive figure and its caption, for a page that has plotly's script.

        ``script``: bring it along (True), or what plotly's ``include_plotlyjs`` takes. ``ident``: id of the drawing in
        the page, the figure's name if not given. The same table gives the same text.
        """
        from .style import CONFIG

        drawing = self.interactive().to_html(
            full_html=False,
            include_plotlyjs=script,
            div_id=ident or self.name,
            config=CONFIG,
        )
        alt, caption = html.escape(self.alt, quote=True), html.escape(self.caption)
        drawing = f'<div role="img" aria-label="{alt}">{drawing}</div>'
        return f"<figure>\n{drawing}\n<figcaption>{caption}</figcaption>\n</figure>"

    def save(self, path: str | Path) -> Path:
        """Write it as the suffix says: .png, .svg, .pdf (static), .html (interactive, one file), .csv (the table).

        The same table gives the same bytes. Raises ValueError for another suffix, OSError.
        """
        path = Path(path)
        if path.suffix not in (*STATIC, ".html", ".csv"):
            raise ValueError(f"{path.name}: a figure is saved as {', '.join(STATIC)}, .html or .csv")
        write_whole(path, self.as_bytes(path.suffix))
        return path

    def as_bytes(self, suffix: str) -> bytes:
        """What a file with this suffix holds; see ``save``."""
        if suffix == ".html":
            return self._page().encode()
        if suffix == ".csv":
            from ..analysis.cells import harmless

            text: str = self.table.map(harmless).rename(columns=harmless).to_csv(index=False, lineterminator="\n")
            return text.encode()
        return self._drawn(suffix)

    def _drawn(self, suffix: str) -> bytes:
        from .style import static_look

        words = {
            ".png": {"Title": self.title, "Description": self.alt},
            ".svg": {"Title": self.title, "Description": self.alt, "Date": None},
            ".pdf": {"Title": self.title, "Subject": self.alt, "CreationDate": None},
        }
        drawn, file = self.static(), io.BytesIO()
        with static_look(self.name):
            drawn.savefig(file, format=suffix[1:], metadata=words[suffix])
        return file.getvalue()

    def _page(self) -> str:
        from .style import INK, MUTED, PAPER

        figure = self.as_html(script=True)
        return _PAGE.format(title=html.escape(self.title), figure=figure, ink=INK, muted=MUTED, paper=PAPER)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """In a notebook: the interactive figure; where that cannot be shown, what it shows in words."""
        bundle = self.interactive()._repr_mimebundle_(**options) or {}
        return {**bundle, "text/plain": f"{self.title}\n{self.alt}"}

    def __repr__(self) -> str:
        return f"<figure {self.name}: {self.title}>"
