"""Which relief brings most, what else is said of the same resource, and what that means in words.

A bottleneck is the resource whose relief by a stated step raises delivered tonnes (perimeter C, headline year) most
under the demand asked for, by the paired difference of runs on the same seeds. How busy a resource is, and how much
cargo waits for it, are shown beside that; they are hints, not the criterion.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ..experiment.bringers import Bringer
from ..experiment.reliefs import KINDS, Relief, Resource
from .measures import figure
from .statistics import Difference, Interval, holm, mean_interval, paired_difference
from .view import PERIMETERS

#: replication -> what ``held`` keeps of a run
Runs: TypeAlias = Mapping[int, Mapping[str, Any]]

MEASURE, PERIMETER = "delivered_mt", "C"
#: a gain below this share of what is delivered is none: shorter journeys alone bring a little before the year ends
SMALL = 0.01
#: a gain that chance gives as often as this (unadjusted) is none either
CHANCE = 0.2
#: what is offered is carried where at least this share is delivered (the rest is on its way)
CARRIED = 0.95
#: a resource below this share of its time is not busy
BUSY = 0.8
#: kinds whose own meter it is that a resource of theirs names
_METERED = ("slots", "locomotives", "workshops", "wagons", "ships", "berths", "dry_ports", "borders")


def held(run: Mapping[str, Any], year: int) -> dict[str, Any]:
    """What this study needs of a reduced run: its years, and of one year how busy and what cargo waited for."""
    tables = run["tables"]
    usage, waits = tables["utilisation"], tables["waiting"]
    busy = {
        name: (b, a)
        for y, name, b, a in zip(usage["year"], usage["resource"], usage["busy"], usage["available"], strict=True)
        if y == year
    }
    columns = (waits[name] for name in ("year", "cause", "place", "flow", "perimeter", "tonne_days"))
    waited = [
        (cause, place, flow, amount)
        for y, cause, place, flow, perimeter, amount in zip(*columns, strict=True)
        if y == year and perimeter in PERIMETERS and amount > 0
    ]
    return {"tables": {"years": tables["years"]}, "busy": busy, "waited": waited}


def delivered(runs: Runs, year: int) -> dict[int, float]:
    """Mt by replication."""
    return {number: figure(run, MEASURE, PERIMETER, year) for number, run in sorted(runs.items())}


def gain(before: Runs, after: Runs, year: int) -> Difference | None:
    """Paired by replication; None where the two have none in common."""
    x, y = delivered(before, year), delivered(after, year)
    shared = sorted(x.keys() & y.keys())
    return paired_difference([x[r] for r in shared], [y[r] for r in shared]) if shared else None


def counts(difference: Difference, small: float) -> bool:
    """Whether a gain is at least ``small``, and not what chance gives often; one replication cannot tell that."""
    p = difference.p_value
    return difference.interval.mean >= small and (p is None or p <= CHANCE)


# --- how busy, and what is waited for ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signs:
    """What the runs at hand say of each resource: busy over in-service time, and share of all tonne-days waited."""

    busy: Mapping[str, float]  #: by meter
    waited: Mapping[tuple[str, str, str], float]  #: (cause, place, flow) -> tonne-days a run
    total: float  #: tonne-days a run

    @classmethod
    def of(cls, runs: Runs) -> Signs:
        """Means over runs."""
        busy: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        waited: dict[tuple[str, str, str], float] = defaultdict(float)
        for run in runs.values():
            for name, (b, a) in run["busy"].items():
                busy[name][0] += b
                busy[name][1] += a
            for cause, place, flow, amount in run["waited"]:
                waited[cause, place, flow] += amount / len(runs)
        shares = {name: b / a for name, (b, a) in busy.items() if a > 0}
        return cls(shares, waited, math.fsum(waited.values()))

    def utilisation(self, resource: Resource) -> float | None:
        """Of its busiest meter: one ship of a class, say."""
        found = [self.busy[name] for name in resource.meters if name in self.busy]
        return max(found) if found else None

    def waiting(self, relief: Relief | Resource) -> float | None:
        """Share of all waiting; None of a kind that no cause belongs to. Cargo that waits for one of two is in both."""
        resources = relief.resources if isinstance(relief, Relief) else (relief,)
        if not any(KINDS[resource.kind].causes for resource in resources):
            return None
        mine = [amount for key, amount in self.waited.items() if any(_answers(each, *key) for each in resources)]
        return math.fsum(mine) / self.total if self.total else 0.0

    def used(self, resource: Resource) -> bool:
        """Whether it was busy at all, or waited for; what has no meter counts as used."""
        known = [self.busy[name] for name in resource.meters if name in self.busy]
        return not resource.meters or any(known) or bool(self.waiting(resource))


def _answers(resource: Resource, cause: str, place: str, flow: str) -> bool:
    in_reach = flow in resource.flows if resource.flows else place in resource.places
    return in_reach and cause in KINDS[resource.kind].causes


# --- rankings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A relief and what it brings (Mt). ``alone``: no part of it brings as much by itself as counts.

    ``utilisation`` is that of the busiest of its resources, which ``busiest`` names.
    """

    relief: Relief
    gain: Difference
    utilisation: float | None
    busiest: str
    waiting: float | None
    alone: bool = True

    @property
    def sure(self) -> bool:
        """Whether the gain is beyond chance; one replication cannot tell, and is believed."""
        return self.gain.interval.low is None or self.gain.interval.low > 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was asked of one state of the corridor, all on the same seeds.

    ``kinds``: every kind relieved as a whole; ``lines``: what is left of them after splitting, most gain first;
    ``everything``: all kinds at once; ``nature``: what weather costs. ``small``: gains below it (Mt) are none.
    """

    before: Interval
    carried: float  #: delivered over offered
    small: float
    kinds: tuple[Line, ...]
    lines: tuple[Line, ...]
    everything: Difference | None
    nature: tuple[Line, ...]
    signs: Signs
    used: tuple[Resource, ...]
    unused: int
    failed: tuple[str, ...] = ()  #: reliefs that could not be built or run
    asked: Mapping[str, Difference] = field(default_factory=dict)  #: by key, all that was asked

    def counts(self, difference: Difference | None) -> bool:
        """Whether a gain is worth the name."""
        return difference is not None and counts(difference, self.small)

    @property
    def best(self) -> Line | None:
        """The relief that brings most beyond chance; None where none does."""
        return next((line for line in self.lines if line.sure and self.counts(line.gain)), None)

    @property
    def dropped(self) -> list[Line]:
        """Kinds that bring nothing even as a whole."""
        return [line for line in self.kinds if not self.counts(line.gain)]


def line(relief: Relief, difference: Difference, signs: Signs, *, alone: bool = True) -> Line:
    """With what the runs at hand say of its resources."""
    busy = {each.id: share for each in relief.resources if (share := signs.utilisation(each)) is not None}
    busiest = max(busy, key=lambda name: busy[name], default="")
    return Line(relief, difference, busy.get(busiest), busiest, signs.waiting(relief), alone)


def ordered(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Most gain first; ``adjusted_p`` over all of them (Holm)."""
    adjusted = holm([each.gain.p_value for each in lines])
    made = [replace(each, gain=replace(each.gain, adjusted_p=p)) for each, p in zip(lines, adjusted, strict=True)]
    return tuple(sorted(made, key=lambda each: -each.gain.interval.mean))


