"""``summary.json``: a scenario's figures over all replications, in one object; its schema is made from these classes.

Mt, TEU and days are means over replications with 95 % intervals (``low`` and ``high`` are null with one replication);
shares are between 0 and 1. ``report/summary.schema.json`` is what ``Summary.model_json_schema()`` gives.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import Field

from ..scenario.schema import Target
from .estimates import Estimate, Part, Perimeter, TargetResult, target_result
from .measures import figure
from .statistics import CONFIDENCE, mean_interval
from .stopping import precision_reached
from .targets import judge
from .uncertainty import Uncertainty, unknown_figure
from .view import PERIMETERS
from .warmup import warm_up

Reduced: TypeAlias = Mapping[str, Any]
Runs: TypeAlias = Mapping[int, Reduced]


class TransitDays(Part):
    """Days from departure to delivery, tonne-weighted; means over replications of each run's figure."""

    mean: float
    p10: float
    p50: float
    p90: float


class Refusal(Part):
    """Cargo that the railway refused at a gate, by the cause of its ban; on perimeter C."""

    gate: str
    cause: str
    mt: float


class Year(Part):
    delivered_mt: dict[Perimeter, Estimate]
    offered_mt: dict[Perimeter, Estimate]
    accepted_mt: dict[Perimeter, Estimate]
    refused_mt: dict[Perimeter, Estimate]
    delivered_share: dict[Perimeter, Estimate] = Field(
        description="delivered over offered, 1 where nothing was offered"
    )
    teu: Estimate = Field(description="TEU delivered, loaded and empty, flows of perimeter C")
    container_trains: Estimate = Field(description="container trains sent off at the origin of their flow")
    transit_days: dict[str, TransitDays] = Field(
        description="by flow, the most tonnes first; flows of which nothing arrived are left out"
    )
    refused: list[Refusal] = Field(description="most first")


class Waiting(Part):
    cause: str
    resource: str = Field(description="the place where it waited")
    tonne_days: float
    share: float = Field(description="of all tonne-days waited in the year, flows of perimeter C")


class TransitPart(Part):
    """A part of the days of cargo delivered in the headline year, flows of perimeter C."""

    part: str = Field(description="moving, handling, waiting; unknown where the ledger does not explain it")
    cause: str = Field(description="of waiting its root cause, of moving rail or sea")
    place: str = Field(description="where most of it was: place, port, territory or pool of wagons")
    place_share: float = Field(description="of this part that was there")
    days: float = Field(description="of the mean tonne")
    share: float = Field(description="of all days; all parts add up to 1")


class Precision(Part):
    """Half-width of the 95 % interval over the mean, of the tonnes delivered on C in the headline year."""

    asked: float
    reached: float = Field(description="of the worse known of both demands")
    met: bool


class WarmUp(Part):
    """Whether the time before the results was enough for the corridor to fill (MSER-5 on the cargo in the system)."""

    given_days: float
    truncation_days: int | None = Field(description="better left out; null where the test finds no level")
    enough: bool


class Case(Part):
    """A set of runs with one demand."""

    hash: str
    digest: str
    years: dict[int, Year]
    headline_year: int = Field(description="the year that utilisation and waiting are about")
    utilisation: dict[str, float] = Field(description="busy over in-service time, by resource, most first")
    waiting: list[Waiting] = Field(description="most first")
    transit_parts: list[TransitPart] = Field(
        description="days in transit: moving, handling, then waiting by root cause, most first"
    )
    origin_parts: list[TransitPart] = Field(description="the same for the days before the lot's first train")


class Summary(Case):
    scenario: str
    title: str
    version: str
    seed: int
    replications: int = Field(description="replications that ended well, of the demand as given")
    failed: int = Field(description="runs that failed; they are in no figure")
    confidence: float
    targets: list[TargetResult]
    unjudged: list[str] = Field(description="targets whose year the results do not hold in full")
    saturating: Case | None = Field(description="the same with saturating demand, where a target asks for it")
    warm_up: WarmUp
    precision: Precision | None = Field(description="where replications were added until it was reached, or their cap")
    uncertainty: Uncertainty | None = Field(description="where the scenario says `uncertainty: sample`")


def headline_year(targets: Sequence[Target], years: Sequence[int]) -> int:
    """The latest year that a target asks for and the results hold, else the last year of results."""
    asked = [target.year for target in targets if target.year in years]
    return max(asked) if asked else max(years)


