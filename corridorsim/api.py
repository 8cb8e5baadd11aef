"""corridorsim from Python: ``load`` a scenario, ``run`` it, ``compare`` two; what they give are tidy pandas frames.

import corridorsim as cs
result = cs.run("baseline", replications=10)
result.years            # one row a replication, year and perimeter
print(result)           # the page that the command prints
"""

from __future__ import annotations

import html
import shlex
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .experiment import Failure, Outcome, Plan, Progress, Store, plan, replicate, sources_hash

if TYPE_CHECKING:
    import pandas as pd

    from .analysis.comparison import Row
    from .analysis.summary import Summary

DEFAULT_OUT = Path("results")
Runs: TypeAlias = dict[int, Mapping[str, Any]]


class RunFailed(RuntimeError):
    """No replication of a scenario ended well; ``failures`` tells of each."""

    def __init__(self, label: str, failures: Sequence[Failure]) -> None:
        first = failures[0]
        super().__init__(f"{label}: all {len(failures)} runs failed; the first at {first.stage}: {first.message}")
        self.failures = tuple(failures)


class NoPairs(ValueError):
    """Two results whose runs do not belong together."""


@dataclass(frozen=True)
class Scenario:
    """A scenario that was read and built without fault, ready to run."""

    plan: Plan

    @property
    def name(self) -> str:
        """Its files' names, scenario first, then layers."""
        return self.plan.label

    @property
    def title(self) -> str:
        """As the file says."""
        return self.plan.loaded.scenario.title

    @property
    def hash(self) -> str:
        """Fingerprint of what the engine sees."""
        return self.plan.given.fingerprint

    @property
    def effective(self) -> pd.DataFrame:
        """Every leaf with its value, unit, source, and the place that set it."""
        import pandas as pd

        from .report.effective import HEADER, effective_rows

        return pd.DataFrame(effective_rows(self.plan.loaded), columns=list(HEADER))

    def __repr__(self) -> str:
        return f"<scenario {self.name}: {self.title} ({self.hash[:8]})>"

    def _repr_html_(self) -> str:
        purpose = html.escape(self.plan.loaded.scenario.purpose)
        return f"<b>{html.escape(self.name)}</b> {html.escape(self.title)}<br>{purpose}<br><code>{self.hash[:8]}</code>"


class Tables:
    """The tables of a set of runs as pandas frames; ``replication`` comes first in each."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name. Raises KeyError."""
        from .analysis import TABLES
        from .analysis.frames import frame, stacked

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
    def utilisation(self) -> pd.DataFrame:
        """year, resource, busy, available, utilisation."""
        return self.table("utilisation")

    @cached_property
    def stocks(self) -> pd.DataFrame:
        """month, name, amount: at month ends."""
        return self.table("stocks")


class Result(Tables):
    """A scenario's runs with the demand as given; ``saturating`` holds those of the capacity question, never mixed."""

    def __init__(
        self,
        summary: Summary,
        runs: Runs,
        saturating: Runs | None,
        *,
        command: str,
        failures: Sequence[Failure] = (),
        folder: Path | None = None,
    ) -> None:
        super().__init__(runs)
        self.summary = summary
        self.saturating = Tables(saturating) if saturating else None
        self.command = command
        self.failures = tuple(failures)
        self.folder = folder

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

    def page(self, perimeter: str = "C") -> str:
        """The page that ``corridorsim run`` prints."""
        from .report import Closing, scenario_page

        files = [f"{self.folder}/"] if self.folder else []
        return scenario_page(self.summary, Closing(files, self.command), perimeter)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.page()

    def __repr__(self) -> str:
        return f"<result of {self.name}, {self.summary.replications} replications, seed {self.summary.seed}>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.page())}</pre>"


@dataclass(frozen=True)
class Comparison:
    """``after`` less ``before``, paired by replication."""

    before: Result
    after: Result
    rows: tuple[Row, ...]

    @cached_property
    def table(self) -> pd.DataFrame:
        """year, perimeter, measure, before, after, difference with interval, correlation achieved, pairs."""
        import pandas as pd

        return pd.DataFrame(self.records())

    def records(self) -> list[dict[str, Any]]:
        """The rows of ``table`` as plain values."""
        return [
            {
                "year": row.year,
                "perimeter": row.perimeter,
                "measure": row.measure,
                "before": row.before.mean,
                "after": row.after.mean,
                "difference": row.difference.interval.mean,
                "low": row.difference.interval.low,
                "high": row.difference.interval.high,
                "correlation": row.difference.correlation,
                "pairs": row.difference.pairs,
            }
            for row in self.rows
        ]

    def page(self, perimeter: str = "C") -> str:
        """As text, on one perimeter."""
        from .report import Change, comparison_page
        from .report.text import bounds, number, whole

        changes = []
        for row in self.rows:
            if row.perimeter != perimeter:
                continue
            shown: Callable[[float], str] = number if row.measure.endswith("_mt") else whole
            change = row.difference.interval
            interval = bounds(change.low, change.high) if shown is number else ""
            if shown is whole and change.low is not None and change.high is not None:
                interval = f"[{whole(change.low)}, {whole(change.high)}]"
            text = f"{shown(change.mean)} {interval}".rstrip()
            correlation = row.difference.correlation
            before, after = shown(row.before.mean), shown(row.after.mean)
            changes.append(Change(row.year, row.perimeter, row.measure, before, after, text, correlation))
        return comparison_page(self.before.name, self.after.name, self.rows[0].difference.pairs, changes)

    def __str__(self) -> str:
        return self.page()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.page())}</pre>"


Runnable: TypeAlias = "Scenario | str | Path"


