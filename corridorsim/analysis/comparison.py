"""Scenarios on the same seeds, replication by replication, each against the first."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from .measures import MEASURES, figures
from .statistics import Difference, Interval, holm, mean_interval, paired_difference
from .view import PERIMETERS

Runs: TypeAlias = Mapping[int, Mapping[str, Any]]

#: an interval that pairing did not make narrower than this share of an unpaired one gained nothing worth the word
GAINED_LITTLE = 0.9


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one year on one perimeter, before and after; ``difference`` is paired by replication.

    Its ``adjusted_p`` is corrected for all scenarios compared with the same first one by this measure (Holm).
    ``unpaired_ratio``: width of its interval over the width that the same runs would give unpaired; None where neither
    side varies.
    """

    scenario: str
    demand: str
    year: int
    perimeter: str
    measure: str
    before: Interval
    after: Interval
    difference: Difference
    unpaired_ratio: float | None

    @property
    def gained_nothing(self) -> bool:
        """Whether common random numbers did not help here."""
        return self.unpaired_ratio is not None and self.unpaired_ratio > GAINED_LITTLE


def compare_runs(scenario: str, demand: str, before: Runs, after: Runs) -> list[Row]:
    """All measures of the years that both have, over the replications that both have (replication -> reduced run).

    Raises ValueError where they have no replication in common.
    """
    shared = sorted(before.keys() & after.keys())
    if not shared:
        raise ValueError("the two results have no replication in common")
    sides = [[figures(side[number]) for number in shared] for side in (before, after)]
    found = []
    for key in sides[0][0]:
        if key not in sides[1][0]:
            continue
        x, y = ([run[key] for run in side] for side in sides)
        found.append(_row(scenario, demand, key, x, y))
    return sorted(found, key=lambda row: (row.year, PERIMETERS.index(row.perimeter), MEASURES.index(row.measure)))


def _row(scenario: str, demand: str, key: tuple[int, str, str], x: Sequence[float], y: Sequence[float]) -> Row:
    year, perimeter, measure = key
    before, after, difference = mean_interval(x), mean_interval(y), paired_difference(x, y)
    ratio = _unpaired_ratio(before, after, difference.interval)
    return Row(scenario, demand, year, perimeter, measure, before, after, difference, ratio)


def _unpaired_ratio(before: Interval, after: Interval, difference: Interval) -> float | None:
    """Half-width of the paired interval over that of independent runs of the same spread."""
    halves = [
        None if interval.high is None else interval.high - interval.mean for interval in (before, after, difference)
    ]
    a, b, paired = halves
    if a is None or b is None or paired is None or (a == 0 and b == 0):
        return None
    return paired / math.hypot(a, b)


def corrected(rows: Sequence[Row]) -> list[Row]:
    """The rows with ``adjusted_p`` taken over all scenarios that one measure is compared by."""
    families: dict[tuple[str, int, str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        families[row.demand, row.year, row.perimeter, row.measure].append(place)
    made = list(rows)
    for places in families.values():
        adjusted = holm([rows[place].difference.p_value for place in places])
        for place, p in zip(places, adjusted, strict=True):
            made[place] = replace(rows[place], difference=replace(rows[place].difference, adjusted_p=p))
    return made
