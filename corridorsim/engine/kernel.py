"""The kernel: SimPy's clock, and actors that are stepped by one re-armed event each.

An actor is a generator that reads like prose. It yields a number of seconds to let time pass, or nothing to stand
until somebody wakes it. One slotted event carries it through its whole life, so a train costs one event a hop and no
object a wait. ``Token`` is a counted permit with a FIFO queue: an immediate grant makes no event, and a release steps
the next in line without one.

Waiting is written here and nowhere else, as it starts: who, where, from, to, cause, blocker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any

import simpy
from simpy.events import NORMAL, Event

from corridorsim.ledger import ACTIVITIES, CAUSES, OPEN, Ledger

if TYPE_CHECKING:
    from .cargo import Part

#: what an actor's generator yields: seconds to let pass, or None to stand until woken
Steps = Generator[int | None, None, None]
#: (flow, lot, tonnes) of what waits; an empty train or ship has none
Who = tuple[int, int, float]
NOBODY: Who = (OPEN, OPEN, 0.0)
RAIL, SEA, HANDLING = (ACTIVITIES.index(activity) for activity in ("rail", "sea", "handling"))


class Actor(Event):
    """A generator driven by one event, re-armed for every delay."""

    __slots__ = ("_next", "events", "kernel", "name", "number", "parked")
    _ok = True
    _value = None

    def __init__(self, kernel: Kernel, name: str) -> None:
        self.env = self.kernel = kernel
        self.name = name
        self.number = kernel.ledger.number(name)
        self.events = 0
        self.parked = False

    def start(self, generator: Steps, delay: int = 0) -> None:
        """Begin after ``delay`` seconds; with none, as soon as the present step ends."""
        self._next = generator.__next__
        if delay:
            self.callbacks = _STEP
            self.kernel.schedule(self, NORMAL, delay)
        else:
            self.kernel.ready.append(self)

    def wake(self) -> None:
        """Let a standing actor go on, at this time, once the present step ends."""
        if not self.parked:
            raise RuntimeError(f"{self.name} was woken but does not stand")
        self.parked = False
        self.kernel.ready.append(self)

    def advance(self) -> None:
        """Run to the next yield."""
        try:
            delay = self._next()
        except StopIteration:
            return
        if delay is None:
            self.parked = True
        else:
            self.callbacks = _STEP
            self.kernel.schedule(self, NORMAL, delay)


def _step(actor: Any) -> None:
    """The event of an actor has come."""
    actor.events += 1
    actor.advance()
    kernel = actor.kernel
    if kernel.ready:
        kernel.drain()


#: SimPy calls each callback with the event, which is the actor itself: one list serves all, and no actor refers to
#: itself, so a train that has arrived is gone at once and leaves nothing to the garbage collector
_STEP: Any = [_step]


class _Call(Event):
    """An event that calls ``action``."""

    __slots__ = ("action",)
    _ok = True
    _value = None

    def __init__(self, kernel: Kernel, action: Callable[[], Any]) -> None:
        self.env = kernel
        self.action = action
        self.callbacks = _CALL


def _call(event: Any) -> None:
    event.action()
    kernel = event.env
    if kernel.ready:
        kernel.drain()


_CALL: Any = [_call]


class Kernel(simpy.Environment):
    """SimPy's clock, with the ledger and the list of actors that are ready to go on."""

    # the clock is read ten times for each time that it moves: a slot instead of SimPy's property (see below)
    __slots__ = ("_now",)
    if TYPE_CHECKING:
        now: int  #: seconds since the start of the horizon

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger
        self.ready: deque[Actor] = deque()
        #: open waits for something that an actor holds: row -> (actor, blocker, place, since); the watchdog's field
        self.blocked: dict[int, tuple[int, int, int, int]] = {}
        self.cause = {name: ledger.number(name) for name in CAUSES}
        self._add_wait = ledger.tables["waits"].add
        self._put_wait = ledger.tables["waits"].put
        self._add_leg = ledger.legs.add

    @property
    def env(self) -> simpy.Environment:
        """For ordinary SimPy processes beside the actors."""
        return self

    def drain(self) -> None:
        """Step every ready actor, and those that they make ready."""
        ready = self.ready
        while ready:
            ready.popleft().advance()

    def spawn(self, name: str, story: Callable[[Actor], Steps], delay: int = 0) -> Actor:
        """A new actor that lives through ``story(actor)``."""
        actor = Actor(self, name)
        actor.start(story(actor), delay)
        return actor

    def later(self, delay: int, action: Callable[[], Any]) -> None:
        """Call ``action`` after ``delay`` seconds."""
        self.schedule(_Call(self, action), NORMAL, delay)

    # --- waiting ------------------------------------------------------------------------------------------------------

    def begin_wait(self, actor: int, part: Part | None, place: int, cause: str, blocker: int = OPEN) -> int:
        """Write that a part (or an empty train or ship) waits from now on; returns the row for ``end_wait``."""
        flow, lot, tonnes = NOBODY if part is None else waiting(part)
        why = self.cause[cause]
        row = self._add_wait(actor, flow, lot, tonnes, place, why, blocker, self.now, OPEN)
        if blocker != OPEN:
            self.blocked[row] = (actor, blocker, place, self.now)
        if part is not None and part.gate is not None:
            part.gate.cause = why
        return row

    def end_wait(self, row: int) -> None:
        """The wait of a row ends now."""
        self._put_wait(row, "end_s", self.now)
        self.blocked.pop(row, None)

    def known_waits(
        self, actor: int, who: Sequence[Who], place: int, cause: str, seconds: int, blocker: int = OPEN
    ) -> None:
        """Write waits that start now and whose end is known, one for each of ``who``."""
        now, add, why = self.now, self._add_wait, self.cause[cause]
        for flow, lot, tonnes in who:
            add(actor, flow, lot, tonnes, place, why, blocker, now, now + seconds)

    def stand(self, actor: Actor, parts: Sequence[Part], place: int, cause: str, blocker: int = OPEN) -> Steps:
        """Stand until woken, written as one wait for each part on board (one of no tonnes where there is none)."""
        rows = [self.begin_wait(actor.number, part, place, cause, blocker) for part in parts or (None,)]
        yield None
        for row in rows:
            self.end_wait(row)

    def linger(
        self, actor: Actor, parts: Sequence[Part], place: int, cause: str, seconds: int, blocker: int = OPEN
    ) -> Steps:
        """Wait for a known time, written as one wait for each part on board."""
        if seconds > 0:
            self.known_waits(actor.number, all_waiting(parts), place, cause, seconds, blocker)
            for part in parts:
                if part.gate is not None:
                    part.gate.cause = self.cause[cause]
            yield seconds

    # --- what is no waiting -------------------------------------------------------------------------------------------

    def carried(self, activity: int, actor: int, parts: Sequence[Part], place: int, start_s: int, end_s: int) -> None:
        """Write that cargo was moved or handled (``RAIL``, ``SEA``, ``HANDLING``) between two times."""
        add = self._add_leg
        for part in parts:
            if part.lot is not None:
                add(activity, actor, part.lot.row, part.tonnes, place, start_s, end_s)


