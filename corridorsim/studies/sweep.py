"""``sweep``: a scenario at many points of its inputs, on the same seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..api import RunFailed, Runnable, Scenario
from ..experiment import Progress, outcomes
from ..report.commands import DEFAULT_OUT
from ..scenario import Issue, Issues, Origin
from .field import Field, chosen_scenario, failed

if TYPE_CHECKING:
    from ..experiment.design import Design, Vary
    from ..report.sweep import Sweep


def sweep(
    scenario: Runnable,
    *,
    vary: Mapping[str, Sequence[Any]] | Sequence[str] = (),
    design: str | None = None,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Sweep:
    """A scenario at every combination of values (``vary``: path -> values, or ``path=a,b,c`` texts), at the points of a
    ``design`` of its uncertain groups (``lhs:N``, ``sobol:N``), or at every combination of both; on the same seeds.

    ``with_layers`` and ``sets`` go with a scenario that is named, not with one that was loaded. All points are read
    and built before the first is run: raises scenario.Issues with all that is wrong with any of them. What ends well
    is saved under ``out`` (None saves nothing), and a second call runs only what is missing. Raises RunFailed where no
    run with the demand as given ends well, and what ``run`` raises.
    """
    from ..analysis.sweep import Swept
    from ..experiment.design import draw
    from ..experiment.points import plan_points
    from ..report.sweep import Sweep, sweep_name

    field = Field(replications, seed, None if out is None else Path(out), executor, progress)
    chosen, varied, wanted = _read(scenario, vary, design, with_layers, sets)
    plan = chosen.plan
    drawn = draw(wanted, list(plan.loaded.scenario.uncertain_groups), seed) if wanted else []
    planned = plan_points(plan, varied, drawn, seed=seed)
    ended = field.run([case for each in planned for case in each.cases.values()])
    points = tuple(
        Swept(
            each.point.number,
            " ".join(case.key for case in each.cases.values()),
            each.point.factors,
            {demand: outcomes(ended[case.key]) for demand, case in each.cases.items()},
            each.judged,
        )
        for each in planned
    )
    failures = failed(ended)
    if not any(point.given for point in points):
        raise RunFailed(f"sweep of {chosen.name}", failures)
    made = Sweep(
        chosen.name,
        chosen.title,
        __version__,
        seed,
        replications,
        tuple(each.path for each in varied),
        str(wanted) if wanted else "",
        plan.draws if plan.samples and not wanted else "",
        points,
        field.command("sweep", chosen, vary=[str(each) for each in varied], design=str(wanted) if wanted else None),
        failures,
        len(plan.loaded.scenario.kept_draws),
    )
    if field.out is not None:
        made = replace(made, folder=field.out / sweep_name(made.name, seed, [point.key for point in points]))
        made.save()
    return made


def _read(
    scenario: Runnable,
    vary: Mapping[str, Sequence[Any]] | Sequence[str],
    design: str | None,
    with_layers: Sequence[str | Path],
    sets: Sequence[str],
) -> tuple[Scenario, Sequence[Vary], Design | None]:
    """What is to be swept, or Issues with all that is wrong with the call and the scenario at once."""
    from ..experiment.design import read_design, read_vary

    if not vary and not design:
        hint = "write --vary path=a,b,c, or --design lhs:N over the uncertain groups"
        raise Issues([Issue.at(Origin("--vary", 1, 1), "", "there is nothing to sweep", hint)])
    issues: list[Issue] = []
    try:
        varied = read_vary(vary, scenario.plan.loaded.sets if isinstance(scenario, Scenario) else sets)
    except Issues as found:
        issues += found.issues
    try:
        wanted = read_design(design) if design else None
    except Issues as found:
        issues += found.issues
    try:
        chosen = chosen_scenario(scenario, with_layers, sets)
    except Issues as found:
        issues += found.issues
    if issues:
        raise Issues(issues)
    return chosen, varied, wanted