def summarise(
    *,
    name: str,
    title: str,
    version: str,
    seed: int,
    judged: Sequence[Target],
    unjudged: Sequence[Target],
    sets: Mapping[str, Runs],
    hashes: Mapping[str, str],
    failed: int,
    warm_up_days: float,
    draws: tuple[str, int] | None = None,
    precision: float | None = None,
) -> Summary:
    """All figures of a scenario.

    ``sets``: runs by replication of ``as_given``, and where they were made of ``saturating``, ``sampled`` and
    ``sampled_saturating``; ``hashes``: fingerprints of the first two. ``draws``: in words where the levels of the
    sampled runs come from, and the number of groups.
    """
    given, saturating = sets["as_given"], sets.get("saturating")
    found = warm_up(list(given.values()), warm_up_days)
    return Summary(
        scenario=name,
        title=title,
        version=version,
        seed=seed,
        replications=len(given),
        failed=failed,
        confidence=CONFIDENCE,
        targets=_targets(judged, sets, "as_given", "saturating"),
        unjudged=[target.name for target in unjudged],
        saturating=Case(**_case(hashes["saturating"], saturating, judged)) if saturating else None,
        warm_up=WarmUp(given_days=warm_up_days, truncation_days=found.truncation_days, enough=found.enough),
        precision=None if precision is None else _precision(precision, judged, sets),
        uncertainty=_uncertainty(*draws, judged, sets) if draws else None,
        **_case(hashes["as_given"], given, judged),
    )


def headline_values(judged: Sequence[Target], runs: Sequence[Reduced]) -> list[float]:
    """Mt delivered on C in the headline year, run by run: what a stopping rule is about."""
    years = sorted({int(year) for year in runs[0]["tables"]["years"]["year"]})
    return [figure(run, "delivered_mt", "C", headline_year(judged, years)) for run in runs]


def _precision(asked: float, judged: Sequence[Target], sets: Mapping[str, Runs]) -> Precision:
    reached, met = 0.0, True
    for name in ("as_given", "saturating"):
        if name in sets:
            values = headline_values(judged, list(sets[name].values()))
            interval = mean_interval(values)
            half = math.inf if interval.high is None else interval.high - interval.mean
            reached = max(reached, half / abs(interval.mean) if interval.mean else 0.0)
            met = met and precision_reached(values, asked)
    return Precision(asked=asked, reached=reached, met=met)


def _targets(judged: Sequence[Target], sets: Mapping[str, Runs], as_given: str, saturating: str) -> list[TargetResult]:
    of = {"as_given": as_given, "saturating": saturating}
    runs = {target.name: list(sets[of[target.demand]].values()) for target in judged}
    return [target_result(judge(target, runs[target.name]), single=len(runs[target.name]) == 1) for target in judged]


def _uncertainty(draws: str, groups: int, judged: Sequence[Target], sets: Mapping[str, Runs]) -> Uncertainty:
    years = sorted({int(year) for run in sets["as_given"].values() for year in run["tables"]["years"]["year"]})
    year = headline_year(judged, years)
    figures = [
        unknown_figure(demand, year, sets[demand], sets[sampled])
        for demand, sampled in (("as_given", "sampled"), ("saturating", "sampled_saturating"))
        if demand in sets and sampled in sets
    ]
    return Uncertainty(
        draws=draws,
        groups=groups,
        figures=[one for one in figures if one is not None],
        targets=_targets(judged, sets, "sampled", "sampled_saturating"),
    )


def _case(fingerprint: str, replications: Runs, targets: Sequence[Target]) -> dict[str, Any]:
    runs = list(replications.values())
    years = sorted({int(year) for year in runs[0]["tables"]["years"]["year"]})
    headline = headline_year(targets, years)
    return {
        "hash": fingerprint,
        "digest": combined_digest(runs),
        "years": {year: _year(runs, year) for year in years},
        "headline_year": headline,
        "utilisation": _utilisation(runs, headline),
        "waiting": _waiting(runs, headline),
        "transit_parts": _parts(runs, headline, "transit"),
        "origin_parts": _parts(runs, headline, "origin"),
    }


def combined_digest(runs: Sequence[Reduced]) -> str:
    """SHA-256 over the digests of the runs, in order of replication."""
    return hashlib.sha256("\n".join(run["digest"] for run in runs).encode()).hexdigest()


def _rows(run: Reduced, table: str, **where: Any) -> Iterator[dict[str, Any]]:
    columns = run["tables"][table]
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        if all(row[key] == value for key, value in where.items()):
            yield row


