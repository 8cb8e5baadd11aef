"""The first screen: is the target met, how sure is that, what binds, what would change it. Computes no figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...analysis.comparison import Row
from ...analysis.estimates import TargetResult
from ...analysis.statistics import CONFIDENCE
from ...analysis.summary import Summary
from ..names import Names
from ..result import Result
from ..text import bounds, counted, estimate, number, percent
from .sections import Context
from .studies import Study

#: what would change the answer: as many as a reader takes in at a glance
MOST = 3
#: days of waiting that are worth a word
SHORTEST = 0.05
#: a difference is named where chance alone would hardly bring it about, after Holm's correction
SIGNIFICANT = 1 - CONFIDENCE


@dataclass(frozen=True)
class Card:
    """One of the four questions. ``state`` colours it; ``answer`` says the same in words."""

    question: str
    answer: str
    lines: Sequence[str]
    state: Literal["met", "missed", "plain"] = "plain"


@dataclass(frozen=True)
class Answer:
    """``headline`` is the page's main heading, ``lede`` the sentence under it."""

    headline: str
    lede: str
    cards: Sequence[Card]


def answer(context: Context) -> Answer:
    """The first screen of a report."""
    asked = _asked(context.first.summary)
    return Answer(
        _headline(context, asked),
        _lede(context, asked),
        [_met(context), _sure(context), _binds(context), _change(context)],
    )


def _asked(summary: Summary) -> TargetResult | None:
    """The target that the headline is about: the first on the demand as given, else the first."""
    return next((t for t in summary.targets if t.demand == "as_given"), next(iter(summary.targets), None))


def _same(result: Result, target: TargetResult) -> TargetResult | None:
    return next((t for t in result.summary.targets if t.name == target.name), None)


def _headline(context: Context, asked: TargetResult | None) -> str:
    if asked is None:
        delivered = context.first.summary.years[context.year].delivered_mt[context.perimeter]
        return f"{context.label(context.first.name)} delivers {number(delivered.mean)} Mt in {context.year}"
    judged = [found for result in context.results if (found := _same(result, asked))]
    met = [found for found in judged if found.met]
    if len(judged) == 1:
        return f"{'Yes' if met else 'No'}. “{asked.name}” is {'' if met else 'not '}met in {asked.year}"
    if not met:
        return f"No. None of {len(judged)} scenarios meets “{asked.name}” in {asked.year}"
    sign = "Yes" if judged[0].met else "Not as it stands"
    many = f"{len(met)} of {len(judged)} scenarios {'meets' if len(met) == 1 else 'meet'}"
    if len(met) == len(judged):
        many = "Both scenarios meet" if len(met) == 2 else f"All {len(met)} scenarios meet"
    return f"{sign}. {many} “{asked.name}” in {asked.year}"


def _lede(context: Context, asked: TargetResult | None) -> str:
    year = context.first.summary.years[context.year]
    delivered, offered, share = (
        getattr(year, key)[context.perimeter] for key in ("delivered_mt", "offered_mt", "delivered_share")
    )
    said = (
        f"{context.label(context.first.name)} delivers {estimate(delivered)} of the {number(offered.mean)} million "
        f"tonnes offered in {context.year}, {percent(share.mean)}"
    )
    if asked is not None and asked.measure == "delivered_share":
        said += f"; {percent(asked.at_least)} is asked"
    elif asked is not None and asked.demand == "as_given":
        said += f"; {number(asked.at_least)} million tonnes are asked"
    return f"{said}. Totals are on perimeter {context.perimeter}."


def _met(context: Context) -> Card:
    summary = context.first.summary
    if not summary.targets:
        return Card("Is the target met?", "No target is set", [f"not judged: {name}" for name in summary.unjudged])
    met = all(target.met for target in summary.targets) and not summary.unjudged
    lines = [f"{target.name}: {_value(target)}, {_wanted(target)} asked" for target in summary.targets]
    lines += [f"not judged: {name} (its year is not wholly in the results)" for name in summary.unjudged]
    if len(context.results) > 1:
        good = [context.label(result.name) for result in context.results[1:] if result.met]
        lines.append(f"all targets met by: {', '.join(good)}" if good else "nor by any other scenario of this report"
                     if not met else "by no other scenario of this report")  # fmt: skip
    some = any(target.met for target in summary.targets)
    words = "Yes" if met else "In part" if some else "No"
    return Card("Is the target met?", words, lines, "met" if met else "missed")


