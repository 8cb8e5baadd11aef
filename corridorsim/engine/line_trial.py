"""A line by itself: trains are sent over it from both ends, so many a day or as many as it takes.

The same ``Line`` as in the corridor, with nothing around it: no cargo, no locomotives, no yards. What comes out is the
log of its trains and of their blocks.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise

from corridorsim.ledger import Ledger
from corridorsim.ledger.columns import Table
from corridorsim.model import Segment, SingleTrack

from .kernel import Actor, Kernel, Steps
from .loops import Line
from .streams import Streams

DAY_S = 86_400
#: trains that always stand before a saturated line, at each end
_QUEUE = 3
#: trains by which one end of a saturated line may be ahead of the other: they are to run in pairs
_LEAD = 4


@dataclass(frozen=True, slots=True)
class TrainKind:
    """Trains of one kind: ``share`` of all, ``speed_ms`` where they have one of their own (0: that of the line)."""

    id: str
    share: float
    length_m: float
    speed_ms: float = 0.0
    express: bool = False


@dataclass(frozen=True, slots=True)
class LineTrial:
    """What is tried. Segments in loop detail follow one another; ``along``: the line runs from their ``from_node``.

    ``trains_per_day`` both ways together come at any moment (Poisson); 0 saturates the line: at both ends there always
    stand trains, but for one end that is ahead of the other. The speed of each train differs by up to ``spread`` either
    way. ``window_s`` of each day from noon on the line is closed. The first ``warm_up_days`` count for nothing.
    """

    segments: tuple[Segment, ...]
    along: tuple[bool, ...]
    rules: SingleTrack
    kinds: tuple[TrainKind, ...]
    trains_per_day: float
    days: int
    warm_up_days: int
    spread: float
    window_s: int = 0


@dataclass(slots=True)
class Passed:
    """A train that has come to its end: ``kind`` by number; ``free_s`` is what it takes alone."""

    number: int
    forward: bool  #: from the first station to the last
    kind: int
    came_s: int
    entered_s: int
    left_s: int
    free_s: int


@dataclass(slots=True)
class LineLog:
    """What happened. ``blocks`` as in the ledger; ``names`` are those of its numbers."""

    passed: list[Passed]
    blocks: Table
    names: list[str]
    came: int  #: trains that came to the line
    events: int
    hops: int
    end_s: int


def try_line(trial: LineTrial, *, seed: int, replication: int) -> LineLog:
    """One run. Raises Stalled when trains stand and none moves, which the interlocking excludes."""
    return _Trial(trial, seed, replication).run()


class _Trial:
    def __init__(self, trial: LineTrial, seed: int, replication: int) -> None:
        self.trial = trial
        self.kernel = Kernel(Ledger(hops=True))
        self.streams = Streams(seed, replication)
        self.end_s = (trial.warm_up_days + trial.days) * DAY_S
        window_s, noon = trial.window_s, DAY_S // 2

        def closed(now: int) -> bool:
            return noon <= now % DAY_S < noon + window_s

        self.lines = [Line(plan, trial.rules, self.kernel, self.streams, closed) for plan in trial.segments]
        for line, plan in zip(self.lines, trial.segments, strict=True):
            line.refresh(0, plan.speed_ms.values[0], round(plan.tracks.values[0]), 0.0)
        if window_s:
            for day in range(self.end_s // DAY_S):
                for line in self.lines:
                    self.kernel.later(day * DAY_S + noon + window_s, line.look_at_all)
        self.shares = list(accumulate(kind.share for kind in trial.kinds))
        self.passed: list[Passed] = []
        self.came = self.events = self.hops = 0
        self.sent, self.owed = [0, 0], [_QUEUE, _QUEUE]  #: of a saturated line, by direction (back, forward)
        self.kernel.drain()

    def run(self) -> LineLog:
        if self.trial.trains_per_day:
            for forward in (True, False):
                self.kernel.spawn("arrivals", lambda _actor, ahead=forward: self._arrivals(ahead))  # type: ignore[misc]
        else:
            self._feed()
        self.kernel.drain()
        self.kernel.env.run(until=self.end_s)
        ledger = self.kernel.ledger
        assert ledger.blocks is not None
        return LineLog(self.passed, ledger.blocks, ledger.names, self.came, self.events, self.hops, self.end_s)

    def _arrivals(self, forward: bool) -> Steps:
        """They come to their end of the line, whether it takes them or not."""
        stream = self.streams.of("arrival on the line", "forward" if forward else "back")
        gap_s, at_s = 2 * DAY_S / self.trial.trains_per_day, 0.0
        while True:
            at_s += stream.exponential(gap_s)
            yield max(0, round(at_s) - self.kernel.now)
            self._send(forward)

    def _feed(self) -> None:
        """Fill up what stands before a saturated line."""
        for forward in (True, False):
            while self.owed[forward] and self.sent[forward] < self.sent[not forward] + _LEAD:
                self.owed[forward] -= 1
                self.sent[forward] += 1
                self._send(forward)

    def _set_off(self, forward: bool) -> None:
        """A train has left its end of a line, on which as many run as it takes: the next one comes there."""
        if not self.trial.trains_per_day:
            self.owed[forward] += 1
            self._feed()

    def _send(self, forward: bool) -> None:
        """A train comes to its end of the line."""
        self.came += 1
        number = self.came
        end = "forward" if forward else "back"
        streams, trial = self.streams, self.trial
        kind = bisect_right(self.shares, streams.of("kind of train", end).uniform() * self.shares[-1])
        pace = 1 + trial.spread * (2 * streams.of("pace of a train", end).uniform() - 1)
        self.kernel.spawn(f"train {number}", lambda actor: self._train(actor, number, forward, kind, pace))

    def _train(self, actor: Actor, number: int, forward: bool, kind: int, pace: float) -> Steps:
        trial, what = self.trial, self.trial.kinds[kind]
        came_s, entered_s, free_s = self.kernel.now, -1, 0

        def entered(start_s: int) -> None:
            nonlocal entered_s
            if entered_s < 0:
                entered_s = start_s
                self._set_off(forward)

        way = list(zip(self.lines, trial.segments, trial.along, strict=True))
        for line, plan, along in way if forward else reversed(way):
            speed_ms = (what.speed_ms or plan.speed_ms.values[0]) * pace
            free_s += _free_s(plan, speed_ms)
            yield from line.pass_over(
                actor, (), along == forward, what.length_m,
                speed_ms=speed_ms, express=what.express, other=True, entered=entered,
            )  # fmt: skip
        self.events += actor.events
        self.hops += sum(line.blocks for line in self.lines)
        self.passed.append(Passed(number, forward, kind, came_s, entered_s, self.kernel.now, free_s))


def _free_s(plan: Segment, speed_ms: float) -> int:
    """What a train alone takes, block by block as the line reckons it."""
    assert plan.line is not None
    chainages = [0.0, *(place.chainage_m for place in plan.line.places), plan.length_m]
    return sum(max(1, round((there - here) / speed_ms)) for here, there in pairwise(chainages))