def share_carried(runs: Runs, year: int) -> float:
    """Delivered over offered, all runs together; 1 where nothing was offered."""
    done, offered = (
        math.fsum(figure(run, measure, PERIMETER, year) for run in runs.values()) for measure in (MEASURE, "offered_mt")
    )
    return done / offered if offered > 0 else 1.0


def before(runs: Runs, year: int) -> Interval:
    """Mt delivered as it stands."""
    return mean_interval(list(delivered(runs, year).values()))


# --- in words ---------------------------------------------------------------------------------------------------------


def verdict(ranking: Ranking) -> str:
    """What binds, in a sentence; there is always one."""
    best, first = ranking.best, ranking.lines[0] if ranking.lines else None
    if best is not None:
        what = _named(best.relief)
        if len(best.relief.kinds) > 1:
            return f"{what} bind together: relieving one of them alone brings nothing, relieving all does"
        if len(best.relief.resources) > 1:
            return f"{what} bind together: each alone brings nothing, all of them do"
        return f"the bottleneck is {what} ({best.relief.words})"
    if first is not None:
        return f"{_named(first.relief)} would bring most, but not beyond chance: more replications would tell"
    if ranking.carried >= CARRIED:
        if ranking.signs.total == 0:
            return "nothing waits: all that is offered is carried at once, demand is the limit"
        return "demand is the limit: all that is offered is carried, and no relief brings anything"
    if ranking.everything is None:
        return "there is nothing to relieve: this scenario limits no resource that is used"
    if ranking.counts(ranking.everything):
        return "only everything together helps: no kind of resource, and no two of them, bring anything by themselves"
    return (
        "no relief brings anything, though not all that is offered is carried: what is left is distance, weather, "
        "rules of acceptance or patience"
    )


