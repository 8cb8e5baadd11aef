"""Which figures the sections show: each scenario's own to choose from, and those of comparison and studies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..plots import NothingToDraw
from ..study_plots import BottlenecksPlots, CurvePlots, PackagesPlots
from .sections import Choice, Context

if TYPE_CHECKING:
    from ...figures import Figure
    from ..result import Result


def comparison(context: Context) -> Sequence[Figure]:
    """All scenarios by both questions, and what each has more than the first."""
    assert context.comparison is not None
    plot, where, year = context.comparison.plot, context.perimeter, context.year
    capacity = f"Capacity: delivered in {year} with more on offer than can be carried"
    return _those(
        lambda: plot.scenarios(perimeter=where, year=year),
        lambda: plot.differences(perimeter=where, year=year),
        lambda: replace(plot.scenarios(perimeter=where, runs="saturating", year=year), title=capacity),
    )


def maps(context: Context) -> Sequence[Choice]:
    """The corridor, coloured by how busy its lines are and by waiting."""
    return [
        *_each(context, lambda result: result.plot.map(by="utilisation", perimeter=context.perimeter)),
        *_each(context, lambda result: result.plot.map(by="waiting", perimeter=context.perimeter)),
    ]


def months(context: Context) -> Sequence[Choice]:
    """Tonnes month by month."""
    return _each(context, lambda result: result.plot.throughput(perimeter=context.perimeter))


def days(context: Context) -> Sequence[Choice]:
    """Where the days go, and days in transit by flow."""
    return [
        *_each(context, lambda result: result.plot.waterfall(perimeter=context.perimeter)),
        *_each(context, lambda result: result.plot.transit(perimeter=context.perimeter)),
    ]


def limits(context: Context) -> Sequence[Choice]:
    """What stands at ports and borders, month by month."""
    return _each(context, lambda result: result.plot.queues())


def ranking(context: Context) -> Sequence[Figure]:
    """Reliefs by what they gain, and one relief after another."""
    plots = [BottlenecksPlots(study.body) for study in context.of_kind("bottlenecks")]
    return _those(*(draw for plot in plots for draw in (plot.ranking, plot.staircase)))


def curves(context: Context) -> Sequence[Figure]:
    """Tonnes against locomotives."""
    plots = [CurvePlots(study.body) for study in context.of_kind("curve")]
    return _those(*(draw for plot in plots for draw in (plot.given, plot.capacity)))


def fronts(context: Context) -> Sequence[Figure]:
    """Packages of projects, and those that no smaller or cheaper one beats."""
    return _those(*(PackagesPlots(study.body).front for study in context.of_kind("plan")))


def _those(*makers: Callable[[], Figure]) -> list[Figure]:
    found = []
    for make in makers:
        try:
            found.append(make())
        except NothingToDraw:
            continue
    return found


def _each(context: Context, make: Callable[[Result], Figure]) -> list[Choice]:
    """One figure for every scenario that has something to draw."""
    found = {}
    for result in context.results:
        try:
            found[context.label(result.name)] = make(result)
        except NothingToDraw:
            continue
    return [Choice(found)] if found else []
