"""A scenario at many points of its inputs, all on the same seeds: tidy tables, and what each factor does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..scenario.schema import Target
from .measures import MEASURES, figure, figures
from .statistics import Difference, Interval, correlation, mean_interval, paired_difference, simultaneous_differences
from .summary import headline_year
from .targets import Verdict, judge

Runs: TypeAlias = Mapping[int, Mapping[str, Any]]
Value: TypeAlias = "float | int | str"

#: the figure that a sweep is about: delivered on all flows that count
HEADLINE, PERIMETER = "delivered_mt", "C"
#: what stands before the name of an uncertain group that is a factor
LEVEL = "level."


@dataclass(frozen=True, slots=True)
class Swept:
    """A point that was run. ``runs``: demand (as_given, saturating) -> replication -> reduced run; ``judged``: targets
    whose year its results hold. ``key`` is the same for points that are the same to the engine."""

    number: int
    key: str
    factors: Mapping[str, Value]
    runs: Mapping[str, Runs]
    judged: Sequence[Target]

    @property
    def given(self) -> Runs:
        """Runs with the demand as given."""
        return self.runs["as_given"]


@dataclass(frozen=True, slots=True)
class PointFigures:
    """A point in one line. Figures are of the headline year on perimeter C, Mt; None where no run ended well.

    ``difference``: against the first point, paired by replication (None at the first point and where there is no
    first point to stand against). ``same_as``: the first point that is the same to the engine.
    """

    number: int
    factors: Mapping[str, Value]
    replications: int
    delivered: Interval | None
    capacity: Interval | None
    difference: Difference | None
    targets: Mapping[str, Verdict]
    same_as: int | None


@dataclass(frozen=True, slots=True)
class ValueEffect:
    """Mean headline figure over all points with this value, less that over those with the factor's first value."""

    factor: str
    value: Value
    mean: float
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class LevelEffect:
    """How the headline figure goes with a level: rank correlation over the draws, and Mt from one end to the other.

    ``slope`` is that of the least-squares line. ``rank_correlation`` is None of fewer than three draws, or where one
    of the two does not vary.
    """

    factor: str
    rank_correlation: float | None
    slope: float
    draws: int


def common_headline_year(points: Sequence[Swept]) -> int:
    """The latest year that a target asks for and all points hold, else the last that all hold. Raises LookupError."""
    held = [set(next(iter(point.given.values()))["tables"]["years"]["year"]) for point in points if point.given]
    shared = sorted(int(year) for year in set.intersection(*held)) if held else []
    if not shared:
        raise LookupError("the points have no year of results in common")
    return headline_year([target for point in points for target in point.judged], shared)


def run_columns(points: Sequence[Swept]) -> dict[str, list[Any]]:
    """One row a point, demand, replication, year and perimeter: factors, then every measure."""
    factors = _factor_names(points)
    columns: dict[str, list[Any]] = {
        name: [] for name in ("point", *factors, "demand", "replication", "year", "perimeter", *MEASURES)
    }
    for point in points:
        for demand, runs in point.runs.items():
            for replication, run in runs.items():
                for (year, perimeter), row in _by_place(run).items():
                    cells = [point.number, *(point.factors[name] for name in factors), demand, replication, year]
                    for name, cell in zip(columns, [*cells, perimeter, *row], strict=True):
                        columns[name].append(cell)
    return columns


def _by_place(run: Mapping[str, Any]) -> dict[tuple[int, str], list[float]]:
    found = figures(run)
    places = dict.fromkeys((year, perimeter) for year, perimeter, _ in found)
    return {place: [found[(*place, measure)] for measure in MEASURES] for place in places}


def _factor_names(points: Sequence[Swept]) -> list[str]:
    return list(dict.fromkeys(name for point in points for name in point.factors))