def _year(runs: Sequence[Reduced], year: int) -> Year:
    by_perimeter = {p: [next(_rows(run, "years", year=year, perimeter=p)) for run in runs] for p in PERIMETERS}

    def estimates(column: str) -> dict[Any, Estimate]:
        return {p: Estimate.of([row[column] for row in rows]) for p, rows in by_perimeter.items()}

    shares = {
        p: Estimate.of([row["delivered_mt"] / row["offered_mt"] if row["offered_mt"] > 0 else 1.0 for row in rows])
        for p, rows in by_perimeter.items()
    }
    return Year(
        delivered_mt=estimates("delivered_mt"),
        offered_mt=estimates("offered_mt"),
        accepted_mt=estimates("accepted_mt"),
        refused_mt=estimates("refused_mt"),
        delivered_share=shares,  # type: ignore[arg-type]
        teu=Estimate.of([row["teu"] for row in by_perimeter["C"]]),
        container_trains=Estimate.of([row["container_trains"] for row in by_perimeter["C"]]),
        transit_days=_transit(runs, year),
        refused=_refused(runs, year),
    )


def _transit(runs: Sequence[Reduced], year: int) -> dict[str, TransitDays]:
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    tonnes: dict[str, float] = defaultdict(float)
    for run in runs:
        for row in _rows(run, "flows", year=year):
            if row["transit_days_mean"] is not None:
                found[row["flow"]].append({key: row[f"transit_days_{key}"] for key in TransitDays.model_fields})
                tonnes[row["flow"]] += row["delivered_t"]
    return {
        flow: TransitDays(**{key: sum(row[key] for row in rows) / len(rows) for key in TransitDays.model_fields})
        for flow, rows in sorted(found.items(), key=lambda item: (-tonnes[item[0]], item[0]))
    }


def _refused(runs: Sequence[Reduced], year: int) -> list[Refusal]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for run in runs:
        for row in _rows(run, "refused", year=year):
            if row["perimeter"] in PERIMETERS:
                sums[row["gate"], row["cause"]] += row["tonnes"]
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [Refusal(gate=gate, cause=cause, mt=tonnes / len(runs) / 1e6) for (gate, cause), tonnes in ordered]


def _utilisation(runs: Sequence[Reduced], year: int) -> dict[str, float]:
    found: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        for row in _rows(run, "utilisation", year=year):
            if row["utilisation"] is not None:
                found[row["resource"]].append(row["utilisation"])
    means = {resource: sum(values) / len(values) for resource, values in found.items()}
    return dict(sorted(means.items(), key=lambda item: (-item[1], item[0])))


def _waiting(runs: Sequence[Reduced], year: int) -> list[Waiting]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for run in runs:
        for row in _rows(run, "waiting", year=year):
            if row["perimeter"] in PERIMETERS and row["tonne_days"] > 0:
                sums[row["cause"], row["place"]] += row["tonne_days"]
    total = sum(sums.values())
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [
        Waiting(cause=cause, resource=place, tonne_days=amount / len(runs), share=amount / total)
        for (cause, place), amount in ordered
    ]


def _parts(runs: Sequence[Reduced], year: int, phase: str) -> list[TransitPart]:
    """Where the days went, all runs together, tonne-weighted."""
    sums: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    tonnes = 0.0
    for run in runs:
        on_the_way: dict[str, float] = defaultdict(float)
        for row in _rows(run, "blame", year=year):
            if row["perimeter"] in PERIMETERS:
                if row["phase"] == phase:
                    sums[row["part"], row["cause"]][row["place"]] += row["tonne_days"]
                if row["phase"] == "transit":
                    on_the_way[row["flow"]] += row["tonne_days"]
        # tonnes of the lots that arrived whole: their tonne-days over their mean days
        means = {row["flow"]: row["transit_days_mean"] for row in _rows(run, "flows", year=year)}
        tonnes += sum(amount / means[flow] for flow, amount in on_the_way.items() if means.get(flow))
    total = sum(sum(places.values()) for places in sums.values())
    if total <= 0 or tonnes <= 0:
        return []
    order = {part: place for place, part in enumerate(("moving", "handling", "waiting", "unknown"))}
    found = []
    for (part, cause), places in sums.items():
        amount = sum(places.values())
        most = max(sorted(places), key=lambda place: places[place])
        if abs(amount) > 1e-9 * total:
            found.append(
                TransitPart(
                    part=part, cause=cause, place=most, place_share=places[most] / amount, days=amount / tonnes,
                    share=amount / total,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (order[one.part], -one.share, one.cause))
