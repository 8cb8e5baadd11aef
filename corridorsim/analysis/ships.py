"""What each ship and berth did, piece by piece: at sea, at berth, at anchor (and what for), absent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ledger import OPEN, SPELL_STATES
from .view import View

if TYPE_CHECKING:
    import pandas as pd

#: cause of a ship's wait -> its state
ANCHORED = {
    "berth": "waits for a berth",
    "weather": "waits for weather",
    "closure": "waits for works at a port",
    "cargo": "waits for cargo",
}
AT_SEA = ("at sea with cargo", "at sea without cargo")
AT_BERTH = "at berth"
ABSENT = "absent"
#: of a berth
TAKEN = "taken"
CLOSED = "closed by weather"
_DONE = dict(zip(SPELL_STATES[2:], (AT_BERTH, *AT_SEA), strict=True))


def ship_pieces(view: View) -> pd.DataFrame:
    """One row a piece of a ship's time: ship, state, place, start_s, end_s; clipped to the horizon.

    The pieces of a ship follow one another from its first day to its last: what it did is written as it did it, what
    it waited for as it waited.
    """
    import pandas as pd

    spells, waits, states = view.table("spells"), view.table("waits"), view.table("states")
    ships = {plan.id for plan in view.blueprint.vessels}
    is_ship = np.asarray([name in ships for name in view.names] + [False], dtype=bool)
    found: list[tuple[int, int, str, int, int]] = []
    mine = is_ship[spells["actor"]]
    columns = (spells[name][mine].tolist() for name in ("actor", "state", "other", "start_s", "end_s"))
    found += [(a, since, _DONE[SPELL_STATES[s]], place, end) for a, s, place, since, end in zip(*columns, strict=True)]
    mine = is_ship[waits["actor"]]
    columns = (waits[name][mine].tolist() for name in ("actor", "cause", "place", "start_s", "end_s"))
    # one row each part on board: the same piece
    found += sorted({(a, since, ANCHORED[view.names[c]], p, end) for a, c, p, since, end in zip(*columns, strict=True)})
    mine = is_ship[states["resource"]]
    columns = (states[name][mine].tolist() for name in ("resource", "start_s", "end_s"))
    found += [(a, since, ABSENT, OPEN, end) for a, since, end in zip(*columns, strict=True)]
    frame = pd.DataFrame(sorted(found), columns=["ship", "start_s", "state", "place", "end_s"])
    frame["end_s"] = frame["end_s"].where(frame["end_s"] != OPEN, view.end_s).clip(upper=view.end_s)
    frame = frame[frame["end_s"] > frame["start_s"]]
    # handling after the approach, or waits for the same thing again, are one piece
    same = (frame[["ship", "state", "place"]] == frame[["ship", "state", "place"]].shift()).all(axis=1)
    same &= frame["start_s"] == frame["end_s"].shift()
    frame = frame.groupby((~same).cumsum(), sort=False).agg(
        {"ship": "first", "state": "first", "place": "first", "start_s": "first", "end_s": "last"}
    )
    for column in ("ship", "place"):
        frame[column] = [view.name(number) for number in frame[column]]
    return frame.reset_index(drop=True)


def berth_pieces(pieces: pd.DataFrame) -> pd.DataFrame:
    """One row a stay of a ship at a berth: terminal, berth (1 ...), ship, start_s, end_s.

    The model counts the berths that are taken; which one a ship has is made up here: the first that is free.
    """
    import pandas as pd

    stays = pieces[pieces["state"] == AT_BERTH].sort_values(["start_s", "end_s"], kind="stable")
    free: dict[str, list[int]] = {}
    found = []
    for terminal, ship, start, end in _rows(stays, "place", "ship", "start_s", "end_s"):
        until = free.setdefault(terminal, [])
        number = next((place for place, free_s in enumerate(until) if free_s <= start), len(until))
        until[number : number + 1] = [end]
        found.append((terminal, number + 1, ship, start, end))
    return pd.DataFrame(found, columns=["terminal", "berth", "ship", "start_s", "end_s"])


def _rows(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(frame[name].tolist() for name in names), strict=True)


def storms(view: View) -> pd.DataFrame:
    """One row a spell in which the ports of a group are closed by weather: group, start_s, end_s."""
    import pandas as pd

    table = view.table("states")
    found = [
        (view.names[resource].removeprefix("weather:"), start, min(end, view.end_s) if end != OPEN else view.end_s)
        for resource, state, start, end in zip(
            *(table[name].tolist() for name in ("resource", "state", "start_s", "end_s")), strict=True
        )
        if view.names[state] == CLOSED
    ]
    return pd.DataFrame(found, columns=["group", "start_s", "end_s"])


def gantt(view: View, links: Sequence[str], since_s: int, until_s: int) -> pd.DataFrame:
    """One row a piece between two seconds: group (ship, berth), row, state, detail, start_s, end_s.

    Rows: the ships of some sea links, by link; the berths that they use, with all stays there (those of ships of other
    links too) and the spells in which weather closes them.
    """
    import pandas as pd

    plans = [plan for link in links for plan in view.blueprint.vessels if plan.link == link]
    used = list(dict.fromkeys(end for plan in plans for end in (plan.berth_kind_from, plan.berth_kind_to)))
    pieces = ship_pieces(view)
    stays = berth_pieces(pieces)
    closed = storms(view)
    rows: list[tuple[Any, ...]] = []
    for plan in plans:
        mine = pieces[pieces["ship"] == plan.id]
        rows += [("ship", plan.id, *piece) for piece in _rows(mine, "state", "place", "start_s", "end_s")]
    groups = {plan.id: plan.weather_group for plan in view.blueprint.terminals}
    for terminal in used:
        at = stays[stays["terminal"] == terminal]
        shut = closed[closed["group"] == groups[terminal]]
        for number in range(1, max(at["berth"].max(), 1) + 1 if len(at) else 2):
            row = f"{terminal} {number}"
            rows += [("berth", row, CLOSED, *spell) for spell in _rows(shut, "group", "start_s", "end_s")]
            mine = at[at["berth"] == number]
            rows += [("berth", row, TAKEN, *stay) for stay in _rows(mine, "ship", "start_s", "end_s")]
    frame = pd.DataFrame(rows, columns=["group", "row", "state", "detail", "start_s", "end_s"])
    frame = frame[(frame["end_s"] > since_s) & (frame["start_s"] < until_s)]
    frame["start_s"], frame["end_s"] = frame["start_s"].clip(lower=since_s), frame["end_s"].clip(upper=until_s)
    return frame.reset_index(drop=True)
