"""The search for the smallest package of projects that reaches a target: add, drop, swap, on common random numbers.

From the empty package the project (with what it requires) that brings most is added, until the target is met. Where no
single one brings anything, the best of the packages that hold all that agrees is taken, since two lines in a row help
only together. From a
package that meets the target, projects are dropped, one is put in the place of two, and dearer ones are swapped for
cheaper ones, as long as the target stays met. Which addition is best is settled by Kim and Nelson's procedure (see
``selection``); the error it may make is shared out over the selections, so that by Bonferroni's inequality all of them
are right at once with the probability stated. It is a local search: each choice is right, the package need not be the
smallest there is, unless all packages were tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

from ..experiment.packages import Choices, Package
from .selection import Selection, select_best
from .statistics import Interval, mean_interval, paired_difference, probability_interval

Values: TypeAlias = Mapping[Package, Sequence[float]]
EMPTY: Package = frozenset()


@dataclass(frozen=True, slots=True)
class Rules:
    """When the target is met, and how much may be run.

    A package meets it when its share of replications that reach ``at_least`` is ``probability`` or more, of
    ``replications``. ``first``: those of a first look. ``delta``: what a difference must be to be worth telling apart.
    ``alpha``: probability of an error over all selections. ``budget``: runs in all.
    """

    at_least: float
    probability: float
    replications: int = 10
    first: int = 5
    delta: float = 0.05
    alpha: float = 0.05
    budget: int = 1000


@dataclass(frozen=True, slots=True)
class Move:
    """A step of the search. ``selection``: among which additions; ``runs``: those that were made by its end."""

    kind: str  #: add | add all | drop | swap | try all
    package: Package
    before: Package
    gain: Interval
    selection: Selection[Package] | None
    runs: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the search came to. ``package`` meets the target; where none does it is None and ``best`` the highest mean.

    ``front``: packages, each with a higher mean than every cheaper (or smaller) one. ``exhausted``: the budget ended
    it. ``helps``: whether anything gained on the base at all.
    """

    package: Package | None
    best: Package
    front: tuple[Package, ...]
    moves: tuple[Move, ...]
    values: Values
    runs: int
    exhausted: bool
    helps: bool

    def confidence(self, alpha: float) -> float | None:
        """Probability that all selections were right, at least; None where the cap ended one of them, or none was."""
        selections = [move.selection for move in self.moves if move.selection and move.selection.alternatives > 1]
        return 1 - alpha if selections and all(each.decided for each in selections) else None


class OutOfBudget(Exception):
    """The next step would take more runs than are left."""


