"""``match``: which draws of the uncertain inputs agree with what was observed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import telling
from .options import Execute, Json, Out, QuietOption, Seed, Set, Source, With
from .running import tell


def match(
    scenario: Source,
    against: Annotated[
        Path | None, typer.Option(metavar="TARGETS.csv", help="Observations; the shipped ones of 2024 if not given.")
    ] = None,
    measures: Annotated[
        Path | None, typer.Option(metavar="MEASURES.csv", help="Which figure answers each; else beside the targets.")
    ] = None,
    layer: Annotated[
        str, typer.Option(metavar="LAYER", help="Layer of the run that is compared, where a row names none.")
    ] = "calibration/year_2024",
    with_: With = None,
    set_: Set = None,
    draws: Annotated[int, typer.Option(min=2, help="Draws, spread evenly over the ranges (Latin hypercube).")] = 200,
    waves: Annotated[int, typer.Option(min=1, help="Further waves look where the runs so far see a chance.")] = 1,
    widen: Annotated[float, typer.Option(min=0.01, help="Times the tolerance of each observation.")] = 1.0,
    replications: Annotated[int, typer.Option(min=1, help="Runs of each draw.")] = 1,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    quiet: QuietOption = False,
) -> None:
    """Keep the draws of the inputs that agree with observations.

    The uncertain groups are drawn, each draw is run and held against the observations within their tolerances.
    """
    with telling():
        from .. import studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        made = studies.match(
            scenario,
            against=against,
            measures=measures,
            layer=layer,
            with_layers=with_ or (),
            sets=set_ or (),
            widen=widen,
            draws=draws,
            waves=waves,
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        tell(made, json=json)
