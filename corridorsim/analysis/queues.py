"""Cargo that waits at a place, step by step of time and by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..ledger import OPEN
from .chains import Grid
from .replay import when
from .view import View

if TYPE_CHECKING:
    import pandas as pd


class NoSuchPlace(LookupError):
    """A place where nothing waited in this run."""


def queue(view: View, place: str, since_s: int, until_s: int, step_s: int) -> pd.DataFrame:
    """One row a step of time and cause: time (its start), cause, tonnes (mean over the step); the largest cause first.

    ``place``: a station, segment, border, terminal, or a port for all its terminals (``port_aktau`` for
    ``port_aktau.container`` and the others). Raises NoSuchPlace.
    """
    import pandas as pd

    waits = view.table("waits")
    wanted = [name == place or name.startswith(f"{place}.") for name in view.names]
    rows = np.flatnonzero(np.asarray(wanted)[waits["place"]] & (waits["tonnes"] > 0))
    if not len(rows):
        raise NoSuchPlace(f"no cargo waited at '{place}' in this run{_near(view, place)}")
    causes, key = np.unique(waits["cause"][rows], return_inverse=True)
    ends = np.where(waits["end_s"][rows] == OPEN, view.end_s, waits["end_s"][rows])
    grid = Grid(until_s - since_s, step_s)
    level = grid.spread(waits["start_s"][rows] - since_s, ends - since_s, waits["tonnes"][rows], key, len(causes))
    level = level / (np.minimum(step_s, grid.end_s - np.arange(grid.steps) * step_s) / step_s)
    level[np.abs(level) < 1e-6] = 0.0  # the dust that differences leave
    times = when(view, since_s + np.arange(grid.steps) * step_s)
    frames = [
        pd.DataFrame({"time": times, "cause": view.name(int(causes[row])), "tonnes": level[row]})
        for row in np.argsort(-level.sum(axis=1), kind="stable")
    ]
    return pd.concat(frames, ignore_index=True)


def waiting_places(view: View) -> list[str]:
    """Places where cargo waited, that with most tonne-days first."""
    waits = view.table("waits")
    ends = np.where(waits["end_s"] == OPEN, view.end_s, np.minimum(waits["end_s"], view.end_s))
    amount = np.bincount(waits["place"], waits["tonnes"] * (ends - waits["start_s"]), minlength=len(view.names))
    return [view.names[place] for place in np.argsort(-amount, kind="stable") if amount[place] > 0]


def _near(view: View, place: str) -> str:
    there = waiting_places(view)
    near = [name for name in there if place.lower() in name.lower()][:5] or there[:5]
    return f"; cargo waited at {', '.join(near)}" if near else ""
