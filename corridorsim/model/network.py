"""The rail graph: which way trains can go between two stations, by gauge and as lines open.

Shortest paths by length (Dijkstra), on the segments in service in each epoch: a stretch of time in which no line opens
or closes. Of parallel segments between the same two nodes the shortest is taken. A search goes no further
than it is asked, and is twenty lines, so no graph library is loaded: ``validate`` has half a second for everything.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from corridorsim.scenario.schema import Scenario

from .blueprint import Path, Route, Segment

#: gauges a single train can run on
GAUGES = ("1520", "1435")

#: a gauge of ANY ignores breaks of gauge: for telling them from places without rails
ANY = ""


class Network:
    """Routes between stations, found once and kept. ``routes`` grows as they are asked for."""

    def __init__(self, scenario: Scenario, segments: Sequence[Segment]) -> None:
        self._via = {name: option.via_node for name, option in scenario.route_options.items()}
        self._detour_limit = scenario.assumptions.detour_limit.value
        self._gauge = {name: segment.gauge_mm for name, segment in scenario.segments.items()}
        self._segments = segments
        self._limits_t = {s.id: (min(s.max_gross_t.values), max(s.max_gross_t.values)) for s in segments}
        self.routes: list[Route] = []
        self._numbers: dict[tuple[str, str, str, str], int | None] = {}
        self._searches: dict[tuple[int, str, str], _Search] = {}
        self._graphs: dict[tuple[int, str], dict[str, dict[str, tuple[float, str]]]] = {}
        times = sorted({time for segment in segments for time in segment.pairs_per_day.times_s} | {0})
        self.epochs: list[tuple[int, frozenset[str]]] = []
        for time in times:
            in_service = frozenset(s.id for s in segments if s.pairs_per_day.at(time) > 0)
            if not self.epochs or self.epochs[-1][1] != in_service:
                self.epochs.append((time, in_service))

    # -- questions -----------------------------------------------------------------------------------------------------

    def connected(self, origin: str, destination: str, gauge: str) -> bool:
        """Whether there is at some time a way on rails of one gauge (or of any, across breaks)."""
        return self.length_m(origin, destination, gauge) < math.inf

    def length_m(self, origin: str, destination: str, gauge: str) -> float:
        """Length of the shortest way in the first epoch that has one; inf if none has."""
        for epoch in range(len(self.epochs)):
            distance = self._search(epoch, gauge, origin).distance_m(destination)
            if distance is not None:
                return distance
        return math.inf

    def route(self, origin: str, destination: str, option: str, gauge: str) -> int | None:
        """Number of the route in ``routes``, or None if no time has a path.

        ``option``: a name of ``route_options`` (the way by its node if there is one without running over a node twice,
        else the shortest), ``either`` (the shortest, and the way by each option no longer than ``detour_limit`` times
        it) or empty (the shortest).
        """
        key = (origin, destination, option, gauge)
        if key not in self._numbers:
            epochs: list[tuple[int, tuple[Path, ...]]] = []
            for number, (since, _) in enumerate(self.epochs):
                paths = self._candidates(number, *key)
                if not epochs or epochs[-1][1] != paths:
                    epochs.append((since, paths))
            if any(paths for _, paths in epochs):
                self._numbers[key] = len(self.routes)
                self.routes.append(Route(origin, destination, tuple(epochs)))
            else:
                self._numbers[key] = None
        return self._numbers[key]

    def may_re_form(self, route: int) -> set[str]:
        """Nodes on the way where a train may become too heavy for the line before it, at some time."""
        found: set[str] = set()
        for _, paths in self.routes[route].epochs:
            for path in paths:
                most = 0.0  # that a train may weigh that comes from behind
                for node, segment in zip(path.nodes, path.segments, strict=False):
                    lowest, highest = self._limits_t[segment]
                    if lowest < most:
                        found.add(node)
                    most = max(most, highest)
        return found

    # -- paths ---------------------------------------------------------------------------------------------------------

    def _candidates(self, epoch: int, origin: str, destination: str, option: str, gauge: str) -> tuple[Path, ...]:
        shortest = self._path(epoch, gauge, origin, destination)
        if shortest is None:
            return ()
        names = tuple(self._via) if option == "either" else (option,) if option in self._via else ()
        found: dict[tuple[str, ...], Path] = {}
        for name in names:
            path = self._by(epoch, gauge, origin, destination, name)
            if path is None or (option == "either" and path.length_m > self._detour_limit * shortest.length_m):
                continue
            found.setdefault(path.segments, path)
        if option == "either" or not found:
            found.setdefault(shortest.segments, shortest)
        return tuple(sorted(found.values(), key=lambda path: path.length_m))

    def _by(self, epoch: int, gauge: str, origin: str, destination: str, option: str) -> Path | None:
        """The way by an option's node; None if it would pass a node twice."""
        node = self._via[option]
        first, then = self._path(epoch, gauge, origin, node), self._path(epoch, gauge, node, destination)
        if first is None or then is None:
            return None
        nodes = first.nodes + then.nodes[1:]
        if len(set(nodes)) < len(nodes):
            return None
        return Path(nodes, first.segments + then.segments, first.length_m + then.length_m, option)

    def _path(self, epoch: int, gauge: str, origin: str, destination: str) -> Path | None:
        search = self._search(epoch, gauge, origin)
        distance = search.distance_m(destination)
        if distance is None:
            return None
        nodes, segments, node = [destination], [], destination
        while node != origin:
            node, segment = search.previous[node]
            nodes.append(node)
            segments.append(segment)
        return Path(tuple(reversed(nodes)), tuple(reversed(segments)), distance, "")

    def _graph(self, epoch: int, gauge: str) -> dict[str, dict[str, tuple[float, str]]]:
        """node -> neighbour -> (length, segment)"""
        key = (epoch, gauge)
        if key not in self._graphs:
            graph: dict[str, dict[str, tuple[float, str]]] = {}
            in_service = self.epochs[epoch][1]
            for segment in self._segments:
                if segment.id not in in_service or (gauge != ANY and self._gauge[segment.id] not in (gauge, "both")):
                    continue
                for here, there in ((segment.from_node, segment.to_node), (segment.to_node, segment.from_node)):
                    known = graph.setdefault(here, {}).get(there)
                    if known is None or segment.length_m < known[0]:
                        graph[here][there] = (segment.length_m, segment.id)
            self._graphs[key] = graph
        return self._graphs[key]

    def _search(self, epoch: int, gauge: str, origin: str) -> _Search:
        key = (epoch, gauge, origin)
        if key not in self._searches:
            self._searches[key] = _Search(self._graph(epoch, gauge), origin)
        return self._searches[key]


class _Search:
    """Shortest ways from a node (Dijkstra), looked for no further than has been asked."""

    def __init__(self, graph: dict[str, dict[str, tuple[float, str]]], origin: str) -> None:
        self._graph = graph
        self._distance = {origin: 0.0}
        self._heap = [(0.0, origin)]
        self._done: set[str] = set()
        self.previous: dict[str, tuple[str, str]] = {}  #: of those reached: node before, and segment between

    def distance_m(self, destination: str) -> float | None:
        """None where there is no way."""
        done, distance, heap = self._done, self._distance, self._heap
        while destination not in done:
            if not heap:
                return None
            here, node = heapq.heappop(heap)
            if node in done:
                continue
            done.add(node)
            for neighbour, (length, segment) in self._graph.get(node, {}).items():
                there = here + length
                if there < distance.get(neighbour, math.inf):
                    distance[neighbour] = there
                    self.previous[neighbour] = (node, segment)
                    heapq.heappush(heap, (there, neighbour))
        return distance[destination]
