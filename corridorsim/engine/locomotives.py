"""Locomotives: pools by territory, units that stand somewhere, servicing, maintenance, failures, a finite workshop.

A train asks its territory's pool for units at a node. Units that stand there serve it at once; others come light,
and use the line. Which unit a train gets, and which train a freed unit, is the dispatch policy's to say (see
``policies``). Whatever it says, only one train at a time may hold part of what it needs, so two never wait for each
other's units.

The tables' availability is planned *and* unplanned absence: failures are drawn by distance and taken out of it, the
rest is maintenance, ``maintenance_cycle_s`` apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING

from corridorsim.ledger import OPEN, SPELL_STATES
from corridorsim.model import Assumptions, Blueprint, Journey, LocomotiveClass, LocomotiveUnit, Steps
from corridorsim.model import Territory as TerritoryPlan

from .kernel import Actor, Kernel, Meter, Queue, Token
from .kernel import Steps as ActorSteps
from .policies import LESS, Dispatch, dispatch_policy, is_own
from .routing import Lines, Router
from .streams import Stream, Streams

if TYPE_CHECKING:
    from .trains import Train

#: seconds by which a train on the line is ahead of those in yards
_FIRST = 1 << 40
#: after which a policy is asked again that let trains wait though units stand idle
_ASKED_AGAIN_S = 3600
_IN_FLEET, _COUPLED = (SPELL_STATES.index(state) for state in ("in_fleet", "coupled"))


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
    fleet_row: int = OPEN  #: of its open spells, where they are written
    coupled_row: int = OPEN


@dataclass(slots=True, eq=False)
class Request:
    """A train that needs units at a node."""

    actor: Train
    node: str
    gross_t: float
    since_s: int  #: when it asked; of one that stands on the line with a failed unit, long before all others
    units: list[Unit] = field(default_factory=list)
    on_the_way: int = 0
    missing_t: float = 0.0  #: trailing mass for which units are still to be found

    def __post_init__(self) -> None:
        self.missing_t = self.gross_t

    def couple(self, unit: Unit) -> None:
        """One unit more."""
        self.units.append(unit)
        self.missing_t -= unit.kind.trailing_limit_t

    @property
    def stranded(self) -> bool:
        """Whether it stands on the line with a failed unit."""
        return self.since_s < 0

    @property
    def journeys(self) -> tuple[Journey, ...]:
        """Of its cargo, or of its empty wagons."""
        return tuple(part.journey for part in self.actor.parts)

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
        self.queue = Queue(kernel)  #: failed units


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
        router: Router,
        own_lines: Lines,
        all_lines: Lines,
        dispatch: Dispatch,
        *,
        asks_again: bool,
    ) -> None:
        self.plan = plan
        self.id = plan.id
        self.unlimited = plan.unlimited
        self.number = kernel.ledger.number(plan.id)
        self.ceiling: Steps = plan.national_ceiling
        self.meter = Meter(kernel)
        self.queue = Queue(kernel)  #: trains
        self.units: dict[str, Unit] = {}
        self.idle: dict[str, list[Unit]] = {}
        self.line: dict[str, list[Request]] = {}  #: by node, in the order in which they came
        self.collecting: Request | None = None  #: the one train that may hold part of what it needs
        self.assumptions = assumptions
        self._dispatch = dispatch
        self._asks_again = asks_again
        self._will_ask = False
        self._classes = classes
        self._workshop = workshop
        self._kernel = kernel
        self._streams = streams
        self._run_light = run_light
        self._router = router
        self._distance_m = router.light_m
        self._own_lines = own_lines
        self._all_lines = all_lines
        self._known_m: dict[tuple[str, str], float] = {}
        self._drawn = 0
        self._national_names = 0
        self._away = kernel.ledger.number("maintenance")
        self._servicing = kernel.ledger.number("servicing")
        self._repair = kernel.ledger.number("repair")
        self._spells = kernel.ledger.spells
        for unit in plan.units:
            kernel.later(max(0, unit.since_s), lambda unit=unit: self._arrive(unit))  # type: ignore[misc]

    # --- what trains call ---------------------------------------------------------------------------------------------

    def request(self, actor: Train, node: str, gross_t: float, *, stranded: bool = False) -> Request:
        """Ask for units; when it is not ``ready`` the caller stands until woken. A ``stranded`` train goes first."""
        request = Request(actor, node, gross_t, -_FIRST if stranded else self._kernel.now)
        self._take_all(request, self._dispatch.units_for(request, self))
        if not request.covered:
            if request.units:
                self.collecting = request
            waiting = self.line.setdefault(node, [])
            waiting.insert(0 if stranded else len(waiting), request)
            self._call_national(request)
            if self._asks_again:
                self._ask_later()
        return request

    def release(self, units: list[Unit], node: str, distance_m: float) -> None:
        """A train leaves its units at a node after hauling ``distance_m`` metres."""
        self.meter.change(busy=-len(units))
        for unit in units:
            self._uncoupled(unit)
            unit.node = node
            unit.m_to_failure -= distance_m
            unit.m_since_service += distance_m
            self._rest(unit)

    def fail(self, unit: Unit, node: str) -> None:
        """A unit failed on the road: it goes to the workshop, and comes back to ``node``."""
        self.meter.change(busy=-1, in_service=-1)
        self._uncoupled(unit)
        unit.node = node
        self._kernel.spawn(f"repair of {unit.id}", lambda actor: self._in_workshop(actor, unit))

    def refuel_s(self, unit: Unit) -> int:
        """How long a unit is refuelled or charged, drawn."""
        return self._streams.seconds(unit.kind.refuel_s, "refuelling", unit.id)

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
        unit.maintenance_due_s = self._kernel.now + round(self.assumptions.maintenance_cycle_s * stream.uniform())
        self.units[id] = unit
        if self._spells is not None:
            unit.fleet_row = self._spells.add(unit.number, _IN_FLEET, self.number, self._kernel.now, OPEN)
        return unit

    def _uncoupled(self, unit: Unit) -> None:
        if self._spells is not None:
            self._spells.put(unit.coupled_row, "end_s", self._kernel.now)

    def _rest(self, unit: Unit) -> None:
        """After a run: leave the fleet, go to maintenance or servicing, or stand idle."""
        now = self._kernel.now
        kind = unit.kind
        cycle = self.assumptions.maintenance_cycle_s
        if now >= unit.until_s or (unit.national and self._drawn > self.ceiling.at(now)):
            self._leave(unit)
        elif cycle and kind.planned_absence_share > 0 and now >= unit.maintenance_due_s:
            unit.maintenance_due_s = now + cycle
            unit.m_since_service = unit.m_since_fuel = 0.0
            self._away_for(unit, round(cycle * kind.planned_absence_share), self._away)
        elif unit.m_since_service >= self.assumptions.service_interval_m and kind.service_s:
            unit.m_since_service = unit.m_since_fuel = 0.0
            self._away_for(unit, self._streams.seconds(kind.service_s, "servicing", unit.id), self._servicing)
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
        if self._spells is not None:
            self._spells.put(unit.fleet_row, "end_s", self._kernel.now)
        self.meter.change(in_service=-1)
        if unit.national:
            self._drawn -= 1

    def _in_workshop(self, actor: Actor, unit: Unit) -> ActorSteps:
        kernel, workshop = self._kernel, self._workshop
        states = kernel.ledger.tables["states"]
        row = states.add(unit.number, self._repair, kernel.now, OPEN)
        workshop.queue.change(present=1)
        if not workshop.bays.take(actor):
            workshop.queue.change(waiting=1)
            yield None
            workshop.queue.change(waiting=-1)
        workshop.meter.change(busy=1)
        yield max(1, self._repair_s(unit))
        workshop.meter.change(busy=-1)
        workshop.queue.change(present=-1)
        workshop.bays.release(actor)
        states.put(row, "end_s", kernel.now)
        unit.m_to_failure = unit.stream.exponential(unit.kind.mtbf_m)
        self._return(unit)

    def _repair_s(self, unit: Unit) -> int:
        drawn = round(unit.stream.exponential(unit.kind.repair_mean_s))  # by any law, so that failures stay the same
        law = unit.kind.repair
        return drawn if law is None else self._streams.seconds(law, "repair", unit.id)

    # --- who gets which unit ------------------------------------------------------------------------------------------

    def _free(self, unit: Unit) -> None:
        """A unit stands idle: serve by the rules at the head of this file."""
        if self._kernel.now >= unit.until_s:
            self._leave(unit)
            return
        self.idle.setdefault(unit.node, []).append(unit)
        unit.idle_since_s = self._kernel.now
        if unit.national:
            self._kernel.later(self.assumptions.on_demand_keep_s, lambda: self._return_national(unit))
        self._serve(unit)

    def _serve(self, unit: Unit) -> None:
        request = self._dispatch.train_for(unit, self)
        if request is not None:
            self._take(request, unit)
            if request.covered:
                self.line[request.node].remove(request)
                if request is self.collecting:
                    self.collecting = None
                if request.ready:
                    request.actor.wake()
            else:
                self.collecting = request
        elif self._asks_again:
            self._ask_later()

    def _ask_later(self) -> None:
        """A plug-in may let trains wait though units stand idle, for a nearer one, or for a time: it is asked again."""
        if not self._will_ask and any(self.line.values()) and any(self.idle.values()):
            self._will_ask = True
            self._kernel.later(_ASKED_AGAIN_S, self._ask_again)

    def _ask_again(self) -> None:
        self._will_ask = False
        for unit in [unit for units in self.idle.values() for unit in units]:
            self._serve(unit)

    def _return_national(self, unit: Unit) -> None:
        """A drawn unit that has stood idle long enough goes back to the rest of the network."""
        if self._kernel.now - unit.idle_since_s >= self.assumptions.on_demand_keep_s:
            self._retire(unit)

    # --- what a dispatch policy may look at ---------------------------------------------------------------------------

    @property
    def now_s(self) -> int:
        """Seconds since the start of the horizon."""
        return self._kernel.now

    def trains_for(self, unit: Unit) -> list[Request]:
        """The waiting trains that an idle unit may serve: there is a way, and no other train collects units."""
        collecting, pulls_t = self.collecting, unit.kind.trailing_limit_t
        return [
            request
            for node, requests in self.line.items()
            if requests and self.metres(unit.node, node) < inf
            for request in requests
            if collecting is None or request.missing_t <= pulls_t or collecting is request
        ]

    def idle_units(self, node: str) -> list[Unit]:
        """The idle units that have a way to a node, near ones first."""
        near = sorted([(self.metres(place, node), place) for place, units in self.idle.items() if units])
        return [unit for metres, place in near if metres < inf for unit in self.idle[place]]

    def near_units(self, train: Request) -> list[Unit]:
        """The first of ``idle_units`` of a train's node, as many as can haul it."""
        places = sum([bool(units) for units in self.idle.values()])
        found: list[Unit] = []
        missing_t = train.missing_t
        known: list[tuple[float, str]] = []
        if places:
            for least_m, place in self._router.nearby(self._all_lines, train.node):
                while known and known[0][0] < least_m * LESS:  # nothing that is still to come is as near
                    units = self.idle[heappop(known)[1]]
                    found += units
                    missing_t -= sum([unit.kind.trailing_limit_t for unit in units])
                    if missing_t < -1.0:  # a tonne, for rounding
                        return found
                if self.idle.get(place):
                    heappush(known, (self.metres(place, train.node), place))
                    places -= 1
                    if not places:
                        break
        return found + [unit for metres, place in sorted(known) if metres < inf for unit in self.idle[place]]

    def nearby(self, node: str) -> Iterator[tuple[float, str]]:
        """(metres, node) from near to far, on any line of the operator: no light run is shorter."""
        return self._router.nearby(self._all_lines, node)

    def metres(self, origin: str, destination: str) -> float:
        """Of a light run; inf where there is no way now."""
        metres = self._known_m.get((origin, destination))
        if metres is None:
            lines = self.lines(origin, destination)
            metres = 0.0 if origin == destination else self._distance_m(lines, origin, destination)
            self._known_m[origin, destination] = metres
        return metres

    def lines(self, origin: str, destination: str) -> Lines:
        """Lines for a light run: the pool's own, or, where the current has changed under an electric, any (hauled)."""
        own = self._distance_m(self._own_lines, origin, destination) < inf
        return self._own_lines if own else self._all_lines

    def refresh(self) -> None:
        """Lines opened, closed or changed their current."""
        self._known_m.clear()

    def _take_all(self, request: Request, units: Sequence[Unit]) -> None:
        """Of these units all that the train needs, or what there is if nobody else collects."""
        if self.collecting is not None and sum([unit.kind.trailing_limit_t for unit in units]) < request.gross_t:
            return
        for unit in units:
            if request.covered:
                return
            self._take(request, unit)

    def _take(self, request: Request, unit: Unit) -> None:
        """Couple an idle unit to a train; from elsewhere it comes light."""
        self.idle[unit.node].remove(unit)
        request.couple(unit)
        if self._spells is not None:
            row = self._spells.add(unit.number, _COUPLED, request.actor.number, self._kernel.now, OPEN)
            unit.coupled_row = row
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
            call_s = self._streams.seconds(self.assumptions.on_demand_call_s, "call", self.id)
            self._kernel.later(call_s, lambda: self._draw(request.node))

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
    router: Router,
) -> tuple[dict[str, Pool], dict[str, Workshop]]:
    """All pools and workshops of a blueprint, by id."""
    classes = {kind.id: kind for kind in blueprint.locomotive_classes}
    workshops = {name: Workshop(name, bays, kernel) for name, bays in blueprint.workshops}
    field_workshop = Workshop("", 0, kernel)
    dispatch, asks_again = dispatch_policy(blueprint.dispatch), not is_own(blueprint.dispatch)
    pools = {
        plan.id: Pool(
            plan, classes, workshops.get(plan.workshop, field_workshop), blueprint.assumptions, kernel, streams,
            run_light, router, *_lines(plan, blueprint.territories), dispatch, asks_again=asks_again,
        )
        for plan in blueprint.territories
    }  # fmt: skip
    return pools, workshops
