"""What a run writes: a few tables of typed columns, in the order in which things happened.

Times are whole seconds since the start of the horizon, ``OPEN`` where something had not ended with the run. Names
(places, actors, flows, causes) are kept once in ``Ledger.names`` and written as their number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from struct import Struct
from typing import Final

OPEN: Final = -1

#: Causes of waiting: a closed list, with what each means.
CAUSES: Final[dict[str, str]] = {
    "wagons": "no empty wagon at the place of loading",
    "formation": "a train is made up only when full, or after the waiting time of its yard",
    "locomotive": "no unit free, or one on its way light",
    "locomotive_change": "change of locomotive where traction or operator changes",
    "refuelling": "fuel or charge on the way, where the range of a locomotive ends",
    "rescue": "a failed locomotive on the road until another takes the train",
    "slot": "the next slot of a segment",
    "other_traffic": "slots taken by traffic that is not simulated train by train",
    "closure": "a line, station or port closed for works",
    "border": "hours at a border, and the queue for them",
    "dry_port": "queue for a track, storage or the hand-over of a dry port",
    "customs": "customs and inspection",
    "yard_full": "a train set aside because the port's yard or stack is full",
    "unloading": "queue for the unloading tracks of a port",
    "formalities": "papers and inspection at a port",
    "vessel": "cargo ready, no ship loading for its line",
    "berth": "a ship waits for a berth",
    "weather": "a port closed by weather",
    "cargo": "a ship waits for cargo",
}

#: table -> column -> type ("q" whole number, "d" float, both of 8 bytes; in ``HOPS`` also "i" of 4 and "b" of 1).
#: Written always; they make the digest.
TABLES: Final[dict[str, dict[str, str]]] = {
    # one row a lot offered; status 0 refused, 1 accepted. gate: number of the gate that refused, or OPEN.
    "lots": {
        "flow": "q",
        "tonnes": "d",
        "units": "d",
        "offered_s": "q",
        "accepted": "q",
        "gate": "q",
        "cause": "q",
        "accepted_s": "q",
        "departed_s": "q",
        "delivered_s": "q",
        "delivered_tonne_s": "d",
    },
    # one row a part of a lot unloaded at its flow's destination
    "deliveries": {"lot": "q", "flow": "q", "time_s": "q", "tonnes": "d", "teu": "d"},
    # one row a train or light engine from where it started to where it ended, and one a voyage
    "movements": {
        "kind": "q",
        "actor": "q",
        "flow": "q",
        "from_place": "q",
        "to_place": "q",
        "depart_s": "q",
        "arrive_s": "q",
        "net_t": "d",
        "gross_t": "d",
        "units": "d",
        "length_m": "d",
        "locomotives": "q",
    },
    # one row a wait, of a part of a lot (0 t and OPEN for an empty train or ship); blocker: a name or OPEN
    "waits": {
        "actor": "q",
        "flow": "q",
        "lot": "q",
        "tonnes": "d",
        "place": "q",
        "cause": "q",
        "blocker": "q",
        "start_s": "q",
        "end_s": "q",
    },
    # one row a spell in a state: weather closed, ban, ship at berth/at sea/at anchor/absent, unit in service/repair
    "states": {"resource": "q", "state": "q", "start_s": "q", "end_s": "q"},
    # one row a resource and month: busy and in-service resource-seconds (slots for segments)
    "usage": {"resource": "q", "month": "q", "busy": "d", "available": "d"},
    # one row a stock and month end, for the books
    "stocks": {"name": "q", "month": "q", "amount": "d"},
}

#: Written only when asked for, with a digest of its own: one row a train or light engine and segment. ``kind``: of
#: ``MOVEMENT_KINDS``; ``forward``: 1 from the segment's ``from_node`` to its ``to_node``; ``enter_s``: when it asked to
#: enter, ``start_s``: when it began to run (or was to begin, which may be long after the end). 30 bytes a row, since
#: there are so many.
HOPS: Final[dict[str, str]] = {
    "train": "i",
    "kind": "b",
    "flow": "i",
    "segment": "i",
    "forward": "b",
    "enter_s": "i",
    "start_s": "q",
    "leave_s": "i",
}

#: Written with the hops: one row a train and block of a segment in loop detail, background trains included (which are
#: in no other table). ``passage``: number of the train among those that came to the segment.
BLOCKS: Final[dict[str, str]] = {
    "passage": "q",
    "train": "q",
    "block": "q",
    "forward": "q",
    "start_s": "q",
    "leave_s": "q",
}

#: Written with the hops: what each locomotive and ship did. ``other``: of a unit in the fleet its territory, of one
#: that is coupled (or on its way light to be) the train, of a ship the place where it works or from which it sails.
SPELLS: Final[dict[str, str]] = {"actor": "q", "state": "q", "other": "q", "start_s": "q", "end_s": "q"}
SPELL_STATES: Final = ("in_fleet", "coupled", "at_berth", "at_sea_loaded", "at_sea_empty")

#: What moved or handled each part of a lot: a train from departure to arrival (its waits on the way are in ``waits``),
#: a ship between two ports, or hands and cranes at a place. ``place``: where it was handled, or where the move began.
#: Always written; not part of the digest, which is about what happened and when, and that is all in ``TABLES``.
LEGS: Final[dict[str, str]] = {
    "activity": "q",
    "actor": "q",
    "lot": "q",
    "tonnes": "d",
    "place": "q",
    "start_s": "q",
    "end_s": "q",
}
ACTIVITIES: Final = ("rail", "sea", "handling")

#: Those who came to a resource, month by month: how many came and how many of them had to wait, the seconds that they
#: waited and that they were there in all, and the seconds in which nobody was. Always written, not part of the digest.
QUEUES: Final[dict[str, str]] = {
    "resource": "q",
    "month": "q",
    "came": "q",
    "waited": "q",
    "waiting_s": "d",
    "present_s": "d",
    "empty_s": "d",
}

MOVEMENT_KINDS: Final = ("loaded_train", "empty_train", "light_engine", "voyage")


_NUMPY: Final = {"q": "<i8", "i": "<i4", "b": "i1", "d": "<f8"}


class Table:
    """Rows of one table, packed one after the other; ``add`` takes the values in column order.

    Packing a row costs a third of appending to a column each; ``structure`` tells numpy how to see the columns in
    place. ``data += pack(*row)`` is ``add`` for those who need no number.
    """

    __slots__ = ("_packing", "at", "data", "name", "pack", "size", "structure")

    def __init__(self, name: str, spec: dict[str, str]) -> None:
        self.name = name
        self.structure = [(column, _NUMPY[code]) for column, code in spec.items()]
        self._packing = Struct("<" + "".join(spec.values()))
        self.pack = self._packing.pack
        self.size = self._packing.size  #: bytes of a row
        #: column -> (its place in a row, ``pack_into`` of one value)
        self.at: dict[str, tuple[int, Callable[..., None]]] = {}
        place = 0
        for column, code in spec.items():
            one = Struct("<" + code)
            self.at[column] = (place, one.pack_into)
            place += one.size
        self.data = bytearray()

    def __len__(self) -> int:
        return len(self.data) // self.size

    def add(self, *row: float) -> int:
        """Append one row; returns its number."""
        data = self.data
        number = len(data) // self.size
        data += self.pack(*row)
        return number

    def put(self, row: int, column: str, value: float) -> None:
        """Write one value of a row that is there already."""
        place, pack_into = self.at[column]
        pack_into(self.data, row * self.size + place, value)

    def column(self, name: str) -> list[float]:
        """All values of a column, a copy."""
        index = next(i for i, (column, _) in enumerate(self.structure) if column == name)
        return [row[index] for row in self._packing.iter_unpack(self.data)]

    def rows(self, *columns: str) -> Iterator[tuple[float, ...]]:
        """Row by row the values of two columns or more, without a copy of them all; nothing may be added meanwhile."""
        names = [column for column, _ in self.structure]
        return map(itemgetter(*map(names.index, columns)), self._packing.iter_unpack(self.data))

    @property
    def columns(self) -> dict[str, list[float]]:
        """All columns, as copies."""
        names = [column for column, _ in self.structure]
        values = list(zip(*self._packing.iter_unpack(self.data), strict=True)) or [()] * len(names)
        return {column: list(cells) for column, cells in zip(names, values, strict=True)}


class Ledger:
    """All tables of one run, and the names behind their numbers."""

    def __init__(self, *, hops: bool = False) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self.tables = {name: Table(name, spec) for name, spec in TABLES.items()}
        self.legs = Table("legs", LEGS)
        self.queues = Table("queues", QUEUES)
        self.hops = Table("hops", HOPS) if hops else None
        self.blocks = Table("blocks", BLOCKS) if hops else None
        self.spells = Table("spells", SPELLS) if hops else None
        self.counters: dict[str, float] = {}  #: plain totals of the run: kernel events, train hops ...
        for cause in CAUSES:
            self.number(cause)

    def number(self, name: str) -> int:
        """The number of a name, given at first use."""
        known = self._numbers.get(name)
        if known is None:
            known = self._numbers[name] = len(self.names)
            self.names.append(name)
        return known

    def unique(self, name: str) -> int:
        """The number of a name that is asked for once and never looked up: it is not kept in the index of names."""
        self.names.append(name)
        return len(self.names) - 1

    def digest(self) -> str:
        """SHA-256 over names and always-written columns; the same run gives the same digest anywhere."""
        return _digest(self.names, self.tables.values())

    def hop_digest(self) -> str | None:
        """SHA-256 over the hop log, or None where none was kept."""
        return None if self.hops is None else _digest([], [self.hops])


def _digest(names: list[str], tables: Iterable[Table]) -> str:
    sha = hashlib.sha256("\n".join(names).encode())
    for table in tables:
        sha.update(f"{table.name}:{len(table)}".encode())
        sha.update(table.data)
    return sha.hexdigest()
