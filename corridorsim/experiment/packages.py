"""Projects that a scenario could have besides those in force, and packages of them as cases to replicate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .. import model, scenario
from ..model.dated import happens
from ..scenario import Issues
from ..scenario.schema import Project
from .plan import Plan
from .points import packed_case
from .runs import Case
from .saturating import saturated

Package: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class Option:
    """A project that can be switched on. ``requires``: all that has to come with it and is not in force already."""

    id: str
    title: str
    cost_musd: float | None
    requires: Package
    conflicts: Package


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen from. ``base``: projects in force; ``left_out``: project -> why it is no choice."""

    options: Mapping[str, Option]
    base: tuple[str, ...]
    left_out: Mapping[str, str]

    @property
    def all_costs_known(self) -> bool:
        """Whether packages can be compared by cost."""
        return all(option.cost_musd is not None for option in self.options.values())

    def with_required(self, package: Iterable[str]) -> Package:
        """A package with all that it requires."""
        chosen = frozenset(package)
        return chosen.union(*(self.options[name].requires for name in chosen)) if chosen else chosen

    def agrees(self, package: Package) -> bool:
        """Whether no two of a package conflict."""
        return not any(self.options[name].conflicts & package for name in package)

    def without(self, package: Package, name: str) -> Package:
        """A package without a project and all that requires it."""
        return frozenset(each for each in package if each != name and name not in self.options[each].requires)

    def packages(self) -> Iterator[Package]:
        """Every package that holds what it requires and in which nothing conflicts; smaller ones first."""
        from itertools import combinations

        for size in range(len(self.options) + 1):
            for names in combinations(self.options, size):
                package = frozenset(names)
                if package == self.with_required(package) and self.agrees(package):
                    yield package

    def weight(self, package: Package) -> float:
        """Million US$ where every cost is known, else the number of projects."""
        if not self.all_costs_known:
            return float(len(package))
        return sum(self.options[name].cost_musd or 0.0 for name in package)

    def cost(self, package: Package) -> tuple[float, int]:
        """Million US$ of those whose cost is known, and how many are not known."""
        costs = [self.options[name].cost_musd for name in package]
        return sum(cost for cost in costs if cost is not None), sum(cost is None for cost in costs)


def package_sets(package: Iterable[str]) -> list[str]:
    """Settings that switch the projects of a package on."""
    return [f"projects.{name}.include=yes" for name in sorted(package)]


def package_case(label: str, item: Plan, package: Package, demand: str) -> Case:
    """A scenario with a package, with its inputs at their values. Raises scenario.Issues."""
    sets = (*item.loaded.sets, *package_sets(package))
    loaded = scenario.read(item.source, with_layers=item.with_layers, sets=sets)
    if demand != "as_given":
        loaded, _ = saturated(loaded, item.source, item.with_layers, sets)
    return packed_case(label, model.build(loaded))


def choices_of(item: Plan, demand: str, exclude: Sequence[str] = ()) -> Choices:
    """The projects of a scenario that it has not in force and that do something within its horizon.

    A project with ``include: no`` is no choice, nor one that conflicts with a project in force, whose prerequisites can
    not be had, or that changes nothing by the end of the horizon.
    """
    projects = item.loaded.scenario.projects
    outside, base = _outside(item.loaded)
    left_out = {
        name: "the scenario says no" for name in projects if name not in base and projects[name].include == "no"
    }
    left_out |= {name: "left out by the call" for name in exclude if name in outside}
    found: dict[str, Option] = {}
    for name in outside:
        row = projects[name]
        needed = _required(name, projects) - frozenset(base)
        in_the_way = sorted(other for other in base if _conflict(name, other, projects))
        missing = sorted(other for other in needed if other not in outside or other in left_out)
        if name in left_out:
            continue
        if in_the_way:
            left_out[name] = f"conflicts with {', '.join(in_the_way)}, which is in force"
        elif missing:
            left_out[name] = f"requires {', '.join(missing)}, which cannot be had"
        else:
            cost = None if row.cost_musd is None else row.cost_musd.value
            against = frozenset(other for other in outside if _conflict(name, other, projects))
            found[name] = Option(name, row.title or name, cost, needed, against)
    _drop_without_effect(item, demand, found, left_out)
    return Choices(found, tuple(base), left_out)


def _outside(loaded: scenario.Loaded) -> tuple[list[str], list[str]]:
    """Projects of which something is not in force, and those of which all is."""
    rows = loaded.scenario
    parts: dict[str, list[bool]] = {}
    for change in rows.changes.values():
        if not change.informational:
            parts.setdefault(change.project_id, []).append(happens(rows, change.project_id, change.status))
    for delivery in rows.vessel_deliveries.values():
        if not delivery.informational:
            parts.setdefault(delivery.project_id, []).append(happens(rows, delivery.project_id, delivery.status))
    for name, contract in rows.locomotives.items():
        if not contract.informational:
            project = contract.project_id or name
            parts.setdefault(project, []).append(happens(rows, project, contract.status))
    known = [name for name in rows.projects if name in parts]
    base = [name for name in known if all(parts[name])]
    return [name for name in known if name not in base and rows.projects[name].include != "no"], base


def _required(name: str, projects: Mapping[str, Project]) -> Package:
    """All that a project requires, and that those require."""
    found: set[str] = set()
    waiting = list(projects[name].requires)
    while waiting:
        each = waiting.pop()
        if each not in found and each != name:
            found.add(each)
            waiting += projects[each].requires if each in projects else []
    return frozenset(found)


def _conflict(one: str, other: str, projects: Mapping[str, Project]) -> bool:
    return other in projects[one].conflicts_with or one in projects[other].conflicts_with


def _drop_without_effect(item: Plan, demand: str, found: dict[str, Option], left_out: dict[str, str]) -> None:
    """Take out what the engine would not see, unless something with an effect requires it."""
    marks: dict[Package, str] = {}

    def mark(package: Package) -> str:
        if package not in marks:
            marks[package] = package_case("", item, package, demand).key
        return marks[package]

    idle = set()
    for name, option in list(found.items()):
        try:
            if mark(option.requires | {name}) == mark(option.requires):
                idle.add(name)
        except Issues as fault:
            del found[name]
            left_out[name] = f"does not fit by itself: {fault.issues[0].message}"
    needed = frozenset[str]().union(*(option.requires for name, option in found.items() if name not in idle))
    for name in idle - needed:
        del found[name]
        left_out[name] = f"changes nothing by {item.loaded.scenario.horizon.end}"
    for name in [name for name, option in found.items() if not option.requires <= found.keys()]:
        left_out[name] = "requires what cannot be had"
        del found[name]
