"""The capacity of a line as a planner holds it: curve, sections and gains as frames, its page, its files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.capacity import Gain, Section, Volume
from ..analysis.statistics import CONFIDENCE, Interval, amount_interval
from ..engine import LineTrial
from ..experiment import Failure
from .files import records_as_csv
from .folder import write_study
from .study import Study, spelled

if TYPE_CHECKING:
    import pandas as pd

    from .line_plots import LineCapacityPlots

#: figures that are saved with the study
SAVED = {"string_line": "string-line.png", "delay_volume": "delay-volume.png"}


@dataclass(frozen=True)
class LineCapacity(Study):
    """What a line carries. Pairs are pairs of trains a day; trains a day are both ways together; hours are delays
    beyond what a train takes that has the line for itself.

    ``pairs``: of each replication, the line saturated from both ends (of several segments the least). ``saturated``
    and ``occupied`` (by trains a day) have one row a section: trains a day, share of time with a train on it,
    occupation. ``too_few``: trains a day at which in some replication none came out, so that no delay is known.
    ``compared``: trains a day at which candidates are compared. ``trial``: what was run at that volume.
    """

    name: str
    title: str
    version: str
    line: str
    stations: tuple[str, ...]
    day: dt.date
    declared: float
    trial: LineTrial
    seed: int
    replications: list[int]
    pairs: list[float]
    sections: tuple[Section, ...]
    saturated: list[list[float]]
    segment_pairs: Mapping[str, list[float]]
    volumes: tuple[Volume, ...]
    occupied: Mapping[float, list[list[float]]]
    too_few: tuple[float, ...]
    compared: float
    gains: tuple[Gain, ...]
    command: str
    failures: tuple[Failure, ...] = ()
    folder: Path | None = None

    @cached_property
    def plot(self) -> LineCapacityPlots:
        """Its figures, each by a method: ``plot.delay_volume()``; ``plot.all()`` names them."""
        from .line_plots import LineCapacityPlots

        return LineCapacityPlots(self)

    @property
    def capacity(self) -> Interval:
        """Pairs a day."""
        return amount_interval(self.pairs)

    @property
    def critical(self) -> tuple[Section, float]:
        """The section that is occupied most, of the segment that carries least, and its occupation when saturated."""
        least = min(self.segment_pairs, key=lambda name: sum(self.segment_pairs[name]))
        mine = [(row[2], n) for n, row in enumerate(self.saturated) if self.sections[n].segment == least]
        share, place = max(mine, key=lambda item: (item[0], -item[1]))
        return self.sections[place], share

    @cached_property
    def curve(self) -> pd.DataFrame:
        """One row a volume: mean and p90 delay with intervals."""
        import pandas as pd

        return pd.DataFrame(self.curve_rows())

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a section: kilometres, running time, formula, occupation."""
        import pandas as pd

        return pd.DataFrame(self.section_rows())

    def curve_rows(self) -> list[dict[str, Any]]:
        """``curve`` as plain values."""
        return [
            {
                "trains_per_day": point.trains_per_day,
                "share_of_capacity": point.share,
                **spelled("mean_delay_h", point.mean_h),
                **spelled("p90_delay_h", point.p90_h),
                **spelled("carried_per_day", point.carried_per_day),
                "settled": point.settled,
            }
            for point in self.volumes
        ]

    def section_rows(self) -> list[dict[str, Any]]:
        """``table`` as plain values; occupation when saturated, and at each volume in ``occupation_rows``."""
        return [
            {
                "segment": section.segment,
                "from_place": section.here,
                "to_place": section.there,
                "from_km": round(section.since_km, 3),
                "to_km": round(section.until_km, 3),
                "second_track": section.double,
                "running_min": section.running_s / 60,
                "period_min": section.period_s / 60,
                "formula_pairs": section.formula_pairs,
                "pairs_saturated": row[0] / 2,
                "busy_saturated": row[1],
                "occupation_saturated": row[2],
                "occupation_compared": compared[2],
            }
            for section, row, compared in zip(self.sections, self.saturated, self.occupied[self.compared], strict=True)
        ]

    def occupation_rows(self) -> list[dict[str, Any]]:
        """One row a section and volume."""
        return [
            {
                "trains_per_day": trains,
                "section": section.name,
                "from_km": round(section.since_km, 3),
                "to_km": round(section.until_km, 3),
                "busy": row[1],
                "occupation": row[2],
            }
            for trains, rows in self.occupied.items()
            for section, row in zip(self.sections, rows, strict=True)
        ]

    def gain_rows(self) -> list[dict[str, Any]]:
        """One row a candidate, most pairs first; all together last."""
        return [
            {
                "candidate": each.candidate,
                **spelled("pairs", each.pairs),
                **spelled("gain_pairs", each.gain.interval),
                **spelled("mean_delay_h", each.delay_h),
                **spelled("delay_change_h", each.delay_change.interval if each.delay_change else None),
                "correlation": each.gain.correlation,
            }
            for each in self.gains
        ]

    def as_json(self) -> str:
        """One object: the contract, ``capacity``, ``critical``, ``curve``, ``sections``, ``gains``."""
        section, share = self.critical
        body = {
            "scenario": self.name,
            "version": self.version,
            "seed": self.seed,
            "replications": len(self.replications),
            "confidence": CONFIDENCE,
            "line": self.line,
            "stations": list(self.stations),
            "day": self.day.isoformat(),
            "trains": [
                {"kind": kind.id, "share": kind.share, "length_m": kind.length_m, "kmh": kind.speed_ms * 3.6 or None}
                for kind in self.trial.kinds
            ],
            "days": self.trial.days,
            "closed_hours_a_day": self.trial.window_s / 3600,
            "capacity": {**spelled("pairs_per_day", self.capacity), "declared_pairs_per_day": self.declared},
            "segments": {
                name: spelled("pairs_per_day", amount_interval(each)) for name, each in self.segment_pairs.items()
            },
            "critical": {
                "section": section.name,
                "segment": section.segment,
                "from_km": round(section.since_km, 3),
                "to_km": round(section.until_km, 3),
                "occupation": share,
                "formula_pairs": section.formula_pairs,
            },
            "compared_at_trains_per_day": self.compared,
            "curve": self.curve_rows(),
            "sections": self.section_rows(),
            "gains": self.gain_rows(),
            "failed": len(self.failures),
            "command": self.command,
        }  # fmt: skip
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def page(self) -> str:
        """What ``corridorsim capacity`` prints."""
        from .line_capacity_page import line_capacity_page

        return line_capacity_page(self)

    def save(self) -> None:
        """Write curve.csv, sections.csv, occupation.csv, gains.csv, runs.csv, the string-line and the delay-volume
        curve (.png), page.txt, command.txt and capacity.json to ``folder``; none stays where one cannot be written.
        Raises OSError."""
        folder = self.folder
        if folder is None:
            raise ValueError("this capacity has no folder")
        runs = zip(self.replications, self.pairs, strict=True)
        files = {
            "curve.csv": records_as_csv(self.curve_rows()),
            "sections.csv": records_as_csv(self.section_rows()),
            "occupation.csv": records_as_csv(self.occupation_rows()),
            "runs.csv": records_as_csv([{"replication": r, "pairs_per_day": p} for r, p in runs]),
        }
        if self.gains:
            files["gains.csv"] = records_as_csv(self.gain_rows())
        for method, name in SAVED.items():
            files[name] = getattr(self.plot, method)().as_bytes(Path(name).suffix)
        files["page.txt"] = f"{self.page()}\n".encode()
        files["command.txt"] = f"{self.command}\n".encode()
        files["capacity.json"] = f"{self.as_json()}\n".encode()
        write_study(folder, files, self.failures)

    def __repr__(self) -> str:
        return f"<capacity of {self.line} in {self.name}: {self.capacity.mean:.1f} pairs a day, seed {self.seed}>"
