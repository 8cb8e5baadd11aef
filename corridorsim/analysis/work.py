"""The physical work of a run: tonne-kilometres by flow, line and class of locomotive, ship hours by link and class.

What energy, cost and carbon are computed from, afterwards and elsewhere (``energy``): a run knows no price.

*Way of a train.* A movement tells its ends and its metres; the candidate path of the scenario that has both ends, so
far apart, is the way it took, and the lines on it belong to territories.

*Class of a locomotive.* The ledger does not name the engines of a train. A territory's classes share its
tonne-kilometres by their units in the year, each with the part of its time that planned work leaves, and with the
kilometres that refuelling leaves of a day. Light engines are known by name.

*Who is charged.* Empty trains are charged to the flows that loaded the wagons which go home that way, by their loaded
wagon-kilometres; light engines of a territory to the flows hauled there, by gross tonne-kilometres with empties;
hours of ships at sea and in port to the flows that they served on their link, both ways, by tonnes. A year's tonnes of
a voyage are shared among the flows of its line by what was delivered of them. What nobody caused is charged to
flow "".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

import numpy as np

from ..ledger import MOVEMENT_KINDS, OPEN
from ..model.blueprint import RailStage, SeaStage, Territory, Vessel, mean_s
from .view import Rows, View, Whole, grouped, rows
from .ways import Ways

#: rail: ``leg`` is a territory ("" = a line of none), sea: a link. ``class_id`` "" = a territory without a fleet.
WORK = (
    "year", "flow", "perimeter", "mode", "leg", "class_id", "net_tkm", "gross_tkm", "empty_gross_tkm", "light_km",
    "voyage_t", "sea_h", "port_h",
)  # fmt: skip
AMOUNTS = WORK[6:]
NOWHERE = "?"  #: leg of a train of which no candidate path tells the way

_LOADED, _EMPTY, _LIGHT, _VOYAGE = (
    MOVEMENT_KINDS.index(kind) for kind in ("loaded_train", "empty_train", "light_engine", "voyage")
)
Key = TypeVar("Key", bound=Hashable)

Shares = dict[str, float]
#: (flow, mode, leg, class) -> amounts in the order of ``AMOUNTS``
Cells = dict[tuple[str, str, str, str], list[float]]


def work(view: View) -> Rows:
    """One row a year, flow, leg and class.

    Tonne-kilometres (gross without locomotives; ``empty_gross_tkm`` is not in ``gross_tkm``), kilometres of light
    engines, tonnes on voyages, hours of ships at sea and in port (at berth or at anchor, in service). Trains and
    voyages count in the year in which they set off. The distance of a link is not known here.
    """
    perimeter = {flow.id: flow.perimeter for flow in view.blueprint.flows} | {"": ""}
    rail, sea = _Rail(view), _Sea(view)
    found = []
    for year in view.years:
        cells: Cells = defaultdict(lambda: [0.0] * len(AMOUNTS))
        rail.add(year, cells)
        sea.add(year, cells)
        found += [
            (year, flow, perimeter[flow], mode, leg, kind, *amounts)
            for (flow, mode, leg, kind), amounts in sorted(cells.items())
        ]
    return rows(WORK, found)


class _Rail:
    def __init__(self, view: View) -> None:
        blueprint = view.blueprint
        self.view = view
        self.territories = {territory.id: territory for territory in blueprint.territories}
        self.classes = {kind.id: kind for kind in blueprint.locomotive_classes}
        self.flows = blueprint.flows
        #: light engine -> (territory, class)
        self.engines = {u.id: (t.id, u.class_id) for t in blueprint.territories for u in t.units}
        #: seconds at which some line changes its territory
        self.changes = np.asarray(sorted({at for s in blueprint.segments for at, _ in s.territory}), dtype=np.int64)
        self.ways = Ways(blueprint)
        self._ways: dict[tuple[str, str, int, int], Shares] = {}
        self._home: dict[tuple[str, str], frozenset[int]] = {}
        self.users = self._users()

    def add(self, year: int, cells: Cells) -> None:
        """Trains and light engines of a year."""
        moves = self.view.table("movements")
        there = np.isin(self.view.month(moves["depart_s"]), self.view.months_of(year))
        mine = there & np.isin(moves["kind"], (_LOADED, _EMPTY))
        hours = np.where(moves["arrive_s"] == OPEN, 0, moves["arrive_s"] - moves["depart_s"])[mine] / 3600.0
        keys = [_dense(moves[name][mine]) for name in ("flow", "from_place", "to_place")]
        metres, lengths = _dense(np.rint(moves["length_m"][mine]).astype(np.int64))
        era = np.searchsorted(self.changes, moves["depart_s"][mine], side="right")
        found, (count, net, gross, wagons, time) = grouped(
            (*(places for places, _ in keys), metres, era),
            np.ones(int(mine.sum())), moves["net_t"][mine], moves["gross_t"][mine], moves["units"][mine], hours,
        )  # fmt: skip
        hauled: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        wagon_km: dict[int, float] = defaultdict(float)
        empties: list[tuple[str, str, Shares, float]] = []
        train_km = train_h = 0.0
        for (flow_at, start_at, end_at, length_at, when), n, t, g, w, h in zip(
            found, count, net, gross, wagons, time, strict=True
        ):
            flow, start, end = (
                int(names[place]) for (_, names), place in zip(keys, (flow_at, start_at, end_at), strict=True)
            )
            ends = (self.view.name(start), self.view.name(end))
            length = int(lengths[length_at])
            way = self._way(*ends, length, when)
            train_km += length / 1000 * float(n)
            train_h += float(h)
            if flow == OPEN:
                empties.append((*ends, way, float(g)))
                continue
            number = int(self.view.flow_index[flow])
            wagon_km[number] += float(w) * length / 1000
            for leg, km in way.items():
                sums = hauled[number, leg]
                sums[0] += float(t) * km
                sums[1] += float(g) * km
        light: dict[tuple[str, str], float] = defaultdict(float)
        alone = there & (moves["kind"] == _LIGHT)
        engines, (ran_m,) = grouped((moves["actor"][alone],), moves["length_m"][alone])
        for (engine,), m in zip(engines, ran_m, strict=True):
            light[self._engine(self.view.name(engine))] += float(m) / 1000
        self._charge_empties(empties, hauled, wagon_km)
        pace = train_km / train_h if train_h else 0.0
        legs = {leg for _, leg in hauled} | {leg for leg, _ in light}
        for leg in sorted(legs):
            here = {flow: sums for (flow, on), sums in hauled.items() if on == leg}
            shares = self._classes_of(leg, year, pace)
            for flow, sums in here.items():
                for class_id, share in shares.items():
                    _put(cells, self._id(flow), "rail", leg, class_id, "net_tkm", sums[0] * share)
                    _put(cells, self._id(flow), "rail", leg, class_id, "gross_tkm", sums[1] * share)
                    _put(cells, self._id(flow), "rail", leg, class_id, "empty_gross_tkm", sums[2] * share)
            weights = _shares({flow: sums[1] + sums[2] for flow, sums in here.items()}) or {-1: 1.0}
            for (on, class_id), km in light.items():
                for flow, share in weights.items() if on == leg else ():
                    _put(cells, self._id(flow), "rail", leg, class_id, "light_km", km * share)

    def _id(self, flow: int) -> str:
        return self.flows[flow].id if flow >= 0 else ""

    def _engine(self, name: str) -> tuple[str, str]:
        """Territory and class of a light engine; those drawn from the national fleet carry its territory's name."""
        unit = name.removeprefix("light ")
        if unit in self.engines:
            return self.engines[unit]
        territory = unit.rpartition("-national-")[0]
        return territory, self.territories[territory].national_class

    def _way(self, start: str, end: str, metres: int, era: int) -> Shares:
        """Territory -> kilometres on the way of a train."""
        key = (start, end, metres, era)
        if key not in self._ways:
            self._ways[key] = self._found_way(*key)
        return self._ways[key]

    def _found_way(self, start: str, end: str, metres: int, era: int) -> Shares:
        since = int(self.changes[era - 1]) if era else -1
        way: Shares = defaultdict(float)
        for line in self.ways.of(start, end, metres):
            owner = line.territory[0][1] if line.territory else ""
            for at, name in line.territory:
                if at <= since:
                    owner = name
            way[owner] += line.length_m / 1000
        return dict(way) or {NOWHERE: metres / 1000}

    # --- empties ------------------------------------------------------------------------------------------------------

    def _users(self) -> dict[tuple[str, ...], set[int]]:
        """(pool, station where emptied, home) -> the flows that load its wagons there and empty them here; also by
        the pool alone, for wagons that no rail stage drops."""
        users: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for number, flow in enumerate(self.flows):
            home = ""
            for stage in self.view.blueprint.journeys[flow.journey].stages:
                if isinstance(stage, RailStage) and stage.pool:
                    users[(stage.pool,)].add(number)
                    home = stage.origin if stage.takes_wagons else home
                    if stage.drops_wagons:
                        users[stage.pool, stage.destination, home].add(number)
        return users

    def _sent_home(self, start: str, end: str) -> frozenset[int]:
        """Flows whose wagons go home by way of two stations."""
        if (start, end) not in self._home:
            blueprint = self.view.blueprint
            found: set[int] = set()
            for key, number in blueprint.empty_returns:
                stages = [s for s in blueprint.journeys[number].stages if isinstance(s, RailStage)]
                paths = (p for s in stages for _, candidates in blueprint.routes[s.route].epochs for p in candidates)
                if any(start in p.nodes and end in p.nodes[p.nodes.index(start) :] for p in paths):
                    dropped = any(known[:2] == key[:2] for known in self.users)
                    found |= self.users.get(key if dropped else key[:1], set())
            self._home[start, end] = frozenset(found)
        return self._home[start, end]

    def _charge_empties(
        self,
        empties: Iterable[tuple[str, str, Shares, float]],
        hauled: dict[tuple[int, str], list[float]],
        wagon_km: Mapping[int, float],
    ) -> None:
        for start, end, way, gross_t in empties:
            flows = self._sent_home(start, end)
            weights = _shares({flow: wagon_km[flow] for flow in sorted(flows) if flow in wagon_km})
            weights = weights or _shares(wagon_km) or {-1: 1.0}
            for leg, km in way.items():
                for flow, share in weights.items():
                    hauled[flow, leg][2] += gross_t * km * share

    # --- classes ------------------------------------------------------------------------------------------------------

    def _classes_of(self, leg: str, year: int, pace_kmh: float) -> Shares:
        """Class -> its share of what a territory hauls in a year; "" where the territory has no fleet."""
        territory = self.territories.get(leg)
        if territory is None or territory.unlimited:
            return {"": 1.0}
        months = self.view.months_of(year)
        since, until = int(self.view.starts[months[0]]), int(self.view.starts[months[-1] + 1])
        seconds: Shares = defaultdict(float)
        for unit in territory.units:
            there = min(unit.until_s, until) - max(unit.since_s, since)
            kind = self.classes[unit.class_id]
            seconds[unit.class_id] += max(0, there) * (1 - kind.planned_absence_share)
        drawn = self._in_service_s(territory, months) - sum(seconds.values())
        if territory.national_class and max(territory.national_ceiling.values) > 0 and drawn > 0:
            seconds[territory.national_class] += drawn
        return _shares({name: amount * self._speed(name, pace_kmh) for name, amount in seconds.items()}) or {"": 1.0}

    def _in_service_s(self, territory: Territory, months: list[int]) -> float:
        usage = self.view.table("usage")
        name = f"territory:{territory.id}"
        if name not in self.view.names:
            return 0.0
        mine = (usage["resource"] == self.view.names.index(name)) & np.isin(usage["month"], months)
        return float(usage["available"][mine].sum())

    def _speed(self, class_id: str, pace_kmh: float) -> float:
        """Kilometres an hour under way, with the stands of a short range, against one that needs none."""
        kind = self.classes[class_id]
        return 1 / (1 + pace_kmh / 3.6 * mean_s(kind.refuel_s) / kind.range_m)


