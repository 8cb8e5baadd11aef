"""Lines and outlines in degrees: legs between places, what of an outline lies in a map, no more points than seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

Point: TypeAlias = tuple[float, float]  #: longitude, latitude
Line: TypeAlias = tuple[Point, ...]

#: a leg has at least so many points, so that there is something to hover over
_LEAST = 9


class Box(NamedTuple):
    """What a map shows, degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def stretch(self) -> float:
        """How much longer a degree of latitude is than one of longitude, in the middle (equirectangular)."""
        return 1 / math.cos(math.radians((self.south + self.north) / 2))

    def grown(self, share: float) -> Box:
        """With so much of its larger side added on all sides."""
        more = share * max(self.east - self.west, self.north - self.south, 0.1)
        return Box(self.west - more, max(-89.0, self.south - more), self.east + more, min(89.0, self.north + more))


def box_of(lines: Iterable[Line]) -> Box:
    """The box around lines; there must be one at least."""
    points = [point for line in lines for point in line]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return Box(min(lons), min(lats), max(lons), max(lats))


def leg(line: Line | None, start: Point | None, end: Point | None, *, whole: bool) -> Line | None:
    """The way between two places: the part of ``line`` between its points nearest to them, else straight.

    ``whole``: the line shows this leg alone, so that it is taken as it is where a place is not known. None where
    nothing tells where the leg is.
    """
    if start is None or end is None:
        return line if line is not None and whole else None
    if line is None:
        return dense((start, end))
    first, last = _nearest(line, start), _nearest(line, end)
    inner = line[first : last + 1] if first <= last else line[last : first + 1][::-1]
    return dense((start, *(point for point in inner if point not in (start, end)), end))


def _nearest(line: Line, to: Point) -> int:
    """Place of the point of a line that is nearest; degrees of longitude count as long as they are there."""
    narrow = math.cos(math.radians(to[1]))
    far = [math.hypot((lon - to[0]) * narrow, lat - to[1]) for lon, lat in line]
    return far.index(min(far))


def dense(line: Line) -> Line:
    """With points between points where there are few."""
    if len(line) >= _LEAST:
        return line
    parts = math.ceil((_LEAST - 1) / (len(line) - 1))
    found = [line[0]]
    for a, b in pairwise(line):
        found += [(a[0] + (b[0] - a[0]) * n / parts, a[1] + (b[1] - a[1]) * n / parts) for n in range(1, parts + 1)]
    return tuple(found)


def thinned(line: Line, tolerance: float) -> Line:
    """Without points that are nearer to the rest than ``tolerance`` degrees (Douglas and Peucker 1973)."""
    keep = {0, len(line) - 1}
    open_: list[tuple[int, int]] = [(0, len(line) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        off = [_off(line[place], line[first], line[last]) for place in range(first + 1, last)]
        most = max(off)
        if most > tolerance:
            middle = first + 1 + off.index(most)
            keep.add(middle)
            open_ += [(first, middle), (middle, last)]
    return tuple(line[place] for place in sorted(keep))


def _off(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a straight piece."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    share = max(0.0, min(1.0, share))
    return math.hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)


def clipped(rings: Sequence[Line], box: Box) -> list[Line]:
    """What of areas lies in a box (Sutherland and Hodgman 1974)."""
    found = []
    for ring in rings:
        around = box_of([ring])
        if around.east < box.west or around.west > box.east or around.north < box.south or around.south > box.north:
            continue
        points = list(ring)
        for axis, limit, keeps_more in ((0, box.west, True), (0, box.east, False), (1, box.south, True),
                                        (1, box.north, False)):  # fmt: skip
            points = _cut(points, axis, limit, keeps_more)
        if len(points) >= 3:
            found.append((*points, points[0]))
    return found


def _cut(points: list[Point], axis: int, limit: float, keeps_more: bool) -> list[Point]:
    found: list[Point] = []
    for a, b in zip(points[-1:] + points[:-1], points, strict=True):
        a_in, b_in = ((point[axis] >= limit) == keeps_more or point[axis] == limit for point in (a, b))
        if a_in != b_in:
            share = (limit - a[axis]) / (b[axis] - a[axis])
            found.append((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])))
        if b_in:
            found.append(b)
    return found


def as_text(line: Line) -> str:
    """As well-known text, to 0.001 degrees: ``LINESTRING (51.2 43.6, 50.4 40.2)``; one place as ``POINT``."""
    points = ", ".join(f"{lon:.3f} {lat:.3f}" for lon, lat in line)
    return f"{'POINT' if len(line) == 1 else 'LINESTRING'} ({points})"


def from_text(text: str) -> Line:
    """What ``as_text`` gave."""
    inner = text[text.index("(") + 1 : text.index(")")]
    pairs = (point.split() for point in inner.split(","))
    return tuple((float(lon), float(lat)) for lon, lat in pairs)


def nodes_apart(
    places: Sequence[tuple[Point, str]], box: Box, letter: float, line_height: float
) -> list[tuple[Point, str, bool]]:
    """Of places with names, the most important first, those whose names do not run into each other or out of the box.

    ``letter`` and ``line_height``: size of a letter as a share of the box's width. Gives point, name, and whether the
    name stands to the right of the point (else to the left).
    """
    wide = box.east - box.west
    taken: list[tuple[float, float, float, float]] = []
    found = []
    for (lon, lat), name in places:
        length, height = letter * wide * len(name), line_height * wide / box.stretch
        for right in (True, False):
            x0 = lon + 0.008 * wide if right else lon - 0.008 * wide - length
            area = (x0, lat - height / 2, x0 + length, lat + height / 2)
            inside = area[0] >= box.west and area[2] <= box.east and area[1] >= box.south and area[3] <= box.north
            if inside and not any(_meet(area, other) for other in taken):
                taken.append(area)
                found.append(((lon, lat), name, right))
                break
    return found


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
