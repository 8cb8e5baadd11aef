"""Where and how the runs of a study are made and kept: the same for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..api import RunFailed, Runnable, Scenario, load
from ..experiment import Case, Failure, Outcome, Progress, failures, replicate
from ..report.commands import command_line
from ..report.folder import write_failures


@dataclass(frozen=True)
class Field:
    """Where and how the runs of a study are made and kept."""

    replications: int
    seed: int
    out: Path | None
    executor: str | Executor
    progress: Progress | None

    def __post_init__(self) -> None:
        if self.replications < 1:
            raise ValueError("at least one replication is needed")
        if self.seed < 0:
            raise ValueError("the seed must not be negative")

    def run(
        self,
        cases: Sequence[Case],
        *,
        replications: int | Sequence[int] | None = None,
        earlier: Mapping[str, Sequence[Outcome | Failure]] | None = None,
        hold: Callable[[Any], Any] | None = None,
    ) -> dict[str, list[Outcome | Failure]]:
        """Every case on the same seeds, by key; of each run only the table of years is held, the store has it whole.

        ``replications`` other than the field's, one number or one a case; what an ``earlier`` call gave is not run
        again; ``hold`` for a study that needs more of each run.
        """
        from ..analysis import reduce
        from ..analysis.kept import kept_runs

        return replicate(
            cases,
            seed=self.seed,
            replications=replications or self.replications,
            reduce=reduce,
            executor=self.executor,
            store=kept_runs(self.out),
            progress=self.progress,
            earlier=earlier,
            hold=hold or _of_years,
        )

    def command(self, name: str, chosen: Scenario, **options: object) -> str:
        """The command that makes a study of this scenario again."""
        plan = chosen.plan
        return command_line(
            name,
            plan.source,
            with_layers=plan.with_layers,
            sets=plan.loaded.sets,
            options={**options, "replications": self.replications, "seed": self.seed},
            out=self.out,
        )


def chosen_scenario(scenario: Runnable, with_layers: Sequence[str | Path], sets: Sequence[str]) -> Scenario:
    """A scenario by its name with layers and settings, or one that has them already. Raises ValueError, Issues."""
    if not isinstance(scenario, Scenario):
        return load(scenario, with_layers, sets)
    if with_layers or sets:
        raise ValueError("a loaded scenario has its layers and settings already")
    return scenario


def failed(ended: Mapping[str, Sequence[Outcome | Failure]]) -> tuple[Failure, ...]:
    """All that failed, over all cases."""
    return failures(result for results in ended.values() for result in results)


def _of_years(value: Mapping[str, Any]) -> dict[str, Any]:
    return {"tables": {"years": value["tables"]["years"]}}


class Incomplete(RunFailed):
    """A study that cannot go on without the runs that failed. What has ended well is kept, and found again."""

    def __init__(self, study: str, failures: Sequence[Failure], done: int, told: Path | None) -> None:
        first = failures[0]
        words = (
            f"{study} stops: {len(failures)} of {done + len(failures)} runs failed, and it compares none without them; "
            f"the first was {first.run.label}, at {first.stage}: {first.message}"
        )
        if told is not None:
            words += f"; the others are kept and found again by the same command; tracebacks are in {told}"
        RuntimeError.__init__(self, words)
        self.failures = tuple(failures)


def stop_incomplete(study: str, ended: Mapping[str, Sequence[Outcome | Failure]], out: Path | None) -> None:
    """Raises Incomplete where runs failed, with their tracebacks in a file under ``out``; else does nothing."""
    lost = failed(ended)
    if not lost:
        return
    told = None if out is None else out / "failures.txt"
    if told is not None:
        write_failures(told, lost)
    raise Incomplete(study, lost, sum(map(len, ended.values())) - len(lost), told)
