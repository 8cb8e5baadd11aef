"""The way of a flow through the network: legs by rail and sea, gauge changes, and the stretches of its wagons.

Ports of ``via_ports`` that a sea link joins are a leg by sea; what lies between is rail, port stations standing for
their ports. A rail leg is cut at the dry ports that the flow names, and only there its gauge may change.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from corridorsim.scenario.schema import Flow

from .dated import Timeline
from .network import ANY, GAUGES, Network
from .vessels import sea_link_between


@dataclass(frozen=True, slots=True)
class Rail:
    """Rail from a station to another; ``gauge`` and ``pool`` come once the whole way is known."""

    origin: str
    destination: str
    leg: int
    gauge: str = ""
    pool: str = ""
    first: bool = False  #: wagons are taken
    last: bool = False  #: wagons are dropped


@dataclass(frozen=True, slots=True)
class Sea:
    """A sea link, from a port to a port."""

    link: str
    origin: str
    destination: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of gauge at a dry port. ``inbound``: into the 1520 mm network."""

    dry_port: str
    leg: int
    inbound: bool = True


Part = Rail | Sea | Change


def unit_of(flow: Flow, parts: list[Part]) -> str:
    """What ships and trains count: TEU, wagons, trucks, or tonnes of liquid that never sees a wagon."""
    if flow.cargo == "liquid":
        return "wagon" if any(isinstance(part, Rail) for part in parts) else "t"
    return {"container": "teu", "wagon": "wagon", "truck": "truck"}[flow.cargo]


def keeps_wagons(flow: Flow, unit: str) -> bool:
    """Whether wagons ride along on the ship."""
    return unit == "wagon" and flow.vessel_kind == "rail_ferry"


def itinerary(timeline: Timeline, network: Network, flow_id: str, flow: Flow) -> list[Part] | None:
    """The parts of a flow's way in order, or None with problems noted."""
    legs = _legs(timeline, flow_id, flow)
    if legs is None:
        return None
    parts = _cut(timeline, network, flow_id, flow, legs)
    if parts is None:
        return None
    parts = _pools(timeline, flow_id, flow, parts)
    return None if parts is None else _gauges(timeline, network, flow_id, flow, parts)


# --- legs -------------------------------------------------------------------------------------------------------------


def _legs(timeline: Timeline, flow_id: str, flow: Flow) -> list[Rail | Sea] | None:
    nodes, at = timeline.scenario.nodes, f"flows.{flow_id}"
    stops = [name for name, _ in itertools.groupby((flow.origin_node, *flow.via_ports, flow.destination_node))]
    legs: list[Rail | Sea] = []
    for number, (here, there) in enumerate(itertools.pairwise(stops)):
        links = sea_link_between(timeline.scenario.sea_links, here, there)
        if links:
            ships = {(ship.link, ship.kind) for ship in timeline.scenario.vessels.values()}
            served = [link for link in links if (link, flow.vessel_kind) in ships]
            legs.append(Sea((served or links)[0], here, there))
            continue
        ends = []
        for name in (here, there):
            station = nodes[name].linked_node_id if nodes[name].kind == "sea_port" else name
            if station is None:
                timeline.problems.add(
                    f"{at}.via_ports",
                    f"no sea link joins '{here}' and '{there}', and '{name}' has no rail station",
                    f"add the link, or give nodes.{name}.linked_node_id",
                )
                return None
            ends.append(station)
        if ends[0] != ends[1]:
            legs.append(Rail(ends[0], ends[1], number))
    if not legs:
        timeline.problems.add(f"{at}.destination_node", "the flow ends where it starts", "")
        return None
    return legs


def _cut(timeline: Timeline, network: Network, flow_id: str, flow: Flow, legs: list[Rail | Sea]) -> list[Part] | None:
    """Cut rail legs at the flow's dry ports: each on the first leg, from that of the one before on, where it lies at an
    end, else on the first that can pass it."""
    cuts: dict[int, list[str]] = {}
    earliest = 0
    for name in flow.dry_ports:
        node = timeline.scenario.dry_ports[name].node_id
        rails = [(k, leg) for k, leg in enumerate(legs) if isinstance(leg, Rail) and k >= earliest]
        at_end = [k for k, leg in rails if node in (leg.origin, leg.destination)]
        passing = [
            k
            for k, leg in rails
            if network.connected(leg.origin, node, ANY) and network.connected(node, leg.destination, ANY)
        ]
        if not (at_end or passing):
            timeline.problems.add(
                f"flows.{flow_id}.dry_ports", f"dry port '{name}' at '{node}' is not on the way", "list them in order"
            )
            return None
        earliest = (at_end or passing)[0]
        cuts.setdefault(earliest, []).append(name)
    parts: list[Part] = []
    for number, leg in enumerate(legs):
        if isinstance(leg, Sea):
            parts.append(leg)
            continue
        here = leg.origin
        for name in cuts.get(number, ()):
            node = timeline.scenario.dry_ports[name].node_id
            if here != node:
                parts.append(Rail(here, node, number))
            parts.append(Change(name, number))
            here = node
        if here != leg.destination:
            parts.append(Rail(here, leg.destination, number))
    return parts


