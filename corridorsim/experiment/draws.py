"""Levels of the uncertain groups, replication by replication.

Drawn by keyed streams, so that a level belongs to (seed, replication, group) and to nothing else: it is the same in
every scenario, and a new group moves no other. Where a scenario has kept draws (those under which the model agrees with
what was observed), replications take them in turn instead, and again from the first when there are no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..engine.streams import Streams
from ..scenario import Loaded

PURPOSE = "uncertain group"


def levels(seed: int, replication: int, groups: Iterable[str]) -> dict[str, float]:
    """A level, uniform between 0 and 1, for each group."""
    streams = Streams(seed, replication)
    return {group: streams.of(PURPOSE, group).uniform() for group in groups}


def kept(loaded: Loaded) -> tuple[dict[str, float], ...]:
    """The kept draws of a scenario in their order, each with a level for every group; none where it has none."""
    draws = loaded.scenario.kept_draws.values()
    return tuple({group: level.value for group, level in draw.items()} for draw in draws)


def levels_of(loaded: Loaded, seed: int, replication: int) -> dict[str, float]:
    """The levels of a replication: a kept draw in turn if there are any (whatever the seed), else drawn."""
    draws = kept(loaded)
    if draws:
        return draws[replication % len(draws)]
    return levels(seed, replication, loaded.scenario.uncertain_groups)
