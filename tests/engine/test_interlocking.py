"""No deadlock: every state that trains reach on small lines, whoever is let go first and however long they run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

import pytest

from corridorsim.engine.interlocking import Block, Interlocking, Passage, Stand

LONG, SHORT = 1000.0, 500.0
Loops = tuple[tuple[int, float], ...]
State = tuple[tuple[int, float, int, int, bool], ...]


class Small:
    """A line whose loops have (tracks, usable length), and trains of two lengths from both ends, as many as may come.

    ``double``: numbers of the blocks with a second track. Where trains follow each other, at most four are on the line.
    """

    def __init__(self, loops: Loops, double: tuple[int, ...] = (), *, follow: bool = False) -> None:
        self.loops, self.double, self.follow = loops, double, follow

    def line(self, state: State) -> tuple[Interlocking, list[Passage]]:
        stands = [Stand(is_end=True), *(Stand() for _ in self.loops), Stand(is_end=True)]
        blocks = [Block() for _ in stands[1:]]
        for number in self.double:
            blocks[number].double = True
        for number, (tracks, usable_m) in enumerate(self.loops, 1):
            if blocks[number - 1].double or blocks[number].double:
                stands[number].beside_second_track(1, 1)
            else:
                stands[number].of_tracks(tracks, usable_m)
        line = Interlocking(stands, blocks, follow=self.follow)
        trains = []
        for direction, length_m, at, goal, running in state:
            train = Passage(direction, length_m, at)
            line.look_ahead(train)
            trains.append(train)
            if goal != at:
                line.hold(train)
            if running:
                block = line.blocks[line.next_block(train)]
                block.promised[train.direction] = None
                block.inside[train.direction].append(train)
                train.running = True
            elif not stands[train.at].is_end:
                stands[train.at].holders[train.direction].append(train)
        return line, trains

    @staticmethod
    def state(trains: list[Passage]) -> State:
        return tuple(sorted((t.direction, t.length_m, t.at, t.goal, t.running) for t in trains))

    def moves(self, state: State) -> Iterator[tuple[str, State]]:
        """All that may happen next, whatever a dispatcher would choose."""
        _, trains = self.line(state)
        for number in range(len(trains)):
            line, trains = self.line(state)
            train = trains[number]
            if train.running:
                line.arrive(train)
                if line.stands[train.at].is_end:
                    trains.pop(number)
                elif train.at != train.goal:
                    line.enter(train)  # it does not fit here, and cannot stop
                yield "arrive", self.state(trains)
            elif train.goal != train.at:
                if line.not_clear(train) is None:
                    line.enter(train)
                    yield "go", self.state(trains)
            elif line.no_way(train) is None:
                line.hold(train)
                if len(train.way) > 1:
                    yield "promise", self.state(trains)
                if line.not_clear(train) is None:
                    line.enter(train)
                    yield "go", self.state(trains)
        ends = {at for direction, _, at, _, running in state if not running}
        for direction, end in ((0, 0), (1, len(self.loops) + 1)):
            if end not in ends and not (self.follow and len(state) >= 4):
                for length_m in (SHORT, LONG):
                    train = Passage(direction, length_m, end)
                    yield "come", self.state([*self.line(state)[1], train])

    def explore(self) -> int:
        """Visit every state; from each one where trains are, one must move. Returns how many there are."""
        seen: set[State] = {()}
        front: list[State] = [()]
        while front:
            state = front.pop()
            kinds = set()
            for kind, after in self.moves(state):
                kinds.add(kind)
                self.check(after)
                if after not in seen:
                    seen.add(after)
                    front.append(after)
            assert not state or kinds & {"arrive", "go"}, f"nobody moves: {state}"
        return len(seen)

    def check(self, state: State) -> None:
        """No two trains meet on single track, and none stands where it does not fit or where there is no track."""
        line, trains = self.line(state)
        for block in line.blocks:
            assert block.double or not (block.inside[0] and block.inside[1]), state
            assert self.follow or max(map(len, block.inside)) <= 1, state
        for at, (stand, (tracks, _)) in enumerate(zip(line.stands[1:-1], self.loops, strict=True), 1):
            standing = [t for t in trains if t.at == at and not t.running]
            assert all(t.length_m <= stand.usable_m for t in standing), state
            assert len(standing) <= max(tracks, 2), state
            if stand.room < 1000:
                assert all(len(stand.holders[d]) < max(tracks, 2) for d in (0, 1)), state


KINDS = ((2, SHORT), (2, LONG), (3, SHORT), (3, LONG), (0, LONG))
LINES: list[Loops] = [*((kind,) for kind in KINDS), ((2, SHORT), (2, SHORT))]
if os.environ.get("CORRIDORSIM_LONG"):
    LINES = [loops for count in (1, 2) for loops in product(KINDS, repeat=count)] + [
        ((2, SHORT), (2, LONG), (2, SHORT))
    ]


@pytest.mark.parametrize("loops", LINES, ids=str)
def test_somebody_can_always_move(loops: Loops) -> None:
    assert Small(loops).explore() > 100


@pytest.mark.parametrize("loops", LINES[:2], ids=str)
def test_somebody_can_always_move_where_trains_follow_closely(loops: Loops) -> None:
    assert Small(loops, follow=True).explore() > 100


@pytest.mark.parametrize("double", [(0,), (1,)], ids=str)
def test_somebody_can_always_move_beside_a_second_track(double: tuple[int, ...]) -> None:
    assert Small(((2, SHORT),), double).explore() > 100


def test_without_the_third_rule_trains_lock_each_other() -> None:
    """What the search is worth: where one direction may fill a loop, it finds the two trains before one another."""

    class Filled(Small):
        def line(self, state: State) -> tuple[Interlocking, list[Passage]]:
            line, trains = super().line(state)
            for stand in line.stands[1:-1]:
                stand.limits = (2, 2)
            return line, trains

        def check(self, state: State) -> None:
            """Nothing: it is no safe line."""

    with pytest.raises(AssertionError, match="nobody moves"):
        Filled(((2, LONG), (2, LONG))).explore()
