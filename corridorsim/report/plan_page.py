"""A package of projects on the terminal: the answer in words, the robust answer, the front, how it was found."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..analysis.estimates import TargetResult
from ..analysis.packages import interval_of, probability_of
from ..analysis.statistics import Interval
from ..analysis.summary import Case
from ..experiment.packages import Package
from .page import Closing
from .text import bounds, cut, number, percent, table, whole

if TYPE_CHECKING:
    from .plan import Packages

NAMES = 78  #: letters of a package's projects in a table


def plan_page(plan: Packages) -> str:
    """Answer, package, robustness, front, search."""
    target, rules = plan.target, plan.rules
    asked = f"{_value(plan, rules.at_least)} on {target.perimeter} in {target.year}"
    demand = " under saturating demand" if target.demand == "saturating" else ""
    lines = [
        f"plan of {plan.name} · {plan.found.runs} runs · seed {plan.seed} · corridorsim {plan.version}",
        plan.title,
        "",
        f"target: {target.name}: {asked}{demand}, with a probability of {rules.probability:g}",
        *_answer(plan),
        *_robust(plan),
        *_front(plan),
        *_search(plan),
        *_left_out(plan),
    ]
    files = [f"{plan.folder}/"] if plan.folder else []
    files += [f"{plan.result.folder}/"] if plan.result and plan.result.folder else []
    return "\n".join([*lines, *Closing(files, plan.command).lines()])


def _answer(plan: Packages) -> list[str]:
    found = plan.found
    if not found.values:
        return ["", "the budget does not hold the first look at the scenario itself: nothing is known"]
    if found.package is not None and not found.package:
        return ["", f"met already, with nothing more than is in force: {_figure(plan, found.package)}"]
    if found.package is not None:
        kind = "cheapest" if plan.by_cost else "smallest"
        sure = f"the {kind} of all packages" if plan.method == "all" else f"the {kind} package found"
        late = "; the budget ended the search, a smaller one may be there" if found.exhausted else ""
        return ["", f"met by {sure}, {_figure(plan, found.package)}{late}", *_projects(plan, found.package)]
    if not plan.choices.options:
        return ["", f"not met, and there is no project to choose: {_figure(plan, found.best)}"]
    if not found.helps and not found.exhausted:
        what = "not met, and nothing helps: no project, nor all of them together, gains on the scenario as it is"
        return ["", what, f"  as it is: {_figure(plan, frozenset())}", *_binds(plan)]
    why = "the budget ended the search" if found.exhausted else "nor by all that helps together"
    head = f"not met by any package ({why}); the best reached: {_figure(plan, found.best)}"
    return ["", head, *_projects(plan, found.best), *_binds(plan)]


def _projects(plan: Packages, package: Package) -> list[str]:
    rows = []
    for name in sorted(package):
        option = plan.choices.options[name]
        cost = "cost unknown" if option.cost_musd is None else f"US$ {whole(option.cost_musd)} m"
        rows.append([name, cut(option.title, 60), cost])
    known, unknown = plan.choices.cost(package)
    total = f"US$ {whole(known)} m" if known else "cost"
    if unknown:
        total = f"{total} and {unknown} unknown" if known else "no cost is known"
    return [*table(["project", "", ""], rows, left=2)[1:], f"  in all: {total}"] if package else ["  (no project)"]


def _binds(plan: Packages) -> list[str]:
    """What the best package waits for and what is busy."""
    if plan.result is None:
        return []
    summary = plan.result.summary
    case: Case = summary.saturating if plan.target.demand == "saturating" and summary.saturating else summary
    shares: dict[str, float] = defaultdict(float)
    for item in case.waiting:
        shares[item.cause.replace("_", " ")] += item.share
    most = sorted(shares.items(), key=lambda each: -each[1])
    waited = ", ".join(f"{cause} {percent(share)}" for cause, share in most[:3]) or "nothing"
    busy = ", ".join(f"{name} {percent(share)}" for name, share in list(case.utilisation.items())[:4])
    return ["", f"what is left to bind in {case.headline_year}: cargo waits for {waited}", f"  busiest: {busy or '-'}"]


def _robust(plan: Packages) -> list[str]:
    fixed, sampled = plan.fixed, plan.sampled
    if fixed is None:
        return []
    which = "the recommended package" if plan.met else "the best package"
    rows = [["inputs and dates at their values", *_judged(plan, fixed)]]
    if sampled is not None:
        rows.append(["inputs drawn, dates slipping in their ranges", *_judged(plan, sampled)])
    lines = ["", f"how sure {which} is of it", *table(["", "mean", "probability", ""], rows, left=1)]
    if sampled is None:
        return [*lines, "  nothing in this scenario is marked unknown (uncertain_groups): there is no robust answer"]
    known = plan.result.summary.uncertainty if plan.result else None
    return [*lines, f"  {known.groups} groups of inputs, {known.draws}"] if known else lines


def _judged(plan: Packages, judged: TargetResult) -> list[str]:
    low, high = judged.low, judged.high
    chance = f"{judged.probability:.2f}" + ("" if low is None or high is None else f" [{low:.2f}, {high:.2f}]")
    enough = "enough" if judged.probability >= plan.rules.probability else "not enough"
    return [_interval(plan, Interval(judged.value.mean, judged.value.low, judged.value.high)), chance, enough]


def _front(plan: Packages) -> list[str]:
    found = plan.found
    if not found.front:
        return []
    rows = []
    for package in found.front:
        known, unknown = plan.choices.cost(package)
        cost = "-" if not package else f"{whole(known)}{f' + {unknown} ?' if unknown else ''}"
        chance = probability_of(found, package, plan.rules)
        rows.append(
            [
                cut(" ".join(sorted(package)) or "as it is", NAMES),
                str(len(package)),
                cost,
                _interval(plan, interval_of(found, package)),
                f"{chance.mean:.2f}",
                str(len(found.values[package])),
            ]
        )
    by = "cost" if plan.by_cost else "number of projects"
    header = ["package", "projects", "US$ m", "reached", "P", "runs"]
    return ["", f"the front: the most that was found for each {by}", *table(header, rows)]


def _search(plan: Packages) -> list[str]:
    found, rules = plan.found, plan.rules
    if plan.method == "all":
        return ["", f"all {len(found.values)} packages were tried, {rules.replications} replications each"]
    rows = []
    for move in found.moves:
        came, went = sorted(move.package - move.before), sorted(move.before - move.package)
        what = " ".join([*(f"+{name}" for name in came), *(f"-{name}" for name in went)])
        selection = move.selection
        among = "" if selection is None else f"of {selection.alternatives}"
        if selection is not None and selection.alternatives > 1:
            among += ", decided" if selection.decided else f", {len(selection.survivors)} still close"
        rows.append([move.kind, cut(what, 70), _signed(move.gain), among])
    lines = ["", f"the search ({len(found.values)} packages looked at)"]
    lines += table(["", "", "gain", "best addition"], rows, left=2) if rows else ["  no step was taken"]
    sure = found.confidence(rules.alpha)
    worth = f"{rules.delta:g}{' Mt' if plan.target.measure == 'delivered_mt' else ''}"
    if sure is not None:
        lines.append(
            f"  each best addition is the best, or within {worth} of it, with a probability of {sure:.2f} or more"
        )
        lines.append("  (all of them together; Kim and Nelson's procedure, Bonferroni over the selections)")
    elif any(move.selection and move.selection.alternatives > 1 for move in found.moves):
        lines.append(
            f"  {rules.replications} replications do not tell all additions apart by {worth}: the best mean was taken,"
        )
        lines.append("  no probability of a correct selection is claimed; raise --replications")
    lines.append("  gains are paired by replication, all packages on the same storms; a local search, not all packages")
    return lines


def _left_out(plan: Packages) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for name, why in plan.choices.left_out.items():
        reasons.setdefault(why, []).append(name)
    shown = [f"  {why}: {cut(', '.join(names), 100)}" for why, names in reasons.items()]
    return ["", "no choice here", *shown] if shown else []


def _figure(plan: Packages, package: Package) -> str:
    chance = probability_of(plan.found, package, plan.rules)
    reached = _interval(plan, interval_of(plan.found, package))
    bound = "" if chance.low is None or chance.high is None else f" [{chance.low:.2f}, {chance.high:.2f}]"
    return f"{reached}, P = {chance.mean:.2f}{bound}"


def _interval(plan: Packages, interval: Interval) -> str:
    if plan.target.measure == "delivered_share":
        low, high = interval.low, interval.high
        return percent(interval.mean) + ("" if low is None or high is None else f" [{low:.1%}, {high:.1%}]")
    return f"{number(interval.mean)} Mt {bounds(interval.low, interval.high)}".rstrip()


def _value(plan: Packages, value: float) -> str:
    return f"{percent(value)} of what is offered" if plan.target.measure == "delivered_share" else f"{value:g} Mt"


def _signed(interval: Interval) -> str:
    low, high = interval.low, interval.high
    return f"{interval.mean:+.2f}" + ("" if low is None or high is None else f" [{low:+.2f}, {high:+.2f}]")
