"""What a stored baseline holds, and whether new runs are still what it says: an equivalence test for each figure.

Each figure must be shown to be equivalent (two one-sided tests, see ``equivalence``). All of them together need no
correction for their number: a check passes only where every test rejects, and such an intersection-union test errs with
no more than the probability of one of them (Berger, Technometrics 24 (1982), 295-300). What grows with the number of
figures is the chance that a sound change is not shown to be one; the cure is more replications or a wider margin.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..scenario.quantity import fault
from .equivalence import Equivalence, equivalent, equivalent_paired
from .measures import MEASURES, figures
from .statistics import CONFIDENCE, Interval, Sample, describe, t_quantile
from .view import PERIMETERS

Reduced: TypeAlias = Mapping[str, Any]

#: of one flow's lots delivered in a year, tonne-weighted
TRANSIT = ("transit_days_mean", "transit_days_p10", "transit_days_p50", "transit_days_p90")
UNITS = {"delivered_mt": "Mt", "offered_mt": "Mt", "refused_mt": "Mt", "teu": "TEU", "container_trains": "trains"}
#: flows of a year whose days a new baseline holds: those that deliver most
LARGEST_FLOWS = 5
#: replications beyond which nobody is told to go
MOST_REPLICATIONS = 1000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Margin(_Part):
    """By how much a figure may differ and still be the same: a share of the stored mean, or in the figure's unit."""

    relative: float | None = Field(default=None, gt=0)
    absolute: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.relative is None) == (self.absolute is None):
            raise fault("margin", "a margin is either 'relative' or 'absolute'", "write {relative: 0.05} for 5 %")
        return self

    def of(self, mean: float) -> float:
        """In the unit of the figure."""
        return self.absolute if self.absolute is not None else (self.relative or 0.0) * abs(mean)


class Figure(_Part):
    """One figure and what it was: ``values`` of replication 0, 1, 2 ..., or only their mean, deviation and number.

    With ``values`` new runs of the same seed are paired with the stored ones. With neither, it waits for an update.
    """

    measure: str
    year: int
    perimeter: Literal["A", "B", "C"] | None = None
    flow: str | None = None
    margin: Margin | None = None
    values: list[float] | None = None
    mean: float | None = None
    sd: float | None = Field(default=None, ge=0)
    count: int | None = Field(default=None, ge=2)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.measure not in (*MEASURES, *TRANSIT):
            known = ", ".join((*MEASURES, *TRANSIT))
            raise fault("measure", f"there is no measure '{self.measure[:40]}'", f"there are {known}", at="measure")
        if self.measure in MEASURES and (self.perimeter is None or self.flow is not None):
            raise fault("figure", f"'{self.measure}' is a figure of a perimeter", "give 'perimeter', no 'flow'")
        if self.measure in TRANSIT and (self.flow is None or self.perimeter is not None):
            raise fault("figure", f"'{self.measure}' is a figure of a flow", "give 'flow', no 'perimeter'")
        given = [value is not None for value in (self.mean, self.sd, self.count)]
        if any(given) and (self.values is not None or not all(given)):
            raise fault("figure", "a figure has 'values', or all of 'mean', 'sd' and 'count'")
        return self

    @property
    def key(self) -> tuple[int, str, str]:
        """What makes it this figure."""
        return self.year, self.measure, self.perimeter or self.flow or ""

    @property
    def label(self) -> str:
        """``delivered_mt on C, 2027`` or ``transit_days_p50 of ct_cn_az, 2027``."""
        return f"{self.measure} {f'of {self.flow}' if self.flow else f'on {self.perimeter}'}, {self.year}"

    @property
    def unit(self) -> str:
        """Mt, TEU, trains, days, or "" of a share."""
        return "days" if self.measure in TRANSIT else UNITS.get(self.measure, "")

    @property
    def stored(self) -> Sample | None:
        """Mean, deviation and number of what is stored; None where nothing is."""
        if self.values:
            return describe(self.values)
        if self.mean is None or self.sd is None or self.count is None:
            return None
        return Sample(self.mean, self.sd, self.count)


class Change(_Part):
    """What a figure was and became, as means; ``before`` is None of a figure that had nothing stored."""

    figure: str
    before: float | None
    after: float


class Entry(_Part):
    """Why the baseline was stored anew, when, by which version, and what moved by it."""

    date: dt.date
    version: str
    reason: str = Field(min_length=1)
    changes: list[Change] = []


