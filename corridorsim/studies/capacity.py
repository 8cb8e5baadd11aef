"""``capacity``: what a line in loop detail carries, how delay grows with volume, and what more track would bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..api import RunFailed, Runnable
from ..experiment import Failure, Outcome, Progress, outcomes
from ..report.commands import DEFAULT_OUT, command_line
from .field import Field, failed
from .line_asked import TOO_MANY, Asked, Variant, WrongCall, chosen_line, day_asked, works_asked, wrong

if TYPE_CHECKING:
    from ..engine import LineTrial
    from ..experiment.line_runs import LineCase
    from ..report.line_capacity import LineCapacity

#: of the capacity: where the delay-volume curve is measured
SHARES = (0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9)
#: a volume of the curve so near to the one at which candidates are compared is left out
NEAR = 0.03
#: of the capacity: the volume at which candidates are compared, unless told
COMPARED_AT = 0.8
#: trains a day
LEAST_TRAINS = 0.1
AS_IT_IS, TOGETHER = "as it is", "all together"
DAYS = 60
REPLICATIONS = 5


def capacity(
    segment: str | Sequence[str],
    scenario: Runnable = "baseline",
    *,
    add: Sequence[str] = (),
    on: dt.date | str | None = None,
    trains: float | None = None,
    length_m: float | None = None,
    fast: str | None = None,
    window_h: float = 0.0,
    days: int = DAYS,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = REPLICATIONS,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> LineCapacity:
    """Pairs a day of a line saturated from both ends, delay against volume, occupation, and gains of more track.

    ``segment``: one, several that follow one another (a list, or joined by ``+``), or two stations ``from..to``. A
    scenario by name whose segments have no loops takes the layers in the folder ``loops`` of its root that give them
    some. ``add``: candidates (see ``model.tracklaying``), each by itself and all together. ``on``: the day whose values
    hold, the last of the horizon unless told. ``trains``: a day, both ways, at which candidates are compared. ``fast``:
    ``0.2@80``, a share of express trains and their km/h. ``window_h``: hours a day in which the line is closed.

    Raises scenario.Issues of a call or scenario that is wrong (of a call it is a ValueError too), RunFailed, and what
    ``run`` raises.
    """
    from ..analysis import capacity as reckoned
    from ..report.line_capacity import LineCapacity
    from ..report.study import study_name

    field = Field(replications, seed, None if out is None else Path(out), executor, progress)
    chosen, line = chosen_line(segment, scenario, with_layers, sets)
    day = day_asked(on, chosen)
    asked = Asked.of(chosen, line, day, length_m, fast, window_h, days)
    name = segment if isinstance(segment, str) else "+".join(segment)
    base = asked.variant(AS_IT_IS, ())
    works = works_asked(add)
    variants = [base, *(asked.variant(text, works[text]) for text in works)]
    if len(works) > 1:
        variants.append(asked.variant(TOGETHER, tuple(work for each in works.values() for work in each)))
    if trains is not None:
        _not_too_many(trains, [asked.trial(each, 0) for each in variants])
    runs = _Runs(field)

    full = {each.name: [asked.case(each, 0, segment=n) for n in range(len(line.segments))] for each in variants}
    runs.run([case for cases in full.values() for case in cases])
    first = runs.whole(name)
    known = sum(runs.pairs(full[AS_IT_IS], first)) / len(first)
    if not known:
        raise _none_came(asked, base)
    usual = 2 * known * COMPARED_AT
    compared = float(trains) if trains is not None else float(round(usual) or f"{usual:.1g}")
    measured = [round(2 * known * share, 1) or float(f"{2 * known * share:.1g}") for share in SHARES]
    volumes = sorted({compared, *(number for number in measured if abs(number / compared - 1) > NEAR)})
    curve = {number: asked.case(base, number) for number in volumes}
    moved = {each.name: asked.case(each, compared) for each in variants}
    runs.run([*curve.values(), *moved.values()])
    whole = runs.whole(name)
    seen = {number: case for number, case in curve.items() if runs.figure(case, "mean_delay_h", whole)}
    if not seen:
        raise wrong("--days", f"no train came out in {_days(days)}", "give more --days")
    before = runs.pairs(full[AS_IT_IS], whole), runs.figure(moved[AS_IT_IS], "mean_delay_h", whole)
    gains = [
        reckoned.gain(
            each.name,
            before,
            (runs.pairs(full[each.name], whole), runs.figure(moved[each.name], "mean_delay_h", whole)),
        )
        for each in variants[1:]
    ]
    made = LineCapacity(
        name=chosen.name,
        title=chosen.title,
        version=__version__,
        line=name,
        stations=line.nodes,
        day=day,
        declared=asked.declared,
        trial=asked.trial(base, compared),
        seed=seed,
        replications=whole,
        pairs=before[0],
        sections=reckoned.sections(asked.trial(base, 0)),
        saturated=[row for case in full[AS_IT_IS] for row in runs.sections(case, whole)],
        segment_pairs={
            plan: runs.pairs([case], whole) for plan, case in zip(line.segments, full[AS_IT_IS], strict=True)
        },
        volumes=tuple(reckoned.volume(number, known, runs.values(case, whole)) for number, case in seen.items()),
        too_few=tuple(number for number in curve if number not in seen),
        occupied={number: runs.sections(case, whole) for number, case in curve.items()},
        compared=compared,
        gains=tuple(sorted(gains, key=lambda each: (each.candidate == TOGETHER, -each.gain.interval.mean))),
        command=command_line(
            "capacity",
            name,
            chosen.plan.source,
            with_layers=chosen.plan.with_layers,
            sets=chosen.plan.loaded.sets,
            options={
                "add": list(add),
                "on": None if on is None else day.isoformat(),
                "trains": trains,
                "length": length_m,
                "fast": fast,
                "window": window_h or None,
                "days": None if days == DAYS else days,
                "replications": replications,
                "seed": seed,
            },
            out=field.out,
        ),
        failures=failed(runs.ended),
    )
    if field.out is not None:
        keys = [case.key for case in (*(case for cases in full.values() for case in cases), *curve.values())]
        made = replace(made, folder=field.out / study_name("capacity", name, seed, keys, tuple(add), whole))
        made.save()
    return made


def _not_too_many(trains: float, trials: Sequence[LineTrial]) -> None:
    """Queues of trains that no line carries take long to run, and tell nothing."""
    from ..analysis.capacity import sections

    carried = 2 * max(min(section.formula_pairs for section in sections(trial)) for trial in trials)
    if not LEAST_TRAINS <= trains <= TOO_MANY * carried:
        raise wrong(
            "--trains",
            f"{trains:g} trains a day, where the line carries {carried:.3g} by its formula",
            f"give {LEAST_TRAINS:g} to {TOO_MANY * carried:.3g}",
        )


def _none_came(asked: Asked, base: Variant) -> WrongCall:
    """Of a saturated line over which no pair of trains came."""
    from ..analysis.capacity import sections

    worst = min(sections(asked.trial(base, 0)), key=lambda section: section.formula_pairs)
    hint = "give more --days" if worst.formula_pairs * asked.days >= 1 else "look at its speed and intervals"
    return wrong(
        "--days",
        f"in {_days(asked.days)} no trains came out at both ends of the saturated line; by the "
        f"formula of {worst.name} it carries {worst.formula_pairs:.2g} pairs a day",
        hint,
    )


def _days(number: int) -> str:
    return "the one day that counts" if number == 1 else f"the {number} days that count"


class _Runs:
    """All runs of a study, and figures of them."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self.ended: dict[str, list[Outcome | Failure]] = {}

    def run(self, cases: Sequence[LineCase]) -> None:
        """Run them, or find them where they are kept."""
        from ..analysis.capacity import reduce_line
        from ..analysis.kept import kept_runs
        from ..experiment.line_runs import replicate_lines

        field = self._field
        self.ended |= replicate_lines(
            cases,
            seed=field.seed,
            replications=field.replications,
            reduce=reduce_line,
            executor=field.executor,
            store=kept_runs(field.out),
            progress=field.progress,
        )

    def whole(self, name: str) -> list[int]:
        """Replications that ended well in every case. Raises RunFailed where there are none."""
        ended = set.intersection(*(set(outcomes(results)) for results in self.ended.values()))
        if not ended:
            raise RunFailed(f"capacity of {name}", failed(self.ended))
        return sorted(ended)

    def values(self, case: LineCase, whole: Sequence[int]) -> list[Mapping[str, Any]]:
        """What the replications of a case gave."""
        found = outcomes(self.ended[case.key])
        return [found[replication] for replication in whole]

    def figure(self, case: LineCase, figure: str, whole: Sequence[int]) -> list[float]:
        """One figure of each replication; nothing where some has none."""
        values = [run[figure] for run in self.values(case, whole)]
        return [] if None in values else values

    def pairs(self, cases: Sequence[LineCase], whole: Sequence[int]) -> list[float]:
        """Pairs a day of a line that is as good as its worst segment."""
        from ..analysis.capacity import pairs

        return [min(map(pairs, runs)) for runs in zip(*(self.values(case, whole) for case in cases), strict=True)]

    def sections(self, case: LineCase, whole: Sequence[int]) -> list[list[float]]:
        """Figures of each section, in the mean of the replications."""
        runs = [run["sections"] for run in self.values(case, whole)]
        return [[sum(values) / len(values) for values in zip(*rows, strict=True)] for rows in zip(*runs, strict=True)]
