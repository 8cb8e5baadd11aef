"""Points of a scenario's inputs as cases to replicate, all of them read and built before the first is run."""

from __future__ import annotations

import itertools
import pickle
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .. import model, scenario
from ..model.blueprint import Blueprint, Calendar
from ..model.realise import realise
from ..scenario import Issue, Issues
from ..scenario.schema import Target
from .design import Point, Vary, at_vary, points
from .plan import Plan, plan
from .runs import Case
from .saturating import saturated

DEMANDS = ("as_given", "saturating")


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """A point, what is to be replicated of it (demand -> case), and its targets whose year lies in the results."""

    point: Point
    cases: Mapping[str, Case]
    judged: tuple[Target, ...]


def plan_points(
    base: Plan, varied: Sequence[Vary], drawn: Sequence[Mapping[str, float]] = (), *, seed: int
) -> list[PlannedPoint]:
    """Every combination of the values of ``varied``, each with every draw of levels, on top of a scenario.

    A point without levels of a scenario that asks for sampled inputs has each replication's own draw, the same at all
    points. Raises scenario.Issues with what is wrong at any of the points, told where the value was given.
    """
    issues: list[Issue] = []
    made: list[PlannedPoint] = []
    for sets, same in itertools.groupby(points(varied, drawn), key=lambda point: point.sets):
        for number, point in enumerate(same):
            label = f"{base.label}, point {point.number}"
            try:
                if not number:  # one reading at a time lies in memory
                    item = plan(base.source, base.with_layers, (*base.loaded.sets, *sets)) if sets else base
                made.append(_planned(item, point, label, seed))
            except Issues as found:
                issues += at_vary(found, varied, point, base.loaded.sets)
                break
    if issues:
        raise Issues(issues)
    return made


def _planned(item: Plan, point: Point, label: str, seed: int) -> PlannedPoint:
    asked = item.cases(seed)
    cases = {}
    for demand in DEMANDS:
        if demand not in asked:
            continue
        name = label + (", saturating" if demand == "saturating" else "")
        if point.levels:
            loaded = item.loaded if demand == "as_given" else item.saturating_loaded
            assert loaded is not None
            cases[demand] = level_case(name, loaded, point.levels)
        elif item.samples:
            sampled = "sampled" if demand == "as_given" else "sampled_saturating"
            cases[demand] = _read_again(name, item, sampled, seed)
        else:
            cases[demand] = packed_case(name, asked[demand].make(0))
    return PlannedPoint(point, cases, item.judged)


def level_case(label: str, loaded: scenario.Loaded, levels: Mapping[str, float]) -> Case:
    """A scenario with its uncertain groups at some levels. Raises scenario.Issues."""
    return packed_case(label, model.build(realise(loaded, levels)))


def packed_case(label: str, blueprint: Blueprint) -> Case:
    """A case with one Blueprint, packed until it is run: hundreds of them lie in memory."""
    packed = zlib.compress(pickle.dumps(blueprint), 1)
    mark = model.fingerprint(blueprint)

    def make(replication: int) -> Blueprint:
        made: Blueprint = pickle.loads(zlib.decompress(packed))
        return made

    return Case(label, mark, make, mark, blueprint.calendar.end_s)


def _read_again(label: str, item: Plan, which: str, seed: int) -> Case:
    """A case that is sampled, without its scenario: which is read again for each run: many would fill the memory."""
    source, layers, sets = item.source, item.with_layers, item.loaded.sets

    def make(replication: int) -> Blueprint:
        return plan(source, layers, sets).cases(seed)[which].make(replication)

    return replace(item.cases(seed)[which], name=label, make=make)


def result_years(calendar: Calendar) -> tuple[int, ...]:
    """Years of which at least one month counts as a result."""
    starts = zip(calendar.month_names, calendar.month_starts_s[:-1], strict=True)
    return tuple(sorted({int(name[:4]) for name, start in starts if start >= calendar.results_from_s}))


def with_demand(item: Plan, demand: str) -> scenario.Loaded:
    """A scenario with the demand as given, or saturating whether or not a target asks for it. Raises Issues."""
    if demand == "as_given":
        return item.loaded
    if item.saturating_loaded is not None:
        return item.saturating_loaded
    return saturated(item.loaded, item.source, item.with_layers, item.loaded.sets)[0]


def level_cases(label: str, loaded: scenario.Loaded, levels: Sequence[Mapping[str, float]]) -> list[Case]:
    """A case for each set of levels; those that are the same to the engine share their runs. Raises Issues."""
    return [level_case(f"{label}, point {number}", loaded, each) for number, each in enumerate(levels, 1)]
