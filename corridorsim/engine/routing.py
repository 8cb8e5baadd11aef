"""Which way a train takes: one of the candidate paths of its route, as the routing policy says; and light engines."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import pairwise
from math import inf

from corridorsim.model import Blueprint, Journey, Path

from .kernel import Kernel
from .policies import routing_policy
from .track import Lane, Segment

#: territories on whose lines an engine may move: its operator's; an electric's own current only
Lines = tuple[str, ...]


class Router:
    """Paths for trains, by the scenario's policy, and shortest ways for light engines."""

    def __init__(self, blueprint: Blueprint, segments: dict[str, Segment], kernel: Kernel) -> None:
        self.segments = segments
        self.kernel = kernel
        self._routes = blueprint.routes
        self._path_for = routing_policy(blueprint.routing).path_for
        self._closing = [segments[plan.id] for plan in blueprint.segments if plan.closures_s]
        #: by the path's identity: the paths of a blueprint stay as long as it does
        self._lanes: dict[int, list[tuple[Segment, Lane]]] = {}
        self._graphs: dict[Lines, _Graph] = {}
        self._ways: dict[tuple[Lines, str], _Ways] = {}
        self._light_paths: dict[tuple[Lines, str, str], Path] = {}

    def refresh(self) -> None:
        """Lines opened or closed: forget the light engines' ways."""
        self._graphs.clear()
        self._ways.clear()
        self._light_paths.clear()

    @property
    def now_s(self) -> int:
        """Seconds since the start of the horizon."""
        return self.kernel.now

    def always_in_service(self, route: int) -> bool:
        """Whether some way leads there at any time."""
        return all(paths for _, paths in self._routes[route].epochs)

    def in_service(self, route: int) -> bool:
        """Whether some way leads there now, closed for works or not."""
        return bool(self._candidates(route))

    def _candidates(self, route: int) -> tuple[Path, ...]:
        now = self.kernel.now
        candidates: tuple[Path, ...] = ()
        for since, paths in self._routes[route].epochs:
            if since <= now:
                candidates = paths
        return candidates

    def choose(self, route: int, journey: Journey) -> Path | None:
        """The path for a train that leaves now, first of all with cargo or empties of ``journey``; None while no way is
        in service."""
        now = self.kernel.now
        candidates = self._candidates(route)
        if not candidates:
            return None
        if len(candidates) == 1:
            return candidates[0]
        if any(segment.closed(now) for segment in self._closing):
            open_ones = tuple(p for p in candidates if not any(self.segments[s].closed(now) for s in p.segments))
            candidates = open_ones or candidates
        return candidates[0] if len(candidates) == 1 else self._path_for(candidates, journey, route, self)

    def expected_s(self, path: Path) -> float:
        """Running time of a path as its segments are now, with the wait for their next slots."""
        now = self.kernel.now
        total = 0.0
        for segment, lane in self._lanes_of(path):
            wait_s = lane.next_free - now
            total += segment.running_s + wait_s if wait_s > 0 else segment.running_s
        return total

    def _lanes_of(self, path: Path) -> list[tuple[Segment, Lane]]:
        lanes = self._lanes.get(id(path))
        if lanes is None:
            segments = [self.segments[name] for name in path.segments]
            lanes = [(s, s.lanes[node]) for s, node in zip(segments, path.nodes, strict=False)]
            self._lanes[id(path)] = lanes
        return lanes

    def light_m(self, lines: Lines, origin: str, destination: str) -> float:
        """Metres of the shortest way for a light engine over the lines of some territories; inf where there is none."""
        return self._ways_from(lines, origin).metres(destination)

    def nearby(self, lines: Lines, origin: str) -> Iterator[tuple[float, str]]:
        """(metres, node) from near to far; the search goes no further than it is followed."""
        return self._ways_from(lines, origin).outward()

    def _ways_from(self, lines: Lines, origin: str) -> _Ways:
        """One search serves the lengths of all light runs from a node, and their ways."""
        ways = self._ways.get((lines, origin))
        if ways is None:
            ways = self._ways[lines, origin] = _Ways(self._graph(lines), origin)
        return ways

    def light_path(self, lines: Lines, origin: str, destination: str) -> Path:
        """The shortest way for a light engine. Raises LookupError where there is none."""
        path = self._light_paths.get((lines, origin, destination))
        if path is None:
            graph = self._graph(lines)
            ways = self._ways_from(lines, origin)
            if ways.metres(destination) == inf:
                raise LookupError(f"no way for a light engine from {origin} to {destination}")
            nodes = [destination]
            while nodes[-1] != origin:
                nodes.append(ways.before[nodes[-1]])
            nodes.reverse()
            names = tuple(graph[a][b][1] for a, b in pairwise(nodes))
            path = Path(tuple(nodes), names, sum(self.segments[name].length_m for name in names), "")
            self._light_paths[lines, origin, destination] = path
        return path

    def _graph(self, lines: Lines) -> _Graph:
        graph = self._graphs.get(lines)
        if graph is None:
            graph = self._graphs[lines] = {}
            for segment in self.segments.values():
                if segment.pairs > 0 and segment.territory in lines:
                    a, b = segment.plan.from_node, segment.plan.to_node
                    known = graph.setdefault(a, {}).get(b)
                    if known is None or known[0] > segment.length_m:
                        graph[a][b] = graph.setdefault(b, {})[a] = (segment.length_m, segment.id)
        return graph


#: node -> neighbour -> (metres, segment)
_Graph = dict[str, dict[str, tuple[float, str]]]


class _Ways:
    """Shortest ways from a node (Dijkstra), searched for no further than they are asked for.

    Most light runs are short: in a large network a search of all of it would take longer than the runs.
    """

    def __init__(self, graph: _Graph, origin: str) -> None:
        self.before: dict[str, str] = {}  #: the node before each
        self._graph = graph
        self._found: dict[str, float] = {}  #: in order of distance
        self._near: list[tuple[float, str]] = []  #: the same
        self._seen = {origin: 0.0}
        self._heap = [(0.0, 0, origin)]
        self._pushed = 1

    def metres(self, destination: str) -> float:
        """inf where there is no way."""
        found = self._found
        while destination not in found:
            if not self._further():
                return inf
        return found[destination]

    def outward(self) -> Iterator[tuple[float, str]]:
        """From near to far."""
        number = 0
        while number < len(self._near) or self._further():
            yield self._near[number]
            number += 1

    def _further(self) -> bool:
        """Find the next node; whether there is one."""
        found, heap, seen = self._found, self._heap, self._seen
        while heap:
            metres, _, node = heappop(heap)
            if node in found:
                continue
            found[node] = metres
            self._near.append((metres, node))
            for neighbour, (length_m, _) in self._graph.get(node, {}).items():
                there = metres + length_m
                if there < seen.get(neighbour, inf):
                    seen[neighbour] = there
                    self.before[neighbour] = node
                    heappush(heap, (there, self._pushed, neighbour))
                    self._pushed += 1
            return True
        return False