class _Sea:
    def __init__(self, view: View) -> None:
        self.view = view
        blueprint = view.blueprint
        self.ships = {ship.id: ship for ship in blueprint.vessels}
        #: (link, terminal of departure) -> flows
        self.lines: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, flow in enumerate(blueprint.flows):
            for stage in blueprint.journeys[flow.journey].stages:
                if isinstance(stage, SeaStage):
                    self.lines[stage.link, stage.from_terminal].append(number)
        deliveries = view.table("deliveries")
        self.delivered = view.by_month_and_flow(deliveries["time_s"], deliveries["flow"], deliveries["tonnes"])
        lots = view.table("lots")
        taken = np.where(lots["accepted"] == 1, lots["accepted_s"], OPEN)
        self.accepted = view.by_month_and_flow(taken, lots["flow"], lots["tonnes"])

    def add(self, year: int, cells: Cells) -> None:
        """Ships of a year, link by link and terminal by terminal."""
        months = self.view.months_of(year)
        tonnes, sea_h = self._voyages(months)
        service_h = self._service_h(months)
        for (link, ends), ships in self._fleets().items():
            carried: dict[int, Shares] = defaultdict(lambda: defaultdict(float))  # flow -> class -> tonnes
            for (class_id, on, start), amount in sorted(tonnes.items()):
                if on == link and start in ends:
                    for flow, share in self._of_line(link, start, months).items():
                        carried[flow][class_id] += amount * share
            weights = _shares({flow: sum(by.values()) for flow, by in carried.items()}) or {-1: 1.0}
            for class_id in sorted({ship.class_id for ship in ships}):
                mine = [ship.id for ship in ships if ship.class_id == class_id]
                sea = sum(sea_h.get(name, 0.0) for name in mine)
                port = sum(max(0.0, service_h.get(name, 0.0) - sea_h.get(name, 0.0)) for name in mine)
                if not (sea or port):
                    continue
                for flow, share in weights.items():
                    ident = self.view.blueprint.flows[flow].id if flow >= 0 else ""
                    _put(cells, ident, "sea", link, class_id, "voyage_t", carried[flow][class_id] if flow >= 0 else 0.0)
                    _put(cells, ident, "sea", link, class_id, "sea_h", sea * share)
                    _put(cells, ident, "sea", link, class_id, "port_h", port * share)

    def _fleets(self) -> dict[tuple[str, frozenset[str]], list[Vessel]]:
        """Ships by link and the two terminals between which they go."""
        fleets: dict[tuple[str, frozenset[str]], list[Vessel]] = defaultdict(list)
        for ship in self.ships.values():
            fleets[ship.link, frozenset((ship.berth_kind_from, ship.berth_kind_to))].append(ship)
        return fleets

    def _voyages(self, months: list[int]) -> tuple[dict[tuple[str, str, str], float], dict[str, float]]:
        """Tonnes by (class, link, terminal of departure), and hours at sea by ship."""
        moves = self.view.table("movements")
        mine = (moves["kind"] == _VOYAGE) & np.isin(self.view.month(moves["depart_s"]), months)
        hours = (moves["arrive_s"] - moves["depart_s"])[mine] / 3600.0
        found, (net, time) = grouped((moves["actor"][mine], moves["from_place"][mine]), moves["net_t"][mine], hours)
        tonnes: dict[tuple[str, str, str], float] = defaultdict(float)
        at_sea: dict[str, float] = defaultdict(float)
        for (actor, place), t, h in zip(found, net, time, strict=True):
            ship = self.ships[self.view.name(actor)]
            tonnes[ship.class_id, ship.link, self.view.name(place)] += float(t)
            at_sea[ship.id] += float(h)
        return tonnes, at_sea

    def _service_h(self, months: list[int]) -> dict[str, float]:
        """Hours in service by ship: what is not spent in dock or before it came."""
        usage = self.view.table("usage")
        mine = np.isin(usage["month"], months)
        found, (available,) = grouped((usage["resource"][mine],), usage["available"][mine])
        named = {self.view.name(number): float(s) / 3600 for (number,), s in zip(found, available, strict=True)}
        return {ship: named.get(f"vessel:{ship}", 0.0) for ship in self.ships}

    def _of_line(self, link: str, start: str, months: list[int]) -> Mapping[int, float]:
        """Flow -> its share of what is shipped from a terminal over a link."""
        flows = self.lines[link, start]
        for matrix in (self.delivered, self.accepted):
            found = _shares({flow: float(matrix[months, flow].sum()) for flow in flows})
            if found:
                return found
        return {}


def _dense(column: Whole) -> tuple[Whole, Whole]:
    """Places in the list of distinct values, and that list: ``grouped`` packs small numbers only."""
    values, places = np.unique(column, return_inverse=True)
    return places.astype(np.int64), values


def _put(cells: Cells, flow: str, mode: str, leg: str, class_id: str, amount: str, value: float) -> None:
    if value:
        cells[flow, mode, leg, class_id][AMOUNTS.index(amount)] += value


def _shares(amounts: Mapping[Key, float]) -> dict[Key, float]:
    """Amounts as shares of their sum; nothing where there is none."""
    total = sum(amounts.values())
    return {key: amount / total for key, amount in amounts.items() if amount > 0} if total > 0 else {}
