"""A sensitivity study on the terminal: the list of what to go and find out next. Prints figures, computes none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.sensitivity import Index, Screened
from ..analysis.statistics import Interval
from .page import Closing
from .sensitivity import leaf_words
from .text import WIDTH, bounds, counted, cut, number, percent, table

if TYPE_CHECKING:
    from .sensitivity import Sensitivity

#: numbers of a group that the page names, those with the widest ranges
NAMED = 2


def sensitivity_page(study: Sensitivity) -> str:
    """The figure, the groups ranked, what is known of each, and the command that makes it again."""
    lines = [*_heading(study), ""]
    lines += _indices(study) if study.indices else _screened(study)
    lines += Closing([f"{study.folder}/"] if study.folder else [], study.command).lines()
    return "\n".join(lines)


def _heading(study: Sensitivity) -> list[str]:
    runs = len(study.replications)
    size = f"{study.question.size} {'trajectories' if study.question.method == 'morris' else 'samples'}"
    method = {"morris": "Morris screening", "sobol": "Sobol' indices"}[study.question.method]
    what = f"{len(study.values)} points x {counted(runs, 'replication')}"
    failed = f", {len(study.failures)} RUNS FAILED" if study.failures else ""
    low, mean, high = study.range
    ranges = "whole ranges, not only the kept draws; " if study.kept_draws else ""
    written = sum(study.as_written) / len(study.as_written)
    words = study.question.measure.replace("_mt", "").replace("_", " ")
    demand = "with saturating demand" if study.question.demand == "saturating" else "with the demand as given"
    return [
        f"sensitivity of {study.name} · {what}{failed} · seed {study.seed} · corridorsim {study.version}",
        study.title,
        f"{method}, {size} over {len(study.ranked)} uncertain groups; {ranges}every point on the same storms",
        "",
        f"{words} {study.year} on {study.question.perimeter}, {study.unit}, {demand}: {number(written)} with all inputs"
        f" at their values; over the points {number(low)} to {number(high)}, mean {number(mean)}",
    ]


def _screened(study: Sensitivity) -> list[str]:
    rows, told, quiet = [], [], {"inside the noise": list[str](), "does nothing": list[str]()}
    for rank, row in enumerate(study.screened, 1):
        if row.verdict in quiet:
            quiet[row.verdict].append(f"{row.group} ({number(row.mu_star.mean)})" if row.mu_star.mean else row.group)
            continue
        known = study.known[row.group]
        rows.append(
            [
                str(rank), row.group, number(row.mu_star.mean), _around(row.mu_star), number(row.sigma),
                "?" if row.chance is None else f"±{number(row.chance)}", _direction(row), known.confidence or "-",
                cut("; ".join(known.source_ids) or "-", 36),
            ]
        )  # fmt: skip
        told.append(_evidence(study, row.group))
    lines = []
    if rows:
        header = ["", "group", f"mu*, {study.unit}", "95 %", "sigma", "chance", "goes", "confidence", "sources"]
        lines = _under(table(header, rows, left=2, indent=0), told)
        lines += [
            "",
            "mu*: what the group moves from one end of its range to the other, by itself, in the mean over where the "
            "others stand;",
            "sigma: how much that depends on the others; chance: standard error from the replications",
        ]
    if len(study.replications) < 2:
        lines.append("one replication tells nothing of chance: some of these may be noise")
    noise = quiet["inside the noise"]
    if noise:
        lines += ["", *_listed("inside the noise (mu* is no more than chance may give): ", noise)]
    if quiet["does nothing"]:
        lines += ["", *_listed("does nothing to it: ", quiet["does nothing"])]
    return lines


def _indices(study: Sensitivity) -> list[str]:
    assert study.indices is not None
    if study.indices.variance == 0:
        return ["none of these groups does anything to it"]
    rows, told = [], []
    for rank, row in enumerate(study.indices.indices, 1):
        known = study.known[row.group]
        rows.append(
            [str(rank), row.group, *_share(row), known.confidence or "-", cut("; ".join(known.source_ids) or "-", 36)]
        )
        told.append(_evidence(study, row.group))
    header = ["", "group", "total", "95 %", "alone", "95 %", "confidence", "sources"]
    lines = _under(table(header, rows, left=2, indent=0), told)
    deviation = study.indices.variance**0.5
    lines += [
        "",
        f"shares of the variance over the points (standard deviation {number(deviation)} {study.unit}): in all that a "
        "group takes part in, and alone",
    ]
    if study.indices.chance_share is None:
        lines.append("one replication tells nothing of chance: some of this may be noise")
    else:
        lines.append(
            f"chance, which does other things at other points, may make up {percent(study.indices.chance_share)}"
        )
    if study.chosen_by:
        first = study.chosen_by
        lines.append(
            f"the groups are the first of a Morris screening of {len(first.ranked)}: {first.folder or ''}".rstrip(": ")
        )
    return lines


def _share(row: Index) -> list[str]:
    return [percent(row.total.mean), _around(row.total, 1), percent(row.first.mean), _around(row.first, 1)]


def _around(interval: Interval, shares: int = 0) -> str:
    if not shares or interval.low is None or interval.high is None:
        return bounds(interval.low, interval.high)
    return f"[{interval.low:.0%}, {interval.high:.0%}]".replace("%", " %")


def _direction(row: Screened) -> str:
    """Which way the figure goes as the level rises, where it goes one way."""
    if abs(row.mu) < 0.5 * row.mu_star.mean:
        return "both"
    return "up" if row.mu > 0 else "down"


def _evidence(study: Sensitivity, group: str) -> list[str]:
    """What the group is and the ends of its range, in words."""
    known = study.known[group]
    named = known.widest[:NAMED]
    lines = [known.title, *map(leaf_words, named)]
    rest = known.leaves - len(named)
    if rest > 0:
        lines[-1] += f"; and {rest} more"
    return [cut(f"      {line}", WIDTH) for line in lines]


def _under(lines: Sequence[str], told: Sequence[Sequence[str]]) -> list[str]:
    """A table with more to say under each of its rows."""
    made = [lines[0]]
    for line, more in zip(lines[1:], told, strict=True):
        made += [line, *more]
    return made


def _listed(first: str, words: Sequence[str]) -> list[str]:
    """Words with commas, broken at the page's width."""
    lines = [first]
    for place, word in enumerate(words):
        piece = word + (", " if place < len(words) - 1 else "")
        if len(lines[-1]) + len(piece) > WIDTH:
            lines.append("  ")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
