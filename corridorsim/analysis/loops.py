"""Trains on segments in loop detail, block by block: where they met, and the other traffic between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..model.blueprint import Segment
from .view import View


class Run(NamedTuple):
    """A train over one block, from a distance from the segment's ``from_node`` to another, in metres."""

    start_s: int
    leave_s: int
    start_m: float
    end_m: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A train that is not followed beyond the segment, and its blocks."""

    number: int
    forward: bool
    runs: list[Run]


class Loops:
    """The log of blocks, of some segments. ``places``: loops by chainage, for the reader."""

    def __init__(self, view: View, segments: list[Segment]) -> None:
        self._runs: dict[tuple[int, str], list[Run]] = {}  #: (train, segment) -> runs in the order of time
        self.others: dict[str, list[Passage]] = {plan.id: [] for plan in segments}
        self.places = {
            plan.id: [(place.id, place.chainage_m) for place in plan.line.places] if plan.line else []
            for plan in segments
        }
        detailed = [plan for plan in segments if plan.line is not None]
        if not detailed:
            return
        number = {name: n for n, name in enumerate(view.names)}
        #: block -> (segment, from metre, to metre); blocks are named by what they lie between, as the engine does
        spans: dict[int, tuple[str, float, float]] = {}
        for plan in detailed:
            ends = [(plan.from_node, 0.0), *self.places[plan.id], (plan.to_node, plan.length_m)]
            for (here, since_m), (there, until_m) in pairwise(ends):
                spans[number[f"{plan.id}:{here}..{there}"]] = (plan.id, since_m, until_m)
        table = view.table("blocks")
        mine = np.flatnonzero(np.isin(table["block"], list(spans)))
        mine = mine[np.argsort(table["start_s"][mine], kind="stable")]
        others = {number[f"other traffic of {plan.id}"]: plan.id for plan in detailed}
        passages: dict[tuple[str, int], Passage] = {}
        columns = (
            table[name][mine].tolist() for name in ("passage", "train", "block", "forward", "start_s", "leave_s")
        )
        for passage, train, block, forward, start, leave in zip(*columns, strict=True):
            segment, since_m, until_m = spans[block]
            run = Run(start, leave, *((since_m, until_m) if forward else (until_m, since_m)))
            if train in others:
                passages.setdefault((segment, passage), Passage(passage, bool(forward), [])).runs.append(run)
            else:
                self._runs.setdefault((train, segment), []).append(run)
        for (segment, _), known in passages.items():
            self.others[segment].append(known)

    def runs(self, train: int, segment: str, start_s: int, leave_s: int) -> Iterator[Run]:
        """The blocks of a train on a segment between two seconds; none where the segment has no loops."""
        for run in self._runs.get((train, segment), ()):
            if start_s <= run.start_s and run.leave_s <= leave_s:
                yield run
