"""A comparison as a researcher holds it: paired differences of outputs beside the differences of inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.comparison import Row, compare_runs, corrected
from ..analysis.statistics import CONFIDENCE
from ..experiment import write_whole
from .effective import InputChange, input_changes
from .files import as_csv, records_as_csv
from .folder import folder_safe
from .result import Result, Runs

if TYPE_CHECKING:
    import pandas as pd

    from .plots import ComparisonPlots


class NoPairs(ValueError):
    """Results whose runs do not belong together."""


@dataclass(frozen=True)
class Comparison:
    """``others`` less ``first``, each paired with it by replication; ``rows`` are corrected for their number (Holm)."""

    first: Result
    others: tuple[Result, ...]
    rows: tuple[Row, ...]
    command: str
    folder: Path | None = None

    @cached_property
    def plot(self) -> ComparisonPlots:
        """Its figures, each by a method: ``plot.scenarios()``; ``plot.all()`` names them."""
        from .plots import ComparisonPlots

        return ComparisonPlots(self)

    @cached_property
    def input_changes(self) -> dict[str, list[InputChange]]:
        """Scenario -> the values in force that differ from the first scenario's."""
        return {other.name: input_changes(self.first.inputs, other.inputs) for other in self.others}

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a scenario, demand, year, perimeter and measure; see ``records``."""
        import pandas as pd

        return pd.DataFrame(self.records())

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """scenario, path, before, after, unit, source_ids, set_by."""
        import pandas as pd

        rows = [
            {"scenario": name, **change._asdict()} for name, found in self.input_changes.items() for change in found
        ]
        return pd.DataFrame(rows, columns=["scenario", *InputChange._fields])

    def records(self) -> list[dict[str, Any]]:
        """Rows as plain values: means of both, the difference with its interval, p (also after Holm), correlation."""
        return [
            {
                "scenario": row.scenario,
                "demand": row.demand,
                "year": row.year,
                "perimeter": row.perimeter,
                "measure": row.measure,
                "before": row.before.mean,
                "after": row.after.mean,
                "difference": row.difference.interval.mean,
                "low": row.difference.interval.low,
                "high": row.difference.interval.high,
                "p_value": row.difference.p_value,
                "p_holm": row.difference.adjusted_p,
                "correlation": row.difference.correlation,
                "pairs": row.difference.pairs,
            }
            for row in self.rows
        ]

    def as_json(self) -> str:
        """One object: ``first`` and for each of ``others`` its differing ``inputs`` and paired ``outputs``."""
        records = self.records()
        others = [
            {
                "scenario": other.name,
                "hash": other.summary.hash,
                "inputs": [change._asdict() for change in self.input_changes[other.name]],
                "outputs": [
                    {key: value for key, value in record.items() if key != "scenario"}
                    for record in records
                    if record["scenario"] == other.name
                ],
            }
            for other in self.others
        ]
        body = {
            "first": {"scenario": self.first.name, "hash": self.first.summary.hash},
            "others": others,
            "version": self.first.summary.version,
            "seed": self.first.summary.seed,
            "confidence": CONFIDENCE,
            "correction": "Holm, over the scenarios compared by one measure",
            "command": self.command,
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def page(self, perimeter: str = "C") -> str:
        """As text, on one perimeter."""
        from .comparison_page import comparison_page

        return comparison_page(self, perimeter)

    def save(self) -> None:
        """Write comparison.json, outputs.csv, inputs.csv, page.txt and command.txt to ``folder``. Raises OSError."""
        folder = self.folder
        if folder is None:
            raise ValueError("this comparison has no folder")
        records = self.records()
        inputs = [[name, *change] for name, found in self.input_changes.items() for change in found]
        write_whole(folder / "outputs.csv", records_as_csv(records))
        write_whole(folder / "inputs.csv", as_csv(["scenario", *InputChange._fields], inputs).encode())
        write_whole(folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(folder / "command.txt", f"{self.command}\n".encode())
        write_whole(folder / "comparison.json", f"{self.as_json()}\n".encode())

    def __str__(self) -> str:
        return self.page()

    def _repr_html_(self) -> str:
        from .notebook import comparison_html

        return comparison_html(self)


def compared(first: Result, others: Sequence[Result], command: str) -> Comparison:
    """Results of the same seed as a comparison. Raises NoPairs."""
    rows: list[Row] = []
    for other in others:
        if other.summary.seed != first.summary.seed:
            message = f"seeds {first.summary.seed} and {other.summary.seed} cannot be paired: run both with the same"
            raise NoPairs(message)
        found = _rows(other.name, "as_given", first.runs, other.runs)
        if not found:
            raise NoPairs(f"{first.name} and {other.name} have no year in common")
        if first.saturating and other.saturating:
            found += _rows(other.name, "saturating", first.saturating.runs, other.saturating.runs)
        rows += found
    return Comparison(first, tuple(others), tuple(corrected(rows)), command)


def _rows(name: str, demand: str, before: Runs, after: Runs) -> list[Row]:
    if not before.keys() & after.keys():
        raise NoPairs("the two results have no replication in common")
    return compare_runs(name, demand, before, after)


def comparison_name(results: Sequence[Result]) -> str:
    """``compare-<first>-<second>-<hash8>-s<seed>``; the hash is of all that is compared."""
    hashes = hashlib.sha256(" ".join(result.summary.hash for result in results).encode()).hexdigest()
    names = folder_safe("-".join(result.name for result in results[:2]) + ("-etc" if len(results) > 2 else ""))
    return f"compare-{names}-{hashes[:8]}-s{results[0].summary.seed}"
