"""Lots, and the parts into which trains and ships split them."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import ref

from corridorsim.ledger import OPEN
from corridorsim.model import Journey

from .acceptance import Gate


@dataclass(slots=True, eq=False)
class Lot:
    """One offer of a flow: its row in the ledger and what is still to come of it."""

    row: int
    flow: int  #: number of the flow's name in the ledger
    undelivered: int
    departed_s: int = OPEN
    delivered_tonne_s: float = 0.0


@dataclass(slots=True, eq=False, weakref_slot=True)
class Part:
    """Units of one lot, or empty wagons on their way home (``lot`` None), that move together."""

    lot: Lot | None
    journey: Journey
    units: int
    stage: int = 0
    wagons: int = 0  #: wagons under it
    home: str = ""  #: where these wagons go back to
    pool: str = ""
    flow: int = OPEN
    row: int = OPEN  #: its open wait
    gate: Gate | None = None  #: the acceptance limit that counts it now
    kin: Kin | None = None  #: all parts of the run, for the books

    def __post_init__(self) -> None:
        if self.kin is not None:
            self.kin.append(ref(self))

    @property
    def tonnes(self) -> float:
        """Cargo, without wagons."""
        return self.units * self.journey.t_per_unit

    @property
    def gross_t(self) -> float:
        """Cargo and wagons, on rail."""
        return self.units * (self.journey.t_per_unit + self.journey.tare_per_unit_t)

    def wagon_equivalents(self) -> float:
        """How much of a yard or stack it takes: wagons, 60 t of loose cargo or one truck each; empties take none."""
        journey = self.journey
        if journey.empty:
            return 0.0
        if journey.wagons_per_unit:
            return self.units * journey.wagons_per_unit
        return float(self.units) if journey.unit == "truck" else self.tonnes / 60

    def split(self, units: int) -> Part:
        """Take ``units`` off as a new part, with their share of the wagons."""
        if not 0 < units < self.units:
            raise ValueError(f"cannot take {units} of {self.units} units")
        wagons = self.wagons - round(self.wagons * (self.units - units) / self.units)
        other = Part(self.lot, self.journey, units, self.stage, wagons, self.home, self.pool, self.flow, kin=self.kin)
        other.gate = self.gate
        self.units -= units
        self.wagons -= wagons
        return other


#: The parts of a run, without holding on to them: the books see at once that one was lost. (Without a WeakSet's
#: bookkeeping at the birth and death of each: who reads it looks who is still alive.)
Kin = list[ref[Part]]


def alive(kin: Kin) -> list[Part]:
    """The parts that still exist; the others are forgotten."""
    there = [part for known in kin if (part := known()) is not None]
    kin[:] = [ref(part) for part in there]
    return there
