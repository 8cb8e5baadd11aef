"""As a textbook of SimPy writes it: a ``Process`` a train, a ``Resource`` a segment and side of a station.

What is granted in a second comes before what else falls into it (``URGENT``), as in the other kernels: so all of them
make the same trains move at the same seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import Any

import simpy
from simpy.events import URGENT, Event
from simpy.resources.resource import Release, Request

from .inputs import MONTH_END, Inputs
from .outcome import Outcome

#: told of every hop: number of the train among those of its end, forward, index of the segment, asked, left
Log = Callable[[int, bool, int, int, int], None]


class _Urgent:
    """Of an event: it comes before whatever else falls into the same second."""

    def succeed(self: Any, value: Any = None) -> Any:
        self._ok, self._value = True, value
        self.env.schedule(self, URGENT)
        return self


class _Request(_Urgent, Request):
    pass


class _Release(_Urgent, Release):
    pass


class _Engine(_Urgent, Event):
    pass


class Resource(simpy.Resource):
    """SimPy's, with such events."""

    def request(self) -> _Request:
        return _Request(self)

    def release(self, request: Request) -> _Release:
        return _Release(self, request)


class Engines:
    """Locomotives that stand at one end."""

    def __init__(self, env: simpy.Environment, standing: int) -> None:
        self._env = env
        self._standing = standing
        self._wanting: deque[_Engine] = deque()

    def take(self) -> Event:
        engine = _Engine(self._env)
        if self._standing:
            self._standing -= 1
            engine.succeed()
        else:
            self._wanting.append(engine)
        return engine

    def put_back(self) -> None:
        if self._wanting:
            self._wanting.popleft().succeed()
        else:
            self._standing += 1


def run(inputs: Inputs, log: Log | None = None) -> Outcome:
    """The model until its end."""
    env = simpy.Environment()
    segments = len(inputs.running_s)
    tracks = [Resource(env, room) for room in inputs.room]
    places = [[Resource(env, inputs.places) for _ in range(segments)] for _ in (True, False)]
    engines = [Engines(env, count) for count in inputs.locomotives]
    hops = finished = transit_s = 0

    def train(number: int, forward: bool, pace: float) -> Generator[Any, Any, None]:
        nonlocal hops, finished, transit_s
        engine = engines[not forward].take()
        if not engine.triggered:
            yield engine
        began = int(env.now)
        way = range(segments) if forward else range(segments - 1, -1, -1)
        old = place = None
        for index in way:
            asked = int(env.now)
            if index != way[-1]:
                place = places[forward][index].request()
                if not place.triggered:
                    yield place
            track = tracks[index].request()
            if not track.triggered:
                yield track
            yield env.timeout(round(inputs.running_s[index] * pace) or 1)
            tracks[index].release(track)
            if old is not None:
                places[forward][index - (1 if forward else -1)].release(old)
            old, place = place, None
            hops += 1
            if log is not None:
                log(number, forward, index, asked, int(env.now))
        finished += 1
        transit_s += int(env.now) - began
        engines[forward].put_back()

    def source(end: int) -> Generator[Any, Any, None]:
        number = 0
        for time, pace in zip(inputs.alarms_s[end], inputs.paces[end], strict=True):
            if time > env.now:
                yield env.timeout(time - env.now)
            if pace != MONTH_END:
                env.process(train(number, end == 0, pace))
                number += 1

    for end in (0, 1):
        env.process(source(end))
    env.run(until=inputs.end_s)
    return Outcome(hops, finished, transit_s)
