"""Who came to each border, berth, dry port, workshop and pool of locomotives, and how long they stood in line."""

from __future__ import annotations

import numpy as np

from .view import Rows, View, grouped, rows

QUEUES = (
    "year", "resource", "came", "waited", "waited_share", "wait_h", "stay_h", "mean_waiting", "mean_present",
    "empty_share",
)  # fmt: skip


def queues(view: View) -> Rows:
    """One row a year and resource.

    ``came``: trains at a border or for a locomotive, ships at a berth, cargo at a dry port, locomotives at a workshop;
    ``waited``: those that were not served at once. ``wait_h`` and ``stay_h`` are means over all that came (hours in
    line, and with the service), by Little's law from ``mean_waiting`` and ``mean_present``, the means over time of how
    many were in line, and there in all. ``empty_share``: of the time in which nobody was there. At a pool of
    locomotives only who waits is there. None where nobody came.
    """
    table = view.table("queues")
    mine = np.isin(table["month"], view.months)
    year = view.year_of_month[table["month"][mine]] if mine.any() else np.zeros(0, dtype=np.int64)
    amounts = [table[name][mine].astype(np.float64) for name in ("came", "waited", "waiting_s", "present_s", "empty_s")]
    groups, sums = grouped((year, table["resource"][mine]), *amounts)
    spans = {y: float(sum(view.starts[m + 1] - view.starts[m] for m in view.months_of(y))) for y in view.years}
    found = []
    for (number, resource), came, waited, waiting, present, empty in zip(groups, *sums, strict=True):
        span = spans[number]
        per_head = [float(x / came) if came else None for x in (waited, waiting / 3600, present / 3600)]
        means = [float(x / span) for x in (waiting, present, empty)]
        found.append((number, view.name(resource), float(came), float(waited), *per_head, *means))
    return rows(QUEUES, found)
