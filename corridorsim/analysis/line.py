"""A line as stations at their kilometres, and what its trains did between two days, as straight pieces."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx
import numpy as np

from ..ledger import OPEN
from ..model.blueprint import Blueprint, Segment
from .loops import Loops, Passage
from .replay import KINDS, LIGHT, trips, when
from .view import View

if TYPE_CHECKING:
    import pandas as pd


class NoSuchLine(LookupError):
    """Segments that are not there or do not join, or stations without a railway between them."""


@dataclass(frozen=True, slots=True)
class Line:
    """``segments[i]`` joins ``nodes[i]`` and ``nodes[i + 1]``; ``km[i]`` is how far ``nodes[i]`` is from the start."""

    nodes: tuple[str, ...]
    segments: tuple[str, ...]
    km: tuple[float, ...]

    def km_at(self, plan: Segment, metres: float) -> float:
        """Where a place on one of its segments lies, ``metres`` from the segment's ``from_node``."""
        number = self.segments.index(plan.id)
        along = self.nodes[number] == plan.from_node
        return self.km[number] + metres / 1000 if along else self.km[number + 1] - metres / 1000


def line_of(blueprint: Blueprint, segments: Sequence[str]) -> Line:
    """The line of these segments, in this order. Raises NoSuchLine."""
    plans = {plan.id: plan for plan in blueprint.segments}
    for name in segments:
        if name not in plans:
            raise NoSuchLine(f"no segment '{name}'" + _near(name, plans))
        if list(segments).count(name) > 1:
            raise NoSuchLine(f"segment '{name}' is named twice")
    if not segments:
        raise NoSuchLine("a line has at least one segment")
    chosen = [plans[name] for name in segments]
    first = chosen[0]
    here = first.from_node
    if len(chosen) > 1 and first.to_node not in _ends(chosen[1]):
        here = first.to_node
    nodes = [here]
    for plan in chosen:
        if nodes[-1] not in _ends(plan):
            raise NoSuchLine(f"segment '{plan.id}' does not start or end at {nodes[-1]}")
        nodes.append(plan.to_node if plan.from_node == nodes[-1] else plan.from_node)
    return _line(nodes, chosen)


def line_between(blueprint: Blueprint, origin: str, destination: str) -> Line:
    """The shortest railway between two stations, of all segments that are ever in service. Raises NoSuchLine."""
    graph: nx.Graph[str] = nx.Graph()
    for plan in blueprint.segments:
        known = graph.get_edge_data(plan.from_node, plan.to_node)
        if max(plan.pairs_per_day.values) > 0 and (known is None or known["m"] > plan.length_m):
            graph.add_edge(plan.from_node, plan.to_node, m=plan.length_m, plan=plan)
    for node in (origin, destination):
        if node not in graph:
            raise NoSuchLine(f"no railway station '{node}'" + _near(node, graph))
    if origin == destination:
        raise NoSuchLine(f"from {origin} to itself there is no line")
    try:
        nodes = nx.dijkstra_path(graph, origin, destination, weight="m")
    except nx.NetworkXNoPath:
        raise NoSuchLine(f"no railway joins {origin} and {destination}") from None
    return _line(nodes, [graph[a][b]["plan"] for a, b in pairwise(nodes)])


def _line(nodes: Sequence[str], chosen: Sequence[Segment]) -> Line:
    km = np.concatenate([[0.0], np.cumsum([plan.length_m for plan in chosen]) / 1000])
    return Line(tuple(nodes), tuple(plan.id for plan in chosen), tuple(km.tolist()))


def _ends(plan: Segment) -> tuple[str, str]:
    return plan.from_node, plan.to_node


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = get_close_matches(name, names, 3) or [one for one in names if name.lower() in one.lower()][:3]
    return f"; near it: {', '.join(close)}" if close else ""


# --- what happened on it ----------------------------------------------------------------------------------------------

#: of a piece: a train runs or waits, a segment is closed, a station stands at its kilometre; a section decides
RUNS, WAITS, CLOSED, STATION, LOOP, CRITICAL = "runs", "waits", "closed", "station", "loop", "critical"
BACKGROUND = "background"
COLUMNS = ("what", "train", "trip", "kind", "direction", "flow", "place", "cause", "start", "end", "km_start", "km_end")