class Baseline(_Part):
    """What was run (scenario, layers, sets, seed, replications), what came of it, and how new runs are judged.

    ``digest`` is over all that the runs recorded, ``fingerprint`` that of the Blueprint, ``inputs`` a hash of the
    effective scenario. They, the figures' values and ``environment`` are filled in by an update.
    """

    check: Literal[1]
    scenario: str = ""
    layers: list[str] = []
    sets: list[str] = []
    seed: int = Field(default=1, ge=0)
    replications: int = Field(default=5, ge=2)
    confidence: float = Field(default=CONFIDENCE, gt=0.5, lt=1)
    margin: Margin = Margin(relative=0.05)
    digest: str | None = None
    fingerprint: str | None = None
    inputs: str | None = None
    environment: dict[str, str] = {}
    figures: list[Figure] = []
    history: list[Entry] = []

    @model_validator(mode="after")
    def _sound(self) -> Self:
        seen: set[tuple[int, str, str]] = set()
        for place, figure in enumerate(self.figures):
            if figure.key in seen:
                raise fault("figure", f"{figure.label} is listed twice", "keep one", at=f"figures.{place}")
            seen.add(figure.key)
            if figure.values is not None and len(figure.values) != self.replications:
                message = (
                    f"{figure.label} has {len(figure.values)} values, but there are {self.replications} replications"
                )
                raise fault("values", message, "store it anew by --update", at=f"figures.{place}.values")
            stored = figure.stored
            if stored is not None and not self.margin_of(figure) > 0:
                hint = "give it 'margin: {absolute: ...}'"
                raise fault(
                    "margin", f"{figure.label} is 0: a relative margin allows nothing", hint, f"figures.{place}"
                )
        return self

    def margin_of(self, figure: Figure) -> float:
        """In the unit of the figure; 0 of a figure that is 0 or not stored yet, with a relative margin."""
        stored = figure.stored
        return (figure.margin or self.margin).of(stored.mean if stored else 0.0)


# --- figures of runs --------------------------------------------------------------------------------------------------


def value_of(run: Reduced, figure: Figure) -> float | None:
    """The figure of a reduced run; None where it has none (no such year or flow, or nothing arrived)."""
    if figure.flow is None:
        return figures(run).get((figure.year, figure.perimeter or "", figure.measure))
    table = run["tables"]["flows"]
    for year, flow, days in zip(table["year"], table["flow"], table[figure.measure], strict=True):
        if year == figure.year and flow == figure.flow:
            return None if days is None else float(days)
    return None


def values_of(runs: Sequence[Reduced], figure: Figure) -> list[float] | None:
    """One value a run, in their order; None where a run has none."""
    found = [value_of(run, figure) for run in runs]
    known = [value for value in found if value is not None]
    return known if len(known) == len(found) else None


def default_figures(runs: Sequence[Reduced]) -> list[Figure]:
    """What a new baseline holds of every year, without values: throughput by perimeter, boxes, days of large flows.

    A perimeter that adds nothing to the next smaller one, and what is 0 in the mean, is left out.
    """
    chosen: list[Figure] = []
    for year in sorted({int(year) for year in runs[0]["tables"]["years"]["year"]}):
        smaller: list[float] | None = None
        throughput: list[Figure] = []
        for perimeter in PERIMETERS:
            figure = Figure(measure="delivered_mt", year=year, perimeter=perimeter)  # type: ignore[arg-type]
            values = values_of(runs, figure)
            if values == smaller and throughput:
                throughput.pop()
            throughput.append(figure)
            smaller = values
        boxes = [Figure(measure=measure, year=year, perimeter="C") for measure in ("teu", "container_trains")]
        chosen += [figure for figure in (*reversed(throughput), *boxes) if any(values_of(runs, figure) or ())]
        chosen += _days_of_largest(runs, year)
    return chosen


def _days_of_largest(runs: Sequence[Reduced], year: int) -> list[Figure]:
    tonnes: dict[str, float] = {}
    for run in runs:
        table = run["tables"]["flows"]
        for at, flow, delivered in zip(table["year"], table["flow"], table["delivered_t"], strict=True):
            if at == year:
                tonnes[flow] = tonnes.get(flow, 0.0) + delivered
    largest = [
        Figure(measure="transit_days_p50", year=year, flow=flow)
        for flow in sorted(tonnes, key=lambda flow: (-tonnes[flow], flow))
    ]
    return [figure for figure in largest if any(values_of(runs, figure) or ())][:LARGEST_FLOWS]


# --- judging ----------------------------------------------------------------------------------------------------------

