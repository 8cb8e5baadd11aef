"""Flows become journeys: stages with their routes, terminals, wagons and the acceptance limits on the way."""

from __future__ import annotations

from dataclasses import dataclass

from corridorsim.scenario.schema import BerthKind
from corridorsim.scenario.schema import Flow as FlowRow

from .blueprint import DryPortStage, Flow, Gate, Journey, RailStage, SeaStage, Segment, Stage, Vessel
from .dated import DAY_S, Timeline, constant
from .demand import monthly_units
from .itinerary import Change, Part, Rail, Sea, itinerary, keeps_wagons, unit_of
from .network import Network
from .terminals import TEU_PER_WAGON, Terminals, berth_kind

#: tonnes of an empty wagon where a flow names no pool (estimate; the wagons of the 1520 mm lines weigh 22 to 26)
TARE_T = 24.0


@dataclass(frozen=True, slots=True)
class Way:
    """A flow with its parts and its journey, for what is derived from them."""

    flow_id: str
    flow: FlowRow
    parts: tuple[Part, ...]
    journey: Journey


def build_ways(timeline: Timeline, network: Network, terminals: Terminals) -> list[Way]:
    """One way for each flow that has one, in the order of the scenario; problems are noted for the others."""
    ways = []
    for flow_id, flow in timeline.scenario.flows.items():
        parts = itinerary(timeline, network, flow_id, flow)
        if parts is not None:
            stages = _stages(timeline, network, terminals, flow_id, flow, parts)
            if stages is not None:
                ways.append(Way(flow_id, flow, tuple(parts), _journey(timeline, flow_id, flow, parts, stages)))
    return ways


def build_flows(timeline: Timeline, ways: list[Way]) -> tuple[Flow, ...]:
    """Flows; the n-th has the n-th journey."""
    factor = timeline.steps("demand.factor", timeline.scenario.demand.factor, default=1.0)
    return tuple(
        Flow(
            id=way.flow_id,
            group=way.flow.flow_group,
            perimeter=way.flow.perimeter,
            origin=way.flow.origin_node,
            destination=way.flow.destination_node,
            journey=number,
            lot_units=way.flow.lot_units.value,
            monthly_units=monthly_units(timeline, way.flow_id, way.flow, factor),
            arrival_law=way.flow.arrival_law,
            patience_s=round(way.flow.patience_days.value * DAY_S),
            eastbound=_eastbound(timeline, way.flow),
        )
        for number, way in enumerate(ways)
    )


def _eastbound(timeline: Timeline, flow: FlowRow) -> bool:
    """By the longitudes of its ends; westbound where they are not known."""
    origin, destination = (timeline.scenario.nodes[n].lon for n in (flow.origin_node, flow.destination_node))
    return origin is not None and destination is not None and destination.value > origin.value


def origin_gates(timeline: Timeline, ways: list[Way]) -> list[Gate]:
    """The acceptance limit at each origin with rail: some trains of the flow that wait to leave."""
    assumptions = timeline.scenario.assumptions
    gates = []
    for way in ways:
        if way.journey.gates and way.journey.gates[0] == f"origin.{way.flow_id}":
            wagons = way.flow.lot_units.value * way.journey.wagons_per_unit
            start = constant(assumptions.origin_trains_start.value * wagons)
            release = constant(assumptions.origin_trains_release.value * wagons)
            gates.append(Gate(way.journey.gates[0], start, release, True))
    return gates


# --- stages -----------------------------------------------------------------------------------------------------------


def _stages(
    timeline: Timeline, network: Network, terminals: Terminals, flow_id: str, flow: FlowRow, parts: list[Part]
) -> tuple[Stage, ...] | None:
    at = f"flows.{flow_id}"
    keeps = keeps_wagons(flow, unit_of(flow, parts))
    stages: list[Stage] = []
    for number, part in enumerate(parts):
        match part:
            case Rail():
                route = network.route(part.origin, part.destination, flow.route_option, part.gauge)
                assert route is not None, "the gauge was chosen for having a way"
                stages.append(
                    RailStage(
                        route=route,
                        origin=part.origin,
                        destination=part.destination,
                        pool=part.pool,
                        takes_wagons=part.first,
                        drops_wagons=part.last,
                        gauge_mm=part.gauge,
                    )
                )
            case Change():
                direction = "inbound" if part.inbound else "outbound"
                stages.append(DryPortStage(part.dry_port, direction, flow.service_class))
            case Sea():
                if flow.vessel_kind is None:
                    timeline.problems.add(at, "the flow goes by sea, but has no vessel_kind", "name the kind of ship")
                    return None
                kind = flow.vessel_kind
                one, other = (
                    terminals.at(port, _berth(timeline, flow, part.link, port), f"{at}.via_ports", f"cargo by {kind}")
                    for port in (part.origin, part.destination)
                )
                by_train = number > 0 and isinstance(parts[number - 1], Rail | Change)
                stages.append(SeaStage(part.link, one, other, keeps_wagons=keeps, unload_train=by_train and not keeps))
    return tuple(stages)


