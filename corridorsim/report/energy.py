"""Energy, cost and carbon of a result as a researcher holds them: rows by flow and leg, files, the page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..analysis.energy import Factors, Key, Ranged, Use, against_diesel, delivered_t, mean_use, summed
from ..experiment import write_whole
from .files import records_as_csv
from .result import Result
from .study import Study

if TYPE_CHECKING:
    import pandas as pd

    from ..experiment import Failure


@dataclass(frozen=True)
class Energy(Study):
    """What a result's runs with the demand as given took in a ``year``, mean over replications.

    Bounds come of the factors' ranges, all at their low or high ends at once.
    """

    result: Result
    year: int
    command: str

    @cached_property
    def factors(self) -> Factors:
        """Those of the result's scenario."""
        return Factors(self.result.inputs)

    @cached_property
    def uses(self) -> dict[Key, Use]:
        """By year, flow, leg and class. Raises analysis.energy.MissingFactors."""
        return mean_use(self.result.runs, self.factors)

    @cached_property
    def delivered_t(self) -> dict[str, float]:
        """Flow -> tonnes delivered in the year."""
        return delivered_t(self.result.runs, self.year)

    def by(self, *names: str) -> dict[tuple[str, ...], Use]:
        """Sums of the year by fields of the key."""
        return summed(self.uses, *names, year=self.year)

    @cached_property
    def against_diesel(self) -> dict[str, tuple[float, float]]:
        """Class of LNG or battery locomotives -> cost and CO2e over those of the diesels of the same lines."""
        return against_diesel(self.uses, self.year)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Runs that failed."""
        return self.result.failures

    def records(self) -> list[dict[str, Any]]:
        """One row a flow and leg of the year, a column an amount; a flow's legs add up to it.

        ``usd_per_t`` and ``co2e_kg_per_t`` are per tonne of the flow delivered in the year, at its destination.
        """
        return [
            {
                "year": self.year,
                "flow": flow,
                "perimeter": perimeter,
                "mode": mode,
                "leg": leg,
                **_operator(self.factors, leg, mode),
                "net_tkm": use.net_tkm,
                "gross_tkm": use.gross_tkm,
                **self._carriers(use),
                "energy_gj": use.energy_mj / 1000,
                **_spelled("usd", use.usd),
                **_spelled("co2e_kg", use.co2e_kg),
                **_spelled("usd_per_t", use.usd.over(self.delivered_t.get(flow, 0.0))),
                **_spelled("co2e_kg_per_t", use.co2e_kg.over(self.delivered_t.get(flow, 0.0))),
                **_spelled("co2e_kg_per_tkm", use.co2e_kg.over(use.net_tkm)),
            }
            for (flow, perimeter, mode, leg), use in self.by("flow", "perimeter", "mode", "leg").items()
        ]

    def _carriers(self, use: Use) -> dict[str, float]:
        """``diesel_kg``, ``electricity_kwh`` ...: a column a carrier of the scenario."""
        units = {carrier: self.factors.text(f"energy.carriers.{carrier}.unit") for carrier in self.factors.carriers}
        return {
            f"{name}_{unit}": use.carriers[name].value if name in use.carriers else 0.0 for name, unit in units.items()
        }

    @cached_property
    def table(self) -> pd.DataFrame:
        """``records`` as a frame."""
        import pandas as pd

        return pd.DataFrame(self.records())

    def page(self, perimeter: str = "C", flow: str | None = None) -> str:
        """What ``corridorsim energy`` prints; with a ``flow`` its legs. Raises KeyError of a flow that has none."""
        from .energy_page import energy_page

        return energy_page(self, perimeter, flow)

    def as_json(self) -> str:
        """One object: what was asked, rows by flow and leg, and the classes."""
        summary = self.result.summary
        classes = [
            {"mode": mode, "class_id": name, **_plain(use)} for (mode, name), use in self.by("mode", "class_id").items()
        ]
        body = {
            "scenario": summary.scenario,
            "version": summary.version,
            "hash": summary.hash,
            "seed": summary.seed,
            "replications": summary.replications,
            "year": self.year,
            "bounds": "every factor at its low or high end at once",
            "rows": self.records(),
            "classes": classes,
            "command": self.command,
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False)

    def save(self) -> None:
        """Write energy.csv, energy.json and energy.txt into the result's folder. Raises OSError."""
        folder = self.result.folder
        if folder is None:
            raise ValueError("this result has no folder")
        records = self.records()
        if records:
            write_whole(folder / "energy.csv", records_as_csv(records))
        write_whole(folder / "energy.json", f"{self.as_json()}\n".encode())
        write_whole(folder / "energy.txt", f"{self.page()}\n".encode())


def _operator(factors: Factors, leg: str, mode: str) -> dict[str, str]:
    if mode != "rail":
        return {"operator": "", "traction": ""}
    return {name: factors.text(f"territories.{leg}.{name}") for name in ("operator", "traction")}


def _spelled(name: str, amount: Ranged | None) -> dict[str, float | None]:
    if amount is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: amount.value, f"{name}_low": amount.low, f"{name}_high": amount.high}


def _plain(use: Use) -> dict[str, Any]:
    """A use as JSON holds it."""
    return {
        name: {key: list(each) for key, each in value.items()} if isinstance(value, dict) else value
        for name, value in asdict(use).items()
    }
