"""A segment in loop detail: trains run block by block, meet at loops and follow one another; capacity comes out.

Who *may* go is the interlocking's matter, and safe whoever is let go; who goes *first* is a precedence by name; *when*
is reckoned by intervals.

A train decides nothing between stands, so one event carries it over a block, the wait for the interval before it
included. It waits without an event: whoever clears a block or leaves a stand looks who may go now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from corridorsim.ledger import OPEN
from corridorsim.model import Line as LinePlan
from corridorsim.model import Segment as SegmentPlan
from corridorsim.model import SingleTrack

from .interlocking import BACK, FORWARD, Interlocking, Passage
from .intervals import Intervals
from .kernel import Actor, Kernel, Steps, all_waiting
from .precedence import PRECEDENCE
from .sections import LONG_AGO, Loop, Queue, Run, Section
from .streams import Streams
from .watchdog import Stalled

if TYPE_CHECKING:
    from .cargo import Part


class Line:
    """The loops and blocks of one segment."""

    def __init__(
        self,
        plan: SegmentPlan,
        rules: SingleTrack,
        kernel: Kernel,
        streams: Streams,
        closed: Callable[[int], bool],
    ) -> None:
        assert plan.line is not None
        self.plan: LinePlan = plan.line
        self.rules = rules
        self._kernel = kernel
        self._closed = closed
        self._place = kernel.ledger.number(plan.id)
        self._log = kernel.ledger.blocks
        names = [plan.from_node, *(place.id for place in self.plan.places), plan.to_node]
        chainages = [0.0, *(place.chainage_m for place in self.plan.places), plan.length_m]
        self._loops = [Loop(is_end=n in (0, len(names) - 1)) for n in range(len(names))]
        self._sections = [
            Section(chainages[n + 1] - chainages[n], kernel.ledger.number(f"{plan.id}:{names[n]}..{names[n + 1]}"))
            for n in range(len(names) - 1)
        ]
        self._names = names
        self._line = Interlocking(self._loops, self._sections, follow=self.plan.headway_s > 0)
        self._intervals = Intervals(rules, self.plan.headway_s)
        self._rank = PRECEDENCE[rules.precedence](rules)
        #: where trains stand one behind the other: (stand, direction) -> queue
        self._queues = {(0, FORWARD): Queue(), (len(names) - 1, BACK): Queue()}
        self._running = self._standing = self._came = 0
        self._speed_ms = 1.0
        self._settled_s = 0
        self.passed = 0  #: trains that have entered
        self.took_s = 1  #: what the last trains took from end to end, a running mean
        self._gap_s = [0.0, 0.0]  #: between those that enter from a queue, by direction, a running mean
        self._entered_s = [LONG_AGO, LONG_AGO]
        ends = (plan.from_node, plan.to_node)
        self._arrivals = [streams.of("background train", f"{plan.id}:{end}") for end in ends]
        self._other_name = f"other traffic of {plan.id}"
        kernel.ledger.number(self._other_name)
        self._other_gap_s = 0.0
        self._traffic = 0  #: rises when other traffic changes
        self.other_blocks = self.other_events = 0
        for _, until in plan.closures_s:
            kernel.later(until, self.look_at_all)

    @property
    def blocks(self) -> int:
        """How many blocks a train runs over."""
        return len(self._sections)

    # --- what holds now -----------------------------------------------------------------------------------------------

    def refresh(self, now: int, speed_ms: float, tracks: int, background_per_day: float) -> None:
        """Take the values that hold from now on; trains that run keep the times they were given."""
        waiting = [run for run in self._waiting() if run.goal == run.at]
        for run in waiting:
            self._wait_no_more(run)
        if not self.took_s > 1:
            self.took_s = max(1, round(sum(section.length_m for section in self._sections) / speed_ms))
        self._speed_ms = speed_ms
        for section, double in zip(self._sections, self.plan.double, strict=True):
            section.double = double or tracks >= 2
        for number, place in enumerate(self.plan.places, 1):
            loop, here = self._loops[number], round(place.tracks.at(now))
            before, behind = self._sections[number - 1], self._sections[number]
            if before.double or behind.double:
                loop.beside_second_track(max(self._stores(before), here - 1), max(self._stores(behind), here - 1))
                if here < 2:  # no loop: they stand one behind the other
                    for direction in (FORWARD, BACK):
                        self._queues.setdefault((number, direction), Queue())
            else:
                loop.of_tracks(here, place.usable_m)
        for run in waiting:
            self._wait_for(run)
        gap_s = 86_400 / background_per_day if background_per_day > 0 else 0.0
        if gap_s != self._other_gap_s:
            self._other_gap_s = gap_s
            self._traffic += 1
            if gap_s:
                for direction in (FORWARD, BACK):
                    self._kernel.spawn(self._other_name, lambda actor, d=direction: self._other_traffic(actor, d))  # type: ignore[misc]
        self.look_at_all()

    def _stores(self, section: Section) -> int:
        """Trains of one direction that a second track holds behind one another, a headway apart, one at its end."""
        if not section.double or not self.plan.headway_s:
            return 1
        return 1 + int(section.length_m / self._speed_ms / self.plan.headway_s)

    def settle(self, now: int, in_service: bool) -> tuple[float, float]:
        """Seconds since the last call: (that its busiest block was occupied, that it was in service)."""
        most = 0
        for section in self._sections:
            tracks = 2 if section.double else 1
            busy = section.busy_s - max(0, section.busy_until_s - now)
            most = max(most, (busy - section.settled_s) // tracks)
            section.settled_s = busy
        seconds, self._settled_s = now - self._settled_s, now
        return float(most), float(seconds if in_service else 0)

    def expected_wait_s(self, forward: bool) -> float:
        """What a train that comes now is likely to wait before it enters, by those that stand before it."""
        direction = FORWARD if forward else BACK
        queue = self._queues[0 if forward else len(self._loops) - 1, direction]
        return len(queue.heap) * self._gap_s[direction]

    # --- a train's way ------------------------------------------------------------------------------------------------

    def pass_over(
        self,
        actor: Actor,
        parts: Sequence[Part],
        forward: bool,
        length_m: float,
        *,
        speed_ms: float = 0.0,
        express: bool = False,
        other: bool = False,
        entered: Callable[[int], None] | None = None,
    ) -> Steps:
        """From one end to the other; ``speed_ms`` in place of the line's, ``entered`` is told when it sets off.

        Of other traffic no waits are written.
        """
        kernel = self._kernel
        began_s = kernel.now
        run = Run(actor, FORWARD if forward else BACK, length_m, len(self._loops) - 1, began_s, self._came)
        self._came += 1
        run.speed_ms, run.express, run.other = speed_ms, express, other
        self._come(run)
        while True:
            now = kernel.now
            if run.running:
                if run.leave_s > now and not other:
                    cause, blocker = self._why(run)
                    kernel.known_waits(actor.number, all_waiting(parts), self._place, cause, run.leave_s - now, blocker)
            elif other:
                yield None
            else:
                yield from self._wait(run, parts)
            if entered is not None:
                entered(run.leave_s)
                entered = None
            yield run.arrive_s - kernel.now
            if self._arrive(run):
                break
        self.took_s += round((kernel.now - began_s - self.took_s) / 16)

    def _wait(self, run: Run, parts: Sequence[Part]) -> Steps:
        """Stand until somebody lets it go; written until it sets off.

        Who stands in the way is told, but not to the watchdog: that changes while it waits, and the line sees for
        itself that somebody always runs.
        """
        kernel = self._kernel
        cause, blocker = self._why(run)
        waits = kernel.ledger.tables["waits"]
        rows = [kernel.begin_wait(run.actor.number, part, self._place, cause) for part in parts or (None,)]
        for row in rows:
            waits.put(row, "blocker", blocker)
        yield None
        for row in rows:
            waits.put(row, "end_s", run.leave_s)

    def _why(self, run: Run) -> tuple[str, int]:
        """Why it waits: (cause, blocker)."""
        if self._closed(self._kernel.now):
            return "closure", OPEN
        if run.running:  # for the interval only
            return "slot", OPEN
        queue = self._queues.get((run.at, run.direction))
        if queue is not None and queue.first is not None and queue.first is not run:
            before: Passage | None = queue.first
        else:
            before = (run.goal == run.at and self._line.no_way(run)) or self._line.not_clear(run)
        if not isinstance(before, Run):
            return "slot", OPEN
        return ("other_traffic", OPEN) if before.other else ("slot", before.actor.number)

    # --- events: a train comes to the line, and to the end of a block -------------------------------------------------

    def _come(self, run: Run) -> None:
        self._standing += 1
        self._remember(run)
        self._look(self._line.next_block(run))

    def _arrive(self, run: Run) -> bool:
        """It is at the end of its block; whether that is the end of the line."""
        now = self._kernel.now
        number = self._line.next_block(run)
        section = self._sections[number]
        self._line.arrive(run)
        section.cleared_s[run.direction] = now
        run.came_s = run.since_s = now
        self._running -= 1
        if run.other:
            self.other_blocks += 1
        if run.at == run.last:
            if run.other:
                self.other_events += run.actor.events
            self._look(number)
            return True
        if run.at != run.goal:  # it does not fit here
            self._enter(run)
            self._look(number, self._behind(run))
            return False
        self._standing += 1
        self._remember(run)
        self._look(self._line.next_block(run), number)
        if not run.running:
            section.cleared_s[run.direction] = now + self.rules.braking_s
            self._look(number)
        return False

    def look_at_all(self) -> None:
        """Something changed everywhere."""
        self._look(*range(len(self._sections)))

    # --- who goes -----------------------------------------------------------------------------------------------------

    def _remember(self, run: Run) -> None:
        """Note for which blocks it waits; behind others, once it is the first."""
        queue = self._queues.get((run.at, run.direction))
        if queue is None:
            run.first_s = self._kernel.now
            self._wait_for(run)
            return
        express = run.express and self._loops[run.at].is_end
        heappush(queue.heap, (not express, run.number, run))
        self._advance(queue)

    def _advance(self, queue: Queue) -> None:
        """Whoever is first in a queue waits for its blocks; one to whom they are promised stays the first."""
        first = queue.heap[0][2] if queue.heap else None
        if first is queue.first:
            return
        if queue.first is not None:
            if queue.first.goal != queue.first.at:
                return
            self._wait_no_more(queue.first)
        queue.first = first
        if first is not None:
            first.first_s = self._kernel.now
            self._wait_for(first)

    def _wait_for(self, run: Run) -> None:
        if run.goal == run.at:
            self._line.look_ahead(run)
        for number in run.way:
            self._sections[number].waiting.append(run)

    def _wait_no_more(self, run: Run) -> None:
        for number in run.way:
            self._sections[number].waiting.remove(run)

    def _waiting(self) -> list[Run]:
        """All that wait for blocks."""
        return list(dict.fromkeys(run for section in self._sections for run in section.waiting))

    def _behind(self, run: Run) -> int:
        """The block behind the stand where it is (its own, at the end of the line)."""
        number = run.at if run.direction else run.at - 1
        return min(max(number, 0), len(self._sections) - 1)

    def _look(self, *numbers: int) -> None:
        """Let go whoever may go over these blocks, in the order of precedence, and look where that makes room."""
        if not self._standing or self._closed(self._kernel.now):
            return
        todo = list(reversed(numbers))
        while todo:
            number = todo.pop()
            run = self._choose(self._sections[number])
            if run is not None:
                todo += [number, self._behind(run)]
                self._go(run)
        if not self._running:
            if len(numbers) == len(self._sections):
                self._stalled()
            self.look_at_all()  # it may just have been opened again

    def _choose(self, section: Section) -> Run | None:
        """Who goes first of those that may; whoever needs several blocks is promised them in its turn."""
        waiting, line = section.waiting, self._line
        if not waiting:
            return None
        if len(waiting) > 1:
            now = self._kernel.now
            waiting = sorted(waiting, key=lambda run: self._rank(run, section, now))
        for run in waiting:
            if run.goal != run.at:
                if line.not_clear(run) is None:
                    return run
            elif line.no_way(run) is None and not self._in_turn_of_others(run, section):
                before = line.not_clear(run)
                if before is None:
                    line.hold(run)
                    return run
                if abs(run.ahead - run.at) > 1:
                    line.hold(run)
                elif line.follow and before.direction != run.direction:
                    return None  # its turn comes when those have passed; who followed them would put it off for ever
        return None

    def _in_turn_of_others(self, run: Run, here: Section) -> bool:
        """Whether one that needs several blocks would take one of them from a train that goes first there.

        That is only who stood in front before it did: each is let go once, so nobody waits for ever.
        """
        if abs(run.ahead - run.at) < 2:
            return False
        now = self._kernel.now
        for number in run.way:
            section = self._sections[number]
            if section is here or len(section.waiting) < 2:
                continue
            mine = self._rank(run, section, now)
            for other in section.waiting:
                if (
                    (other.first_s, other.number) < (run.first_s, run.number)
                    and self._rank(other, section, now) < mine
                    and self._line.no_way(other) is None
                ):
                    return True
        return False

    # --- times --------------------------------------------------------------------------------------------------------

    def _go(self, run: Run) -> None:
        """It leaves its stand."""
        direction, now = run.direction, self._kernel.now
        section, behind = self._sections[self._line.next_block(run)], self._sections[self._behind(run)]
        at, ahead = self._loops[run.at], self._loops[run.at + (-1 if direction else 1)]
        way = [(self._sections[number], self._seconds(run, self._sections[number])) for number in run.way]
        self._intervals.start(run, behind, at, way, ahead, now)
        run.waited_s += run.leave_s - run.since_s
        self._standing -= 1
        queue = self._queues.get((run.at, direction))
        self._wait_no_more(run)
        if queue is not None:
            queue.first = None
            if queue.heap[0][2] is run:
                heappop(queue.heap)
            else:  # an express came while it was promised its way
                queue.heap = sorted(item for item in queue.heap if item[2] is not run)
            self._advance(queue)
        if run.at in (0, len(self._loops) - 1):
            self._count(run, queue)
        self._start(run, section)

    def _enter(self, run: Run) -> None:
        """It passes a stand where it does not fit; its way is held."""
        section = self._sections[self._line.next_block(run)]
        ahead = self._loops[run.at + (-1 if run.direction else 1)]
        self._intervals.through(run, section, ahead, self._seconds(run, section), self._kernel.now)
        self._start(run, section)

    def _seconds(self, run: Run, section: Section) -> int:
        return max(1, round(section.length_m / (run.speed_ms or self._speed_ms)))

    def _start(self, run: Run, section: Section) -> None:
        direction = run.direction
        self._loops[run.at].left_s[direction] = run.leave_s
        self._line.enter(run)
        section.streak = section.streak + 1 if section.last == direction else 1
        section.last = direction
        section.entered_s[direction] = run.leave_s
        section.leaves_s[direction] = run.arrive_s
        if section.double:
            section.busy_s += run.arrive_s - run.leave_s
        else:
            section.busy_s += max(0, run.arrive_s - max(run.leave_s, section.busy_until_s))
        section.busy_until_s = max(section.busy_until_s, run.arrive_s)
        self._running += 1
        if self._log is not None:
            self._log.add(run.number, run.actor.number, section.place, 1 - direction, run.leave_s, run.arrive_s)
        if run.actor.parked:
            run.actor.wake()

    def _count(self, run: Run, queue: Queue | None) -> None:
        """It enters the line."""
        self.passed += 1
        direction = run.direction
        if queue is not None and queue.heap:
            gap = run.leave_s - self._entered_s[direction]
            known = self._gap_s[direction]
            self._gap_s[direction] = known + (gap - known) / 8 if known else float(max(gap, 0))
        self._entered_s[direction] = run.leave_s

    # --- other traffic, and the end of all things ---------------------------------------------------------------------

    def _other_traffic(self, _actor: Actor, direction: int) -> Steps:
        """Background trains of one direction, as Poisson would have them, until their number changes."""
        traffic, stream = self._traffic, self._arrivals[direction]
        while True:
            yield max(1, round(stream.exponential(self._other_gap_s)))
            if traffic != self._traffic:
                return
            self._kernel.spawn(
                self._other_name,
                lambda actor: self.pass_over(actor, (), direction == FORWARD, self.rules.other_m, other=True),
            )

    def _stalled(self) -> None:
        """Trains stand, none runs, and none was let go: told, with who stands where."""
        day = 86_400
        lines = [
            f"  {run.actor.name} of {run.length_m:.0f} m stands at {self._names[run.at]} "
            f"since day {run.since_s / day:.1f} for its way to {self._names[run.ahead]}"
            for run in self._waiting()
        ]
        where = self._kernel.ledger.names[self._place]
        raise Stalled(f"day {self._kernel.now / day:.1f}: no train moves on {where}:\n" + "\n".join(lines))