# --- wagons -----------------------------------------------------------------------------------------------------------


def _pools(timeline: Timeline, flow_id: str, flow: Flow, parts: list[Part]) -> list[Part] | None:
    """Give each stretch its pool. A stretch ends at a gauge change and at a sea leg that wagons do not ride along on;
    one without rail needs no wagons. A flow that names no pool has wagons always at hand."""
    keeps = keeps_wagons(flow, unit_of(flow, parts))
    stretches: list[list[int]] = [[]]
    for number, part in enumerate(parts):
        if isinstance(part, Rail):
            stretches[-1].append(number)
        elif isinstance(part, Change) or not keeps:
            stretches.append([])
    stretches = [stretch for stretch in stretches if stretch]
    pools = flow.wagon_pools if timeline.scenario.wagons else ()
    if pools and len(pools) != len(stretches):
        told = "; ".join(
            f"{first.origin} - {last.destination}"
            for first, last in ((parts[s[0]], parts[s[-1]]) for s in stretches)
            if isinstance(first, Rail) and isinstance(last, Rail)
        )
        timeline.problems.add(
            f"flows.{flow_id}.wagon_pools",
            f"{len(pools)} wagon pools for {len(stretches)} stretches on the same wagons ({told or 'no rail'})",
            "one pool for each stretch, in order",
        )
        return None
    result = list(parts)
    for stretch, pool in zip(stretches, pools or [""] * len(stretches), strict=True):
        for number in stretch:
            part = result[number]
            assert isinstance(part, Rail)
            last = number == stretch[-1] and not (keeps and any(isinstance(p, Sea) for p in parts[number + 1 :]))
            result[number] = replace(part, pool=pool, first=number == stretch[0], last=last)
    return result


# --- gauges -----------------------------------------------------------------------------------------------------------


def _gauges(timeline: Timeline, network: Network, flow_id: str, flow: Flow, parts: list[Part]) -> list[Part] | None:
    """Give each rail part a gauge on which it has a way at some time; different ones on the two sides of a dry port."""
    scenario, at = timeline.scenario, f"flows.{flow_id}"
    choices: list[tuple[str, ...]] = []
    for part in parts:
        if not isinstance(part, Rail):
            continue
        ways = tuple(gauge for gauge in GAUGES if network.connected(part.origin, part.destination, gauge))
        if not ways:
            if network.connected(part.origin, part.destination, ANY):
                where = [k for k, row in scenario.dry_ports.items() if network.connected(part.origin, row.node_id, ANY)]
                timeline.problems.add(
                    f"{at}.dry_ports",
                    f"the gauge breaks between '{part.origin}' and '{part.destination}' without a dry port of the flow",
                    f"name one of {', '.join(where)}" if where else "add a dry port where the gauges meet",
                )
            else:
                timeline.problems.add(
                    f"{at}.destination_node",
                    f"'{part.destination}' can never be reached from '{part.origin}' by rail",
                    "no line that is in service at any time of the horizon leads there",
                )
            return None
        gauge = scenario.wagons[part.pool].gauge_mm if part.pool else "both"
        fitting = ways if gauge == "both" else tuple(way for way in ways if way == gauge)
        if not fitting:
            timeline.problems.add(
                f"{at}.wagon_pools",
                f"wagons of '{part.pool}' ({gauge} mm) cannot run from '{part.origin}' to '{part.destination}' "
                f"({ways[0]} mm)",
                "",
            )
            return None
        choices.append(fitting)
    for gauges in itertools.product(*choices):
        given = iter(gauges)
        dressed = [replace(part, gauge=next(given)) if isinstance(part, Rail) else part for part in parts]
        if all(_fits(dressed, number) for number, part in enumerate(dressed) if isinstance(part, Change)):
            return [
                replace(part, inbound=_inbound(dressed, number)) if isinstance(part, Change) else part
                for number, part in enumerate(dressed)
            ]
    timeline.problems.add(
        f"{at}.dry_ports",
        "the lines on the two sides of a dry port have the same gauge",
        "leave out the dry port, or name wagons of the other gauge",
    )
    return None


def _sides(parts: list[Part], number: int) -> tuple[str, str]:
    """Gauges before and after a dry port; empty where it is the end of the rails."""
    leg = parts[number].leg if isinstance(parts[number], Change) else -1  # type: ignore[union-attr]
    before = parts[number - 1] if number else None
    after = parts[number + 1] if number + 1 < len(parts) else None
    return (
        before.gauge if isinstance(before, Rail) and before.leg == leg else "",
        after.gauge if isinstance(after, Rail) and after.leg == leg else "",
    )


def _fits(parts: list[Part], number: int) -> bool:
    before, after = _sides(parts, number)
    return not before or not after or before != after


def _inbound(parts: list[Part], number: int) -> bool:
    """Whether cargo changes into the 1520 mm network: it leaves on 1520 mm, or did not come on it."""
    before, after = _sides(parts, number)
    return after == "1520" if after else before != "1520"