def _value(target: TargetResult) -> str:
    if target.measure == "delivered_mt":
        return f"{estimate(target.value)} Mt"
    return percent(target.value.mean)


def _wanted(target: TargetResult) -> str:
    return percent(target.at_least) if target.measure == "delivered_share" else f"{number(target.at_least)} Mt"


def _sure(context: Context) -> Card:
    summary = context.first.summary
    asked, lines = _asked(summary), []
    runs = counted(summary.replications, "run")
    delivered = summary.years[context.year].delivered_mt[context.perimeter]
    if asked is not None:
        reached = round(asked.probability * summary.replications)
        words = f"{reached} of {runs} reach it"
        interval = (
            "" if asked.low is None or asked.high is None else f", 95 % interval {asked.low:.2f} to {asked.high:.2f}"
        )
        lines.append(f"probability {asked.probability:.2f}{interval}; {asked.required_probability:.2f} is asked")
    else:
        words = runs
    if delivered.low is None or delivered.high is None:
        lines.append("one run only: no interval can be told")
    else:
        lines.append(f"chance (storms, failures): ±{number((delivered.high - delivered.low) / 2)} Mt around the mean")
    lines += _unknown(summary)
    if summary.failed:
        lines.append(f"{summary.failed} runs failed and are in no figure")
    if not summary.warm_up.enough:
        lines.append(f"{summary.warm_up.given_days:.0f} days of warm-up are not shown to be enough")
    return Card("How sure is that?", words, lines)


def _unknown(summary: Summary) -> list[str]:
    known = summary.uncertainty
    if known is None:
        return ["what is not known of the inputs comes on top: not drawn here"]
    lines = [
        f"with {known.groups} groups of inputs drawn: {number(one.p10)} to {number(one.p90)} Mt (8 runs of 10)"
        for one in known.figures
        if one.demand == "as_given"
    ]
    return lines + [
        f"{target.name}, inputs drawn: probability {target.probability:.2f}"
        + ("" if target.low is None or target.high is None else f" {bounds(target.low, target.high)}")
        for target in known.targets[:1]
    ]


def _binds(context: Context) -> Card:
    summary, names = context.first.summary, Names(context.first.inputs)
    busy = [f"{names.resource(resource)} {percent(share)}" for resource, share in list(summary.utilisation.items())[:2]]
    waits = [part for part in summary.transit_parts if part.part == "waiting" and part.days >= SHORTEST]
    lines = []
    if busy:
        lines.append(f"busiest: {'; '.join(busy)}")
    if waits:
        days = sum(part.days for part in summary.transit_parts)
        causes = ", ".join(f"{names.cause(part.cause)} {part.days:.1f}" for part in waits[:MOST])
        lines.append(f"of {days:.1f} days on the way, waiting for: {causes}")
    origin = sorted(summary.origin_parts, key=lambda part: -part.share)[:2]
    if origin:
        days = sum(part.days for part in summary.origin_parts)
        lines.append(
            f"{days:.1f} days before at the origin, most for {' and '.join(names.cause(p.cause) for p in origin)}"
        )
    refused = summary.years[context.year].refused_mt[context.perimeter].mean
    if refused > 0:
        lines.append(f"{number(refused)} Mt are refused at the gates")
    studies = context.of_kind("bottlenecks")
    if studies:
        head = sentence(studies[0].body["verdict"]) + _elsewhere(studies[0], context)
        return Card("What binds?", head, lines)
    words = f"Cargo waits for {names.cause(waits[0].cause)}" if waits else "Nothing waits"
    return Card("What binds?", words, lines)


