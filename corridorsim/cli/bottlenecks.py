"""``bottlenecks``: what holds a scenario back, and what binds next."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .exits import telling
from .options import Execute, Json, Out, QuietOption, Replications, Seed, Set, Source, With
from .running import tell


class Demand(StrEnum):
    """What the scenario is offered."""

    saturating = "saturating"
    as_given = "as_given"


Steps = Annotated[
    int,
    typer.Option(
        "--steps", "--staircase", min=0, metavar="N", help="Take the best relief and ask again, up to N times."
    ),
]
DemandOption = Annotated[Demand, typer.Option("--demand", help="More than can be carried, or as the scenario says.")]


def bottlenecks(
    scenario: Source,
    with_: With = None,
    set_: Set = None,
    steps: Steps = 0,
    demand: DemandOption = Demand.saturating,
    replications: Replications = 5,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    quiet: QuietOption = False,
) -> None:
    """Rank what holds a scenario back by the tonnes that relieving it brings; with --steps, what binds next."""
    with telling():
        from .. import studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        made = studies.bottlenecks(
            scenario,
            steps=steps,
            demand=demand.value,
            with_layers=with_ or (),
            sets=set_ or (),
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        tell(made, json=json)
