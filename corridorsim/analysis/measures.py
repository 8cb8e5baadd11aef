"""Figures of one reduced run by name: what comparisons, sweeps, stopping rules and checks are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

#: per year and perimeter; Mt, share of the tonnes offered, TEU, trains
MEASURES = ("delivered_mt", "delivered_share", "offered_mt", "refused_mt", "teu", "container_trains")

Key: TypeAlias = tuple[int, str, str]


def figures(run: Mapping[str, Any]) -> dict[Key, float]:
    """(year, perimeter, measure) -> figure, in the order of the table of years."""
    years = run["tables"]["years"]
    found: dict[Key, float] = {}
    for place, (year, perimeter) in enumerate(zip(years["year"], years["perimeter"], strict=True)):
        delivered, offered = float(years["delivered_mt"][place]), float(years["offered_mt"][place])
        for measure in MEASURES:
            share = delivered / offered if offered > 0 else 1.0
            value = share if measure == "delivered_share" else float(years[measure][place])
            found[int(year), str(perimeter), measure] = value
    return found


def figure(run: Mapping[str, Any], measure: str, perimeter: str, year: int) -> float:
    """One figure. Raises LookupError where the run has none of that name, perimeter or year."""
    found = figures(run)
    if (year, perimeter, measure) not in found:
        raise LookupError(f"no {measure} of {year} on perimeter {perimeter} in the results")
    return found[year, perimeter, measure]
