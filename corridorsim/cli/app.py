"""The command and its subcommands. Each is imported when it is called, so that ``--help`` starts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

#: command -> its module in this room, and the first words of its help: the list of commands needs no import so (a test
#: holds them equal)
COMMANDS = {
    "run": ("run", "Run scenarios, print the answer and save what it rests on."),
    "answer": ("run", "Answer whether the corridor carries 10 Mt in 2027."),
    "compare": ("compare", "Compare scenarios with the first one, on the same storms."),
    "sweep": ("sweep", "Run a scenario at many points of its inputs, on the same seeds, into one tidy table."),
    "sensitivity": (
        "sensitivity",
        "Rank what is not known by what it moves: the list of what to go and find out next.",
    ),
    "bottlenecks": (
        "bottlenecks",
        "Rank what holds a scenario back by the tonnes that relieving it brings; with --steps, what binds next.",
    ),
    "locomotives": (
        "locomotives",
        "Tonnes against the number of new locomotives, under several states of the rest; "
        "from where on they matter not.",
    ),
    "capacity": (
        "capacity",
        "Pairs a day of a line with loops, delay against volume, occupation by section, and gains of more track.",
    ),
    "plan": (
        "plan",
        "The smallest package of projects (the cheapest, where costs are known) that meets a target, and how surely.",
    ),
    "energy": ("energy", "Tell energy, its cost and its carbon by flow and leg."),
    "report": ("report", "Write an HTML report: one file that opens offline, with the answer on its first screen."),
    "match": ("match", "Keep the draws of the inputs that agree with observations."),
    "check": (
        "check",
        "Compare new runs with a stored baseline; exit code 3 where a figure is not shown to be what it was.",
    ),
    "validate": ("look", "Check scenarios and tell all that is wrong with them."),
    "show": ("look", "Show a scenario, and where its values come from."),
    "schema": ("look", "Print the JSON Schema of scenario files."),
    "trace": ("look", "Tell what happened to one lot, train or ship."),
    "replay": ("replay", "Run one replication again and draw what happened in it."),
    "new": ("look", "Make a folder with a scenario of your own."),
    "cache": ("cache", "List and clear finished runs that are kept."),
}


def load(name: str) -> Callable[..., Any] | typer.Typer:
    """The function of a command, or its group."""
    found: Callable[..., Any] | typer.Typer = getattr(import_module(f"{__package__}.{COMMANDS[name][0]}"), name)
    return found


class _Loading(Mapping[str, Any]):
    """The commands by name, each loaded when it is asked for."""

    def __init__(self) -> None:
        self.loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.loaded:
            command = load(name)
            if not isinstance(command, typer.Typer):
                alone = typer.Typer(add_completion=False, rich_markup_mode=None)
                alone.command(name)(command)
                command = alone
            self.loaded[name] = typer.main.get_command(command)
        return self.loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(TyperGroup):
    """All commands; listing them loads none."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": None})
        self.commands = _Loading()  # type: ignore[assignment]  # it is never written to

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        listed = [TyperCommand(name, help=words) for name, (_, words) in COMMANDS.items()]
        TyperGroup(commands=listed).format_commands(ctx, formatter)


app = typer.Typer(
    cls=_Group,
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
