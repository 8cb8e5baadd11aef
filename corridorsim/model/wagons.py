"""Wagon pools: where their wagons are at home, and the way back of empties.

Wagons are at home where they are loaded, and when emptied go back there. Since empties of a pool are reloaded wherever
its cargo is, every station where they are emptied needs a way to every home: by rail in the wagons' gauge, else by rail
to a rail ferry that the pool's cargo takes, and by rail from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from .blueprint import Journey, RailStage, SeaStage, Stage, Steps, WagonPool
from .dated import Timeline, combine
from .demand import annual_units
from .journeys import Way
from .network import GAUGES, Network
from .terminals import port_of

#: for splitting a pool over its homes: kilometres a day of a wagon on the move, days for a ferry crossing with its
#: waiting, days to load and unload (estimates; only the proportions count)
_KM_PER_DAY, _CROSSING_DAYS, _HANDLING_DAYS = 300.0, 5.0, 4.0


def build_pools(timeline: Timeline, network: Network, ways: list[Way]) -> tuple[WagonPool, ...]:
    """Pools with their wagons split over the homes by need: wagons loaded a year x days of their turn, in whole wagons
    (largest remainders first). A pool that no flow uses has no home."""
    pools = []
    for name, row in timeline.scenario.wagons.items():
        need = _need(timeline, network, ways, name)
        number = timeline.steps(f"wagons.{name}.corridor_units", row.corridor_units)
        split = [_split(value, list(need.values())) for value in number.values]
        homes = tuple(
            (station, combine(lambda value: value, Steps(number.times_s, tuple(float(share[k]) for share in split))))
            for k, station in enumerate(need)
        )
        full = round(row.wagons_per_train.value) if row.wagons_per_train else 0
        pools.append(WagonPool(name, row.gauge_mm, row.tare_t.value, full, homes, unlimited=False))
    return tuple(pools)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Stages on the same wagons: loaded at ``home``, emptied at ``emptied``."""

    home: str
    emptied: str
    stages: tuple[Stage, ...]


def _stretches(timeline: Timeline, way: Way, pool: str) -> Iterator[_Stretch]:
    """The stretches of a flow on wagons of a pool.

    Cargo that leaves its last ferry at its destination empties its wagons at the port's station (or in the port, where
    it has none).
    """
    stages = way.journey.stages
    first, home, mine = 0, "", False
    for number, stage in enumerate(stages):
        last = number == len(stages) - 1
        if isinstance(stage, RailStage):
            if stage.takes_wagons:
                first, home, mine = number, stage.origin, stage.pool == pool
            if mine and stage.drops_wagons:
                yield _Stretch(home, stage.destination, stages[first : number + 1])
                mine = False
        elif mine and last and isinstance(stage, SeaStage):
            port = port_of(stage.to_terminal)
            yield _Stretch(home, _station(timeline, port), stages[first:])


def _station(timeline: Timeline, port: str) -> str:
    return timeline.scenario.nodes[port].linked_node_id or port


def _need(timeline: Timeline, network: Network, ways: list[Way], pool: str) -> dict[str, float]:
    """home -> wagon-days a year"""
    need: dict[str, float] = {}
    for way in ways:
        for stretch in _stretches(timeline, way, pool):
            rails = [stage for stage in stretch.stages if isinstance(stage, RailStage)]
            rail_m = sum(network.length_m(stage.origin, stage.destination, stage.gauge_mm) for stage in rails)
            crossings = len(stretch.stages) - len(rails)
            turn = 2 * (rail_m / 1000 / _KM_PER_DAY + crossings * _CROSSING_DAYS) + _HANDLING_DAYS
            loaded = annual_units(way.flow) * way.journey.wagons_per_unit
            need[stretch.home] = need.get(stretch.home, 0.0) + loaded * turn
    return need


