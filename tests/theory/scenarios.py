"""Scenario files for queues with known answers: one small corridor a family, in a planner's words.

Every function gives the text of a file as a mapping; ``Case.write`` puts it on disk, and from there it goes through the
public door like any other. Rates are constant: the profile gives each month its share of the days of a common year, so
horizons lie in 2025 to 2027.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import Any

Tree = dict[str, Any]

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NEVER = 1_000_000
SHORT_H = 0.01  #: of a line that is only there because there must be one
START, RESULTS_FROM = "2025-01-01", "2025-03-01"
ENDS = {1: "2025-12-31", 2: "2026-12-31", 3: "2027-12-31"}  #: by years
#: hours of results, by years
HOURS = {years: (365 * years - 59) * 24 for years in ENDS}


def _base(title: str, years: int) -> Tree:
    return {
        "schema": 1,
        "title": title,
        "horizon": {"start": START, "results_from": RESULTS_FROM, "end": ENDS[years]},
        "assumptions": {
            "origin_trains_start": _NEVER, "origin_trains_release": _NEVER, "set_aside_h": _NEVER,
            "single_track_speed_loss": 0, "double_track_speed_loss": 0, "terminal_handling_h": 0,
        },
        "profiles": {"even": {month: {"factor": 12 * days / 365} for month, days in enumerate(_DAYS, 1)}},
    }  # fmt: skip


def _line(one: str, other: str, hours: float = SHORT_H, pairs: float = _NEVER) -> Tree:
    """A line that takes ``hours``, with more slots than anybody could want."""
    return {
        "from_node": one, "to_node": other, "length_km": 100 * hours, "freight_speed_kmh": 100,
        "capacity_pairs_per_day": pairs, "tracks": 2,
    }  # fmt: skip


def _flow(origin: str, destination: str, per_hour: float, law: str = "poisson", **more: Any) -> Tree:
    """Lots of one wagon of one tonne, which are trains of their own."""
    return {
        "flow_group": "trains", "origin_node": origin, "destination_node": destination, "cargo": "wagon",
        "mt_per_year": per_hour * 24 * 365 / 1e6, "lot_units": 1, "t_per_unit": 1, "wagons_per_unit": 1,
        "perimeter": "A", "monthly_profile_id": "even", "patience_days": 0, "arrival_law": law, **more,
    }  # fmt: skip


def exponential(mean_h: float) -> Tree:
    """A duration without memory."""
    return {"distribution": "exponential", "mean_h": mean_h}


def of_variation(mean_h: float, cv2: float) -> Tree | float:
    """A duration with a squared coefficient of variation: fixed at 0, exponential at 1, Erlang at 1 / k, else gamma."""
    if cv2 == 0:
        return mean_h
    if cv2 == 1:
        return exponential(mean_h)
    shape = 1 / cv2
    if abs(shape - round(shape)) < 1e-9:
        return {"distribution": "erlang", "mean_h": mean_h, "shape": round(shape)}
    return {"distribution": "gamma", "mean_h": mean_h, "cv": cv2**0.5}


def border(trains_per_hour: float, servers: int, dwell_h: Any, years: int = 1, most_there: int | None = None) -> Tree:
    """A border post that handles some trains at once; over ``most_there`` trains the railway refuses loading."""
    tree = _base("Trains at a border", years)
    tree["nodes"] = {"frontier": {"kind": "border"}, "beyond": {"kind": "rail_station"}}
    tree["segments"] = {"frontier-beyond": _line("frontier", "beyond")}
    tree["borders"] = {
        "post": {"node_from": "frontier", "node_to": "beyond", "dwell_h": dwell_h, "servers": servers},
    }
    tree["flows"] = {"trains": _flow("frontier", "beyond", trains_per_hour)}
    if most_there is not None:
        tree["assumptions"] |= {"origin_trains_start": most_there - 0.5, "origin_trains_release": most_there - 0.5}
    return tree


def stations(trains_per_hour: float, posts: Sequence[tuple[int, float]], years: int = 1) -> Tree:
    """A line with a post after each hop: (trains handled at once, mean hours)."""
    tree = _base("Trains on a line of stations", years)
    names = [f"station_{number}" for number in range(len(posts) + 1)]
    tree["nodes"] = {name: {"kind": "rail_station"} for name in names}
    hops = list(pairwise(names))
    tree["segments"] = {f"{a}-{b}": _line(a, b) for a, b in hops}
    tree["borders"] = {
        f"post_{number}": {"node_from": a, "node_to": b, "dwell_h": exponential(mean_h), "servers": servers}
        for number, ((a, b), (servers, mean_h)) in enumerate(zip(hops, posts, strict=True), 1)
    }
    tree["flows"] = {"trains": _flow(names[0], names[-1], trains_per_hour)}
    return tree


def segment(trains_per_hour: float, pairs_per_day: float, years: int = 1) -> Tree:
    """A line whose slots trains wait for."""
    tree = _base("Trains on a line with a headway", years)
    tree["nodes"] = {name: {"kind": "rail_station"} for name in ("here", "there")}
    tree["segments"] = {"line": _line("here", "there", pairs=pairs_per_day)}
    tree["flows"] = {"trains": _flow("here", "there", trains_per_hour)}
    return tree


def berths(
    ships_per_day: float, number: int, hours: Any, years: int = 1, storms: tuple[float, float] | None = None
) -> Tree:
    """Ships that call at random; ``storms``: hours without one between two, and hours of one, in which work rests."""
    tree = _base("Ships at berths", years)
    port: Tree = {"kind": "sea_port"}
    row: Tree = {"berths": number, "other_ships_per_day": ships_per_day, "other_ship_h": hours}
    if storms is not None:
        calm_h, storm_h = storms
        month = {"closure_share": storm_h / (calm_h + storm_h), "mean_spell_days": storm_h / 24}
        port["weather_group"] = "coast"
        row["weather_stops_work"] = True
        tree["weather"] = {"coast": {number: dict(month) for number in range(1, 13)}}
    tree["nodes"] = {"port": port}
    tree["ports"] = {"port": {"dry": row}}
    tree["flows"] = {}
    return tree


def ferry(wagons_per_interval: float, places: int, interval_h: float = 6, years: int = 1) -> Tree:
    """A ferry by timetable, with wagons that come at random."""
    tree = _base("A ferry that leaves by the clock", years)
    tree["nodes"] = {"port_east": {"kind": "sea_port"}, "port_west": {"kind": "sea_port"}}
    tree["sea_links"] = {"crossing": {"from_port": "port_east", "to_port": "port_west", "sailing_h": interval_h / 4}}
    tree["vessels"] = {
        "ferry": {
            "kind": "rail_ferry", "count": 1, "link": "crossing", "capacity_wagons": places, "load_factor": 1,
            "load_h": interval_h / 8, "unload_h": interval_h / 8, "availability": 1, "dispatch_rule": "timetable",
            "sails_every_h": interval_h, "max_wait_for_load_h": 0,
        },
    }  # fmt: skip
    by_sea = {"via_ports": ["port_east", "port_west"], "vessel_kind": "rail_ferry"}
    tree["flows"] = {"wagons": _flow("port_east", "port_west", wagons_per_interval / interval_h, **by_sea)}
    return tree


def _locomotives(tree: Tree, number: int, mtbf_km: float, repair_h: float, crews: int, home: str) -> None:
    tree["territories"] = {
        "line": {"operator": "railway", "traction": "diesel", "workshop": "shed", "home_nodes": [home]},
    }
    tree["workshops"] = {"shed": {"bays": crews}}
    tree["locomotive_classes"] = {
        "engine": {
            "traction": "diesel", "mass_t": 100, "trailing_mass_limit_t": 1000, "availability": 1, "mtbf_km": mtbf_km,
            "repair_hours_mean": repair_h, "service_h": 0,
        },
    }  # fmt: skip
    tree["fleets"] = {
        "all": {"operator": "railway", "class_id": "engine", "fleet_units": number, "corridor_units": number},
    }
    for row in tree["segments"].values():
        row["operator"] = "railway"


def repair(number: int, crews: int, mtbf_h: float, repair_h: float, years: int = 1) -> Tree:
    """Locomotives that always have a train, fail after so many hours on the way, and are repaired by crews.

    A failure is seen at the next station, so hours on the way come in hops; the distance between failures is such that
    their mean is right, and the closed form asks for no more of them. A light engine that fails on the way is found out
    a hop later, with its next train: so those that go to a stranded train have a line of hardly any length, of another
    gauge than the wagons.
    """
    tree, hop_h = _base("Locomotives and repair crews", years), mtbf_h / 2
    tree["nodes"] = {name: {"kind": "rail_station"} for name in ("here", "there")}
    tree["segments"] = {
        "line": _line("here", "there", hop_h), "beside": _line("here", "there") | {"gauge_mm": "1435"},
    }  # fmt: skip
    tree["assumptions"] |= {
        "origin_trains_start": 4 * number, "origin_trains_release": 3 * number, "rescue_h": 0, "light_speed_kmh": 100,
        "service_interval_km": 1e9,
    }  # fmt: skip
    tree["policies"] = {"dispatch": "at_hand"}
    per_hour = 0.6 * number / hop_h  # each way; half of it would do
    tree["flows"] = {
        "there": _flow("here", "there", per_hour, "interval"), "back": _flow("there", "here", per_hour, "interval"),
    }  # fmt: skip
    mtbf_km = -100 * hop_h / log(1 - hop_h / mtbf_h)
    _locomotives(tree, number, mtbf_km, repair_h, crews, "here")
    return tree


def circuit(number: int, running_h: float, posts: Sequence[tuple[int, float]], years: int = 1) -> Tree:
    """Locomotives that go round: with a train by some posts (trains handled at once, mean hours), and back light.

    Running times are whole seconds: ``whole_hops`` makes hours for which they are. So many trains are offered that one
    always waits in the yard, also after some short rounds in a row.
    """
    tree = stations(0, posts, years)
    names = list(tree["nodes"])
    tree["nodes"] = {"yard": {"kind": "rail_station"}, **tree["nodes"]}
    tree["segments"] = {"yard-station_0": _line("yard", names[0]), **tree["segments"]}
    for row in tree["segments"].values():
        row["length_km"] = 100 * running_h / 2 / (len(posts) + 1)
    tree["assumptions"] |= {
        "origin_trains_start": 3 * number + 20, "origin_trains_release": 3 * number + 19, "light_speed_kmh": 100,
        "service_interval_km": 1e9,
    }  # fmt: skip
    fastest = number / (running_h + sum(hours for _, hours in posts))
    tree["flows"] = {"trains": _flow("yard", names[-1], 1.5 * fastest, "interval")}
    _locomotives(tree, number, 1e12, 1, number, "yard")
    return tree


def whole_hops(running_h: float, posts: int) -> float:
    """Hours near these of which each hop of ``circuit``, there and back, is a whole number of seconds."""
    hops = 2 * (posts + 1)
    return round(running_h * 3600 / hops) * hops / 3600
