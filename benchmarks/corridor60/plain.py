"""The least that Python needs: ``heapq``, one slotted object a train, no framework, nothing written."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush

from .inputs import MONTH_END, Inputs
from .outcome import Outcome

#: what a train does when it is its turn
_ENGINE, _PLACE, _TRACK, _RUN, _ARRIVED = range(5)


class Pool:
    """So many at once; who comes later stands in line."""

    __slots__ = ("free", "queue")

    def __init__(self, free: int) -> None:
        self.free = free
        self.queue: deque[Train] = deque()


class Train:
    """Where it is and what it does next."""

    __slots__ = ("forward", "index", "last", "next", "old", "pace", "place", "since", "step")

    def __init__(self, forward: bool, segments: int, pace: float) -> None:
        self.forward = forward
        self.index = 0 if forward else segments - 1
        self.last = segments - 1 if forward else 0
        self.step = 1 if forward else -1
        self.pace = pace
        self.next = _ENGINE
        self.old: Pool | None = None
        self.place: Pool | None = None
        self.since = -1


def run(inputs: Inputs) -> Outcome:
    """The model until its end."""
    running_s, end_s, segments = inputs.running_s, inputs.end_s, len(inputs.running_s)
    tracks = [Pool(room) for room in inputs.room]
    places = [[Pool(inputs.places) for _ in range(segments)] for _ in (True, False)]
    engines = [Pool(count) for count in inputs.locomotives]
    heap: list[tuple[int, int, int | Train]] = []
    ready: deque[Train] = deque()
    at, sequence = [0, 0], 0
    hops = finished = transit_s = 0
    for end in (0, 1):
        heappush(heap, (inputs.alarms_s[end][0], sequence, end))
        sequence += 1
    while heap:
        now, _, who = heappop(heap)
        if now >= end_s:
            break
        if isinstance(who, int):
            alarms, paces, number = inputs.alarms_s[who], inputs.paces[who], at[who]
            while number < len(alarms) and alarms[number] == now:
                if paces[number] != MONTH_END:
                    ready.append(Train(who == 0, segments, paces[number]))
                number += 1
            at[who] = number
            if number < len(alarms):
                heappush(heap, (alarms[number], sequence, who))
                sequence += 1
        else:
            ready.append(who)
        while ready:
            train = ready.popleft()
            if train.next == _ARRIVED:
                pool = tracks[train.index]
                if pool.queue:
                    ready.append(pool.queue.popleft())
                else:
                    pool.free += 1
                if train.old is not None:
                    pool = train.old
                    if pool.queue:
                        ready.append(pool.queue.popleft())
                    else:
                        pool.free += 1
                hops += 1
                if train.index == train.last:
                    finished += 1
                    transit_s += now - train.since
                    pool = engines[train.forward]
                    if pool.queue:
                        ready.append(pool.queue.popleft())
                    else:
                        pool.free += 1
                    continue
                train.old = train.place
                train.index += train.step
                train.next = _PLACE
            elif train.next == _ENGINE:
                train.next = _PLACE
                pool = engines[not train.forward]
                if not pool.free:
                    pool.queue.append(train)
                    continue
                pool.free -= 1
            if train.next == _PLACE:
                if train.since < 0:
                    train.since = now
                train.next = _TRACK
                train.place = None
                if train.index != train.last:
                    train.place = pool = places[train.forward][train.index]
                    if not pool.free:
                        pool.queue.append(train)
                        continue
                    pool.free -= 1
            if train.next == _TRACK:
                train.next = _RUN
                pool = tracks[train.index]
                if not pool.free:
                    pool.queue.append(train)
                    continue
                pool.free -= 1
            train.next = _ARRIVED
            heappush(heap, (now + (round(running_s[train.index] * train.pace) or 1), sequence, train))
            sequence += 1
    return Outcome(hops, finished, transit_s)
