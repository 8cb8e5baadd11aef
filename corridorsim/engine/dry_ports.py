"""Dry ports: cargo changes between two gauges.

In order: the day's places (trains and boxes a day, and outbound the hand-over to the other railway), a track under
the cranes, the transload, then customs. The dwell of the tables holds no wait for wagons or locomotives: those are
simulated.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from corridorsim.model import DryPort as DryPortPlan
from corridorsim.model import DryPortStage

from .cargo import Part
from .kernel import HANDLING, Actor, Meter, Queue, Steps, Token
from .track import DAY_S
from .yards import count

if TYPE_CHECKING:
    from .world import World


class DryPort:
    """One gauge-change terminal."""

    def __init__(self, plan: DryPortPlan, world: World) -> None:
        self.id = plan.id
        self.plan = plan
        self.place = world.number(plan.id)
        self.gate = world.gates[plan.gate]
        self._world = world
        self._laws = {(direction, service): law for direction, service, law in plan.dwell}
        self._transloads = world.streams.of("transload", plan.id)
        self._next_free = {"inbound": 0.0, "outbound": 0.0}
        self._parts = 0
        self.tracks = Token(1)
        self.meter = Meter(world.kernel)
        self.queue = Queue(world.kernel)
        self.refresh(0)

    def refresh(self, now: int) -> None:
        """Take the values that hold from now on."""
        tracks = int(min(self.plan.tracks.at(now), 1_000_000))
        self.meter.change(in_service=tracks - self.meter.in_service)
        self.tracks.resize(tracks)

    def receive(self, part: Part, stage: DryPortStage) -> None:
        """Cargo comes in, by train or from the other railway."""
        self._parts += 1
        count(self.gate, part)
        name = f"{self.id}-{self._parts}"
        self._world.kernel.spawn(name, lambda actor: self._change(actor, part, stage), unique=True)

    def _change(self, actor: Actor, part: Part, stage: DryPortStage) -> Steps:
        kernel = self._world.kernel
        wagons = part.wagon_equivalents()
        place_wait_s = self._place_wait(stage.direction, wagons)
        waits = place_wait_s > 0
        self.queue.change(present=1, waiting=int(waits))
        yield from kernel.linger(actor, (part,), self.place, "dry_port", place_wait_s)
        if not self.tracks.take(actor):
            self.gate.cause = kernel.cause["dry_port"]
            if not waits:
                waits = True
                self.queue.change(waiting=1)
            yield from kernel.stand(actor, (part,), self.place, "dry_port", self.tracks.blocker())
        self.queue.change(waiting=-int(waits))
        self.meter.change(busy=1)
        full_s = self._transloads.seconds(self.plan.transload)
        begun = kernel.now
        yield max(1, round(full_s * min(1.0, wagons / self.plan.transload_train_wagons)))
        kernel.carried(HANDLING, actor.number, (part,), self.place, begun, kernel.now)
        self.meter.change(busy=-1)
        self.queue.change(present=-1)
        self.tracks.release(actor)
        self._world.empty_wagons(part, self.plan.node)
        law = self._laws.get((stage.direction, stage.service_class)) or self._laws.get((stage.direction, "ordinary"))
        if law is not None:
            stream = self._world.streams.of("customs", f"{self.id}:{part.journey.id}")
            yield from kernel.linger(actor, (part,), self.place, "customs", stream.seconds(law))
        part.stage += 1
        self._world.enter_stage(part, self.plan.node)

    def _place_wait(self, direction: str, wagons: float) -> int:
        """Seconds until the day's places reach this cargo: as many wagons a day as the tightest limit lets through."""
        now = self._world.kernel.now
        plan = self.plan
        train = plan.transload_train_wagons
        a_day = min(plan.wagons_per_day.at(now), plan.trains_per_day.at(now) * train)
        if direction == "outbound":
            a_day = min(a_day, plan.handover_trains_per_day.at(now) * train)
        if a_day == inf:
            return 0
        start = max(float(now), self._next_free[direction])
        self._next_free[direction] = start + (wagons / a_day * DAY_S if a_day > 0 else DAY_S)
        return round(start) - now
