"""Which of several alternatives is best, on common random numbers, with a stated probability of being right.

Kim and Nelson's fully sequential procedure KN (ACM Trans. Modeling and Computer Simulation 11 (2001), 251-273): all
alternatives get a first stage of n0 replications; from then on those that are clearly worse than another, by their
paired differences, are dropped one replication at a time, so that runs go to the close ones. Where the best alternative
is better than every other by at least ``delta``, it is kept with a probability of at least 1 - ``alpha``; where some
are closer than that, one within ``delta`` of the best is. Replications are taken as independent and normal; common
random numbers between alternatives are allowed for, and make it shorter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

from .statistics import describe

Key = TypeVar("Key", bound=Hashable)
#: makes sure that each alternative has so many replications, and gives them all
Draw = Callable[[Mapping[Key, int]], Mapping[Key, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Selection(Generic[Key]):
    """What a selection came to. ``survivors``: those not dropped, the best mean first; ``chosen`` is the first.

    ``decided``: whether all others were dropped, or those left had the replications that the procedure asks for; else
    its cap ended it, and the choice is the best mean without a stated probability.
    """

    chosen: Key
    survivors: tuple[Key, ...]
    alternatives: int
    replications: int
    decided: bool


def select_best(
    alternatives: Sequence[Key], draw: Draw[Key], *, first: int, most: int, delta: float, alpha: float
) -> Selection[Key]:
    """The alternative with the highest mean. ``first`` and ``most``: replications of the first stage, and the cap.

    Raises ValueError of no alternative, or where ``first`` is less than 2 or ``delta`` not above 0.
    """
    if not alternatives:
        raise ValueError("nothing to select from")
    if first < 2 or delta <= 0 or not 0 < alpha < 1:
        raise ValueError("two replications to begin with, delta above 0 and alpha from 0 to 1 are needed")
    count = len(alternatives)
    if count == 1:
        draw({alternatives[0]: first})
        return Selection(alternatives[0], (alternatives[0],), 1, first, True)
    values = draw(dict.fromkeys(alternatives, first))
    scale = _h2(count, first, alpha)
    spread = {
        pair: describe([a - b for a, b in zip(values[pair[0]][:first], values[pair[1]][:first], strict=True)]).sd or 0.0
        for pair in combinations(alternatives, 2)
    }
    left, r = list(alternatives), first
    while True:
        left = _kept(left, values, spread, scale, delta, r)
        enough = max((scale * (spread[pair] / delta) ** 2 for pair in combinations(left, 2)), default=0.0)
        if len(left) == 1 or r >= enough or r >= most:
            break
        r += 1
        values = draw(dict.fromkeys(left, r))
    best = sorted(left, key=lambda key: -math.fsum(values[key][:r]) / r)
    return Selection(best[0], tuple(best), count, r, len(left) == 1 or r >= enough)


def _h2(count: int, first: int, alpha: float) -> float:
    """h squared with c = 1 (Kim and Nelson, section 3)."""
    eta: float = 0.5 * ((2 * alpha / (count - 1)) ** (-2 / (first - 1)) - 1)
    return 2 * max(eta, 0.0) * (first - 1)


def _kept(
    left: Sequence[Key],
    values: Mapping[Key, Sequence[float]],
    spread: Mapping[tuple[Key, Key], float],
    scale: float,
    delta: float,
    r: int,
) -> list[Key]:
    """Those that no other one beats by more than what chance may still do."""
    means = {key: math.fsum(values[key][:r]) / r for key in left}
    beaten = set()
    for a, b in combinations(left, 2):
        slack = max(0.0, delta / (2 * r) * (scale * (spread[a, b] / delta) ** 2 - r))
        if means[a] < means[b] - slack:
            beaten.add(a)
        elif means[b] < means[a] - slack:
            beaten.add(b)
    return [key for key in left if key not in beaten]
