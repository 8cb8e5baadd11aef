"""Sections of studies: the ranking of bottlenecks, the curve of locomotives, packages of projects."""

from __future__ import annotations

from ..text import counted
from .answer import sentence
from .sections import Context, Section, section
from .studies import Study
from .tables import Column, Table

GAIN = (Column("gain, Mt", "number", 2), Column("95 %", "interval", 2))


@section("bottlenecks")
def bottlenecks(context: Context) -> Section | None:
    """What relief of each resource brings."""
    from .figures import ranking

    studies = context.of_kind("bottlenecks")
    if not studies:
        return None
    text: list[str] = []
    for study in studies:
        body = study.body
        text.append(
            f"{study.scenario}, {body['demand']}, {_runs(body['replications'])} of each relief: "
            f"{sentence(body['verdict'])}."
        )
        text += [f"{sentence(said)}." for said in body.get("disagreements", ())]
    tables = [table for study in studies for table in (_ranking(study), _stairs(study)) if table.rows]
    return Section("What relief would bring", text, ranking(context), tables)


def _runs(count: int) -> str:
    return counted(count, "run")


def _ranking(study: Study) -> Table:
    columns = [
        Column("relieved"), Column("step"), *GAIN, Column("p", "number", 3), Column("counts"),
        Column("in use", "number", 0, True), Column("of waiting", "number", 0, True), Column("of"),
    ]  # fmt: skip
    rows = [
        [
            row["relief"] or "everything at once", row["step"], row["gain_mt"],
            (row["gain_mt_low"], row["gain_mt_high"]), row["p_holm"], row["counts"], row["utilisation"],
            row["waiting_share"], row["of"],
        ]
        for row in study.body["reliefs"]
    ]  # fmt: skip
    year = study.body["headline"]["year"]
    return Table("bottlenecks", f"{study.scenario}: million tonnes gained in {year} by each relief", columns, rows)


def _stairs(study: Study) -> Table:
    columns = [
        Column("step", "number"), Column("relieved"), Column("by"), *GAIN, Column("delivered then, Mt", "number", 2),
        Column("probability of target", "number", 2), Column("projects that bring it"),
    ]  # fmt: skip
    rows = [
        [
            number, row["relief"], row["step"], row["gain_mt"], (row["gain_mt_low"], row["gain_mt_high"]),
            row["delivered_mt"], row["probability_of_target"], row["projects"],
        ]
        for number, row in enumerate(study.body["staircase"], 1)
    ]  # fmt: skip
    return Table(
        "staircase", f"{study.scenario}: one relief after another, each where it then helps most", columns, rows
    )


@section("locomotives")
def locomotives(context: Context) -> Section | None:
    """Tonnes against locomotives."""
    from .figures import curves

    studies = context.of_kind("curve")
    if not studies:
        return None
    text = []
    for study in studies:
        body, contract = study.body, study.body["contract"]
        text.append(
            f"{contract['title']}: {contract['ordered']} ordered, {contract['first_year']} to {contract['last_year']}. "
            f"A gain under {body['least_gain_mt']:g} Mt is taken as none."
        )
        text += [_flat(line) for line in body["lines"]]
    return Section("More locomotives", text, curves(context), [_points(study) for study in studies])


def _flat(line: dict[str, object]) -> str:
    units = line["no_longer_matters_from"]
    where = f"{line['state']}, {line['allocation']}, demand {str(line['demand']).replace('_', ' ')}"
    gain = line["whole_gain_mt"]
    assert isinstance(gain, float | int)
    told = "more still help at the end of the curve" if units is None else f"more no longer matter from {units} on"
    return f"{where}: {gain:+.2f} Mt over the whole curve; {told}."


def _points(study: Study) -> Table:
    columns = [
        Column("rest of the corridor"), Column("allocation"), Column("demand"), Column("new locomotives", "number"),
        Column("delivered, Mt", "number", 2), Column("95 %", "interval", 2),
    ]  # fmt: skip
    rows = [
        [
            row["state"], row["allocation"], row["demand"].replace("_", " "), row["units"], row["delivered_mt"],
            (row["delivered_mt_low"], row["delivered_mt_high"]),
        ]
        for row in study.body["points"]
    ]  # fmt: skip
    year = study.body["headline"]["year"]
    return Table("locomotive_curve", f"{study.scenario}: delivered in {year} by new locomotives", columns, rows)


@section("packages")
def packages(context: Context) -> Section | None:
    """The smallest package of projects that meets a target."""
    from .figures import fronts

    studies = context.of_kind("plan")
    if not studies:
        return None
    text = []
    for study in studies:
        body = study.body
        best = ", ".join((body["best"]["package"] or "no project").split(";"))
        met = ", ".join(body["package"] or []) or "nothing more than is in force"
        name = body["target"]["name"]
        text.append(
            f"{study.scenario}: “{name}” is met by {met}."
            if body["met"]
            else f"{study.scenario}: no package meets “{name}”; the best of {body['runs']} runs: {best}."
        )
    return Section("Packages of projects", text, fronts(context), [_front(study) for study in studies])


def _front(study: Study) -> Table:
    target = study.body["target"]
    measure = target["measure"]
    share = measure == "delivered_share"
    figure = Column("of offered" if share else "delivered, Mt", "number", 1 if share else 2, share)
    bounds = Column("95 %", "interval", 1 if share else 2, share)
    columns = [
        Column("package"), Column("projects", "number"), Column("known cost, US$ m", "number", 0),
        Column("costs unknown", "number"), figure, bounds, Column("probability", "number", 2), Column("recommended"),
    ]  # fmt: skip
    rows = [
        [
            row["package"].replace(";", ", ") or "none", row["projects"], row["cost_musd_known"], row["costs_unknown"],
            row[measure], (row[f"{measure}_low"], row[f"{measure}_high"]), row["probability"], row["recommended"],
        ]
        for row in study.body["front"]
    ]  # fmt: skip
    return Table("front", f"{study.scenario}: packages that no smaller or cheaper one beats", columns, rows)
