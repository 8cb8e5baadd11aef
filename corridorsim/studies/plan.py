"""``plan``: the smallest package of projects that meets a target, and how sure it is of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__, api
from ..api import Runnable, Scenario
from ..experiment import Case, Failure, Outcome, Progress, outcomes
from ..experiment.packages import Choices, Package, choices_of, package_case, package_sets
from ..report.commands import DEFAULT_OUT
from ..scenario import Issue, Issues, Origin
from .field import Field, chosen_scenario, stop_incomplete

if TYPE_CHECKING:
    from ..report.plan import Packages
    from ..report.result import Result
    from ..scenario.schema import Target

METHODS = ("search", "all")


def plan(
    scenario: Runnable,
    *,
    target: str | None = None,
    probability: float | None = None,
    at_least: float | None = None,
    exclude: Sequence[str] = (),
    method: str = "search",
    delta: float = 0.05,
    budget: int = 1000,
    first: int = 5,
    robust: bool = True,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Packages:
    """The smallest package of projects (the cheapest, where every cost is known) that meets a target of the scenario.

    ``target``: by its name; None takes the first that asks for capacity, else the first. ``probability`` and
    ``at_least``: in place of the target's own. ``method``: search, or all packages. ``delta``: what a difference must
    be to be worth telling apart. ``budget``: runs of the search; ``first``: replications of a first look. ``robust``:
    run the package found with its inputs drawn too. Inputs stand at their values in the search. Raises scenario.Issues
    of a call or scenario that is wrong, RunFailed where a run fails (all others are kept), and what ``run`` raises.
    """
    from ..analysis.measures import figure
    from ..analysis.packages import OutOfBudget, Rules, search, try_all
    from ..report.plan import Packages
    from ..report.study import study_name

    kept = Field(replications, seed, None if out is None else Path(out), executor, progress)
    chosen = chosen_scenario(scenario, with_layers, sets)
    item = chosen.plan
    asked = _target(chosen, target)
    limits = (probability, at_least, method, budget, first, delta, exclude)
    _check(chosen, *limits)
    rules = Rules(
        at_least=asked.at_least if at_least is None else at_least,
        probability=asked.probability if probability is None else probability,
        replications=replications,
        first=min(first, replications),
        delta=delta,
        budget=budget,
    )
    choices = choices_of(item, asked.demand, exclude)
    runner = _Runner(kept, chosen, choices, asked.demand)

    def draw(wanted: Mapping[Package, int]) -> dict[Package, list[float]]:
        return {
            package: [figure(run, asked.measure, asked.perimeter, asked.year) for run in runs]
            for package, runs in runner.run(wanted).items()
        }

    try:
        found = (search if method == "search" else try_all)(choices, rules, draw)
    except OutOfBudget:
        count = sum(1 for _ in choices.packages())
        message = f"{count} packages x {replications} replications are more than {budget} runs"
        hint = "raise --budget-runs, or leave --all out to search"
        raise Issues([Issue.at(Origin("--budget-runs", 1, 1), "", message, hint)]) from None
    made = Packages(
        name=chosen.name,
        title=chosen.title,
        version=__version__,
        target=asked,
        rules=rules,
        method=method,
        seed=seed,
        choices=choices,
        found=found,
        command=kept.command(
            "plan",
            chosen,
            target=target,
            probability=probability,
            **{"at-least": at_least, "exclude": list(exclude), "all": method == "all"},
            delta=None if delta == 0.05 else delta,
            **{"budget-runs": None if budget == 1000 else budget, "first": None if first == 5 else first},
            **{"no-robust": not robust},
        ),
    )
    if robust and found.values:
        made = replace(made, result=_result(chosen, made.shown, kept))
    if kept.out is not None:
        marks = (
            item.given.key,
            asked,
            rules,
            method,
            sorted(choices.options),
            sorted(choices.left_out.items()),
            robust,
        )
        made = replace(made, folder=kept.out / study_name("plan", made.name, seed, marks))
        made.save()
    return made


@dataclass
class _Runner:
    """Runs packages as the search asks for them; none is run twice."""

    kept: Field
    chosen: Scenario
    choices: Choices
    demand: str
    cases: dict[Package, Case] = field(default_factory=dict)
    ended: dict[str, list[Outcome | Failure]] = field(default_factory=dict)

    def run(self, wanted: Mapping[Package, int]) -> dict[Package, list[Mapping[str, object]]]:
        """So many reduced runs of each package. Raises RunFailed."""
        for package in wanted:
            if package not in self.cases:
                label = f"{self.chosen.name}, {' + '.join(sorted(package)) or 'as it is'}"
                self.cases[package] = package_case(label, self.chosen.plan, package, self.demand)
        made = self.kept.run(
            [self.cases[package] for package in wanted], replications=list(wanted.values()), earlier=self.ended
        )
        for key, results in made.items():
            if len(results) > len(self.ended.get(key, [])):
                self.ended[key] = results
        stop_incomplete(f"plan of {self.chosen.name}", self.ended, self.kept.out)
        return {
            package: list(outcomes(self.ended[self.cases[package].key][:count]).values())
            for package, count in wanted.items()
        }


def _result(chosen: Scenario, package: Package, kept: Field) -> Result:
    """The package as a scenario of its own; with its inputs drawn too where something in it is unknown."""
    item = chosen.plan
    sets = [*item.loaded.sets, *package_sets(package)]
    if item.loaded.scenario.uncertain_groups:
        sets.append("uncertainty=sample")
    loaded = api.load(item.source, item.with_layers, sets)
    return api.run(
        loaded,
        replications=kept.replications,
        seed=kept.seed,
        out=kept.out,
        executor=kept.executor,
        progress=kept.progress,
    )


def _target(chosen: Scenario, name: str | None) -> Target:
    """The target that is meant. Raises scenario.Issues."""
    judged = chosen.plan.judged
    at = Origin("--target", 1, 1)
    if not judged:
        raise Issues(
            [Issue.at(at, "targets", "no target of this scenario can be judged", "its whole year must be run")]
        )
    if name is None:
        return next((each for each in judged if each.demand == "saturating"), judged[0])
    found = next((each for each in judged if each.name == name), None)
    if found is None:
        hint = f"there are {', '.join(repr(each.name) for each in judged)}"
        raise Issues([Issue.at(at, "targets", f"no target '{name}' that can be judged", hint)])
    return found


def _check(
    chosen: Scenario,
    probability: float | None,
    at_least: float | None,
    method: str,
    budget: int,
    first: int,
    delta: float,
    exclude: Sequence[str],
) -> None:
    """Raises Issues with all that is wrong with a call."""
    from ..scenario.issues import did_you_mean

    wrong = []
    if probability is not None and not 0 < probability < 1:
        wrong.append(("probability", f"a probability lies between 0 and 1, not {probability:g}", ""))
    if at_least is not None and at_least < 0:
        wrong.append(("at-least", "what is asked for lies above 0", ""))
    if method not in METHODS:
        wrong.append(("method", f"unknown method '{method}'", f"there are {', '.join(METHODS)}"))
    if budget < 1:
        wrong.append(("budget-runs", "at least one run is needed", ""))
    if first < 2:
        wrong.append(("first", "a first look takes two replications or more", ""))
    if delta <= 0:
        wrong.append(("delta", "a difference worth telling apart lies above 0", ""))
    known = chosen.plan.loaded.scenario.projects
    wrong += [
        ("exclude", f"unknown project '{name}'", did_you_mean(name, known)) for name in exclude if name not in known
    ]
    if wrong:
        raise Issues([Issue.at(Origin(f"--{option}", 1, 1), "", *words) for option, *words in wrong])
