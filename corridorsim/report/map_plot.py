"""The table behind a map: where legs and places of a scenario are, what they carried, how busy they were."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..analysis.view import HOLDS

if TYPE_CHECKING:
    from ..figures import Figure
    from ..figures.geography import Line, Point
    from .names import Names
    from .result import Result, Tables

#: what ``by`` may be -> what the colour of a leg says
BY = {
    "utilisation": "slots used by all traffic (sea: ships busy)",
    "waiting": "waiting for the leg, thousand tonne-days",
}


class Leg(NamedTuple):
    """A segment or sea link. ``line``: the id under which its geometry may be found."""

    kind: str
    id: str
    start: str
    end: str
    line: str


def corridor_map_of(
    result: Result, tables: Tables, words: Names, by: str, perimeter: str, year: int, caption: Callable[[str], str]
) -> Figure:
    """Raises ValueError of an unknown ``by``, plots.NothingToDraw where no place of the network is known."""
    import pandas as pd

    from ..figures import Ground, corridor_map
    from ..figures.geography import as_text

    if by not in BY:
        raise ValueError(f"no map by '{by}'; there are {', '.join(BY)}")
    legs, nodes = network(words.values)
    paths, straight = ways(legs, nodes, result.geometry.lines)
    if not paths:
        raise _nowhere(legs)
    mt, busy, waited = (
        carried(tables, perimeter, year),
        usage(tables, words.values, year),
        waits(tables, perimeter, year),
    )
    through: Counter[str] = Counter()
    rows = []
    for leg in legs:
        amount = mt.get((leg.kind, leg.id), 0.0)
        through[leg.start] = max(through[leg.start], amount)  # type: ignore[assignment]
        through[leg.end] = max(through[leg.end], amount)  # type: ignore[assignment]
        if leg.id not in paths:
            continue
        share, stood = busy.get((leg.kind, leg.id), float("nan")), waited.get(leg.id, 0.0)
        other = f"waited for it: {stood:,.1f} thousand tonne-days" if by == "utilisation" and stood else ""
        if by == "waiting" and share == share:
            other = f"{share:.0%} used"
        value = share if by == "utilisation" else stood
        name = f"{words.node(leg.start)} – {words.node(leg.end)}"
        rows.append({"kind": leg.kind, "id": leg.id, "name": name, "mt": amount,
                     "value": value, "value_words": other, "path": as_text(paths[leg.id])})  # fmt: skip
    at_places = _at_places(waited, words.values)
    for node in _shown(legs, words.values, through):
        if node in nodes:
            stood = at_places.get(node, 0.0)
            other = f"{stood:,.0f} thousand tonne-days waited here" if stood >= 0.5 else ""
            rows.append({"kind": "place", "id": node, "name": words.node(node), "mt": float(through[node]),
                         "value": stood, "value_words": other, "path": as_text((nodes[node],))})  # fmt: skip
    widest = max(mt.values(), default=0.0)
    said = f"As wide as the tonnes of {year} on it, both ways (widest: {widest:.2f} Mt); dotted: none. "
    if straight:
        said += f"{straight} of {len(paths)} legs have no line and are drawn straight. "
    missing = len(legs) - len(paths)
    if missing:
        said += f"{missing} legs are left out, since lat and lon of their ends are not known. "
    if result.geometry.attribution and (result.geometry.land or result.geometry.water or straight < len(paths)):
        said += f"Map data: {result.geometry.attribution}."
    ground = Ground(result.geometry.land, result.geometry.water)
    title = f"The corridor in {year}, by {by}: {result.name}"
    return corridor_map(pd.DataFrame(rows), ground, colour_words=BY[by], share=by == "utilisation", title=title,
                        caption=caption(said.strip()))  # fmt: skip


def network(values: Mapping[str, str]) -> tuple[list[Leg], dict[str, Point]]:
    """Legs, and the places that are known, from the effective scenario (path -> value as text)."""
    ids: dict[str, dict[str, None]] = {"segments": {}, "sea_links": {}, "nodes": {}}
    for path in values:
        section, _, rest = path.partition(".")
        if section in ids:
            ids[section][rest.partition(".")[0]] = None
    legs = [
        Leg("rail", name, values[f"segments.{name}.from_node"], values[f"segments.{name}.to_node"],
            values.get(f"segments.{name}.leg_id") or name)
        for name in ids["segments"]
    ]  # fmt: skip
    legs += [
        Leg("sea", name, values[f"sea_links.{name}.from_port"], values[f"sea_links.{name}.to_port"], name)
        for name in ids["sea_links"]
    ]
    known = {name: (values.get(f"nodes.{name}.lon"), values.get(f"nodes.{name}.lat")) for name in ids["nodes"]}
    return legs, {name: (float(lon), float(lat)) for name, (lon, lat) in known.items() if lon and lat}


def ways(legs: list[Leg], nodes: Mapping[str, Point], lines: Mapping[str, Line]) -> tuple[dict[str, Line], int]:
    """Where each leg runs, as far as it is known; and how many are straight for want of a line."""
    from ..figures.geography import leg as way

    sharing = Counter(each.line for each in legs)
    found: dict[str, Line] = {}
    straight = 0
    for each in legs:
        line = lines.get(each.line) or lines.get(each.id)
        alone = each.id in lines or sharing[each.line] == 1
        path = way(line, nodes.get(each.start), nodes.get(each.end), whole=alone)
        if path is not None:
            found[each.id] = path
            straight += line is None
    return found, straight


def carried(tables: Tables, perimeter: str, year: int) -> dict[tuple[str, str], float]:
    """Mt of cargo on each leg in a year, both ways, mean over replications: trains by their lines, ships by links."""
    count = len(tables.runs)
    rail, sea = tables.traffic, tables.work
    rail = rail[(rail.year == year) & rail.perimeter.isin(HOLDS[perimeter])]
    hauled = rail.groupby("segment").net_t.sum()
    sea = sea[(sea.year == year) & (sea["mode"] == "sea") & sea.perimeter.isin(HOLDS[perimeter])]
    shipped = sea.groupby("leg").voyage_t.sum()
    found = {("rail", str(name)): float(t) / count / 1e6 for name, t in hauled.items() if name}
    return found | {("sea", str(name)): float(t) / count / 1e6 for name, t in shipped.items()}


def usage(tables: Tables, values: Mapping[str, str], year: int) -> dict[tuple[str, str], float]:
    """Share of a line's slots that all traffic used; of the time in service that a link's ships were busy."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    used = tables.utilisation
    for row in used[used.year == year].itertuples():
        kind, _, name = str(row.resource).partition(":")
        key = ("rail", name)
        if kind == "vessel":
            key = ("sea", values.get(f"vessels.{name.rpartition('-')[0]}.link", ""))
        elif kind != "segment":
            continue
        sums[key][0] += float(row.busy)  # type: ignore[arg-type]
        sums[key][1] += float(row.available)  # type: ignore[arg-type]
    return {key: busy / there for key, (busy, there) in sums.items() if there > 0}


