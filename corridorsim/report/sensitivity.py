"""A sensitivity study as a researcher holds it: groups ranked by what they move, with what is known of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.question import Question
from ..analysis.sensitivity import Index, Indices, Levels, Screened, spread
from ..analysis.statistics import CONFIDENCE
from ..experiment import Failure, write_whole
from ..model.realise import GroupSummary, UncertainLeaf
from .files import records_as_csv
from .folder import write_failures
from .study import Study

if TYPE_CHECKING:
    import pandas as pd

    from .study_plots import SensitivityPlots

UNITS = {"delivered_share": "share of offered", "teu": "TEU", "container_trains": "trains"}


@dataclass(frozen=True)
class Sensitivity(Study):
    """Which unknown moves a figure most. ``screened`` of Morris, ``indices`` of Sobol'; the other is empty.

    ``values``: point -> one figure a replication (those in ``replications``: all points have them), at ``levels``;
    ``as_written``: the same with every input at its value. ``known``: what the scenario says of each group.
    ``chosen_by``: the screening that chose the groups, where one did.
    """

    name: str
    title: str
    version: str
    question: Question
    year: int
    seed: int
    known: Mapping[str, GroupSummary]
    levels: Levels
    values: Sequence[Sequence[float]]
    as_written: Sequence[float]
    replications: Sequence[int]
    command: str
    screened: tuple[Screened, ...] = ()
    indices: Indices | None = None
    chosen_by: Sensitivity | None = None
    kept_draws: int = 0  #: of the scenario; they are not used here
    failures: tuple[Failure, ...] = ()
    folder: Path | None = None

    @cached_property
    def plot(self) -> SensitivityPlots:
        """Its figures, each by a method: ``plot.tornado()``; ``plot.all()`` names them."""
        from .study_plots import SensitivityPlots

        made: SensitivityPlots = SensitivityPlots.of(self)
        return made

    @property
    def unit(self) -> str:
        """Of the figure."""
        return UNITS.get(self.question.measure, "Mt")

    @property
    def ranked(self) -> tuple[str, ...]:
        """The groups; the one that moves the figure most comes first."""
        rows: Sequence[Screened | Index] = self.indices.indices if self.indices else self.screened
        return tuple(row.group for row in rows)

    @property
    def range(self) -> tuple[float, float, float]:
        """Lowest, mean and highest figure over the points."""
        return spread(self.values)

    @cached_property
    def table(self) -> pd.DataFrame:
        """``records`` as a frame."""
        import pandas as pd

        return pd.DataFrame(self.records())

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row a point and replication: levels, figure."""
        import pandas as pd

        return pd.DataFrame(self._points())

    def records(self) -> list[dict[str, Any]]:
        """One row a group: rank, what it moves, what is known of it."""
        rows: Sequence[Screened | Index] = self.indices.indices if self.indices else self.screened
        return [
            {
                "rank": rank,
                "group": row.group,
                "title": self.known[row.group].title,
                **(_index(row) if isinstance(row, Index) else _screened(row)),
                **self._evidence(row.group),
            }
            for rank, row in enumerate(rows, 1)
        ]

    def _evidence(self, group: str) -> dict[str, Any]:
        known = self.known[group]
        return {
            "numbers": known.leaves,
            "widest": "; ".join(map(leaf_words, known.widest)),
            "confidence": known.confidence,
            "source_ids": ";".join(known.source_ids),
            "note": known.note,
        }

    def _points(self) -> list[dict[str, Any]]:
        return list(self._point_rows())

    def _point_rows(self) -> Iterator[dict[str, Any]]:
        for number, (levels, values) in enumerate(zip(self.levels, self.values, strict=True), 1):
            named = {f"level.{group}": level for group, level in levels.items()}
            for replication, value in zip(self.replications, values, strict=True):
                yield {"point": number, **named, "replication": replication, self.question.measure: value}

    def as_json(self) -> str:
        """One object: the figure, the method, ``groups`` as in ``table``."""
        low, mean, high = self.range
        body: dict[str, Any] = {
            "scenario": self.name,
            "version": self.version,
            "seed": self.seed,
            "replications": len(self.replications),
            "confidence": CONFIDENCE,
            "method": self.question.method,
            "trajectories" if self.question.method == "morris" else "samples": self.question.size,
            "points": len(self.values),
            "figure": {
                "measure": self.question.measure, "perimeter": self.question.perimeter, "year": self.year,
                "demand": self.question.demand,
                "unit": self.unit, "as_written": sum(self.as_written) / len(self.as_written),
                "lowest": low, "mean": mean, "highest": high,
            },
            "groups": self.records(),
            "failed": len(self.failures),
            "command": self.command,
        }  # fmt: skip
        if self.indices:
            body["variance"] = self.indices.variance
            body["chance_share"] = self.indices.chance_share
        if self.chosen_by:
            body["chosen_by"] = json.loads(self.chosen_by.as_json())
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def page(self) -> str:
        """What ``corridorsim sensitivity`` prints."""
        from .sensitivity_page import sensitivity_page

        return sensitivity_page(self)

    def save(self) -> None:
        """Write sensitivity.csv and .json, points.csv, page.txt and command.txt to ``folder``. Raises OSError."""
        folder = self.folder
        if folder is None:
            raise ValueError("this study has no folder")
        write_whole(folder / "sensitivity.csv", records_as_csv(self.records()))
        write_whole(folder / "points.csv", records_as_csv(self._points()))
        write_failures(folder / "failures.txt", list(self.failures))
        write_whole(folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(folder / "command.txt", f"{self.command}\n".encode())
        write_whole(folder / "sensitivity.json", f"{self.as_json()}\n".encode())

    def __repr__(self) -> str:
        return f"<sensitivity of {self.name}, {self.question.method}, {len(self.known)} groups, seed {self.seed}>"


def leaf_words(leaf: UncertainLeaf) -> str:
    """``segments.a-b.length_km 50 km, from 45 to 55``."""
    unit = f" {leaf.unit}" if leaf.unit else ""
    return f"{leaf.path} {leaf.value:.4g}{unit}, from {leaf.low:.4g} to {leaf.high:.4g}"


def _screened(row: Screened) -> dict[str, Any]:
    return {
        "mu_star": row.mu_star.mean, "mu_star_low": row.mu_star.low, "mu_star_high": row.mu_star.high,
        "mu": row.mu, "sigma": row.sigma, "chance": row.chance, "noise": row.noise, "verdict": row.verdict,
    }  # fmt: skip


def _index(row: Index) -> dict[str, Any]:
    return {
        "total": row.total.mean, "total_low": row.total.low, "total_high": row.total.high,
        "first": row.first.mean, "first_low": row.first.low, "first_high": row.first.high,
    }  # fmt: skip
