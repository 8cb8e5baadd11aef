"""Yards: wagons are made up into trains, full ones at once, others after the waiting time of the yard.

What may share a train: the same stretch, the same kind of wagons, loaded or empty, express or not. A train is full
at its make-up (``full_train_units``) or at the mass limit of the line it starts on. Where the limit falls on the
way, the train comes back to a yard there and is re-formed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf

from corridorsim.model import Assumptions, Path, RailStage

from .acceptance import Gate
from .cargo import Part
from .kernel import Kernel
from .routing import Router
from .wagons import Empties

#: what may share a train: station, route, pool, express, empty, and for re-formed ones the path's identity and the hop
Key = tuple[str, int, str, bool, bool, int, int]


class Forming:
    """Parts of the same kind that wait to be made up into a train."""

    __slots__ = ("gross_t", "heaviest_t", "key", "parts", "path", "since_s", "stage", "timer", "wagons")

    def __init__(self, key: Key, stage: RailStage, path: Path | None) -> None:
        self.key = key
        self.path = path
        self.stage = stage
        self.parts: deque[tuple[int, Part]] = deque()  #: (since, part)
        self.gross_t = 0.0
        self.heaviest_t = 0.0  #: of one unit
        self.wagons = 0.0
        self.timer = False

    def weigh(self) -> None:
        """Parts have left: find the heaviest unit of those that stand."""
        self.heaviest_t = max([_unit_t(part) for _, part in self.parts], default=0.0)


class Yards:
    """All yards of the network."""

    def __init__(
        self,
        kernel: Kernel,
        router: Router,
        assumptions: Assumptions,
        depart: Callable[[list[Part], RailStage, Path, int], None],
    ) -> None:
        self._kernel = kernel
        self._router = router
        self._loaded_wait_s = assumptions.formation_wait_s
        self._empty_wait_s = assumptions.empties_wait_s
        self._depart = depart
        self._forming: dict[Key, Forming] = {}
        self._empties: dict[tuple[str, str], list[Forming]] = {}  #: (station, pool)

    def add(self, part: Part, station: str, stage: RailStage, path: Path | None = None, hop: int = 0) -> None:
        """Wagons come to stand in the yard of a station and wait for a train of ``stage``."""
        journey = part.journey
        key = (station, stage.route, part.pool, journey.express, journey.empty, id(path) if path else 0, hop)
        forming = self._forming.get(key)
        if forming is None:
            forming = self._forming[key] = Forming(key, stage, path)
            if journey.empty:
                self._empties.setdefault((station, part.pool), []).append(forming)
        place = self._kernel.ledger.number(station)
        part.row = -1
        forming.parts.append((self._kernel.now, part))
        forming.gross_t += part.gross_t
        forming.heaviest_t = max(forming.heaviest_t, _unit_t(part))
        forming.wagons += part.wagons
        self._form(forming, place)

    def standing(self, station: str, pool: str) -> int:
        """Empties of a pool that wait at a station for their train home."""
        return int(sum([forming.wagons for forming in self._empties.get((station, pool), ())]))

    def claim(self, station: str, pool: str, wagons: int) -> Empties | None:
        """Take up to ``wagons`` of them, of one home, out of their queue."""
        for forming in self._empties.get((station, pool), ()):
            if forming.parts:
                _, part = forming.parts[0]
                taken = min(wagons, part.wagons)
                forming.gross_t -= taken * part.journey.tare_per_unit_t
                forming.wagons -= taken
                part.units -= taken
                part.wagons -= taken
                if not part.wagons:
                    forming.parts.popleft()
                    forming.weigh()
                    self._end(part)
                return Empties(part.home, taken)
        return None

    def _form(self, forming: Forming, place: int, *, overdue: bool = False) -> None:
        """Let every full train go; ``overdue``: and what is left."""
        _, route, _, _, empty, _, hop = forming.key
        path = forming.path
        while forming.parts:
            way = path or self._router.choose(route, forming.parts[0][1].journey)
            if way is None:
                self._try_again(forming, place)
                return
            limit_t = self._router.segments[way.segments[hop]].max_gross_t
            journey = forming.parts[0][1].journey
            most = journey.full_train_units * (journey.wagons_per_unit or 1.0) if journey.full_train_units else inf
            no_limit = most == inf and limit_t == inf
            full = no_limit or forming.wagons >= most or forming.gross_t > limit_t - forming.heaviest_t
            if not (full or overdue):
                self._wait(forming, place, self._empty_wait_s if empty else self._loaded_wait_s)
                return
            self._depart(self._take(forming, limit_t, most), forming.stage, way, hop)
            overdue = False

    def _take(self, forming: Forming, limit_t: float, most_wagons: float) -> list[Part]:
        train: list[Part] = []
        gross = wagons = 0.0
        while forming.parts:
            _, part = forming.parts[0]
            unit_t = _unit_t(part)
            per_unit = part.wagons / part.units if part.units else 1.0
            room = part.units
            if unit_t > 0 and limit_t < inf:
                room = min(room, int((limit_t - gross) / unit_t + 1e-9))
            if per_unit > 0 and most_wagons < inf:
                room = min(room, int((most_wagons - wagons) / per_unit + 1e-9))
            if room <= 0 and train:
                break
            room = max(room, 1)
            self._end(part)  # what stays behind begins a new wait, with its own tonnes
            if room == part.units:
                forming.parts.popleft()
                taken = part
            else:
                taken = part.split(room)
            gross += taken.gross_t
            wagons += taken.wagons
            train.append(taken)
        forming.weigh()
        forming.gross_t -= gross
        forming.wagons -= wagons
        return train

    def _wait(self, forming: Forming, place: int, wait_s: int) -> None:
        now = self._kernel.now
        for _, part in forming.parts:
            if part.row < 0:
                part.row = self._kernel.begin_wait(place, part, place, "formation")
        if not forming.timer:
            forming.timer = True
            self._kernel.later(max(1, forming.parts[0][0] + wait_s - now), lambda: self._due(forming, place, wait_s))

    def _due(self, forming: Forming, place: int, wait_s: int) -> None:
        forming.timer = False
        if forming.parts:
            overdue = self._kernel.now - forming.parts[0][0] >= wait_s
            self._form(forming, place, overdue=overdue)

    def _try_again(self, forming: Forming, place: int) -> None:
        """No way is in service now: look again tomorrow."""
        for _, part in forming.parts:
            if part.row < 0:
                part.row = self._kernel.begin_wait(place, part, place, "closure")
        if not forming.timer:
            forming.timer = True
            self._kernel.later(86_400, lambda: self._due(forming, place, 0))

    def _end(self, part: Part) -> None:
        if part.row >= 0:
            self._kernel.end_wait(part.row)
            part.row = -1


def _unit_t(part: Part) -> float:
    """A unit of a part and the wagons under it."""
    return part.journey.t_per_unit + part.journey.tare_per_unit_t


def count(gate: Gate | None, part: Part) -> None:
    """A part comes to stand under an acceptance limit; the one that counted it until now lets it go."""
    uncount(part)
    if gate is not None and part.lot is not None:
        gate.add(part.wagon_equivalents())
        part.gate = gate


def uncount(part: Part) -> None:
    """It moves on."""
    if part.gate is not None:
        part.gate.remove(part.wagon_equivalents())
        part.gate = None
