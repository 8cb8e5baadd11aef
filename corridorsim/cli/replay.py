"""``corridorsim replay``: one replication run again, and a figure of what its trains and ships did."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import InvalidCall, telling
from .options import Seed, Set, With

if TYPE_CHECKING:
    from ..figures import Figure
    from ..report.replay import Replay


class Shown(StrEnum):
    """Which figure."""

    STRING_LINE = "string-line"
    GANTT = "gantt"
    FLEET = "fleet"
    TRANSIT = "transit"
    QUEUE = "queue"


def replay(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario, or a folder of results.")],
    figure: Annotated[Shown, typer.Argument(help="Which figure.")],
    of: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[OF]...",
            help="Two stations or some segments; sea links; a territory; flows; a place.",
            show_default=False,
        ),
    ] = None,
    with_: With = None,
    set_: Set = None,
    seed: Seed = 1,
    replication: Annotated[int, typer.Option(min=0, help="Which replication.")] = 0,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="First day, or moment, that is shown.")] = None,
    days: Annotated[float | None, typer.Option(help="How many days are shown.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help=".html, .png, .svg, .pdf or .csv.")] = None,
) -> None:
    """Run one replication again and draw what happened in it.

    string-line: trains of a line over some days. gantt: ships, berths and weather. fleet: locomotives by what they do.
    transit: days of single lots. queue: tonnes that wait at a place.
    """
    with telling():
        from ..analysis.fleet import NoSuchFleet
        from ..analysis.line import NoSuchLine
        from ..analysis.queues import NoSuchPlace

        path = out or Path(f"{figure.value}.html")
        try:
            replayed = _replayed(scenario, with_ or [], set_ or [], seed, replication)
            drawn = _drawn(replayed, figure, of or [], since, days)
            drawn.save(path)
        except (NoSuchFleet, NoSuchLine, NoSuchPlace, ValueError) as fault:
            raise InvalidCall(str(fault)) from fault
        typer.echo(f"{drawn.title}\n{drawn.alt}\nfile     {path}")


def _replayed(scenario: str, with_layers: list[str], sets: list[str], seed: int, replication: int) -> Replay:
    from ..api import load, open_result

    if not (Path(scenario) / "summary.json").is_file():
        return load(scenario, with_layers, sets).replay(replication, seed)
    if with_layers or sets:
        raise InvalidCall("a result has its layers and settings already")
    return open_result(scenario).replay(replication)


def _drawn(replayed: Replay, figure: Shown, of: list[str], since: str | None, days: float | None) -> Figure:
    plot = replayed.plot
    if figure is Shown.STRING_LINE:
        length = 7 if days is None else days
        nodes = {node for plan in replayed.view.blueprint.segments for node in (plan.from_node, plan.to_node)}
        if len(of) == 2 and not nodes.isdisjoint(of):
            return plot.string_line(of[0], of[1], since=since, days=length)
        return plot.string_line(of, since=since, days=length)
    if figure is Shown.GANTT:
        return plot.gantt(of or None, since=since, days=30 if days is None else days)
    if figure is Shown.TRANSIT:
        return plot.transit(of or None, since=since, days=days)
    if len(of) > 1 or (figure is Shown.QUEUE and not of):
        raise InvalidCall("name one place" if figure is Shown.QUEUE else "name one territory, or none for all")
    if figure is Shown.FLEET:
        return plot.fleet(of[0] if of else None, since=since, days=days)
    return plot.queue(of[0], since=since, days=days)
