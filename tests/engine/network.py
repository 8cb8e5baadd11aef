"""A slow reference of a network of blocks and headways: a ``Process`` for each train, a ``Resource`` for all that is
limited (the one of the benchmarks' textbook). It shares nothing with the engine but its inputs."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

from benchmarks.corridor60.textbook import Resource

Movement = tuple[str, str, int, int]  #: train, segment, when it asked to enter, when it left


@dataclass(frozen=True)
class Track:
    """A segment: as a block (``trains`` at once, ``places`` a direction at its stations), or with a headway."""

    name: str
    running_s: int
    trains: int = 0
    places: int = 0
    headway_s: int = 0


@dataclass(frozen=True)
class Trip:
    """A train: when it is ready to leave, at what pace it runs, and its way (segment, forward)."""

    ready_s: int
    pace: float
    way: Sequence[tuple[str, bool]]


def movements(tracks: Sequence[Track], trips: Sequence[Trip], until: int) -> set[Movement]:
    """What trains do until a time; ``trips`` in order of train numbers."""
    env = simpy.Environment()
    known = {track.name: track for track in tracks}
    blocks = {track.name: Resource(env, track.trains) for track in tracks if track.trains}
    sides = [(track.name, forward) for track in tracks for forward in (True, False)]
    places = {side: Resource(env, known[side[0]].places) for side in sides if known[side[0]].places}
    entries = {side: Resource(env, 1) for side in sides if known[side[0]].headway_s}
    last_left = dict.fromkeys(sides, 0)
    done: set[Movement] = set()

    def next_slot(side: tuple[str, bool], taken: Any) -> Generator[Any, Any, None]:
        yield env.timeout(known[side[0]].headway_s)
        entries[side].release(taken)

    def take(resource: Resource) -> Generator[Any, Any, Any]:
        request = resource.request()
        if not request.triggered:
            yield request
        return request

    def train(name: str, trip: Trip) -> Generator[Any, Any, None]:
        yield env.timeout(trip.ready_s)
        held: tuple[Resource, Any] | None = None
        for number, side in enumerate(trip.way, 1):
            track, asked, place = known[side[0]], int(env.now), None
            running_s = round(track.running_s * trip.pace) or 1
            if track.headway_s:
                entered = yield from take(entries[side])
                env.process(next_slot(side, entered))
                leave = max(int(env.now) + running_s, last_left[side])  # nobody overtakes
                last_left[side] = leave
                yield env.timeout(leave - int(env.now))
            else:
                if side in places and number < len(trip.way):
                    place = (places[side], (yield from take(places[side])))
                block = yield from take(blocks[track.name])
                yield env.timeout(running_s)
                blocks[track.name].release(block)
            if held is not None:
                held[0].release(held[1])
            held = place
            done.add((name, track.name, asked, int(env.now)))
        if held is not None:
            held[0].release(held[1])

    for number, trip in enumerate(trips, 1):
        env.process(train(f"train {number}", trip))
    env.run(until=until)
    return done
