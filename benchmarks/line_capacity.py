"""What trains on lines with loops cost, saturated from both ends: events a block, and how it grows.

Prints CPU seconds (best of ``--rounds``) of a year of a line of 293 km with 14 loops, and ratios that tell whether cost
grows with blocks run over and nothing else: twice the days, twice the blocks, half the trains. Ratios are of CPU time a
block, so that another machine gives about the same.

    python benchmarks/line_capacity.py [--days 365] [--rounds 3]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from math import inf

from corridorsim.engine import LineTrial, TrainKind, try_line
from corridorsim.model import Line, Place, Segment, SingleTrack, Steps

#: growth of CPU time a block that counts as linear
LINEAR = 1.25


def constant(value: float) -> Steps:
    """A number that stands still."""
    return Steps((0,), (value,))


def line(km: float, loops: int, days: int, trains: float = 0.0) -> LineTrial:
    """Loops of two tracks at equal distance, 55 km/h; 0 trains saturate it."""
    gap_m = km * 1000 / (loops + 1)
    places = tuple(Place(f"loop {n}", gap_m * n, constant(2), inf) for n in range(1, loops + 1))
    still = constant(0)
    plan = Segment(
        "line", "west", "east", km * 1000, constant(55 / 3.6), constant(1), constant(1), still, still, (), "headway",
        0, 0, (), (), Line(places, (False,) * (loops + 1), 0),
    )  # fmt: skip
    rules = SingleTrack("ageing", 3, 3600, 180, 90, 180, 120, 60, (), 35.0, (("", 14.0),), 832.0)
    return LineTrial((plan,), (True,), rules, (TrainKind("freight", 1.0, 832.0),), trains, days, 5, 0.05)


def measured(trial: LineTrial, rounds: int) -> tuple[float, int, int]:
    """(CPU seconds of the best round, blocks run over, events)."""
    best, blocks, events = inf, 0, 0
    for _ in range(rounds):
        begun = time.process_time()
        log = try_line(trial, seed=1, replication=0)
        best = min(best, time.process_time() - begun)
        blocks, events = len(log.blocks), log.events
    return best, blocks, events


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    days, rounds = given.days, given.rounds
    year = line(293, 14, days)
    seconds, blocks, events = measured(year, rounds)
    print(f"{days} days saturated, 293 km, 14 loops: {seconds:.2f} s CPU, {blocks} blocks, "
          f"{1e6 * seconds / blocks:.1f} us a block, {events / blocks:.2f} events a block")  # fmt: skip
    half = replace(year, days=days // 2)
    per_block = seconds / blocks
    for words, other in (
        ("half the days", half),
        ("twice the blocks, as long each", line(586, 29, days // 2)),
        ("four times the blocks, as long each", line(1172, 59, days // 4)),
        ("half the trains", line(293, 14, days, trains=20)),
    ):
        took, ran, _ = measured(other, rounds)
        ratio = took / ran / per_block
        print(f"{words}: {took:.2f} s CPU, {ran} blocks, CPU a block {ratio:.2f} times that of the year"
              + ("" if ratio <= LINEAR else ", MORE THAN LINEAR"))  # fmt: skip


if __name__ == "__main__":
    main()
