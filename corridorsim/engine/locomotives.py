"""Locomotives: pools by territory, units that stand somewhere, servicing, maintenance, failures, a finite workshop.

A train asks its territory's pool for units at a node. Units that stand there serve it at once; others come light,
and use the line. A freed unit goes to the train with the least (hours of its light run x ``light_hour_weight`` -
hours that the train has waited): near ones first, but nobody is forgotten; a train that stands on the line with a
failed unit before all others. Only one train at a time may hold part of what it needs, so two never wait for each
other's units.

The tables' availability is planned *and* unplanned absence: failures are drawn by distance and taken out of it, the
rest is maintenance, ``maintenance_cycle_s`` apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from corridorsim.ledger import OPEN
from corridorsim.model import Assumptions, Blueprint, LocomotiveClass, LocomotiveUnit, Steps
from corridorsim.model import Territory as TerritoryPlan

from .kernel import Actor, Kernel, Meter, Token
from .kernel import Steps as ActorSteps
from .routing import Lines
from .streams import Stream, Streams

#: seconds by which a train on the line is ahead of those in yards
_FIRST = 1 << 40


@dataclass(slots=True, eq=False)
class Unit:
    """One locomotive."""

    id: str
    kind: LocomotiveClass
    node: str
    until_s: int
    stream: Stream
    number: int
    national: bool = False
    m_to_failure: float = 0.0
    m_since_service: float = 0.0
    m_since_fuel: float = 0.0
    maintenance_due_s: int = 0
    idle_since_s: int = 0


@dataclass(slots=True, eq=False)
class Request:
    """A train that needs units at a node."""

    actor: Actor
    node: str
    gross_t: float
    since_s: int
    units: list[Unit] = field(default_factory=list)
    on_the_way: int = 0
    wakes: bool = False
    missing_t: float = 0.0  #: trailing mass for which units are still to be found

    def __post_init__(self) -> None:
        self.missing_t = self.gross_t

    def couple(self, unit: Unit) -> None:
        """One unit more."""
        self.units.append(unit)
        self.missing_t -= unit.kind.trailing_limit_t

    @property
    def covered(self) -> bool:
        """Whether the units can haul the train."""
        return self.missing_t <= 0 and bool(self.units)

    @property
    def ready(self) -> bool:
        """Whether they all stand at the train."""
        return not self.on_the_way and self.missing_t <= 0 and bool(self.units)


class Workshop:
    """Bays where failed units are repaired."""

    def __init__(self, id: str, bays: int, kernel: Kernel) -> None:
        self.id = id
        self.bays = Token(bays or 1_000_000)
        self.meter = Meter(kernel, bays)


class Pool:
    """The locomotives of one territory."""

    def __init__(
        self,
        plan: TerritoryPlan,
        classes: dict[str, LocomotiveClass],
        workshop: Workshop,
        assumptions: Assumptions,
        kernel: Kernel,
        streams: Streams,
        run_light: Callable[[Pool, Unit, str, Callable[[], None]], None],
        distance_m: Callable[[Lines, str, str], float],
        own_lines: Lines,
        all_lines: Lines,
    ) -> None:
        self.plan = plan
        self.id = plan.id
        self.unlimited = plan.unlimited
        self.number = kernel.ledger.number(plan.id)
        self.ceiling: Steps = plan.national_ceiling
        self.meter = Meter(kernel)
        self.units: dict[str, Unit] = {}
        self.idle: dict[str, list[Unit]] = {}
        self.line: dict[str, list[Request]] = {}  #: by node, in the order in which they came
        self._collecting: Request | None = None  #: the one train that may hold part of what it needs
        self._classes = classes
        self._workshop = workshop
        self._assumptions = assumptions
        self._kernel = kernel
        self._streams = streams
        self._run_light = run_light
        self._distance_m = distance_m
        self._own_lines = own_lines
        self._all_lines = all_lines
        self._known_m: dict[tuple[str, str], float] = {}
        self._drawn = 0
        self._national_names = 0
        self._away = kernel.ledger.number("maintenance")
        self._servicing = kernel.ledger.number("servicing")
        self._repair = kernel.ledger.number("repair")
        for unit in plan.units:
            kernel.later(max(0, unit.since_s), lambda unit=unit: self._arrive(unit))  # type: ignore[misc]

    # --- what trains call ---------------------------------------------------------------------------------------------

    def request(self, actor: Actor, node: str, gross_t: float, *, stranded: bool = False) -> Request:
        """Ask for units; when it is not ``ready`` the caller stands until woken. A ``stranded`` train goes first."""
        request = Request(actor, node, gross_t, -_FIRST if stranded else self._kernel.now)
        local = self.idle.get(node)
        if local and local[0].kind.trailing_limit_t >= gross_t:
            self._take(request, local[0])
            return request
        self._take_nearest(request)
        if not request.ready:
            request.wakes = True
        if not request.covered:
            if request.units:
                self._collecting = request
            waiting = self.line.setdefault(node, [])
            waiting.insert(0 if stranded else len(waiting), request)
            self._call_national(request)
        return request

    def release(self, units: list[Unit], node: str, distance_m: float) -> None:
        """A train leaves its units at a node after hauling ``distance_m`` metres."""
        self.meter.change(busy=-len(units))
        for unit in units:
            unit.node = node
            unit.m_to_failure -= distance_m
            unit.m_since_service += distance_m
            self._rest(unit)

    def fail(self, unit: Unit, node: str) -> None:
        """A unit failed on the road: it goes to the workshop, and comes back to ``node``."""
        self.meter.change(busy=-1, in_service=-1)
        unit.node = node
        self._kernel.spawn(f"repair of {unit.id}", lambda actor: self._in_workshop(actor, unit))

    # --- what units do ------------------------------------------------------------------------------------------------

    def _arrive(self, plan: LocomotiveUnit) -> None:
        self.meter.change(in_service=1)
        unit = self._new_unit(plan.id, plan.class_id, plan.home, plan.until_s)
        self._kernel.later(max(1, plan.until_s - self._kernel.now), lambda: self._retire(unit))
        self._free(unit)

    def _retire(self, unit: Unit) -> None:
        """Take an idle unit off the fleet; one at work leaves when it next rests."""
        if unit in self.idle.get(unit.node, ()):
            self.idle[unit.node].remove(unit)
            self._leave(unit)

    def _new_unit(self, id: str, class_id: str, node: str, until_s: int, *, national: bool = False) -> Unit:
        kind = self._classes[class_id]
        stream = self._streams.of("locomotive", id)
        unit = Unit(id, kind, node, until_s, stream, self._kernel.ledger.number(id), national)
        unit.m_to_failure = stream.exponential(kind.mtbf_m) if kind.mtbf_m > 0 else float("inf")
        unit.maintenance_due_s = self._kernel.now + round(self._assumptions.maintenance_cycle_s * stream.uniform())
        self.units[id] = unit
        return unit

    def _rest(self, unit: Unit) -> None:
        """After a run: leave the fleet, go to maintenance or servicing, or stand idle."""
        now = self._kernel.now
        kind = unit.kind
        cycle = self._assumptions.maintenance_cycle_s
        if now >= unit.until_s or (unit.national and self._drawn > self.ceiling.at(now)):
            self._leave(unit)
        elif cycle and kind.planned_absence_share > 0 and now >= unit.maintenance_due_s:
            unit.maintenance_due_s = now + cycle
            unit.m_since_service = unit.m_since_fuel = 0.0
            self._away_for(unit, round(cycle * kind.planned_absence_share), self._away)
        elif unit.m_since_service >= self._assumptions.service_interval_m and kind.service_s:
            unit.m_since_service = unit.m_since_fuel = 0.0
            self._away_for(unit, kind.service_s, self._servicing)
        else:
            self._free(unit)

    def _away_for(self, unit: Unit, seconds: int, state: int) -> None:
        now = self._kernel.now
        self._kernel.ledger.tables["states"].add(unit.number, state, now, now + seconds)
        self.meter.change(in_service=-1)
        self._kernel.later(seconds, lambda: self._return(unit))

    def _return(self, unit: Unit) -> None:
        self.meter.change(in_service=1)
        self._free(unit)

    def _leave(self, unit: Unit) -> None:
        del self.units[unit.id]
        self.meter.change(in_service=-1)
        if unit.national:
            self._drawn -= 1

    def _in_workshop(self, actor: Actor, unit: Unit) -> ActorSteps:
        kernel, workshop = self._kernel, self._workshop
        states = kernel.ledger.tables["states"]
        row = states.add(unit.number, self._repair, kernel.now, OPEN)
        if not workshop.bays.take(actor):
            yield None
        workshop.meter.change(busy=1)
        yield max(1, round(unit.stream.exponential(unit.kind.repair_mean_s)))
        workshop.meter.change(busy=-1)
        workshop.bays.release(actor)
        states.put(row, "end_s", kernel.now)
        unit.m_to_failure = unit.stream.exponential(unit.kind.mtbf_m)
        self._return(unit)

    # --- who gets which unit ------------------------------------------------------------------------------------------

    def _free(self, unit: Unit) -> None:
        """A unit stands idle: serve by the rules at the head of this file."""
        if self._kernel.now >= unit.until_s:
            self._leave(unit)
            return
        self.idle.setdefault(unit.node, []).append(unit)
        unit.idle_since_s = self._kernel.now
        if unit.national:
            self._kernel.later(self._assumptions.on_demand_keep_s, lambda: self._return_national(unit))
        request = self._most_urgent(unit)
        if request is not None:
            self._take(request, unit)
            if request.covered:
                self.line[request.node].remove(request)
                if request is self._collecting:
                    self._collecting = None
                if request.ready:
                    request.actor.wake()
            else:
                self._collecting = request

    def _return_national(self, unit: Unit) -> None:
        """A drawn unit that has stood idle long enough goes back to the rest of the network."""
        if self._kernel.now - unit.idle_since_s >= self._assumptions.on_demand_keep_s:
            self._retire(unit)

    def _most_urgent(self, unit: Unit) -> Request | None:
        """Of the trains that this unit may serve, the one with the least (light run - time waited)."""
        best: Request | None = None
        best_s = inf
        weight = self._assumptions.light_hour_weight / self._assumptions.light_speed_ms
        here, pulls_t = unit.node, unit.kind.trailing_limit_t
        collecting = self._collecting
        for node, requests in self.line.items():
            for request in requests:
                if collecting is None or request.missing_t <= pulls_t or collecting is request:
                    urgency_s = self._metres(here, node) * weight + request.since_s
                    if urgency_s < best_s:
                        best, best_s = request, urgency_s
                    break  # those behind it at the same node have waited less
        return best

    def lines(self, origin: str, destination: str) -> Lines:
        """Lines for a light run: the pool's own, or, where the current has changed under an electric, any (hauled)."""
        own = self._distance_m(self._own_lines, origin, destination) < inf
        return self._own_lines if own else self._all_lines

    def refresh(self) -> None:
        """Lines opened, closed or changed their current."""
        self._known_m.clear()

    def _metres(self, origin: str, destination: str) -> float:
        metres = self._known_m.get((origin, destination))
        if metres is None:
            lines = self.lines(origin, destination)
            metres = 0.0 if origin == destination else self._distance_m(lines, origin, destination)
            self._known_m[origin, destination] = metres
        return metres

    def _take_nearest(self, request: Request) -> None:
        """Idle units from near to far: all that the train needs, or what there is if nobody else collects."""
        near = sorted([(self._metres(node, request.node), node) for node, units in self.idle.items() if units])
        if self._collecting is not None:
            found_t = sum(u.kind.trailing_limit_t for metres, node in near if metres < inf for u in self.idle[node])
            if found_t < request.gross_t:
                return
        for metres, node in near:
            while self.idle[node] and not request.covered and metres < inf:
                self._take(request, self.idle[node][0])

    def _take(self, request: Request, unit: Unit) -> None:
        """Couple an idle unit to a train; from elsewhere it comes light."""
        self.idle[unit.node].remove(unit)
        request.couple(unit)
        self.meter.change(busy=1)
        if unit.node != request.node:
            request.on_the_way += 1
            self._run_light(self, unit, request.node, lambda: self._came(request))

    def _came(self, request: Request) -> None:
        request.on_the_way -= 1
        if request.ready:
            request.actor.wake()

    # --- the national fleet -------------------------------------------------------------------------------------------

    def _call_national(self, request: Request) -> None:
        if self._drawn >= self.ceiling.at(self._kernel.now) or not self.plan.national_class:
            return
        missing = request.missing_t
        while missing > 0 and self._drawn + 1 <= self.ceiling.at(self._kernel.now):
            self._drawn += 1
            missing -= self._classes[self.plan.national_class].trailing_limit_t
            self._kernel.later(self._assumptions.on_demand_call_s, lambda: self._draw(request.node))

    def _draw(self, node: str) -> None:
        self._national_names += 1
        self.meter.change(in_service=1)
        name = f"{self.id}-national-{self._national_names}"
        self._free(self._new_unit(name, self.plan.national_class, node, 1 << 60, national=True))


