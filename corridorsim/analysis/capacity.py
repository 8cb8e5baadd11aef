"""What a line carries: pairs a day, delay, and the occupation of its sections, from the log of a trial.

Occupation is reckoned in the manner of UIC 406 (Capacity, 2004): the trains of a section, in the order in which they
ran, are put as close together as its intervals allow; the time that they take then, over the time that there was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..engine import LineLog, LineTrial
from ..model import Segment, SingleTrack
from .line_formulas import pairs_of_period
from .statistics import Difference, Interval, amount_interval, paired_difference

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Section:
    """A block, by kilometres of the line."""

    segment: str
    here: str
    there: str
    since_km: float
    until_km: float
    double: bool
    running_s: int  #: one way, without stops
    period_s: float  #: of a pair, by the formula
    formula_pairs: float  #: a day

    @property
    def name(self) -> str:
        """``sharyn - ortakudyk``."""
        return f"{self.here} - {self.there}"


def sections(trial: LineTrial) -> tuple[Section, ...]:
    """All sections from the first station of the line to the last."""
    found, since_m = [], 0.0
    for plan, along in zip(trial.segments, trial.along, strict=True):
        for here, there, start_m, end_m, double in _blocks(plan, along):
            running_s = max(1, round((end_m - start_m) / plan.speed_ms.values[0]))
            headway_s = plan.line.headway_s if plan.line else 0
            period_s = _period(trial.rules, running_s, headway_s, double)
            carries = pairs_of_period(period_s / 60, trial.window_s / 60)
            spans = (since_m + start_m) / 1000, (since_m + end_m) / 1000
            found.append(Section(plan.id, here, there, *spans, double, running_s, period_s, carries))
        since_m += plan.length_m
    return tuple(found)


def _blocks(plan: Segment, along: bool) -> list[tuple[str, str, float, float, bool]]:
    """(here, there, from metre, to metre, second track) of each block, as the line runs."""
    assert plan.line is not None
    ends = [(plan.from_node, 0.0), *((p.id, p.chainage_m) for p in plan.line.places), (plan.to_node, plan.length_m)]
    both = plan.tracks.values[0] >= 2
    found = [
        (here, there, start, end, double or both)
        for ((here, start), (there, end)), double in zip(pairwise(ends), plan.line.double, strict=True)
    ]
    if along:
        return found
    length = plan.length_m
    return [(there, here, length - end, length - start, double) for here, there, start, end, double in reversed(found)]


def _period(rules: SingleTrack, running_s: int, headway_s: int, double: bool) -> float:
    """Of a pair: T = t' + t'' + 2 crossings + a start and a stop on single track; the least gap on two."""
    if double:
        return float(headway_s or running_s + rules.following_interval_s)
    return 2.0 * running_s + 2 * rules.crossing_interval_s + rules.acceleration_s + rules.braking_s


# --- one run ----------------------------------------------------------------------------------------------------------


def reduce_line(trial: LineTrial, log: LineLog) -> dict[str, Any]:
    """What a study needs of one run, as JSON holds it. Delays are hours beyond what the train takes alone."""
    since_s = trial.warm_up_days * DAY_S
    counted = [train for train in log.passed if train.left_s >= since_s]
    delays = [(train.left_s - train.came_s - train.free_s) / 3600 for train in counted]
    came = sum(train.came_s >= since_s for train in log.passed)
    ahead = sum(train.forward for train in counted)
    kinds = [
        [delay for delay, train in zip(delays, counted, strict=True) if train.kind == n]
        for n in range(len(trial.kinds))
    ]
    return {
        "forward_per_day": ahead / trial.days,
        "back_per_day": (len(counted) - ahead) / trial.days,
        "mean_delay_h": math.fsum(delays) / len(delays) if delays else None,
        "p90_delay_h": float(np.quantile(delays, 0.9)) if delays else None,
        "mean_transit_h": math.fsum(train.left_s - train.came_s for train in counted) / 3600 / max(1, len(counted)),
        "delay_by_kind_h": [math.fsum(each) / len(each) if each else None for each in kinds],
        "waiting_at_end": log.came - len(log.passed),
        "came": came,
        "sections": _occupied(trial, log, since_s),
        "events": log.events,
        "hops": log.hops,
    }


