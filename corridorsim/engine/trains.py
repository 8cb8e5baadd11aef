"""A train: from the yard where it was made up to the station where its stage ends, hop by hop.

It reads top to bottom: re-form where the mass limit falls, change locomotive where the territory changes, cross the
border, wait for the slot and run. Light engines take slots like any train.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from corridorsim.ledger import MOVEMENT_KINDS, OPEN
from corridorsim.model import Path, RailStage

from .cargo import Part
from .kernel import NOBODY, RAIL, Actor, Kernel, Steps, Token, all_waiting
from .locomotives import Pool, Unit
from .track import Lane, Segment
from .yards import count, uncount

if TYPE_CHECKING:
    from .world import World

_LOADED, _EMPTY, _LIGHT = (MOVEMENT_KINDS.index(kind) for kind in ("loaded_train", "empty_train", "light_engine"))


@dataclass(slots=True, eq=False)
class Traction:
    """The locomotives at the head of a train, and how far they came."""

    pool: Pool
    units: list[Unit]
    metres: float = 0.0
    limited: bool = False  #: some unit has a range of its own
    reach_m: float = inf  #: ``metres`` at which the first of them fails

    def __post_init__(self) -> None:
        self.look_at_units()

    def look_at_units(self) -> None:
        """Take in what the units at the head allow."""
        self.limited, self.reach_m = False, inf
        for unit in self.units:
            if unit.kind.range_m < inf:
                self.limited = True
            if unit.m_to_failure < self.reach_m:
                self.reach_m = unit.m_to_failure

    def refuel_s(self, next_m: float) -> int:
        """Hours of refuelling (or charging) before the next segment, 0 while the range of all units reaches."""
        if all(unit.m_since_fuel + next_m <= unit.kind.range_m or not unit.m_since_fuel for unit in self.units):
            return 0
        for unit in self.units:
            unit.m_since_fuel = 0.0
        return max(self.pool.refuel_s(unit) for unit in self.units)


class Train(Actor):
    """Wagons of one stage on their way, with or without cargo."""

    __slots__ = ("gross_t", "most_units", "pace", "parts", "traction", "who", "world")

    def __init__(self, world: World, name: str, parts: list[Part]) -> None:
        super().__init__(world.kernel, name, unique=True)
        self.world = world
        self.parts = parts
        self.who = all_waiting(parts)
        self.gross_t = sum([part.gross_t for part in parts])
        self.traction: Traction | None = None
        self.most_units = 0
        self.pace = world.pace_of(parts[0].journey)  #: its running times over those of the segments

    def run(self, stage: RailStage, path: Path, hop: int) -> Steps:
        """The train's life."""
        world, kernel = self.world, self.kernel
        way = world.way(path)
        set_aside_s = world.blueprint.assumptions.set_aside_s
        hops, end_s = kernel.ledger.hops, world.blueprint.calendar.end_s
        if hops is not None:
            log, pack = hops.data, hops.pack
        nodes, pace, gross_t, who = path.nodes, self.pace, self.gross_t, self.who
        number, flow = self.number, self.parts[0].flow
        kind = _EMPTY if flow == OPEN else _LOADED
        departed, start = OPEN, hop
        traction: Traction | None = None
        territory: str | None = None  # of the units at the head
        held: Token | None = None  # the place at the station where the train stands
        last_hop = len(way)
        while hop < last_hop:
            segment, lane, border, slot = way[hop]
            if gross_t > segment.max_gross_t and self._can_be_lighter(segment.max_gross_t) and hop > start:
                break
            if territory != segment.territory:
                node = nodes[hop]
                if traction is not None:
                    self._uncouple(node)
                    if border is None or not border.loco_change:
                        yield from self._change_hours(node)
                if border is not None:
                    yield from border.cross(self, self.parts)
                yield from self._couple(segment.territory, node)
                traction = self.traction
                territory = None if traction is None else traction.pool.id
            elif border is not None:
                yield from border.cross(self, self.parts)

            if traction is not None and traction.limited and (refuel_s := traction.refuel_s(segment.length_m)):
                yield from kernel.linger(self, self.parts, world.number(nodes[hop]), "refuelling", refuel_s)
            now = kernel.now
            if departed == OPEN:
                departed = now
                self._leave_yard(now)
            if segment.by_slots:
                wait, run = segment.admit(lane, now, 0, pace)
                if hops is not None:
                    start_s = now + wait
                    leave_s = start_s + run if start_s + run < end_s else OPEN
                    log += pack(number, kind, flow, lane.place, lane.forward, now, start_s, leave_s)
                if wait:
                    cause, blocker = segment.cause(lane, now)
                    if wait > set_aside_s:
                        self._set_aside(cause)
                    kernel.known_waits(number, who, lane.place, cause, wait, blocker)
                yield wait + run
                if wait > set_aside_s:
                    self._moves_again()
            elif (block := segment.block) is not None:
                # a place at the far station, the segment, the run; a ``take`` is written out where it succeeds
                row = OPEN
                if slot is not None:
                    if len(slot.holders) < slot.capacity:
                        slot.holders.append(number)
                    else:
                        if hops is not None:
                            row = hops.add(number, kind, flow, lane.place, lane.forward, now, OPEN, OPEN)
                        waits = kernel.line_up(self, who, lane.place, slot)
                        yield None
                        kernel.end_waits(waits)
                if len(block.holders) < block.capacity:
                    block.holders.append(number)
                else:
                    if hops is not None and row == OPEN:
                        row = hops.add(number, kind, flow, lane.place, lane.forward, now, OPEN, OPEN)
                    waits = kernel.line_up(self, who, lane.place, block)
                    yield None
                    kernel.end_waits(waits)
                run = segment.running_s if pace == 1.0 else round(segment.running_s * pace) or 1
                if hops is not None:
                    start_s = kernel.now
                    leave_s = start_s + run if start_s + run < end_s else OPEN
                    if row == OPEN:
                        log += pack(number, kind, flow, lane.place, lane.forward, now, start_s, leave_s)
                    else:
                        hops.put(row, "start_s", start_s)
                        hops.put(row, "leave_s", leave_s)
                lane.slots_used += 1
                yield run
                block.holders.remove(number)
                if block.queue:
                    block.grant()
            else:
                row = OPEN
                if hops is not None:
                    row = hops.add(number, kind, flow, lane.place, lane.forward, now, OPEN, OPEN)
                yield from self._over_loops(segment, lane, row)
                if hops is not None:
                    hops.put(row, "leave_s", kernel.now)
            if held is not None:
                held.holders.remove(number)
                if held.queue:
                    held.grant()
            held = slot
            if traction is not None:
                traction.metres += segment.length_m
                if traction.limited:
                    for unit in traction.units:
                        unit.m_since_fuel += segment.length_m
                if traction.metres > traction.reach_m:
                    yield from self._rescue(nodes[hop + 1], lane)
            hop += 1
        if held is not None:
            held.release(self)

        end, metres = nodes[hop], 0.0
        for segment, *_ in way[start:hop]:
            metres += segment.length_m
        if traction is not None:
            self._uncouple(end)
        origin, tonnes = world.number(nodes[start]), sum([part.tonnes for part in self.parts])
        wagons = sum([part.wagons for part in self.parts])
        kernel.ledger.tables["movements"].add(
            kind, number, flow, origin, world.number(end), departed, kernel.now, tonnes, gross_t, wagons, metres,
            self.most_units,
        )  # fmt: skip
        kernel.carried(RAIL, number, self.parts, origin, departed, kernel.now)
        world.train_hops += hop - start
        world.train_events += self.events
        if hop < last_hop:
            for part in self.parts:
                count(world.road_gate(part), part)
                world.yards.add(part, end, stage, path, hop)
        else:
            yield from world.arrive(self, self.parts, stage, end)

    # --- at the yard --------------------------------------------------------------------------------------------------

    def _leave_yard(self, now: int) -> None:
        for part in self.parts:
            uncount(part)
            if part.lot is not None and part.lot.departed_s == OPEN:
                part.lot.departed_s = now
                self.kernel.ledger.tables["lots"].put(part.lot.row, "departed_s", now)

    def _can_be_lighter(self, limit_t: float) -> bool:
        """A train of a single unit cannot be split, whatever it weighs."""
        return sum(part.units for part in self.parts) > 1 and limit_t > 0

    def _set_aside(self, cause: str) -> None:
        for part in self.parts:
            count(self.world.road_gate(part), part)
            if part.gate is not None:
                part.gate.cause = self.kernel.cause[cause]

    def _moves_again(self) -> None:
        for part in self.parts:
            uncount(part)

    # --- locomotives --------------------------------------------------------------------------------------------------

    def _couple(self, territory: str, node: str) -> Steps:
        pool = self.world.pools.get(territory)
        if pool is None or pool.unlimited:
            return
        request = pool.request(self, node, self.gross_t)
        if not request.ready:
            pool.queue.change(present=1, waiting=1)
            yield from self.kernel.stand(self, self.parts, self.world.number(node), "locomotive", pool.number)
            pool.queue.change(present=-1, waiting=-1)
        else:
            pool.queue.came += 1
        self.traction = Traction(pool, request.units)
        self.most_units = max(self.most_units, len(request.units))

    def _uncouple(self, node: str) -> None:
        assert self.traction is not None
        self.traction.pool.release(self.traction.units, node, self.traction.metres)
        self.traction = None

    def _change_hours(self, node: str) -> Steps:
        seconds = self.world.loco_change_s(node)
        yield from self.kernel.linger(self, self.parts, self.world.number(node), "locomotive_change", seconds)

    def _rescue(self, node: str, lane: Lane) -> Steps:
        """A unit failed on the last hop: stand on the line until another has come, then go on with it."""
        traction = self.traction
        assert traction is not None
        failed = min(traction.units, key=lambda unit: unit.m_to_failure)
        place = lane.place
        yield from self.kernel.linger(self, self.parts, place, "rescue", self.world.rescue_s(failed.id))
        traction.units.remove(failed)
        failed.m_since_service += traction.metres
        traction.pool.fail(failed, node)
        left = sum(unit.kind.trailing_limit_t for unit in traction.units)
        if left < self.gross_t or not traction.units:
            request = traction.pool.request(self, node, max(1.0, self.gross_t - left), stranded=True)
            if not request.ready:
                traction.pool.queue.change(present=1, waiting=1)
                yield from self.kernel.stand(self, self.parts, place, "rescue", traction.pool.number)
                traction.pool.queue.change(present=-1, waiting=-1)
            else:
                traction.pool.queue.came += 1
            for unit in request.units:  # they come with the metres of the others, which are taken off when they rest
                unit.m_to_failure += traction.metres
                unit.m_since_service -= traction.metres
            traction.units.extend(request.units)
        traction.look_at_units()
        lane.last_exit = max(lane.last_exit, self.kernel.now)

    # --- loops --------------------------------------------------------------------------------------------------------

    def _over_loops(self, segment: Segment, lane: Lane, row: int) -> Steps:
        """Block by block; set aside before the first one if the wait for it looks long."""
        line, hops = segment.line, self.kernel.ledger.hops
        assert line is not None
        aside = line.expected_wait_s(lane.forward) > self.world.blueprint.assumptions.set_aside_s
        if aside:
            self._set_aside("slot")

        def entered(start_s: int) -> None:
            if aside:
                self._moves_again()
            if hops is not None:
                hops.put(row, "start_s", start_s)

        express = bool(self.parts) and self.parts[0].journey.express
        speed_ms = 0.0 if self.pace == 1.0 else segment.speed_ms / self.pace
        yield from line.pass_over(
            self, self.parts, lane.forward, self._length_m(), speed_ms=speed_ms, express=express, entered=entered
        )
        segment.running_s = line.took_s  # what routing goes by
        self.world.train_hops += line.blocks - 1  # each of them is a hop

    def _length_m(self) -> float:
        lengths_m = self.world.lengths_m
        wagons_m = sum(part.wagons * lengths_m.get(part.pool, lengths_m[""]) for part in self.parts)
        units = self.traction.units if self.traction is not None else ()
        return wagons_m + sum(lengths_m[unit.kind.id] for unit in units)


