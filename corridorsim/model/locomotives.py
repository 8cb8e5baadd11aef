"""Locomotives: who works on the corridor under each allocation policy, from when until when.

``fixed``: the stated units of the first day, then each contract's share of its deliveries and retirements.
``proportional``: the first day's share of each class, applied to the whole fleet as it grows and shrinks.
``on_demand``: as fixed, and a ceiling of units that may be drawn from the rest of the national fleet on top.

Deliveries of a year come evenly through it: the k-th of n at (k - 0.5) / n of the year. Units retire oldest first.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import cycle
from math import inf
from typing import cast

from corridorsim.scenario.schema import Fleet, LocomotiveContract

from .blueprint import Distribution, LocomotiveClass, LocomotiveUnit, Segment, Steps, Territory
from .dated import DAY_S, Timeline, constant, distribution, duration, mean_or_law, whole_round
from .demand import background_growth

#: where a class does not say how far it runs in a day in use
KM_PER_DAY = 500.0


@dataclass
class _Pool:
    """What a territory has, class by class: the fleet and the corridor's units on the first day, and what follows."""

    fleet: dict[str, float] = field(default_factory=dict)
    corridor: dict[str, float] = field(default_factory=dict)
    #: (second, class, units of the fleet, units of the corridor under ``fixed``), signed
    events: list[tuple[int, str, int, int]] = field(default_factory=list)


def build_classes(timeline: Timeline) -> tuple[LocomotiveClass, ...]:
    """Classes for freight. Planned absence is what availability leaves after the time that failures take."""
    classes = []
    for name, row in timeline.scenario.locomotive_classes.items():
        if row.use != "freight":
            continue
        km_per_day = row.km_per_day_in_use.value if row.km_per_day_in_use else 0.0
        between_h = row.mtbf_km.value / (km_per_day or KM_PER_DAY) * 24
        repair_h, law = mean_or_law(row.repair_hours_mean, row.repair_h, 3600)
        failing = repair_h / (between_h + repair_h)
        classes.append(
            LocomotiveClass(
                id=name,
                trailing_limit_t=row.trailing_mass_limit_t.value,
                planned_absence_share=max(0.0, 1 - row.availability.value - failing),
                mtbf_m=row.mtbf_km.value * 1000,
                repair_mean_s=repair_h * 3600,
                service_s=duration(row.service_h),
                range_m=row.range_km.value * 1000 if row.range_km else inf,
                refuel_s=duration(row.refuel_h or row.service_h) if row.range_km else 0,
                repair=law,
            )
        )
    return tuple(classes)


def build_loco_change(timeline: Timeline) -> tuple[tuple[str, Distribution], ...]:
    """Nodes with hours of their own for a change of locomotive."""
    return tuple(
        (name, distribution(node.loco_change_h))
        for name, node in timeline.scenario.nodes.items()
        if node.loco_change_h is not None
    )


def build_territories(timeline: Timeline, segments: tuple[Segment, ...]) -> tuple[Territory, ...]:
    """Territories with their units; one for which no fleet and no contract is given has a locomotive always at hand."""
    scenario = timeline.scenario
    pools: dict[str, _Pool] = {name: _Pool() for name in scenario.territories}
    given = _fleets(timeline, pools) | _contracts(timeline, pools)
    policy = scenario.policies.allocation
    territories, numbers = [], dict.fromkeys(scenario.locomotive_classes, 0)
    for name, row in scenario.territories.items():
        pool = pools[name]
        pool.events.sort(key=lambda event: event[0])
        homes = tuple(row.home_nodes) or _nodes_of(name, segments)
        if name in given and not homes:
            timeline.problems.add(f"territories.{name}", "locomotives, but no line and no home node", "give home_nodes")
            continue
        moves = _proportional(pool) if policy == "proportional" else _fixed(pool)
        units = _units(timeline, moves, homes, numbers)
        biggest = max(pool.fleet, key=lambda c: pool.fleet[c], default="")
        territories.append(
            Territory(
                id=name,
                operator=row.operator,
                traction=row.traction,
                units=units,
                workshop=row.workshop or "",
                national_ceiling=_ceiling(timeline, pool) if policy == "on_demand" else constant(0),
                national_class=biggest or next((event[1] for event in pool.events), ""),
                unlimited=name not in given,
            )
        )
    return tuple(territories)