@dataclass
class _Search:
    choices: Choices
    rules: Rules
    draw: Callable[[Mapping[Package, int]], Values]
    values: dict[Package, Sequence[float]] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    selections: int = 0

    @property
    def runs(self) -> int:
        return sum(len(found) for found in self.values.values())

    def need(self, wanted: Mapping[Package, int]) -> Values:
        """Make sure of so many replications, if the budget allows it."""
        more = {package: count for package, count in wanted.items() if count > len(self.values.get(package, ()))}
        if self.runs + sum(count - len(self.values.get(package, ())) for package, count in more.items()) > (
            self.rules.budget
        ):
            raise OutOfBudget
        if more:
            self.values |= self.draw(more)
        return self.values

    def met(self, package: Package) -> bool:
        """Whether a package meets the target; one that clearly does not is found out early."""
        first, last = min(self.rules.first, self.rules.replications), self.rules.replications
        values = self.need({package: first})[package]
        hits = sum(value >= self.rules.at_least for value in values)
        if probability_interval(hits, len(values)).high < self.rules.probability:  # type: ignore[operator]
            return False
        return reaches(self.need({package: last})[package], self.rules)

    def gain(self, before: Package, after: Package) -> Interval:
        x, y = self.values[before], self.values[after]
        count = min(len(x), len(y))
        return paired_difference(x[:count], y[:count]).interval

    def weight(self, package: Package) -> tuple[float, int, list[str]]:
        return self.choices.weight(package), len(package), sorted(package)

    # --- moves ------------------------------------------------------------------------------------------------------

    def run(self) -> tuple[Package | None, bool, bool]:
        """(package that meets the target, whether the budget ended it, whether anything helped)"""
        current: Package | None = None
        try:
            if self.met(EMPTY):
                return EMPTY, False, True
            self.need({EMPTY: max(2, self.rules.first)})
            current = self.up()
            if current is not None:
                while (smaller := self.down(current)) is not None:
                    current = smaller
        except OutOfBudget:
            met = [package for package, values in self.values.items() if self.known(package) and values]
            known = min(met, key=self.weight, default=None)
            return known, True, bool(self.moves)
        return current, False, bool(self.moves)

    def known(self, package: Package) -> bool:
        values = self.values[package]
        return len(values) >= self.rules.replications and reaches(values, self.rules)

    def up(self) -> Package | None:
        """Add until the target is met; None where it never is."""
        current = EMPTY
        while True:
            additions = self.additions(current)
            if not additions:
                return None
            selection = self.select(additions)
            best, kind = selection.chosen, "add"
            self.need({package: max(2, self.rules.first) for package in (current, best)})
            if not helps(self.gain(current, best)):
                kind, selection = "add all", self.select(self.everything())
                best = selection.chosen
                self.need({best: max(2, self.rules.first)})
                if best == current or not helps(self.gain(current, best)):
                    return None
            self.moves.append(Move(kind, best, current, self.gain(current, best), selection, self.runs))
            current = best
            if self.met(current):
                return current

    def additions(self, package: Package) -> list[Package]:
        """The package with one more project and what that requires, where it agrees."""
        made = (self.choices.with_required(package | {name}) for name in self.choices.options if name not in package)
        return [each for each in dict.fromkeys(made) if self.choices.agrees(each)]

    def everything(self) -> list[Package]:
        """Packages to which nothing can be added: what brings most by itself comes first, then each one first once."""
        singles = sorted(self.additions(EMPTY), key=lambda each: -self.mean(each))
        made = []
        for first in [EMPTY, *singles]:
            package: Package = first
            for single in singles:
                more = package | single
                package = more if self.choices.agrees(more) else package
            made.append(package)
        return list(dict.fromkeys(made))

    def mean(self, package: Package) -> float:
        values = self.values.get(package)
        return math.fsum(values) / len(values) if values else -math.inf

    def select(self, alternatives: Sequence[Package]) -> Selection[Package]:
        """The j-th selection may err with alpha / (j (j + 1)); all of them together with alpha."""
        self.selections += 1
        alpha = self.rules.alpha / (self.selections * (self.selections + 1))
        first, most = max(2, self.rules.first), max(2, self.rules.first, self.rules.replications)
        return select_best(alternatives, self.need, first=first, most=most, delta=self.rules.delta, alpha=alpha)

    def down(self, package: Package) -> Package | None:
        """A package that costs less (or has fewer projects) and meets the target too; None where none was found."""
        for kind, tried in (("drop", self.dropped(package)), ("swap", self.swapped(package))):
            cheaper = [each for each in dict.fromkeys(tried) if self.weight(each) < self.weight(package)]
            for each in sorted(cheaper, key=self.weight):
                if self.met(each):
                    self.moves.append(Move(kind, each, package, self.gain(package, each), None, self.runs))
                    return each
        return None

    def dropped(self, package: Package) -> Iterable[Package]:
        return (self.choices.without(package, name) for name in package)

    def swapped(self, package: Package) -> Iterable[Package]:
        """One or two out, one in."""
        for out in [*combinations(sorted(package), 1), *combinations(sorted(package), 2)]:
            left = package
            for name in out:
                left = self.choices.without(left, name)
            for name in self.choices.options:
                made = self.choices.with_required(left | {name})
                if name not in package and self.choices.agrees(made):
                    yield made


def reaches(values: Sequence[float], rules: Rules) -> bool:
    """Whether enough of the replications reach the target."""
    return sum(value >= rules.at_least for value in values) >= rules.probability * len(values) - 1e-9


def helps(gain: Interval) -> bool:
    """Whether a gain lies above 0 with its whole interval."""
    return gain.low is not None and gain.low > 0


def search(choices: Choices, rules: Rules, draw: Callable[[Mapping[Package, int]], Values]) -> Found:
    """Add, drop and swap. ``draw`` gives so many replications of each package, as figures, the same seeds for all."""
    searched = _Search(choices, rules, draw)
    package, exhausted, helped = searched.run()
    return _found(searched, package, exhausted, helped)


def try_all(choices: Choices, rules: Rules, draw: Callable[[Mapping[Package, int]], Values]) -> Found:
    """Every package, with all replications: the smallest (or cheapest) that meets the target is the smallest there is.

    Raises OutOfBudget where there are too many for the budget.
    """
    searched = _Search(choices, rules, draw)
    packages = list(choices.packages())
    searched.need(dict.fromkeys(packages, rules.replications))
    met = [each for each in packages if reaches(searched.values[each], rules)]
    helped = any(helps(searched.gain(EMPTY, each)) for each in packages if each)
    return _found(searched, min(met, key=searched.weight, default=None), False, helped)


def _found(searched: _Search, package: Package | None, exhausted: bool, helped: bool) -> Found:
    values = searched.values
    best = max(values, key=lambda each: (searched.mean(each), -len(each)), default=EMPTY)
    front: list[Package] = []
    for each in sorted(values, key=lambda one: (*searched.weight(one)[:2], -searched.mean(one))):
        if not front or searched.mean(each) > searched.mean(front[-1]):
            front.append(each)
    return Found(package, best, tuple(front), tuple(searched.moves), values, searched.runs, exhausted, helped)


def interval_of(found: Found, package: Package) -> Interval:
    """Mean figure of a package."""
    return mean_interval(found.values[package])


def probability_of(found: Found, package: Package, rules: Rules) -> Interval:
    """Probability that a package reaches the target."""
    values = found.values[package]
    return probability_interval(sum(value >= rules.at_least for value in values), len(values))
