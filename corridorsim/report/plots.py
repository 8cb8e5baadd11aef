"""``result.plot`` and ``comparison.plot``: figures from tables, with the words that a reader needs to trust them."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..analysis.measures import MEASURES, figure
from ..analysis.statistics import amount_interval
from ..analysis.view import HOLDS
from .comparison_page import shared_layers
from .text import counted

if TYPE_CHECKING:
    import pandas as pd

    from ..figures import Figure
    from .comparison import Comparison
    from .names import Names
    from .result import Result, Tables

#: measure -> what it is, its unit
WORDS: Final = {
    "delivered_mt": ("delivered", "Mt"),
    "delivered_share": ("delivered of what is offered", "share"),
    "offered_mt": ("offered", "Mt"),
    "refused_mt": ("refused", "Mt"),
    "teu": ("delivered", "TEU"),
    "container_trains": ("container trains sent off", "trains"),
}
#: set of runs -> in words
RUNS: Final = {
    "as_given": "demand as given",
    "saturating": "saturating demand (capacity)",
    "sampled": "demand as given, uncertain inputs drawn",
    "sampled_saturating": "saturating demand (capacity), uncertain inputs drawn",
}
#: causes of waiting that the waterfall shows by themselves
MOST_CAUSES: Final = 9


class NothingToDraw(ValueError):
    """A figure that this result has nothing for; str() says what is missing."""


class Plots:
    """Figures, each by a method. Making one is cheap; it is drawn when it is shown or saved."""

    def all(self) -> list[str]:
        """Names of the methods that have something to draw."""
        found = []
        for name in self._names():
            try:
                getattr(self, name)()
            except NothingToDraw:
                continue
            found.append(name)
        return found

    def save(self, folder: str | Path, formats: Sequence[str] = ("png", "svg", "csv")) -> list[Path]:
        """Write all that can be drawn into a folder, a file each and format. Raises ValueError, OSError."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return [getattr(self, name)().save(folder / f"{name}.{suffix}") for name in self.all() for suffix in formats]

    def _names(self) -> list[str]:
        own = [name for part in reversed(type(self).__mro__) for name in vars(part) if not name.startswith("_")]
        return [name for name in own if inspect.isfunction(getattr(type(self), name)) and not hasattr(Plots, name)]

    def __repr__(self) -> str:
        return f"<figures: {', '.join(self.all())}>"