# the same slot under the name that SimPy reads and writes and under the one that the engine reads
Kernel.now = Kernel._now  # type: ignore[misc, assignment]


def waiting(part: Part) -> Who:
    """Who waits when this part does."""
    lot = part.lot
    return NOBODY if lot is None else (part.flow, lot.row, part.tonnes)


def all_waiting(parts: Sequence[Part]) -> list[Who]:
    """Who waits on board of a train or ship."""
    return [waiting(part) for part in parts] or [NOBODY]


class Token:
    """``capacity`` permits; who comes when none is free stands in line, first come first served."""

    __slots__ = ("busy", "capacity", "holders", "queue")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.busy = 0
        self.queue: deque[Actor] = deque()
        self.holders: list[int] = []

    def take(self, actor: Actor) -> bool:
        """Take a permit if one is free and nobody stands in line; else join the line (the caller then yields None)."""
        if self.busy < self.capacity and not self.queue:
            self.busy += 1
            self.holders.append(actor.number)
            return True
        self.queue.append(actor)
        return False

    def release(self, actor: Actor) -> None:
        """Give a permit back; the first in line has it at once."""
        self.holders.remove(actor.number)
        self.busy -= 1
        self._grant()

    def resize(self, capacity: int) -> None:
        """Change the number of permits; holders keep theirs."""
        self.capacity = capacity
        self._grant()

    def _grant(self) -> None:
        while self.queue and self.busy < self.capacity:
            actor = self.queue.popleft()
            self.busy += 1
            self.holders.append(actor.number)
            actor.wake()

    def blocker(self) -> int:
        """Who holds a permit longest, for the ledger."""
        return self.holders[0] if self.holders else OPEN


class Meter:
    """Busy and in-service resource-seconds of something counted."""

    __slots__ = ("_busy_s", "_kernel", "_service_s", "_since", "busy", "in_service")

    def __init__(self, kernel: Kernel, in_service: float = 0) -> None:
        self._kernel = kernel
        self.busy = 0.0
        self.in_service = in_service
        self._busy_s = 0.0
        self._service_s = 0.0
        self._since = kernel.now

    def change(self, busy: float = 0, in_service: float = 0) -> None:
        """Add to what is busy and what is in service, from now on."""
        now = self._kernel.now
        elapsed = now - self._since
        if elapsed:
            self._busy_s += self.busy * elapsed
            self._service_s += self.in_service * elapsed
            self._since = now
        self.busy += busy
        self.in_service += in_service

    def read(self) -> tuple[float, float]:
        """(busy, in-service) resource-seconds until now."""
        self.change()
        return self._busy_s, self._service_s