# --- what is given ----------------------------------------------------------------------------------------------------


def _territory_of(timeline: Timeline, at: str, row: Fleet | LocomotiveContract) -> str | None:
    """The territory of a fleet or contract: named, or the one with its operator and its class's traction."""
    scenario = timeline.scenario
    if not scenario.territories:
        timeline.problems.add(at, "locomotives without territories to work in", "give territories, or leave out both")
        return None
    traction = scenario.locomotive_classes[row.class_id].traction
    if row.territory is not None:
        territory = scenario.territories[row.territory]
        if territory.operator != row.operator:
            timeline.problems.add(
                f"{at}.territory", f"'{row.territory}' is worked by '{territory.operator}', not '{row.operator}'", ""
            )
        if traction not in ("diesel", territory.traction):
            timeline.problems.add(
                f"{at}.territory", f"'{row.class_id}' ({traction}) cannot run on {territory.traction}", ""
            )
        return row.territory
    found = [k for k, t in scenario.territories.items() if (t.operator, t.traction) == (row.operator, traction)]
    if len(found) == 1:
        return found[0]
    timeline.problems.add(
        f"{at}.operator",
        f"{'no' if not found else 'more than one'} territory has operator '{row.operator}' and traction '{traction}'",
        "name the territory, or set 'informational: true'",
    )
    return None


def _used(timeline: Timeline, row: Fleet | LocomotiveContract) -> bool:
    """Shunters and rows for the reader do not haul."""
    return not row.informational and timeline.scenario.locomotive_classes[row.class_id].use == "freight"


def _fleets(timeline: Timeline, pools: dict[str, _Pool]) -> set[str]:
    given = set()
    for name, row in timeline.scenario.fleets.items():
        if not _used(timeline, row):
            continue
        territory = _territory_of(timeline, f"fleets.{name}", row)
        if territory is None:
            continue
        pool = pools[territory]
        corridor = row.corridor_units.value if row.corridor_units else 0.0
        if corridor > row.fleet_units.value:
            timeline.problems.add(f"fleets.{name}.corridor_units", "more units on the corridor than in the fleet", "")
        pool.fleet[row.class_id] = pool.fleet.get(row.class_id, 0.0) + row.fleet_units.value
        if row.corridor_units is not None:
            pool.corridor[row.class_id] = pool.corridor.get(row.class_id, 0.0) + corridor
        given.add(territory)
    return given


def _contracts(timeline: Timeline, pools: dict[str, _Pool]) -> set[str]:
    given = set()
    for name, row in timeline.scenario.locomotives.items():
        if not _used(timeline, row):
            continue
        at, project = f"locomotives.{name}", row.project_id or name
        territory = _territory_of(timeline, at, row)
        if territory is None:
            continue
        given.add(territory)
        if not timeline.in_force(project, row.status):
            continue
        share, so_far = row.corridor_share.value, {1: 0, -1: 0}
        for year, number in sorted(row.deliveries.items()):
            count = round(number.value)
            if count != number.value:
                timeline.problems.add(f"{at}.deliveries.{year}", f"{number.value:g} is not a whole number of units", "")
            sign = 1 if count > 0 else -1
            for second in _seconds(timeline, project, row, year, abs(count)):
                so_far[sign] += 1
                mine = whole_round(share * so_far[sign]) - whole_round(share * (so_far[sign] - 1))
                if second < timeline.end_s:
                    pools[territory].events.append((second, row.class_id, sign, sign * mine))
    return given


