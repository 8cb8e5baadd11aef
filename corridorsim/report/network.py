"""The network as GeoJSON (RFC 7946), with what a run found as properties: for GIS and other programs.

Points are nodes, lines are links, named as in GMNS (General Modeling Network Specification, node and link tables):
node_id, link_id, from_node_id, to_node_id, directed, length, facility_type, free_speed, lanes, capacity. Units stand in
the collection's ``units``. A feature whose place is not known has the geometry null.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ..analysis import PERIMETERS
from .map_plot import Leg, carried, network, usage, waits, ways

if TYPE_CHECKING:
    from .result import Result

Json: TypeAlias = dict[str, Any]
UNITS = {
    "length": "km",
    "free_speed": "km/h, of freight trains without others in their way",
    "capacity": "trains a day in each direction, of all traffic",
    "lanes": "tracks",
    "carried_mt": "million tonnes of cargo in the year, both ways, mean over replications",
    "trains": "loaded trains (of sea links: voyages) in the year, both ways, mean over replications",
    "utilisation": "share of a line's slots that all traffic uses; of the time in which a sea link's ships are busy",
    "waiting_tonne_days": "tonnes of cargo times days waited for the line, or at the node; a mean likewise",
    "waiting_days": "days waited, by the mean tonne carried",
}


def geojson(result: Result, perimeter: str = "C", year: int | None = None) -> Json:
    """A FeatureCollection of nodes, then links; figures of a perimeter in a year (None: the headline year).

    Raises ValueError of a perimeter or year that the result does not hold.
    """
    if perimeter not in PERIMETERS:
        raise ValueError(f"no perimeter '{perimeter}'; there are {', '.join(PERIMETERS)}")
    year = result.summary.headline_year if year is None else year
    if year not in result.summary.years:
        raise ValueError(f"no results of {year}; there are {', '.join(map(str, result.summary.years))}")
    values = {str(row[0]): str(row[1]) for row in result.inputs}
    legs, points = network(values)
    paths, _ = ways(legs, points, result.geometry.lines)
    waited = {place: 1000 * amount for place, amount in waits(result, perimeter, year).items()}
    mt, busy = carried(result, perimeter, year), usage(result, values, year)
    trains = _trains(result, legs, perimeter, year)
    nodes = dict.fromkeys([*_ids(values, "nodes"), *(end for leg in legs for end in (leg.start, leg.end))])
    features = [_node(node, values, points, _at(node, values, waited)) for node in nodes]
    for leg in legs:
        found = {
            "carried_mt": mt.get((leg.kind, leg.id), 0.0),
            "trains": trains.get((leg.kind, leg.id), 0.0),
            "utilisation": busy.get((leg.kind, leg.id)),
            "waiting_tonne_days": waited.get(leg.id, 0.0) if leg.kind == "rail" else None,
        }
        features.append(_link(leg, values, paths.get(leg.id), found))
    summary = result.summary
    told = {
        "scenario": result.name,
        "title": summary.title,
        "year": year,
        "perimeter": perimeter,
        "replications": summary.replications,
        "seed": summary.seed,
        "version": f"corridorsim {summary.version}",
        "command": result.command,
        "attribution": result.geometry.attribution,
        "units": UNITS,
    }
    return {"type": "FeatureCollection", **told, "features": features}


def geojson_text(result: Result, perimeter: str = "C", year: int | None = None) -> str:
    """``geojson`` as text, a feature a line; the same result gives the same text."""
    whole = geojson(result, perimeter, year)
    features = ",\n".join(_dumps(feature) for feature in whole.pop("features"))
    return f'{_dumps(whole)[:-1]}, "features": [\n{features}\n]}}\n'


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _ids(values: Mapping[str, str], section: str) -> list[str]:
    """Ids of a section's rows, in order."""
    return list(dict.fromkeys(path.split(".")[1] for path in values if path.startswith(f"{section}.")))


