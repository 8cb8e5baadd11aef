"""What studies save, written by hand: figures from them hold these numbers and no others."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def relief(of: str, key: str, gain: float, half: float, *, counts: bool) -> Body:
    """A row of a ranking."""
    return {
        "of": of, "relief": key, "resources": key, "step": "+10 units", "gain_mt": gain, "gain_mt_low": gain - half,
        "gain_mt_high": gain + half, "pairs": 5, "p_holm": 0.01, "counts": counts, "utilisation": 0.93, "busiest": "x",
        "waiting_share": None,
    }  # fmt: skip


BOTTLENECKS: Body = {
    "scenario": "line", "version": "9.9", "seed": 7, "replications": 5, "demand": "saturating demand",
    "headline": {"measure": "delivered_mt", "perimeter": "C", "year": 2027}, "verdict": "the bottleneck is the ferry",
    "as_it_stands": {"delivered_mt": 6.4, "delivered_mt_low": 6.0, "delivered_mt_high": 6.8, "at_least": 10.0},
    "reliefs": [
        relief("ranked", "ships:old_ferry", 1.25, 0.25, counts=True),
        relief("ranked", "locomotives:north (and 2 more)", 0.5, 0.1, counts=True),
        relief("ranked", "wagons", -0.02, 0.1, counts=False),
        relief("kind", "berths", 0.0, 0.1, counts=False),
    ],
    "staircase": [
        {"step": "+1 ship", "relief": "ships:old_ferry", "delivered_mt": 7.65, "delivered_mt_low": 7.3,
         "delivered_mt_high": 8.0},
        {"step": "+10 units", "relief": "locomotives:north", "delivered_mt": 10.25, "delivered_mt_low": 10.0,
         "delivered_mt_high": 10.5},
    ],
}  # fmt: skip


def points(state: str, allocation: str, demand: str, values: list[float]) -> list[Body]:
    """Points of a line at 0, 10, 20 ... units."""
    return [
        {"state": state, "allocation": allocation, "demand": demand, "units": 10 * place, "delivered_mt": value,
         "delivered_mt_low": value - 0.2, "delivered_mt_high": value + 0.2}
        for place, value in enumerate(values)
    ]  # fmt: skip


CURVE: Body = {
    "scenario": "line", "version": "9.9", "seed": 7, "replications": 5,
    "headline": {"measure": "delivered_mt", "perimeter": "C", "year": 2027},
    "contract": {"title": "Three hundred locomotives", "ordered": 300, "all_here": {"end": 22.0, "mean": 15.0}},
    "points": [
        *points("as_it_is", "fixed", "as_given", [5.0, 5.5, 5.6, 5.6]),
        *points("ships added", "fixed", "as_given", [5.1, 6.0, 6.9, 7.5]),
        *points("as_it_is", "on_demand", "as_given", [5.4, 5.6, 5.7, 5.7]),
    ],
}  # fmt: skip


def package(names: str, size: int, value: float, *, front: bool, recommended: bool = False) -> Body:
    """A row of packages."""
    return {
        "projects": size, "package": names, "cost_musd_known": 100.0 * size, "costs_unknown": 0, "replications": 5,
        "delivered_mt": value, "delivered_mt_low": value - 0.3, "delivered_mt_high": value + 0.3, "probability": 0.4,
        "front": front, "recommended": recommended,
    }  # fmt: skip


PLAN: Body = {
    "scenario": "line", "version": "9.9", "seed": 7, "replications": 5, "runs": 40, "objective": "projects",
    "target": {"measure": "delivered_mt", "demand": "saturating", "perimeter": "C", "year": 2027, "at_least": 10.0},
    "packages": [
        package("", 0, 6.4, front=True),
        package("ferry", 1, 7.6, front=True),
        package("berth", 1, 6.5, front=False),
        package("berth;ferry", 2, 7.7, front=False),
        package("ferry;locomotives", 2, 10.2, front=True, recommended=True),
    ],
}  # fmt: skip


def screened(group: str, title: str, star: float, mu: float, verdict: str) -> Body:
    """A row of a Morris screening."""
    return {"group": group, "title": title, "mu_star": star, "mu_star_low": star - 0.1, "mu_star_high": star + 0.1,
            "mu": mu, "sigma": 0.1, "verdict": verdict, "widest": "some.leaf 1 h, from 0.5 to 2"}  # fmt: skip


SENSITIVITY: Body = {
    "scenario": "line", "version": "9.9", "seed": 7, "replications": 3, "method": "morris", "points": 40,
    "figure": {"measure": "delivered_mt", "perimeter": "C", "year": 2027, "unit": "Mt"},
    "groups": [
        screened("ships", "Hours of ships in port", 1.5, -1.4, "moves it"),
        screened("speed", "Speed of trains", 0.7, 0.7, "moves it"),
        screened("wear", "", 0.1, 0.05, "inside the noise"),
    ],
}  # fmt: skip
SWEEP: Body = {
    "scenario": "line", "version": "9.9", "seed": 7, "replications": 3,
    "headline": {"measure": "delivered_mt", "perimeter": "C", "year": 2027},
    "points": [{"delivered_mt_2027_C": 5.0}],
    "effects": {"values": [
        {"factor": "tracks", "value": 1, "mean": 5.0}, {"factor": "tracks", "value": 2, "mean": 5.5},
        {"factor": "ships", "value": 1, "mean": 4.0}, {"factor": "ships", "value": 3, "mean": 6.5},
        {"factor": "ships", "value": 2, "mean": 6.0},
    ]},
}  # fmt: skip
