"""Wagon pools: where their wagons are at home, and the way back of empties.

Wagons are at home where they are loaded, and when emptied go back there. Since empties of a pool are reloaded wherever
its cargo is, every station where they are emptied needs a way to every home: by rail in the wagons' gauge, else by rail
to a rail ferry that the pool's cargo takes, and by rail from it.
"""

from __future__ import annotations

import math
from collections import deque
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
        for (station, home), stages in _Returns(timeline, network, ways, pool).all().items():
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


class _Returns:
    """The ways home of a pool's wagons: from where they may be emptied to where they may be at home.

    A wagon is emptied where cargo that is loaded at its home goes; where it stands empty on its way back, cargo that
    loads there may take it elsewhere; and so on. Only pairs that come about so have a way, since all stations times all
    homes of a large network would be more than its trains.
    """

    def __init__(self, timeline: Timeline, network: Network, ways: list[Way], pool: str) -> None:
        self._timeline, self._network, self._pool = timeline, network, pool
        self._gauge = timeline.scenario.wagons[pool].gauge_mm
        self._runs: dict[str, dict[str, None]] = {}  #: loaded at -> emptied at
        self._first: dict[str, Way] = {}  #: emptied at -> the first way that does so
        ferries: dict[_Ferry, None] = {}
        for way in ways:
            for stretch in _stretches(timeline, way, pool):
                self._runs.setdefault(stretch.home, {})[stretch.emptied] = None
                self._first.setdefault(stretch.emptied, way)
                for stage in stretch.stages:
                    if isinstance(stage, SeaStage):
                        ferries[stage.link, stage.to_terminal, stage.from_terminal] = None
                        ferries[stage.link, stage.from_terminal, stage.to_terminal] = None
        #: with the stations of its two ports
        self._ferries: list[tuple[_Ferry, str, str]] = []
        for link, one, other in ferries:
            quay, far_quay = (_station(timeline, port_of(terminal)) for terminal in (one, other))
            self._ferries.append(((link, one, other), quay, far_quay))

    def all(self) -> dict[tuple[str, str], tuple[Stage, ...]]:
        """(emptied at, home) -> the way back. Notes pairs without one."""
        found: dict[tuple[str, str], tuple[Stage, ...]] = {}
        loaded = {(home, home): None for home in self._runs}
        todo = deque(loaded)
        seen: set[tuple[str, str]] = set()
        while todo:
            station, home = todo.popleft()
            for emptied in self._runs[station]:
                if (emptied, home) in seen:
                    continue
                seen.add((emptied, home))
                stands = {emptied}
                if emptied != home:
                    stages = self._way_back(emptied, home)
                    if stages is not None:
                        found[emptied, home] = stages
                        stands |= self._stands(stages)
                for place in sorted(stands):
                    if place in self._runs and (place, home) not in loaded:
                        loaded[place, home] = None
                        todo.append((place, home))
        return found

    def _stands(self, stages: tuple[Stage, ...]) -> set[str]:
        """Stations in whose yards empties may stand on their way."""
        found: set[str] = set()
        for stage in stages:
            if isinstance(stage, RailStage):
                found |= {stage.origin, stage.destination} | self._network.may_re_form(stage.route)
        return found

    def _way_back(self, station: str, home: str) -> tuple[Stage, ...] | None:
        """Rail all the way, else by the ferry with the least rail before and after it; None if there is none."""
        option = self._first[station].flow.route_option
        if self._rail_m(station, home) < math.inf:
            return self._rail(option, station, home)
        best_m, best = math.inf, None
        for ferry, quay, far_quay in self._ferries:
            length_m = self._rail_m(station, quay)
            if length_m < best_m and (length_m := length_m + self._rail_m(far_quay, home)) < best_m:
                best_m, best = length_m, (ferry, quay, far_quay)
        if best is None:
            self._timeline.problems.add(
                f"flows.{self._first[station].flow_id}.wagon_pools",
                f"wagons of '{self._pool}' emptied at '{station}' have no way back to '{home}'",
                "use a pool of its own for cargo that cannot share empties, or add a rail ferry",
            )
            return None
        (link, one, other), quay, far_quay = best
        sea = SeaStage(link, one, other, keeps_wagons=True, unload_train=False)
        return (*self._rail(option, station, quay), sea, *self._rail(option, far_quay, home))

    def _by_gauge(self, origin: str, destination: str) -> tuple[str, float]:
        """The first gauge of the wagons in which there is a way by rail, and its length; inf where there is none."""
        for gauge in GAUGES if self._gauge == "both" else (self._gauge,):
            length_m = self._network.length_m(origin, destination, gauge)
            if length_m < math.inf:
                return gauge, length_m
        return "", math.inf

    def _rail_m(self, origin: str, destination: str) -> float:
        return 0.0 if origin == destination else self._by_gauge(origin, destination)[1]

    def _rail(self, option: str, origin: str, destination: str) -> tuple[RailStage, ...]:
        """One stage by rail in a gauge of the wagons, none where nothing is to be run."""
        if origin == destination:
            return ()
        gauge, _ = self._by_gauge(origin, destination)
        route = self._network.route(origin, destination, option, gauge)
        assert route is not None
        return (
            RailStage(route, origin, destination, self._pool, takes_wagons=False, drops_wagons=False, gauge_mm=gauge),
        )
