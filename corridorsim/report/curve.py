"""The curve of locomotives as a planner holds it: tidy frames of points and steps, its page, its files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.curve import Flat, Line, flat_from
from ..analysis.statistics import CONFIDENCE
from ..experiment import Failure, write_whole
from ..experiment.contracts import Contract
from .files import records_as_csv
from .folder import write_failures
from .study import Study, spelled

if TYPE_CHECKING:
    import pandas as pd

    from .study_plots import CurvePlots


@dataclass(frozen=True)
class Curve(Study):
    """Delivered Mt of ``year`` on ``perimeter`` against new locomotives of a contract in corridor service.

    ``lines``: one for each state of the rest, allocation and demand; ``states``: state -> its layers. ``least``: Mt
    that a gain must be to matter. ``draws``: where sampled inputs come from; empty where they stand at their values.
    """

    name: str
    title: str
    version: str
    contract: Contract
    year: int
    perimeter: str
    least: float
    seed: int
    replications: list[int]
    states: dict[str, tuple[str, ...]]
    lines: tuple[Line, ...]
    command: str
    draws: str = ""
    failures: tuple[Failure, ...] = ()
    folder: Path | None = None

    @cached_property
    def plot(self) -> CurvePlots:
        """Its figures, each by a method: ``plot.given()``; ``plot.all()`` names them."""
        from .study_plots import CurvePlots

        made: CurvePlots = CurvePlots.of(self)
        return made

    @property
    def units(self) -> list[int]:
        """Numbers of locomotives, ascending."""
        return self.lines[0].units

    def line(self, state: str, allocation: str = "fixed", demand: str = "as_given") -> Line:
        """One line. Raises LookupError."""
        for line in self.lines:
            if (line.state, line.allocation, line.demand) == (state, allocation, demand):
                return line
        raise LookupError(f"no line for {state}, {allocation}, {demand}")

    def flat(self, line: Line) -> Flat:
        """From where on further locomotives do not matter."""
        return flat_from(line, self.least)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a line and number of units: Mt with interval."""
        import pandas as pd

        return pd.DataFrame(self.point_rows())

    @cached_property
    def steps(self) -> pd.DataFrame:
        """One row a line and step: Mt gained, and by each ten units."""
        import pandas as pd

        return pd.DataFrame(self.step_rows())

    def point_rows(self) -> list[dict[str, Any]]:
        """``table`` as plain values."""
        return [
            {**_of(line), "units": units, **spelled("delivered_mt", line.mean(units))}
            for line in self.lines
            for units in line.units
        ]

    def step_rows(self) -> list[dict[str, Any]]:
        """``steps`` as plain values."""
        return [
            {
                **_of(line),
                "from_units": step.low,
                "to_units": step.high,
                **spelled("gain_mt", step.gain.interval),
                **spelled("per_ten_mt", step.per_ten),
                "correlation": step.gain.correlation,
            }
            for line in self.lines
            for step in line.steps()
        ]

    def run_rows(self) -> list[dict[str, Any]]:
        """One row a run."""
        return [
            {**_of(line), "units": units, "replication": number, "delivered_mt": value}
            for line in self.lines
            for units in line.units
            for number, value in zip(self.replications, line.values[units], strict=True)
        ]

    def as_json(self) -> str:
        """One object: the contract, ``points``, ``steps``, and for each line where it is flat and what it gains."""
        first, last = self.units[0], self.units[-1]
        body = {
            "scenario": self.name,
            "version": self.version,
            "seed": self.seed,
            "replications": len(self.replications),
            "confidence": CONFIDENCE,
            "headline": {"measure": "delivered_mt", "perimeter": self.perimeter, "year": self.year},
            "contract": asdict(self.contract),
            "states": {name: list(layers) for name, layers in self.states.items()},
            "draws": self.draws or None,
            "least_gain_mt": self.least,
            "points": self.point_rows(),
            "steps": self.step_rows(),
            "lines": [
                {
                    **_of(line),
                    "no_longer_matters_from": (flat := self.flat(line)).units,
                    "gain_beyond_at_most_mt": flat.most,
                    "shown": flat.shown,
                    **spelled("whole_gain_mt", line.gain(first, last).interval),
                    **spelled("contract_gain_mt", line.gain_of(self.contract.all_here.mean)),
                }
                for line in self.lines
            ],
            "failed": len(self.failures),
            "command": self.command,
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def page(self) -> str:
        """What ``corridorsim locomotives`` prints."""
        from .curve_page import curve_page

        return curve_page(self)

    def save(self) -> None:
        """Write points.csv, steps.csv, runs.csv, page.txt, command.txt and curve.json to ``folder``. Raises OSError."""
        folder = self.folder
        if folder is None:
            raise ValueError("this curve has no folder")
        write_whole(folder / "points.csv", records_as_csv(self.point_rows()))
        write_whole(folder / "steps.csv", records_as_csv(self.step_rows()))
        write_whole(folder / "runs.csv", records_as_csv(self.run_rows()))
        write_failures(folder / "failures.txt", list(self.failures))
        write_whole(folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(folder / "command.txt", f"{self.command}\n".encode())
        write_whole(folder / "curve.json", f"{self.as_json()}\n".encode())

    def __repr__(self) -> str:
        return f"<curve of {self.contract.id} in {self.name}, {len(self.lines)} lines, seed {self.seed}>"


def _of(line: Line) -> dict[str, str]:
    return {"state": line.state, "allocation": line.allocation, "demand": line.demand}