def _trains(result: Result, legs: list[Leg], perimeter: str, year: int) -> dict[tuple[str, str], float]:
    """Loaded trains on each line; voyages on each link, whatever they carried."""
    from ..analysis.view import HOLDS

    count = len(result.runs)
    rail = result.traffic
    rail = rail[(rail.year == year) & rail.perimeter.isin(HOLDS[perimeter])]
    found = {("rail", str(name)): float(n) / count for name, n in rail.groupby("segment").trains.sum().items()}
    links = {frozenset((leg.start, leg.end)): leg.id for leg in legs if leg.kind == "sea"}
    voyages: Counter[tuple[str, str]] = Counter()
    moves = result.trains
    moves = moves[(moves.year == year) & (moves.kind == "voyage")]
    for start, end, trips in zip(moves.from_place, moves.to_place, moves.trains, strict=True):
        link = links.get(frozenset((str(start).partition(".")[0], str(end).partition(".")[0])))
        if link is not None:
            voyages["sea", link] += trips
    return found | {key: float(trips) / count for key, trips in voyages.items()}


def _at(node: str, values: Mapping[str, str], waited: Mapping[str, float]) -> float:
    """Tonne-days waited at a station, at its port's berths and yards, at its dry port."""
    found: dict[str, float] = defaultdict(float)
    for place, amount in waited.items():
        found[values.get(f"dry_ports.{place}.node_id") or place.partition(".")[0]] += amount
    return found.get(node, 0.0)


def _node(node: str, values: Mapping[str, str], points: Mapping[str, tuple[float, float]], waited: float) -> Json:
    properties = {
        "node_id": node,
        "name": values.get(f"nodes.{node}.name") or node,
        "node_type": values.get(f"nodes.{node}.kind"),
        "country": values.get(f"nodes.{node}.country"),
        "waiting_tonne_days": waited,
    }
    point = points.get(node)
    geometry = None if point is None else {"type": "Point", "coordinates": _rounded(point)}
    return _feature(geometry, properties)


def _link(leg: Leg, values: Mapping[str, str], path: Any, found: Json) -> Json:
    section = "segments" if leg.kind == "rail" else "sea_links"

    def number(name: str) -> float | None:
        return _first(values, f"{section}.{leg.id}.{name}")

    length = number("length_km" if leg.kind == "rail" else "distance_km")
    properties: Json = {
        "link_id": leg.id,
        "from_node_id": leg.start,
        "to_node_id": leg.end,
        "directed": False,
        "length": length,
        "facility_type": leg.kind,
    }
    if leg.kind == "rail":
        properties |= {
            "free_speed": number("freight_speed_kmh"),
            "lanes": number("tracks"),
            "capacity": number("capacity_pairs_per_day"),
            "gauge_mm": values.get(f"segments.{leg.id}.gauge_mm"),
            "operator": values.get(f"segments.{leg.id}.operator"),
        }
    if found["waiting_tonne_days"] is not None and found["carried_mt"] > 0:
        found["waiting_days"] = found["waiting_tonne_days"] / (1e6 * found["carried_mt"])
    geometry = None if path is None else {"type": "LineString", "coordinates": [_rounded(point) for point in path]}
    return _feature(geometry, properties | found)


def _first(values: Mapping[str, str], path: str) -> float | None:
    """A number; of one that changes by date the first."""
    text = values.get(path) or next((value for key, value in values.items() if key.startswith(f"{path}.2")), None)
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _feature(geometry: Json | None, properties: Json) -> Json:
    return {"type": "Feature", "geometry": geometry, "properties": _plain(properties)}


def _plain(properties: Json) -> Json:
    """Numbers with no more digits than they deserve, and none that JSON does not know."""
    found = {}
    for name, value in properties.items():
        if isinstance(value, float):
            value = None if not math.isfinite(value) else float(f"{value:.9g}")
        found[name] = value
    return found


def _rounded(point: tuple[float, float]) -> list[float]:
    """To a metre; longitudes from -180 to 180, as the format wants them."""
    lon, lat = point
    return [round((lon + 180) % 360 - 180, 5), round(lat, 5)]
