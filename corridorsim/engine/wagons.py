"""Wagons: pools by kind and gauge. Counts, never one object each.

A station that loads has a number of wagons that call it home. Cargo takes empties that stand where it stands first
(of the same pool, whoever's home they have), then wagons at home. Emptied wagons are taken by cargo that waits for
them where they are; the rest goes home, as full trains or after a while, by rail and where need be by ferry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from corridorsim.model import Journey
from corridorsim.model import WagonPool as PoolPlan

from .cargo import Kin, Part
from .kernel import Kernel, Meter


@dataclass(slots=True, eq=False)
class Wanting:
    """A part that waits for empties."""

    part: Part
    ready: Callable[[Part], None]


@dataclass(slots=True, eq=False)
class Empties:
    """Empty wagons that stand, and where they are at home."""

    home: str
    wagons: int


class StandingEmpties(Protocol):
    """Empties that wait in yards for their train home."""

    def standing(self, station: str, pool: str) -> int:
        """How many of a pool stand at a station."""

    def claim(self, station: str, pool: str, wagons: int) -> Empties | None:
        """Take up to so many, of one home, for cargo that loads here."""


class WagonPool:
    """One kind of wagon."""

    def __init__(
        self,
        plan: PoolPlan,
        returns: dict[tuple[str, str], Journey],
        kernel: Kernel,
        send_home: Callable[[Part, str], None],
        empties: StandingEmpties,
        kin: Kin,
    ) -> None:
        self.id = plan.id
        self.unlimited = plan.unlimited
        self.number = kernel.ledger.number(plan.id)
        self._kernel = kernel
        self._returns = returns
        self._send_home = send_home
        self._empties = empties
        self._kin = kin
        self._homes = dict(plan.homes)
        self._joined = dict.fromkeys(self._homes, 0)
        self._leaving = dict.fromkeys(self._homes, 0)
        self.stock = dict.fromkeys(self._homes, 0)
        self.fleet = 0
        self.meter = Meter(kernel)  #: busy = loaded
        self._wanting: dict[str, deque[Wanting]] = {}
        self.refresh(0)

    def refresh(self, now: int) -> None:
        """Wagons that join or leave from now on; those away leave when they come home."""
        for home, steps in self._homes.items():
            change = round(steps.at(now)) - self._joined[home]
            self._joined[home] += change
            self._leaving[home] -= change  # more wagons first make up for those that should leave
            self._settle(home)
            self._serve(home)

    def _settle(self, home: str) -> None:
        """Let wagons join, or leave as far as they stand at home."""
        change = max(-self._leaving[home], -self.stock[home])
        if change:
            self._leaving[home] += change
            self.fleet += change
            self.stock[home] += change
            self.meter.change(in_service=change)

    def ask(self, part: Part, station: str, ready: Callable[[Part], None]) -> None:
        """Put ``part`` on wagons at a station; ``ready`` is called for each part of it that has them, now or later."""
        if self.unlimited:
            part.wagons = ceil(part.units * part.journey.wagons_per_unit)
            ready(part)
            return
        self._want(part, station)
        self._wanting.setdefault(station, deque()).append(Wanting(part, ready))
        self._serve(station)

    def emptied(self, part: Part, station: str) -> None:
        """The wagons of a part stand empty at a station."""
        if part.pool:
            self.meter.change(busy=-part.wagons)
            empties = Empties(part.home, part.wagons)
            part.wagons, part.pool, part.home = 0, "", ""
            self._serve(station, empties)
        part.wagons = 0

    def came_home(self, empties: Part, station: str) -> None:
        """A train of empties has reached their home."""
        self.stock[station] += empties.wagons
        empties.wagons = empties.units = 0
        self._settle(station)
        self._serve(station)

    def _serve(self, station: str, fresh: Empties | None = None) -> None:
        """Give wagons to the parts that want them here, in order, each all it needs at once.

        Those that have just been emptied here (``fresh``) first, then those that stand here from elsewhere, then those
        at home. A part that needs more than this place ever has takes what there is.
        """
        line = self._wanting.get(station)
        while line:
            part = line[0].part
            need = ceil(part.units * part.journey.wagons_per_unit)
            at_home = self.stock.get(station, 0)
            have = (fresh.wagons if fresh else 0) + at_home + self._empties.standing(station, self.id)
            least = ceil(part.journey.wagons_per_unit)
            if have < max(least, min(need, self._joined.get(station, 0))):
                break
            if fresh is not None and fresh.wagons:
                self._load(line, fresh, station)
            elif standing := self._empties.claim(station, self.id, need):
                self._load(line, standing, station)
                if standing.wagons:
                    self._go_home(standing, station)
            else:
                self.stock[station] = 0
                home = Empties(station, at_home)
                self._load(line, home, station)
                self.stock[station] += home.wagons
        if fresh is not None and fresh.wagons:
            self._go_home(fresh, station)

    def _go_home(self, empties: Empties, station: str) -> None:
        if empties.home == station:
            self.stock[station] += empties.wagons
            self._settle(station)
            return
        journey = self._returns[station, empties.home]
        wagons = empties.wagons
        self._send_home(
            Part(None, journey, wagons, wagons=wagons, home=empties.home, pool=self.id, kin=self._kin), station
        )

    def _load(self, line: deque[Wanting], empties: Empties, station: str) -> None:
        """Put as much of the first waiting part as fits on ``empties``; a wagon may stay part empty."""
        wanting = line[0]
        part = wanting.part
        need = ceil(part.units * part.journey.wagons_per_unit)
        self._kernel.end_wait(part.row)
        if empties.wagons >= need:
            line.popleft()
            loaded, wagons = part, need
        else:
            wagons = empties.wagons
            loaded = part.split(max(1, int(wagons / part.journey.wagons_per_unit)))
            self._want(part, station)
        loaded.wagons, loaded.home, loaded.pool = wagons, empties.home, self.id
        empties.wagons -= wagons
        self.meter.change(busy=wagons)
        wanting.ready(loaded)

    def _want(self, part: Part, station: str) -> None:
        place = self._kernel.ledger.number(station)
        part.row = self._kernel.begin_wait(self.number, part, place, "wagons")
