"""Delivered tonnes against a number of locomotives: what each further ten bring, and from where on they bring no more.

All points of all lines stand on the same seeds, so that every gain is a paired difference. Intervals are each by
itself; none is corrected for how many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .statistics import Difference, Interval, mean_interval, paired_difference

#: what a gain must be at least, in Mt of the year, to matter, unless told otherwise
LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """One state of the rest, allocation and demand. ``values``: units -> Mt of each replication, the same for all."""

    state: str
    allocation: str
    demand: str
    values: Mapping[int, Sequence[float]]

    @property
    def units(self) -> list[int]:
        """In ascending order."""
        return sorted(self.values)

    def mean(self, units: int) -> Interval:
        """Mt at a point."""
        return mean_interval(self.values[units])

    def gain(self, low: int, high: int) -> Difference:
        """Mt that the units from one point to another bring."""
        return paired_difference(self.values[low], self.values[high])

    def steps(self) -> list[Step]:
        """From point to point."""
        return [Step(low, high, self.gain(low, high)) for low, high in pairwise(self.units)]

    def at(self, units: float) -> list[float] | None:
        """Mt of each replication at any number of units, on a straight line between points; None outside of them."""
        for low, high in pairwise(self.units):
            if low <= units <= high:
                share = (units - low) / (high - low)
                return [a + share * (b - a) for a, b in zip(self.values[low], self.values[high], strict=True)]
        return None

    def gain_of(self, units: float) -> Interval | None:
        """What so many units bring against none, on a straight line between points; None where that is not known."""
        there = self.at(units)
        return None if there is None or 0 not in self.values else paired_difference(self.values[0], there).interval


@dataclass(frozen=True, slots=True)
class Step:
    """From one point to the next; ``gain`` in Mt."""

    low: int
    high: int
    gain: Difference

    @property
    def per_ten(self) -> Interval:
        """Mt that each ten units of the step bring."""
        tens, gain = (self.high - self.low) / 10, self.gain.interval
        if gain.low is None or gain.high is None:
            return Interval(gain.mean / tens, None, None)
        return Interval(gain.mean / tens, gain.low / tens, gain.high / tens)


@dataclass(frozen=True, slots=True)
class Flat:
    """From how many units on further ones do not matter.

    ``units``: the first point from which no further point gains; None where even the last step does, or where one
    replication gives no interval. ``most``: the highest upper bound of what further points gain over it, Mt. ``shown``:
    whether that bound lies below what matters; else a gain is only not to be seen with so many replications.
    """

    units: int | None
    most: float | None = None
    shown: bool = False


def matters(gain: Interval, least: float) -> bool:
    """Whether a gain lies above 0 with its whole interval, and is ``least`` Mt or more."""
    return gain.low is not None and gain.low > 0 and gain.mean >= least


def flat_from(line: Line, least: float = LEAST) -> Flat:
    """The first point from which no further point of the line brings a gain that matters."""
    units = line.units
    for place, low in enumerate(units[:-1]):
        gains = [line.gain(low, high).interval for high in units[place + 1 :]]
        bounds = [gain.high for gain in gains if gain.high is not None]
        if bounds and not any(matters(gain, least) for gain in gains):
            return Flat(low, max(bounds), max(bounds) < least)
    return Flat(None)
