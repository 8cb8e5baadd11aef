"""Formulas by which railways reckon what a line carries: period, headway, removal, fill; Scott's.

The railways of 1520 mm gauge divide the day by the period of the critical section, take off what trains of other kinds
remove (each more than one pair of freight trains), and plan so that a part of it stays free.
"""

from __future__ import annotations

from collections.abc import Iterable

DAY_MIN = 1440.0
#: of single track, the share of its capacity up to which trains are planned (a published course of such reckoning)
FILL = 0.87


def pairs_of_period(period_min: float, closed_min: float = 0.0) -> float:
    """Pairs a day of a section whose pair takes ``period_min``; ``closed_min`` of each day are for works."""
    return (DAY_MIN - closed_min) / period_min


def trains_of_headway(headway_min: float) -> float:
    """Trains a day in one direction, one behind the other."""
    return DAY_MIN / headway_min


def left_for_freight(pairs: float, others: Iterable[tuple[float, float]]) -> float:
    """Pairs that are left when other trains have run: (how many, how many pairs of freight each of them removes)."""
    return pairs - sum(number * removes for number, removes in others)


def pairs_needed(freight: float, others: Iterable[tuple[float, float]], fill: float = FILL) -> float:
    """The capacity that traffic asks for when no more than ``fill`` of it is to be used."""
    return (freight + sum(number * removes for number, removes in others)) / fill


def scott(running_min: float, operation_min: float, efficiency: float) -> float:
    """Trains a day, both ways, over the critical section: C = 1440 / (T + t) x E (Scott's formula)."""
    return DAY_MIN / (running_min + operation_min) * efficiency
