"""Rail segments: slots, other traffic, running time that grows with fill, closures; or blocks with station slots.

``headway``: a lane (one direction) gives a slot every 86,400 / pairs seconds, first come first served, and nobody
overtakes on the way, so one number (the next free slot) holds the whole queue and one delay covers waiting and
running. Other traffic takes slots of the same lane: its Poisson stream is replayed only when a train of ours
arrives (Lindley's recursion), which is exact in law and costs no event.

``block``: at most ``block_trains`` on the segment in both directions together, and a place at the far station first.

A segment with loops is neither: its ``line`` (``loops.py``) takes trains block by block.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

from corridorsim.ledger import OPEN
from corridorsim.model import Assumptions, SingleTrack
from corridorsim.model import Segment as SegmentPlan
from corridorsim.model import Steps as PerDay

from .kernel import Kernel, Token
from .loops import Line
from .streams import Streams

if TYPE_CHECKING:
    from numpy.random import Generator

DAY_S = 86_400
_WINDOW_DAYS = 7
_BLOCK = 64
_NEVER = 1 << 40


class Timetable:
    """The slots that one direction gives, with those of the days to come: trains that stand in line on the day on which
    pairs change go on under the new ones."""

    __slots__ = ("_pairs", "changes_at", "headway")

    def __init__(self, pairs_per_day: PerDay) -> None:
        self._pairs = pairs_per_day
        self.headway = 0.0  #: seconds between slots until ``changes_at``; 0: none are given
        self.changes_at = 0
        self.refresh(0)

    def refresh(self, now: int) -> None:
        """Take the pairs that hold from now on."""
        pairs = self._pairs.at(now)
        self.headway = DAY_S / pairs if pairs > 0 else 0.0
        self.changes_at = next((since for since, later in self._pairs.after(now) if later != pairs), _NEVER)

    def after_one(self, start: float) -> float:
        """When the slot given at ``start`` is over; what is left of it at a change of pairs goes by the new ones."""
        missing, since = 1.0, start
        for until, pairs in self._spans(start):
            if pairs <= 0:
                return since
            if missing * DAY_S <= pairs * (until - since):
                return since + missing * DAY_S / pairs
            missing -= pairs * (until - since) / DAY_S
            since = until
        return since

    def given(self, now: float, until: float) -> float:
        """Slots of the time between, none where it is over."""
        total, since = 0.0, now
        for end, pairs in self._spans(now) if until > now else ():
            total += pairs * max(0.0, min(end, until) - since) / DAY_S
            since = end
        return total

    def in_service(self, start: float) -> float:
        """The first time from ``start`` on at which slots are given."""
        if self._pairs.at(int(start)) > 0:
            return start
        return next((float(since) for since, pairs in self._pairs.after(int(start)) if pairs > 0), float(_NEVER))

    def _spans(self, start: float) -> Iterator[tuple[float, float]]:
        """(until, pairs a day) from ``start`` on."""
        pairs = self._pairs.at(int(start))
        for since, later in self._pairs.after(int(start)):
            yield since, pairs
            pairs = later
        yield _NEVER, pairs


class Lane:
    """One direction of a segment."""

    __slots__ = (
        "_arrivals", "_generator", "_index", "_key", "_last", "_mean_gap", "_streams", "behind_other", "forward",
        "from_node", "last_exit", "next_free", "other_last", "place", "slots", "slots_used", "to_node",
    )  # fmt: skip

    def __init__(self, plan: SegmentPlan, kernel: Kernel, streams: Streams, forward: bool) -> None:
        ends = (plan.from_node, plan.to_node)
        self.from_node, self.to_node = ends if forward else ends[::-1]
        self.forward = forward
        self.place = kernel.ledger.number(plan.id)
        self.next_free = 0.0
        self.last_exit = 0
        self.behind_other = False  #: the last train of ours to be admitted stood behind other traffic
        self.other_last = False  #: the slot before ``next_free`` went to other traffic
        self.slots_used = 0
        self.slots = Token(plan.station_slots) if plan.station_slots else None
        self._streams, self._key = streams, f"{plan.id}:{self.from_node}"
        self._generator: Generator | None = None  #: made when first drawn from: there may never be other traffic
        self._arrivals: list[float] = []  #: of other traffic, seconds
        self._index = 0
        self._last = 0.0
        self._mean_gap = 0.0

    def other_traffic(self, now: int, mean_gap: float) -> None:
        """From now on other traffic comes so far apart (0: none). Arrivals have no memory: they start anew."""
        self._mean_gap = mean_gap
        self._last = float(now)
        self._arrivals, self._index = [], 0

    def replay(self, now: int, slots: Timetable) -> None:
        """Let the other traffic that came until ``now`` take its slots."""
        free, headway = self.next_free, slots.headway
        while True:
            arrivals, first = self._arrivals, self._index
            past = bisect_right(arrivals, now, first)
            if past > first:
                before = free
                for arrival in arrivals[first:past]:
                    free = (arrival if arrival > free else free) + headway
                if free >= slots.changes_at:
                    free = before
                    for arrival in arrivals[first:past]:
                        free = slots.after_one(max(arrival, free))
                self.slots_used += past - first
                self.other_last = True
                self._index = past
            if past < len(arrivals):
                break
            self._draw()
        self.next_free = free

    def _draw(self) -> None:
        """The next arrivals of other traffic."""
        if self._generator is None:
            self._generator = self._streams.generator("other traffic", self._key)
        gaps = self._generator.exponential(self._mean_gap, _BLOCK)
        gaps[0] += self._last
        self._arrivals = gaps.cumsum().tolist()
        self._index, self._last = 0, self._arrivals[-1]


class Segment:
    """A line between two nodes, with the values that hold now."""

    def __init__(
        self,
        plan: SegmentPlan,
        kernel: Kernel,
        streams: Streams,
        assumptions: Assumptions,
        single_track: SingleTrack | None = None,
    ) -> None:
        self.id = plan.id
        self.plan = plan
        self.length_m = plan.length_m
        self.block = Token(plan.block_trains) if plan.discipline == "block" else None
        self.line: Line | None = None
        if plan.line is not None:
            assert single_track is not None
            self.line = Line(plan, single_track, kernel, streams, self.closed)
        self.by_slots = self.block is None and self.line is None
        self._forth, self._back = (Lane(plan, kernel, streams, forward) for forward in (True, False))
        self.lanes = {plan.from_node: self._forth, plan.to_node: self._back}
        self.territory = plan.territory[0][1] if plan.territory else ""
        self.max_gross_t = plan.max_gross_t.values[0]
        self._assumptions = assumptions
        self._closures = plan.closures_s
        self._closes = bool(plan.closures_s) or min(plan.pairs_per_day.values) <= 0  #: it may be closed some day
        self._counts: deque[tuple[int, float]] = deque([(0, 0)])
        self._next_count = 0
        self._fill = 0.0
        self.timetable = Timetable(plan.pairs_per_day)
        self.pairs = self._background = -1.0
        self._mean_gap = 0.0
        self.offered = 0.0  #: slots offered in both directions until ``_offered_until``
        self._offered_until = 0
        self.refresh(0)

    def refresh(self, now: int) -> None:
        """Take the values that hold from now on; where the slots change, fill starts anew from other traffic."""
        plan = self.plan
        before = (self.pairs, self._background)
        if now:
            self.settle(now)
        self.pairs = plan.pairs_per_day.at(now)
        self._background = plan.background_per_day.at(now)
        self.timetable.refresh(now)
        gap = DAY_S / self._background if self._background > 0 and self.pairs > 0 and self.line is None else 0.0
        if gap != self._mean_gap:
            self._mean_gap = gap
            for lane in self.lanes.values():
                lane.other_traffic(now, gap)
        self.speed_ms = plan.speed_ms.at(now)
        a = self._assumptions
        self._loss = a.single_track_speed_loss if plan.tracks.at(now) < 2 else a.double_track_speed_loss
        self.max_gross_t = plan.max_gross_t.at(now)
        for since, territory in plan.territory:
            if since <= now:
                self.territory = territory
        if before != (self.pairs, self._background):
            self._counts.clear()
            self._counts.append((now, self._used(now)))
            self._fill = self._background / self.pairs if self.pairs > 0 else 0.0
            self._next_count = now + _WINDOW_DAYS * DAY_S
        self._set_running_time()
        if self.line is not None:
            other = self._background if self.pairs > 0 else 0.0
            self.line.refresh(now, self.speed_ms, round(plan.tracks.at(now)), other)

    def _used(self, now: int) -> float:
        """Slots that have passed; those given to trains that still stand in line are left out."""
        forth, back, slots = self._forth, self._back, self.timetable
        used = float(forth.slots_used + back.slots_used)
        return used - slots.given(now, forth.next_free) - slots.given(now, back.next_free)

    def _set_running_time(self) -> None:
        # the anchors are measured up to a fill of about one half; beyond 1 the line is full and gets no slower
        factor = max(0.05, 1.0 - self._loss * min(self._fill, 1.0))
        self.running_s = max(1, round(self.length_m / (self.speed_ms * factor)))

    def account(self, now: int) -> float:
        """Slots offered in both directions until now."""
        self.offered += 2 * self.pairs * (now - self._offered_until) / DAY_S
        self._offered_until = now
        return self.offered

    def settle(self, now: int) -> tuple[float, float]:
        """(slots used, slots offered) until now, other traffic included; with loops: seconds in which the busiest block
        was occupied, and seconds in service."""
        if self.line is not None:
            return self.line.settle(now, self.pairs > 0)
        self._replay(now)
        return self._used(now), self.account(now)

    def _replay(self, now: int) -> None:
        if self._mean_gap:
            self._forth.replay(now, self.timetable)
            self._back.replay(now, self.timetable)

    def _count(self, now: int) -> None:
        """Fill over the trailing 7 days, once a day."""
        self._replay(now)
        counts = self._counts
        used = self._used(now)
        counts.append((now, used))
        while len(counts) > 2 and counts[1][0] <= now - _WINDOW_DAYS * DAY_S:
            counts.popleft()
        since, before = counts[0]
        if now > since and self.pairs > 0:
            self._fill = (used - before) / (2 * self.pairs * (now - since) / DAY_S)
            self._set_running_time()
        self._next_count = now + DAY_S

    def admit(self, lane: Lane, now: int, running_s: int = 0, pace: float = 1.0) -> tuple[int, int]:
        """Give the next slot: (seconds until it, running time). ``running_s`` replaces the segment's own, of which a
        train takes ``pace`` times as much."""
        slots = self.timetable
        if now >= self._next_count:
            self._count(now)
        if self._mean_gap:
            lane.replay(now, slots)
        start = lane.next_free
        if start < now:
            start = now
        if self._closes:
            start = self._when_open(start)
        lane.behind_other = lane.other_last
        lane.other_last = False
        lane.next_free = start + slots.headway
        if lane.next_free >= slots.changes_at:
            lane.next_free = slots.after_one(start)
        lane.slots_used += 1
        enter = ceil(start)
        leave = enter + (running_s or (self.running_s if pace == 1.0 else self.takes_s(pace)))
        if leave < lane.last_exit:
            leave = lane.last_exit
        lane.last_exit = leave
        return enter - now, leave - enter

    def takes_s(self, pace: float) -> int:
        """Running time of a train that takes ``pace`` times as long as others."""
        return round(self.running_s * pace) or 1

    def _when_open(self, start: float) -> float:
        while True:
            later = self.timetable.in_service(start)
            for begin, end in self._closures:
                if begin <= later < end:
                    later = float(end)
            if later == start:
                return start
            start = later

    def closed(self, now: int) -> bool:
        """Whether a closure holds now."""
        if self.pairs <= 0:
            return True
        return bool(self._closures) and any(begin <= now < end for begin, end in self._closures)

    def cause(self, lane: Lane, now: int) -> tuple[str, int]:
        """Why the train that was just admitted waits for its slot: (cause, blocker)."""
        if self._closes and self.closed(now):
            return "closure", OPEN
        return ("other_traffic", OPEN) if lane.behind_other else ("slot", OPEN)
