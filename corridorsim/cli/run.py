"""``run`` and ``answer``: simulate scenarios and print what they give."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import telling
from .options import (
    Execute,
    Json,
    Most,
    On,
    Out,
    Perimeter,
    Precision,
    QuietOption,
    Replications,
    Seed,
    Set,
    Sources,
    With,
)
from .running import finish, print_json, require_met, run_all

if TYPE_CHECKING:
    from ..api import Result

HowMany = Annotated[int | None, typer.Option(min=1, help="Runs of each scenario: 10, or 2 with --quick.")]


def run(
    scenarios: Sources,
    with_: With = None,
    set_: Set = None,
    replications: HowMany = None,
    seed: Seed = 1,
    precision: Precision = None,
    most: Most = 100,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    require_targets: Annotated[bool, typer.Option("--require-targets", help="Exit code 3 if one is not met.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="A first look: the last year alone, 2 runs, no targets.")
    ] = False,
    perimeter: On = Perimeter.C,
    quiet: QuietOption = False,
) -> None:
    """Run scenarios, print the answer and save what it rests on."""
    with telling():
        from ..api import load
        from ..experiment.quick import QUICK_REPLICATIONS

        if quick and (require_targets or precision is not None):
            asked = "--require-targets" if require_targets else "--precision"
            raise typer.BadParameter(f"a first look judges nothing; leave out --quick or {asked}")
        many = replications or (QUICK_REPLICATIONS if quick else 10)
        sets = [_first_look(source, with_ or (), set_ or ()) if quick else set_ or () for source in scenarios]
        loaded = [load(source, with_ or (), given) for source, given in zip(scenarios, sets, strict=True)]
        results = run_all(
            loaded,
            replications=many,
            seed=seed,
            precision=precision,
            most=most,
            out=out,
            executor=executor,
            quiet=quiet,
        )
        if json:
            print_json(results, single=len(scenarios) == 1)
        elif len(results) == 1:
            typer.echo(results[0].page(perimeter))
        else:
            from ..report import Block, Closing, command_line, side_by_side

            again = command_line(
                "run",
                *scenarios,
                with_layers=with_ or (),
                sets=set_ or (),
                options={"quick": quick, "replications": many, "seed": seed, "precision": precision},
                out=out,
            )
            closing = Closing([f"{result.folder}/" for result in results], again)
            block = Block("", [(result.name, result.summary) for result in results])
            typer.echo(side_by_side("scenarios side by side", "", [block], closing, perimeter.value))
        if quick and not json:
            typer.echo(_what_quick_is(results, scenarios, with_ or (), set_ or ()))
        finish(results)
        if require_targets:
            require_met(results)


def _first_look(source: str, with_: Sequence[str], set_: Sequence[str]) -> Sequence[str]:
    """The settings that make a first look of a scenario."""
    from ..experiment.quick import quick_settings
    from ..scenario import read

    return (*set_, *quick_settings(read(source, with_layers=with_, sets=set_).scenario))


def _what_quick_is(
    results: Sequence[Result], scenarios: Sequence[str], with_: Sequence[str], set_: Sequence[str]
) -> str:
    from ..report import command_line

    summary = results[0].summary
    full = command_line("run", *scenarios, with_layers=with_, sets=set_)
    return (
        f"quick    {summary.headline_year} alone, as given, {summary.replications} runs: a first look with wide "
        f"intervals, and no verdict\n         another scenario so looked at has the same storms: compare the two\n"
        f"in full  {full}"
    )


def answer(
    replications: Replications = 3,
    seed: Seed = 1,
    precision: Precision = None,
    most: Most = 100,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    perimeter: On = Perimeter.C,
    full: Annotated[bool, typer.Option("--full", help="From July 2023, not from July 2026.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Answer whether the corridor carries 10 Mt in 2027.

    Locomotive scenarios side by side, under both extremes of allocation.
    """
    with telling():
        from ..api import load
        from ..report import Block, Closing, command_line, side_by_side

        counterfactuals = ("no_new_locomotives", "locomotives_contract", "locomotives_300_by_2027")
        blocks_of = {
            "fixed": ("locomotives: a fixed number on the corridor", ("baseline", *counterfactuals)),
            "on_demand": ("locomotives: drawn on demand from the national fleet", counterfactuals),
        }
        # half a year to fill up, as before 2024, is enough for 2027 and takes a third of the computing
        layers = ["demand/official10"] if full else ["demand/official10", "horizon/2027"]
        loaded = [
            load(name, layers, [f"policies.allocation={policy}"], f"{name}+official10+{policy}")
            for policy, (_, names) in blocks_of.items()
            for name in names
        ]
        results = run_all(
            loaded,
            replications=replications,
            seed=seed,
            precision=precision,
            most=most,
            out=out,
            executor=executor,
            quiet=quiet,
        )
        if json:
            print_json(results, single=False)
        else:
            each = iter(results)
            blocks = [
                Block(heading, [(name, next(each).summary) for name in names]) for heading, names in blocks_of.values()
            ]
            again = command_line(
                "answer",
                options={"replications": replications, "seed": seed, "precision": precision, "full": full},
                out=out,
            )
            then = [
                "corridorsim run baseline                        one scenario in full, 2024 to 2027",
                "corridorsim compare baseline ships_2027         what ships bring, on the same storms",
                "corridorsim trace baseline --slowest ct_cn_az   why one lot took so long",
            ]
            closing = Closing([f"{out}/  (a folder for each line)"], again, then)
            demand = "official10 / saturating"
            typer.echo(side_by_side("Middle Corridor to 2027", demand, blocks, closing, perimeter.value))
        finish(results)
