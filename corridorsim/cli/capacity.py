"""``capacity``: what a line of single track carries, and what more track would bring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import telling
from .options import Execute, Json, Out, QuietOption, Replications, Seed, Set, With
from .running import tell

Segment = Annotated[
    str, typer.Argument(metavar="SEGMENT", help="A segment; some joined by +; or two stations as from..to.")
]
Chosen = Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file, or the name of a shipped one.")]
Add = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TRACK",
        help="Track that could be laid: loop@KM[:METRES], double:KM-KM, longer:LOOP=METRES, track:LOOP, joined by + "
        "where they belong together; may be repeated.",
    ),
]
On = Annotated[str | None, typer.Option(metavar="DATE", help="The day whose values hold; the last of the horizon.")]
Trains = Annotated[
    float | None,
    typer.Option(min=0.1, metavar="N", help="Trains a day, both ways, at which delays are compared; 80 % of capacity."),
]
Length = Annotated[float | None, typer.Option(min=1, metavar="METRES", help="Length of a train.")]
Fast = Annotated[str | None, typer.Option(metavar="SHARE@KMH", help="Express trains: 0.2@80 is a fifth at 80 km/h.")]
Window = Annotated[float, typer.Option(min=0, max=20, metavar="HOURS", help="Of each day in which the line is closed.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="Days that count, of each run.")]


def capacity(
    segment: Segment,
    scenario: Chosen = "baseline",
    with_: With = None,
    set_: Set = None,
    add: Add = None,
    on: On = None,
    trains: Trains = None,
    length: Length = None,
    fast: Fast = None,
    window: Window = 0.0,
    days: Days = 60,
    replications: Replications = 5,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    quiet: QuietOption = False,
) -> None:
    """Pairs a day of a line with loops, delay against volume, occupation by section, and gains of more track."""
    with telling():
        from .. import studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        made = studies.capacity(
            segment,
            scenario,
            add=add or (),
            on=on,
            trains=trains,
            length_m=length,
            fast=fast,
            window_h=window,
            days=days,
            with_layers=with_ or (),
            sets=set_ or (),
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        tell(made, json=json)