def run_light(world: World, pool: Pool, unit: Unit, node: str, done: Callable[[], None]) -> None:
    """Send a unit light from where it stands to a node; it takes slots like any train."""
    path = world.router.light_path(pool.lines(unit.node, node), unit.node, node)
    world.kernel.spawn(f"light {unit.id}", lambda actor: _light(world, actor, unit, path, done))


def _light(world: World, actor: Actor, unit: Unit, path: Path, done: Callable[[], None]) -> Steps:
    kernel: Kernel = world.kernel
    start, hops = kernel.now, kernel.ledger.hops
    speed_ms, nobody = world.blueprint.assumptions.light_speed_ms, (NOBODY,)
    for segment, lane, *_ in world.way(path):
        now, row = kernel.now, OPEN
        if hops is not None:
            row = hops.add(actor.number, _LIGHT, OPEN, lane.place, lane.forward, now, OPEN, OPEN)
        running_s = max(1, round(segment.length_m / speed_ms))
        if segment.line is not None:
            rules = world.blueprint.single_track
            assert rules is not None

            def entered(start_s: int, row: int = row) -> None:
                if hops is not None:
                    hops.put(row, "start_s", start_s)

            yield from segment.line.pass_over(
                actor, (), lane.forward, rules.light_m, speed_ms=speed_ms, entered=entered
            )
        elif segment.block is not None:  # without a place at stations: an engine alone stands on any track
            if not segment.block.take(actor):
                yield from kernel.stand(actor, (), lane.place, "slot", segment.block.blocker())
            if hops is not None:
                hops.put(row, "start_s", kernel.now)
            lane.slots_used += 1
            yield running_s
            segment.block.release(actor)
        else:
            wait, run = segment.admit(lane, now, running_s)
            if hops is not None:
                hops.put(row, "start_s", now + wait)
            if wait:
                cause, blocker = segment.cause(lane, now)
                kernel.known_waits(actor.number, nobody, lane.place, cause, wait, blocker)
            yield wait + run
        if hops is not None:
            hops.put(row, "leave_s", kernel.now)
    world.train_hops += sum([segment.line.blocks if segment.line else 1 for segment, *_ in world.way(path)])
    world.train_events += actor.events
    unit.node = path.nodes[-1]
    unit.m_to_failure -= path.length_m
    unit.m_since_service += path.length_m
    unit.m_since_fuel += path.length_m
    kernel.ledger.tables["movements"].add(
        _LIGHT, actor.number, OPEN, world.number(path.nodes[0]), world.number(unit.node), start, kernel.now, 0.0,
        0.0, 1, path.length_m, 1,
    )  # fmt: skip
    done()
