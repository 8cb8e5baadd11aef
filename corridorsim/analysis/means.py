"""The tables of several runs as one: what each row is on average over the replications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .frames import frame, stacked
from .statistics import amount_interval

if TYPE_CHECKING:
    import pandas as pd

#: columns that tell rows apart; all others are amounts
KEYS = (
    "year", "month", "day", "phase", "part", "kind", "cause", "place", "resource", "name", "segment", "flow",
    "perimeter", "gate", "from_place", "to_place", "mode", "leg", "class_id",
)  # fmt: skip
#: amounts that a run has only where there was something to measure: averaged over the runs that have one
_MEASURED = (
    "transit_days_mean", "transit_days_p10", "transit_days_p50", "transit_days_p90", "origin_wait_days",
    "waited_share", "wait_h", "stay_h",
)  # fmt: skip


def means(runs: Mapping[int, Mapping[str, Any]], table: str, *, intervals: bool = False) -> pd.DataFrame:
    """One row for each row that any run has, in the order of their first appearance.

    A run that lacks it counts as nothing of it (no tonnes, no days waited). With ``intervals`` every amount x is
    followed by x_low and x_high, the 95 % interval of its mean (empty with one run; not below 0, since no amount is).
    """
    made = frame(stacked(runs, table))
    keys = [name for name in made.columns if name in KEYS]
    amounts = [name for name in made.columns if name not in (*KEYS, "replication", "utilisation")]
    groups = made.groupby(keys, sort=False, dropna=False)
    found = groups[amounts].sum() / len(runs)
    for name in _MEASURED:
        if name in amounts:
            found[name] = groups[name].mean()
    if "utilisation" in made.columns:
        found["utilisation"] = (found.busy / found.available).where(found.available > 0)
    if intervals:
        columns = []
        for name in amounts:
            wide = made.pivot_table(index=keys, columns="replication", values=name, sort=False, fill_value=0.0)
            found_here = [amount_interval([float(value) for value in row]) for row in wide.to_numpy()]
            columns += [name, f"{name}_low", f"{name}_high"]
            found[f"{name}_low"] = [interval.low for interval in found_here]
            found[f"{name}_high"] = [interval.high for interval in found_here]
        found = found[columns]
    return found.reset_index()
