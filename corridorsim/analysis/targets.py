"""Are the targets met? Volume and capacity are two questions, asked of two sets of runs and never mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..scenario.schema import Target
from .measures import figure
from .statistics import Interval, mean_interval, probability_interval

#: the one value of ``Target.demand`` that asks for runs of its own
SATURATING = "saturating"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target, the measure's mean and interval, and the probability that it is reached, with its exact interval."""

    target: Target
    value: Interval
    probability: Interval
    met: bool


def measure(target: Target, run: Mapping[str, Any]) -> float:
    """The target's measure in one reduced run: Mt, or delivered over offered in the year (1 where nothing was offered).

    Raises LookupError where the run has no results for the year.
    """
    return figure(run, target.measure, target.perimeter, target.year)


def judge(target: Target, runs: Sequence[Mapping[str, Any]]) -> Verdict:
    """Met when the share of runs that reach ``at_least`` is at least the probability that the target asks for."""
    values = [measure(target, run) for run in runs]
    probability = probability_interval(sum(value >= target.at_least for value in values), len(values))
    return Verdict(target, mean_interval(values), probability, probability.mean >= target.probability)
