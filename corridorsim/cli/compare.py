"""``compare``: scenarios against the first one, inputs beside outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import telling
from .options import Execute, Json, Most, On, Out, Perimeter, Precision, QuietOption, Replications, Seed, Set, With
from .running import finish


def compare(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="A scenario, or a folder of results.")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER...", help="The same, compared with the first.")],
    with_: With = None,
    set_: Set = None,
    replications: Replications = 10,
    seed: Seed = 1,
    precision: Precision = None,
    most: Most = 100,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    perimeter: On = Perimeter.C,
    quiet: QuietOption = False,
) -> None:
    """Compare scenarios with the first one, on the same storms.

    Differences are paired by replication and stand beside the inputs that differ.
    """
    with telling():
        from .. import api
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        sides = [
            api.open_result(side) if Path(side).is_dir() else api.load(side, with_ or (), set_ or ())
            for side in (first, *others)
        ]
        comparison = api.compare(
            *sides,
            replications=replications,
            seed=seed,
            precision=precision,
            most=most,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        typer.echo(comparison.as_json() if json else comparison.page(perimeter.value))
        finish([comparison.first, *comparison.others])
