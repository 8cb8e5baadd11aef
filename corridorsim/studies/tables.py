"""Results as files for other programs: a workbook for planners, a network for GIS, figures for papers and slides."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TypeAlias

from ..api import Result, Runnable, compare, load, open_result, run_all
from ..experiment import Progress, write_whole
from ..report.commands import DEFAULT_OUT, command_line

#: a result, its folder, or a scenario that is run first
Source: TypeAlias = "Result | Runnable"


def results_of(
    *what: Source,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    results: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> list[Result]:
    """Results in the order asked for: folders are opened, scenarios run and kept under ``results``.

    Raises report.NotAResult of a folder that is none, and what ``run_all`` raises.
    """
    found: list[Result | None] = []
    to_run = []
    for each in what:
        if isinstance(each, Result):
            found.append(each)
        elif isinstance(each, str | Path) and Path(each).is_dir():
            found.append(open_result(each))
        else:
            found.append(None)
            to_run.append(load(each, with_layers, sets) if isinstance(each, str | Path) else each)
    made = iter(
        run_all(to_run, replications=replications, seed=seed, out=results, executor=executor, progress=progress)
        if to_run
        else []
    )
    return [next(made) if result is None else result for result in found]


def write_workbook(*what: Source, out: str | Path = "results.xlsx", **options: object) -> Path:
    """Write results, the baseline first, as .xlsx: the answer, charts, a sheet for each table, inputs.

    ``options``: those of ``results_of``. The same results give the same bytes. Raises what ``results_of`` raises,
    report.xlsx.CannotWrite of what no workbook holds, OSError.
    """
    from ..report.workbook import write_workbook as write

    found = results_of(*what, **options)  # type: ignore[arg-type]
    words = [str(result.folder or result.name) for result in found]
    return write(found, out, command_line("report", *words, options={"xlsx": str(out)}))


def write_geojson(
    what: Source, out: str | Path = "network.geojson", perimeter: str = "C", year: int | None = None, **options: object
) -> Path:
    """Write the network of a result as GeoJSON, its figures as properties (see ``Result.geojson``).

    ``options``: those of ``results_of``. Raises what ``results_of`` and ``Result.geojson`` raise, OSError.
    """
    from ..report.network import geojson_text

    (result,) = results_of(what, **options)  # type: ignore[arg-type]
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, geojson_text(result, perimeter, year).encode())
    return out


def write_figures(*what: Source, out: str | Path = "figures", **options: object) -> list[Path]:
    """Write every figure of a result into a folder, as .png, .svg and .csv (its table). Gives the files.

    Of several results, the baseline first, the folder has the figures that compare them, and a folder for each result
    by its name. ``options``: those of ``results_of``. Raises what ``results_of`` and ``compare`` raise, OSError.
    """
    found = results_of(*what, **options)  # type: ignore[arg-type]
    out = Path(out)
    if len(found) == 1:
        return found[0].plot.save(out)
    comparison = compare(*found, out=None)
    sides = {side.name: side for side in (comparison.first, *comparison.others)}
    files = comparison.plot.save(out)
    return files + [file for name, side in sides.items() for file in side.plot.save(out / name)]
