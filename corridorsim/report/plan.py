"""A package of projects as a planner holds it: what to do, the front, the search, the robust answer, its files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analysis.estimates import TargetResult
from ..analysis.packages import Found, Rules, interval_of, probability_of
from ..analysis.statistics import CONFIDENCE
from ..experiment import write_whole
from ..experiment.packages import Choices, Package
from ..scenario.schema import Target
from .files import records_as_csv
from .result import Result
from .study import Study

if TYPE_CHECKING:
    import pandas as pd

    from .study_plots import PackagesPlots


@dataclass(frozen=True)
class Packages(Study):
    """The search for the smallest package (the cheapest, where every cost is known) that meets a target.

    ``result``: a run of the recommended package, or of the best where none meets the target; with its uncertain inputs
    drawn too where it has any, which is the robust answer. ``method``: search, or all where every package was tried.
    """

    name: str
    title: str
    version: str
    target: Target
    rules: Rules
    method: str
    seed: int
    choices: Choices
    found: Found
    command: str
    result: Result | None = None
    folder: Path | None = None

    @cached_property
    def plot(self) -> PackagesPlots:
        """Its figures, each by a method: ``plot.front()``; ``plot.all()`` names them."""
        from .study_plots import PackagesPlots

        made: PackagesPlots = PackagesPlots.of(self)
        return made

    @property
    def package(self) -> tuple[str, ...] | None:
        """The recommended projects; None where no package meets the target."""
        return None if self.found.package is None else tuple(sorted(self.found.package))

    @property
    def shown(self) -> Package:
        """The package that the page is about: the recommended one, else the best."""
        return self.found.best if self.found.package is None else self.found.package

    @property
    def met(self) -> bool:
        """Whether there is a package that meets the target."""
        return self.found.package is not None

    @property
    def by_cost(self) -> bool:
        """Whether the cheapest is meant, not the smallest."""
        return self.choices.all_costs_known and bool(self.choices.options)

    @property
    def fixed(self) -> TargetResult | None:
        """The target judged with the package's inputs at their values, by ``result``."""
        return self._judged(self.result.summary.targets) if self.result else None

    @property
    def sampled(self) -> TargetResult | None:
        """The target judged with the package's inputs drawn, dates included: the robust answer."""
        known = self.result.summary.uncertainty if self.result else None
        return self._judged(known.targets) if known else None

    def _judged(self, targets: list[TargetResult]) -> TargetResult | None:
        return next((each for each in targets if each.name == self.target.name), None)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a package that was looked at."""
        import pandas as pd

        return pd.DataFrame(self.package_rows())

    def package_rows(self) -> list[dict[str, Any]]:
        """``table`` as plain values, smaller packages first."""
        ordered = sorted(self.found.values, key=lambda each: (len(each), sorted(each)))
        return [self._row(package) for package in ordered]

    def _row(self, package: Package) -> dict[str, Any]:
        value, chance = interval_of(self.found, package), probability_of(self.found, package, self.rules)
        known, unknown = self.choices.cost(package)
        return {
            "projects": len(package),
            "package": ";".join(sorted(package)),
            "cost_musd_known": known,
            "costs_unknown": unknown,
            "replications": len(self.found.values[package]),
            self.target.measure: value.mean,
            f"{self.target.measure}_low": value.low,
            f"{self.target.measure}_high": value.high,
            "probability": chance.mean,
            "probability_low": chance.low,
            "probability_high": chance.high,
            "front": package in self.found.front,
            "recommended": package == self.found.package,
        }

    def option_rows(self) -> list[dict[str, Any]]:
        """One row a project: whether it is a choice, its cost, what it requires and conflicts with."""
        rows = [
            {
                "project": option.id, "title": option.title, "cost_musd": option.cost_musd,
                "requires": ";".join(sorted(option.requires)), "conflicts_with": ";".join(sorted(option.conflicts)),
                "recommended": option.id in (self.found.package or ()), "left_out": "",
            }
            for option in self.choices.options.values()
        ]  # fmt: skip
        empty = {"title": "", "cost_musd": None, "requires": "", "conflicts_with": "", "recommended": False}
        rows += [{"project": name, **empty, "left_out": why} for name, why in self.choices.left_out.items()]
        return rows or [{"project": "", **empty, "left_out": ""}]

    def as_json(self) -> str:
        """One object: the target, the recommended package, the front, the moves, the robust answer."""
        found = self.found
        body: dict[str, Any] = {
            "scenario": self.name,
            "version": self.version,
            "seed": self.seed,
            "confidence": CONFIDENCE,
            "target": {
                "name": self.target.name, "measure": self.target.measure, "demand": self.target.demand,
                "perimeter": self.target.perimeter, "year": self.target.year, "at_least": self.rules.at_least,
            },
            "probability": self.rules.probability,
            "replications": self.rules.replications,
            "method": self.method,
            "package": None if self.package is None else list(self.package),
            "met": self.met,
            "objective": "cost_musd" if self.by_cost else "projects",
            "best": self._row(found.best),
            "front": [self._row(package) for package in found.front],
            "packages": self.package_rows(),
            "projects": self.option_rows(),
            "moves": [
                {
                    "kind": move.kind,
                    "package": sorted(move.package),
                    "gain": move.gain.mean, "gain_low": move.gain.low, "gain_high": move.gain.high,
                    "alternatives": move.selection.alternatives if move.selection else None,
                    "survivors": len(move.selection.survivors) if move.selection else None,
                    "decided": move.selection.decided if move.selection else None,
                    "runs": move.runs,
                }
                for move in found.moves
            ],
            "correct_selection_at_least": found.confidence(self.rules.alpha),
            "indifference": self.rules.delta,
            "runs": found.runs,
            "budget_runs": self.rules.budget,
            "out_of_budget": found.exhausted,
            "inputs_at_value": self.fixed.model_dump(mode="json") if self.fixed else None,
            "inputs_drawn": self.sampled.model_dump(mode="json") if self.sampled else None,
            "command": self.command,
        }  # fmt: skip
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def page(self) -> str:
        """What ``corridorsim plan`` prints."""
        from .plan_page import plan_page

        return plan_page(self)

    def save(self) -> None:
        """Write packages.csv, projects.csv, page.txt, command.txt and plan.json to ``folder``. Raises OSError."""
        folder = self.folder
        if folder is None:
            raise ValueError("this plan has no folder")
        write_whole(folder / "packages.csv", records_as_csv(self.package_rows()))
        write_whole(folder / "projects.csv", records_as_csv(self.option_rows()))
        write_whole(folder / "page.txt", f"{self.page()}\n".encode())
        write_whole(folder / "command.txt", f"{self.command}\n".encode())
        write_whole(folder / "plan.json", f"{self.as_json()}\n".encode())

    def __repr__(self) -> str:
        return (
            f"<plan of {self.name}: {', '.join(self.package or ()) or ('nothing needed' if self.met else 'not met')}>"
        )
