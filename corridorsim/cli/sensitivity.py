"""``sensitivity``: which unknown moves a figure most."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .exits import InvalidCall, telling
from .options import Execute, Json, On, Out, Perimeter, QuietOption, Seed, Set, Source, With
from .running import tell


class Method(StrEnum):
    """Screening of all groups, or shares of the variance for a few."""

    morris = "morris"
    sobol = "sobol"


class Demand(StrEnum):
    """The demand as the scenario has it, or so much that the corridor is full."""

    as_given = "as_given"
    saturating = "saturating"


def sensitivity(
    scenario: Source,
    with_: With = None,
    set_: Set = None,
    method: Annotated[Method, typer.Option(help="Screen all groups, or share out the variance among a few.")] = (
        Method.morris
    ),
    groups: Annotated[str | None, typer.Option(metavar="A,B,C", help="Only these uncertain groups.")] = None,
    top: Annotated[int | None, typer.Option(min=1, help="sobol: the first groups of a screening, made before.")] = None,
    trajectories: Annotated[int, typer.Option(min=2, help="morris: each has a point more than there are groups.")] = 10,
    samples: Annotated[int, typer.Option(min=2, help="sobol: a power of two; points = samples x (groups + 2).")] = 64,
    measure: Annotated[str, typer.Option(help="The figure: a column of the table of years.")] = "delivered_mt",
    perimeter: On = Perimeter.C,
    year: Annotated[int | None, typer.Option(help="Of the figure; else the headline year.")] = None,
    demand: Annotated[Demand, typer.Option(help="With which demand.")] = Demand.as_given,
    replications: Annotated[int, typer.Option(min=1, help="Runs at each point.")] = 3,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    quiet: QuietOption = False,
) -> None:
    """Rank what is not known by what it moves: the list of what to go and find out next."""
    with telling():
        from .. import studies
        from ..analysis.sensitivity import SalibMissing
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        try:
            made = studies.sensitivity(
                scenario,
                method=method.value,
                groups=[group.strip() for group in groups.split(",")] if groups is not None else (),
                top=top,
                trajectories=trajectories,
                samples=samples,
                measure=measure,
                perimeter=perimeter.value,
                year=year,
                demand=demand.value,
                with_layers=with_ or (),
                sets=set_ or (),
                replications=replications,
                seed=seed,
                out=out,
                executor=executor,
                progress=for_stderr(quiet=quiet),
            )
        except SalibMissing as fault:
            raise InvalidCall(str(fault)) from None
        tell(made, json=json)
