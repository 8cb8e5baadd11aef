"""What happened to one lot, train or ship, in order: the ledger as a story with dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..ledger import CAUSES, MOVEMENT_KINDS, OPEN, Ledger
from ..model.blueprint import Blueprint
from .view import DAY_S, View


class NoSuchActor(LookupError):
    """Nothing of this name is in the ledger; str() names what is near."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that began at a second and took a while (None: no time, OPEN: it had not ended with the run)."""

    start_s: int
    lasts_s: int | None
    text: str


class Story:
    """Tells from the ledger of one run."""

    def __init__(self, blueprint: Blueprint, ledger: Ledger) -> None:
        self.view = View(blueprint, ledger)
        self._start = dt.datetime.fromisoformat(blueprint.calendar.start)

    def date(self, time_s: int) -> str:
        """A second of the horizon as local date and time."""
        return f"{self._start + dt.timedelta(seconds=time_s):%Y-%m-%d %H:%M}"

    def lot_number(self, row: int) -> str:
        """The story of a lot by its number. Raises NoSuchActor."""
        lots = self.view.table("lots")
        if not 0 <= row < len(lots["flow"]):
            raise NoSuchActor(f"there is no lot {row}; this run has lots 0 to {len(lots['flow']) - 1}")
        lot = {column: values[row] for column, values in lots.items()}
        name = self.view.name
        head = f"lot {row} of {name(int(lot['flow']))}: {lot['tonnes']:,.0f} t in {lot['units']:g} units"
        events = [Event(int(lot["offered_s"]), None, "offered")]
        if lot["gate"] != OPEN:
            cause = name(int(lot["cause"]))
            events.append(Event(int(lot["offered_s"]), None, f"refused at {name(int(lot['gate']))}: {_meaning(cause)}"))
        if lot["accepted"] == 1:
            events.append(Event(int(lot["accepted_s"]), None, "accepted"))
        if lot["departed_s"] != OPEN:
            waited = (lot["departed_s"] - lot["accepted_s"]) / DAY_S
            events.append(
                Event(int(lot["departed_s"]), None, f"first train departs, {waited:.1f} days after acceptance")
            )
        deliveries = self.view.table("deliveries")
        for place in np.flatnonzero(deliveries["lot"] == row).tolist():
            events.append(
                Event(int(deliveries["time_s"][place]), None, f"{deliveries['tonnes'][place]:,.0f} t delivered")
            )
        waits = self.view.table("waits")
        mine = waits["lot"] == row
        events += self._waits(waits, mine, who=True)
        events += self._carried(waits, mine)
        if lot["delivered_s"] != OPEN:
            begun = lot["departed_s"] if lot["departed_s"] != OPEN else lot["accepted_s"]
            head += f", {(lot['delivered_s'] - begun) / DAY_S:.1f} days in transit"
        return self._told(head, events)

    def _carried(self, waits: dict[str, Any], mine: Any) -> list[Event]:
        """Trains and voyages on which the lot is known to have been: those that its waits on board lie in or before."""
        moves = self.view.table("movements")
        rows: set[int] = set()
        for actor, end_s in {(int(a), int(e)) for a, e in zip(waits["actor"][mine], waits["end_s"][mine], strict=True)}:
            after = np.flatnonzero((moves["actor"] == actor) & (moves["arrive_s"] >= end_s))
            if end_s != OPEN and len(after):
                rows.add(int(after[np.argmin(moves["arrive_s"][after])]))
        return [self._movement({column: values[i] for column, values in moves.items()}) for i in sorted(rows)]

    def slowest(self, flow: str) -> int:
        """Number of the flow's lot with most days in transit. Raises NoSuchActor where none was delivered."""
        lots = self.view.table("lots")
        ids = [item.id for item in self.view.blueprint.flows]
        if flow not in ids:
            raise NoSuchActor(f"there is no flow '{flow}'; flows: {', '.join(ids)}")
        mine = (self.view.flow_index[lots["flow"]] == ids.index(flow)) & (lots["delivered_s"] != OPEN)
        if not mine.any():
            raise NoSuchActor(f"no lot of '{flow}' was delivered in this run")
        begun = np.where(lots["departed_s"] == OPEN, lots["accepted_s"], lots["departed_s"])
        return int(np.argmax(np.where(mine, lots["delivered_s"] - begun, -1)))

    def actor(self, name: str) -> str:
        """The story of a train, light engine or ship by its name in the ledger. Raises NoSuchActor."""
        if name not in self.view.names:
            raise NoSuchActor(self._nobody(name))
        number = self.view.names.index(name)
        waits, moves = self.view.table("waits"), self.view.table("movements")
        events = self._waits(waits, waits["actor"] == number, who=False)
        for place in np.flatnonzero(moves["actor"] == number).tolist():
            events.append(self._movement({column: values[place] for column, values in moves.items()}))
        if not events:
            raise NoSuchActor(self._nobody(name))
        return self._told(name, events)

    def _movement(self, move: dict[str, Any]) -> Event:
        name = self.view.name
        kind = MOVEMENT_KINDS[int(move["kind"])].replace("_", " ")
        flow = f" of {name(int(move['flow']))}" if move["flow"] != OPEN else ""
        load = f", {move['net_t']:,.0f} t" if move["net_t"] else ""
        engines = f", {int(move['locomotives'])} locomotives" if move["locomotives"] > 1 else ""
        start, end = int(move["depart_s"]), int(move["arrive_s"])
        text = f"{kind}{flow} {name(int(move['from_place']))} -> {name(int(move['to_place']))}{load}{engines}"
        return Event(start, OPEN if end == OPEN else end - start, text)

    def _waits(self, waits: dict[str, Any], mine: Any, *, who: bool) -> list[Event]:
        """Waits as events; rows of several parts that waited together are one."""
        together: dict[tuple[int, ...], float] = {}
        columns = ("start_s", "end_s", "place", "cause", "blocker", "actor")
        for place in np.flatnonzero(mine).tolist():
            key = tuple(int(waits[column][place]) for column in columns)
            together[key] = together.get(key, 0.0) + float(waits["tonnes"][place])
        events = []
        for (start, end, place, cause, blocker, actor), tonnes in together.items():
            name = self.view.name
            load = f" with {tonnes:,.0f} t" if tonnes else ""
            behind = f", behind {name(blocker)}" if blocker not in (OPEN, place) else ""
            by = f" ({name(actor)})" if who and actor != place else ""
            text = f"waits at {name(place)}{load} for: {_meaning(name(cause))}{behind}{by}"
            events.append(Event(start, OPEN if end == OPEN else end - start, text))
        return events

    def _told(self, head: str, events: list[Event]) -> str:
        lines = [head]
        for event in sorted(events, key=lambda event: event.start_s):
            lasts = (
                "" if event.lasts_s is None else "still" if event.lasts_s == OPEN else f"{event.lasts_s / 3600:.1f} h"
            )
            lines.append(f"  {self.date(event.start_s)}  {lasts:>9}  {event.text}")
        return "\n".join(lines)

    def _nobody(self, name: str) -> str:
        moves = self.view.table("movements")
        known = [self.view.names[number] for number in sorted(set(moves["actor"].tolist()))]
        shown = ", ".join(known[:3] + known[-2:]) if len(known) > 5 else ", ".join(known)
        return f"nothing named '{name}' moved or waited in this run" + (f"; there are {shown}" if known else "")


def _meaning(cause: str) -> str:
    return f"{cause.replace('_', ' ')} ({CAUSES[cause]})" if cause in CAUSES else cause
