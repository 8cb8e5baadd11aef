"""Which projects of a scenario would bring what a relief eases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..model.dated import add_months, happens
from ..scenario import Scenario
from ..scenario.schema import Status
from .reliefs import Relief, Resource, territory_of


@dataclass(frozen=True, slots=True)
class Bringer:
    """A project that sets what a relief eases, and is not in force by the end of the headline year, or not at all.

    ``day`` is the first on which it does. Whether it brings as much as the relief is not said.
    """

    project: str
    title: str
    day: dt.date
    status: Status
    included: bool  #: it happens in this scenario, only later


def bringers(scenario: Scenario, relief: Relief, year: int) -> tuple[Bringer, ...]:
    """Projects that would bring it, the earliest first."""
    first: dict[str, tuple[dt.date, Status]] = {}
    for resource in relief.resources:
        for project, day, status in _dated(scenario, resource):
            row = scenario.projects.get(project)
            day = add_months(day, row.shift_months.value) if row and row.shift_months else day
            if happens(scenario, project, status) and day <= dt.date(year, 12, 31):
                continue
            if project not in first or day < first[project][0]:
                first[project] = (day, status)
    made = [
        Bringer(
            project,
            scenario.projects[project].title if project in scenario.projects else "",
            day,
            status,
            happens(scenario, project, status),
        )
        for project, (day, status) in first.items()
    ]
    return tuple(sorted(made, key=lambda each: (each.day, each.project)))


def _dated(scenario: Scenario, resource: Resource) -> Iterator[tuple[str, dt.date, Status]]:
    """(project, day, status) of all that is dated and touches the leaves of a resource."""
    paths = [step.path for step in resource.steps]
    for change in scenario.changes.values():
        if not change.informational and any(fnmatchcase(path, change.target) for path in paths):
            yield change.project_id, change.date, change.status
    if resource.kind == "ships":  # ships of the same kind on the same line are as good
        mine = scenario.vessels[resource.id]
        for delivery in scenario.vessel_deliveries.values():
            ship = scenario.vessels.get(delivery.class_id)
            alike = ship is not None and (ship.link, ship.kind) == (mine.link, mine.kind)
            if alike and delivery.count.value > 0 and not delivery.informational:
                yield delivery.project_id, delivery.date, delivery.status
    if resource.kind == "locomotives":
        for name, contract in scenario.locomotives.items():
            years = [year for year, units in contract.deliveries.items() if units.value > 0]
            if years and territory_of(scenario, contract) == resource.id:
                day = contract.on or dt.date(min(years), 1, 1)
                yield contract.project_id or name, day, contract.status