class ResultPlots(Plots):
    """``perimeter``: A, B or C. ``runs``: as_given, saturating, sampled or sampled_saturating. ``year``: None is the
    headline year.
    """

    def __init__(self, result: Result) -> None:
        self._result = result

    def throughput(self, perimeter: str = "C", runs: str = "as_given") -> Figure:
        """Tonnes delivered and offered by month against the target.

        A target of a year is shown as a twelfth a month; where it is a share of what is offered, of the year's offer.
        """
        import pandas as pd

        from ..figures import throughput

        months = self._tables(runs).months
        months = months[months.perimeter == _perimeter(perimeter)]
        rows = [
            {
                "month": pd.Timestamp(str(month)),
                **_spelled("delivered_mt", mine.delivered_mt, "delivered_low", "delivered_high"),
                "offered_mt": float(mine.offered_mt.mean()),
            }
            for month, mine in months.groupby("month", sort=True)
        ]
        table = pd.DataFrame(rows)
        table["target_mt"] = self._targets(table, perimeter, runs)
        words = "Mean over replications and its 95 % interval."
        return throughput(
            table, title=f"Tonnes month by month: {self._result.name}", caption=self._caption(words, perimeter, runs)
        )

    def waterfall(self, perimeter: str = "C", runs: str = "as_given", year: int | None = None) -> Figure:
        """Days of the cargo delivered: moving, handling, and waiting by root cause, adding up to all."""
        import pandas as pd

        from ..figures import waterfall

        year = year or self._result.summary.headline_year
        tables = self._tables(runs)
        blame = tables.blame
        blame = blame[(blame.year == year) & blame.perimeter.isin(HOLDS[_perimeter(perimeter)])]
        blame = blame[blame.phase == "transit"]
        flows = tables.flows[tables.flows.year == year].set_index(["replication", "flow"]).transit_days_mean
        spent = blame.groupby(["replication", "flow"]).tonne_days.sum()
        tonnes = float((spent / flows.reindex(spent.index)).sum())
        if not tonnes > 0:
            raise NothingToDraw(f"nothing was delivered in {year} on perimeter {perimeter}")
        table = pd.DataFrame(_steps(blame, tonnes, self._words))
        words = (
            "From the first train to the last part, the mean of tonnes delivered, all replications together. Waiting "
        )
        words += "is told by its root: cargo that waits for a ship that waits for the weather waits for the weather."
        caption = self._caption(words, perimeter, runs, year)
        return waterfall(table, title=f"Where the days of {year} went: {self._result.name}", caption=caption)

    def transit(self, perimeter: str = "C", runs: str = "as_given", year: int | None = None) -> Figure:
        """Days in transit, flow by flow: quantiles by tonnes."""
        from ..figures import transit

        year = year or self._result.summary.headline_year
        flows = self._tables(runs).flows
        flows = flows[(flows.year == year) & flows.perimeter.isin(HOLDS[_perimeter(perimeter)])]
        flows = flows[flows.transit_days_mean.notna()]
        if flows.empty:
            raise NothingToDraw(f"nothing was delivered in {year} on perimeter {perimeter}")
        names = {f"transit_days_{name}": name for name in ("mean", "p10", "p50", "p90")}
        table = flows.groupby("flow", sort=False)[["delivered_t", *names]].mean().rename(columns=names).reset_index()
        table.insert(1, "mt", table.pop("delivered_t") / 1e6)
        table = table.sort_values("mt", ascending=False, ignore_index=True)
        table["flow"] = [self._words.flow(flow) for flow in table.flow]
        words = (
            "From the first train (or ship) to the last part, by tonnes delivered in the year; each figure is the mean "
        )
        words += "of those of the replications. Between the quantiles nothing is shown, since results keep no more."
        caption = self._caption(words, perimeter, runs, year)
        return transit(table, title=f"Days in transit, {year}: {self._result.name}", caption=caption)

    def queues(self, kinds: Sequence[str] = ("ports", "borders", "dry_ports"), runs: str = "as_given") -> Figure:
        """Cargo standing at ports, borders and dry ports, month by month: those with most."""
        from ..figures import queues
        from ..figures.queues import MOST
        from .queue_table import queue_table

        unknown = [kind for kind in kinds if kind not in ("ports", "borders", "dry_ports")]
        if unknown:
            raise ValueError(f"no places of kind {', '.join(unknown)}; there are ports, borders, dry_ports")
        table, others = queue_table(self._tables(runs).waiting_months, self._words, kinds, MOST)
        if table.empty:
            raise NothingToDraw("no cargo waited at a port, border or dry port")
        words = (
            "Tonnes waiting for whatever reason, in the mean of each month, of all flows; mean over replications and "
        )
        words += f"its 95 % interval. The {table.place.nunique()} places with most" + (
            f"; {others} others are left out." if others else "."
        )
        caption = self._caption(words, None, runs)
        return queues(table, title=f"Cargo standing: {self._result.name}", caption=caption)

    def map(
        self, by: str = "utilisation", perimeter: str = "C", runs: str = "as_given", year: int | None = None
    ) -> Figure:
        """The corridor: legs as wide as the tonnes on them; coloured by how busy they are, or by waiting (``by``)."""
        from .map_plot import corridor_map_of

        year = year or self._result.summary.headline_year
        return corridor_map_of(
            self._result, self._tables(runs), self._words, by, _perimeter(perimeter), year,
            lambda words: self._caption(words, perimeter, runs, year),
        )  # fmt: skip

    @cached_property
    def _words(self) -> Names:
        from .names import Names

        return Names(self._result.inputs)

    def _tables(self, runs: str) -> Tables:
        if runs not in RUNS:
            raise ValueError(f"no runs '{runs}'; there are {', '.join(RUNS)}")
        found: Tables | None = self._result if runs == "as_given" else getattr(self._result, runs)
        if found is None:
            raise NothingToDraw(f"{self._result.name} has no runs '{runs}'")
        return found

    def _caption(self, words: str, perimeter: str | None, runs: str, year: int | None = None) -> str:
        summary = self._result.summary
        where = [f"perimeter {perimeter}"] if perimeter else []
        count = len(self._tables(runs).runs)
        told = [RUNS[runs], *where, counted(count, "replication"), f"seed {summary.seed}"]
        return f"{words} {summary.title}: {', '.join(told)}; corridorsim {summary.version}."

    def _targets(self, table: pd.DataFrame, perimeter: str, runs: str) -> list[float]:
        demand = "saturating" if runs.endswith("saturating") else "as_given"
        found = dict.fromkeys(range(len(table)), float("nan"))
        for target in self._result.summary.targets:
            mine = table.index[table.month.dt.year == target.year]
            if (target.demand, target.perimeter) == (demand, perimeter) and len(mine) == 12:
                whole = target.at_least
                if target.measure == "delivered_share":
                    whole *= float(table.offered_mt[mine].sum())
                found |= dict.fromkeys(mine.tolist(), whole / 12)
        return list(found.values())


