"""Sea ports: a terminal for each kind of berth, with unloading tracks, a yard or stack, formalities and berths.

Export cargo stands in the yard (wagons for a rail ferry) or the stack (everything else) until a ship of its line
loads it. A full yard sets trains aside. Import cargo goes on at once to the next stage; what stands there counts
for acceptance too.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from corridorsim.ledger import OPEN
from corridorsim.model import SeaStage
from corridorsim.model import Terminal as TerminalPlan

from .cargo import Part
from .kernel import HANDLING, Actor, Meter, Steps, Token, waiting
from .yards import count, uncount

if TYPE_CHECKING:
    from .vessels import Ship
    from .world import World


class Line:
    """Cargo of one sea link and one kind of ship that is ready to be loaded here, and the ships that wait for it."""

    __slots__ = ("cargo", "ships")

    def __init__(self) -> None:
        self.cargo: deque[Part] = deque()
        self.ships: deque[Ship] = deque()


class Terminal:
    """Berths of one kind in one port."""

    def __init__(self, plan: TerminalPlan, world: World) -> None:
        self.id = plan.id
        self.plan = plan
        self.place = world.number(plan.id)
        self.export_gate = world.gates[plan.export_gate]
        self.import_gate = world.gates[plan.import_gate]
        self.berths = Token(1)
        self.tracks = Token(plan.unloading_tracks or 1_000_000)
        self.berth_meter = Meter(world.kernel)
        self.stored = 0.0  #: export cargo in yard or stack, wagons
        self._world = world
        self._set_aside: deque[tuple[Actor, float]] = deque()
        self._lines: dict[str, Line] = {}
        self._formalities = world.streams.of("formalities", plan.id)
        self._unloads = world.streams.of("unloading", plan.id)
        self.refresh(0)

    def refresh(self, now: int) -> None:
        """Take the values that hold from now on."""
        berths = int(min(self.plan.berths.at(now), 1_000_000))
        self.berth_meter.change(in_service=berths - self.berth_meter.in_service)
        self.berths.resize(berths)
        self.moves_per_s = self.plan.handling_moves_per_s.at(now)
        self.depth_m = self.plan.depth_change_m.at(now)
        self.storage = self.plan.storage_wagons.at(now)
        self._let_in()

    def line(self, link: str) -> Line:
        """The line of one sea link."""
        line = self._lines.get(link)
        if line is None:
            line = self._lines[link] = Line()
        return line

    def opens(self, now: int) -> tuple[int, str]:
        """(time from which ships may come and go, what closes it until then)."""
        weather = self._world.weather.opens(self.plan.weather_group, now)
        for a, b in self.plan.closures_s:
            if a <= weather < b:
                return b, "closure"
        return weather, "weather"

    # --- export -------------------------------------------------------------------------------------------------------

    def receive_train(self, train: Actor, parts: list[Part], stage: SeaStage, station: str) -> Steps:
        """A train for this terminal: room in yard or stack, then unloading where the cargo leaves its wagons."""
        kernel = self._world.kernel
        wagons = sum(part.wagon_equivalents() for part in parts)
        for part in parts:
            count(self.export_gate, part)
        if wagons and (self._set_aside or self.stored + wagons > max(self.storage, wagons)):
            self._set_aside.append((train, wagons))
            yield from kernel.stand(train, parts, self.place, "yard_full", self.place)
        else:
            self.stored += wagons
        if stage.unload_train:
            if not self.tracks.take(train):
                yield from kernel.stand(train, parts, self.place, "unloading", self.tracks.blocker())
            if self.plan.unload_train is not None:
                begun = kernel.now
                yield self._unloads.seconds(self.plan.unload_train)
                kernel.carried(HANDLING, train.number, parts, self.place, begun, kernel.now)
            self.tracks.release(train)
            for part in parts:
                self._world.empty_wagons(part, station)
        for part in parts:
            self._formality(part, stage)

    def receive(self, part: Part, stage: SeaStage) -> None:
        """Cargo that reaches the terminal without a train (by road, by pipe, from another line)."""
        count(self.export_gate, part)
        self.stored += part.wagon_equivalents()
        self._formality(part, stage)

    def _formality(self, part: Part, stage: SeaStage) -> None:
        kernel = self._world.kernel
        seconds = 0
        if self.plan.formalities is not None and not part.journey.empty:
            seconds = self._formalities.seconds(self.plan.formalities)
            kernel.known_waits(self.place, (waiting(part),), self.place, "formalities", seconds)
        if seconds:
            kernel.later(seconds, lambda: self._ready(part, stage))
        else:
            self._ready(part, stage)

    def _ready(self, part: Part, stage: SeaStage) -> None:
        """Cargo stands at the quay: the first ship in line looks whether it has enough now."""
        part.row = self._world.kernel.begin_wait(self.place, part, self.place, "vessel")
        line = self.line(stage.link)
        line.cargo.append(part)
        for end in (self, self._world.terminals[stage.to_terminal]):
            ships = end.line(stage.link).ships
            if ships:
                ships[0].look()

    def load(self, ship: Ship, line: Line) -> list[Part]:
        """What a ship takes, first come first served, up to its room now."""
        aboard: list[Part] = []
        room = 1.0
        while line.cargo:
            part = line.cargo[0]
            a_unit = 1.0 / ship.units_of(part.journey)
            units = min(part.units, int(room / a_unit + 1e-9))
            if units <= 0:
                break
            self._world.kernel.end_wait(part.row)
            if units == part.units:
                line.cargo.popleft()
                taken = part
            else:
                taken = part.split(units)
                part.row = self._world.kernel.begin_wait(self.place, part, self.place, "vessel")
            room -= units * a_unit
            aboard.append(taken)
        return aboard

    def shipped(self, part: Part) -> None:
        """A part is on board: its room in yard or stack is free, set-aside trains may come in."""
        uncount(part)
        self.stored -= part.wagon_equivalents()
        self._let_in()

    def _let_in(self) -> None:
        """Trains set aside come in, in order, as far as there is room."""
        while self._set_aside:
            train, wagons = self._set_aside[0]
            if self.stored + wagons > max(self.storage, wagons):
                return
            self._set_aside.popleft()
            self.stored += wagons
            train.wake()

    # --- import -------------------------------------------------------------------------------------------------------

    def land(self, part: Part) -> None:
        """A part comes ashore and goes on."""
        part.row = OPEN
        if not part.journey.empty:
            count(self.import_gate, part)
        part.stage += 1
        self._world.enter_stage(part, self.plan.station or self.plan.port)

    def waiting(self) -> list[Part]:
        """Export cargo at the quay, for the books."""
        return [part for line in self._lines.values() for part in line.cargo]
