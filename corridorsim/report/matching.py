"""A history match as a researcher holds it: draws, what was kept, its page, its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.calibration import Row
from ..analysis.matching import (
    Draw,
    GroupInCommon,
    PairInCommon,
    RowPower,
    groups_in_common,
    pairs_in_common,
    row_powers,
)
from ..experiment import Failure, write_whole
from .files import as_csv, records_as_csv
from .folder import write_failures
from .page import Closing
from .study import Study
from .text import cut, number, p_value, percent, table

if TYPE_CHECKING:
    import pandas as pd

MOST_PAIRS = 5
SURE = 0.05


@dataclass(frozen=True)
class Match(Study):
    """Draws of the uncertain groups of a scenario, held against observations; see ``analysis.matching``."""

    name: str
    version: str
    seed: int
    replications: int
    rows: tuple[Row, ...]
    draws: tuple[Draw, ...]
    command: str
    sifted: tuple[int, int] = (0, 0)  #: candidates of further waves, and those the emulators saw a chance for
    failures: tuple[Failure, ...] = ()
    folder: Path | None = None

    @property
    def kept(self) -> list[Draw]:
        """Draws that meet every row."""
        return [draw for draw in self.draws if draw.kept]

    @cached_property
    def powers(self) -> list[RowPower]:
        """What each row decides."""
        return row_powers(self.rows, self.draws)

    @cached_property
    def groups(self) -> list[GroupInCommon]:
        """What the kept draws have in common."""
        return groups_in_common(self.draws)

    @cached_property
    def pairs(self) -> list[PairInCommon]:
        """Groups that the observations tie together."""
        return pairs_in_common(self.draws)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a draw: levels, figures of the rows, kept."""
        import pandas as pd

        return pd.DataFrame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """``table`` as plain values."""
        return [
            {
                "draw": draw.number,
                "kept": draw.kept,
                "misses": ";".join(draw.misses),
                **{f"level.{group}": level for group, level in draw.levels.items()},
                **{row.id: _value(draw, row) for row in self.rows},
            }
            for draw in self.draws
        ]

    def kept_table(self) -> str:
        """CSV of the kept draws as a scenario's table ``kept_draws`` takes it: draw, group, level."""
        rows = [
            [f"d{draw.number:04d}", group, f"{level:.6f}"] for draw in self.kept for group, level in draw.levels.items()
        ]
        return as_csv(["draw", "group", "level"], rows)

    def as_json(self) -> str:
        """One object: counts, rows with what they decide, groups and pairs in common."""
        body = {
            "scenario": self.name,
            "version": self.version,
            "seed": self.seed,
            "replications": self.replications,
            "draws": len(self.draws),
            "kept": len(self.kept),
            "candidates": self.sifted[0],
            "candidates_passed": self.sifted[1],
            "rows": [
                {
                    "id": power.row.id, "observable": power.row.observable, "observed": power.row.value,
                    "rule": power.row.rule, "met": power.met, "alone": power.alone,
                    "low": power.low, "high": power.high,
                }
                for power in self.powers
            ],
            "groups": [
                {"group": one.group, "mean": one.mean, "p10": one.p10, "p90": one.p90, "p_holm": one.p_holm}
                for one in self.groups
            ],
            "pairs": [
                {"groups": [one.first, one.second], "correlation": one.correlation, "p_holm": one.p_holm}
                for one in self.pairs
            ],
            "command": self.command,
        }  # fmt: skip
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def save(self) -> None:
        """Write draws.csv, kept_draws.csv, match.json, page.txt, command.txt to ``folder``. Raises OSError."""
        if self.folder is None:
            raise ValueError("this match has no folder")
        write_whole(self.folder / "draws.csv", records_as_csv(self.records()))
        write_whole(self.folder / "kept_draws.csv", self.kept_table().encode())
        write_whole(self.folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(self.folder / "command.txt", f"{self.command}\n".encode())
        write_failures(self.folder / "failures.txt", self.failures)
        write_whole(self.folder / "match.json", f"{self.as_json()}\n".encode())

    def page(self) -> str:
        """As text: how many were kept, what decided, what they have in common."""
        runs = f"{self.replications} replication{'' if self.replications == 1 else 's'} each"
        lines = [
            f"{self.name}: {len(self.kept)} of {len(self.draws)} draws kept · {runs} · seed {self.seed}"
            f" · corridorsim {self.version}",
            "kept: every observation below is met within its tolerance",
            *_sifted(*self.sifted),
            "",
            *_rows(self.powers),
            "",
            *_common(self.groups, self.pairs),
        ]
        files = [f"{self.folder / 'kept_draws.csv'}   a table `kept_draws` for a layer"] if self.folder else []
        return "\n".join([*lines, *Closing(files, self.command).lines()])


def _sifted(candidates: int, passed: int) -> list[str]:
    if not candidates:
        return []
    return [
        f"after the first wave: draws out of {passed:,} of {candidates:,} that emulators of the runs see a chance for"
    ]


def _rows(powers: Sequence[RowPower]) -> list[str]:
    rows = [
        [
            power.row.id,
            cut(power.row.observable, 40),
            f"{power.row.start} to {power.row.end}",
            f"{power.row.value:g} {power.row.unit}",
            "p10 to p50" if power.row.rule == "schedule" else f"±{percent(float(power.row.rule))}",
            "-" if power.low is None or power.high is None else f"{power.low:,.4g} to {power.high:,.4g}",
            percent(power.met),
            str(power.alone),
        ]
        for power in powers
    ]
    header = ["row", "observable", "period", "observed", "tolerance", "over all draws", "met by", "alone rejects"]
    return table(header, rows, left=3)


def _common(groups: Sequence[GroupInCommon], pairs: Sequence[PairInCommon]) -> list[str]:
    if not groups:
        return ["no draw agrees with every observation: the ranges, the tolerances or the model are wrong somewhere"]
    told = [one for one in groups if one.p_holm is not None and one.p_holm < SURE]
    rows = [
        [one.group, number(one.mean), f"{one.p10:.2f} to {one.p90:.2f}", p_value(one.p_holm)]
        for one in told or groups[:3]
    ]
    what = (
        "levels that the observations pin down (0 low end, 1 high end of the range; all draws: mean 0.50, 0.10 to 0.90)"
        if told
        else "no group by itself is pinned down by the observations; the nearest to it:"
    )
    lines = [what, *table(["group", "mean level", "p10 to p90", "p"], rows)]
    tied = [pair for pair in pairs if pair.p_holm is not None and pair.p_holm < SURE][:MOST_PAIRS]
    if tied:
        rows = [[pair.first, pair.second, f"{pair.correlation:+.2f}", p_value(pair.p_holm)] for pair in tied]
        lines += [
            "",
            "groups that go together in the kept draws",
            *table(["", "", "rank correlation", "p"], rows, left=2),
        ]
    else:
        lines += ["", "no two groups are tied to each other beyond chance in the kept draws"]
    return lines


def _value(draw: Draw, row: Row) -> float | None:
    figure = draw.findings[row.id].figures.get("value")
    return None if figure is None else figure.mean
