"""Lines by themselves for tests of capacity: made as a scenario makes them, saturated or with so many trains a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from corridorsim.analysis.capacity import pairs, reduce_line
from corridorsim.engine import LineTrial, TrainKind, try_line
from corridorsim.model.tracklaying import as_on

from ..engine.lines import Tree, blueprint_of
from ..engine.loops import line, trains

FREIGHT = (TrainKind("freight", 1.0, 800.0),)


def trial(
    km: float,
    loops: Tree,
    /,
    *,
    days: int = 20,
    kinds: tuple[TrainKind, ...] = FREIGHT,
    spread: float = 0.05,
    rules: Tree | None = None,
    **changes: object,
) -> LineTrial:
    """A saturated line of loops (id -> (chainage, tracks[, usable length])) at 50 km/h; ``changes`` of its segment."""
    tree = line(km, loops, **changes) | {"flows": trains(1, 1)}
    tree["single_track"] |= rules or {}
    blueprint = blueprint_of(tree)
    assert blueprint.single_track is not None
    plan = as_on(blueprint.segments[0], 0)
    return LineTrial((plan,), (True,), blueprint.single_track, kinds, 0.0, days, 3, spread)


def run(made: LineTrial, trains_a_day: float = 0.0, replication: int = 0) -> dict[str, Any]:
    """What one run gives; 0 trains saturate the line."""
    asked = replace(made, trains_per_day=trains_a_day)
    return reduce_line(asked, try_line(asked, seed=1, replication=replication))


def carried(made: LineTrial) -> float:
    """Pairs a day when saturated."""
    return pairs(run(made))


def delay(made: LineTrial, trains_a_day: float, replications: int = 3) -> float:
    """Mean hours of delay of some replications."""
    runs = [run(made, trains_a_day, number)["mean_delay_h"] for number in range(replications)]
    return float(sum(runs) / len(runs))