def _berth(timeline: Timeline, flow: FlowRow, link: str, port: str) -> BerthKind:
    """Where cargo meets its ships: the berth that a class of its kind on the link names, else that of the kind."""
    assert flow.vessel_kind is not None
    for ship in timeline.scenario.vessels.values():
        if (ship.link, ship.kind) == (link, flow.vessel_kind) and ship.berth_kind is not None:
            return ship.berth_kind
    return berth_kind(timeline, port, flow.vessel_kind)


def _journey(timeline: Timeline, flow_id: str, flow: FlowRow, parts: list[Part], stages: tuple[Stage, ...]) -> Journey:
    """The cargo's figures.

    Wagons a unit: as given, else by the pool's TEU a wagon, else 1 a wagon load and 2 TEU a wagon; 0 where there
    is no rail. Tare: the heaviest of the flow's pools, else `TARE_T`. A full train is a lot.
    """
    unit = unit_of(flow, parts)
    pools = [timeline.scenario.wagons[part.pool] for part in parts if isinstance(part, Rail) and part.pool]
    rails = any(isinstance(part, Rail) for part in parts)
    if flow.wagons_per_unit is not None:
        wagons = flow.wagons_per_unit.value
    elif not rails:
        wagons = 0.0
    elif unit == "teu":
        first = pools[0].teu_per_wagon if pools else None
        wagons = 1 / (first.value if first is not None and first.value else TEU_PER_WAGON)
    else:
        wagons = 1.0
    if rails and wagons <= 0:
        timeline.problems.add(f"flows.{flow_id}.wagons_per_unit", "cargo on rail takes wagons", "above 0")
    return Journey(
        id=flow_id,
        stages=stages,
        unit=unit,
        t_per_unit=flow.t_per_unit.value,
        wagons_per_unit=wagons,
        tare_per_unit_t=wagons * max((pool.tare_t.value for pool in pools), default=TARE_T),
        teu_per_unit=1.0 if unit == "teu" else 0.0,
        gates=_gates(flow_id, stages),
        express=flow.service_class == "express",
        empty=False,
        full_train_units=flow.lot_units.value if rails else 0.0,
        running_spread=0.0 if flow.running_time_spread is None else flow.running_time_spread.value,
    )


def _gates(flow_id: str, stages: tuple[Stage, ...]) -> tuple[str, ...]:
    """Acceptance limits on the way, origin first (where there is rail at the origin)."""
    gates = [] if isinstance(stages[0], SeaStage) else [f"origin.{flow_id}"]
    for stage in stages:
        if isinstance(stage, SeaStage):
            gates += [f"{stage.from_terminal}.export", f"{stage.to_terminal}.import"]
        elif isinstance(stage, DryPortStage):
            gates.append(f"{stage.dry_port}.gate")
    return tuple(gates)


# --- checks -----------------------------------------------------------------------------------------------------------


def check_ships(timeline: Timeline, ways: list[Way], vessels: tuple[Vessel, ...]) -> None:
    """Note sea stages on which no ship of the flow's kind ever sails with room for its units."""
    for way in ways:
        kind, unit = way.flow.vessel_kind, way.journey.unit
        ship_unit = "t" if unit == "wagon" and kind != "rail_ferry" else unit
        for stage in way.journey.stages:
            if not isinstance(stage, SeaStage):
                continue
            ships = [v for v in vessels if v.link == stage.link and v.kind == kind]
            if not any(unit_carried == ship_unit for v in ships for unit_carried, _ in v.capacity):
                why = f"carries '{ship_unit}'" if ships else f"is a {kind}"
                timeline.problems.add(
                    f"flows.{way.flow_id}.vessel_kind",
                    f"no ship on sea link '{stage.link}' {why} at any time",
                    f"add a class of {kind} with link '{stage.link}', or a capacity in {ship_unit}",
                )


def check_masses(timeline: Timeline, ways: list[Way], network: Network, segments: tuple[Segment, ...]) -> None:
    """Note rail stages whose every path has a line that can never take even a single loaded wagon."""
    heaviest = {segment.id: max(segment.max_gross_t.values) for segment in segments}
    for way in ways:
        wagons = way.journey.wagons_per_unit
        if wagons <= 0:
            continue
        one = way.journey.t_per_unit / wagons + way.journey.tare_per_unit_t / wagons
        for stage in way.journey.stages:
            if not isinstance(stage, RailStage):
                continue
            paths = [path for _, candidates in network.routes[stage.route].epochs for path in candidates]
            weakest = [min(path.segments, key=lambda name: heaviest[name]) for path in paths]
            if all(heaviest[name] < one for name in weakest):
                timeline.problems.add(
                    f"segments.{weakest[0]}.max_gross_train_t",
                    f"the line takes {heaviest[weakest[0]]:g} t, but a wagon of flow '{way.flow_id}' weighs {one:g} t",
                    "trains are re-formed at lighter limits, but not below one wagon",
                )
