"""Segments in loop detail: places where trains meet, and the blocks between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from corridorsim.scenario import Scenario
from corridorsim.scenario.quantity import Quantity
from corridorsim.scenario.schema import Segment as SegmentRow

from .blueprint import Line, Place, Segment, SingleTrack, Steps
from .dated import Timeline, constant

#: chainages closer than this are one place
_SAME_M = 1.0
#: usable lengths of loops, in metres: what is shorter holds no train, what is longer is a slip
SHORTEST_M, LONGEST_M = 50.0, 20_000.0
#: two loops closer than this are one place
NEAREST_KM = 0.1


def build_line(timeline: Timeline, at: str, row: SegmentRow, tracks: Steps) -> Line | None:
    """The loops and second tracks of a segment, in order; None where it has none. Notes all that is unsafe."""
    if not row.loops and not row.double_track:
        return None
    problems, length_m = timeline.problems, row.length_km.value * 1000
    for name in ("station_slots", "block_trains"):
        if row.discipline == "block" or getattr(row, name) is not None:
            field = "discipline" if row.discipline == "block" else name
            problems.add(f"{at}.{field}", f"a segment with loops takes no '{field}'", "its loops and tracks limit it")
            break
    if _shrinks(tracks):
        problems.add(f"{at}.tracks", "a segment with loops cannot lose a track while trains are on it")
    loops = list(_loops(timeline, at, row, length_m))
    stretches = _stretches(timeline, at, row, length_m)
    ends = {end for stretch in stretches for end in stretch if _SAME_M < end < length_m - _SAME_M}
    bare = [
        Place(f"km {end / 1000:g}", end, constant(0), inf)
        for end in ends
        if not any(abs(loop.chainage_m - end) < _SAME_M for loop in loops)
    ]
    places = sorted([*loops, *bare], key=lambda place: place.chainage_m)
    chainages = [0.0, *(place.chainage_m for place in places), length_m]
    middles = [(a + b) / 2 for a, b in pairwise(chainages)]
    double = tuple(any(since < middle < until for since, until in stretches) for middle in middles)
    headway_s = 0 if row.headway_min is None else max(1, round(row.headway_min.value * 60))
    return Line(tuple(places), double, headway_s)


def _loops(timeline: Timeline, at: str, row: SegmentRow, length_m: float) -> Iterator[Place]:
    """The loops in the order of chainage (a layer adds one wherever it likes)."""
    problems = timeline.problems
    before, name_before = 0.0, ""
    for name, loop in sorted(row.loops.items(), key=lambda item: item[1].chainage_km.value):
        path, chainage_m = f"{at}.loops.{name}", loop.chainage_km.value * 1000
        tracks = timeline.steps(f"{path}.tracks", loop.tracks)
        if not 0 < chainage_m < length_m:
            message = (
                f"km {chainage_m / 1000:g} is not between the ends of the segment, which is {length_m / 1000:g} km long"
            )
            problems.add(f"{path}.chainage_km", message, "chainage counts from the segment's from_node")
        elif name_before and chainage_m - before < _SAME_M:
            problems.add(
                f"{path}.chainage_km", f"'{name}' lies where '{name_before}' does", "give one place all tracks"
            )
        if 1 in tracks.values:
            problems.add(
                f"{path}.tracks",
                "a loop of one track is not safe: nobody can meet the train that stands there, so that it and one "
                "from the other side would wait for each other for good",
                "2 or more tracks, the through track among them; or leave the loop out",
            )
        elif any(value % 1 for value in tracks.values):
            problems.add(f"{path}.tracks", "tracks are counted in whole numbers")
        if _shrinks(tracks):
            problems.add(f"{path}.tracks", "a loop cannot lose a track while trains stand on it", "it may get more")
        before, name_before = chainage_m, name
        yield Place(name, chainage_m, tracks, _value(loop.usable_length_m, inf))


def _stretches(timeline: Timeline, at: str, row: SegmentRow, length_m: float) -> list[tuple[float, float]]:
    stretches = sorted((since * 1000, until * 1000) for since, until in row.double_track)
    for since, until in stretches:
        if until > length_m + _SAME_M:
            message = f"second track to km {until / 1000:g}, but the segment is {length_m / 1000:g} km long"
            timeline.problems.add(f"{at}.double_track", message, "chainage counts from the segment's from_node")
        elif since < _SAME_M and until > length_m - _SAME_M and not row.loops:
            timeline.problems.add(f"{at}.double_track", "the whole segment has a second track", "set 'tracks' to 2")
    for (_, until), (since, _) in pairwise(stretches):
        if since < until + _SAME_M:
            message = f"stretches of second track overlap or touch at km {since / 1000:g}"
            timeline.problems.add(f"{at}.double_track", message, "write them as one")
    return stretches


def _shrinks(tracks: Steps) -> bool:
    return any(later < earlier for earlier, later in pairwise(tracks.values))


def _value(quantity: Quantity | None, default: float) -> float:
    return default if quantity is None else quantity.value


def build_single_track(scenario: Scenario, segments: Sequence[Segment]) -> SingleTrack | None:
    """The rules of single track, and the lengths of trains; None where no segment has loops."""
    if all(segment.line is None for segment in segments):
        return None
    rules = scenario.single_track

    def seconds(minutes: Quantity) -> int:
        return round(minutes.value * 60)

    unit_m, wagon_m = rules.locomotive_length_m.value, rules.wagon_length_m.value
    return SingleTrack(
        precedence=rules.precedence,
        fleet_trains=rules.fleet_trains,
        express_lead_s=seconds(rules.express_lead_min),
        entry_interval_s=seconds(rules.entry_interval_min),
        crossing_interval_s=seconds(rules.crossing_interval_min),
        following_interval_s=seconds(rules.following_interval_min),
        acceleration_s=seconds(rules.acceleration_min),
        braking_s=seconds(rules.braking_min),
        locomotive_m=tuple((name, _value(row.length_m, unit_m)) for name, row in scenario.locomotive_classes.items()),
        light_m=unit_m,
        wagon_m=(("", wagon_m), *((name, _value(row.length_m, wagon_m)) for name, row in scenario.wagons.items())),
        other_m=rules.other_train_length_m.value,
    )
