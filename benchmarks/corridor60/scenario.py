"""The reference model as a scenario of corridorsim: a file that ``corridorsim run`` takes as well."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import dataclass
from pathlib import Path

FIRST_DAY = dt.date(2025, 1, 1)
SPEED_KMH = 50
WAGON_T = 60
PLACES = 2
SPREAD = 0.15  #: a train's pace lies evenly between 0.85 and 1.15


@dataclass(frozen=True)
class Size:
    """How large a model: segments, years, trains an hour and direction."""

    segments: int = 60
    years: float = 0.25
    trains_per_hour: float = 0.7

    @property
    def days(self) -> int:
        return round(self.years * 365.25)

    @property
    def locomotives(self) -> int:
        return 2 * self.segments


def running_s(segments: int) -> list[int]:
    """Running time of each segment at pace 1, 15 to 30 minutes; the first 60 are the same for every size."""
    dice = random.Random(60)
    return [dice.randint(900, 1800) for _ in range(segments)]


def tree(size: Size) -> dict[str, object]:
    """The whole scenario."""
    nodes = [f"n{i}" for i in range(size.segments + 1)]
    last = FIRST_DAY + dt.timedelta(days=size.days - 1)
    a_year = size.trains_per_hour * 24 * 365
    flow = {
        "flow_group": "trains", "cargo": "wagon", "mt_per_year": a_year * WAGON_T / 1e6, "lot_units": 1,
        "t_per_unit": WAGON_T, "wagons_per_unit": 1, "perimeter": "A", "monthly_profile_id": "by_days",
        "arrival_law": "poisson", "patience_days": 0, "running_time_spread": SPREAD,
    }  # fmt: skip
    return {
        "schema": 1,
        "title": f"A row of {size.segments} segments",
        "horizon": {"start": f"{FIRST_DAY}", "results_from": f"{FIRST_DAY}", "end": f"{last}"},
        "policies": {"dispatch": "at_hand"},
        "nodes": {node: {"kind": "rail_station"} for node in nodes},
        "segments": {
            f"s{i}": {
                "from_node": nodes[i], "to_node": nodes[i + 1], "length_km": seconds * SPEED_KMH / 3600,
                "freight_speed_kmh": SPEED_KMH, "capacity_pairs_per_day": 100, "tracks": 1 + i % 2, "operator": "rail",
                "discipline": "block", "block_trains": 1 + i % 2, "station_slots": PLACES,
            }
            for i, seconds in enumerate(running_s(size.segments))
        },
        "territories": {"line": {"operator": "rail", "traction": "diesel", "home_nodes": [nodes[0], nodes[-1]]}},
        "locomotive_classes": {
            "diesel": {
                "traction": "diesel", "mass_t": 138, "trailing_mass_limit_t": 5000, "availability": 1,
                "mtbf_km": 1e12, "repair_hours_mean": 0, "service_h": 0,
            },
        },
        "fleets": {
            "all": {
                "operator": "rail", "class_id": "diesel", "fleet_units": size.locomotives,
                "corridor_units": size.locomotives,
            },
        },
        "assumptions": {
            "single_track_speed_loss": 0, "double_track_speed_loss": 0, "formation_wait_h": 0,
            "terminal_handling_h": 0, "origin_trains_start": 1e6, "origin_trains_release": 1e6,
        },
        # the same number of trains every day, whatever the month
        "profiles": {"by_days": {m: {"factor": 12 * days / 365} for m, days in enumerate(_DAYS, 1)}},
        "flows": {
            "east": {"origin_node": nodes[0], "destination_node": nodes[-1], **flow},
            "west": {"origin_node": nodes[-1], "destination_node": nodes[0], **flow},
        },
    }  # fmt: skip


_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def write(size: Size, folder: Path) -> Path:
    """As a file (JSON is YAML, and quicker to read)."""
    file = folder / f"corridor{size.segments}.yaml"
    file.write_text(json.dumps(tree(size), indent=1), encoding="utf-8")
    return file
