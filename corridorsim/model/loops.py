"""Segments in loop detail: places where trains meet, and the blocks between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from corridorsim.scenario import Scenario
from corridorsim.scenario.quantity import Dated, Quantity
from corridorsim.scenario.schema import Loop
from corridorsim.scenario.schema import Segment as SegmentRow

from .blueprint import Line, Place, Segment, SingleTrack, Steps
from .dated import Timeline, constant, whole_round

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
    before: Loop | None = None
    name_before = ""
    shrinks = _ends(row.length_km)[0] / row.length_km.value  # loops stay where they are on the way
    for name, loop in sorted(row.loops.items(), key=lambda item: item[1].chainage_km.value):
        path = f"{at}.loops.{name}"
        outside = next((km for km in _ends(loop.chainage_km) if not 0 < km * 1000 < length_m), None)
        if outside is not None:
            message = f"km {outside:g} is not between the ends of the segment, which is {length_m / 1000:g} km long"
            problems.add(f"{path}.chainage_km", message, "chainage counts from the segment's from_node")
        elif before and (_ends(loop.chainage_km)[0] - _ends(before.chainage_km)[-1]) * shrinks < NEAREST_KM:
            message = f"'{name}' lies where '{name_before}' does, less than {NEAREST_KM * 1000:g} m from it"
            if loop.chainage_km.value - before.chainage_km.value >= NEAREST_KM:
                message += " at the ends of their ranges"
            problems.add(f"{path}.chainage_km", message, "give one place all tracks")
        for metres in () if loop.usable_length_m is None else _ends(loop.usable_length_m):
            if not SHORTEST_M <= metres <= LONGEST_M:
                message = f"a usable length of {metres:g} m is not between {SHORTEST_M:g} and {LONGEST_M:,.0f} m"
                problems.add(f"{path}.usable_length_m", message, "leave it out where any train fits")
                break
        tracks = timeline.steps(f"{path}.tracks", loop.tracks)
        _check_tracks(timeline, f"{path}.tracks", loop.tracks, tracks)
        before, name_before = loop, name
        yield Place(name, loop.chainage_km.value * 1000, tracks, _value(loop.usable_length_m, inf))


def _check_tracks(timeline: Timeline, path: str, written: Quantity | Dated, tracks: Steps) -> None:
    """Notes tracks with which trains would not be safe: as they come to be, and as written at the ends of ranges."""
    problems = timeline.problems
    numbers = [quantity for _, quantity in written.steps] if isinstance(written, Dated) else [written]
    first = timeline.scenario.horizon.start
    if isinstance(written, Dated) and written.steps[0][0] > first and numbers[0].value:
        day = written.steps[0][0]
        message = f"the tracks of a loop begin on {day}, and would be there from {first} on"
        problems.add(path, message, f"say what is there before: {{{first}: 0, {day}: {numbers[0].value:g}}}")
    one_track = 1 in tracks.values
    if one_track or any(whole_round(_ends(each)[0]) <= 1 <= whole_round(_ends(each)[-1]) for each in numbers):
        problems.add(
            path,
            f"{'a loop of one track is' if one_track else 'by its range of one track, it is'} not safe: "
            "nobody can meet the train that stands there, so that it and one from the other side would wait for each "
            "other for good",
            "2 or more tracks, the through track among them; or leave the loop out",
        )
    elif any(value % 1 for value in tracks.values):
        problems.add(path, "tracks are counted in whole numbers")
    later = ((a, b) for early, late in pairwise(numbers) for a, b in zip(_ends(early), _ends(late), strict=True))
    if _shrinks(tracks) or any(b < a for a, b in later):
        problems.add(path, "a loop cannot lose a track while trains stand on it", "it may get more")


def _ends(quantity: Quantity) -> tuple[float, float, float]:
    """Low end, value and high end; the value thrice where it has no range."""
    value = quantity.value
    return (
        value if quantity.low is None else quantity.low,
        value,
        value if quantity.high is None else quantity.high,
    )


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
