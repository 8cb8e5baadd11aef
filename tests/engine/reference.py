"""A slow reference of block discipline: what a textbook would write, a ``Process`` for each train and a ``Resource``
for each block and each side of a station. It shares nothing with the engine but its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import simpy

Movement = tuple[str, str, int, int]  #: train, segment, when it asked to enter, when it left


@dataclass(frozen=True)
class Block:
    """A segment: running time, trains on it at once, and places (a direction) at each of its stations."""

    name: str
    running_s: int
    trains: int
    places: int


def movements(blocks: Sequence[Block], departures: Sequence[tuple[int, bool]], until: int) -> set[Movement]:
    """What trains do on a row of blocks until a time. ``departures``: (second, forward), in order of train numbers.

    A hop: a place at the next station, the block, the run, release the block, release the old place.
    """
    env = simpy.Environment()
    on_block = [simpy.Resource(env, block.trains) for block in blocks]
    places = {
        (index, forward): simpy.Resource(env, block.places)
        for index, block in enumerate(blocks)
        for forward in (True, False)
    }
    done: set[Movement] = set()

    def granted(request: simpy.resources.resource.Request) -> simpy.events.ProcessGenerator:
        if not request.triggered:
            yield request

    def train(name: str, second: int, forward: bool) -> simpy.events.ProcessGenerator:
        yield env.timeout(second)
        way = list(range(len(blocks))) if forward else list(reversed(range(len(blocks))))
        old: tuple[simpy.Resource, simpy.resources.resource.Request] | None = None
        for index in way:
            asked = int(env.now)
            new = None
            if index != way[-1]:
                new = (places[index, forward], places[index, forward].request())
                yield from granted(new[1])
            block = on_block[index].request()
            yield from granted(block)
            yield env.timeout(blocks[index].running_s)
            on_block[index].release(block)
            if old is not None:
                old[0].release(old[1])
            old = new
            done.add((name, blocks[index].name, asked, int(env.now)))

    for number, (second, forward) in enumerate(departures, 1):
        env.process(train(f"train {number}", second, forward))
    env.run(until=until)
    return done