def string_line(view: View, line: Line, since_s: int, until_s: int) -> pd.DataFrame:
    """One row a piece, cut at the ends of the period; columns as ``COLUMNS``.

    ``runs``: a train on a segment, ``waits``: it stands at a kilometre, with the cause; ``closed``: a segment between
    two kilometres, with works or no slots as cause; ``station`` and ``loop``: at its kilometre, all the time.
    ``direction`` is the end of the line towards which the train runs. On segments in loop detail trains run block by
    block, and other traffic (kind ``background``) too; on others it is not followed train by train. What had not left
    its segment by the end of the run is drawn up to there.
    """
    import pandas as pd

    rows: list[tuple[Any, ...]] = [
        (STATION, "", 0, "", "", "", node, "", since_s, until_s, km, km)
        for node, km in zip(line.nodes, line.km, strict=True)
    ]
    by_id = {plan.id: plan for plan in view.blueprint.segments}
    loops = Loops(view, [by_id[name] for name in line.segments])
    for name, places in loops.places.items():
        for place, metres in places:
            km = line.km_at(by_id[name], metres)
            rows.append((LOOP, "", 0, "", "", "", place, "", since_s, until_s, km, km))
    rows += _closures(view.blueprint, line, since_s, until_s)
    for plan in by_id.values():
        for passage in loops.others.get(plan.id, ()):
            rows += [
                _cut(p, since_s, until_s) for p in _other(line, plan, passage) if p[9] > since_s and p[8] < until_s
            ]
    for trip in _trips(view, line, since_s, until_s):
        pieces = _pieces(view, line, trip, loops, by_id)
        rows += [_cut(piece, since_s, until_s) for piece in pieces if piece[9] > since_s and piece[8] < until_s]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("start", "end"):
        frame[name] = when(view, frame[name].to_numpy(dtype=np.int64))
    return frame


def _cut(piece: tuple[Any, ...], since_s: int, until_s: int) -> tuple[Any, ...]:
    """The part of a piece that lies in the period, at the kilometres where the train then is."""
    *words, start, end, km_start, km_end = piece
    first, last = max(start, since_s), min(end, until_s)
    pace = (km_end - km_start) / (end - start)
    return (*words, first, last, km_start + pace * (first - start), km_end - pace * (end - last))


def _closures(blueprint: Blueprint, line: Line, since_s: int, until_s: int) -> Iterator[tuple[Any, ...]]:
    plans = {plan.id: plan for plan in blueprint.segments}
    for number, name in enumerate(line.segments):
        steps = plans[name].pairs_per_day
        starts = (min(0, steps.times_s[0]), *steps.times_s[1:])  # the first value also holds before its time
        spells = [("works", start, end) for start, end in plans[name].closures_s]
        spells += [
            ("no slots", start, end)
            for start, end, pairs in zip(starts, (*steps.times_s[1:], until_s), steps.values, strict=True)
            if pairs <= 0
        ]
        for cause, start, end in spells:
            if end > since_s and start < until_s:
                span = (max(start, since_s), min(end, until_s))
                yield (CLOSED, "", 0, "", "", "", name, cause, *span, line.km[number], line.km[number + 1])


class _Hop(NamedTuple):
    """A train on a segment of the line, with the nodes between which it runs, by their place on the line."""

    segment: int
    here: int
    there: int
    asked_s: int
    start_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class _Trip:
    """What one train did on the line; ``waits`` are (start, end, place, cause), by number of name."""

    train: int
    trip: int
    kind: int
    flow: int
    hops: list[_Hop]
    waits: list[tuple[int, int, int, int]]


def _trips(view: View, line: Line, since_s: int, until_s: int) -> Iterator[_Trip]:
    """All trains that are on the line in the period, with all that they do there at any time."""
    table = view.table("hops")
    place = {name: number for number, name in enumerate(line.segments)}
    at = np.asarray([place.get(name, -1) for name in view.names], dtype=np.int64)[table["segment"]]
    forward = {plan.id: plan.from_node for plan in view.blueprint.segments}
    along = [forward[name] == node for name, node in zip(line.segments, line.nodes, strict=False)]
    mine = np.flatnonzero(at >= 0)
    columns = [at[mine], trips(view)[mine], *(table[name][mine] for name in table)]
    found: dict[tuple[int, int], _Trip] = {}
    for number, trip, train, kind, flow, _, ahead, asked, start, leave in zip(
        *map(np.ndarray.tolist, columns), strict=True
    ):
        here, there = (number, number + 1) if along[number] == bool(ahead) else (number + 1, number)
        known = found.setdefault((train, trip), _Trip(train, trip, kind, flow, [], []))
        begun = view.end_s if start == OPEN else start
        known.hops.append(_Hop(number, here, there, asked, begun, begun if leave == OPEN else leave))
    there = {
        key: trip for key, trip in found.items() if trip.hops[0].asked_s < until_s and trip.hops[-1].leave_s > since_s
    }
    yield from _with_waits(view, there)