def _split(number: float, weights: list[float]) -> list[int]:
    """Whole parts of a number in proportion to weights (evenly where all are 0), largest remainders first."""
    if not weights:
        return []
    if sum(weights) <= 0:
        weights = [1.0] * len(weights)
    total = round(number)
    exact = [total * weight / math.fsum(weights) for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda k: (parts[k] - exact[k], k))
    for k in order[: total - sum(parts)]:
        parts[k] += 1
    return parts


# --- the way back -----------------------------------------------------------------------------------------------------


def build_returns(
    timeline: Timeline, network: Network, ways: list[Way], first_number: int
) -> tuple[list[Journey], tuple[tuple[tuple[str, str, str], int], ...]]:
    """Journeys of empties, numbered from ``first_number``, and (pool, emptied at, home) -> number."""
    journeys: list[Journey] = []
    index: list[tuple[tuple[str, str, str], int]] = []
    for pool, row in timeline.scenario.wagons.items():
        homes: dict[str, None] = {}
        emptied: dict[str, Way] = {}
        ferries: dict[_Ferry, None] = {}
        for way in ways:
            for stretch in _stretches(timeline, way, pool):
                homes[stretch.home] = None
                emptied.setdefault(stretch.emptied, way)
                for stage in stretch.stages:
                    if isinstance(stage, SeaStage):
                        ferries[stage.link, stage.to_terminal, stage.from_terminal] = None
                        ferries[stage.link, stage.from_terminal, stage.to_terminal] = None
        for station, way in emptied.items():
            for home in homes:
                if station == home:
                    continue
                stages = _way_back(timeline, network, pool, way.flow.route_option, station, home, list(ferries))
                if stages is None:
                    timeline.problems.add(
                        f"flows.{way.flow_id}.wagon_pools",
                        f"wagons of '{pool}' emptied at '{station}' have no way back to '{home}'",
                        "use a pool of its own for cargo that cannot share empties, or add a rail ferry",
                    )
                    continue
                index.append(((pool, station, home), first_number + len(journeys)))
                journeys.append(
                    Journey(
                        id=f"empty.{pool}.{station}.{home}",
                        stages=stages,
                        unit="wagon",
                        t_per_unit=0.0,
                        wagons_per_unit=1.0,
                        tare_per_unit_t=row.tare_t.value,
                        teu_per_unit=0.0,
                        gates=(),
                        express=False,
                        empty=True,
                        full_train_units=row.wagons_per_train.value if row.wagons_per_train else 0.0,
                    )
                )
    return journeys, tuple(index)


_Ferry = tuple[str, str, str]  # link, from terminal, to terminal


def _way_back(
    timeline: Timeline, network: Network, pool: str, option: str, station: str, home: str, ferries: list[_Ferry]
) -> tuple[Stage, ...] | None:
    """Rail all the way, else by the ferry with the least rail before and after it; None if there is none."""
    gauge = timeline.scenario.wagons[pool].gauge_mm
    direct = _rail(network, pool, gauge, option, station, home)
    if direct is not None:
        return direct
    ways: list[tuple[float, tuple[Stage, ...]]] = []
    for link, one, other in ferries:
        quay, far_quay = (_station(timeline, port_of(terminal)) for terminal in (one, other))
        before = _rail(network, pool, gauge, option, station, quay)
        after = _rail(network, pool, gauge, option, far_quay, home)
        if before is not None and after is not None:
            sea = SeaStage(link, one, other, keeps_wagons=True, unload_train=False)
            length = sum(network.length_m(s.origin, s.destination, s.gauge_mm) for s in (*before, *after))
            ways.append((length, (*before, sea, *after)))
    return min(ways, key=lambda way: way[0])[1] if ways else None


def _rail(
    network: Network, pool: str, gauge: str, option: str, origin: str, destination: str
) -> tuple[RailStage, ...] | None:
    """One stage by rail in a gauge of the wagons, none where nothing is to be run, None where there is no way."""
    if origin == destination:
        return ()
    for way in GAUGES if gauge == "both" else (gauge,):
        route = network.route(origin, destination, option, way)
        if route is not None:
            return (RailStage(route, origin, destination, pool, takes_wagons=False, drops_wagons=False, gauge_mm=way),)
    return None
