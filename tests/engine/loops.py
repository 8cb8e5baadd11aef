"""Lines with loops for tests, and what their trains did block by block."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from corridorsim.ledger import OPEN, Ledger

from .lines import Tree
from .rails import flow, railway

#: minutes by which the tests reckon; seconds below
RULES = {
    "entry_interval_min": 3, "crossing_interval_min": 1.5, "following_interval_min": 3, "acceleration_min": 2,
    "braking_min": 1,
}  # fmt: skip
ENTRY_S, CROSSING_S, FOLLOWING_S, ACCELERATION_S, BRAKING_S = 180, 90, 180, 120, 60
WAGON_M = 14


def line(km: float, loops: Tree, /, *, days: int = 12, **changes: object) -> Tree:
    """One segment ``s0`` of ``km`` at 50 km/h with loops: id -> (chainage, tracks[, usable length])."""
    tree = railway(km, days=days, single_track=dict(RULES))
    tree["segments"]["s0"] |= {
        "loops": {
            name: {"chainage_km": at, "tracks": tracks} | ({"usable_length_m": rest[0]} if rest else {})
            for name, (at, tracks, *rest) in loops.items()
        },
        **changes,
    }
    return tree


def even(count: int, gap_km: float = 20, tracks: int = 2) -> tuple[float, Tree]:
    """(length, loops) of a line with loops at equal distance."""
    return gap_km * (count + 1), {f"l{n}": (gap_km * n, tracks) for n in range(1, count + 1)}


def trains(east: float, west: float, units: int = 1, **changes: object) -> Tree:
    """Flows of so many trains of ``units`` wagons in January, from each end."""
    return {
        name: flow(*ends, count, units, arrival_law="poisson", **changes)
        for name, ends, count in (("east", ("n0", "n1"), east), ("west", ("n1", "n0"), west))
        if count
    }


class Hop(NamedTuple):
    """A train on a block."""

    passage: int
    train: str
    block: tuple[str, str]  #: in the order of chainage
    forward: bool
    start: int
    leave: int


def block_hops(ledger: Ledger) -> list[Hop]:
    """The log of blocks."""
    assert ledger.blocks is not None
    columns = ledger.blocks.columns
    rows = []
    for passage, train, block, forward, start, leave in zip(*columns.values(), strict=True):
        first, _, last = ledger.names[int(block)].rpartition(":")[2].partition("..")
        name = ledger.names[int(train)]
        rows.append(Hop(int(passage), name, (first, last), bool(forward), int(start), int(leave)))
    return rows


def check(ledger: Ledger, tree: Tree, *, headway_s: int = 0, double: tuple[tuple[str, str], ...] = ()) -> None:
    """All that must hold at any time: direction, distance, room and fit. ``double``: blocks with two tracks."""
    loops = tree["segments"]["s0"]["loops"]
    hops = block_hops(ledger)
    by_block: dict[tuple[str, str], list[Hop]] = {}
    by_train: dict[int, list[Hop]] = {}
    for hop in hops:
        by_block.setdefault(hop.block, []).append(hop)
        by_train.setdefault(hop.passage, []).append(hop)
    for block, there in by_block.items():
        there.sort(key=lambda hop: (hop.start, hop.leave))
        for direction in (True, False):
            same = [hop for hop in there if hop.forward == direction]
            for one, two in pairwise(same):
                if headway_s:
                    assert two.start >= one.start + headway_s, (one, two)
                    assert two.leave >= one.leave + headway_s, (one, two)
                else:
                    assert two.start >= one.leave, (one, two)
        if block not in double:
            for number, one in enumerate(there):
                for two in there[number + 1 : number + 6]:
                    if one.forward != two.forward:
                        assert two.start >= one.leave, (one, two)
    lengths_m = _lengths(ledger)
    standing: dict[str, list[tuple[int, int]]] = {}
    for own in by_train.values():
        own.sort(key=lambda hop: hop.start)
        for one, two in pairwise(own):
            (place,) = set(one.block) & set(two.block)
            assert two.start >= one.leave, (one, two)
            beside = one.block in double or two.block in double
            if two.start > one.leave and not beside:
                assert lengths_m.get(one.train, WAGON_M) <= loops[place].get("usable_length_m", 1e9), (one, two)
            if place in loops and not beside:
                standing.setdefault(place, []).extend([(one.leave, 1), (two.start, -1)])
    for place, changes in standing.items():
        there_now = 0
        for _, change in sorted(changes, key=lambda item: (item[0], item[1])):
            there_now += change
            assert there_now <= loops[place]["tracks"], place


def _lengths(ledger: Ledger) -> dict[str, float]:
    """Length of each train by the wagons of its movement."""
    columns = ledger.tables["movements"].columns
    return {
        ledger.names[int(actor)]: float(units) * WAGON_M
        for actor, units in zip(columns["actor"], columns["units"], strict=True)
    }


def ended(ledger: Ledger) -> int:
    """Lots that were delivered."""
    return sum(time != OPEN for time in ledger.tables["lots"].columns["delivered_s"])
