"""The command and its subcommands. Each imports what it needs when called, so that ``--help`` starts at once."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from .bottlenecks import bottlenecks
from .cache import cache_app
from .capacity import capacity
from .check import check
from .compare import compare
from .energy import energy
from .locomotives import locomotives
from .look import new, schema, show, trace, validate
from .match import match
from .plan import plan
from .replay import replay
from .report import report
from .run import answer, run
from .sensitivity import sensitivity
from .sweep import sweep

app = typer.Typer(
    help="Discrete-event simulation of freight corridors by rail and sea.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False
) -> None:
    if version:
        from .. import __version__

        typer.echo(__version__)
        raise typer.Exit


for command in (
    run,
    answer,
    compare,
    sweep,
    sensitivity,
    bottlenecks,
    locomotives,
    capacity,
    plan,
    energy,
    report,
    match,
    check,
    validate,
    show,
    schema,
    trace,
    replay,
    new,
):
    app.command()(command)
app.add_typer(cache_app, name="cache")


def main() -> None:
    """The entry point of the script."""
    # reading a scenario makes many objects that stay: looking through them every 700 takes a tenth of ``validate``
    gc.set_threshold(200_000)
    app(prog_name="corridorsim")