def disagreements(ranking: Ranking) -> list[str]:
    """Where the gain, how busy a resource is and how much cargo waits for it say different things, in words."""
    busy = [(share, each) for each in ranking.used if each.kind in _METERED
            if (share := ranking.signs.utilisation(each)) is not None]  # fmt: skip
    waited = [(share, each) for each in ranking.used if (share := ranking.signs.waiting(each))]
    busiest = max(busy, key=lambda item: item[0], default=None)
    most = max(waited, key=lambda item: item[0], default=None)
    best = ranking.best
    mine = best.relief.resources if best else ()
    said = []
    if best and best.utilisation is not None and best.utilisation < BUSY:
        busier = "" if busiest and busiest[1] not in mine else ", and nothing is busier"
        said.append(
            f"{_named(best.relief)}: its relief brings most, though it is only {best.utilisation:.0%} busy{busier}"
        )
    if busiest and busiest[1] not in mine and (not best or busiest[1].id not in {each.id for each in mine}):
        said.append(f"busiest is {busiest[1].key} ({busiest[0]:.0%}), but {_brings(ranking, busiest[1])}")
    if most and most[1] not in mine:
        said.append(f"most is waited for {most[1].key} ({most[0]:.0%} of all waiting), but {_brings(ranking, most[1])}")
    if best and not said:
        said.append("gain, utilisation and waiting agree: it is busiest, and most is waited for it")
    return said


def _brings(ranking: Ranking, resource: Resource) -> str:
    own = ranking.asked.get(Relief((resource,)).key)
    if own is not None:
        mean = own.interval.mean
        return (
            f"its relief brings only {mean:+.{2 if abs(mean) >= 0.1 else 4}f} Mt"
            if ranking.counts(own)
            else "its relief brings nothing"
        )
    kind = next((each for each in ranking.kinds if resource.kind in each.relief.kinds), None)
    if kind is not None and not ranking.counts(kind.gain):
        return f"relieving all {KINDS[resource.kind].title} brings nothing"
    return "the group that it was relieved with brings nothing"


def _named(relief: Relief) -> str:
    if len(relief.kinds) == 1 and len(relief.resources) > 1:
        names = [each.id for each in relief.resources]
        shown = ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"
        return f"{relief.kinds[0]} of {shown}"
    return " and ".join(_named(part) for part in relief.by_kind()) if len(relief.kinds) > 1 else relief.key


# --- what binds next --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stair:
    """A relief that was taken, what it brought (Mt), what the corridor carries with it and all before, and how often
    that reaches the target (None without one). ``runners_up`` are those that would have brought most after it."""

    number: int
    line: Line
    after: Interval
    reached: float | None
    bringers: tuple[Bringer, ...]
    runners_up: tuple[Line, ...] = ()
