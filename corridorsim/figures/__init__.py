"""Figures: each is one table, drawn twice: static (matplotlib, for papers) and interactive (plotly, for screens)."""

from .corridor_map import Ground, corridor_map
from .days import days
from .delay_volume import delay_volume
from .figure import Figure
from .fleet import fleet
from .front import front
from .gantt import gantt
from .influence import factors, tornado
from .locomotives import Mark, locomotives
from .occupation import occupation
from .queue import queue
from .queues import queues
from .ranking import ranking, staircase
from .scenarios import differences, scenarios
from .string_line import string_line
from .throughput import throughput
from .track_gains import track_gains
from .transit import transit
from .waterfall import waterfall

__all__ = [
    "Figure",
    "Ground",
    "Mark",
    "corridor_map",
    "days",
    "delay_volume",
    "differences",
    "factors",
    "fleet",
    "front",
    "gantt",
    "locomotives",
    "occupation",
    "queue",
    "queues",
    "ranking",
    "scenarios",
    "staircase",
    "string_line",
    "throughput",
    "tornado",
    "track_gains",
    "transit",
    "waterfall",
]
