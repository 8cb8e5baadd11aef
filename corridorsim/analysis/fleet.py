"""What the locomotives of a territory did, step by step of time: how many ran, stood, came light, were away, idled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..ledger import OPEN, SPELL_STATES
from .chains import Grid
from .replay import LIGHT, trips, when
from .view import Columns, Floats, View, Whole

if TYPE_CHECKING:
    import pandas as pd

#: what a unit does, in the order in which it is drawn
STATES = (
    "runs with a train",
    "stands with a train",
    "runs light",
    "is serviced",
    "is in maintenance",
    "has failed",
    "stands idle",
)
_AWAY = {"servicing": "is serviced", "maintenance": "is in maintenance", "repair": "has failed"}
_IN_FLEET, _COUPLED = (SPELL_STATES.index(state) for state in ("in_fleet", "coupled"))


class NoSuchFleet(LookupError):
    """A territory that has no locomotives of its own in this run."""


def territories(view: View) -> list[str]:
    """Those with a fleet, the largest first."""
    spells = view.table("spells")
    numbers, units = np.unique(spells["other"][spells["state"] == _IN_FLEET], return_counts=True)
    return [view.name(number) for number in numbers[np.argsort(-units, kind="stable")].tolist()]


def fleet(view: View, territory: str | None, since_s: int, until_s: int, step_s: int) -> pd.DataFrame:
    """One row a step of time and state: time (its start), state, units (mean over the step); None is all territories.

    The states of a step add up to the units in the fleet. A unit stands with a train at borders, in queues, while the
    train's other units come, and from a failure on the line until it is towed off. Raises NoSuchFleet.
    """
    import pandas as pd

    spells = view.table("spells")
    known = territories(view)
    if territory is not None and territory not in known:
        raise NoSuchFleet(f"no locomotives of '{territory}' in this run; territories: {', '.join(known) or 'none'}")
    in_fleet = spells["state"] == _IN_FLEET
    if territory is not None:
        in_fleet &= spells["other"] == view.names.index(territory)
    mine = np.zeros(len(view.names) + 1, dtype=bool)
    mine[spells["actor"][in_fleet]] = True
    coupled = (spells["state"] == _COUPLED) & mine[spells["actor"]]

    grid = Grid(until_s - since_s, step_s)

    def level(start: Whole, end: Whole) -> Floats:
        ends = np.where(end == OPEN, view.end_s, end)
        one, key = np.ones(len(start)), np.zeros(len(start), dtype=np.int64)
        units: Floats = grid.spread(start - since_s, ends - since_s, one, key, 1)[0]
        return units

    levels = {}
    levels["runs with a train"] = level(*_running(view, spells, coupled))
    levels["runs light"] = level(*_light(view, mine))
    at_work = level(spells["start_s"][coupled], spells["end_s"][coupled])
    levels["stands with a train"] = at_work - levels["runs with a train"] - levels["runs light"]
    states = view.table("states")
    away = np.zeros(grid.steps)
    for word, state in _AWAY.items():
        rows = mine[states["resource"]] & (states["state"] == _number(view, word))
        levels[state] = level(states["start_s"][rows], states["end_s"][rows])
        away += levels[state]
    levels["stands idle"] = level(spells["start_s"][in_fleet], spells["end_s"][in_fleet]) - at_work - away
    # the last step may reach beyond the period
    whole = np.minimum(step_s, grid.end_s - np.arange(grid.steps) * step_s) / step_s
    times = when(view, since_s + np.arange(grid.steps) * step_s)
    frames = [pd.DataFrame({"time": times, "state": state, "units": _tidy(levels[state] / whole)}) for state in STATES]
    return pd.concat(frames, ignore_index=True)


def _number(view: View, name: str) -> int:
    return view.names.index(name) if name in view.names else OPEN - 1


def _tidy(units: Floats) -> Floats:
    """Without the dust that differences leave."""
    found: Floats = np.where(np.abs(units) < 1e-9, 0.0, units)
    return found


def _running(view: View, spells: Columns, coupled: Whole) -> tuple[Whole, Whole]:
    """(start, end) of each unit at a train, on each segment that the train runs."""
    import pandas as pd

    hops = view.table("hops")
    begun = hops["start_s"] != OPEN
    runs = pd.DataFrame({name: hops[name][begun] for name in ("train", "start_s", "leave_s")})
    units = pd.DataFrame({name: spells[name][coupled] for name in ("other", "start_s", "end_s")})
    both = runs.merge(units, left_on="train", right_on="other", suffixes=("", "_coupled"))
    ends = both["end_s"].where(both["end_s"] != OPEN, view.end_s + 1)
    both = both[(both["start_s_coupled"] <= both["start_s"]) & (both["start_s"] < ends)]
    return both["start_s"].to_numpy(), both["leave_s"].to_numpy()


def _light(view: View, mine: Whole) -> tuple[Whole, Whole]:
    """(start, end) of each run of a light engine."""
    import pandas as pd

    hops = view.table("hops")
    units = {f"light {name}" for name, one in zip(view.names, mine, strict=False) if one}
    engines = np.asarray([name in units for name in view.names], dtype=bool)
    rows = (hops["kind"] == LIGHT) & engines[hops["train"]]
    frame = pd.DataFrame(
        {
            "train": hops["train"][rows],
            "trip": trips(view)[rows],
            "start": hops["enter_s"][rows],
            "end": np.where(hops["leave_s"] == OPEN, view.end_s, hops["leave_s"])[rows],
        }
    )
    runs = frame.groupby(["train", "trip"], sort=False).agg({"start": "min", "end": "max"})
    return runs["start"].to_numpy(), runs["end"].to_numpy()
