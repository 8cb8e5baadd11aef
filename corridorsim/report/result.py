"""What a scenario gave, for a researcher at a prompt or in a notebook: tidy frames over a summary and its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..experiment import Failure
from ..scenario import Geometry

if TYPE_CHECKING:
    import pandas as pd

    from ..analysis.summary import Summary
    from .plots import ResultPlots
    from .replay import Replay

Runs: TypeAlias = Mapping[int, Mapping[str, Any]]


class Tables:
    """The tables of a set of runs as pandas frames; ``replication`` comes first in each."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name. Raises KeyError."""
        from ..analysis import TABLES
        from ..analysis.frames import frame, stacked

        if name not in TABLES:
            raise KeyError(f"no table '{name}'; there are {', '.join(TABLES)}")
        return frame(stacked(self.runs, name))

    @cached_property
    def years(self) -> pd.DataFrame:
        """year, perimeter, offered_mt, accepted_mt, refused_mt, delivered_mt, teu, container_trains."""
        return self.table("years")

    @cached_property
    def months(self) -> pd.DataFrame:
        """month, perimeter, offered_mt, accepted_mt, refused_mt, delivered_mt, teu."""
        return self.table("months")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """year, flow, perimeter, tonnes offered, accepted, refused, delivered and in stock, TEU, days in transit."""
        return self.table("flows")

    @cached_property
    def refused(self) -> pd.DataFrame:
        """year, flow, perimeter, gate, cause, lots, tonnes."""
        return self.table("refused")

    @cached_property
    def trains(self) -> pd.DataFrame:
        """year, kind, flow, from_place, to_place, trains, net_t, gross_t, hours; voyages too."""
        return self.table("trains")

    @cached_property
    def waiting(self) -> pd.DataFrame:
        """year, cause, place, flow, perimeter, tonne_days, days."""
        return self.table("waiting")

    @cached_property
    def waiting_months(self) -> pd.DataFrame:
        """month, cause, place ("" for the small rest), flow, tonne_days."""
        return self.table("waiting_months")

    @cached_property
    def blame(self) -> pd.DataFrame:
        """year, flow, perimeter, phase, part, cause, place, tonne_days: where the days of delivered cargo went."""
        return self.table("blame")

    @cached_property
    def utilisation(self) -> pd.DataFrame:
        """year, resource, busy, available, utilisation."""
        return self.table("utilisation")

    @cached_property
    def stocks(self) -> pd.DataFrame:
        """month, name, amount: at month ends."""
        return self.table("stocks")

    @cached_property
    def system(self) -> pd.DataFrame:
        """day (from the horizon's start), tonnes accepted and not delivered, on C: the warm-up is judged by it."""
        return self.table("system")

    @cached_property
    def work(self) -> pd.DataFrame:
        """year, flow, perimeter, mode, leg, class_id, tonne-kilometres, kilometres light, hours of ships."""
        return self.table("work")

    @cached_property
    def traffic(self) -> pd.DataFrame:
        """year, segment, flow, perimeter, trains, net_t: loaded trains on each line, both ways."""
        return self.table("traffic")

    @cached_property
    def queues(self) -> pd.DataFrame:
        """year, resource, came, waited, waited_share, wait_h, stay_h, mean_waiting, mean_present, empty_share."""
        return self.table("queues")


class Result(Tables):
    """A scenario's runs with the demand as given.

    ``saturating`` holds those of the capacity question, never mixed; ``sampled`` and ``sampled_saturating`` those with
    the uncertain inputs drawn. Each is None where it was not asked for.
    """

    def __init__(
        self,
        summary: Summary,
        sets: Mapping[str, Runs],
        *,
        command: str,
        inputs: Sequence[Sequence[Any]],
        failures: Sequence[Failure] = (),
        folder: Path | None = None,
        geometry: Geometry | None = None,
    ) -> None:
        super().__init__(sets["as_given"])
        self.summary = summary
        self.sets = dict(sets)
        self.saturating, self.sampled, self.sampled_saturating = (
            Tables(sets[name]) if name in sets else None for name in ("saturating", "sampled", "sampled_saturating")
        )
        self.command = command
        #: rows of the effective scenario, as ``report.effective.HEADER`` names them
        self.inputs = inputs
        self.failures = tuple(failures)
        self.folder = folder
        #: lines and outlines for maps
        self.geometry = geometry or Geometry()

    @cached_property
    def plot(self) -> ResultPlots:
        """Its figures, each by a method: ``plot.throughput()``; ``plot.all()`` names them."""
        from .plots import ResultPlots

        return ResultPlots(self)

    def replay(self, replication: int = 0, *, saturating: bool = False, sampled: bool = False) -> Replay:
        """One of its runs again, with all that it wrote: every train, ship and wait, and figures of them.

        Raises report.replay.NotTheSame where scenario or model have changed since, ValueError for a run that it has
        not, scenario.Issues where the scenario cannot be read any more.
        """
        from .replay import replayed_result

        return replayed_result(self, replication=replication, saturating=saturating, sampled=sampled)

    @property
    def name(self) -> str:
        """The scenario's."""
        return self.summary.scenario

    @property
    def met(self) -> bool:
        """Whether every target is met; a target that could not be judged is not."""
        return all(target.met for target in self.summary.targets) and not self.summary.unjudged

    @cached_property
    def targets(self) -> pd.DataFrame:
        """One row a target: measure, value and interval, probability and interval, met."""
        import pandas as pd

        found = [target.model_dump() for target in self.summary.targets]
        for row in found:
            value = row.pop("value")
            row |= {"value": value["mean"], "value_low": value["low"], "value_high": value["high"]}
        return pd.DataFrame(found)

    @cached_property
    def energy(self) -> pd.DataFrame:
        """One row a flow and leg of the headline year: energy, US$ and CO2e with bounds, mean over replications.

        Raises analysis.energy.MissingFactors where the scenario's section ``energy`` does not give what is needed.
        """
        from .energy import Energy

        return Energy(self, self.summary.headline_year, self.command).table

    def geojson(self, perimeter: str = "C", year: int | None = None) -> dict[str, Any]:
        """The network as GeoJSON, results as properties (see report.network). ``year``: None is the headline year.

        Raises ValueError of a perimeter or year that the result does not hold.
        """
        from .network import geojson

        return geojson(self, perimeter, year)

    def page(self, perimeter: str = "C") -> str:
        """The page that ``corridorsim run`` prints."""
        from .page import Closing, scenario_page

        files = [f"{self.folder}/"] if self.folder else []
        return scenario_page(self.summary, Closing(files, self.command), perimeter)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.page()

    def __repr__(self) -> str:
        return f"<result of {self.name}, {self.summary.replications} replications, seed {self.summary.seed}>"

    def _repr_html_(self) -> str:
        from .notebook import result_html

        return result_html(self)
