"""Sections of what came out: scenarios side by side, targets, years, refusals, days in transit, what is busy."""

from __future__ import annotations

from typing import Any

from ...analysis.estimates import Perimeter
from ...analysis.summary import Case
from ..names import Names
from ..result import Result
from .sections import Context, Section, section
from .tables import Column, Table

#: rows of a list of one scenario that the page holds; the folder of results has all
MOST = 40

PERIMETERS: tuple[Perimeter, ...] = ("A", "B", "C")
INTERVAL = Column("95 %", "interval", 2)
CHANCE = (Column("probability", "number", 2), Column("95 % of it", "interval", 2))


@section("scenarios")
def scenarios(context: Context) -> Section | None:
    """Every scenario on a line: both questions, and the difference to the first."""
    from .figures import comparison

    if context.comparison is None:
        return None
    text = [
        f"Differences are those to {context.label(context.first.name)}, paired run by run on the same storms, with "
        "95 % intervals; p is that of no difference, corrected for the number of scenarios (Holm)."
    ]
    if context.shared:
        text.append(f"All of them with {context.shared[1:].replace('+', ', ')}.")
    return Section("The scenarios", text, comparison(context), [_scenarios(context), _targets(context)])


def _scenarios(context: Context) -> Table:
    assert context.comparison is not None
    of = {
        (row.scenario, row.demand): row
        for row in context.comparison.rows
        if (row.year, row.perimeter, row.measure) == (context.year, context.perimeter, "delivered_mt")
    }
    rows = []
    for result in context.results:
        line: list[Any] = [context.label(result.name)]
        for demand, case in (("as_given", result.summary), ("saturating", result.summary.saturating)):
            year = None if case is None else case.years.get(context.year)
            delivered = None if year is None else year.delivered_mt[context.perimeter]
            line += [None, None] if delivered is None else [delivered.mean, (delivered.low, delivered.high)]
            row = of.get((result.name, demand))
            change = None if row is None else row.difference
            line += (
                [None] * 3
                if change is None
                else [change.interval.mean, (change.interval.low, change.interval.high), change.adjusted_p]
            )
        rows.append([*line, result.summary.title])
    block = [INTERVAL, Column("difference", "number", 2), INTERVAL, Column("p", "number", 3)]
    columns = [
        Column("scenario"), Column(f"delivered {context.year}, Mt", "number", 2), *block,
        Column("capacity, Mt", "number", 2), *block, Column("what it is"),
    ]  # fmt: skip
    caption = (
        f"Million tonnes delivered in {context.year} on perimeter {context.perimeter}: with the demand as given, and "
        "the capacity, with more on offer than can be carried"
    )
    return Table("scenarios", caption, columns, rows)


def _targets(context: Context) -> Table:
    columns = [
        Column("scenario"), Column("target"), Column("met"), Column("asked", "number"),
        Column("simulated", "number", 2), INTERVAL, Column("unit"), *CHANCE, Column("probability asked", "number", 2),
        Column("demand"), Column("perimeter"), Column("year", "number"),
    ]  # fmt: skip
    rows = [
        [
            context.label(result.name), target.name, target.met, target.at_least, target.value.mean,
            (target.value.low, target.value.high), "of offered" if target.measure == "delivered_share" else "Mt",
            target.probability, (target.low, target.high), target.required_probability,
            target.demand.replace("_", " "), target.perimeter, target.year,
        ]
        for result in context.results
        for target in result.summary.targets
    ]  # fmt: skip
    return Table("targets", "Targets: what is asked and how often it is reached", columns, rows)


@section("map")
def corridor(context: Context) -> Section | None:
    """The corridor coloured by how busy its lines are."""
    from .figures import maps

    found = maps(context)
    text = ["Drawn from shapes that come with the scenario; nothing is asked of a map server."]
    return Section("The corridor", text, found) if found else None


@section("months")
def months(context: Context) -> Section:
    """Tonnes month by month, and the tables of years."""
    from .figures import months as drawn

    tables = [] if context.comparison else [_targets(context)]
    return Section("Tonnes by month and year", [], drawn(context), [*tables, _years(context)])


