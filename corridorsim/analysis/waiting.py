"""Where cargo waited and for what, and how busy each resource was."""

from __future__ import annotations

from typing import Any

import numpy as np

from .view import Rows, View, grouped, rows

WAITING = ("year", "cause", "place", "flow", "perimeter", "tonne_days", "days")
UTILISATION = ("year", "resource", "busy", "available", "utilisation")
STOCKS = ("month", "name", "amount")


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