def _lines(plan: TerritoryPlan, territories: tuple[TerritoryPlan, ...]) -> tuple[Lines, Lines]:
    """(lines on which the pool's engines run, all lines of their operator).

    Diesels may run under wire, electrics only on their own current.
    """
    all_lines = tuple(t.id for t in territories if t.operator == plan.operator)
    return (all_lines if plan.traction == "diesel" else (plan.id,)), all_lines


def make_pools(
    blueprint: Blueprint,
    kernel: Kernel,
    streams: Streams,
    run_light: Callable[[Pool, Unit, str, Callable[[], None]], None],
    distance_m: Callable[[Lines, str, str], float],
) -> tuple[dict[str, Pool], dict[str, Workshop]]:
    """All pools and workshops of a blueprint, by id."""
    classes = {kind.id: kind for kind in blueprint.locomotive_classes}
    workshops = {name: Workshop(name, bays, kernel) for name, bays in blueprint.workshops}
    field_workshop = Workshop("", 0, kernel)
    pools = {
        plan.id: Pool(
            plan, classes, workshops.get(plan.workshop, field_workshop), blueprint.assumptions, kernel, streams,
            run_light, distance_m, *_lines(plan, blueprint.territories),
        )
        for plan in blueprint.territories
    }  # fmt: skip
    return pools, workshops
