"""What commands that simulate have in common: progress while it goes on, failures named at the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from .exits import NOT_MET, RUN_FAILED

if TYPE_CHECKING:
    from ..api import Result, Scenario
    from ..experiment import Failure


def run_all(
    loaded: Sequence[Scenario],
    *,
    replications: int,
    seed: int,
    precision: float | None,
    most: int,
    out: Path,
    executor: str,
    quiet: bool,
) -> list[Result]:
    """Run scenarios with progress on stderr."""
    from .. import api
    from ..experiment import for_stderr, parse_executor

    parse_executor(executor)  # before anything is run
    return api.run_all(
        loaded,
        replications=replications,
        seed=seed,
        precision=precision,
        most=most,
        out=out,
        executor=executor,
        progress=for_stderr(quiet=quiet),
    )


def print_json(results: Sequence[Result], *, single: bool) -> None:
    """``summary.json`` on stdout; a list of them unless it is a single one."""
    from ..report import dumps

    if single:
        typer.echo(dumps(results[0].summary))
    else:
        typer.echo("[\n" + ",\n".join(dumps(result.summary) for result in results) + "\n]")


class Made(Protocol):
    """What a command made, and the runs that failed on the way."""

    @property
    def failures(self) -> Sequence[Failure]: ...


def finish(made: Sequence[Made]) -> None:
    """Name what failed and end with the code that says so."""
    failures = [failure for result in made for failure in result.failures]
    if failures:
        for failure in dict.fromkeys(failures):
            print(f"failed: {failure.run.label}, at {failure.stage}: {failure.message}", file=sys.stderr)
        print("tracebacks are in failures.txt in the folder of results", file=sys.stderr)
        raise typer.Exit(RUN_FAILED)


class Told(Made, Protocol):
    """What a study made: a page for people, JSON for programs."""

    def page(self) -> str: ...

    def as_json(self) -> str: ...


def tell(made: Told, *, json: bool) -> None:
    """Print what a study made; then name what failed, and end with the code that says so."""
    typer.echo(made.as_json() if json else made.page())
    finish([made])


def require_met(results: Sequence[Result]) -> None:
    """End with the code that says so where a target is not met."""
    if not all(result.met for result in results):
        raise typer.Exit(NOT_MET)
