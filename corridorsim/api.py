"""corridorsim from Python: ``load`` a scenario, ``run`` it, ``compare`` two; what they give are tidy pandas frames.

import corridorsim as cs
result = cs.run("baseline", replications=10)
result.years            # one row a replication, year and perimeter
print(result)           # the page that the command prints
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from .experiment import Case, Failure, Outcome, Plan, Progress, failures, outcomes, plan, replicate
from .report.commands import DEFAULT_OUT, command_line
from .report.comparison import Comparison, NoPairs, compared, comparison_name
from .report.result import Result, Runs, Tables

if TYPE_CHECKING:
    import pandas as pd

    from .report.replay import Replay

__all__ = [
    "Comparison",
    "NoPairs",
    "Result",
    "RunFailed",
    "Scenario",
    "Tables",
    "compare",
    "load",
    "open_result",
    "run",
    "run_all",
]

#: where a stopping rule gives up, unless told otherwise
MOST_REPLICATIONS = 100


class RunFailed(RuntimeError):
    """No replication of a scenario ended well; ``failures`` tells of each."""

    def __init__(self, label: str, failures: Sequence[Failure]) -> None:
        first = failures[0]
        super().__init__(f"{label}: all {len(failures)} runs failed; the first at {first.stage}: {first.message}")
        self.failures = tuple(failures)


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
        return self.plan.given.key

    @property
    def effective(self) -> pd.DataFrame:
        """Every leaf with its value, unit, source, and the place that set it."""
        import pandas as pd

        from .report.effective import HEADER, effective_rows

        return pd.DataFrame(effective_rows(self.plan.loaded), columns=list(HEADER))

    def replay(self, replication: int = 0, seed: int = 1, *, saturating: bool = False, sampled: bool = False) -> Replay:
        """One replication run in this process, with all that it wrote: every train, ship and wait, and figures of them.

        Raises ValueError where the scenario has no such runs, and what the engine raises.
        """
        from .report.replay import replayed

        return replayed(self.plan, replication=replication, seed=seed, saturating=saturating, sampled=sampled)

    def __repr__(self) -> str:
        return f"<scenario {self.name}: {self.title} ({self.hash[:8]})>"

    def _repr_html_(self) -> str:
        from .report.notebook import scenario_html

        return scenario_html(self.plan)


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
    precision: float | None = None,
    most: int = MOST_REPLICATIONS,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Result:
    """Run a scenario and save what it gave under ``out`` (None saves nothing). Runs kept there are not run again.

    With ``precision`` (0.02 = 2 %) replications are added, up to ``most``, until the mean of the delivered tonnes of
    the headline year is known so well. Some runs may fail (``result.failures``). Raises RunFailed where none of the
    replications ends well, experiment.StoreError where ``out`` cannot be written, experiment.Interrupted on Ctrl-C.
    """
    return run_all(
        [scenario],
        replications=replications,
        seed=seed,
        precision=precision,
        most=most,
        out=out,
        executor=executor,
        progress=progress,
    )[0]


def run_all(
    chosen: Sequence[Runnable],
    *,
    replications: int = 10,
    seed: int = 1,
    precision: float | None = None,
    most: int = MOST_REPLICATIONS,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> list[Result]:
    """``run`` for several scenarios at once, over one set of workers; results in the order asked for."""
    from .analysis import reduce
    from .analysis.kept import kept_runs

    if replications < 1:
        raise ValueError("at least one replication is needed")
    if seed < 0:
        raise ValueError("the seed must not be negative")
    plans = [(item if isinstance(item, Scenario) else load(item)).plan for item in chosen]
    folder = None if out is None else Path(out)
    store = kept_runs(folder)
    cases = [item.cases(seed) for item in plans]
    counts = [replications] * len(plans)
    ended: dict[str, list[Outcome | Failure]] = {}
    while True:
        ended = replicate(
            [case for group in cases for case in group.values()],
            seed=seed,
            replications=[count for group, count in zip(cases, counts, strict=True) for _ in group],
            reduce=reduce,
            executor=executor,
            store=store,
            progress=progress,
            earlier=ended,
        )
        if precision is None:
            break
        wanted = [
            _replications_for(precision, most, item, group, ended, count)
            for item, group, count in zip(plans, cases, counts, strict=True)
        ]
        if wanted == counts:
            break
        counts = wanted
    asked = {
        "precision": precision,
        "max-replications": None if precision is None or most == MOST_REPLICATIONS else most,
    }
    return [
        _result(item, group, ended, count, {"replications": replications, "seed": seed, **asked}, folder)
        for item, group, count in zip(plans, cases, counts, strict=True)
    ]


def _replications_for(
    precision: float,
    most: int,
    item: Plan,
    cases: Mapping[str, Case],
    ended: Mapping[str, Sequence[Outcome | Failure]],
    count: int,
) -> int:
    """How many replications a scenario is to have next; as many as it has where that is enough."""
    from .analysis.stopping import replications_needed
    from .analysis.summary import headline_values

    lacking = 0
    for name in ("as_given", "saturating"):
        if name not in cases:
            continue
        runs = outcomes(ended[cases[name].key])
        if runs:
            more = replications_needed(headline_values(item.judged, list(runs.values())), precision)
            lacking = max(lacking, most if more is None else more)
    # no more than twice as many at once: the spread of few runs is known badly
    return max(count, min(count + lacking, 2 * count, most))


def _result(
    item: Plan,
    cases: Mapping[str, Case],
    ended: Mapping[str, list[Outcome | Failure]],
    count: int,
    options: Mapping[str, Any],
    out: Path | None,
) -> Result:
    from . import __version__
    from .analysis.summary import summarise
    from .report import folder
    from .report.effective import HEADER, effective_rows
    from .report.files import as_csv

    sets: dict[str, Runs] = {}
    failed: list[Failure] = []
    for name, case in cases.items():
        results = ended[case.key][:count]
        sets[name] = outcomes(results)
        failed += failures(results)
        if not sets[name]:
            raise RunFailed(case.name, failures(results))
    calendar = item.given.make(0).calendar
    summary = summarise(
        name=item.label,
        title=item.loaded.scenario.title,
        version=__version__,
        seed=options["seed"],
        judged=item.judged,
        unjudged=item.unjudged,
        sets=sets,
        hashes={name: case.key for name, case in cases.items()},
        failed=len(failed),
        warm_up_days=calendar.results_from_s / 86400,
        draws=(item.draws, len(item.loaded.scenario.uncertain_groups)) if item.samples else None,
        precision=options["precision"],
    )
    command = command_line(
        "run", item.source, with_layers=item.with_layers, sets=item.loaded.sets, options=options, out=out
    )
    inputs = effective_rows(item.loaded)
    geometry = item.loaded.geometry
    result = Result(summary, sets, command=command, inputs=inputs, failures=failed, geometry=geometry)
    if out is not None:
        result.folder = out / folder.folder_name(summary)
        folder.save(result.folder, summary, sets, as_csv(HEADER, inputs), command, failed, geometry)
    return result


def open_result(folder: str | Path) -> Result:
    """A result that was saved before. Raises report.NotAResult."""
    from .report.effective import from_csv
    from .report.folder import read, read_geometry

    folder = Path(folder)
    summary, sets = read(folder)
    command = (folder / "command.txt").read_text(encoding="utf-8").strip()
    inputs = from_csv((folder / "effective.csv").read_text(encoding="utf-8"))
    return Result(summary, sets, command=command, inputs=inputs, folder=folder, geometry=read_geometry(folder))


def compare(
    first: Result | Runnable,
    *others: Result | Runnable,
    replications: int = 10,
    seed: int = 1,
    precision: float | None = None,
    most: int = MOST_REPLICATIONS,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Comparison:
    """Scenarios (or results), each against the first on common random numbers, paired by replication.

    Where results are given, what is still to run takes their seed and number of replications. Raises NoPairs where
    results of different seeds are given, since their runs are no pairs, and what ``run`` raises.
    """
    sides: list[Result | Scenario] = [
        side if isinstance(side, Result | Scenario) else load(side) for side in (first, *others)
    ]
    given = [side for side in sides if isinstance(side, Result)]
    if given:
        seed, replications = given[0].summary.seed, max(max(side.runs) + 1 for side in given)
    to_run = [side for side in sides if isinstance(side, Scenario)]
    made = iter(
        run_all(
            to_run,
            replications=replications,
            seed=seed,
            precision=precision,
            most=most,
            out=out,
            executor=executor,
            progress=progress,
        )
        if to_run
        else []
    )
    results = [side if isinstance(side, Result) else next(made) for side in sides]
    folder = None if out is None else Path(out)
    command = _comparing_command(sides, results, seed, replications, precision, folder)
    comparison = compared(results[0], results[1:], command)
    if folder is not None:
        comparison = replace(comparison, folder=folder / comparison_name(results))
        comparison.save()
    return comparison


def _comparing_command(
    sides: Sequence[Result | Scenario],
    results: Sequence[Result],
    seed: int,
    replications: int,
    precision: float | None,
    out: Path | None,
) -> str:
    """By the scenarios where they stand on the same layers, else by the folders of their results."""
    options = {"replications": replications, "seed": seed, "precision": precision}
    plans = [side.plan for side in sides if isinstance(side, Scenario)]
    shared = {(item.with_layers, tuple(item.loaded.sets)) for item in plans}
    if len(plans) == len(sides) and len(shared) == 1:
        with_layers, sets = shared.pop()
        sources = [item.source for item in plans]
        return command_line("compare", *sources, with_layers=with_layers, sets=sets, options=options, out=out)
    folders = [str(result.folder or result.name) for result in results]
    return command_line("compare", *folders, options={}, out=out)
