"""What of a scenario can be relieved, and by which step: every resource that it limits, kind by kind.

The steps are stated here and nowhere else. Nothing is known of any corridor: what a scenario does not limit is not
there to be relieved, what is not in service within its horizon neither.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import build
from ..model.blueprint import Blueprint
from ..model.relieve import OneMoreLoop, Step, leaf_at, values_at
from ..scenario import Loaded, Scenario
from ..scenario.schema import Fleet, LocomotiveContract, Segment


@dataclass(frozen=True, slots=True)
class Kind:
    """Resources of one kind. ``causes``: waiting that they answer for; ``nature``: no one can relieve it;
    ``loop_step``: of a line with loops, which no pairs limit."""

    id: str
    title: str
    step: str
    causes: tuple[str, ...] = ()
    nature: bool = False
    loop_step: str = ""


KINDS = {
    kind.id: kind
    for kind in (
        Kind(
            "slots",
            "slots of the lines",
            "+10 % pairs a day",
            ("slot", "other_traffic"),
            loop_step="a loop in the longest block",
        ),
        Kind("speeds", "speed of the lines", "+10 % running speed"),
        Kind("train_mass", "heaviest train of the lines", "+10 % gross mass"),
        Kind("locomotives", "locomotives", "+10 units", ("locomotive",)),
        Kind("workshops", "workshops", "+1 bay"),
        Kind("wagons", "wagons", "+10 % wagons", ("wagons",)),
        Kind("ships", "ships", "+1 ship", ("vessel",)),
        Kind("ship_hours", "hours to load and unload a ship", "-25 % hours"),
        Kind("berths", "berths", "+1 berth", ("berth",)),
        Kind("cranes", "cranes of container berths", "+1 crane"),
        Kind("unloading", "unloading of trains in ports", "+1 track, -25 % hours", ("unloading",)),
        Kind("yards", "yards and stacks, with the limits of acceptance", "+25 % wagons", ("yard_full",)),
        Kind("formalities", "formalities in ports", "-25 % hours", ("formalities",)),
        Kind("depth", "water in ports", "the water falls no further"),
        Kind("dry_ports", "gauge-change terminals", "+1 track, +10 % trains and boxes a day", ("dry_port",)),
        Kind("customs", "customs at gauge-change terminals", "-25 % hours", ("customs",)),
        Kind("borders", "borders", "-25 % hours", ("border",)),
        Kind("weather", "weather", "no closure at all", ("weather",), nature=True),
    )
}


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that limits. ``meters``: its names in the table of utilisation.

    Who waits for it: cargo with one of its kind's causes at one of ``places``, or (where there are any) of ``flows``.
    """

    kind: str
    id: str
    steps: tuple[Step | OneMoreLoop, ...]
    meters: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``locomotives:ktz_diesel``."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Relief:
    """Some resources relieved at once; ``whole``: all of a kind."""

    resources: tuple[Resource, ...]
    whole: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of its resources, each once."""
        return tuple(dict.fromkeys(resource.kind for resource in self.resources))

    @property
    def key(self) -> str:
        """``berths``, ``berths:aktau.container``, ``slots:a-b (and 5 more)``, ``berths + ships``."""
        if self.whole or len(self.kinds) > 1:
            return " + ".join(self.kinds) if self.whole else " + ".join(part.key for part in self.by_kind())
        first, *others = self.resources
        return first.key + (f" (and {len(others)} more)" if others else "")

    def by_kind(self) -> list[Relief]:
        """One relief for each of its kinds."""
        return [Relief(tuple(each for each in self.resources if each.kind == kind), self.whole) for kind in self.kinds]

    @property
    def steps(self) -> tuple[Step | OneMoreLoop, ...]:
        """All that is done to leaves."""
        return tuple(step for resource in self.resources for step in resource.steps)

    @property
    def words(self) -> str:
        """The step, as a person says it."""
        return "; ".join(_words(KINDS[kind], each) for kind, each in zip(self.kinds, self.by_kind(), strict=True))

    def parts(self, most: int) -> list[Relief]:
        """At most so many parts of about the same size, neighbours together."""
        count = min(most, len(self.resources))
        cuts = [len(self.resources) * number // count for number in range(count + 1)]
        return [Relief(self.resources[a:b]) for a, b in itertools.pairwise(cuts)]


def _words(kind: Kind, relief: Relief) -> str:
    """What is done to resources of one kind."""
    looped = [any(isinstance(step, OneMoreLoop) for step in resource.steps) for resource in relief.resources]
    words = [kind.step] * (not all(looped)) + [kind.loop_step] * any(looped)
    return " or ".join(words) + (" each" if len(relief.resources) > 1 else "")


def together(*reliefs: Relief) -> Relief:
    """All of them at once."""
    resources = tuple(dict.fromkeys(each for relief in reliefs for each in relief.resources))
    return Relief(resources, all(relief.whole for relief in reliefs))


def resources(loaded: Loaded) -> tuple[Resource, ...]:
    """All that a scenario limits, in the order of ``KINDS`` and of its files. Raises Issues of a faulty scenario."""
    found = list(_resources(loaded.scenario, build(loaded)))
    return tuple(sorted(found, key=lambda resource: list(KINDS).index(resource.kind)))


def _resources(scenario: Scenario, blueprint: Blueprint) -> Iterator[Resource]:
    yield from _lines(scenario)
    yield from _locomotives(scenario, blueprint)
    for name in scenario.wagons:
        users = tuple(flow for flow, row in scenario.flows.items() if name in row.wagon_pools)
        step = Step(f"wagons.{name}.corridor_units", multiply=1.1)
        if users and _in_service(scenario, step.path):
            yield Resource("wagons", name, (step,), (f"wagons:{name}",), flows=users)
    yield from _ships(scenario, blueprint)
    yield from _ports(scenario)
    yield from _dry_ports(scenario)
    for name, border in scenario.borders.items():
        if not border.informational and border.dwell_h.mean_h > 0:
            step = Step(f"borders.{name}.dwell_h", multiply=0.75)
            yield Resource("borders", name, (step,), (f"border:{name}",), (name,))
    for name, months in scenario.weather.items():
        steps = tuple(Step(f"weather.{name}.{month}.closure_share", multiply=0.0) for month in months)
        places = tuple(t.id for t in blueprint.terminals if t.weather_group == name)
        if any(row.closure_share.value > 0 for row in months.values()) and places:
            yield Resource("weather", name, steps, (), places)


def _slots(row: Segment, at: str) -> Iterator[Step]:
    yield Step(f"{at}.capacity_pairs_per_day", multiply=1.1)
    if row.discipline == "block":
        yield from (Step(f"{at}.{each}", add=1) for each in ("station_slots", "block_trains") if getattr(row, each))


def _lines(scenario: Scenario) -> Iterator[Resource]:
    for name, row in scenario.segments.items():
        at, meters = f"segments.{name}", (f"segment:{name}",)
        if not _in_service(scenario, f"{at}.capacity_pairs_per_day"):
            continue
        if row.loops or row.double_track:
            yield Resource("slots", name, (OneMoreLoop(name),), meters, (name,))
        else:
            yield Resource("slots", name, tuple(_slots(row, at)), meters, (name,))
        yield Resource("speeds", name, (Step(f"{at}.freight_speed_kmh", multiply=1.1),), meters)
        if _in_service(scenario, f"{at}.max_gross_train_t"):
            yield Resource("train_mass", name, (Step(f"{at}.max_gross_train_t", multiply=1.1),), meters)


def _locomotives(scenario: Scenario, blueprint: Blueprint) -> Iterator[Resource]:
    for territory in blueprint.territories:
        if territory.unlimited:
            continue
        ends = {
            node: None
            for line in blueprint.segments
            if any(name == territory.id for _, name in line.territory)
            for node in (line.from_node, line.to_node)
        }
        steps = _ten_units(scenario, territory.id)
        if steps:
            meters = (f"territory:{territory.id}",)
            yield Resource("locomotives", territory.id, steps, meters, tuple(ends))
    for name in scenario.workshops:
        yield Resource("workshops", name, (Step(f"workshops.{name}.bays", add=1),), (f"workshop:{name}",))


def _ten_units(scenario: Scenario, territory: str) -> tuple[Step, ...]:
    """Ten more of the class that the territory has most of, or of its first contract where it has no fleet."""
    fleets = {
        f"fleets.{name}": row.corridor_units.value
        for name, row in scenario.fleets.items()
        if row.corridor_units is not None and territory_of(scenario, row) == territory
    }
    if fleets:
        at = max(fleets, key=lambda path: fleets[path])
        return (Step(f"{at}.fleet_units", add=10), Step(f"{at}.corridor_units", add=10))
    for name, contract in scenario.locomotives.items():
        years = [year for year, units in sorted(contract.deliveries.items()) if units.value > 0]
        if years and territory_of(scenario, contract) == territory:
            return (Step(f"locomotives.{name}.deliveries.{years[0]}", add=10),)
    return ()


def territory_of(scenario: Scenario, row: Fleet | LocomotiveContract) -> str | None:
    """The territory of a row that hauls freight."""
    kind = scenario.locomotive_classes.get(row.class_id)
    if row.informational or kind is None or kind.use != "freight":
        return None
    of_kind = (k for k, t in scenario.territories.items() if (t.operator, t.traction) == (row.operator, kind.traction))
    return row.territory or next(of_kind, None)


def _ships(scenario: Scenario, blueprint: Blueprint) -> Iterator[Resource]:
    for name in scenario.vessels:
        ships = [ship for ship in blueprint.vessels if ship.class_id == name]
        if not ships:
            continue
        meters = tuple(f"vessel:{ship.id}" for ship in ships)
        ends = (ships[0].berth_kind_from, ships[0].berth_kind_to)
        yield Resource("ships", name, (Step(f"vessels.{name}.count", add=1),), meters, ends)
        hours = tuple(Step(f"vessels.{name}.{each}", multiply=0.75) for each in ("load_h", "unload_h"))
        yield Resource("ship_hours", name, hours, meters)


def _ports(scenario: Scenario) -> Iterator[Resource]:
    for port, kinds in scenario.ports.items():
        for kind, row in kinds.items():
            name = f"{port}.{kind}"
            at, meters, places = f"ports.{name}", (f"berth:{name}",), (name,)
            if not _in_service(scenario, f"{at}.berths"):
                continue
            yield Resource("berths", name, (Step(f"{at}.berths", add=1),), meters, places)
            if _in_service(scenario, f"{at}.cranes") and _in_service(scenario, f"{at}.moves_per_crane_hour"):
                yield Resource("cranes", name, (Step(f"{at}.cranes", add=1),), meters)
            unloading = [Step(f"{at}.unload_train_h", multiply=0.75)] if row.unload_train_h else []
            unloading += [Step(f"{at}.unloading_tracks", add=1)] if row.unloading_tracks else []
            if unloading:
                yield Resource("unloading", name, tuple(unloading), meters, places)
            limits = [f"{at}.{each}" for each in ("storage_wagons", "ban_start_wagons", "ban_release_wagons")]
            yard = tuple(Step(path, multiply=1.25) for path in limits if _in_service(scenario, path))
            if yard:
                yield Resource("yards", name, yard, meters, places)
            if row.formalities_h and row.formalities_h.mean_h > 0:
                step = Step(f"{at}.formalities_h", multiply=0.75)
                yield Resource("formalities", name, (step,), meters, places)
            falling = f"{at}.draught_change_m_per_year"
            if any(value < 0 for _, value in values_at(scenario, falling)):
                yield Resource("depth", name, (Step(falling, multiply=0.0),), meters)


def _dry_ports(scenario: Scenario) -> Iterator[Resource]:
    for name, row in scenario.dry_ports.items():
        at, meters = f"dry_ports.{name}", (f"dry_port:{name}",)
        limits = [Step(f"{at}.tracks_under_cranes", add=1)] + [
            Step(f"{at}.{each}", multiply=1.1)
            for each in ("max_trains_per_day", "max_boxes_per_day", "handover_limit_trains_per_day")
        ]
        steps = tuple(step for step in limits if _in_service(scenario, step.path))
        if steps:
            yield Resource("dry_ports", name, steps, meters, (name,))
        if _in_service(scenario, f"{at}.storage_teu"):
            yield Resource("yards", name, (Step(f"{at}.storage_teu", multiply=1.25),), meters, (name,))
        dwell = tuple(
            Step(f"{at}.dwell.{direction}.{service}.dwell_h", multiply=0.75)
            for direction, services in row.dwell.items()
            for service in services
        )
        if dwell:
            yield Resource("customs", name, dwell, meters, (name,))


def _in_service(scenario: Scenario, path: str) -> bool:
    """Whether a number is given, and above 0 at some time until the horizon ends."""
    if leaf_at(scenario, path) is None and not values_at(scenario, path):
        return False
    return any(value > 0 for day, value in values_at(scenario, path) if day <= scenario.horizon.end)


def of_kinds(found: Sequence[Resource], *, nature: bool = False) -> list[Relief]:
    """All resources of a kind at once, kind by kind."""
    kinds = dict.fromkeys(resource.kind for resource in found)
    return [
        Relief(tuple(each for each in found if each.kind == kind), whole=True)
        for kind in kinds
        if KINDS[kind].nature == nature
    ]
