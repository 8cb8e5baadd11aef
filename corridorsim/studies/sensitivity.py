"""``sensitivity``: which of the uncertain inputs moves a figure most."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..api import RunFailed, Runnable
from ..experiment import Progress, outcomes
from ..report.commands import DEFAULT_OUT
from .field import Field, chosen_scenario, failed

if TYPE_CHECKING:
    from ..report.sensitivity import Sensitivity


def sensitivity(
    scenario: Runnable,
    *,
    method: str = "morris",
    groups: Sequence[str] = (),
    top: int | None = None,
    trajectories: int = 10,
    samples: int = 64,
    measure: str = "delivered_mt",
    perimeter: str = "C",
    year: int | None = None,
    demand: str = "as_given",
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 3,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Sensitivity:
    """Which uncertain group moves a figure most: ``morris`` over all groups (or those named), ``sobol`` over a few.

    The few are named (``groups``), or the ``top`` of a Morris screening that is made first. Groups that take no part
    stay at their values. ``year``: None takes the headline year. Runs and files as ``sweep`` has them; a replication
    that failed at one point counts at none. Raises scenario.Issues of a call or scenario that is wrong,
    analysis.sensitivity.SalibMissing, RunFailed, and what ``run`` raises.
    """
    from ..analysis import sensitivity as studies
    from ..analysis.question import Question
    from ..experiment.points import level_cases, packed_case, result_years, with_demand
    from ..model import build
    from ..model.realise import uncertain_groups
    from ..report.sensitivity import Sensitivity
    from ..report.study import study_name

    studies.need_salib()
    field = Field(replications, seed, None if out is None else Path(out), executor, progress)
    chosen = chosen_scenario(scenario, with_layers, sets)
    loaded = with_demand(chosen.plan, demand)
    given = build(loaded)
    question = Question(method, tuple(groups), top, trajectories, samples, measure, perimeter, year, demand)
    known = {each.group: each for each in uncertain_groups(loaded, examples=5)}
    year = question.checked(list(loaded.scenario.uncertain_groups), result_years(given.calendar), chosen.plan.judged)
    first: Sensitivity | None = None
    names = tuple(groups) or tuple(loaded.scenario.uncertain_groups)
    if top is not None:
        first = sensitivity(
            chosen,
            groups=groups,
            trajectories=trajectories,
            measure=measure,
            perimeter=perimeter,
            year=year,
            demand=demand,
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=progress,
        )
        names = first.ranked[:top]
    levels = studies.design(method, names, question.size, seed)
    cases = level_cases(chosen.name, loaded, levels)
    written = packed_case(f"{chosen.name}, as written", given)
    ended = field.run([written, *cases])
    found = {key: outcomes(results) for key, results in ended.items()}
    failures = failed(ended)
    whole = sorted(set.intersection(*(set(runs) for runs in found.values())))
    if not whole:
        raise RunFailed(f"sensitivity of {chosen.name}", failures)
    figures = {key: [question.figure(runs[number], year) for number in whole] for key, runs in found.items()}
    values = [figures[case.key] for case in cases]
    made = Sensitivity(
        name=chosen.name,
        title=chosen.title,
        version=__version__,
        question=question,
        year=year,
        seed=seed,
        known=known,
        levels=levels,
        values=values,
        as_written=figures[written.key],
        replications=whole,
        command=field.command("sensitivity", chosen, **question.options()),
        screened=tuple(studies.morris_effects(names, levels, values, seed)) if method == "morris" else (),
        indices=studies.sobol_indices(names, values, seed) if method == "sobol" else None,
        chosen_by=first,
        kept_draws=len(loaded.scenario.kept_draws),
        failures=failures,
    )
    if field.out is not None:
        keys = [case.key for case in cases]
        asked = (keys, measure, perimeter, year, demand)
        made = replace(made, folder=field.out / study_name(f"sensitivity-{method}", made.name, seed, asked))
        made.save()
    return made
