"""The door of the model: from a scenario to its Blueprint, or all that is wrong with it at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from corridorsim.scenario import Loaded, Scenario

from .blueprint import Assumptions, Blueprint, Segment, Territory
from .dated import Timeline, duration
from .demand import check_demand
from .journeys import build_flows, build_ways, check_masses, check_ships, origin_gates
from .locomotives import build_classes, build_loco_change, build_territories
from .loops import build_single_track
from .network import Network
from .policies import build_policies
from .problems import Problems
from .terminals import Terminals, build_dry_ports
from .track import build_borders, build_segments, check_events
from .vessels import build_sea_links, build_vessels, build_weather, check_alternatives
from .wagons import build_pools, build_returns


def build(source: Loaded | Scenario) -> Blueprint:
    """The Blueprint of a scenario.

    Raises `Issues` with the positions (where the source has them) of every fault at once (the horizon's alone,
    since nothing can be dated without it). A bare `Scenario` must have ids that exist, as `corridorsim.scenario.read`
    sees to.
    """
    if isinstance(source, Scenario):
        scenario, problems = source, Problems()
    else:
        scenario, problems = source.scenario, Problems(source.origins)
    _check_horizon(scenario, problems)
    problems.raise_if_any()
    timeline = Timeline(scenario, problems)
    check_demand(timeline)
    check_events(timeline)
    check_alternatives(timeline)
    _check_projects(timeline)
    policies = build_policies(scenario, problems)
    segments = build_segments(timeline)
    borders = build_borders(timeline)
    classes = build_classes(timeline)
    territories = build_territories(timeline, segments)
    weather = build_weather(timeline)
    dry_ports, dry_port_gates = build_dry_ports(timeline)
    terminals = Terminals(timeline)
    vessels = build_vessels(timeline, terminals)
    network = Network(scenario, segments)
    ways = build_ways(timeline, network, terminals)
    check_ships(timeline, ways, vessels)
    check_masses(timeline, ways, network, segments)
    returns, empty_returns = build_returns(timeline, network, ways, first_number=len(ways))
    _check_locomotives(problems, network, segments, territories)
    terminal_rows, terminal_gates = terminals.build()
    problems.raise_if_any()
    return Blueprint(
        calendar=timeline.calendar,
        assumptions=_assumptions(scenario),
        routing=policies["routing"],
        segments=segments,
        borders=borders,
        routes=tuple(network.routes),
        loco_change=build_loco_change(timeline),
        locomotive_classes=classes,
        territories=territories,
        workshops=tuple((name, row.bays) for name, row in scenario.workshops.items()),
        wagon_pools=build_pools(timeline, network, ways),
        gates=(*origin_gates(timeline, ways), *terminal_gates, *dry_port_gates),
        terminals=terminal_rows,
        dry_ports=dry_ports,
        sea_links=build_sea_links(timeline),
        vessels=vessels,
        weather=weather,
        journeys=(*(way.journey for way in ways), *returns),
        flows=build_flows(timeline, ways),
        empty_returns=empty_returns,
        single_track=build_single_track(scenario, segments),
        dispatch=policies["dispatch"],
        acceptance=policies["acceptance"],
    )


def _assumptions(scenario: Scenario) -> Assumptions:
    a = scenario.assumptions

    def seconds(hours: float) -> int:
        return round(hours * 3600)

    return Assumptions(
        single_track_speed_loss=a.single_track_speed_loss.value,
        double_track_speed_loss=a.double_track_speed_loss.value,
        background_cap_share=a.background_cap_share.value,
        set_aside_s=seconds(a.set_aside_h.value),
        formation_wait_s=seconds(a.formation_wait_h.value),
        empties_wait_s=seconds(a.empties_wait_h.value),
        loco_change_s=duration(a.loco_change_h),
        terminal_handling_s=duration(a.terminal_handling_h),
        service_interval_m=a.service_interval_km.value * 1000,
        maintenance_cycle_s=seconds(a.maintenance_cycle_days.value * 24),
        vessel_absence_s=duration(a.vessel_absence_days, unit_h=24),
        light_hour_weight=a.light_hour_weight.value,
        light_speed_ms=a.light_speed_kmh.value / 3.6,
        rescue_s=duration(a.rescue_h),
        origin_trains_start=a.origin_trains_start.value,
        origin_trains_release=a.origin_trains_release.value,
        teu_per_move=a.teu_per_move.value,
        on_demand_call_s=duration(a.on_demand_call_h),
        on_demand_keep_s=seconds(a.on_demand_keep_h.value),
        detour_limit=a.detour_limit.value,
    )


def _next_first(day: dt.date) -> dt.date:
    """The first day of a month that is not before a day."""
    return day if day.day == 1 else (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _check_horizon(scenario: Scenario, problems: Problems) -> None:
    """Note dates out of order, and targets of years that have no results."""
    horizon = scenario.horizon
    if horizon.end < horizon.start:
        problems.add("horizon.end", f"the horizon ends ({horizon.end}) before it starts ({horizon.start})")
    if horizon.results_from < horizon.start:
        problems.add("horizon.results_from", f"results from {horizon.results_from}, before the start {horizon.start}")
    elif horizon.results_from > horizon.end >= horizon.start:
        problems.add("horizon.results_from", f"results from {horizon.results_from}, after the end {horizon.end}")
    elif horizon.results_from > horizon.start and _next_first(horizon.results_from) > horizon.end:
        problems.add(
            "horizon.results_from",
            f"no month begins from {horizon.results_from} to {horizon.end}, and results are told by whole months",
            "give results from the first day of a month, or of the horizon",
        )
    for number, target in enumerate(scenario.targets):
        if not horizon.results_from.year <= target.year <= horizon.end.year:
            problems.add(
                f"targets.{number}.year",
                f"'{target.name}' is for {target.year}, but results are from {horizon.results_from} to {horizon.end}",
                "move the horizon or the target",
            )


def _check_projects(timeline: Timeline) -> None:
    """Note projects that happen without what they require, or beside what they exclude."""
    scenario, problems = timeline.scenario, timeline.problems
    items = [(row.project_id, row.status) for row in scenario.changes.values()]
    items += [(row.project_id, row.status) for row in scenario.vessel_deliveries.values()]
    items += [(row.project_id or name, row.status) for name, row in scenario.locomotives.items()]
    happens = {project for project, status in items if timeline.in_force(project, status)}
    happens |= {name for name, row in scenario.projects.items() if row.include == "yes"}
    for name, row in scenario.projects.items():
        for needed in row.requires:
            if name in happens and needed not in happens:
                message = f"'{name}' requires '{needed}', which does not happen"
                problems.add(f"projects.{name}.requires", message, f"set projects.{needed}.include to 'yes'")
        for other in row.conflicts_with:
            if name in happens and other in happens:
                message = f"'{name}' and '{other}' exclude each other, and both happen"
                problems.add(f"projects.{name}.conflicts_with", message, f"set projects.{other}.include to 'no'")


def _check_locomotives(
    problems: Problems, network: Network, segments: Sequence[Segment], territories: Sequence[Territory]
) -> None:
    """Note territories on the way of cargo that never have a locomotive."""
    by_name = {territory.id: territory for territory in territories}
    used: dict[str, None] = {}
    of_segment = {segment.id: segment.territory for segment in segments}
    for route in network.routes:
        for _, paths in route.epochs:
            for path in paths[:1]:
                used.update((name, None) for segment in path.segments for _, name in of_segment[segment])
    for name in used:
        territory = by_name.get(name)
        if territory is None or territory.unlimited or territory.units or max(territory.national_ceiling.values) > 0:
            continue
        problems.add(
            f"territories.{name}",
            "trains pass here, but no locomotive is ever assigned to the corridor",
            "give fleets.*.corridor_units, or another policies.allocation",
        )