def point_figures(points: Sequence[Swept], year: int, *, against_first: bool) -> list[PointFigures]:
    """One line a point. Differences from the first point hold all at once (Bonferroni; ``adjusted_p`` is Holm's)."""
    differences = _against_first(points, year) if against_first and len(points) > 1 else {}
    seen: dict[str, int] = {}
    made = []
    for point in points:
        given, saturating = (_headline(point.runs.get(demand, {}), year) for demand in ("as_given", "saturating"))
        made.append(
            PointFigures(
                point.number,
                point.factors,
                len(point.given),
                mean_interval(list(given.values())) if given else None,
                mean_interval(list(saturating.values())) if saturating else None,
                differences.get(point.number),
                {target.name: verdict for target, verdict in _verdicts(point)},
                seen.get(point.key),
            )
        )
        seen.setdefault(point.key, point.number)
    return made


def _verdicts(point: Swept) -> Iterable[tuple[Target, Verdict]]:
    for target in point.judged:
        runs = list(point.runs.get(target.demand, {}).values())
        if runs:
            yield target, judge(target, runs)


def _headline(runs: Runs, year: int) -> dict[int, float]:
    return {number: figure(run, HEADLINE, PERIMETER, year) for number, run in sorted(runs.items())}


def _against_first(points: Sequence[Swept], year: int) -> dict[int, Difference]:
    """Over the replications that all points have; nothing where they have none in common."""
    found = {point.number: _headline(point.given, year) for point in points if point.given}
    first = points[0].number
    shared = sorted(set.intersection(*(set(runs) for runs in found.values()))) if found else []
    others = [number for number in found if number != first]
    if not shared or first not in found:
        return {}
    before, *afters = ([found[number][r] for r in shared] for number in (first, *others))
    return dict(zip(others, simultaneous_differences(before, afters), strict=True))


# --- what a factor does -----------------------------------------------------------------------------------------------


def value_effects(points: Sequence[Swept], year: int, factor: str) -> list[ValueEffect]:
    """Main effect of a factor that takes a few values: replication by replication, the mean over the other factors.

    Over the replications that all points have, so that every value is judged on the same others; nothing where they
    have none in common.
    """
    held = [point for point in points if factor in point.factors]
    found = {point.number: _headline(point.given, year) for point in held}
    if not found:
        return []
    shared = sorted(set.intersection(*(set(runs) for runs in found.values())))
    if not shared:
        return []
    means: dict[Value, list[float]] = {}
    for value in dict.fromkeys(point.factors[factor] for point in held):
        with_it = [found[point.number] for point in held if point.factors[factor] == value]
        means[value] = [math.fsum(runs[r] for runs in with_it) / len(with_it) for r in shared]
    first = next(iter(means.values()))
    return [
        ValueEffect(
            factor, value, math.fsum(mean) / len(mean), None if mean is first else paired_difference(first, mean)
        )
        for value, mean in means.items()
    ]


def level_effects(points: Sequence[Swept], year: int) -> list[LevelEffect]:
    """Every level of a design, the one that the headline figure goes with most first.

    A draw that was crossed with values counts once, by its mean over them; it counts not where one of its points has
    no run.
    """
    names = [name for name in _factor_names(points) if name.startswith(LEVEL)]
    by_draw: dict[tuple[float, ...], list[list[float]]] = {}
    for point in points:
        levels = tuple(float(point.factors[name]) for name in names)
        by_draw.setdefault(levels, []).append(list(_headline(point.given, year).values()))
    means = {
        levels: math.fsum(math.fsum(found) / len(found) for found in crossed) / len(crossed)
        for levels, crossed in by_draw.items()
        if all(crossed)
    }
    made = []
    for place, name in enumerate(names):
        x, y = [levels[place] for levels in means], list(means.values())
        made.append(LevelEffect(name, correlation(_ranks(x), _ranks(y)), _slope(x, y), len(y)))
    return sorted(made, key=lambda effect: -abs(effect.rank_correlation or 0.0))


def _slope(x: Sequence[float], y: Sequence[float]) -> float:
    if not x:
        return 0.0
    mean_x, mean_y = math.fsum(x) / len(x), math.fsum(y) / len(y)
    spread = math.fsum((value - mean_x) ** 2 for value in x)
    return math.fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread if spread else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    count = Counter(values)
    below, rank = 0, {}
    for value in sorted(count):
        rank[value] = below + (count[value] + 1) / 2
        below += count[value]
    return [rank[value] for value in values]
