"""Sea ports: a terminal for each kind of berth, with unloading tracks, a yard or stack, formalities and berths.

Ships that are not simulated one by one may call too and take berths from those that are.

Export cargo stands in the yard (wagons for a rail ferry) or the stack (everything else) until a ship of its line
loads it. A full yard sets trains aside. Import cargo goes on at once to the next stage; what stands there counts
for acceptance too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING

from corridorsim.ledger import OPEN
from corridorsim.model import SeaStage
from corridorsim.model import Terminal as TerminalPlan

from .cargo import Part
from .kernel import HANDLING, Actor, Meter, Queue, Steps, Token, waiting
from .track import DAY_S
from .yards import count, uncount

if TYPE_CHECKING:
    from .vessels import Ship
    from .world import World


class Line:
    """Cargo of one sea link and one kind of ship that is ready to be loaded here, and the ships that wait for it."""

    __slots__ = ("cargo", "last_sailing_s", "ships")

    def __init__(self) -> None:
        self.cargo: deque[Part] = deque()
        self.ships: deque[Ship] = deque()
        self.last_sailing_s = -1  #: of the timetable: taken by a ship

    def next_sailing(self, now: int, every_s: int) -> int:
        """The next time of the timetable that no other ship has taken."""
        free = max(now, self.last_sailing_s + 1)
        self.last_sailing_s = -(-free // every_s) * every_s
        return self.last_sailing_s


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
        self.berth_queue = Queue(world.kernel)
        self.stored = 0.0  #: export cargo in yard or stack, wagons
        self._world = world
        self._set_aside: deque[tuple[Actor, float]] = deque()
        self._lines: dict[str, Line] = {}
        self._formalities = world.streams.of("formalities", plan.id)
        self._unloads = world.streams.of("unloading", plan.id)
        if max(plan.other_ships_per_day.values) > 0:
            self._others = world.streams.of("other ships", plan.id)
            world.kernel.spawn(f"other ships of {plan.id}", self._other_ships)
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

    # --- berths ------------------------------------------------------------------------------------------------------

    def moor(self, ship: Actor, aboard: list[Part]) -> Steps:
        """Weather at this port, then a free berth."""
        kernel, queue = self._world.kernel, self.berth_queue
        queue.change(present=1)
        waits = False
        while True:
            opens, cause = self.opens(kernel.now)
            if opens > kernel.now:
                if not waits:
                    waits = True
                    queue.change(waiting=1)
                yield from kernel.linger(ship, aboard, self.place, cause, opens - kernel.now)
            if self.berths.take(ship):
                break
            if not waits:
                waits = True
                queue.change(waiting=1)
            yield from kernel.stand(ship, aboard, self.place, "berth", self.berths.blocker())
            if self.opens(kernel.now)[0] <= kernel.now:
                break
            self.berths.release(ship)  # the port closed while the ship was in line
        if waits:
            queue.change(waiting=-1)
        self.berth_meter.change(busy=1)

    def cast_off(self, ship: Actor) -> None:
        """The berth is free again."""
        self.berths.release(ship)
        self.berth_meter.change(busy=-1)
        self.berth_queue.change(present=-1)

    def spells_of_work(self, seconds: int) -> Generator[int, None, None]:
        """Hours at berth in one piece, or as weather lets work go on: ask for each piece when the one before is over.

        A piece below 0 is rest."""
        if not self.plan.weather_stops_work:
            yield seconds
            return
        kernel, weather, group = self._world.kernel, self._world.weather, self.plan.weather_group
        while seconds > 0:
            rest = weather.opens(group, kernel.now) - kernel.now
            if rest > 0:
                yield -rest
            else:
                piece = min(seconds, weather.closes(group, kernel.now) - kernel.now)
                yield piece
                seconds -= piece

    def _other_ships(self, _actor: Actor) -> Steps:
        """Calls of ships that are not simulated one by one, at random."""
        kernel, per_day = self._world.kernel, self.plan.other_ships_per_day
        number = 0
        while True:
            now = kernel.now
            changes = min((time for time in per_day.times_s if time > now), default=1 << 60)
            rate = per_day.at(now)
            gap = round(self._others.exponential(DAY_S / rate)) if rate > 0 else changes - now
            if now + gap >= changes:  # arrivals have no memory: they start anew
                if changes == 1 << 60:
                    return
                yield changes - now
                continue
            yield gap
            number += 1
            kernel.spawn(f"other ship {number} of {self.id}", self._other_call, unique=True)

    def _other_call(self, ship: Actor) -> Steps:
        yield from self.moor(ship, [])
        for spell_s in self.spells_of_work(self._others.seconds(self.plan.other_ship)):
            if spell_s < 0:
                yield from self._world.kernel.linger(ship, (), self.place, "weather", -spell_s)
            else:
                yield spell_s
        self.cast_off(ship)

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
