"""What all kernels are given: the line, and for each end when its trains come and at what pace they run.

Drawn once, by the streams of corridorsim, and written as arrays, so that the others read the same numbers.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the others run without corridorsim
    from corridorsim.ledger import Ledger
    from corridorsim.model import Blueprint

MONTH_END = 0.0  #: in place of a pace: the source of trains looks at the clock, and nothing comes


@dataclass(frozen=True)
class Inputs:
    """``alarms_s`` and ``paces`` by end (0: forward, 1: back); of a month's end the pace is ``MONTH_END``."""

    end_s: int
    places: int
    locomotives: tuple[int, int]
    running_s: list[int]
    room: list[int]
    alarms_s: tuple[list[int], list[int]]
    paces: tuple[list[float], list[float]]

    def write(self, file: Path) -> None:
        """All of it as 8-byte numbers, whole ones first."""
        counts = [len(alarms) for alarms in self.alarms_s]
        head = [len(self.running_s), self.end_s, self.places, *self.locomotives, *counts]
        whole = array("q", [*head, *self.running_s, *self.room, *self.alarms_s[0], *self.alarms_s[1]])
        with file.open("wb") as stream:
            whole.tofile(stream)
            array("d", [*self.paces[0], *self.paces[1]]).tofile(stream)


def read(file: Path) -> Inputs:
    """What ``Inputs.write`` wrote."""
    with file.open("rb") as stream:
        head = array("q")
        head.fromfile(stream, 7)
        segments, end_s, places, *rest = head
        locomotives, counts = (rest[0], rest[1]), rest[2:]
        whole = array("q")
        whole.fromfile(stream, 2 * segments + sum(counts))
        paces = array("d")
        paces.fromfile(stream, sum(counts))
    alarms = whole[2 * segments :]
    return Inputs(
        end_s, places, locomotives, list(whole[:segments]), list(whole[segments : 2 * segments]),
        (list(alarms[: counts[0]]), list(alarms[counts[0] :])), (list(paces[: counts[0]]), list(paces[counts[0] :])),
    )  # fmt: skip


def of_run(plan: Blueprint, ledger: Ledger, seed: int, replication: int) -> Inputs:
    """Of what a run of corridorsim drew: its lots, each of them a train, and the same stream of paces."""
    from corridorsim.engine.streams import Streams

    streams = Streams(seed, replication)
    lots = ledger.tables["lots"].columns
    month_ends = plan.calendar.month_starts_s[1:]
    alarms, paces = [], []
    for flow in plan.flows:
        journey = plan.journeys[flow.journey]
        stream, number = streams.of("running time", journey.id), ledger.number(flow.id)
        came = [int(time) for time, of in zip(lots["offered_s"], lots["flow"], strict=True) if of == number]
        spread = journey.running_spread
        both = [(time, 1.0 + spread * (2.0 * stream.uniform() - 1.0)) for time in came]
        both = sorted([*both, *((time, MONTH_END) for time in month_ends)], key=lambda alarm: alarm[0])
        alarms.append([time for time, _ in both])
        paces.append([pace for _, pace in both])
    first, last = plan.segments[0].from_node, plan.segments[-1].to_node
    homes = [unit.home for unit in plan.territories[0].units]
    return Inputs(
        end_s=plan.calendar.end_s,
        places=plan.segments[0].station_slots,
        locomotives=(homes.count(first), homes.count(last)),
        running_s=[round(s.length_m / s.speed_ms.values[0]) for s in plan.segments],
        room=[s.block_trains for s in plan.segments],
        alarms_s=(alarms[0], alarms[1]),
        paces=(paces[0], paces[1]),
    )
