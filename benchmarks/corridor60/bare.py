"""The kernel of corridorsim alone: its actors and tokens, and a train that only runs. No scenario, nothing written."""

from __future__ import annotations

from corridorsim.engine.kernel import Actor, Kernel, Steps, Token
from corridorsim.ledger import Ledger

from .inputs import MONTH_END, Inputs
from .outcome import Outcome


def run(inputs: Inputs) -> Outcome:
    """The model until its end."""
    kernel = Kernel(Ledger())
    segments = len(inputs.running_s)
    tracks = [Token(room) for room in inputs.room]
    places = [[Token(inputs.places) for _ in range(segments)] for _ in (True, False)]
    standing, wanting = list(inputs.locomotives), ([], [])  # type: tuple[list[int], tuple[list[Actor], list[Actor]]]
    hops = finished = transit_s = 0

    def train(actor: Actor, forward: bool, pace: float) -> Steps:
        nonlocal hops, finished, transit_s
        here, there = (0, 1) if forward else (1, 0)
        if standing[here]:
            standing[here] -= 1
        else:
            wanting[here].append(actor)
            yield None
        began = kernel.now
        way = range(segments) if forward else range(segments - 1, -1, -1)
        old = place = None
        for index in way:
            if index != way[-1]:
                place = places[forward][index]
                if not place.take(actor):
                    yield None
            track = tracks[index]
            if not track.take(actor):
                yield None
            yield round(inputs.running_s[index] * pace) or 1
            track.release(actor)
            if old is not None:
                old.release(actor)
            old, place = place, None
            hops += 1
        finished += 1
        transit_s += kernel.now - began
        if wanting[there]:
            wanting[there].pop(0).wake()
        else:
            standing[there] += 1

    def source(end: int) -> Steps:
        for time, pace in zip(inputs.alarms_s[end], inputs.paces[end], strict=True):
            if time > kernel.now:
                yield time - kernel.now
            if pace != MONTH_END:
                kernel.spawn("train", lambda actor, pace=pace: train(actor, end == 0, pace))  # type: ignore[misc]

    for end in (0, 1):
        kernel.spawn("source", lambda _, end=end: source(end))  # type: ignore[misc]
    kernel.drain()
    kernel.run(until=inputs.end_s)
    return Outcome(hops, finished, transit_s)
