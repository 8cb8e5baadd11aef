"""Demand: units that a flow offers in each month, and the growth of what is not simulated."""

from __future__ import annotations

import datetime as dt
import functools
import math
from itertools import pairwise

from corridorsim.scenario.schema import Event, Flow

from .blueprint import Steps
from .dated import Timeline

#: the growth scenario of everything that a named one does not say: background and competing traffic
EVERYWHERE = "all"

#: tonnes and boxes of a flow may differ by this share from its tonnes a box
_BOOKS = 0.05


def annual_units(flow: Flow) -> float:
    """Units offered in a year at a multiplier of 1: boxes where they are counted, else tonnes over tonnes a unit."""
    if flow.teu_per_year is not None:
        return flow.teu_per_year.value
    return flow.mt_per_year.value * 1e6 / flow.t_per_unit.value if flow.t_per_unit.value else 0.0


def multiplier(timeline: Timeline, growth: str | None, group: str, year: int) -> float:
    """Growth of a group against 2024: of the last year given up to ``year``; 1 before the first.

    A group that the named growth scenario does not hold takes that of ``all``.
    """
    table = timeline.scenario.growth
    by_year = table.get(growth or EVERYWHERE, {}).get(group) or table.get(EVERYWHERE, {}).get(group) or {}
    known = [y for y in by_year if y <= year]
    return by_year[max(known)].value if known else 1.0


def background_growth(timeline: Timeline) -> Steps:
    """Multiplier of background trains, by year."""
    return timeline.clip(
        (timeline.second(dt.date(year, 1, 1)), multiplier(timeline, EVERYWHERE, "background", year))
        for year in timeline.years()
    )


def monthly_units(timeline: Timeline, flow_id: str, flow: Flow, factor: Steps) -> tuple[float, ...]:
    """Units offered by month of the calendar.

    year's units x growth of the group x the profile's factor / 12 x ``demand.factor`` at the start of the month
    (for corridor flows; those of perimeter N only compete) x events, whose factor acts pro rata of the days of the
    month; a month cut by the horizon offers its share of days.
    """
    scenario = timeline.scenario
    units, demand = annual_units(flow), scenario.demand
    events = [
        event
        for event in scenario.events.values()
        if event.target_kind == "flow" and event.target_id == flow_id and in_force(timeline, event)
    ]
    growth = {
        year: multiplier(timeline, demand.growth, flow.flow_group, demand.year_of_mix.get(year, year))
        for year in timeline.years()
    }
    offered = []
    for since, first, past in _months(scenario.horizon.start, timeline.calendar.month_starts_s):
        profile = scenario.profiles.get(_profile_id(flow, first.year))
        seasonal = profile[first.month].factor.value if profile else 1.0
        whole = units * growth[first.year] * seasonal / 12
        if flow.perimeter != "N":
            whole *= factor.at(since)
        days = float((past - first).days)
        if any(event.start_date < past and event.end_date > first for event in events):
            days = sum(_factor_on(first + dt.timedelta(days=n), events) for n in range((past - first).days))
        offered.append(whole * days / days_of_month(first))
    return tuple(offered)


@functools.lru_cache(maxsize=8)
def _months(start: dt.date, month_starts_s: tuple[int, ...]) -> tuple[tuple[int, dt.date, dt.date], ...]:
    """(second, first day, first day past it) of the months of a calendar; the same for all flows."""
    return tuple(
        (since, start + dt.timedelta(seconds=since), start + dt.timedelta(seconds=until))
        for since, until in pairwise(month_starts_s)
    )


def _profile_id(flow: Flow, year: int) -> str:
    later, since = flow.later_profile_id, flow.later_profile_from_year
    return later if later is not None and since is not None and year >= since else flow.monthly_profile_id


def _factor_on(day: dt.date, events: list[Event]) -> float:
    """Product of the factors of events on a day; an event ends at the start of its last day."""
    return math.prod(event.factor.value for event in events if event.start_date <= day < event.end_date)


def days_of_month(day: dt.date) -> int:
    """Days of the month of a day."""
    past = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return (past - day.replace(day=1)).days


def in_force(timeline: Timeline, event: Event) -> bool:
    """Whether an event happens: by its status; facts for the reader do not."""
    return not event.informational and event.status in timeline.scenario.statuses


def check_demand(timeline: Timeline) -> None:
    """Note what is wrong with growth, profiles, years and the units of flows."""
    scenario, problems = timeline.scenario, timeline.problems
    growth = scenario.demand.growth
    if growth is not None and growth not in scenario.growth:
        problems.unknown("demand.growth", "growth scenario", growth, scenario.growth)
        growth = None
    known = set(scenario.growth.get(growth or "", {})) | set(scenario.growth.get(EVERYWHERE, {}))
    for flow_id, flow in scenario.flows.items():
        at = f"flows.{flow_id}"
        if growth is not None and flow.flow_group not in known:
            problems.unknown(f"{at}.flow_group", f"flow group of growth '{growth}'", flow.flow_group, known)
        for leaf in ("monthly_profile_id", "later_profile_id"):
            name = getattr(flow, leaf)
            if name is not None and scenario.profiles and name not in scenario.profiles:
                problems.unknown(f"{at}.{leaf}", "profile", name, scenario.profiles)
        if (flow.later_profile_id is None) != (flow.later_profile_from_year is None):
            problems.add(at, "later_profile_id and later_profile_from_year belong together", "give both or none")
        tonnes = flow.mt_per_year.value * 1e6
        if flow.teu_per_year is None:
            if tonnes and not flow.t_per_unit.value:
                problems.add(f"{at}.t_per_unit", "tonnes are offered, but a unit holds none", "tonnes of a unit")
        elif abs(flow.teu_per_year.value * flow.t_per_unit.value - tonnes) > _BOOKS * max(tonnes, 1.0):
            product = flow.teu_per_year.value * flow.t_per_unit.value / 1e6
            problems.add(
                f"{at}.mt_per_year",
                f"{tonnes / 1e6:g} Mt a year, but teu_per_year x t_per_unit is {product:.4g} Mt",
                "boxes are what is offered: change teu_per_year with the tonnes, or t_per_unit",
            )
    for profile_id, months in scenario.profiles.items():
        missing = sorted(set(range(1, 13)) - set(months))
        if missing:
            problems.add(f"profiles.{profile_id}", f"month {missing[0]} is missing", "a profile has months 1 to 12")
