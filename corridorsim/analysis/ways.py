"""Which lines a train took: a movement tells its ends and metres, and the candidate paths of a scenario the rest."""

from __future__ import annotations

from collections import defaultdict

from ..model.blueprint import Blueprint, Path, Segment

_NEAR_M = 2.0  #: a path this near to the metres of a movement is the one that it took


class Ways:
    """The paths of a scenario by the nodes on them."""

    def __init__(self, blueprint: Blueprint) -> None:
        self.segments = {segment.id: segment for segment in blueprint.segments}
        self._by_node: dict[str, list[Path]] = defaultdict(list)
        for path in {
            (p.nodes, p.segments): p for r in blueprint.routes for _, paths in r.epochs for p in paths
        }.values():
            for node in path.nodes:
                self._by_node[node].append(path)
        self._found: dict[tuple[str, str, int], tuple[Segment, ...]] = {}

    def of(self, start: str, end: str, metres: int) -> tuple[Segment, ...]:
        """The segments from one node to another, in order; none where no path is so long."""
        key = (start, end, metres)
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def _find(self, start: str, end: str, metres: int) -> tuple[Segment, ...]:
        for path in self._by_node[start]:
            first = path.nodes.index(start)
            if end not in path.nodes[first:]:
                continue
            lines = tuple(self.segments[name] for name in path.segments[first : path.nodes.index(end, first)])
            if abs(sum(line.length_m for line in lines) - metres) <= _NEAR_M:
                return lines
        return ()
