"""The kernel: SimPy's clock, and actors that are stepped by one re-armed event each.

An actor is a generator that reads like prose. It yields a number of seconds to let time pass, or nothing to stand
until somebody wakes it. One slotted event carries it through its whole life, so a train costs one event a hop and no
object a wait. ``Token`` is a counted permit with a FIFO queue: an immediate grant makes no event, and a release steps
the next in line without one. Actors stand in SimPy's own queue of events, in its order, and are stepped in its loop,
which is written out here for them: three calls less an event.

Waiting is written here and nowhere else, as it starts: who, where, from, to, cause, blocker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import simpy
from simpy.events import NORMAL, URGENT, Event

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

    __slots__ = ("_send", "events", "kernel", "name", "number", "parked")
    _ok = True
    _value = None

    def __init__(self, kernel: Kernel, name: str, *, unique: bool = False) -> None:
        """``unique``: nobody else ever has this name, so the ledger need not look for it."""
        self.env = self.kernel = kernel
        self.name = name
        self.number = kernel.ledger.unique(name) if unique else kernel.ledger.number(name)
        self.events = 0
        self.parked = False
        self.callbacks = _STEP

    def start(self, generator: Steps, delay: int = 0) -> None:
        """Begin after ``delay`` seconds; with none, as soon as the present step ends."""
        self._send = generator.send
        if delay:
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
            delay = self._send(None)
        except StopIteration:
            return
        if delay is None:
            self.parked = True
        else:
            kernel = self.kernel
            heappush(kernel.queue, (kernel.now + delay, NORMAL, next(kernel.order), self))


def _step(actor: Any) -> None:
    """The event of an actor has come, where SimPy's own loop runs: as in ``Kernel.run``."""
    actor.callbacks = _STEP
    actor.events += 1
    actor.advance()
    actor.kernel.drain()


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
    event.env.drain()


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
        #: SimPy's own, as its ``schedule`` fills them: (time, priority, number of the event, event), and those numbers
        self.queue: list[tuple[int, int, int, Event]] = self._queue  # type: ignore[assignment]
        self.order = self._eid
        #: open waits for something that an actor holds: row -> (actor, blocker, place, since); the watchdog's field
        self.blocked: dict[int, tuple[int, int, int, int]] = {}
        self.cause = {name: ledger.number(name) for name in CAUSES}
        self._slot = self.cause["slot"]
        self._waits, self._legs = ledger.tables["waits"], ledger.legs
        self._end_at, self._pack_end = self._waits.at["end_s"]

    @property
    def env(self) -> simpy.Environment:
        """For ordinary SimPy processes beside the actors."""
        return self

    def run(self, until: Any = None) -> Any:
        """SimPy's ``run``; until a whole second, with the step of an actor written out in the loop."""
        if not isinstance(until, int) or until <= self.now:
            return super().run(until)
        queue, order, ready = self.queue, self.order, self.ready
        stop = Event(self)
        self.schedule(stop, URGENT, until - self.now)
        while True:
            entry = heappop(queue)
            event: Any = entry[3]
            if event.callbacks is _STEP:
                now = self.now = entry[0]
                event.events += 1
                while True:  # this one, and those that it makes ready: ``drain`` written out
                    try:
                        delay = event._send(None)
                    except StopIteration:
                        pass
                    else:
                        if delay is None:
                            event.parked = True
                        else:
                            heappush(queue, (now + delay, NORMAL, next(order), event))
                    if not ready:
                        break
                    event = ready.popleft()
            elif event.callbacks is _CALL:
                self.now = entry[0]
                event.action()
                if ready:
                    self.drain()
            elif event is stop:
                self.now = until
                return None
            else:
                heappush(queue, entry)
                self.step()

    def drain(self) -> None:
        """Step every ready actor, and those that they make ready."""
        ready = self.ready
        while ready:
            ready.popleft().advance()

    def spawn(self, name: str, story: Callable[[Actor], Steps], *, unique: bool = False) -> Actor:
        """A new actor that lives through ``story(actor)``."""
        actor = Actor(self, name, unique=unique)
        actor.start(story(actor))
        return actor

    def later(self, delay: int, action: Callable[[], Any]) -> None:
        """Call ``action`` after ``delay`` seconds."""
        self.schedule(_Call(self, action), NORMAL, delay)

    # --- waiting ------------------------------------------------------------------------------------------------------

    def begin_wait(self, actor: int, part: Part | None, place: int, cause: str, blocker: int = OPEN) -> int:
        """Write that a part (or an empty train or ship) waits from now on; returns the row for ``end_wait``."""
        flow, lot, tonnes = NOBODY if part is None else waiting(part)
        why = self.cause[cause]
        row = self._waits.add(actor, flow, lot, tonnes, place, why, blocker, self.now, OPEN)
        if blocker != OPEN:
            self.blocked[row] = (actor, blocker, place, self.now)
        if part is not None and part.gate is not None:
            part.gate.cause = why
        return row

    def line_up(self, actor: Actor, who: Sequence[Who], place: int, token: Token) -> range:
        """Stand in line for a permit of which none is free (the caller then yields None); the rows of the waits, one
        for each of ``who``, none of them under an acceptance limit."""
        number, now, why, waits = actor.number, self.now, self._slot, self._waits
        blocker = token.holders[0] if token.holders else OPEN
        token.queue.append(actor)
        data, pack, first = waits.data, waits.pack, len(waits.data) // waits.size
        for flow, lot, tonnes in who:
            data += pack(number, flow, lot, tonnes, place, why, blocker, now, OPEN)
        if blocker != OPEN:  # one of them is enough for the watchdog
            self.blocked[first] = (number, blocker, place, now)
        return range(first, first + len(who))

    def end_waits(self, rows: range) -> None:
        """These waits end now."""
        now, data, size, place, pack_into = self.now, self._waits.data, self._waits.size, self._end_at, self._pack_end
        for row in rows:
            pack_into(data, row * size + place, now)
        self.blocked.pop(rows.start, None)

    def end_wait(self, row: int) -> None:
        """The wait of a row ends now."""
        self._waits.put(row, "end_s", self.now)
        self.blocked.pop(row, None)

    def known_waits(
        self, actor: int, who: Sequence[Who], place: int, cause: str, seconds: int, blocker: int = OPEN
    ) -> None:
        """Write waits that start now and whose end is known, one for each of ``who``."""
        now, why = self.now, self.cause[cause]
        data, pack = self._waits.data, self._waits.pack
        for flow, lot, tonnes in who:
            data += pack(actor, flow, lot, tonnes, place, why, blocker, now, now + seconds)

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
        data, pack = self._legs.data, self._legs.pack
        for part in parts:
            if part.lot is not None:
                data += pack(activity, actor, part.lot.row, part.tonnes, place, start_s, end_s)


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

    __slots__ = ("capacity", "holders", "queue")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.queue: deque[Actor] = deque()  #: empty while a permit is free
        self.holders: list[int] = []  #: who has held a permit longest comes first

    def take(self, actor: Actor) -> bool:
        """Take a permit if one is free; else join the line (the caller then yields None)."""
        if len(self.holders) < self.capacity:
            self.holders.append(actor.number)
            return True
        self.queue.append(actor)
        return False

    def release(self, actor: Actor) -> None:
        """Give a permit back; the first in line has it at once."""
        self.holders.remove(actor.number)
        if self.queue:
            self.grant()

    def resize(self, capacity: int) -> None:
        """Change the number of permits; holders keep theirs."""
        self.capacity = capacity
        self.grant()

    def grant(self) -> None:
        """Let those in line have what is free."""
        queue, holders = self.queue, self.holders
        while queue and len(holders) < self.capacity:
            actor = queue.popleft()
            holders.append(actor.number)
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


class Queue:
    """Those who come to something counted: how many, how many of them wait for it, and for how long."""

    __slots__ = ("_empty_s", "_kernel", "_present_s", "_since", "_waiting_s", "came", "present", "waited", "waiting")

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.came = self.waited = 0
        self.present = self.waiting = 0
        self._waiting_s = self._present_s = self._empty_s = 0
        self._since = kernel.now

    def change(self, present: int = 0, waiting: int = 0) -> None:
        """Somebody comes (1) or goes (-1), begins to wait (1) or no longer does (-1)."""
        now = self._kernel.now
        elapsed = now - self._since
        if elapsed:
            self._since = now
            if self.present:
                self._present_s += self.present * elapsed
                self._waiting_s += self.waiting * elapsed
            else:
                self._empty_s += elapsed
        self.present += present
        self.waiting += waiting
        if present > 0:
            self.came += present
        if waiting > 0:
            self.waited += waiting

    def read(self) -> tuple[int, int, int, int, int]:
        """(came, waited, seconds of waiting, of being there, of nobody there) until now."""
        self.change()
        return self.came, self.waited, self._waiting_s, self._present_s, self._empty_s
