"""``bottlenecks``: what holds a scenario back, proved by relieving it; and what binds next once it is relieved."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__, model
from ..api import Runnable
from ..experiment import Plan, Progress
from ..experiment.saturating import saturated
from ..model.relieve import relieve
from ..report.commands import DEFAULT_OUT
from ..scenario import Loaded
from .field import Field, chosen_scenario

if TYPE_CHECKING:
    from ..analysis.bottlenecks import Ranking, Runs, Stair
    from ..report.bottlenecks import Bottlenecks
    from ..scenario.schema import Target
    from .relieving import Search


def bottlenecks(
    scenario: Runnable,
    *,
    steps: int = 0,
    demand: str = "saturating",
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 5,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Bottlenecks:
    """Rank what a scenario limits by the Mt that relieving it brings (perimeter C, headline year, all on the same
    seeds), and with ``steps`` take the best relief and ask again, at most so often, until the capacity target is met or
    nothing helps.

    A cheap screen relieves each kind as a whole with few runs; what brings something is split. Inputs stand at their
    values, also where the scenario asks for sampled ones. ``demand``: ``saturating`` (the scenario's or shipped layer,
    else 1.5 times its own demand), or ``as_given``. Runs are kept in the store under ``out`` and found again there.
    Raises scenario.Issues, RunFailed where no run of the scenario as it stands ends well, and what ``run`` raises.
    """
    from ..analysis.summary import headline_year
    from ..experiment.points import result_years
    from ..report.bottlenecks import Bottlenecks, bottlenecks_name
    from .relieving import Search

    if steps < 0:
        raise ValueError("the number of steps must not be negative")
    chosen = chosen_scenario(scenario, with_layers, sets)
    loaded, words = _with_demand(chosen.plan, demand)
    given = model.build(loaded)
    year = headline_year(chosen.plan.judged, result_years(given.calendar))
    where = Field(replications, seed, None if out is None else Path(out), executor, progress)
    search = Search(where, chosen.name, year)
    runs = search.runs_of(loaded, f"{chosen.name}, as it stands")
    ranking = search.rank(loaded, runs, thorough=True)
    target = _target(chosen.plan, year)
    stairs, end = _climb(search, loaded, ranking, runs, steps, target)
    made = Bottlenecks(
        name=chosen.name,
        title=chosen.title,
        version=__version__,
        year=year,
        demand=words,
        seed=seed,
        replications=replications,
        screen=search.few,
        runs=len(search.seen),
        target=target,
        reached=_reached(target, runs),
        ranking=ranking,
        stairs=stairs,
        end=end,
        samples=chosen.plan.samples,
        command=where.command(
            "bottlenecks", chosen, demand=None if demand == "saturating" else demand, steps=steps or None
        ),
        failures=tuple(search.failures),
    )
    if where.out is not None:
        mark = model.fingerprint(given)
        made = replace(made, folder=where.out / bottlenecks_name(made.name, seed, mark))
        made.save()
    return made


def _with_demand(plan: Plan, demand: str) -> tuple[Loaded, str]:
    """The scenario with the demand asked for, and that demand in words. Raises Issues."""
    if demand not in ("as_given", "saturating"):
        raise ValueError(f"unknown demand '{demand}'; there are saturating and as_given")
    if demand == "as_given":
        return plan.loaded, "demand as given"
    return saturated(plan.loaded, plan.source, plan.with_layers, plan.loaded.sets)


def _target(plan: Plan, year: int) -> Target | None:
    """The capacity target of the headline year."""
    found = (t for t in plan.judged if (t.demand, t.measure, t.year) == ("saturating", "delivered_mt", year))
    return next(found, None)


def _reached(target: Target | None, runs: Runs) -> float | None:
    from ..analysis.targets import judge

    return judge(target, list(runs.values())).probability.mean if target and runs else None


def _climb(
    search: Search, loaded: Loaded, ranking: Ranking, runs: Runs, steps: int, target: Target | None
) -> tuple[tuple[Stair, ...], str]:
    """The staircase, and why it ends where it does; "" where none was asked for."""
    from ..analysis.bottlenecks import Stair, before, verdict
    from ..experiment.bringers import bringers

    stairs: list[Stair] = []
    if not steps:
        return (), ""
    while True:
        reached = _reached(target, runs)
        if target is not None and reached is not None and reached >= target.probability:
            return tuple(stairs), f"'{target.name}' is met (P = {reached:.2f})"
        best = ranking.best
        if best is None:
            return tuple(stairs), verdict(ranking)
        if len(stairs) == steps:
            return tuple(stairs), f"next would be {best.relief.key} ({best.relief.words})"
        loaded = relieve(loaded, best.relief.steps)
        runs = search.runs_of(loaded, f"{search.name}, step {len(stairs) + 1}")
        others = tuple(each for each in ranking.lines if each is not best)[:2]
        found = bringers(loaded.scenario, best.relief, search.year)
        stairs.append(Stair(len(stairs) + 1, best, before(runs, search.year), _reached(target, runs), found, others))
        ranking = search.rank(loaded, runs, thorough=False)
