"""Who may go where on a line with loops, so that no trains ever stand before one another for good.

State only: no clock, no ledger, no choice. A passage is one train on its way from an end of the line to the other. It
stands at a stand (a loop, an end, the end of a second track) and goes on to the next stand where it fits, over one
block or, where it fits none of the stands between, over several at once. It may go when

1. *direction*: no train the other way is on a block of single track that it takes, nor has been promised it;
2. *a place ahead*: every stand on its way, up to the one where it fits, has room for it, which it then holds;
3. *no stand filled from one side*: trains of one direction hold at most all tracks of a stand but one.

That this suffices: suppose that trains stand and none runs. Who has been promised blocks finds them empty and goes.
Where nobody has, take a train that has none of its own direction before it. The stands on its way hold only trains of
the other direction, which by (3) leave a track free; all blocks are empty; so it may go. (A stand beside a second track
has room of its own for each direction, and the same holds.)

A train that fits no stand for several blocks might wait for ever until all of them happen to be empty at once. So it
may be *promised* them as soon as the stands on its way have room: nobody else enters from then on, and since every
train that runs has its place ahead, they are empty soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

FORWARD, BACK = 0, 1


class Passage:
    """One train on its way. ``goal`` is the stand up to which it holds its way; where it has none, that is ``at``."""

    __slots__ = ("ahead", "at", "direction", "goal", "length_m", "running", "way")

    def __init__(self, direction: int, length_m: float, at: int) -> None:
        self.direction = direction
        self.length_m = length_m
        self.at = self.goal = self.ahead = at  #: ``ahead``: the next stand where it fits
        self.way: Sequence[int] = ()  #: blocks up to there
        self.running = False


class Stand:
    """A place where trains meet, with those that hold room there, by direction."""

    __slots__ = ("holders", "is_end", "limits", "room", "usable_m")

    def __init__(self, *, is_end: bool = False) -> None:
        self.is_end = is_end
        self.holders: tuple[list[Passage], list[Passage]] = ([], [])
        self.room = inf
        self.limits: tuple[float, float] = (inf, inf)
        self.usable_m = inf

    def of_tracks(self, tracks: int, usable_m: float) -> None:
        """A loop on single track; with fewer than 2 tracks trains pass here, but none stands."""
        self.room = max(1, tracks)
        self.limits = (max(1, tracks - 1),) * 2
        self.usable_m = usable_m if tracks >= 2 else 0.0

    def beside_second_track(self, forward: int, back: int) -> None:
        """Room of its own for each direction, for any train."""
        self.room, self.limits, self.usable_m = inf, (max(1, forward), max(1, back)), inf

    def full(self, direction: int) -> Passage | None:
        """Who holds the room that a train of a direction would need; None where there is room."""
        own, others = self.holders[direction], self.holders[1 - direction]
        if len(own) >= self.limits[direction]:
            return own[0]
        if len(own) + len(others) >= self.room:
            return (others or own)[0]
        return None


class Block:
    """The track between two stands, with those that run on it and those to whom it is promised, by direction."""

    __slots__ = ("double", "inside", "promised")

    def __init__(self) -> None:
        self.double = False
        self.inside: tuple[list[Passage], list[Passage]] = ([], [])
        self.promised: list[Passage | None] = [None, None]

    def against(self, direction: int) -> Passage | None:
        """A train that comes the other way on single track."""
        others = self.inside[1 - direction]
        return others[0] if others and not self.double else None


class Interlocking:
    """A line of ``blocks[i]`` from ``stands[i]`` to ``stands[i + 1]``.

    ``follow``: more than one train of a direction may be on a block at once.
    """

    def __init__(self, stands: Sequence[Stand], blocks: Sequence[Block], *, follow: bool) -> None:
        self.stands = stands
        self.blocks = blocks
        self.follow = follow

    def look_ahead(self, passage: Passage) -> None:
        """Find the next stand where it fits, and the blocks up to there."""
        step = -1 if passage.direction else 1
        at = passage.at + step
        while not self.stands[at].is_end and self.stands[at].usable_m < passage.length_m:
            at += step
        passage.ahead = at
        passage.way = range(passage.at - 1, at - 1, -1) if passage.direction else range(passage.at, at)

    def next_block(self, passage: Passage) -> int:
        """The block before it."""
        return passage.at - passage.direction

    def no_way(self, passage: Passage) -> Passage | None:
        """Who keeps one that holds no way from holding it: by a promise, or by room ahead; None where it may."""
        direction, far = passage.direction, 1 - passage.direction
        for number in passage.way:
            block = self.blocks[number]
            promised = block.promised
            if promised[direction] is not None:
                return promised[direction]
            if promised[1 - direction] is not None and not block.double:
                return promised[1 - direction]
            stand = self.stands[number + far]
            if not stand.is_end and (holder := stand.full(direction)) is not None:
                return holder
        return None

    def not_clear(self, passage: Passage) -> Passage | None:
        """Who is still on the blocks of its way; None where it may enter.

        It may follow another into the first of them. The others must be empty, since it cannot stop before them.
        """
        direction, follow = passage.direction, self.follow
        for number in passage.way:
            block = self.blocks[number]
            other = block.against(direction)
            if other is not None:
                return other
            if block.inside[direction] and not follow:
                return block.inside[direction][-1]
            follow = False
        return None

    def hold(self, passage: Passage) -> None:
        """Hold the way: room at its stands, and a promise of its blocks where they are several."""
        direction, far = passage.direction, 1 - passage.direction
        for number in passage.way:
            stand = self.stands[number + far]
            if not stand.is_end:
                stand.holders[direction].append(passage)
            if len(passage.way) > 1:
                self.blocks[number].promised[direction] = passage
        passage.goal = passage.ahead

    def enter(self, passage: Passage) -> Block:
        """Leave the stand and run into the next block."""
        direction = passage.direction
        stand, block = self.stands[passage.at], self.blocks[self.next_block(passage)]
        if not stand.is_end:
            stand.holders[direction].remove(passage)
        if block.promised[direction] is passage:
            block.promised[direction] = None
        block.inside[direction].append(passage)
        passage.running = True
        return block

    def arrive(self, passage: Passage) -> Block:
        """Come to the far end of the block; the train stands there, or passes where it does not fit."""
        block = self.blocks[self.next_block(passage)]
        block.inside[passage.direction].remove(passage)
        passage.at += -1 if passage.direction else 1
        passage.running = False
        return block
