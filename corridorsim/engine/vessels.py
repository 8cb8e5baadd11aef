"""Ships: to and fro on one sea link.

A round of a ship: arrive, wait for weather and a berth, unload; if the dock is due, go; wait for cargo by the
dispatch rule, load, wait until both ports are open, sail. It waits for cargo and weather at anchor, not at the
berth.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from corridorsim.ledger import MOVEMENT_KINDS, OPEN, SPELL_STATES
from corridorsim.model import Distribution, Journey, mean_s
from corridorsim.model import Vessel as VesselPlan

from .cargo import Part
from .kernel import HANDLING, SEA, Actor, Meter, Steps
from .sea_ports import Line, Terminal

if TYPE_CHECKING:
    from .world import World

_VOYAGE = MOVEMENT_KINDS.index("voyage")
_AT_BERTH, _LADEN, _IN_BALLAST = (SPELL_STATES.index(state) for state in ("at_berth", "at_sea_loaded", "at_sea_empty"))
#: the least share of the hours of a full ship that an almost empty one takes: mooring, ramps, papers
_LEAST_HANDLING = 0.2
_FULL = 1.0 - 1e-9


class Ship(Actor):
    """One ship."""

    __slots__ = (
        "_absence_due_s", "_anchored", "_capacity", "_depths_m", "_due_s", "_only_lands", "_overdue", "_states",
        "_stream", "_units", "aboard", "ends", "link", "meter", "plan", "side", "world",
    )  # fmt: skip

    def __init__(self, plan: VesselPlan, world: World, side: int) -> None:
        super().__init__(world.kernel, plan.id)
        self.plan = plan
        self.world = world
        self.link = world.links[plan.link]
        self.ends: tuple[Terminal, Terminal] = (
            world.terminals[plan.berth_kind_from],
            world.terminals[plan.berth_kind_to],
        )
        self.side = side
        loads = [(end.id, plan.link) in world.loaded_at for end in self.ends]
        self._only_lands = (loads[1] and not loads[0], loads[0] and not loads[1])  #: cargo goes one way only
        self.aboard: list[Part] = []
        self._capacity = dict(plan.capacity)
        self.meter = Meter(world.kernel)
        self._stream = world.streams.of("vessel", plan.id)
        self._states = world.kernel.ledger.tables["states"]
        self._anchored = self._overdue = False
        self._due_s = 0
        self._units: dict[str, float] = {}  #: journey -> units that fill the ship, at ``_depths_m``
        self._depths_m = (0.0, 0.0)
        self._absence_due_s = plan.since_s + round(self._in_service_s() * self._stream.uniform())
        self.start(self._rounds(), max(0, plan.since_s))
        if plan.until_s < world.blueprint.calendar.end_s:
            world.kernel.later(plan.until_s, self._withdraw)

    # --- what the terminal asks -----------------------------------------------------------------------------------

    def units_of(self, journey: Journey) -> float:
        """Units of a journey's cargo that fill the ship at the depth of the day."""
        here, there = self.ends
        depths = (here.depth_m, there.depth_m)
        if depths != self._depths_m:
            self._depths_m = depths
            self._units.clear()
        return self._units.get(journey.id) or self._count(journey)

    def _count(self, journey: Journey) -> float:
        """Count those units for the depths of the day."""
        capacity = self._capacity
        counted = journey.unit in capacity and journey.unit != "t"  # a parcel is counted by its tonnes
        full = capacity[journey.unit] if counted else capacity["t"] / max(journey.t_per_unit, 1e-9)
        depth_factor = max(0.0, 1.0 + self.plan.depth_loss_per_m * min(0.0, *self._depths_m))
        units = self._units[journey.id] = max(1.0, full * self.plan.load_factor * depth_factor)
        return units

    def look(self) -> None:
        """Cargo has come, here or over there: go if the ship is full now, or has waited long enough for any."""
        if self._anchored and (self._overdue or self._filled(self.ends[self.side].line(self.plan.link)) >= _FULL):
            self._anchored = False
            self.wake()

    # --- a ship's life --------------------------------------------------------------------------------------------

    def _rounds(self) -> Steps:
        kernel, plan = self.kernel, self.plan
        self.meter.change(in_service=1)
        while True:
            here = self.ends[self.side]
            line = here.line(plan.link)
            if self.aboard:
                yield from self._berth(here)
                yield from self._unload(here)
                here.cast_off(self)
            if kernel.now >= plan.until_s:
                self.meter.change(in_service=-1)
                if line.ships:
                    line.ships[0].look()
                return
            yield from self._dock()
            yield from self._wait_for_cargo(here, line)
            if kernel.now >= plan.until_s:
                continue
            self.aboard = here.load(self, line)
            if line.ships:
                line.ships[0].look()
            if self.aboard:
                yield from self._berth(here)
                yield from self._load(here)
                here.cast_off(self)
            yield from self._sail(here)

    def _berth(self, here: Terminal) -> Steps:
        """Weather at this port, a free berth, the approach."""
        yield from here.moor(self, self.aboard)
        yield from self._work(HANDLING, here, max(1, self._stream.seconds(self.plan.approach)))

    def _unload(self, here: Terminal) -> Steps:
        yield from self._work(HANDLING, here, self._handling_s(here, self.plan.unload))
        aboard, self.aboard = self.aboard, []
        for part in aboard:
            here.land(part)

    def _load(self, here: Terminal) -> Steps:
        yield from self._work(HANDLING, here, self._handling_s(here, self.plan.load))
        for part in self.aboard:
            here.shipped(part)

    def _handling_s(self, here: Terminal, law: Distribution) -> int:
        """Hours at the berth: by the berth's cranes for boxes, else the ship's own, less for less cargo."""
        full_s = self._stream.seconds(law)
        if here.moves_per_s > 0 and self.plan.kind == "container_feeder":
            teu = sum([part.units * part.journey.teu_per_unit for part in self.aboard])
            return max(1, ceil(teu / self.world.blueprint.assumptions.teu_per_move / here.moves_per_s))
        fill = sum([part.units / self.units_of(part.journey) for part in self.aboard])
        return max(1, round(full_s * min(1.0, max(fill, _LEAST_HANDLING))))

    def _wait_for_cargo(self, here: Terminal, line: Line) -> Steps:
        """By the dispatch rule: until full, or so long; a fixed rotation leaves even empty.

        Where nothing of its line is ever loaded, a ship without a rotation to keep goes back for the next cargo.
        """
        kernel, plan = self.kernel, self.plan
        if self._only_lands[self.side] and not plan.fixed_rotation:
            return
        if plan.every_s:
            due = line.next_sailing(kernel.now, plan.every_s)
            yield from kernel.linger(self, (), here.place, "cargo", due - kernel.now)
            return
        due = self._due_s = kernel.now + plan.max_wait_s
        alarm = False
        line.ships.append(self)
        while kernel.now < plan.until_s:
            if line.ships[0] is self and self._filled(line) >= _FULL:
                break
            self._overdue = kernel.now >= due
            if self._overdue and (plan.fixed_rotation or line.cargo or self.ends[1 - self.side].line(plan.link).cargo):
                break
            if not alarm and not self._overdue:
                alarm = True
                kernel.later(due - kernel.now, lambda: self._alarm(due))
            self._anchored = True
            yield from kernel.stand(self, (), here.place, "cargo")
        self._overdue = False
        line.ships.remove(self)

    def _withdraw(self) -> None:
        """The last day: a ship at anchor leaves, one at work when it has unloaded."""
        if self._anchored:
            self._anchored = False
            self.wake()

    def _alarm(self, due: int) -> None:
        """The longest wait for cargo is over (of this call: a later one has a later end)."""
        if self._anchored and self._due_s == due:
            self._anchored = False
            self.wake()

    def _filled(self, line: Line) -> float:
        """Share of the ship that the cargo at the quay would fill, 1 at the most."""
        filled = 0.0
        for part in line.cargo:
            filled += part.units / self.units_of(part.journey)
            if filled >= 1.0:
                return 1.0
        return filled

    def _sail(self, here: Terminal) -> Steps:
        """Both ports open, then the crossing."""
        kernel = self.kernel
        there = self.ends[1 - self.side]
        while True:
            now = kernel.now
            (opens, cause), (opens_there, cause_there) = here.opens(now), there.opens(now)
            if max(opens, opens_there) <= now:
                break
            place, why, until = (
                (here.place, cause, opens) if opens >= opens_there else (there.place, cause_there, opens_there)
            )
            yield from kernel.linger(self, self.aboard, place, why, until - now)
        departed = kernel.now
        seconds = max(1, self._stream.seconds(self.link.sailing))
        yield from self._work(SEA, here, seconds)
        self.side = 1 - self.side
        kernel.ledger.tables["movements"].add(
            _VOYAGE, self.number, self.aboard[0].flow if self.aboard else OPEN, here.place, there.place, departed,
            kernel.now, sum(part.tonnes for part in self.aboard), 0.0, sum(part.units for part in self.aboard), 0.0, 0,
        )  # fmt: skip

    def _work(self, activity: int, here: Terminal, seconds: int) -> Steps:
        kernel = self.kernel
        for spell_s in here.spells_of_work(seconds) if activity == HANDLING else (seconds,):
            if spell_s < 0:
                yield from kernel.linger(self, self.aboard, here.place, "weather", -spell_s)
                continue
            now = kernel.now
            kernel.carried(activity, self.number, self.aboard, here.place, now, now + spell_s)
            if kernel.ledger.spells is not None:
                cargo = any(part.lot is not None for part in self.aboard)
                state = _AT_BERTH if activity == HANDLING else _LADEN if cargo else _IN_BALLAST
                kernel.ledger.spells.add(self.number, state, here.place, now, now + spell_s)
            self.meter.change(busy=1)
            yield spell_s
            self.meter.change(busy=-1)

    def _in_service_s(self) -> float:
        """Seconds between two absences, so that their share is what the table says."""
        share = self.plan.absence_share
        absence = mean_s(self.world.blueprint.assumptions.vessel_absence_s)
        return absence * (1 - share) / share if share > 0 else float(1 << 40)

    def _dock(self) -> Steps:
        """Docking and repair, when due."""
        kernel = self.kernel
        if kernel.now < self._absence_due_s:
            return
        absence = self.world.streams.seconds(self.world.blueprint.assumptions.vessel_absence_s, "absence", self.plan.id)
        self._states.add(self.number, kernel.ledger.number("absent"), kernel.now, kernel.now + absence)
        self.meter.change(in_service=-1)
        yield absence
        self.meter.change(in_service=1)
        self._absence_due_s = kernel.now + round(self._in_service_s())


def make_ships(world: World) -> list[Ship]:
    """All ships; those of one link start at its two ends in turn."""
    turn: dict[str, int] = {}
    ships = []
    for plan in world.blueprint.vessels:
        side = turn.get(plan.link, 0)
        turn[plan.link] = 1 - side
        ships.append(Ship(plan, world, side))
    return ships
