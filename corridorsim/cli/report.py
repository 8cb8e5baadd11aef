"""``report``: one file to look at and to pass on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .exits import InvalidCall, telling
from .options import Execute, On, Perimeter, QuietOption, Replications, Seed, Set, With
from .running import finish

What = Annotated[
    list[str],
    typer.Argument(
        metavar="RESULT...",
        help="Folders of results or scenarios, the baseline first; folders of bottlenecks, locomotives and plan too.",
    ),
]
Results = Annotated[Path, typer.Option(metavar="DIR", help="Where results of scenarios are kept.")]


def report(
    what: What,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The HTML file to write: report.html, if no other file is asked for."),
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a workbook: the answer, charts, all tables.")
    ] = None,
    geojson: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the network of one result, figures as properties.")
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write each figure by itself: .png, .svg, and its table as .csv."),
    ] = None,
    with_: With = None,
    set_: Set = None,
    replications: Replications = 10,
    seed: Seed = 1,
    perimeter: On = Perimeter.C,
    results: Annotated[Path, typer.Option(metavar="DIR", help="Where results of scenarios are kept.")] = Path(
        "results"
    ),
    executor: Execute = "processes",
    quiet: QuietOption = False,
) -> None:
    """Write an HTML report: one file that opens offline, with the answer on its first screen.

    With --xlsx a workbook with all tables, with --geojson the network for a GIS, with --figures a folder of figures;
    --out as well for the page too.
    """
    with telling():
        from .. import studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        if not (out or xlsx or geojson or figures):
            out = Path("report.html")
        for option, file in (("--out", out), ("--xlsx", xlsx), ("--geojson", geojson)):
            if file is not None and file.is_dir():
                raise InvalidCall(f"{file} is a folder; {option} names the file to write")
            blocks = next((part for part in (file.parents if file else ()) if part.is_file()), None)
            if blocks is not None:
                raise InvalidCall(f"{file} cannot be written: {blocks} is a file, not a folder ({option})")
        if figures is not None and figures.is_file():
            raise InvalidCall(f"{figures} is a file; --figures names a folder")
        if geojson is not None and len(what) > 1:
            raise InvalidCall("--geojson takes one result or scenario")
        if (with_ or set_) and all(Path(each).is_dir() for each in what):
            raise InvalidCall("a folder of results has its layers and settings already")
        options: dict[str, Any] = {
            "with_layers": with_ or (),
            "sets": set_ or (),
            "replications": replications,
            "seed": seed,
            "results": results,
            "executor": executor,
            "progress": for_stderr(quiet=quiet),
        }
        if out is not None:
            made = studies.write_report(*what, out=out, perimeter=perimeter.value, **options)
            typer.echo(str(made))
            found = made.results
        else:
            found = studies.results_of(*what, **options)
        if xlsx is not None:
            typer.echo(f"{studies.write_workbook(*found, out=xlsx)}: the answer, charts, and all tables")
        if geojson is not None:
            typer.echo(f"{studies.write_geojson(found[0], geojson, perimeter.value)}: the network with its figures")
        if figures is not None:
            drawn = {file.with_suffix("") for file in studies.write_figures(*found, out=figures)}
            typer.echo(f"{figures}/: {len(drawn)} figures, each as .png, .svg and .csv")
        finish(found)
