"""What a summary is made of: a mean with its interval, and a target with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from .statistics import Interval, mean_interval
from .targets import Verdict

Perimeter: TypeAlias = Literal["A", "B", "C"]


class Part(BaseModel):
    """Common to all parts: unknown keys are errors, values stand still."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Estimate(Part):
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


class TargetResult(Part):
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


def target_result(verdict: Verdict, *, single: bool) -> TargetResult:
    """A verdict as part of a summary; a ``single`` run has no interval."""
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
