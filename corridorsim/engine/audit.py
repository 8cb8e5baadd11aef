"""The books at the end of a run: nothing was created and nothing was lost."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from .cargo import alive

if TYPE_CHECKING:
    from .world import World


class BooksDoNotBalance(AssertionError):
    """Cargo, wagons or locomotives were created or lost: a fault of the engine, never of a scenario."""


def audit(world: World) -> None:
    """Compare what exists with what should. Raises ``BooksDoNotBalance`` with every difference."""
    faults = _faults(world)
    if faults:
        gc.collect()  # what only a finished story still holds does not exist any more
        faults = _faults(world)
    if faults:
        raise BooksDoNotBalance("; ".join(faults))


def _faults(world: World) -> list[str]:
    return [*_cargo(world), *_wagons(world), *_locomotives(world)]


def _cargo(world: World) -> list[str]:
    tables = world.kernel.ledger.tables
    accepted: dict[int, float] = {}
    delivered: dict[int, float] = {}
    for flow, tonnes, taken in tables["lots"].rows("flow", "tonnes", "accepted"):
        accepted[int(flow)] = accepted.get(int(flow), 0.0) + tonnes * taken
    for flow, tonnes in tables["deliveries"].rows("flow", "tonnes"):
        delivered[int(flow)] = delivered.get(int(flow), 0.0) + tonnes
    on_the_way: dict[int, int] = {}
    for part in alive(world.parts):
        if part.lot is not None:
            on_the_way[part.flow] = on_the_way.get(part.flow, 0) + part.units
    faults = []
    for flow_ in world.flows.values():
        there = on_the_way.get(flow_.number, 0)
        if there != flow_.in_transit:
            faults.append(f"{flow_.plan.id}: {flow_.in_transit} units under way, but {there} exist")
        tonnes = accepted.get(flow_.number, 0.0) - delivered.get(flow_.number, 0.0)
        if abs(tonnes - there * flow_.journey.t_per_unit) > 1e-6 * max(1.0, abs(tonnes)):
            faults.append(f"{flow_.plan.id}: accepted less delivered is {tonnes:g} t, {there} units exist")
    return faults


def _wagons(world: World) -> list[str]:
    away: dict[str, int] = {}
    for part in alive(world.parts):
        if part.pool:
            away[part.pool] = away.get(part.pool, 0) + part.wagons
    return [
        f"wagons of {pool.id}: {sum(pool.stock.values())} at home and {away.get(pool.id, 0)} away are not {pool.fleet}"
        for pool in world.wagons.values()
        if not pool.unlimited and sum(pool.stock.values()) + away.get(pool.id, 0) != pool.fleet
    ]


def _locomotives(world: World) -> list[str]:
    faults = []
    for pool in world.pools.values():
        idle = [unit.id for units in pool.idle.values() for unit in units]
        if len(set(idle)) != len(idle):
            faults.append(f"{pool.id}: a unit stands idle twice")
        busy, in_service = pool.meter.busy, pool.meter.in_service
        if len(idle) + busy != in_service:
            faults.append(f"{pool.id}: {len(idle)} idle and {busy:g} at work are not {in_service:g} in service")
    return faults