def _seconds(timeline: Timeline, project: str, row: LocomotiveContract, year: int, count: int) -> list[int]:
    """When the units of a year come (or go): evenly through it, or all on the contract's own day."""
    if row.on is not None and year == min(row.deliveries):
        return [max(timeline.second(timeline.shifted(project, row.on)), 0)] * count
    first = timeline.shifted(project, dt.date(year, 1, 1))
    days = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
    since = timeline.second(first)
    return [max(since + int((k - 0.5) / count * days * DAY_S), 0) for k in range(1, count + 1)]


# --- policies ---------------------------------------------------------------------------------------------------------

_Moves = list[tuple[int, str, int]]  # (second, class, units), signed, in order of time


def _fixed(pool: _Pool) -> _Moves:
    first = [(0, name, whole_round(units)) for name, units in pool.corridor.items()]
    return first + [(second, name, mine) for second, name, _, mine in pool.events if mine]


def _proportional(pool: _Pool) -> _Moves:
    """Units so that each class keeps its share; one without units of its own takes the territory's mean share."""
    fleet = dict(pool.fleet)
    total = sum(fleet.values())
    mean = sum(pool.corridor.values()) / total if total else 0.0
    share = {name: pool.corridor[name] / fleet[name] for name in pool.corridor if fleet[name]}
    moves: _Moves = []
    held: dict[str, int] = {}

    def follow(second: int, name: str) -> None:
        wanted = max(0, whole_round(share.get(name, mean) * max(fleet.get(name, 0.0), 0.0)))
        if wanted != held.get(name, 0):
            moves.append((second, name, wanted - held.get(name, 0)))
            held[name] = wanted

    for name in fleet:
        follow(0, name)
    for second, name, number, _ in pool.events:
        fleet[name] = fleet.get(name, 0.0) + number
        follow(second, name)
    return moves


def _ceiling(timeline: Timeline, pool: _Pool) -> Steps:
    """Units on call over time: a share of the national fleet, less what the corridor has of its own.

    The rest of the network competes for the same fleet: as its traffic grows, the share that can be called shrinks.
    """
    growth = background_growth(timeline)
    share = timeline.scenario.assumptions.on_demand_ceiling_share.value
    fleet, corridor = sum(pool.fleet.values()), float(sum(whole_round(units) for units in pool.corridor.values()))
    events = [(second, number, mine) for second, _, number, mine in pool.events]
    events += [(second, 0, 0) for second in growth.times_s]
    pairs = []
    for second, number, mine in sorted([(0, 0, 0), *events]):
        fleet, corridor = fleet + number, corridor + mine
        pairs.append((second, float(int(max(0.0, share * fleet / growth.at(second) - corridor)))))
    return timeline.clip(pairs)


def _units(
    timeline: Timeline, moves: _Moves, homes: tuple[str, ...], numbers: dict[str, int]
) -> tuple[LocomotiveUnit, ...]:
    """One unit a locomotive, placed on the homes in turn. Retirements end the oldest of the class still in service."""
    past, place = timeline.end_s + 1, cycle(homes)
    units: list[list[object]] = []  # id, class, since, until, home
    for second, name, number in moves:
        for _ in range(max(number, 0)):
            numbers[name] += 1
            units.append([f"{name}-{numbers[name]}", name, second, past, next(place)])
        serving = [unit for unit in units if unit[1] == name and unit[3] == past]
        for unit in serving[: max(-number, 0)]:
            unit[3] = second
    return tuple(
        LocomotiveUnit(*cast("tuple[str, str, int, int, str]", tuple(unit)))
        for unit in units
        if cast(int, unit[3]) > cast(int, unit[2])
    )


def _nodes_of(territory: str, segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """Nodes of a territory's lines on the first day (or when it first has any), each once."""
    nodes: dict[str, None] = {}
    for segment in segments:
        if any(name == territory for _, name in segment.territory):
            nodes.update({segment.from_node: None, segment.to_node: None})
    return tuple(nodes)
