"""``summary.json``: a scenario's figures over all replications, in one object; its schema is made from these classes.

Mt, TEU and days are means over replications with 95 % intervals (``low`` and ``high`` are null with one replication);
shares are between 0 and 1. ``report/summary.schema.json`` is what ``Summary.model_json_schema()`` gives.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from ..scenario.schema import Target
from .statistics import CONFIDENCE, Interval, mean_interval
from .targets import Verdict
from .view import PERIMETERS

Reduced: TypeAlias = Mapping[str, Any]
Perimeter: TypeAlias = Literal["A", "B", "C"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Estimate(_Part):
    """A mean with its interval."""

    mean: float
    low: float | None
    high: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Estimate:
        """From one value a replication."""
        return cls.from_interval(mean_interval(values))

    @classmethod
    def from_interval(cls, interval: Interval) -> Estimate:
        """From an interval."""
        return cls(mean=interval.mean, low=interval.low, high=interval.high)


class TransitDays(_Part):
    """Days from departure to delivery, tonne-weighted; means over replications of each run's figure."""

    mean: float
    p10: float
    p50: float
    p90: float


class Refusal(_Part):
    """Cargo that the railway refused at a gate, by the cause of its ban; on perimeter C."""

    gate: str
    cause: str
    mt: float


class Year(_Part):
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


class TargetResult(_Part):
    name: str
    measure: Literal["delivered_share", "delivered_mt"]
    demand: Literal["as_given", "saturating"]
    perimeter: Perimeter
    year: int
    at_least: float
    value: Estimate
    probability: float = Field(description="share of replications that reach at_least")
    low: float | None = Field(description="exact interval of the probability; null with one replication")
    high: float | None
    required_probability: float
    met: bool


class Waiting(_Part):
    cause: str
    resource: str = Field(description="the place where it waited")
    tonne_days: float
    share: float = Field(description="of all tonne-days waited in the year, flows of perimeter C")


class Case(_Part):
    """A set of runs with one demand."""

    hash: str
    digest: str
    years: dict[int, Year]
    headline_year: int = Field(description="the year that utilisation and waiting are about")
    utilisation: dict[str, float] = Field(description="busy over in-service time, by resource, most first")
    waiting: list[Waiting] = Field(description="most first")


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
    verdicts: Sequence[Verdict],
    unjudged: Sequence[Target],
    given: tuple[str, Sequence[Reduced]],
    saturating: tuple[str, Sequence[Reduced]] | None,
    failed: int,
) -> Summary:
    """All figures of a scenario. ``given``, ``saturating``: fingerprint and reduced runs, in order of replication."""
    targets = [verdict.target for verdict in verdicts]
    return Summary(
        scenario=name,
        title=title,
        version=version,
        seed=seed,
        replications=len(given[1]),
        failed=failed,
        confidence=CONFIDENCE,
        targets=[_target(verdict, single=len(given[1]) == 1) for verdict in verdicts],
        unjudged=[target.name for target in unjudged],
        saturating=Case(**_case(*saturating, targets)) if saturating and saturating[1] else None,
        **_case(*given, targets),
    )


def _case(fingerprint: str, runs: Sequence[Reduced], targets: Sequence[Target]) -> dict[str, Any]:
    years = sorted({int(year) for year in runs[0]["tables"]["years"]["year"]})
    headline = headline_year(targets, years)
    return {
        "hash": fingerprint,
        "digest": combined_digest(runs),
        "years": {year: _year(runs, year) for year in years},
        "headline_year": headline,
        "utilisation": _utilisation(runs, headline),
        "waiting": _waiting(runs, headline),
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


def _target(verdict: Verdict, *, single: bool) -> TargetResult:
    target, chance = verdict.target, verdict.probability
    return TargetResult(
        name=target.name,
        measure=target.measure,
        demand=target.demand,
        perimeter=target.perimeter,
        year=target.year,
        at_least=target.at_least,
        value=Estimate.from_interval(verdict.value),
        probability=chance.mean,
        low=None if single else chance.low,
        high=None if single else chance.high,
        required_probability=target.probability,
        met=verdict.met,
    )
