"""The model for salabim: a component a train, resources without monitors. Its own order within a second."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import salabim as sim

from .inputs import MONTH_END, Inputs
from .outcome import Outcome


def run(inputs: Inputs) -> Outcome:
    """The model until its end."""
    env = sim.Environment(trace=False, yieldless=False)
    segments = len(inputs.running_s)

    def several(room: int) -> Any:
        return sim.Resource("", capacity=room, monitor=False, env=env)

    tracks = [several(room) for room in inputs.room]
    places = [[several(inputs.places) for _ in range(segments)] for _ in (True, False)]
    engines = [several(count) for count in inputs.locomotives]
    hops = finished = transit_s = 0

    class Train(sim.Component):  # type: ignore[misc]
        def setup(self, forward: bool, pace: float) -> None:
            self.forward, self.pace = forward, pace

        def process(self) -> Generator[Any, Any, None]:
            nonlocal hops, finished, transit_s
            forward, pace = self.forward, self.pace
            here, there = (engines[0], engines[1]) if forward else (engines[1], engines[0])
            yield self.request(here)
            began = env.now()
            way = range(segments) if forward else range(segments - 1, -1, -1)
            old = place = None
            for index in way:
                if index != way[-1]:
                    place = places[forward][index]
                    yield self.request(place)
                yield self.request(tracks[index])
                yield self.hold(round(inputs.running_s[index] * pace) or 1)
                self.release(tracks[index])
                if old is not None:
                    self.release(old)
                old, place = place, None
                hops += 1
            finished += 1
            transit_s += int(env.now() - began)
            # the locomotive stands at the other end now
            here.set_capacity(here.capacity() - 1)
            self.release(here)
            there.set_capacity(there.capacity() + 1)

    class Source(sim.Component):  # type: ignore[misc]
        def setup(self, end: int) -> None:
            self.end = end

        def process(self) -> Generator[Any, Any, None]:
            for time, pace in zip(inputs.alarms_s[self.end], inputs.paces[self.end], strict=True):
                if time > env.now():
                    yield self.hold(time - env.now())
                if pace != MONTH_END:
                    Train("", forward=self.end == 0, pace=pace, suppress_trace=True)

    for end in (0, 1):
        Source("", end=end)
    env.run(till=inputs.end_s)
    return Outcome(hops, finished, transit_s)
