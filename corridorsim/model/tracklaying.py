"""Track that could be laid on a line: loops, stretches of second track, longer loops, written as a planner says them.

``loop@120`` a loop at km 120, ``loop@120:1050`` with a usable length in metres; ``double:100-132`` a second track;
``longer:sharyn=1050`` a usable length; ``track:sharyn`` one more track; several joined by ``+`` are one candidate. Km
count along the line that is asked for, from its first station.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from corridorsim.scenario import Loaded, Quantity
from corridorsim.scenario.issues import did_you_mean
from corridorsim.scenario.schema import Loop
from corridorsim.scenario.schema import Segment as SegmentRow

from .blueprint import Line, Place, Segment, SingleTrack, Steps
from .dated import Timeline, constant
from .loops import LONGEST_M, NEAREST_KM, SHORTEST_M, build_line, build_single_track
from .problems import Problems

#: how a candidate is written
GRAMMAR = "loop@KM[:METRES], double:KM-KM, longer:LOOP=METRES, track:LOOP, joined by +"
_NUMBER = r"(\d+(?:\.\d+)?)"
_LOOP = re.compile(rf"loop@{_NUMBER}(?::{_NUMBER})?")
_DOUBLE = re.compile(rf"double:{_NUMBER}-{_NUMBER}")
_LONGER = re.compile(rf"longer:([^=+]+)={_NUMBER}")
_TRACK = re.compile(r"track:([^=+]+)")


@dataclasses.dataclass(frozen=True, slots=True)
class NewLoop:
    """A loop of two tracks; ``usable_m`` None: as long as the longest that its segment has."""

    km: float
    usable_m: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class SecondTrack:
    """From a kilometre to another."""

    since_km: float
    until_km: float


@dataclasses.dataclass(frozen=True, slots=True)
class LongerLoop:
    """A usable length of a loop."""

    loop: str
    usable_m: float


@dataclasses.dataclass(frozen=True, slots=True)
class OneMoreTrack:
    """Of a loop."""

    loop: str


Work: TypeAlias = NewLoop | SecondTrack | LongerLoop | OneMoreTrack


def parse_works(text: str) -> tuple[Work, ...]:
    """The works of one candidate. Raises ValueError."""
    return tuple(_work(part.strip()) for part in text.split("+"))


def _work(text: str) -> Work:
    if found := _LOOP.fullmatch(text):
        km, metres = found.groups()
        return NewLoop(float(km), None if metres is None else _usable(text, float(metres)))
    if found := _DOUBLE.fullmatch(text):
        since, until = sorted(map(float, found.groups()))
        if since == until:
            raise ValueError(f"'{text}': a second track has some length")
        return SecondTrack(since, until)
    if found := _LONGER.fullmatch(text):
        return LongerLoop(found[1], _usable(text, float(found[2])))
    if found := _TRACK.fullmatch(text):
        return OneMoreTrack(found[1])
    raise ValueError(f"'{text}' names no track that could be laid; write {GRAMMAR}")


def _usable(text: str, metres: float) -> float:
    if not SHORTEST_M <= metres <= LONGEST_M:
        raise ValueError(f"'{text}': a usable length is {SHORTEST_M:g} to {LONGEST_M:,.0f} m, not {metres:g} m")
    return metres


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """A segment on a line: ``since_km`` is where it begins there; ``along``: the line runs from its ``from_node``."""

    segment: str
    since_km: float
    length_km: float
    along: bool

    def chainage(self, km: float) -> float:
        """A kilometre of the line as the segment counts."""
        within = km - self.since_km
        return within if self.along else self.length_km - within


def lay(rows: Mapping[str, SegmentRow], line: Sequence[Stretch], works: Sequence[Work]) -> dict[str, SegmentRow]:
    """The segments of a line with track laid on them. Raises ValueError for what does not lie on it or is no gain."""
    made = {stretch.segment: rows[stretch.segment] for stretch in line}
    for work in works:
        if isinstance(work, NewLoop):
            _loop(made, line, work)
        elif isinstance(work, SecondTrack):
            _double(made, line, work)
        else:
            _better(made, work)
    return made


def _loop(rows: dict[str, SegmentRow], line: Sequence[Stretch], work: NewLoop) -> None:
    length_km = line[-1].since_km + line[-1].length_km
    for stretch in line:
        if stretch.since_km < work.km < stretch.since_km + stretch.length_km:
            row = rows[stretch.segment]
            known = [loop.usable_length_m.value for loop in row.loops.values() if loop.usable_length_m is not None]
            longest = max(known) if known and len(known) == len(row.loops) else None
            usable_m = longest if work.usable_m is None else work.usable_m
            km = stretch.chainage(work.km)
            for name, there in row.loops.items():
                if abs(there.chainage_km.value - km) < NEAREST_KM:
                    raise ValueError(f"a loop at km {work.km:g}: '{name}' lies there")
            loop = Loop.model_construct(
                chainage_km=Quantity(km),
                tracks=Quantity(2.0),
                usable_length_m=None if usable_m is None else Quantity(usable_m),
            )
            rows[stretch.segment] = row.model_copy(update={"loops": {**row.loops, f"new at km {work.km:g}": loop}})
            return
    raise ValueError(f"a loop at km {work.km:g}: the line is {length_km:g} km long, and stations have their tracks")


def _double(rows: dict[str, SegmentRow], line: Sequence[Stretch], work: SecondTrack) -> None:
    length_km = line[-1].since_km + line[-1].length_km
    if work.until_km > length_km + 1e-6:
        raise ValueError(f"a second track to km {work.until_km:g}: the line is {length_km:g} km long")
    gained = False
    for stretch in line:
        since = max(work.since_km, stretch.since_km)
        until = min(work.until_km, stretch.since_km + stretch.length_km)
        if until > since:
            row = rows[stretch.segment]
            new = sorted((stretch.chainage(since), stretch.chainage(until)))
            made = _merged([*row.double_track, tuple(new)])
            gained |= made != _merged(row.double_track)
            rows[stretch.segment] = row.model_copy(update={"double_track": made})
    if not gained:
        raise ValueError(f"from km {work.since_km:g} to km {work.until_km:g} there is a second track")


def _merged(stretches: Sequence[tuple[float, ...]]) -> tuple[tuple[float, float], ...]:
    """Those that overlap or touch as one."""
    made: list[tuple[float, float]] = []
    for since, until in sorted(stretches):
        if made and since <= made[-1][1] + 0.01:
            made[-1] = (made[-1][0], max(until, made[-1][1]))
        else:
            made.append((since, until))
    return tuple(made)


def _better(rows: dict[str, SegmentRow], work: LongerLoop | OneMoreTrack) -> None:
    known = {name: segment for segment, row in rows.items() for name in row.loops}
    if work.loop not in known:
        hint = did_you_mean(work.loop, known)
        raise ValueError(f"no loop '{work.loop}' on this line" + (f"; {hint}" if hint else ""))
    row = rows[known[work.loop]]
    loop = row.loops[work.loop]
    if isinstance(work, LongerLoop):
        before = loop.usable_length_m
        if before is None:
            raise ValueError(f"'{work.loop}' takes trains of any length: its usable length is not given")
        if before.value >= work.usable_m:
            raise ValueError(f"'{work.loop}' has {before.value:g} m, and would have no more by {work.usable_m:g} m")
        loop = loop.model_copy(update={"usable_length_m": Quantity(work.usable_m)})
    elif isinstance(loop.tracks, Quantity):
        loop = loop.model_copy(update={"tracks": Quantity(loop.tracks.value + 1)})
    else:
        raise ValueError(f"the tracks of '{work.loop}' have dates; write what you mean in a layer")
    rows[known[work.loop]] = row.model_copy(update={"loops": {**row.loops, work.loop: loop}})


# --- what the engine sees of it ---------------------------------------------------------------------------------------


def built(
    loaded: Loaded, plans: Mapping[str, Segment], rows: Mapping[str, SegmentRow], at_s: int
) -> tuple[tuple[Segment, ...], SingleTrack]:
    """Segments in loop detail as they are on a day, without closures, and their rules. Raises Issues."""
    problems = Problems(loaded.origins)
    timeline = Timeline(loaded.scenario, problems)
    made = []
    for name, row in rows.items():
        plan = plans[name]
        line = build_line(timeline, f"segments.{name}", row, plan.tracks)
        made.append(dataclasses.replace(plan, line=line))
    problems.raise_if_any()
    rules = build_single_track(loaded.scenario, made)
    assert rules is not None
    return tuple(as_on(plan, at_s) for plan in made), rules


def as_on(plan: Segment, at_s: int) -> Segment:
    """A segment with the values of one moment for ever, and nothing that closes it."""
    assert plan.line is not None
    places = tuple(
        Place(place.id, place.chainage_m, _stands(place.tracks, at_s), place.usable_m) for place in plan.line.places
    )
    return dataclasses.replace(
        plan,
        speed_ms=_stands(plan.speed_ms, at_s),
        tracks=_stands(plan.tracks, at_s),
        pairs_per_day=constant(1),
        background_per_day=constant(0),
        max_gross_t=constant(0),
        territory=(),
        closures_s=(),
        clipped=(),
        line=Line(places, plan.line.double, plan.line.headway_s),
    )


def _stands(steps: Steps, at_s: int) -> Steps:
    return constant(steps.at(at_s))
