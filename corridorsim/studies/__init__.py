"""Studies: what runs a scenario many times over to answer one question. Each is one door in one file."""

from .bottlenecks import bottlenecks
from .capacity import capacity
from .check import check
from .curve import locomotives
from .energy import energy
from .match import match
from .plan import plan
from .report import write_report
from .sensitivity import sensitivity
from .sweep import sweep
from .tables import results_of, write_figures, write_geojson, write_workbook

__all__ = [
    "bottlenecks",
    "capacity",
    "check",
    "energy",
    "locomotives",
    "match",
    "plan",
    "results_of",
    "sensitivity",
    "sweep",
    "write_figures",
    "write_geojson",
    "write_report",
    "write_workbook",
]
