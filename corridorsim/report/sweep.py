"""A sweep as a researcher holds it: tidy frames of all runs and of all points, its page, its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.statistics import CONFIDENCE, Difference
from ..analysis.sweep import (
    HEADLINE,
    PERIMETER,
    LevelEffect,
    PointFigures,
    Swept,
    ValueEffect,
    common_headline_year,
    level_effects,
    point_figures,
    run_columns,
    value_effects,
)
from ..experiment import Failure, write_whole
from .files import columns_as_csv, columns_as_parquet, records_as_csv
from .folder import folder_safe, write_failures
from .study import Study, spelled

if TYPE_CHECKING:
    import pandas as pd

    from .study_plots import SweepPlots


@dataclass(frozen=True)
class Sweep(Study):
    """A scenario at many points, all on the same seeds. ``varied``: the factors that take a few values, by path.

    ``design`` is that of the levels, or empty. ``draws``: where the uncertain inputs come from, which each replication
    draws anew and all points share; empty where they stand at their values, or at the levels of a design.
    """

    name: str
    title: str
    version: str
    seed: int
    replications: int
    varied: tuple[str, ...]
    design: str
    draws: str
    points: tuple[Swept, ...]
    command: str
    failures: tuple[Failure, ...] = ()
    kept_draws: int = 0  #: of the scenario; a design does not use them
    folder: Path | None = None

    @cached_property
    def plot(self) -> SweepPlots:
        """Its figures, each by a method: ``plot.factors()``; ``plot.all()`` names them."""
        from .study_plots import SweepPlots

        made: SweepPlots = SweepPlots.of(self)
        return made

    @cached_property
    def year(self) -> int:
        """The headline year."""
        return common_headline_year(self.points)

    @cached_property
    def figures(self) -> list[PointFigures]:
        """One line a point."""
        return point_figures(self.points, self.year, against_first=not self.design)

    @cached_property
    def value_effects(self) -> dict[str, list[ValueEffect]]:
        """What each factor does by itself, averaged over the others."""
        return {factor: value_effects(self.points, self.year, factor) for factor in self.varied}

    @cached_property
    def level_effects(self) -> list[LevelEffect]:
        """How the headline figure goes with each level of the design; the strongest first."""
        return level_effects(self.points, self.year)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a point, demand, replication, year and perimeter: factors, then the measures."""
        import pandas as pd

        return pd.DataFrame(run_columns(self.points))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a point: factors, headline figure with interval, difference from the first, targets."""
        import pandas as pd

        return pd.DataFrame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """``table`` as plain values."""
        year, names = self.year, list(dict.fromkeys(name for line in self.figures for name in line.targets))
        rows = []
        for line in self.figures:
            row: dict[str, Any] = {"point": line.number, **line.factors, "replications": line.replications}
            row |= spelled(f"{HEADLINE}_{year}_{PERIMETER}", line.delivered)
            if not self.design:
                row |= _difference(line.difference)
            if any(other.capacity for other in self.figures):
                row |= spelled(f"{HEADLINE}_{year}_{PERIMETER}_saturating", line.capacity)
            for name in names:
                verdict = line.targets.get(name)
                chance = spelled("probability", verdict.probability if verdict else None)
                chance["met"] = verdict.met if verdict else None
                row |= {f"{key}: {name}": value for key, value in chance.items()}
            row["same_as"] = line.same_as
            rows.append(row)
        return rows

    def as_json(self) -> str:
        """One object: what was swept, ``points`` as in ``table``, and the ``effects``."""
        body = {
            "scenario": self.name,
            "version": self.version,
            "seed": self.seed,
            "replications": self.replications,
            "confidence": CONFIDENCE,
            "varied": list(self.varied),
            "design": self.design or None,
            "draws": self.draws or None,
            "headline": {"measure": HEADLINE, "perimeter": PERIMETER, "year": self.year},
            "correction": "differences hold all at once (Bonferroni); p_holm is Holm's",
            "points": self.records(),
            "effects": {
                "values": [
                    {
                        "factor": effect.factor,
                        "value": effect.value,
                        "mean": effect.mean,
                        **_difference(effect.difference, holm=False),
                    }
                    for effects in self.value_effects.values()
                    for effect in effects
                ],
                "levels": [asdict(effect) for effect in self.level_effects],
            },
            "failed": len(self.failures),
            "command": self.command,
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def page(self) -> str:
        """What ``corridorsim sweep`` prints."""
        from .sweep_page import sweep_page

        return sweep_page(self)

    def save(self) -> None:
        """Write runs (CSV and Parquet), points.csv, page.txt, command.txt and sweep.json to ``folder``.

        Raises OSError.
        """
        folder = self.folder
        if folder is None:
            raise ValueError("this sweep has no folder")
        write_whole(folder / "points.csv", records_as_csv(self.records()))
        self._save_runs(folder)
        write_failures(folder / "failures.txt", list(self.failures))
        write_whole(folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(folder / "command.txt", f"{self.command}\n".encode())
        write_whole(folder / "sweep.json", f"{self.as_json()}\n".encode())

    def _save_runs(self, folder: Path) -> None:
        runs = run_columns(self.points)
        write_whole(folder / "runs.parquet", columns_as_parquet(runs))
        write_whole(folder / "runs.csv", columns_as_csv(runs))

    def __repr__(self) -> str:
        return f"<sweep of {self.name}, {len(self.points)} points, {self.replications} replications, seed {self.seed}>"


def _difference(difference: Difference | None, *, holm: bool = True) -> dict[str, float | None]:
    interval = difference.interval if difference else None
    row = spelled("difference", interval)
    if holm:
        row["p_holm"] = difference.adjusted_p if difference else None
    return row


def sweep_name(name: str, seed: int, keys: Sequence[str]) -> str:
    """``sweep-<name>-<hash8>-s<seed>``; the hash is of all points."""
    hashed = hashlib.sha256(" ".join(keys).encode()).hexdigest()
    return f"sweep-{folder_safe(name)}-{hashed[:8]}-s{seed}"
