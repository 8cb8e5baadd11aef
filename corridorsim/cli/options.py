"""Arguments and options that commands share; each says in ``--help`` what it means."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Perimeter(StrEnum):
    """Which flows a total holds: A dry rail cargo, B with crude, C with all other cargo."""

    A = "A"
    B = "B"
    C = "C"


Source = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")]
Sources = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenario files, or names of shipped ones.")]
With = Annotated[list[str] | None, typer.Option("--with", metavar="LAYER", help="A layer on top; may be repeated.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="One value; may be repeated.")]
Replications = Annotated[int, typer.Option(min=1, help="Runs of each scenario.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same storms to every scenario.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where results and finished runs are kept.")]
Execute = Annotated[str, typer.Option(metavar="EXECUTOR", help="serial | processes[:N] | dask[:ADDRESS]")]
Json = Annotated[bool, typer.Option("--json", help="Print summary.json instead of the page (a list for several).")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
On = Annotated[Perimeter, typer.Option(help="Perimeter of the totals on the page.")]


def _share(text: str) -> float:
    """``2%`` or ``0.02``."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no precision; write 2% or 0.02") from None
    if not 0 < share <= 0.15:
        raise typer.BadParameter(f"'{text}': the precision lies above 0 and at most at 15%")
    return share


Precision = Annotated[
    float | None,
    typer.Option(parser=_share, metavar="SHARE", help="Add replications until delivered tonnes are known to, say, 2%."),
]
Most = Annotated[int, typer.Option("--max-replications", min=2, help="Where --precision gives up.")]