def _occupied(trial: LineTrial, log: LineLog, since_s: int) -> list[list[float]]:
    """For each section: trains a day, share of time with a train on it, occupation."""
    table = np.frombuffer(log.blocks.data, dtype=log.blocks.structure)
    table = table[table["start_s"] >= since_s]
    table = table[np.argsort(table["start_s"], kind="stable")]
    number = {name: n for n, name in enumerate(log.names)}
    available_s = trial.days * (DAY_S - trial.window_s)
    found = []
    for plan, along in zip(trial.segments, trial.along, strict=True):
        headway_s = plan.line.headway_s if plan.line else 0
        for here, there, *_, double in _blocks(plan, along):
            first, last = (here, there) if along else (there, here)
            rows = table[table["block"] == number[f"{plan.id}:{first}..{last}"]]
            ahead, took = rows["forward"] == 1, rows["leave_s"] - rows["start_s"]
            ways = [took[ahead], took[~ahead]]
            if double:
                busy = sum(float(way.sum()) for way in ways) / 2
                packed = max(_packed(way, np.zeros(len(way)), trial.rules, headway_s) for way in ways)
            else:
                busy, packed = float(took.sum()), _packed(took, rows["forward"], trial.rules, headway_s)
            found.append([len(rows) / trial.days, busy / available_s, packed / available_s])
    return found


def _packed(took: Any, ways: Any, rules: SingleTrack, headway_s: int) -> float:
    """Seconds that trains take one after the other, as close together as they may."""
    if not len(took):
        return 0.0
    turns = ways[1:] != ways[:-1]
    if headway_s:
        follows = np.maximum(headway_s, took[:-1] - took[1:] + headway_s)
    else:
        follows = took[:-1] + rules.following_interval_s
    gaps = np.where(turns, took[:-1] + rules.crossing_interval_s, follows)
    return float(gaps.sum() + took[-1])


# --- many runs --------------------------------------------------------------------------------------------------------


def pairs(run: Mapping[str, Any]) -> float:
    """Pairs a day that came through: of the direction in which fewer did."""
    return min(float(run["forward_per_day"]), float(run["back_per_day"]))


@dataclass(frozen=True, slots=True)
class Volume:
    """One point of the delay-volume curve; ``share`` of the capacity. ``settled``: no queue grows without end."""

    trains_per_day: float
    share: float
    mean_h: Interval
    p90_h: Interval
    carried_per_day: Interval
    settled: bool


def volume(trains_per_day: float, capacity: float, runs: Sequence[Mapping[str, Any]]) -> Volume:
    """A point from its replications, all of which let some trains through."""
    return Volume(
        trains_per_day,
        trains_per_day / (2 * capacity),
        amount_interval([float(run["mean_delay_h"]) for run in runs]),
        amount_interval([float(run["p90_delay_h"]) for run in runs]),
        amount_interval([float(run["forward_per_day"] + run["back_per_day"]) for run in runs]),
        all(run["waiting_at_end"] <= max(8.0, trains_per_day * 3) for run in runs),
    )


@dataclass(frozen=True, slots=True)
class Gain:
    """What a candidate brings: pairs a day of the saturated line, hours of mean delay at a fixed volume (less: < 0)."""

    candidate: str
    pairs: Interval  #: with it
    gain: Difference
    delay_h: Interval | None
    delay_change: Difference | None


def gain(
    candidate: str,
    before: tuple[Sequence[float], Sequence[float]],
    after: tuple[Sequence[float], Sequence[float]],
) -> Gain:
    """From (pairs, mean delays) of the same replications, without and with the candidate."""
    with_delays = bool(before[1]) and bool(after[1])
    return Gain(
        candidate,
        amount_interval(after[0]),
        paired_difference(before[0], after[0]),
        amount_interval(after[1]) if with_delays else None,
        paired_difference(before[1], after[1]) if with_delays else None,
    )
