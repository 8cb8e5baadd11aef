"""Which figures the sections show: each scenario's own to choose from, and those of comparison and studies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..plots import NothingToDraw
from .sections import Choice, Context
from .studies import Study

if TYPE_CHECKING:
    from ...figures import Figure
    from ..result import Result

#: reliefs that the drawing shows; the table has all
MOST = 15
_NONE = float("nan")


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
    return [made for study in context.of_kind("bottlenecks") for made in (_ranking(study), _staircase(study)) if made]


def curves(context: Context) -> Sequence[Figure]:
    """Tonnes against locomotives."""
    return [made for study in context.of_kind("curve") if (made := _curve(study))]


def fronts(context: Context) -> Sequence[Figure]:
    """Packages that no smaller or cheaper one beats."""
    return [made for study in context.of_kind("plan") if (made := _front(study))]


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


# --- studies, from their JSON -----------------------------------------------------------------------------------------


def _caption(study: Study) -> str:
    body = study.body
    runs = f"{body['replications']} replication{'s' * (body['replications'] != 1)}"
    return f"{study.scenario}: {runs}, seed {body['seed']}; corridorsim {body['version']}."


def _ends(row: Mapping[str, Any], name: str) -> list[float]:
    """Mean, low and high of a figure; NaN where there is no interval."""
    return [_NONE if row[key] is None else float(row[key]) for key in (name, f"{name}_low", f"{name}_high")]


def _ranking(study: Study) -> Figure | None:
    import pandas as pd

    from ...figures import ranking

    body = study.body
    rows = [row for row in body["reliefs"] if row["of"] == "ranked"] or [
        row for row in body["reliefs"] if row["of"] == "kind"
    ]
    if not rows:
        return None
    table = pd.DataFrame(
        [
            [
                row["relief"], row["step"], *_ends(row, "gain_mt"), bool(row["counts"]),
                *(_NONE if row[key] is None else float(row[key]) for key in ("utilisation", "waiting_share")),
            ]
            for row in rows[:MOST]
        ],
        columns=["label", "step", "gain", "low", "high", "counts", "utilisation", "waiting_share"],
    )  # fmt: skip
    left_out = f" The first {MOST} of {len(rows)}." if len(rows) > MOST else ""
    caption = f"Paired by replication, with 95 % intervals; {body['demand']}.{left_out} {_caption(study)}"
    title = f"Million tonnes gained in {body['headline']['year']} by each relief: {study.scenario}"
    return ranking(table, unit="Mt", title=title, caption=caption, verdict=body["verdict"])


def _staircase(study: Study) -> Figure | None:
    import pandas as pd

    from ...figures import staircase

    body = study.body
    if not body["staircase"]:
        return None
    first = ["as it stands", "", *_ends(body["as_it_stands"], "delivered_mt")]
    rows = [[row["relief"], row["step"], *_ends(row, "delivered_mt")] for row in body["staircase"]]
    table = pd.DataFrame([first, *rows], columns=["label", "step", "mean", "low", "high"])
    caption = f"At each step the relief that then gains most is kept; {body['demand']}. {_caption(study)}"
    title = f"One relief after another, {body['headline']['year']}: {study.scenario}"
    return staircase(table, unit="Mt", title=title, caption=caption)


def _curve(study: Study) -> Figure | None:
    import pandas as pd

    from ...figures import Mark, locomotives

    body = study.body
    table = pd.DataFrame(
        [
            [row["state"], row["allocation"], row["demand"], row["units"], *_ends(row, "delivered_mt")]
            for row in body["points"]
        ],
        columns=["state", "allocation", "demand", "units", "mean", "low", "high"],
    )
    if table.empty:
        return None
    contract, year = body["contract"], body["headline"]["year"]
    mark = Mark(contract["all_here"]["mean"], f"all of {contract['title']} here, mean of {year}")
    caption = f"With 95 % intervals, perimeter {body['headline']['perimeter']}. {_caption(study)}"
    title = f"Delivered in {year} by new locomotives: {study.scenario}"
    return locomotives(table, unit="Mt", title=title, caption=caption, mark=mark)


def _front(study: Study) -> Figure | None:
    import pandas as pd

    from ...figures import front

    body, target = study.body, study.body["target"]
    if not body["front"]:
        return None
    by_cost = body["objective"] == "cost_musd"
    table = pd.DataFrame(
        [
            [
                row["package"].replace(";", ", "), float(row["cost_musd_known"] if by_cost else row["projects"]),
                *_ends(row, target["measure"]), row["probability"], row["front"], row["recommended"],
            ]
            for row in body["front"]
        ],
        columns=["package", "size", "mean", "low", "high", "probability", "front", "recommended"],
    )  # fmt: skip
    y_words = "delivered of what is offered" if target["measure"] == "delivered_share" else "delivered, Mt"
    caption = f"Packages that no smaller or cheaper one beats, for “{target['name']}”. {_caption(study)}"
    return front(
        table, x_words="known cost, US$ m" if by_cost else "projects", y_words=y_words, at_least=target["at_least"],
        title=f"Packages of projects: {study.scenario}", caption=caption,
    )  # fmt: skip