Word: TypeAlias = Literal["identical", "equivalent", "different", "not shown", "missing"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure of new runs against the stored one.

    ``identical``: the same in every replication, so there is no variance to test against. ``equivalent``: shown to lie
    within the margin. ``different``: shown to lie outside. ``not shown``: neither; ``needed`` replications on both
    sides would tell if difference and spread stay as they are (None: more than ``MOST_REPLICATIONS``, or none would).
    ``missing``: the new runs have no such figure. ``difference``: at the level that decides, 1 - 2 (1 - confidence).
    """

    figure: Figure
    verdict: Word
    before: float
    after: float | None
    margin: float
    paired: bool
    reason: str
    difference: Interval | None = None
    needed: int | None = None

    @property
    def passed(self) -> bool:
        """Whether it is what it was."""
        return self.verdict in ("identical", "equivalent")


def judge_figure(baseline: Baseline, figure: Figure, runs: Sequence[Reduced]) -> Judged:
    """New runs (replication 0, 1, 2 ... of the stored seed) against a figure. Raises ValueError of one not stored."""
    stored, margin, paired = figure.stored, baseline.margin_of(figure), figure.values is not None
    if stored is None:
        raise ValueError(f"{figure.label} has nothing stored")
    after = values_of(runs, figure)
    if after is None:
        reason = "the new runs have no such figure, or not in every replication"
        return Judged(figure, "missing", stored.mean, None, margin, paired, reason)
    mean = describe(after).mean
    if after == figure.values:
        reason = f"identical in each of the {len(after)} replications: nothing varies that a test would need"
        return Judged(figure, "identical", stored.mean, mean, margin, True, reason, Interval(0.0, 0.0, 0.0))
    if figure.values is not None:
        test = equivalent_paired(figure.values, after, margin, baseline.confidence)
    else:
        test = equivalent(stored, after, margin, baseline.confidence)
    verdict, needed, reason = _verdict(test), None, test.reason
    if verdict == "not shown":
        needed = replications_needed(figure, after, margin, baseline.confidence)
        reason += (
            f": {needed} replications would, if difference and spread stay as they are"
            if needed is not None
            else f", but not {MOST_REPLICATIONS} of them: the difference is too near to the margin"
        )
    return Judged(figure, verdict, stored.mean, mean, margin, paired, reason, test.interval, needed)


def _verdict(test: Equivalence) -> Word:
    if test.verdict:
        return "equivalent"
    interval = test.interval
    outside = interval.low is not None and interval.high is not None
    if outside and (interval.low > test.margin or interval.high < -test.margin):  # type: ignore[operator]
        return "different"
    return "not shown"


def replications_needed(figure: Figure, after: Sequence[float], margin: float, confidence: float) -> int | None:
    """How many on each side would settle it either way, were difference and spread those seen; None beyond the most.

    Settled is what has the whole interval on one side of the margin.
    """
    new = describe(after)
    if figure.values is not None:
        gaps = describe([b - a for a, b in zip(figure.values, after, strict=True)])
        distance, spread = abs(abs(gaps.mean) - margin), gaps.sd or 0.0
        degrees = 1
    else:
        stored = figure.stored
        if stored is None:
            return None
        distance = abs(abs(new.mean - stored.mean) - margin)
        spread = math.hypot(stored.sd or 0.0, new.sd or 0.0)
        degrees = 2  # of two samples with like variances
    for count in range(len(after) + 1, MOST_REPLICATIONS + 1):
        if t_quantile(degrees * (count - 1), confidence) * spread / math.sqrt(count) < distance:
            return count
    return None


def resolution(figure: Figure, confidence: float) -> float:
    """The margin down to which a change that moves nothing, but scatters the runs anew, is just shown to be one.

    In the unit of the figure, for as many replications as are stored; half of such changes need more. Raises ValueError
    of a figure that is not stored.
    """
    stored = figure.stored
    if stored is None:
        raise ValueError(f"{figure.label} has nothing stored")
    return t_quantile(stored.count - 1, confidence) * (stored.sd or 0.0) * math.sqrt(2 / stored.count)


def judge_all(baseline: Baseline, runs: Sequence[Reduced]) -> tuple[Judged, ...]:
    """Every figure, in the order of the baseline."""
    return tuple(judge_figure(baseline, figure, runs) for figure in baseline.figures)


# --- storing ----------------------------------------------------------------------------------------------------------


def filled(figure: Figure, runs: Sequence[Reduced]) -> Figure | None:
    """The figure with the values of these runs; None where they have none."""
    values = values_of(runs, figure)
    if values is None:
        return None
    return figure.model_copy(update={"values": values, "mean": None, "sd": None, "count": None})


def changes(before: Sequence[Figure], after: Sequence[Figure]) -> list[Change]:
    """What moved, by means, to six digits; figures that are the same in every replication are left out."""
    old = {figure.key: figure for figure in before}
    moved = []
    for figure in after:
        known, stored = old.get(figure.key), figure.stored
        if stored is None or (known is not None and known.values == figure.values):
            continue
        was = known.stored if known is not None else None
        moved.append(Change(figure=figure.label, before=_six(was.mean) if was else None, after=_six(stored.mean)))
    return moved


def _six(value: float) -> float:
    return float(f"{value:.6g}")