def _change(context: Context) -> Card:
    lines = [*_by_plan(context), *_by_reliefs(context), *_by_locomotives(context), *_by_scenarios(context)]
    if not lines:
        words = "Not asked"
        lines = [
            "report other scenarios beside this one, or a study: "
            f"corridorsim bottlenecks {context.label(context.first.name)}, locomotives, plan"
        ]
        return Card("What would change it?", words, lines)
    return Card("What would change it?", lines[0], lines[1:])


def _elsewhere(study: Study, context: Context) -> str:
    """Which scenario a study is of, where it is not the first one."""
    return "" if study.scenario == context.first.name else f" ({context.label(study.scenario)})"


def _by_plan(context: Context) -> list[str]:
    found = []
    for study in context.of_kind("plan"):
        body = study.body
        best = body["best"]
        if body["met"]:
            package = ", ".join(body["package"] or []) or "nothing more than is in force"
            found.append(f"“{body['target']['name']}” is met by {package}{_elsewhere(study, context)}")
        else:
            found.append(f"No package of projects meets “{body['target']['name']}”{_elsewhere(study, context)}")
            projects = ", ".join(best["package"].split(";")) or "no project"
            found.append(f"The best package reaches {number(best['delivered_mt'])} Mt: {projects}")
    return found


def _by_reliefs(context: Context) -> list[str]:
    found = []
    for study in context.of_kind("bottlenecks"):
        ranked = [row for row in study.body["reliefs"] if row["of"] == "ranked" and row["counts"]]
        gains = [f"{row['relief']} ({row['step']}) {row['gain_mt']:+.2f} Mt" for row in ranked[:MOST]]
        told = f"Relief: {'; '.join(gains)}" if gains else "No single relief moves the tonnes delivered"
        found.append(told + _elsewhere(study, context))
    return found


def _by_locomotives(context: Context) -> list[str]:
    found = []
    for study in context.of_kind("curve"):
        line = next(iter(study.body["lines"]), None)
        if line is None:
            continue
        units = line["no_longer_matters_from"]
        gain = line["whole_gain_mt"]
        flat = "" if units is None else f", no longer from {units} on"
        found.append(
            f"Locomotives ({study.body['contract']['id']}): {gain:+.2f} Mt at most{flat}{_elsewhere(study, context)}"
        )
    return found


def _by_scenarios(context: Context) -> list[str]:
    if context.comparison is None:
        return []
    rows = [row for row in context.comparison.rows if _is_headline(row, context)]
    sure = sorted((row for row in rows if _sure_of(row)), key=_gain, reverse=True)
    none = [row for row in rows if not _sure_of(row)]
    up, down = ([row for row in sure if (_gain(row) > 0) is gains] for gains in (True, False))
    lines = [
        f"{context.label(row.scenario)}: {_gain(row):+.2f} Mt {_signed(row)}".rstrip()
        for row in [*up[: MOST + 1], *down[-1:]]
    ]
    if not lines:
        return ["None of these scenarios moves the tonnes"]
    if none:
        lines.append(f"no difference is shown for: {', '.join(context.label(row.scenario) for row in none)}")
    return lines


def _is_headline(row: Row, context: Context) -> bool:
    return (row.demand, row.year, row.perimeter, row.measure) == (
        "as_given", context.year, context.perimeter, "delivered_mt",
    )  # fmt: skip


def _sure_of(row: Row) -> bool:
    """Whether a difference is more than chance; with one pair only nobody can tell, and it is named."""
    p = row.difference.adjusted_p
    return row.difference.pairs < 2 or (p is not None and p <= SIGNIFICANT)


def _gain(row: Row) -> float:
    return row.difference.interval.mean


def _signed(row: Row) -> str:
    interval: Any = row.difference.interval
    return "" if interval.low is None else f"[{interval.low:.2f}, {interval.high:.2f}]"


def sentence(words: str) -> str:
    """With a capital letter."""
    return words[:1].upper() + words[1:]
