"""``energy``: fuel, electricity, their cost and carbon."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import InvalidCall, telling
from .options import Execute, Json, On, Out, Perimeter, QuietOption, Replications, Seed, Set, With
from .running import finish


def energy(
    source: Annotated[str, typer.Argument(metavar="SCENARIO|FOLDER", help="A scenario, or a folder of results.")],
    year: Annotated[int | None, typer.Option(help="Of the results; the headline year if not given.")] = None,
    flow: Annotated[str | None, typer.Option(metavar="FLOW", help="The legs of one flow.")] = None,
    with_: With = None,
    set_: Set = None,
    replications: Replications = 10,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    perimeter: On = Perimeter.C,
    quiet: QuietOption = False,
) -> None:
    """Tell energy, its cost and its carbon by flow and leg.

    Prices and factors are the scenario's section `energy`; they change no run, so that runs already kept are used.
    """
    with telling():
        from .. import api, studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        is_folder = Path(source).is_dir()
        if is_folder and (with_ or set_):
            raise InvalidCall("a folder of results has its layers and settings already")
        made = studies.energy(
            api.open_result(source) if is_folder else source,
            year=year,
            with_layers=with_ or (),
            sets=set_ or (),
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        try:
            typer.echo(made.as_json() if json else made.page(perimeter.value, flow))
        except KeyError as fault:
            raise InvalidCall(str(fault.args[0])) from fault
        finish([made])
