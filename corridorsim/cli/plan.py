"""``plan``: the smallest package of projects that meets a target."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import telling
from .options import Execute, Json, Out, QuietOption, Replications, Seed, Set, Source, With

TargetName = Annotated[str | None, typer.Option(metavar="NAME", help="The target that counts; the one of capacity.")]
Chance = Annotated[float | None, typer.Option(metavar="P", help="In place of the target's own probability.")]
AtLeast = Annotated[float | None, typer.Option(metavar="VALUE", help="In place of what the target asks for.")]
Exclude = Annotated[list[str] | None, typer.Option(metavar="PROJECT", help="No choice; may be repeated.")]
All = Annotated[bool, typer.Option("--all", help="Try every package instead of searching.")]
Delta = Annotated[float, typer.Option(metavar="MT", help="What a difference must be to be worth telling apart.")]
Budget = Annotated[int, typer.Option("--budget-runs", min=1, metavar="N", help="Runs of the search at most.")]
First = Annotated[int, typer.Option(min=2, help="Replications of a first look at a package.")]
Robust = Annotated[
    bool, typer.Option("--robust/--no-robust", help="Run the package found with its inputs and dates drawn too.")
]


def plan(
    scenario: Source,
    with_: With = None,
    set_: Set = None,
    target: TargetName = None,
    probability: Chance = None,
    at_least: AtLeast = None,
    exclude: Exclude = None,
    every: All = False,
    delta: Delta = 0.05,
    budget: Budget = 1000,
    first: First = 5,
    robust: Robust = True,
    replications: Replications = 10,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    quiet: QuietOption = False,
) -> None:
    """The smallest package of projects (the cheapest, where costs are known) that meets a target, and how surely."""
    with telling():
        from .. import studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        made = studies.plan(
            scenario,
            target=target,
            probability=probability,
            at_least=at_least,
            exclude=exclude or (),
            method="all" if every else "search",
            delta=delta,
            budget=budget,
            first=first,
            robust=robust,
            with_layers=with_ or (),
            sets=set_ or (),
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        typer.echo(made.as_json() if json else made.page())