def _with_waits(view: View, found: dict[tuple[int, int], _Trip]) -> Iterator[_Trip]:
    table = view.table("waits")
    trains = np.zeros(len(view.names), dtype=bool)
    trains[[train for train, _ in found]] = True
    mine = np.flatnonzero(trains[table["actor"]])
    names = ("actor", "start_s", "end_s", "place", "cause")
    waits: dict[int, list[tuple[int, int, int, int]]] = {}
    # one row each part on board: the same wait
    for train, start, end, place, cause in sorted(
        set(zip(*(table[name][mine].tolist() for name in names), strict=True))
    ):
        waits.setdefault(train, []).append((start, view.end_s if end == OPEN else end, place, cause))
    for trip in found.values():
        # a light engine has the same name in each of its runs
        first, last = (trip.hops[0].asked_s, trip.hops[-1].leave_s) if trip.kind == LIGHT else (0, view.end_s)
        trip.waits.extend(wait for wait in waits.get(trip.train, ()) if first <= wait[0] <= last)
        yield trip


def _other(line: Line, plan: Segment, passage: Passage) -> Iterator[tuple[Any, ...]]:
    """A train of other traffic, with its stands at loops, whose reasons are not written."""
    ahead = passage.forward == (line.nodes[line.segments.index(plan.id)] == plan.from_node)
    words = (f"other traffic of {plan.id}", passage.number, BACKGROUND, line.nodes[-1 if ahead else 0], "", plan.id, "")
    left = passage.runs[0]
    for run in passage.runs:
        km = line.km_at(plan, run.start_m)
        if run.start_s > left.leave_s:
            yield (RUNS, *words, left.leave_s, run.start_s, km, km)
        yield (RUNS, *words, run.start_s, run.leave_s, km, line.km_at(plan, run.end_m))
        left = run


def _pieces(
    view: View, line: Line, trip: _Trip, loops: Loops, plans: Mapping[str, Segment]
) -> Iterator[tuple[Any, ...]]:
    """Runs and waits of one train, in the order of time."""
    name, flow = view.name(trip.train), view.name(trip.flow)

    def piece(what: str, hop: _Hop, place: str, cause: str, span: tuple[int, int], km: tuple[float, float]) -> Any:
        end = line.nodes[-1 if hop.there > hop.here else 0]
        return (what, name, trip.trip, KINDS[trip.kind], end, flow, place, cause, *span, *km)

    hops = trip.hops
    borders = {plan.id: (plan.node_from, plan.node_to) for plan in view.blueprint.borders}
    starts = [hop.start_s for hop in hops]
    found, stands = [], {}
    for hop in hops:
        where = line.segments[hop.segment]
        ways = [
            (run.start_s, run.leave_s, line.km_at(plans[where], run.start_m), line.km_at(plans[where], run.end_m))
            for run in loops.runs(trip.train, where, hop.start_s, hop.leave_s)
        ]
        stands[hop] = ways
        for start, end, km, to_km in ways or [(hop.start_s, hop.leave_s, line.km[hop.here], line.km[hop.there])]:
            if end > start:
                found.append(piece(RUNS, hop, where, "", (start, end), (km, to_km)))
    for start, end, place, cause in trip.waits:
        # before the next segment of the line, or (failed on the last one) at its end
        number = bisect_left(starts, start)
        where = view.name(place)
        ahead, behind = hops[min(number, len(hops) - 1)], hops[number - 1] if number else None
        if number < len(hops) and (
            where in (line.segments[ahead.segment], line.nodes[ahead.here])
            or borders.get(where) == (line.nodes[ahead.here], line.nodes[ahead.there])
        ):
            hop, km = ahead, line.km[ahead.here]
        elif behind is not None and where == line.segments[behind.segment]:
            before = [way for way in stands[behind] if way[1] <= start]
            hop, km = behind, line.km[behind.there] if start >= behind.leave_s or not before else before[-1][3]
        else:
            continue  # not on this line
        if end > start:
            found.append(piece(WAITS, hop, where, view.name(cause), (start, end), (km, km)))
    yield from sorted(found, key=lambda row: row[8])