def waits(tables: Tables, perimeter: str, year: int) -> dict[str, float]:
    """Thousand tonne-days of cargo by the place where it waited, mean over replications."""
    waited = tables.waiting
    waited = waited[(waited.year == year) & waited.perimeter.isin(HOLDS[perimeter])]
    sums = waited.groupby("place").tonne_days.sum().to_dict()
    return {str(place): float(amount) / len(tables.runs) / 1000 for place, amount in sums.items()}


def _at_places(waited: Mapping[str, float], values: Mapping[str, str]) -> dict[str, float]:
    """Waiting by node: at the station, at its port's berths and yards, at its dry port."""
    found: dict[str, float] = defaultdict(float)
    for place, amount in waited.items():
        node = values.get(f"dry_ports.{place}.node_id") or place.partition(".")[0]
        found[node] += amount
    return found


def _shown(legs: list[Leg], values: Mapping[str, str], through: Mapping[str, float]) -> list[str]:
    """Nodes that get a mark: all but junctions; a port's own station is left out. Those with cargo come first: ports,
    dry ports and terminals before stations, then most cargo first."""
    nodes = dict.fromkeys(node for leg in legs for node in (leg.start, leg.end))
    stations = {values.get(f"nodes.{node}.linked_node_id") for node in nodes}
    kinds = {node: values.get(f"nodes.{node}.kind", "") for node in nodes if node not in stations}
    shown = [node for node, kind in kinds.items() if kind != "junction"]
    ends = ("sea_port", "dry_port", "rail_terminal")
    return sorted(shown, key=lambda node: (through[node] == 0, kinds[node] not in ends, -through[node], node))


def _nowhere(legs: list[Leg]) -> Exception:
    from .plots import NothingToDraw

    if not legs:
        return NothingToDraw("this scenario has no segments and no sea links to draw")
    names = ", ".join(dict.fromkeys(node for leg in legs for node in (leg.start, leg.end)))
    return NothingToDraw(
        f"a map needs lat and lon of nodes, or lines of legs in 'geo'; this scenario has neither: {names}"
    )
