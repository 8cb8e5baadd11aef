"""Where cargo waited and for what, and how busy each resource was."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ..ledger import OPEN
from .view import DAY_S, Rows, View, grouped, rows

WAITING = ("year", "cause", "place", "flow", "perimeter", "tonne_days", "days")
WAITING_MONTHS = ("month", "cause", "place", "flow", "tonne_days")
UTILISATION = ("year", "resource", "busy", "available", "utilisation")
STOCKS = ("month", "name", "amount")
#: of a month's waiting; rows with less are kept by cause and flow, without their place
_SMALL = 1e-4


def waiting(view: View) -> Rows:
    """One row a year, cause, place and flow: tonne-days of cargo, and days of whatever waited, empty or not.

    A wait is shared out over the years it spans; one that is still open lasts to the end of the run. ``flow`` and
    ``perimeter`` are "" for empty trains and ships.
    """
    waits = view.table("waits")
    flows = view.blueprint.flows
    found: list[tuple[Any, ...]] = []
    for year in view.years:
        days = view.clipped_days(waits["start_s"], waits["end_s"], year)
        mine = days > 0
        keys = (waits["cause"][mine], waits["place"][mine], view.flow_index[waits["flow"]][mine])
        groups, (tonne_days, spent) = grouped(keys, waits["tonnes"][mine] * days[mine], days[mine])
        for (cause, place, flow), amount, time in zip(groups, tonne_days, spent, strict=True):
            ident, perimeter = (flows[flow].id, flows[flow].perimeter) if flow >= 0 else ("", "")
            found.append((year, view.name(cause), view.name(place), ident, perimeter, float(amount), float(time)))
    return rows(WAITING, found)


def waiting_months(view: View) -> Rows:
    """One row a month, cause, place and flow: tonne-days of cargo.

    What is less than a ten-thousandth of its month's is put together by cause and flow, with place "": many runs are
    kept, and a month has hundreds of such rows.
    """
    waits = view.table("waits")
    cargo = np.flatnonzero(waits["lot"] != OPEN)
    start, tonnes = waits["start_s"][cargo], waits["tonnes"][cargo]
    end = np.where(waits["end_s"][cargo] == OPEN, view.end_s, np.minimum(waits["end_s"][cargo], view.end_s))
    found: list[tuple[Any, ...]] = []
    first, last = view.month(start), view.month(end)
    for month in view.months:
        mine = np.flatnonzero((first <= month) & (month <= last))
        since, until = int(view.starts[month]), int(view.starts[month + 1])
        days = np.clip(np.minimum(end[mine], until) - np.maximum(start[mine], since), 0, None) / DAY_S
        amounts, rows_of = tonnes[mine] * days, cargo[mine]
        keys = (waits["cause"][rows_of], waits["place"][rows_of], view.flow_index[waits["flow"][rows_of]])
        groups, (tonne_days,) = grouped(keys, amounts)
        least = _SMALL * float(tonne_days.sum())
        small: dict[tuple[int, int], float] = defaultdict(float)
        for (cause, place, flow), amount in zip(groups, tonne_days.tolist(), strict=True):
            if amount > least:
                ident = view.blueprint.flows[flow].id
                found.append((view.month_names[month], view.name(cause), view.name(place), ident, amount))
            else:
                small[cause, flow] += amount
        for (cause, flow), amount in small.items():
            if amount > 0:
                ident = view.blueprint.flows[flow].id
                found.append((view.month_names[month], view.name(cause), "", ident, amount))
    return rows(WAITING_MONTHS, found)


def utilisation(view: View) -> Rows:
    """One row a year and resource: busy over in-service seconds (slots for segments), None out of service."""
    usage = view.table("usage")
    mine = np.isin(usage["month"], view.months)
    year = view.year_of_month[usage["month"][mine]] if mine.any() else np.zeros(0, dtype=np.int64)
    groups, (busy, available) = grouped((year, usage["resource"][mine]), usage["busy"][mine], usage["available"][mine])
    return rows(
        UTILISATION,
        [
            (year, view.name(resource), float(b), float(a), float(b / a) if a > 0 else None)
            for (year, resource), b, a in zip(groups, busy, available, strict=True)
        ],
    )


def stocks(view: View) -> Rows:
    """One row a month end and stock."""
    table = view.table("stocks")
    return rows(
        STOCKS,
        [
            (view.month_names[month], view.name(name), float(amount))
            for name, month, amount in zip(
                table["name"].tolist(), table["month"].tolist(), table["amount"].tolist(), strict=True
            )
            if month in view.months
        ],
    )
