"""How much cargo stands where, month by month, from the table ``waiting_months``."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.statistics import amount_interval

if TYPE_CHECKING:
    import pandas as pd

    from .names import Names


def queue_table(waiting: pd.DataFrame, words: Names, kinds: Sequence[str], most: int) -> tuple[pd.DataFrame, int]:
    """One row a month and place: month, place (in words), kt, low, high; and how many places were left out.

    ``kinds``: ports (every kind of berth of a port together), borders, dry_ports. A place of which a month keeps no row
    has none standing (rows below a ten-thousandth of a month are kept without their place).
    """
    import pandas as pd

    homes = _homes(words, kinds)
    mine = waiting[waiting.place.isin(homes)]
    months, replications = sorted(waiting.month.unique()), sorted(waiting.replication.unique())
    where = mine.place.map(homes)
    sums = mine.groupby([where, "month", "replication"]).tonne_days.sum()
    order = sums.groupby(level=0).sum().sort_values(ascending=False, kind="stable").index.tolist()
    rows = []
    for place in order[:most]:
        for month in months:
            days = calendar.monthrange(int(str(month)[:4]), int(str(month)[5:7]))[1]
            values = [float(sums.get((place, month, number), 0.0)) / days / 1000 for number in replications]
            found = amount_interval(values)
            rows.append((pd.Timestamp(str(month)), place, found.mean, found.low, found.high))
    table = pd.DataFrame(rows, columns=["month", "place", "kt", "low", "high"])
    return table.astype({"kt": float, "low": float, "high": float}), max(0, len(order) - most)


def _homes(words: Names, kinds: Sequence[str]) -> dict[str, str]:
    """Place of a wait -> the port, border or dry port that it belongs to, in words."""
    found: dict[str, str] = {}
    for path in words.values:
        section, _, rest = path.partition(".")
        if section not in kinds:
            continue
        parts = rest.split(".")
        if section == "ports":
            found[".".join(parts[:2])] = words.node(parts[0])
        else:
            ends = [words.values.get(f"borders.{parts[0]}.{end}", "") for end in ("node_from", "node_to")]
            both = " to ".join(words.node(end) for end in ends)
            found[parts[0]] = f"border {both}" if section == "borders" else words.place(parts[0])
    return found