def load(
    source: str | Path, with_layers: Sequence[str | Path] = (), sets: Sequence[str] = (), name: str | None = None
) -> Scenario:
    """Read a scenario file or a shipped scenario by its name, with layers and ``path=value`` settings on top.

    Raises corridorsim.scenario.Issues with everything that is wrong with it.
    """
    return Scenario(plan(source, with_layers, sets, name))


def run(
    scenario: Runnable,
    *,
    replications: int = 10,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Result:
    """Run a scenario and save what it gave under ``out`` (None saves nothing). Runs kept there are not run again.

    Some runs may fail (``result.failures``). Raises RunFailed where none of the replications ends well,
    experiment.StoreError where ``out`` cannot be written, experiment.Interrupted on Ctrl-C.
    """
    return run_all([scenario], replications=replications, seed=seed, out=out, executor=executor, progress=progress)[0]


def run_all(
    chosen: Sequence[Runnable],
    *,
    replications: int = 10,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> list[Result]:
    """``run`` for several scenarios at once, over one set of workers; results in the order asked for."""
    from .analysis import reduce

    if replications < 1:
        raise ValueError("at least one replication is needed")
    if seed < 0:
        raise ValueError("the seed must not be negative")
    plans = [(item if isinstance(item, Scenario) else load(item)).plan for item in chosen]
    folder = None if out is None else Path(out)
    store = None if folder is None else Store(folder / ".runs", sources_hash(["corridorsim.analysis"]))
    ended = replicate(
        [case for item in plans for case in item.cases],
        seed=seed,
        replications=replications,
        reduce=reduce,
        executor=executor,
        store=store,
        progress=progress,
    )
    return [_result(item, ended, seed, replications, folder) for item in plans]


def _result(
    item: Plan, ended: Mapping[str, list[Outcome | Failure]], seed: int, replications: int, out: Path | None
) -> Result:
    from . import __version__
    from .analysis import judge
    from .analysis.summary import summarise
    from .report import effective_csv, folder

    given, failures = _split(ended[item.given.fingerprint])
    if not given:
        raise RunFailed(item.label, failures)
    saturating: Runs | None = None
    if item.saturating is not None:
        saturating, failed = _split(ended[item.saturating.fingerprint])
        failures += failed
        if not saturating:
            raise RunFailed(item.saturating.name, failed)
    runs = {"as_given": list(given.values()), "saturating": list((saturating or {}).values())}
    summary = summarise(
        name=item.label,
        title=item.loaded.scenario.title,
        version=__version__,
        seed=seed,
        verdicts=[judge(target, runs[target.demand]) for target in item.judged],
        unjudged=item.unjudged,
        given=(item.given.fingerprint, runs["as_given"]),
        saturating=(item.saturating.fingerprint, runs["saturating"]) if item.saturating else None,
        failed=len(failures),
    )
    command = remaking_command(item, seed, replications, out)
    result = Result(summary, given, saturating, command=command, failures=failures)
    if out is not None:
        result.folder = out / folder.folder_name(summary)
        effective = effective_csv(item.loaded)
        folder.save(result.folder, summary, given, saturating, effective, command, failures)
    return result


def _split(ended: Sequence[Outcome | Failure]) -> tuple[Runs, list[Failure]]:
    done = {result.run.replication: result.value for result in ended if isinstance(result, Outcome)}
    return done, [result for result in ended if isinstance(result, Failure)]


def remaking_command(item: Plan, seed: int, replications: int, out: Path | None) -> str:
    """The command that gives the same result again."""
    words = ["corridorsim", "run", item.source]
    for layer in item.with_layers:
        words += ["--with", layer]
    for setting in item.loaded.sets:
        words += ["--set", setting]
    words += ["--replications", str(replications), "--seed", str(seed)]
    if out is not None and out != DEFAULT_OUT:
        words += ["--out", str(out)]
    return shlex.join(words)


def open_result(folder: str | Path) -> Result:
    """A result that was saved before. Raises report.NotAResult."""
    from .report.folder import read

    summary, runs, saturating = read(Path(folder))
    command = (Path(folder) / "command.txt").read_text(encoding="utf-8").strip()
    return Result(summary, dict(runs), dict(saturating) if saturating else None, command=command, folder=Path(folder))


def compare(
    before: Result | Runnable,
    after: Result | Runnable,
    *,
    replications: int = 10,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Comparison:
    """Two scenarios (or results) on common random numbers, paired by replication.

    Raises NoPairs where results of different seeds are given, since their runs are no pairs.
    """
    to_run = [side for side in (before, after) if not isinstance(side, Result)]
    if isinstance(before, Result) or isinstance(after, Result):
        seed = next(side for side in (before, after) if isinstance(side, Result)).summary.seed
    made = iter(
        run_all(to_run, replications=replications, seed=seed, out=out, executor=executor, progress=progress)
        if to_run
        else []
    )
    a, b = (side if isinstance(side, Result) else next(made) for side in (before, after))
    return compare_results(a, b)


def compare_results(before: Result, after: Result) -> Comparison:
    """Two results as a comparison. Raises NoPairs."""
    from .analysis.comparison import compare_runs

    a, b = before, after
    if a.summary.seed != b.summary.seed:
        raise NoPairs(f"seeds {a.summary.seed} and {b.summary.seed} cannot be paired: run both with the same")
    if not a.runs.keys() & b.runs.keys():
        raise NoPairs("the two results have no replication in common")
    rows = compare_runs(a.runs, b.runs)
    if not rows:
        raise NoPairs("the two results have no year in common")
    return Comparison(a, b, tuple(rows))
