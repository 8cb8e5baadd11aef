"""Two scenarios on the same seeds, replication by replication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .statistics import Difference, Interval, mean_interval, paired_difference
from .view import PERIMETERS

#: measure -> its column in the table of years
MEASURES = ("delivered_mt", "offered_mt", "refused_mt", "teu", "container_trains")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one year on one perimeter, before and after; ``difference`` is paired by replication."""

    year: int
    perimeter: str
    measure: str
    before: Interval
    after: Interval
    difference: Difference


def compare_runs(before: Mapping[int, Mapping[str, Any]], after: Mapping[int, Mapping[str, Any]]) -> list[Row]:
    """All measures of the years that both have, over the replications that both have (replication -> reduced run).

    Raises ValueError where they have no replication in common.
    """
    shared = sorted(before.keys() & after.keys())
    if not shared:
        raise ValueError("the two results have no replication in common")
    tables = [[side[number]["tables"]["years"] for number in shared] for side in (before, after)]
    keys = [list(zip(side[0]["year"], side[0]["perimeter"], strict=True)) for side in tables]
    found = []
    for key in keys[0]:
        if key not in keys[1]:
            continue
        places = [side.index(key) for side in keys]
        for measure in MEASURES:
            x, y = ([float(run[measure][place]) for run in side] for side, place in zip(tables, places, strict=True))
            found.append(Row(int(key[0]), key[1], measure, mean_interval(x), mean_interval(y), paired_difference(x, y)))
    return sorted(found, key=lambda row: (row.year, PERIMETERS.index(row.perimeter), MEASURES.index(row.measure)))
