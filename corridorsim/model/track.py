"""Segments with their traffic, closures and territories; borders."""

from __future__ import annotations

from collections.abc import Collection

from corridorsim.scenario.schema import Event
from corridorsim.scenario.schema import Segment as SegmentRow

from .blueprint import Border, Segment, Steps
from .dated import Timeline, combine, distribution
from .demand import background_growth, in_force
from .loops import build_line


def build_segments(timeline: Timeline) -> tuple[Segment, ...]:
    """Segments in the order of the scenario."""
    growth = background_growth(timeline)
    return tuple(_segment(timeline, name, row, growth) for name, row in timeline.scenario.segments.items())


def _segment(timeline: Timeline, name: str, row: SegmentRow, growth: Steps) -> Segment:
    at, cap = f"segments.{name}", timeline.scenario.assumptions.background_cap_share.value
    speed_ms = timeline.steps(f"{at}.freight_speed_kmh", row.freight_speed_kmh, factor=1 / 3.6)
    pairs = timeline.steps(f"{at}.capacity_pairs_per_day", row.capacity_pairs_per_day)
    tracks = timeline.steps(f"{at}.tracks", row.tracks)
    if any(value % 1 for value in tracks.values):
        hint = "a second track on a part of the way is 'double_track'"
        timeline.problems.add(f"{at}.tracks", "tracks are counted in whole numbers", hint)
    _limits_nothing(timeline, at, row)
    trains = timeline.steps(f"{at}.background_trains_per_day", row.background_trains_per_day, default=0.0)
    wanted = combine(lambda both, growing: both / 2 * growing, trains, growth)
    background = combine(lambda wish, slots: min(wish, cap * slots), wanted, pairs)
    changes = sorted({*wanted.times_s, *pairs.times_s})
    return Segment(
        id=name,
        from_node=row.from_node,
        to_node=row.to_node,
        length_m=row.length_km.value * 1000,
        speed_ms=speed_ms,
        pairs_per_day=pairs,
        tracks=tracks,
        background_per_day=background,
        max_gross_t=timeline.steps(f"{at}.max_gross_train_t", row.max_gross_train_t),
        territory=_territories(timeline, at, row),
        discipline=row.discipline,
        station_slots=row.station_slots or 0,
        block_trains=row.block_trains or (int(tracks.at(0)) if row.discipline == "block" else 0),
        closures_s=tuple(
            window
            for event in timeline.scenario.events.values()
            if (event.target_kind == "segment" and event.target_id == name)
            or (event.target_kind == "node" and event.target_id in (row.from_node, row.to_node))
            for window in closure(timeline, event)
        ),
        clipped=tuple(
            (time, wanted.at(time), background.at(time)) for time in changes if background.at(time) < wanted.at(time)
        ),
        line=build_line(timeline, at, row, tracks),
    )


def _limits_nothing(timeline: Timeline, at: str, row: SegmentRow) -> None:
    """Notes what is given and would not be looked at."""
    problems = timeline.problems
    if row.loops or row.double_track:
        return
    for name in ("station_slots", "block_trains"):
        if getattr(row, name) is not None and row.discipline != "block":
            what = f"'{name}' limits nothing without 'discipline: block'"
            problems.add(f"{at}.{name}", what, "set that, or leave this out")
    if row.headway_min is not None:
        hint = f"give it loops, or say 'capacity_pairs_per_day: {1440 / row.headway_min.value:.4g}'"
        problems.add(f"{at}.headway_min", "'headway_min' limits nothing on a segment without loops", hint)


def _territories(timeline: Timeline, at: str, row: SegmentRow) -> tuple[tuple[int, str], ...]:
    """(second, territory) by operator and traction; no territory anywhere means that no locomotive is needed."""
    territories = timeline.scenario.territories
    if not territories:
        return ((0, ""),)
    found = []
    for time, traction in timeline.words(f"{at}.traction", row.traction):
        names = [k for k, t in territories.items() if t.operator == row.operator and t.traction == traction]
        if len(names) != 1:
            how = "no territory" if not names else f"more than one territory ({', '.join(names)})"
            timeline.problems.add(
                f"{at}.operator" if row.operator else at,
                f"{how} has operator '{row.operator}' and traction '{traction}'",
                "a territory without fleets has a locomotive always at hand",
            )
        else:
            found.append((time, names[0]))
    return tuple(found)


def closure(timeline: Timeline, event: Event) -> tuple[tuple[int, int], ...]:
    """The part of a closure that lies in the horizon, in seconds; the last day is open again."""
    if event.attribute != "capacity" or not in_force(timeline, event):
        return ()
    since, until = timeline.second(event.start_date), timeline.second(event.end_date)
    since, until = max(since, 0), min(until, timeline.end_s)
    return ((since, until),) if since < until else ()


def check_events(timeline: Timeline) -> None:
    """Note events that the model has no place for, and targets that are not there."""
    scenario, problems = timeline.scenario, timeline.problems
    branches: dict[str, Collection[str]] = {
        "flow": scenario.flows,
        "node": scenario.nodes,
        "segment": scenario.segments,
        "port": scenario.nodes,
        "border": scenario.borders,
    }
    for event_id, event in scenario.events.items():
        at = f"events.{event_id}"
        if event.informational:
            continue
        if event.target_id not in branches[event.target_kind]:
            problems.unknown(f"{at}.target_id", event.target_kind, event.target_id, branches[event.target_kind])
        if event.end_date <= event.start_date:
            problems.add(f"{at}.end_date", "an event ends after it starts", "the end is the first day without it")
        closes = event.target_kind in ("segment", "node", "port") and event.attribute == "capacity"
        if closes and event.factor.value != 0:
            problems.add(f"{at}.factor", "capacity by event can only be 0, a closure", "use 'changes' for other values")
        elif not closes and (event.target_kind, event.attribute) != ("flow", "demand"):
            problems.add(
                f"{at}.attribute",
                f"'{event.attribute}' of a {event.target_kind} cannot change by event in this model",
                "set 'informational: true' if it is only a fact to keep",
            )


def build_borders(timeline: Timeline) -> tuple[Border, ...]:
    """Borders that are not marked informational; each lies at the ends of one segment."""
    scenario, problems = timeline.scenario, timeline.problems
    joined = {pair for s in scenario.segments.values() for pair in ((s.from_node, s.to_node), (s.to_node, s.from_node))}
    seen: dict[tuple[str, str], str] = {}
    borders = []
    for name, row in scenario.borders.items():
        if row.informational:
            continue
        pair = (row.node_from, row.node_to)
        if pair not in joined:
            problems.add(
                f"borders.{name}.node_to",
                f"no segment joins '{row.node_from}' and '{row.node_to}'",
                "a border lies between the two ends of one segment",
            )
        if pair in seen:
            problems.add(
                f"borders.{name}",
                f"a second border from '{row.node_from}' to '{row.node_to}' beside '{seen[pair]}'",
                "mark one of them 'informational: true'",
            )
        seen.setdefault(pair, name)
        borders.append(Border(name, *pair, distribution(row.dwell_h), row.servers or 0, row.loco_change))
    return tuple(borders)
