"""What a report is made of: named sections, each a small function of what is reported on.

    @section("my_check")
    def my_check(context: Context) -> Section | None:
        return Section("My check", text=["All is well."], tables=[...])

Those of others stand after what came out and before what went in, in the order in which they were registered. A section
that has nothing to say returns None and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ...analysis.estimates import Perimeter
from .tables import Table

if TYPE_CHECKING:
    from ...figures import Figure
    from ..comparison import Comparison
    from ..result import Result
    from .studies import Study


@dataclass(frozen=True)
class Context:
    """What a report is about. ``results``: at least one, the first is the baseline that the others stand against.

    ``comparison``: of all results, None where there is one. ``perimeter``: of the totals (A, B or C). ``command``:
    makes the report again.
    """

    results: Sequence[Result]
    comparison: Comparison | None = None
    studies: Sequence[Study] = ()
    perimeter: Perimeter = "C"
    command: str = ""

    @property
    def first(self) -> Result:
        """The baseline."""
        return self.results[0]

    @property
    def year(self) -> int:
        """The headline year."""
        return self.first.summary.headline_year

    @property
    def shared(self) -> str:
        """``+layer`` at the end of every scenario's name; labels leave it out."""
        from ..comparison_page import shared_layers

        return shared_layers([result.name for result in self.results])

    def label(self, scenario: str) -> str:
        """A scenario's name without the layers that all share."""
        return scenario.removesuffix(self.shared)

    def of_kind(self, kind: str) -> list[Study]:
        """The studies of a kind: bottlenecks, curve, plan."""
        return [study for study in self.studies if study.kind == kind]


@dataclass(frozen=True)
class Choice:
    """The same figure of several scenarios, by their labels; the page (and paper) shows one at a time."""

    figures: dict[str, Figure]


@dataclass(frozen=True)
class Section:
    """A chapter of the page.

    ``text``: paragraphs; plain strings are escaped, what is ``markupsafe.Markup`` is taken as HTML and vouched for by
    who made it. Then come ``figures`` (one, or one to choose of several), then ``tables``. ``folded``: tables that are
    shown only when they are opened, and not printed.
    """

    title: str
    text: Sequence[str] = ()
    figures: Sequence[Figure | Choice] = ()
    tables: Sequence[Table] = ()
    folded: Sequence[Table] = field(default=())


Maker: TypeAlias = Callable[[Context], Section | None]

#: name -> maker, in the order of the page
SECTIONS: dict[str, Maker] = {}


def section(name: str) -> Callable[[Maker], Maker]:
    """Register a section under a name; that of another one is an error."""

    def register(make: Maker) -> Maker:
        if name in SECTIONS and SECTIONS[name] is not make:
            raise ValueError(f"there is a section '{name}' already")
        SECTIONS[name] = make
        return make

    return register
