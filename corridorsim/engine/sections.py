"""What a line with loops consists of, with its times: trains on their way, loops, the blocks between them, queues."""

from __future__ import annotations

from .interlocking import BACK, FORWARD, Block, Passage, Stand
from .kernel import Actor

#: when something happened that never did
LONG_AGO = -(1 << 40)


class Run(Passage):
    """A train on the line, with its times."""

    __slots__ = (
        "actor", "arrive_s", "came_s", "express", "first_s", "last", "leave_s", "number", "other", "since_s",
        "speed_ms", "waited_s",
    )  # fmt: skip

    def __init__(self, actor: Actor, direction: int, length_m: float, end: int, now: int, number: int) -> None:
        super().__init__(direction, length_m, 0 if direction == FORWARD else end)
        self.actor = actor
        self.number = number  #: in the order of coming to the line
        self.last = end if direction == FORWARD else 0
        self.came_s = self.since_s = now  #: at the stand; and since when it waits there
        self.first_s = now  #: when it became the first of its queue, or came to a stand without one
        self.leave_s = self.arrive_s = now  #: of the block that it is given
        self.waited_s = 0  #: at stands before this one
        self.speed_ms = 0.0  #: 0 = that of the line
        self.express = self.other = False  #: ``other``: background traffic


class Loop(Stand):
    """A stand with its times, by direction."""

    __slots__ = ("due_s", "left_s")

    def __init__(self, *, is_end: bool = False) -> None:
        super().__init__(is_end=is_end)
        self.due_s: tuple[list[int], list[int]] = ([], [])  #: arrivals to come, and the last ones
        self.left_s = [LONG_AGO, LONG_AGO]


class Section(Block):
    """A block with its times, by direction, and those who wait for it."""

    __slots__ = (
        "busy_s", "busy_until_s", "cleared_s", "entered_s", "last", "leaves_s", "length_m", "place", "settled_s",
        "streak", "waiting",
    )  # fmt: skip

    def __init__(self, length_m: float, place: int) -> None:
        super().__init__()
        self.length_m = length_m
        self.place = place  #: its number in the ledger
        self.waiting: list[Run] = []
        self.entered_s = [LONG_AGO, LONG_AGO]
        self.cleared_s = [LONG_AGO, LONG_AGO]
        self.leaves_s = [LONG_AGO, LONG_AGO]  #: when the last that entered comes out
        self.last = BACK  #: direction of the last that entered
        self.streak = 0  #: trains in that direction in a row
        self.busy_s = self.busy_until_s = self.settled_s = 0


class Queue:
    """Trains that stand one behind the other before a block: only the first may go. Express trains first, at ends."""

    __slots__ = ("first", "heap")

    def __init__(self) -> None:
        self.heap: list[tuple[bool, int, Run]] = []
        self.first: Run | None = None  #: who is known to wait for blocks
