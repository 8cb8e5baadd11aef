"""A contract for locomotives as a dial: any number of its units in corridor service, written as settings.

A number of units is set the way a person would set it: all units of the contract on one day (``on``), every other
delivery 0, and each of them on the corridor (``corridor_share=1``), whatever the scenario says of its project.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import model, scenario
from ..model.blueprint import Blueprint
from ..scenario import Issue, Issues, Origin
from ..scenario.issues import did_you_mean
from ..scenario.roots import SUFFIXES, root_of
from .plan import Plan

ALLOCATIONS = ("fixed", "proportional", "on_demand")
#: the folder of a scenario's root that holds states of the rest
STATES = "states"


@dataclass(frozen=True, slots=True)
class Service:
    """Units of a contract that work on the corridor in a year: at its end, and the mean over it."""

    end: float
    mean: float


@dataclass(frozen=True, slots=True)
class Contract:
    """What a scenario says of a contract. ``ordered``: all its units; ``all_here``: in service on the corridor in the
    year if every unit that is delivered by then comes here; ``by_share``: those that come by its ``corridor_share``."""

    id: str
    title: str
    ordered: int
    first_year: int
    last_year: int
    share: float
    all_here: Service
    by_share: Service


def contract_names(loaded: scenario.Loaded) -> list[str]:
    """Contracts that bring freight locomotives, the largest first."""
    rows, classes = loaded.scenario.locomotives, loaded.scenario.locomotive_classes
    ordered = {
        name: sum(number.value for number in row.deliveries.values() if number.value > 0)
        for name, row in rows.items()
        if not row.informational and classes[row.class_id].use == "freight"
    }
    return sorted((name for name, units in ordered.items() if units > 0), key=lambda name: -ordered[name])


def chosen_contract(loaded: scenario.Loaded, name: str | None) -> str:
    """The contract that is meant; None is the largest. Raises scenario.Issues."""
    known = contract_names(loaded)
    at = Origin("--contract", 1, 1)
    if not known:
        raise Issues([Issue.at(at, "locomotives", "this scenario has no contract that brings locomotives")])
    if name is not None and name not in known:
        hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
        raise Issues([Issue.at(at, f"locomotives.{name}", f"no contract '{name}' brings locomotives", hint)])
    return name or known[0]


def unit_sets(loaded: scenario.Loaded, contract: str, units: int, day: dt.date) -> list[str]:
    """Settings that put so many units of a contract on the corridor on a day, and no other of it ever."""
    row = loaded.scenario.locomotives[contract]
    project = row.project_id or contract
    first, *others = sorted(row.deliveries)
    at = f"locomotives.{contract}"
    sets = [f"{at}.corridor_share=1", f"{at}.on={day}", f"{at}.deliveries.{first}={units}"]
    sets += [f"{at}.deliveries.{year}=0" for year in others]
    if project in loaded.scenario.projects:
        return [*sets, f"projects.{project}.include=yes", f"projects.{project}.shift_months=0"]
    return [*sets, f"{at}.status={loaded.scenario.statuses[0]}"]


def read_contract(item: Plan, name: str, year: int) -> Contract:
    """What the scenario's own contract brings to the corridor in a year, as the engine would have it."""
    row = item.loaded.scenario.locomotives[name]
    at = f"locomotives.{name}"
    nothing = [f"{at}.deliveries.{each}=0" for each in row.deliveries]
    none = _serving(item, nothing, year)
    all_here, by_share = (_serving(item, sets, year) for sets in ([f"{at}.corridor_share=1"], []))
    years = [each for each, number in row.deliveries.items() if number.value > 0]
    project = item.loaded.scenario.projects.get(row.project_id or name)
    return Contract(
        name,
        (project.title if project else "") or name,
        round(sum(row.deliveries[each].value for each in years)),
        min(years),
        max(years),
        row.corridor_share.value,
        Service(all_here.end - none.end, all_here.mean - none.mean),
        Service(by_share.end - none.end, by_share.mean - none.mean),
    )


def _serving(item: Plan, sets: Sequence[str], year: int) -> Service:
    """All units assigned to the corridor in a year under the ``fixed`` allocation."""
    sets = (*item.loaded.sets, *sets, "policies.allocation=fixed")
    built = model.build(scenario.read(item.source, with_layers=item.with_layers, sets=sets))
    start, end = _bounds(built, year)
    units = [unit for territory in built.territories for unit in territory.units]
    served = sum(max(0, min(unit.until_s, end) - max(unit.since_s, start)) for unit in units)
    return Service(sum(unit.since_s < end <= unit.until_s for unit in units), served / (end - start))


def _bounds(built: Blueprint, year: int) -> tuple[int, int]:
    """First second of a year (of its part in the horizon), and the first after it."""
    calendar = built.calendar
    months = [place for place, name in enumerate(calendar.month_names) if name.startswith(f"{year}-")]
    return calendar.month_starts_s[months[0]], calendar.month_starts_s[months[-1] + 1]


# --- states of the rest -----------------------------------------------------------------------------------------------


def states_of(source: str) -> list[str]:
    """States of the rest that lie beside a scenario: layers in the folder ``states`` of its root, in order of name."""
    file = Path(source) if Path(source).is_file() else scenario.find(source)
    folder = root_of(file) / STATES if file else None
    found = sorted(folder.iterdir()) if folder is not None and folder.is_dir() else []
    return [str(path) for path in found if path.suffix in SUFFIXES]
