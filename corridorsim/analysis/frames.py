"""Reduced runs as tidy tables over all replications. pandas is imported when a frame is first asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def stacked(runs: Mapping[int, Mapping[str, Any]], table: str) -> dict[str, list[Any]]:
    """One table of all runs, with ``replication`` (the key of ``runs``) as its first column."""
    columns: dict[str, list[Any]] = {"replication": []}
    for replication, run in runs.items():
        part = run["tables"][table]
        columns["replication"].extend([replication] * len(next(iter(part.values()))))
        for name, values in part.items():
            columns.setdefault(name, []).extend(values)
    return columns


def frame(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Columns as a data frame; None becomes NaN in columns of numbers."""
    import pandas as pd

    made = pd.DataFrame(dict(columns))
    for name, column in made.items():
        values = columns[str(name)]
        if column.dtype == object and values and all(v is None or isinstance(v, int | float) for v in values):
            made[name] = column.astype("float64")
    return made
