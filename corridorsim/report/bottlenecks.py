"""Bottlenecks as a researcher holds them: the ranking, the staircase, their page, their files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.bottlenecks import MEASURE, PERIMETER, Line, Ranking, Stair, disagreements, verdict
from ..analysis.statistics import CONFIDENCE, Difference, Interval
from ..experiment import Failure, write_whole
from ..scenario.schema import Target
from .files import records_as_csv
from .folder import folder_safe, write_failures
from .study import Study

if TYPE_CHECKING:
    import pandas as pd

    from .study_plots import BottlenecksPlots


@dataclass(frozen=True)
class Bottlenecks(Study):
    """What holds a scenario back, and what would next. Figures are Mt of the year ``year`` on perimeter C.

    ``demand`` in words. ``screen``: replications of each relief in the screen; those ranked first have all.
    ``runs``: distinct runs that all this rests on. ``reached``: how often the scenario as it stands meets ``target``.
    ``end``: why the staircase ends; empty where none was asked for. ``samples``: the scenario asks for sampled inputs,
    which stand at their values here.
    """

    name: str
    title: str
    version: str
    year: int
    demand: str
    seed: int
    replications: int
    screen: int
    runs: int
    target: Target | None
    reached: float | None
    ranking: Ranking
    stairs: tuple[Stair, ...]
    end: str
    samples: bool
    command: str
    failures: tuple[Failure, ...] = ()
    folder: Path | None = None

    @cached_property
    def plot(self) -> BottlenecksPlots:
        """Its figures, each by a method: ``plot.ranking()``; ``plot.all()`` names them."""
        from .study_plots import BottlenecksPlots

        made: BottlenecksPlots = BottlenecksPlots.of(self)
        return made

    @cached_property
    def verdict(self) -> str:
        """What binds, in a sentence."""
        return verdict(self.ranking)

    @cached_property
    def disagreements(self) -> list[str]:
        """Where gain, utilisation and waiting say different things."""
        return disagreements(self.ranking)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a relief: those ranked, then kinds as a whole, then everything at once."""
        import pandas as pd

        return pd.DataFrame(self.records())

    @cached_property
    def staircase(self) -> pd.DataFrame:
        """One row a step."""
        import pandas as pd

        return pd.DataFrame(self.steps())

    def records(self) -> list[dict[str, Any]]:
        """``table`` as plain values."""
        ranking = self.ranking
        rows = [_row("ranked", each, ranking) for each in ranking.lines]
        rows += [_row("kind", each, ranking) for each in ranking.kinds]
        rows += [_row("nature", each, ranking) for each in ranking.nature]
        if ranking.everything is not None:
            blank = dict.fromkeys(_COLUMNS)
            rows.append(blank | {"of": "everything"} | _gain(ranking.everything))
        return rows

    def steps(self) -> list[dict[str, Any]]:
        """``staircase`` as plain values."""
        return [
            {
                "number": stair.number,
                **{
                    key: value
                    for key, value in _row("", stair.line, self.ranking).items()
                    if key not in ("of", "counts")
                },
                **_interval("delivered_mt", stair.after),
                "probability_of_target": stair.reached,
                "projects": "; ".join(f"{each.project} {each.day}" for each in stair.bringers),
            }
            for stair in self.stairs
        ]

    def as_json(self) -> str:
        """One object: what was asked, the ranking, the staircase, and both in words."""
        body = {
            "scenario": self.name,
            "version": self.version,
            "seed": self.seed,
            "replications": self.replications,
            "screened_with": self.screen,
            "runs": self.runs,
            "confidence": CONFIDENCE,
            "headline": {"measure": MEASURE, "perimeter": PERIMETER, "year": self.year},
            "demand": self.demand,
            "sampled": False,
            "as_it_stands": {
                **_interval("delivered_mt", self.ranking.before),
                "delivered_share": self.ranking.carried,
                "target": self.target.name if self.target else None,
                "at_least": self.target.at_least if self.target else None,
                "probability_of_target": self.reached,
            },
            "counts_from_mt": self.ranking.small,
            "verdict": self.verdict,
            "disagreements": self.disagreements,
            "reliefs": self.records(),
            "unused": self.ranking.unused,
            "not_run": list(self.ranking.failed),
            "staircase": self.steps(),
            "end": self.end or None,
            "failed": len(self.failures),
            "command": self.command,
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def page(self) -> str:
        """What ``corridorsim bottlenecks`` prints."""
        from .bottlenecks_page import bottlenecks_page

        return bottlenecks_page(self)

    def save(self) -> None:
        """Write ranking.csv, staircase.csv (with steps), page.txt, command.txt and bottlenecks.json to ``folder``.

        Raises OSError.
        """
        folder = self.folder
        if folder is None:
            raise ValueError("this study has no folder")
        rows, steps = self.records(), self.steps()
        write_whole(folder / "ranking.csv", records_as_csv(rows) if rows else (",".join(_COLUMNS) + "\n").encode())
        (folder / "staircase.csv").unlink(missing_ok=True)
        if steps:
            write_whole(folder / "staircase.csv", records_as_csv(steps))
        write_failures(folder / "failures.txt", list(self.failures))
        write_whole(folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(folder / "command.txt", f"{self.command}\n".encode())
        write_whole(folder / "bottlenecks.json", f"{self.as_json()}\n".encode())

    def __repr__(self) -> str:
        return f"<bottlenecks of {self.name}, {self.replications} replications, seed {self.seed}>"


_COLUMNS: Sequence[str] = (
    "of", "relief", "resources", "step", "gain_mt", "gain_mt_low", "gain_mt_high", "pairs", "p_holm", "counts",
    "utilisation", "busiest", "waiting_share",
)  # fmt: skip


def _row(of: str, line: Line, ranking: Ranking) -> dict[str, Any]:
    return dict.fromkeys(_COLUMNS) | {
        "of": of,
        "relief": line.relief.key,
        "resources": "; ".join(each.key for each in line.relief.resources),
        "step": line.relief.words,
        **_gain(line.gain),
        "counts": ranking.counts(line.gain),
        "utilisation": line.utilisation,
        "busiest": line.busiest or None,
        "waiting_share": line.waiting,
    }


def _gain(difference: Difference) -> dict[str, Any]:
    return {**_interval("gain_mt", difference.interval), "pairs": difference.pairs, "p_holm": difference.adjusted_p}


def _interval(name: str, interval: Interval) -> dict[str, float | None]:
    return {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}


def bottlenecks_name(name: str, seed: int, mark: str) -> str:
    """``bottlenecks-<name>-<hash8>-s<seed>``; the hash is that of what the engine sees of the scenario."""
    return f"bottlenecks-{folder_safe(name)}-{mark[:8]}-s{seed}"
