"""A small chart in letters, for a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Series:
    """A line of points (x, y) in order of x, drawn with one letter."""

    mark: str
    points: Sequence[tuple[float, float]]


def chart(
    series: Sequence[Series],
    *,
    width: int,
    height: int,
    upright: float | None = None,
    x_name: str = "",
    y_name: str = "",
) -> list[str]:
    """Lines joined between points; ``*`` where several meet, ``|`` at the x of ``upright``. Every x lies in one range.

    The axes are labelled with round figures. Raises ValueError of nothing to draw.
    """
    xs = [x for each in series for x, _ in each.points]
    ys = [y for each in series for _, y in each.points]
    if not xs:
        raise ValueError("there is nothing to draw")
    left, right = min(xs), max(xs)
    step = _round_step(max(ys) - min(ys), 5)
    low, high = math.floor(min(ys) / step) * step, math.ceil(max(ys) / step) * step
    high = high if high > low else low + step
    grid = [[" "] * width for _ in range(height)]

    def column(x: float) -> int:
        return round((x - left) / ((right - left) or 1) * (width - 1))

    if upright is not None and left <= upright <= right:
        for row in grid:
            row[column(upright)] = "|"
    for each in series:
        for place in range(width):
            y = _at(each.points, left + (right - left) * place / (width - 1))
            row = grid[height - 1 - round((y - low) / (high - low) * (height - 1))]
            row[place] = each.mark if row[place] in " |" else "*" if row[place] != each.mark else each.mark
    labels = _labels(low, high, step, height)
    edge = max(map(len, [*labels.values(), y_name]))
    lines = [f"{y_name:>{edge}}"] if y_name else []
    lines += [f"{labels.get(place, ''):>{edge}} |{''.join(row)}".rstrip() for place, row in enumerate(grid)]
    lines.append(f"{'':>{edge}} +{'-' * width}")
    ticks = [" "] * (width + 12)
    for x in dict.fromkeys([left, *sorted(x for each in series[:1] for x, _ in each.points)]):
        text = f"{x:g}"
        start = column(x)
        if all(letter == " " for letter in ticks[max(start - 2, 0) : start + len(text) + 1]):
            ticks[start : start + len(text)] = text
    return [*lines, f"{'':>{edge}}  {''.join(ticks).rstrip()} {x_name}".rstrip()]


def _at(points: Sequence[tuple[float, float]], x: float) -> float:
    """On a straight line between points; the first or last value outside of them."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1 and x1 > x0:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[0][1] if x < points[0][0] else points[-1][1]


def _round_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that divides a span into at most so many parts."""
    if span <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / count))
    return next(power * times for times in (1, 2, 5, 10) if span / (power * times) <= count)


def _labels(low: float, high: float, step: float, height: int) -> dict[int, str]:
    """Row -> figure."""
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    found = {}
    for count in range(round((high - low) / step) + 1):
        value = low + count * step
        found[height - 1 - round((value - low) / (high - low) * (height - 1))] = f"{value:.{digits}f}"
    return found
