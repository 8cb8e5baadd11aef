"""Commands that simulate nothing, or one run: ``validate``, ``show``, ``schema``, ``trace``, ``new``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from .exits import InvalidCall, telling
from .options import Seed, Set, Source, Sources, With


def validate(scenarios: Sources, with_: With = None, set_: Set = None) -> None:
    """Check scenarios and tell all that is wrong with them.

    Each fault with file, line and column; exit code 2 if there is any.
    """
    with telling():
        from ..model import build
        from ..scenario import Issues, read

        wrong: list[Any] = []
        for source in scenarios:
            try:
                loaded = read(source, with_layers=with_ or (), sets=set_ or ())
                blueprint = build(loaded)
            except Issues as issues:
                wrong += issues.issues
                continue
            calendar = blueprint.calendar
            typer.echo(
                f"{source}: valid · {len(blueprint.flows)} flows, {len(blueprint.segments)} segments, "
                f"{len(blueprint.vessels)} vessels, {calendar.month_names[0]} to {calendar.month_names[-1]}"
            )
        if wrong:
            raise Issues(wrong)


def show(
    scenario: Source,
    effective: Annotated[bool, typer.Option("--effective", help="Every value that is in force.")] = False,
    uncertain: Annotated[bool, typer.Option("--uncertain", help="What is not known: groups, ranges, sources.")] = False,
    with_: With = None,
    set_: Set = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write its tables as a workbook; new --from-xlsx reads it back."),
    ] = None,
) -> None:
    """Show a scenario, and where its values come from.

    With --effective each value with unit, source and the place that set it, with --uncertain what is not known.
    With --xlsx all its tables as a workbook to edit, a sheet for each.
    """
    with telling():
        from ..report import effective_csv, effective_text, outline, uncertain_text
        from ..scenario import read

        loaded = read(scenario, with_layers=with_ or (), sets=set_ or ())
        if csv and not effective:
            raise InvalidCall("--csv goes with --effective")
        if effective + uncertain + (xlsx is not None) > 1:
            raise InvalidCall("choose one: --effective, --uncertain or --xlsx")
        if xlsx is not None:
            from .. import __version__
            from ..report.scenario_workbook import write_scenario

            count = write_scenario(loaded, xlsx, __version__)
            typer.echo(
                f"{count} sheets in {xlsx}\n"
                f"edit     {xlsx}\n"
                f"back     corridorsim new FOLDER --from-xlsx {shlex.quote(str(xlsx))}"
            )
            return
        page = effective_text if effective else uncertain_text if uncertain else outline
        typer.echo((effective_csv if csv else page)(loaded).rstrip("\n"))


def schema(
    summary: Annotated[bool, typer.Option("--summary", help="Of what run --json prints instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files.

    Editors complete and check by it.
    """
    with telling():
        if summary:
            from ..report import schema_text

            typer.echo(schema_text().rstrip("\n"))
            return
        import json as text

        from ..scenario import json_schema

        typer.echo(text.dumps(json_schema(), indent=1, ensure_ascii=False))


def trace(
    scenario: Source,
    actor: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A train or ship by its name.")] = None,
    lot: Annotated[int | None, typer.Option(help="A lot by its number.")] = None,
    slowest: Annotated[str | None, typer.Option(metavar="FLOW", help="The flow's lot with most days.")] = None,
    with_: With = None,
    set_: Set = None,
    seed: Seed = 1,
    replication: Annotated[int, typer.Option(min=0, help="Which replication.")] = 0,
) -> None:
    """Tell what happened to one lot, train or ship.

    Movements and waits in order ("why 31 days?").
    """
    with telling():
        if sum(choice is not None for choice in (actor, lot, slowest)) != 1:
            raise InvalidCall("name one: a train or ship, --lot NUMBER, or --slowest FLOW")
        from ..analysis.story import Story
        from ..experiment import case, rerun
        from ..scenario import read

        chosen = case(scenario, read(scenario, with_layers=with_ or (), sets=set_ or ()))
        story = Story(*rerun(chosen, seed=seed, replication=replication))
        if slowest is not None:
            lot = story.slowest(slowest)
        typer.echo(story.lot_number(lot) if lot is not None else story.actor(actor or ""))


def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder to be made.")],
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="NAME",
            help="Which shipped scenario: baseline if not given; examples/ferry is a small one in one file.",
        ),
    ] = None,
    from_xlsx: Annotated[
        Path | None,
        typer.Option("--from-xlsx", metavar="FILE", help="A workbook of tables instead, as show --xlsx writes it."),
    ] = None,
) -> None:
    """Make a folder with a scenario of your own.

    A copy of the shipped scenarios with all that they rest on, of a small example, or the tables of a workbook.
    """
    with telling():
        from .new import copy_scenario, next_steps, scenario_from_workbook

        if source is not None and from_xlsx is not None:
            raise InvalidCall("choose one: --from or --from-xlsx")
        if from_xlsx is not None:
            file, count = scenario_from_workbook(from_xlsx, folder)
        else:
            file, count = copy_scenario(source or "baseline", folder)
        typer.echo(next_steps(folder, file, count))
