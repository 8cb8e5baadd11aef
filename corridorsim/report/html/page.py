"""The page: sections made, filled into the template, with style, script and figures inside the one file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .answer import answer
from .plugged import all_sections
from .sections import Choice, Context, Section

if TYPE_CHECKING:
    from markupsafe import Markup

    from ...figures import Figure

#: the order of the page; what plug-ins register stands between
FIRST = ("scenarios", "map", "months", "days", "limits", "bottlenecks", "locomotives", "packages")
LAST = ("changes", "uncertain", "not_modelled", "tried", "again")
#: rows of a figure's own table that the page holds; one with more is drawn only
MOST_ROWS = 400


@dataclass(frozen=True)
class Drawn:
    """A figure as the template needs it. ``data``: plotly's JSON, safe inside a script element."""

    id: str
    figure: Figure
    label: str
    data: Markup
    table: Any = None


class Shared:
    """Traces that several figures have, as the outlines of maps, stand in the page once: JSON, by their place."""

    #: letters of JSON from which on it is worth it
    LONG = 1000

    def __init__(self) -> None:
        self.traces: dict[str, int] = {}

    def taken_out(self, figure: str) -> str:
        """A figure's JSON, in which a long trace is ``{"shared": its place}``."""
        body = json.loads(figure)
        for place, trace in enumerate(body["data"]):
            text = json.dumps(trace, ensure_ascii=False, separators=(",", ":"))
            if len(text) >= self.LONG:
                body["data"][place] = {"shared": self.traces.setdefault(text, len(self.traces))}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Chapter:
    """A section with its figures drawn: a list of choices, each of one figure or more. ``id`` is its anchor."""

    id: str
    section: Section
    figures: Sequence[Sequence[Drawn]]


def render(context: Context) -> str:
    """The page as text. It asks for nothing outside itself: what it needs is in it, and its policy forbids the rest."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shared = Shared()
    chapters = list(_chapters(context, shared))
    scripts = [_script(_plotly())] if any(chapter.figures for chapter in chapters) else []
    scripts.append(_script(_file("page.js")))
    return environment.get_template("page.html.j2").render(
        context=context,
        answer=answer(context),
        chapters=chapters,
        shared=for_script(f"[{','.join(shared.traces)}]"),
        style=Markup(_file("page.css")),
        scripts=[Markup(script) for script in scripts],
        policy=policy(scripts),
    )


def _chapters(context: Context, shared: Shared) -> Iterator[Chapter]:
    from . import builtin  # noqa: F401 - registers the sections

    sections = all_sections()
    others = [name for name in sections if name not in FIRST + LAST]
    names = [*(name for name in FIRST if name in sections), *others, *(name for name in LAST if name in sections)]
    number = 0
    for name in names:
        made = sections[name](context)
        if made is None:
            continue
        figures = []
        for each in made.figures:
            shown = each.figures if isinstance(each, Choice) else {"": each}
            figures.append(
                [_drawn(f"figure-{(number := number + 1)}", label, one, shared) for label, one in shown.items()]
            )
        yield Chapter(name.replace("_", "-"), made, [group for group in figures if group])


def _drawn(name: str, label: str, figure: Figure, shared: Shared) -> Drawn:
    from .tables import from_frame

    rows = len(figure.table)
    table = (
        from_frame(figure.name, f"{figure.title}: the figure as a table", figure.table) if rows <= MOST_ROWS else None
    )
    return Drawn(name, figure, label, for_script(shared.taken_out(figure.interactive().to_json())), table)


def for_script(data: str) -> Markup:
    """JSON for a script element: nothing in it can end the element or open a comment (outside of strings JSON has no
    ``<``, ``>`` or ``&``), and no line separator of JavaScript is left.
    """
    from markupsafe import Markup

    for letter in "<>&\u2028\u2029":
        data = data.replace(letter, f"\\u{ord(letter):04x}")
    json.loads(data)
    return Markup(data)


def policy(scripts: Sequence[str]) -> str:
    """The content security policy: only these scripts, no request of any kind.

    plotly sets its styles while it draws; pictures are what it makes for a download.
    """
    allowed = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts
    )
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _script(text: str) -> str:
    """A script as it may stand in a script element of a page whose lines end as its own."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError("this script cannot stand inside a page")
    return text


@cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _file(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
