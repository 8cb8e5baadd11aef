"""What a sensitivity study asks, and whether a scenario can answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..experiment.points import DEMANDS
from ..scenario import Issue, Issues, Origin
from ..scenario.issues import did_you_mean
from ..scenario.schema import Target
from .measures import MEASURES, figure
from .summary import headline_year
from .view import PERIMETERS

METHODS = ("morris", "sobol")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: by which method, of which groups (none named: all), of which figure.

    ``top``: only that many groups, those that a Morris screening finds to move the figure most. ``year`` None is the
    headline year.
    """

    method: str
    groups: tuple[str, ...] = ()
    top: int | None = None
    trajectories: int = 10
    samples: int = 64
    measure: str = "delivered_mt"
    perimeter: str = "C"
    year: int | None = None
    demand: str = "as_given"

    @property
    def size(self) -> int:
        """Trajectories or samples."""
        return self.trajectories if self.method == "morris" else self.samples

    def checked(self, known: Sequence[str], years: Sequence[int], targets: Sequence[Target]) -> int:
        """The year that is meant. Raises Issues with all that does not fit a scenario with these groups and years."""
        issues = [Issue.at(Origin(f"--{option}", 1, 1), "", *words) for option, *words in self._wrong(known, years)]
        if issues:
            raise Issues(issues)
        return headline_year(targets, years) if self.year is None else self.year

    def _wrong(self, known: Sequence[str], years: Sequence[int]) -> Iterator[tuple[str, ...]]:
        if self.method not in METHODS:
            yield "method", f"'{self.method}' is not a method", f"there are {', '.join(METHODS)}"
        if not known:
            yield "groups", "this scenario has no uncertain_groups, so nothing in it is unknown"
        for group in dict.fromkeys(self.groups):
            if known and group not in known:
                hint = did_you_mean(group, known) or f"there are {', '.join(known)}"
                yield "groups", f"unknown uncertain group '{group}'", hint
            if self.groups.count(group) > 1:
                yield "groups", f"'{group}' is named twice"
        if self.method == "sobol" and not self.groups and self.top is None:
            yield "groups", "Sobol' indices are for a few groups", "name them, or write --top 5"
        if self.method == "morris" and self.top is not None:
            yield "top", "--top goes with --method sobol", "a screening ranks all groups"
        elif self.top is not None and self.top < 1:
            yield "top", "at least one group is needed"
        if self.method == "sobol" and (self.samples < 2 or self.samples & (self.samples - 1)):
            yield "samples", f"{self.samples} samples are out of balance", "a power of two is needed, such as 64"
        if (self.method == "morris" or self.top is not None) and self.trajectories < 2:
            yield "trajectories", "a screening needs at least two trajectories"
        if self.measure not in MEASURES:
            yield "measure", f"unknown measure '{self.measure}'", f"there are {', '.join(MEASURES)}"
        if self.perimeter not in PERIMETERS:
            yield "perimeter", f"unknown perimeter '{self.perimeter}'", f"there are {', '.join(PERIMETERS)}"
        if self.demand not in DEMANDS:
            yield "demand", f"unknown demand '{self.demand}'", f"there are {', '.join(DEMANDS)}"
        if self.year is not None and self.year not in years:
            yield "year", f"the results do not hold {self.year}", f"they hold {', '.join(map(str, years))}"

    def figure(self, run: Mapping[str, Any], year: int) -> float:
        """The figure of one reduced run."""
        return figure(run, self.measure, self.perimeter, year)

    def options(self) -> dict[str, object]:
        """As options of the command, without those that are what it takes by itself."""
        plain = Question(self.method)
        sizes = {"trajectories": self.method == "morris" or self.top is not None, "samples": self.method == "sobol"}
        given: dict[str, object] = {"method": self.method, "groups": ",".join(self.groups) or None, "top": self.top}
        given |= {name: getattr(self, name) for name, used in sizes.items() if used}
        for name in ("measure", "perimeter", "year", "demand"):
            if getattr(self, name) != getattr(plain, name):
                given[name] = getattr(self, name)
        return given
