"""``energy``: what a scenario's transport takes in fuel and electricity, what that costs, and its carbon."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from ..api import Result, Runnable, run
from ..experiment import Progress
from ..report.commands import DEFAULT_OUT, command_line
from ..scenario import Issue, Issues, Origin
from .field import chosen_scenario

if TYPE_CHECKING:
    from ..report.energy import Energy


def energy(
    what: Result | Runnable,
    *,
    year: int | None = None,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Energy:
    """Energy, its cost and its carbon by flow and leg, of a result or of a scenario that is run first.

    ``year``: None takes the headline year. Written into the result's folder, where it has one. Prices and factors
    change no run: with others, runs that are kept are not made again. Raises scenario.Issues where the scenario does
    not give what is needed or has no such year, and what ``run`` raises.
    """
    from ..analysis.energy import MissingFactors
    from ..report.energy import Energy

    if isinstance(what, Result):
        result, command = what, command_line("energy", str(what.folder or what.name), options={"year": year}, out=None)
    else:
        chosen = chosen_scenario(what, with_layers, sets)
        result = run(chosen, replications=replications, seed=seed, out=out, executor=executor, progress=progress)
        command = command_line(
            "energy",
            chosen.plan.source,
            with_layers=chosen.plan.with_layers,
            sets=chosen.plan.loaded.sets,
            options={"year": year, "replications": replications, "seed": seed},
            out=None if out is None else Path(out),
        )
    years = sorted({number for each in result.runs.values() for number in each["tables"]["years"]["year"]})
    if year is not None and year not in years:
        told = f"no results of {year}; there are {', '.join(map(str, years))}"
        raise Issues([Issue.at(Origin("--year", 1, 1), "", told)])
    made = Energy(result, result.summary.headline_year if year is None else year, command)
    try:
        _ = made.uses
    except MissingFactors as fault:
        raise Issues(
            Issue.at(Origin(result.name, 1, 1), path, f"energy cannot be told without {path}") for path in fault.paths
        ) from fault
    if result.folder is not None:
        made.save()
    return made
