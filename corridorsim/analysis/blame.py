"""Where the days of delivered cargo went: moving, handling, and waiting by root cause, adding up to all of them.

A lot's transit time runs from its first train to its last part (as in the table ``flows``). While parts are still on
their way, what they do stands for the whole lot: those delivered before wait for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ledger import ACTIVITIES, OPEN
from .chains import Chains, Waits
from .view import DAY_S, Floats, Rows, View, Whole, grouped, rows

BLAME = ("year", "flow", "perimeter", "phase", "part", "cause", "place", "tonne_days")
#: before the lot's first train, and from it on
PHASES = ("origin", "transit")
#: what is not in the ledger's rows, below this share of a flow's year, is rounding
_ROUNDING = 1e-9


class Lots:
    """Lots delivered in the years of results, and the times at which what stands for them changes."""

    def __init__(self, view: View) -> None:
        lots, deliveries = view.table("lots"), view.table("deliveries")
        departed = np.where(lots["departed_s"] == OPEN, lots["accepted_s"], lots["departed_s"])
        year = view.year_of_month[view.month(lots["delivered_s"])]
        self.chosen = (lots["delivered_s"] != OPEN) & np.isin(year, view.years)
        self.flows = len(view.blueprint.flows)
        #: year, flow and phase ``origin`` as one number; 1 more is phase ``transit``
        self.group = 2 * ((year - view.years[0]) * self.flows + view.flow_index[lots["flow"]])
        at_origin = np.where(self.chosen, lots["tonnes"] * (departed - lots["accepted_s"]), 0.0)
        on_the_way = np.where(self.chosen, lots["tonnes"] * (lots["delivered_s"] - departed), 0.0)
        groups = self.group[self.chosen]
        self.totals = np.zeros(2 * self.flows * (view.years[-1] - view.years[0] + 1))
        np.add.at(self.totals, groups, at_origin[self.chosen])
        np.add.at(self.totals, groups + 1, on_the_way[self.chosen])
        # edges of a lot: its departure, then each delivery; from there on its rest counts by whole / what is left
        self._span = view.end_s + 1
        mine = self.chosen[deliveries["lot"]] if len(deliveries["lot"]) else np.zeros(0, dtype=bool)
        lot = np.concatenate([np.flatnonzero(self.chosen), deliveries["lot"][mine]])
        time = np.concatenate([departed[self.chosen], deliveries["time_s"][mine]])
        gone = np.concatenate([np.zeros(int(self.chosen.sum())), deliveries["tonnes"][mine]])
        order = np.lexsort((np.arange(len(lot)), time, lot))  # the departure first where it is the delivery too
        lot, gone = lot[order], gone[order]
        self._edges = lot * self._span + time[order]
        self._times = time[order]
        self._first = np.searchsorted(lot, lot)
        before = np.cumsum(gone) - gone
        left = lots["tonnes"][lot] - (before + gone - before[self._first])
        whole = lots["tonnes"][lot]
        self._factor = np.where(left > 1e-9 * whole, whole / np.where(left > 0, left, 1.0), 0.0)

    def cut(self, lot: Whole, start: Whole, end: Whole) -> tuple[Whole, Whole, Whole, Floats, Whole]:
        """Cut spells at the edges of their lots: (row, start, end, factor, group) of each piece."""
        first = np.searchsorted(self._edges, lot * self._span + start, side="right")
        last = np.searchsorted(self._edges, lot * self._span + end, side="left")
        count = np.where(end > start, last - first + 1, 0)
        row = np.repeat(np.arange(len(lot)), count)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        edge = first[row] + nth  # the edge at which the piece ends, if it does not end before
        begin = np.where(nth == 0, start[row], self._times[edge - 1])
        until = np.where(nth == count[row] - 1, end[row], self._times[np.minimum(edge, len(self._times) - 1)])
        passed = (edge > 0) & (self._edges[edge - 1] >= lot[row] * self._span)  # an edge of this lot lies behind
        factor = np.where(passed, self._factor[edge - 1], 1.0)
        return row, begin, until, factor, self.group[lot[row]] + passed


def blame(view: View) -> Rows:
    """One row a year of delivery, flow, phase, part, cause and place: tonne-days.

    ``part``: moving (cause rail or sea, place where the move began), handling, waiting (root cause and the place or
    pool at its root). ``phase``: transit, or origin for what came before the lot's first train. Over parts, causes and
    places a flow's transit adds up to its tonnes times its days in transit. What no row of the ledger explains (a fault
    of the model) would be in part ``unknown``.
    """
    lots = Lots(view)
    if not lots.chosen.any():
        return rows(BLAME, [])
    chains = Chains(view)
    waits, aboard = _waits(view, chains, lots)
    found = [chains.roots(waits), _legs(view, chains, lots)]
    group, code, amount = aboard
    found.append((group, code, -amount))
    group, code, amount = (np.concatenate(column) for column in zip(*found, strict=True))
    missing = lots.totals - np.bincount(group, amount, minlength=len(lots.totals))
    unknown = np.flatnonzero(np.abs(missing) > _ROUNDING * lots.totals[0::2].sum() + _ROUNDING * lots.totals.sum())
    nowhere = (chains.base - 1) * chains.base + chains.base - 1
    keys, (amounts,) = grouped(
        (np.concatenate([group, unknown]), np.concatenate([code, np.full(len(unknown), nowhere)])),
        np.concatenate([amount, missing[unknown]]),
    )
    return rows(
        BLAME, [_row(view, chains, lots, key, value) for key, value in zip(keys, amounts, strict=True) if value]
    )


def _waits(view: View, chains: Chains, lots: Lots) -> tuple[Waits, tuple[Whole, Whole, Floats]]:
    """Waits of the lots, cut; and those on board of a train, by (group, code of its leg), to be taken off its hours."""
    table, legs = view.table("waits"), view.table("legs")
    mine = np.flatnonzero(table["lot"] != OPEN)
    mine = mine[lots.chosen[table["lot"][mine]]]
    row, start, end, factor, group = lots.cut(table["lot"][mine], chains.all.start[mine], chains.all.end[mine])
    at = mine[row]
    weight = table["tonnes"][at] * factor
    waits = chains.all.of(at)
    waits = Waits(
        waits.actor, waits.flow, waits.place, waits.cause, waits.blocker, start, end, weight, group
    )  # the same rows with their own times
    rail = legs["activity"] == ACTIVITIES.index("rail")
    # a train has one leg: its number -> departure, arrival and place
    departs, arrives, places = (np.full(len(view.names), OPEN) for _ in range(3))
    for known, column in ((departs, "start_s"), (arrives, "end_s"), (places, "place")):
        known[legs["actor"][rail]] = legs[column][rail]
    actor, began = waits.actor, table["start_s"][at]
    aboard = (departs[actor] != OPEN) & (began >= departs[actor]) & (began < arrives[actor])
    code = _activity(view, chains, np.zeros(int(aboard.sum()), dtype=np.int64), places[actor[aboard]])
    return waits, (group[aboard], code, (weight * (end - start))[aboard])


def _legs(view: View, chains: Chains, lots: Lots) -> tuple[Whole, Whole, Floats]:
    """Trains (waits on board included), ships and handling, by (group, code)."""
    legs = view.table("legs")
    mine = np.flatnonzero(lots.chosen[legs["lot"]]) if len(legs["lot"]) else np.zeros(0, dtype=np.int64)
    row, start, end, factor, group = lots.cut(legs["lot"][mine], legs["start_s"][mine], legs["end_s"][mine])
    at = mine[row]
    code = _activity(view, chains, legs["activity"][at], legs["place"][at])
    return group, code, legs["tonnes"][at] * factor * (end - start)


def _activity(view: View, chains: Chains, activity: Whole, place: Whole) -> Whole:
    """Code of an activity: activities are numbered behind the names."""
    return chains.code(len(view.names) + activity, place)


def _row(view: View, chains: Chains, lots: Lots, key: tuple[int, ...], amount: float) -> tuple[Any, ...]:
    group, code = key
    cause, place = divmod(code, chains.base)
    year, rest = divmod(group, 2 * lots.flows)
    number, phase = divmod(rest, 2)
    flow = view.blueprint.flows[number]
    activity = cause - len(view.names)
    if activity < 0:
        part, why = "waiting", view.names[cause]
    elif activity < len(ACTIVITIES):
        why = ACTIVITIES[activity]
        part = "handling" if why == "handling" else "moving"
    else:
        part, why = "unknown", ""
    where = view.names[place] if place < len(view.names) else ""
    return (view.years[0] + year, flow.id, flow.perimeter, PHASES[phase], part, why, where, amount / DAY_S)
