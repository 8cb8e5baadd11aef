"""Ships one by one, sea links, and the weather that closes ports."""

from __future__ import annotations

import datetime as dt

from corridorsim.scenario.schema import SeaLink as SeaLinkRow
from corridorsim.scenario.schema import VesselClass

from .blueprint import SeaLink, Vessel, WeatherGroup
from .dated import DAY_S, Timeline, distribution, mean_or_law
from .terminals import Terminals, berth_kind


def build_sea_links(timeline: Timeline) -> tuple[SeaLink, ...]:
    """Sea links in the order of the scenario."""
    return tuple(
        SeaLink(name, row.from_port, row.to_port, distribution(row.sailing_h))
        for name, row in timeline.scenario.sea_links.items()
    )


def build_vessels(timeline: Timeline, terminals: Terminals) -> tuple[Vessel, ...]:
    """One vessel a ship (``<class>-1`` ...): those of the first day, then deliveries in force in order of their days.

    Ships taken off by a negative count are the class's oldest. Ships that never sail in the horizon are left out.
    """
    ships: list[Vessel] = []
    for class_id, row in timeline.scenario.vessels.items():
        at = f"vessels.{class_id}"
        capacity = _capacity(row)
        if not capacity:
            timeline.problems.add(at, "a ship without any capacity", "give capacity_wagons, _trucks, _teu or _t")
        if row.count.value != int(row.count.value):
            timeline.problems.add(f"{at}.count", f"{row.count.value:g} is not a whole number of ships", "")
        link = timeline.scenario.sea_links[row.link]
        spans = _spans(timeline, class_id, int(row.count.value))
        if not spans:
            continue
        ends = [
            terminals.at(
                port, row.berth_kind or berth_kind(timeline, port, row.kind), f"{at}.link", f"'{class_id}' ({row.kind})"
            )
            for port in (link.from_port, link.to_port)
        ]
        ships += [
            Vessel(
                id=f"{class_id}-{number}",
                class_id=class_id,
                kind=row.kind,
                link=row.link,
                berth_kind_from=ends[0],
                berth_kind_to=ends[1],
                capacity=capacity,
                load_factor=row.load_factor.value,
                depth_loss_per_m=row.depth_loss_per_m.value if row.depth_loss_per_m else 0.0,
                load=distribution(row.load_h),
                unload=distribution(row.unload_h),
                approach=distribution(row.port_approach_h),
                absence_share=1 - row.availability.value,
                fixed_rotation=row.dispatch_rule == "fixed_rotation",
                max_wait_s=round(row.max_wait_for_load_h.value * 3600),
                since_s=since,
                until_s=until,
                every_s=_every_s(timeline, at, row),
            )
            for number, (since, until) in enumerate(spans, 1)
        ]
    return tuple(ships)


def _capacity(row: VesselClass) -> tuple[tuple[str, float], ...]:
    given = {
        "wagon": row.capacity_wagons,
        "teu": row.capacity_teu,
        "truck": row.capacity_trucks,
        "t": row.capacity_t,
    }
    return tuple((unit, number.value) for unit, number in given.items() if number is not None and number.value > 0)


def _every_s(timeline: Timeline, at: str, row: VesselClass) -> int:
    """Seconds of a timetable, 0 without one."""
    if (row.dispatch_rule == "timetable") != (row.sails_every_h is not None):
        timeline.problems.add(
            at, "dispatch_rule 'timetable' and sails_every_h belong together", "give both or none of them"
        )
    return max(1, round(row.sails_every_h.value * 3600)) if row.sails_every_h is not None else 0


def _spans(timeline: Timeline, class_id: str, count: int) -> list[tuple[int, int]]:
    """(since, until) of each ship of a class; one that stays ends after the horizon."""
    past = timeline.end_s + 1
    spans = [[0, past] for _ in range(count)]
    deliveries: list[tuple[dt.date, str, int]] = []
    for name, row in timeline.scenario.vessel_deliveries.items():
        if row.class_id != class_id or row.informational or not timeline.in_force(row.project_id, row.status):
            continue
        deliveries.append((timeline.shifted(row.project_id, row.date), name, round(row.count.value)))
        if row.count.value != int(row.count.value):
            timeline.problems.add(
                f"vessel_deliveries.{name}.count", f"{row.count.value:g} is not a whole number of ships", ""
            )
    for day, name, number in sorted(deliveries):
        second = max(timeline.second(day), 0)
        if second >= timeline.end_s:
            continue
        if number >= 0:
            spans += [[second, past] for _ in range(number)]
            continue
        sailing = [span for span in spans if span[1] == past]
        if len(sailing) < -number:
            timeline.problems.add(
                f"vessel_deliveries.{name}.count",
                f"{-number} ships of '{class_id}' leave on {day}, but only {len(sailing)} are there",
                "",
            )
        for span in sailing[:-number]:
            span[1] = second
    return [(since, until) for since, until in spans if until > since]


def check_alternatives(timeline: Timeline) -> None:
    """Note deliveries that may be the same ships and would all come within the horizon."""
    rows = timeline.scenario.vessel_deliveries

    def comes(name: str) -> bool:
        row = rows[name]
        day = timeline.shifted(row.project_id, row.date)
        in_force = not row.informational and timeline.in_force(row.project_id, row.status)
        return in_force and timeline.second(day) < timeline.end_s

    for name, row in rows.items():
        for other in row.alternative_to:
            if other in rows and comes(name) and comes(other):
                timeline.problems.add(
                    f"vessel_deliveries.{name}.alternative_to",
                    f"'{name}' and '{other}' may be the same ships, and both come",
                    f"leave one out: set projects.{row.project_id}.include to 'no'",
                )


def sea_link_between(links: dict[str, SeaLinkRow], one: str, other: str) -> list[str]:
    """Ids of the links that join two ports, in either direction."""
    return [name for name, link in links.items() if {link.from_port, link.to_port} == {one, other}]


# --- weather ----------------------------------------------------------------------------------------------------------


def build_weather(timeline: Timeline) -> tuple[WeatherGroup, ...]:
    """Groups of ports with the share of time closed and the mean spell of each month."""
    scenario, problems = timeline.scenario, timeline.problems
    groups = []
    for name, months in scenario.weather.items():
        missing = sorted(set(range(1, 13)) - set(months))
        if missing:
            problems.add(f"weather.{name}", f"month {missing[0]} is missing", "a group has months 1 to 12")
            continue
        for month, row in months.items():
            if row.closure_share.value >= 1:
                problems.add(f"weather.{name}.{month}.closure_share", "a port cannot be closed all the time", "below 1")
        within = scenario.weather_groups[name].within if name in scenario.weather_groups else None
        for month, row in months.items():
            if within and row.spell_h is not None:
                message = f"the spells of '{name}' are parts of those of '{within}', which have their law"
                problems.add(f"weather.{name}.{month}.spell_h", message, "give mean_spell_days")
        spells = [mean_or_law(months[m].mean_spell_days, months[m].spell_h, DAY_S) for m in range(1, 13)]
        groups.append(
            WeatherGroup(
                id=name,
                share=tuple(months[month].closure_share.value for month in range(1, 13)),
                mean_spell_s=tuple(days * DAY_S for days, _ in spells),
                within=within or "",
                spells=tuple(law for _, law in spells) if any(law for _, law in spells) else (),
            )
        )
    return tuple(groups)
