"""What chance does within a year, and what we do not know: runs with inputs at their values, and with inputs drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from .estimates import Estimate, Part, TargetResult
from .measures import figure
from .variance import decompose


class UnknownFigure(Part):
    """Delivered Mt on C in the headline year, over the replications that both sets of runs have."""

    demand: str
    year: int
    replications: int
    fixed: Estimate = Field(description="every input at its value")
    sampled: Estimate = Field(description="inputs drawn within their ranges")
    p10: float = Field(description="of the sampled runs")
    p50: float
    p90: float
    shift: Estimate = Field(description="sampled less fixed, paired by replication")
    sd_chance: float | None = Field(description="standard deviation over the fixed runs; null with one replication")
    sd_total: float | None = Field(description="standard deviation over the sampled runs")
    sd_unknown: float | None = Field(description="root of the variance that sampling adds, 0 where it adds none")
    unknown_share: Estimate | None = Field(description="of the variance of the sampled runs; null where nothing varies")


class Uncertainty(Part):
    draws: str = Field(description="where the levels of the uncertain groups come from")
    groups: int
    figures: list[UnknownFigure] = Field(description="with the demand as given, and saturating where it was run")
    targets: list[TargetResult] = Field(description="the same targets judged by the sampled runs")


def unknown_figure(
    demand: str, year: int, fixed: Mapping[int, Mapping[str, Any]], sampled: Mapping[int, Mapping[str, Any]]
) -> UnknownFigure | None:
    """Both sets of runs (replication -> reduced run) in one figure; None where they share no replication."""
    shared = sorted(fixed.keys() & sampled.keys())
    if not shared:
        return None
    at_value, drawn = (
        [figure(side[number], "delivered_mt", "C", year) for number in shared] for side in (fixed, sampled)
    )
    parts = decompose(at_value, drawn)
    p10, p50, p90 = (float(value) for value in np.quantile(drawn, (0.1, 0.5, 0.9)))
    return UnknownFigure(
        demand=demand,
        year=year,
        replications=len(shared),
        fixed=Estimate.of(at_value),
        sampled=Estimate.of(drawn),
        p10=p10,
        p50=p50,
        p90=p90,
        shift=Estimate.of([b - a for a, b in zip(at_value, drawn, strict=True)]),
        sd_chance=None if parts is None else parts.chance.mean**0.5,
        sd_total=None if parts is None else parts.total.mean**0.5,
        sd_unknown=None if parts is None else parts.unknown**0.5,
        unknown_share=None if parts is None or parts.share is None else Estimate.from_interval(parts.share),
    )
