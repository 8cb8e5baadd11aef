"""``sweep``: a scenario at many points of its inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import telling
from .options import Execute, Json, Out, QuietOption, Replications, Seed, Set, Source, With
from .running import tell

Vary = Annotated[
    list[str] | None,
    typer.Option("--vary", metavar="PATH=A,B,C", help="A path and its values; repeated, every combination is run."),
]
DesignOption = Annotated[
    str | None, typer.Option("--design", metavar="lhs:N|sobol:N", help="N draws of the uncertain groups.")
]


def sweep(
    scenario: Source,
    with_: With = None,
    set_: Set = None,
    vary: Vary = None,
    design: DesignOption = None,
    replications: Replications = 10,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    quiet: QuietOption = False,
) -> None:
    """Run a scenario at many points of its inputs, on the same seeds, into one tidy table."""
    with telling():
        from .. import studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        made = studies.sweep(
            scenario,
            vary=vary or (),
            design=design,
            with_layers=with_ or (),
            sets=set_ or (),
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        tell(made, json=json)