class ComparisonPlots(Plots):
    """``measure``: of ``WORDS``. ``year``: None is the headline year of the first scenario."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def scenarios(
        self, measure: str = "delivered_mt", perimeter: str = "C", runs: str = "as_given", year: int | None = None
    ) -> Figure:
        """Each scenario by one measure."""
        results = (self._comparison.first, *self._comparison.others)
        return scenarios_of(results, measure, perimeter, runs, year)

    def differences(
        self, measure: str = "delivered_mt", perimeter: str = "C", runs: str = "as_given", year: int | None = None
    ) -> Figure:
        """What each scenario has more than the first, paired by replication."""
        import pandas as pd

        from ..figures import differences

        made, first = self._comparison, self._comparison.first
        year = year or first.summary.headline_year
        shared = shared_layers([first.name, *(other.name for other in made.others)])
        wanted = (_perimeter(perimeter), _measure(measure), runs, year)
        rows = [
            {
                "scenario": row.scenario.removesuffix(shared),
                **dict(zip(("mean", "low", "high"), _bounds(row.difference.interval), strict=True)),
                "p_holm": row.difference.adjusted_p,
            }
            for row in made.rows
            if (row.perimeter, row.measure, row.demand, row.year) == wanted
        ]
        if not rows:
            raise NothingToDraw(f"nothing is compared by {measure} of {year} on perimeter {perimeter}, {runs}")
        what, unit = WORDS[measure]
        words = f"Paired by replication on the same storms, with 95 % intervals. {RUNS[runs]}, perimeter {perimeter}, "
        words += f"seed {first.summary.seed}; corridorsim {first.summary.version}."
        words += _all_with(shared)
        title = f"{what.capitalize()} in {year} against {first.name.removesuffix(shared)}"
        return differences(pd.DataFrame(rows), unit=unit, title=title, caption=words)


def scenarios_of(
    results: Sequence[Result],
    measure: str = "delivered_mt",
    perimeter: str = "C",
    runs: str = "as_given",
    year: int | None = None,
) -> Figure:
    """Scenarios side by side. Raises NothingToDraw where none of them has such runs, ValueError of unknown words."""
    import pandas as pd

    from ..figures import scenarios

    first = results[0].summary
    year = year or first.headline_year
    _measure(measure), _perimeter(perimeter)
    shared = shared_layers([result.name for result in results])
    rows = []
    for result in results:
        held = result.sets.get(runs, {}).values()
        try:
            values = [figure(run, measure, perimeter, year) for run in held]
        except LookupError as fault:
            raise NothingToDraw(f"{result.name}: {fault}") from fault
        if values:
            name = result.name.removesuffix(shared)
            rows.append({"scenario": name, **_spelled("mean", values, "low", "high"), "replications": len(values)})
    if not rows:
        raise NothingToDraw(f"no scenario has runs '{runs}'")
    demand = "saturating" if runs.endswith("saturating") else "as_given"
    asked = {
        target.at_least
        for result in results
        for target in result.summary.targets
        if (target.measure, target.perimeter, target.demand, target.year) == (measure, perimeter, demand, year)
    }
    what, unit = WORDS[measure]
    counts = sorted({len(result.sets.get(runs, {})) for result in results} - {0})
    words = (
        f"Mean and 95 % interval of {' to '.join(map(str, counts))} replications; {RUNS[runs]}, perimeter {perimeter}, "
    )
    words += f"seed {first.seed}; corridorsim {first.version}.{_all_with(shared)}"
    return scenarios(
        pd.DataFrame(rows), unit=unit, title=f"{what.capitalize()} in {year}", caption=words,
        at_least=asked.pop() if len(asked) == 1 else None,
    )  # fmt: skip


def _all_with(shared: str) -> str:
    """Layers that all names would end with, said once."""
    return f" All of them with {shared[1:].replace('+', ', ')}." if shared else ""


def _steps(blame: pd.DataFrame, tonnes: float, words: Names) -> list[dict[str, Any]]:
    """Moving, handling, then waiting by cause, most first, the small ones together; each with the place of most."""
    found = []
    for (part, cause), mine in blame.groupby(["part", "cause"]):
        places = mine.groupby("place").tonne_days.sum().sort_values(ascending=False, kind="stable")
        found.append((str(part), str(cause), float(places.sum()) / tonnes, places))
    order = ("moving", "handling", "waiting", "unknown")
    whole = sum(each[2] for each in found)
    found = [each for each in found if abs(each[2]) > 1e-9 * whole]
    found.sort(key=lambda each: (order.index(each[0]), -each[2], each[1]))
    waits = [each for each in found if each[0] == "waiting"]
    small = waits[MOST_CAUSES:] if len(waits) > MOST_CAUSES + 1 else []
    rows = []
    for part, cause, days, places in found:
        if (part, cause) in {each[:2] for each in small}:
            continue
        share = float(places.iloc[0]) / float(places.sum()) if float(places.sum()) else 0.0
        step = (
            f"{part}: {words.cause(cause)}" if part == "moving" else words.cause(cause) if part != "unknown" else part
        )
        place = f"{words.place(str(places.index[0]))} {share:.0%}" if part in ("waiting", "handling") else ""
        rows.append({"step": step, "part": part, "cause": cause, "place": place, "days": days})
    if small:
        days = sum(each[2] for each in small)
        rows.append({"step": f"{len(small)} other causes", "part": "waiting", "cause": "", "place": "", "days": days})
    return rows


def _spelled(name: str, values: Any, low: str, high: str) -> dict[str, float | None]:
    mean, below, above = _bounds(amount_interval(list(values)))
    return {name: mean, low: below, high: above}


def _bounds(interval: Any) -> tuple[float, float, float]:
    """Mean, low and high; NaN where there is no interval."""
    nan = float("nan")
    return (
        interval.mean,
        nan if interval.low is None else interval.low,
        nan if interval.high is None else interval.high,
    )


def _perimeter(perimeter: str) -> str:
    if perimeter not in HOLDS:
        raise ValueError(f"no perimeter '{perimeter}'; there are {', '.join(HOLDS)}")
    return perimeter


def _measure(measure: str) -> str:
    if measure not in WORDS:
        raise ValueError(f"no measure '{measure}'; there are {', '.join(MEASURES)}")
    return measure
