"""Demand: flows offer lots, the railway accepts or refuses them.

A month's tonnes come as lots, one in each equal interval of the month and uniformly within it (or by the law that
the flow names). A lot that meets a closed limit on its way is refused, with the limit's cause; so is one whose way
runs, later on, over a line that is not in service. A patient one comes back when that limit or line opens, until its
patience ends; then it is accepted after all. Always: offered = accepted + refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridorsim.ledger import OPEN
from corridorsim.model import Flow as FlowPlan
from corridorsim.model import RailStage

from .acceptance import Gate
from .cargo import Lot, Part
from .kernel import Actor, Steps
from .policies import Offer
from .yards import count

if TYPE_CHECKING:
    from .world import World


class Flow:
    """One stream of lots."""

    def __init__(self, plan: FlowPlan, world: World) -> None:
        self.plan = plan
        self.number = world.number(plan.id)
        self.journey = world.blueprint.journeys[plan.journey]
        self.gates: tuple[Gate, ...] = tuple(world.gates[name] for name in self.journey.gates)
        self._accepts = world.acceptance.accepts
        #: routes further on its way that are not in service all the time (for the first one cargo waits at the origin)
        routes = [stage.route for stage in self.journey.stages[1:] if isinstance(stage, RailStage)]
        self._opening = [route for route in routes if not world.router.always_in_service(route)]
        self.in_transit = 0  #: units accepted and not yet delivered
        self._world = world
        self._lots = world.kernel.ledger.tables["lots"]
        self._stream = world.streams.of("arrivals", plan.id)
        world.kernel.spawn(f"flow {plan.id}", self._offers)

    def _offers(self, _actor: Actor) -> Steps:
        starts = self._world.blueprint.calendar.month_starts_s
        carried = 0.0
        size = max(1, round(self.plan.lot_units))
        for month, units in enumerate(self.plan.monthly_units):
            begin, end = starts[month], starts[month + 1]
            due = carried + units / size
            lots = int(due + 1e-9)
            carried = due - lots
            for time in self._times(begin, end, lots, units / size):
                if time > self._world.kernel.now:
                    yield time - self._world.kernel.now
                self._offer(size)
            if end > self._world.kernel.now:
                yield end - self._world.kernel.now

    def _times(self, begin: int, end: int, lots: int, mean: float) -> list[int]:
        """When the lots of a month are offered."""
        law, stream, span = self.plan.arrival_law, self._stream, end - begin
        if law == "poisson":
            times: list[int] = []
            now = float(begin)
            while mean > 0:
                now += stream.exponential(span / mean)
                if now >= end:
                    break
                times.append(int(now))
            return times
        if law == "fixed":
            return [begin + (2 * i + 1) * span // (2 * lots) for i in range(lots)]
        return [begin + int((i + stream.uniform()) * span / lots) for i in range(lots)]

    def _offer(self, units: int) -> None:
        now = self._world.kernel.now
        tonnes = units * self.journey.t_per_unit
        closed = self._closed(units, now)
        if closed is None:
            self._accept(self._lots.add(self.number, tonnes, units, now, 1, OPEN, OPEN, now, OPEN, OPEN, 0.0), units)
            return
        no_way = not self._in_service()
        if no_way:
            cause = self._world.kernel.cause["closure"]
        else:
            cause = closed.cause if closed.banned else self._world.number("policy")
        row = self._lots.add(self.number, tonnes, units, now, 0, closed.number, cause, OPEN, OPEN, OPEN, 0.0)
        if self.plan.patience_s:
            until_s = now + self.plan.patience_s
            closed.defer(until_s, lambda: self._come_back(row, units, now, until_s))

    def _come_back(self, row: int, units: int, since_s: int, until_s: int) -> None:
        """A refused lot that waited outside: its limit has opened."""
        closed = self._closed(units, since_s)
        if closed is None:
            self._lots.put(row, "gate", OPEN)
            self._lots.put(row, "cause", OPEN)
            self._lots.put(row, "accepted", 1)
            self._lots.put(row, "accepted_s", self._world.kernel.now)
            self._accept(row, units)
        else:
            closed.defer(until_s, lambda: self._come_back(row, units, since_s, until_s))

    def _in_service(self) -> bool:
        """Whether lines lead all the way now: cargo must not stand in the midst of it until one is opened."""
        return not self._opening or all(self._world.router.in_service(route) for route in self._opening)

    def _closed(self, units: int, since_s: int) -> Gate | None:
        """The first place on the way that does not take a lot; the origin's while no line leads there."""
        if not self._in_service():
            return self.gates[0]
        lot = Offer(self.plan, self.journey, units, since_s)
        for gate in self.gates:
            if not self._accepts(gate, lot):
                return gate
        return None

    def _accept(self, row: int, units: int) -> None:
        self.in_transit += units
        lot = Lot(row, self.number, units)
        part = Part(lot, self.journey, units, flow=self.number, kin=self._world.parts)
        if self.gates:
            count(self.gates[0], part)
        self._world.enter_stage(part, self.plan.origin)
