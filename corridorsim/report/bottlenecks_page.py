"""Bottlenecks on the terminal: what binds, the ranking with its hints, the staircase. Prints figures, computes none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.bottlenecks import PERIMETER, Line, Ranking, Stair
from .page import Closing
from .sweep_page import holm_p, signed
from .text import bounds, counted, cut, number, percent, table

if TYPE_CHECKING:
    from .bottlenecks import Bottlenecks

#: reliefs that the page shows; the files hold all
MOST = 15
NAME, STEP = 44, 40  #: letters


def bottlenecks_page(made: Bottlenecks) -> str:
    """Verdict, ranking, what was dropped, staircase, files, and the command that makes it again."""
    ranking, failed = made.ranking, f", {len(made.failures)} RUNS FAILED" if made.failures else ""
    runs = f"{counted(made.replications, 'replication')}, {made.runs} runs{failed}"
    lines = [f"bottlenecks of {made.name} · {runs} · seed {made.seed} · corridorsim {made.version}", made.title, ""]
    lines += _as_it_stands(made)
    lines += ["", made.verdict, *(f"  {said}" for said in made.disagreements)]
    lines += _ranked(made) + _screened(ranking) + _nature(ranking)
    lines += [f"  not run: {cut(each, 110)}" for each in ranking.failed]
    lines += _staircase(made)
    lines += ["", *_notes(made)]
    files = [f"{made.folder}/"] if made.folder else []
    further = [f"{made.command} --steps 5"] if ranking.best and not made.end else []
    lines += Closing(files, made.command, further).lines()
    return "\n".join(lines)


def _as_it_stands(made: Bottlenecks) -> list[str]:
    ranking = made.ranking
    carried = f"{number(ranking.before.mean)} {bounds(ranking.before.low, ranking.before.high)}".rstrip()
    said = [
        f"delivered {made.year}, Mt on {PERIMETER}: {carried} with {made.demand}, "
        f"{percent(ranking.carried)} of what is offered"
    ]
    if made.target is not None and made.reached is not None:
        said.append(f"'{made.target.name}' (at least {number(made.target.at_least)} Mt): P = {made.reached:.2f}")
    if ranking.everything is not None:
        said.append(
            f"with everything relieved at once: {signed(ranking.everything)} Mt, the most that these steps give"
        )
    return said


def _rows(lines: Sequence[Line]) -> list[list[str]]:
    return [
        [
            cut(line.relief.key, NAME),
            cut(line.relief.words, STEP),
            signed(line.gain),
            holm_p(line.gain),
            "-" if line.utilisation is None else f"{line.utilisation:.0%}",
            "-" if line.waiting is None else f"{line.waiting:.0%}",
        ]
        for line in lines
    ]


_HEADER = ["relieved", "step", "gain, Mt", "p", "busy", "of waiting"]


def _ranked(made: Bottlenecks) -> list[str]:
    lines = made.ranking.lines
    if not lines:
        return []
    shown = lines[:MOST]
    heading = f"ranked by Mt gained in {made.year}"
    if len(lines) > MOST:
        heading += f", the first {MOST} of {len(lines)} (ranking.csv holds all)"
    return ["", heading, *table(_HEADER, _rows(shown), left=2)]


def _screened(ranking: Ranking) -> list[str]:
    if not ranking.kinds:
        return []
    kept = [line for line in ranking.kinds if ranking.counts(line.gain)]
    said = ["", "the screen: each kind relieved as a whole", *table(_HEADER, _rows(kept), left=2)] if kept else [""]
    if ranking.dropped:
        names = ", ".join(f"{line.relief.key} {line.gain.interval.mean:+.2f}" for line in ranking.dropped)
        said.append(f"  dropped, since all of a kind bring less than {number(ranking.small)} Mt, or chance: {names}")
    if ranking.unused:
        said.append(f"  left out: {ranking.unused} resources that nothing used")
    return said


def _nature(ranking: Ranking) -> list[str]:
    return [
        f"  what nature costs, and no one can relieve: {line.relief.words} of {line.relief.key} would be "
        f"{signed(line.gain)} Mt"
        for line in ranking.nature
    ]


def _staircase(made: Bottlenecks) -> list[str]:
    if not made.end:
        return []
    lines = ["", "what binds next: the best relief taken, then asked again"]
    if made.stairs:
        chance = made.target is not None
        header = [
            "step",
            "relieved",
            "by",
            "gain, Mt",
            f"delivered {made.year}, Mt",
            *(["P(target)"] if chance else []),
        ]
        rows = [["0", "as it stands", "", "", _estimate_of(made.ranking), *([_share(made.reached)] if chance else [])]]
        rows += [
            [
                str(stair.number),
                cut(stair.line.relief.key, NAME),
                cut(stair.line.relief.words, STEP),
                signed(stair.line.gain),
                f"{number(stair.after.mean)} {bounds(stair.after.low, stair.after.high)}".rstrip(),
                *([_share(stair.reached)] if chance else []),
            ]
            for stair in made.stairs
        ]
        lines += table(header, rows, left=3)
        lines += [text for stair in made.stairs for text in _brought(stair)]
    return [*lines, f"  it ends here: {made.end}"]


def _brought(stair: Stair) -> list[str]:
    if not stair.bringers:
        return [f"  step {stair.number}: no project of this scenario would bring it"]
    names = "; ".join(
        f"{each.title or each.project} from {each.day} ({each.status}{', comes later' if each.included else ''})"
        for each in stair.bringers
    )
    return [f"  step {stair.number}: its kind of relief is in {cut(names, 110)}"]


def _estimate_of(ranking: Ranking) -> str:
    return f"{number(ranking.before.mean)} {bounds(ranking.before.low, ranking.before.high)}".rstrip()


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _notes(made: Bottlenecks) -> list[str]:
    notes = [
        "a bottleneck is the resource whose relief by the stated step raises delivered tonnes most; differences are",
        "paired by replication on the same seeds, p is Holm's over the lines of a table; "
        f"less than {number(made.ranking.small)} Mt counts as nothing",
    ]
    if made.screen < made.replications:
        notes.append(
            f"screened with {made.screen} replications, the first five of the ranking with {made.replications}"
        )
    if made.replications == 1:
        notes.append("one replication: no interval, so that chance may be taken for gain")
    if made.samples:
        notes.append("uncertain inputs stand at their values here, though the scenario asks for sampled ones")
    return notes