def _years(context: Context) -> Table:
    columns = [
        Column("scenario"), Column("demand"), Column("year", "number"), Column("perimeter"),
        Column("offered, Mt", "number", 2), Column("refused, Mt", "number", 2), Column("delivered, Mt", "number", 2),
        INTERVAL, Column("of offered", "number", percent=True), Column("TEU", "number", 0),
        Column("container trains", "number", 0),
    ]  # fmt: skip
    rows = []
    for result in context.results:
        for demand, case in _cases(result):
            for number, year in case.years.items():
                for perimeter in PERIMETERS:
                    delivered = year.delivered_mt[perimeter]
                    last = perimeter == "C"
                    rows.append(
                        [
                            context.label(result.name), demand, number, perimeter,
                            year.offered_mt[perimeter].mean, year.refused_mt[perimeter].mean,
                            delivered.mean, (delivered.low, delivered.high),
                            year.delivered_share[perimeter].mean,
                            year.teu.mean if last else None, year.container_trains.mean if last else None,
                        ]
                    )  # fmt: skip
    caption = "Years by perimeter (A dry rail cargo, B with crude oil, C with all other cargo): never compare across"
    return Table("years", caption, columns, rows)


def _cases(result: Result) -> list[tuple[str, Case]]:
    saturating = result.summary.saturating
    return [("as given", result.summary), *([("saturating", saturating)] if saturating else [])]


@section("days")
def days(context: Context) -> Section | None:
    """Where the days in transit go, and how long each flow takes."""
    from .figures import days as drawn

    if not any(result.summary.transit_parts for result in context.results):
        return None
    text = [
        "Days of the cargo delivered, from its first train (or ship) to its last part. Waiting is passed on to its "
        "root: cargo that waits for a ship that waits for the weather counts under weather."
    ]
    return Section("Where the days go", text, drawn(context), folded=[_parts(context), _flows(context)])


def _parts(context: Context) -> Table:
    columns = [
        Column("scenario"), Column("part"), Column("for"), Column("most at"), Column("of it there", "number", 0, True),
        Column("days", "number", 2), Column("share", "number", percent=True),
    ]  # fmt: skip
    rows = []
    for result in context.results:
        names = Names(result.inputs)
        for phase, parts in (
            ("", result.summary.transit_parts),
            ("before, at the origin: ", result.summary.origin_parts),
        ):
            rows += [
                [
                    context.label(result.name), f"{phase}{part.part}", names.cause(part.cause), names.place(part.place),
                    part.place_share, part.days, part.share,
                ]
                for part in parts
            ]  # fmt: skip
    return Table("where_the_days_go", f"Days of the mean tonne delivered in {context.year}", columns, rows)


def _flows(context: Context) -> Table:
    columns = [
        Column("scenario"), Column("flow"), Column("mean, days", "number", 1),
        Column("one in ten within", "number", 1), Column("half within", "number", 1),
        Column("nine in ten within", "number", 1),
    ]  # fmt: skip
    rows = []
    for result in context.results:
        names = Names(result.inputs)
        for flow, item in result.summary.years[context.year].transit_days.items():
            rows.append([context.label(result.name), names.flow(flow), item.mean, item.p10, item.p50, item.p90])
    return Table("transit_days", f"Days in transit in {context.year} by flow, the most tonnes first", columns, rows)


@section("limits")
def limits(context: Context) -> Section:
    """What is busy, where cargo is refused, and what the studies found that binds."""
    from .figures import limits as drawn

    return Section("What holds it back", [], drawn(context), folded=[_busy(context), _refused(context)])


def _busy(context: Context) -> Table:
    columns = [Column("scenario"), Column("resource"), Column("in use", "number", percent=True), Column("id")]
    rows = []
    for result in context.results:
        names = Names(result.inputs)
        for resource, share in list(result.summary.utilisation.items())[:MOST]:
            rows.append([context.label(result.name), names.resource(resource), share, resource])
    caption = f"In use in {context.year}, the busiest {MOST} of each scenario; of a line, slots used over slots offered"
    return Table("utilisation", caption, columns, rows)


def _refused(context: Context) -> Table:
    columns = [Column("scenario"), Column("refused at"), Column("because of"), Column("Mt", "number", 3), Column("id")]
    rows = []
    for result in context.results:
        names = Names(result.inputs)
        for item in [one for one in result.summary.years[context.year].refused if one.mt > 0][:MOST]:
            rows.append(
                [context.label(result.name), names.place(item.gate), names.cause(item.cause), item.mt, item.gate]
            )
    caption = f"Cargo refused in {context.year}, by the limit that refused it and what cargo there waited for"
    return Table("refused", caption, columns, rows)
