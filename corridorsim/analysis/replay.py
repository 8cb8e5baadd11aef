"""The ledger of one run as tidy frames with real dates: hops, movements, waits, states, lots.

Dates are the horizon's own time (UTC+5, no daylight saving), to the second; what had not ended with the run has no end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..ledger import MOVEMENT_KINDS, OPEN, SPELL_STATES
from .ships import ship_pieces
from .view import DAY_S, View, Whole

if TYPE_CHECKING:
    import pandas as pd

#: kinds of movement as frames and figures name them
KINDS = ("loaded", "empty", "light", "voyage")
LIGHT = MOVEMENT_KINDS.index("light_engine")


def when(view: View, seconds: Whole) -> Any:
    """Seconds of the horizon as dates (``datetime64[s]``); OPEN as none."""
    start = np.datetime64(view.blueprint.calendar.start, "s")
    return np.where(seconds == OPEN, np.datetime64("NaT", "s"), start + seconds.astype("timedelta64[s]"))


def named(view: View, numbers: Whole) -> Any:
    """Names of numbers, "" for OPEN."""
    return np.asarray([*view.names, ""], dtype=object)[numbers]


def _chosen(words: Iterable[str], numbers: Whole) -> Any:
    return np.asarray(list(words), dtype=object)[numbers]


def hops(view: View) -> pd.DataFrame:
    """One row a train or light engine and segment, in the order of asking to enter.

    train, trip (number of the run of a light engine, whose name comes again), kind (loaded, empty, light), flow,
    segment, from_node, to_node, asked, start (it begins to run), leave.
    """
    import pandas as pd

    table = view.table("hops")
    ends = {plan.id: (plan.from_node, plan.to_node) for plan in view.blueprint.segments}
    segment = named(view, table["segment"])
    nodes = np.asarray([ends[name] for name in segment], dtype=object).reshape(-1, 2)
    forward = table["forward"] == 1
    return pd.DataFrame(
        {
            "train": named(view, table["train"]),
            "trip": trips(view),
            "kind": _chosen(KINDS, table["kind"]),
            "flow": named(view, table["flow"]),
            "segment": segment,
            "from_node": np.where(forward, nodes[:, 0], nodes[:, 1]),
            "to_node": np.where(forward, nodes[:, 1], nodes[:, 0]),
            "asked": when(view, table["enter_s"]),
            "start": when(view, table["start_s"]),
            "leave": when(view, table["leave_s"]),
        }
    )


def trips(view: View) -> Whole:
    """For each hop, how many runs of that name had ended before it: 0 for trains, which have a name of their own."""
    table, moves = view.table("hops"), view.table("movements")
    span = view.end_s + 1
    light = moves["kind"] == LIGHT
    ended = np.sort(moves["actor"][light] * span + moves["arrive_s"][light])
    first, last = (np.searchsorted(ended, table["train"] * span + t, side="right") for t in (-1, table["enter_s"]))
    return (last - first).astype(np.int64)


def movements(view: View) -> pd.DataFrame:
    """One row a train, light engine or voyage that has ended: name, kind, flow, from_place, to_place, depart, arrive,
    net_t, gross_t, units, km, locomotives."""
    import pandas as pd

    table = view.table("movements")
    return pd.DataFrame(
        {
            "name": named(view, table["actor"]),
            "kind": _chosen(KINDS, table["kind"]),
            "flow": named(view, table["flow"]),
            "from_place": named(view, table["from_place"]),
            "to_place": named(view, table["to_place"]),
            "depart": when(view, table["depart_s"]),
            "arrive": when(view, table["arrive_s"]),
            "net_t": table["net_t"],
            "gross_t": table["gross_t"],
            "units": table["units"],
            "km": table["length_m"] / 1000,
            "locomotives": table["locomotives"],
        }
    )


def waits(view: View) -> pd.DataFrame:
    """One row a wait of a part of a lot, or of an empty train or ship: name (who waits), flow, lot (-1: none), tonnes,
    place, cause, behind (who stands in the way), start, end."""
    import pandas as pd

    table = view.table("waits")
    return pd.DataFrame(
        {
            "name": named(view, table["actor"]),
            "flow": named(view, table["flow"]),
            "lot": table["lot"],
            "tonnes": table["tonnes"],
            "place": named(view, table["place"]),
            "cause": named(view, table["cause"]),
            "behind": named(view, table["blocker"]),
            "start": when(view, table["start_s"]),
            "end": when(view, table["end_s"]),
        }
    )


def states(view: View) -> pd.DataFrame:
    """One row a spell: name, state, other, start, end.

    Ports closed by weather and bans of acceptance; locomotives in the fleet (``other``: of which territory), coupled
    (which train), in maintenance, servicing and repair; ships at sea, at berth, at anchor and absent (where).
    """
    import pandas as pd

    table, spells = view.table("states"), view.table("spells")
    ships = {plan.id for plan in view.blueprint.vessels}
    is_ship = np.asarray([name in ships for name in view.names] + [False], dtype=bool)
    of_units = ~is_ship[spells["actor"]]
    units = {column: values[of_units] for column, values in spells.items()}
    others = ~is_ship[table["resource"]]
    frames = [
        pd.DataFrame(
            {
                "name": named(view, numbers),
                "state": state,
                "other": other,
                "start": when(view, start),
                "end": when(view, end),
            }
        )
        for numbers, state, other, start, end in (
            (table["resource"][others], named(view, table["state"][others]), "", table["start_s"][others],
             table["end_s"][others]),
            (units["actor"], [SPELL_STATES[code].replace("_", " ") for code in units["state"]],
             named(view, units["other"]), units["start_s"], units["end_s"]),
        )
    ]  # fmt: skip
    pieces = ship_pieces(view)
    at_sea = pd.DataFrame(
        {
            "name": pieces["ship"],
            "state": pieces["state"],
            "other": pieces["place"],
            "start": when(view, pieces["start_s"].to_numpy()),
            "end": when(view, pieces["end_s"].where(pieces["end_s"] < view.end_s, OPEN).to_numpy()),
        }
    )
    return pd.concat([*frames, at_sea], ignore_index=True)


def lots(view: View) -> pd.DataFrame:
    """One row a lot offered: flow, perimeter, tonnes, units, offered, accepted, departed, delivered, gate and cause
    where it was refused, days (in transit: from its first train, or its acceptance where it has none, to its end).
    """
    import pandas as pd

    table = view.table("lots")
    perimeters = np.asarray([flow.perimeter for flow in view.blueprint.flows] + [""], dtype=object)
    begun = np.where(table["departed_s"] == OPEN, table["accepted_s"], table["departed_s"])
    days = np.where(table["delivered_s"] == OPEN, np.nan, (table["delivered_s"] - begun) / DAY_S)
    return pd.DataFrame(
        {
            "flow": named(view, table["flow"]),
            "perimeter": perimeters[view.flow_index[table["flow"]]],
            "tonnes": table["tonnes"],
            "units": table["units"],
            "offered": when(view, table["offered_s"]),
            "accepted": when(view, table["accepted_s"]),
            "departed": when(view, table["departed_s"]),
            "delivered": when(view, table["delivered_s"]),
            "gate": named(view, table["gate"]),
            "cause": named(view, table["cause"]),
            "days": days,
        }
    )
