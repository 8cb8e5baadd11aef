"""``match``: which draws of the uncertain inputs agree with what was observed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__, model
from .. import scenario as scenarios
from ..api import RunFailed
from ..experiment import Case, Failure, Outcome, Progress, Store, replicate, sources_hash
from ..model.blueprint import Blueprint
from ..report.commands import DEFAULT_OUT, command_line
from ..report.folder import folder_safe
from ..scenario import Issue, Issues, Loaded, Origin
from ..scenario.roots import shipped_folder

if TYPE_CHECKING:
    from ..analysis.calibration import Row
    from ..analysis.matching import Draw
    from ..report.matching import Match

#: observations that the shipped scenarios are matched against, and the layer of the run that is compared
TARGETS = Path("middle_corridor/calibration_targets.csv")
MEASURES = "calibration_measures.csv"
YEAR_LAYER = "calibration/year_2024"
#: further waves choose from so many times their draws; a sieve needs runs to be fitted to
CANDIDATES = 100
LEAST_FOR_SIEVE = 20


def match(
    scenario: str | Path,
    *,
    against: str | Path | None = None,
    measures: str | Path | None = None,
    layer: str = YEAR_LAYER,
    widen: float = 1.0,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    draws: int = 200,
    waves: int = 1,
    replications: int = 1,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Match:
    """Draw the uncertain groups of a scenario, run each draw, keep those that agree with the observations.

    ``against`` holds observations (those with a ``rule`` count), ``measures`` says which figure of a run answers each;
    both are shipped for 2024. Each is compared with the run under the layer that its measure names, else under
    ``layer``; its tolerance counts ``widen`` times. The first wave is a Latin hypercube over the groups; each further
    one has as many draws, taken from a larger hypercube where emulators of the runs so far see a chance. All are on the
    same seeds. Saved under ``out`` with the kept draws as a table that a layer may name. Raises scenario.Issues, and
    what ``run`` raises.
    """
    from ..analysis.matching import sieve, widened
    from ..experiment.design import Design, draw
    from ..report.matching import Match

    if widen <= 0 or waves < 1:
        raise ValueError("the tolerance is widened by a factor above 0, in at least one wave")
    rows = _rows(against, measures, layer)
    layers = list(dict.fromkeys(row.how.run or layer for row in rows))
    read = {name: scenarios.read(scenario, with_layers=(*with_layers, name), sets=tuple(sets)) for name in layers}
    first = next(iter(read.values()))
    groups = list(first.scenario.uncertain_groups)
    folder = None if out is None else Path(out)
    place = _Place(read, tuple(rows), layer, replications, seed, folder, executor, progress)
    judged_by = [widened(row, widen) for row in rows]
    done, failures, tried = place.run(draw(Design("lhs", draws), groups, seed), judged_by, 1)
    candidates = passed = 0
    for wave in range(1, waves):
        if len(done) < LEAST_FOR_SIEVE:
            break
        chosen = sieve(judged_by, done)
        more = draw(Design("lhs", CANDIDATES * draws), groups, seed + wave)
        worth = [levels for levels in more if chosen.passes(levels)]
        candidates, passed = candidates + len(more), passed + len(worth)
        found, failed, tried = place.run(worth[:draws], judged_by, tried)
        done, failures = done + found, failures + failed
    if not done:
        raise RunFailed(f"match of {first.name}", failures)
    options = {
        "against": against, "measures": measures, "layer": None if layer == YEAR_LAYER else layer,
        "widen": None if widen == 1 else f"{widen:g}", "draws": draws, "waves": None if waves == 1 else waves,
        "replications": replications, "seed": seed,
    }  # fmt: skip
    named = [str(each) for each in with_layers]
    made = Match(
        first.name,
        __version__,
        seed,
        replications,
        tuple(judged_by),
        tuple(done),
        command_line("match", str(scenario), with_layers=named, sets=sets, options=options, out=folder),
        (candidates, passed),
        tuple(failures),
    )
    if folder is not None:
        asked = f"{model.fingerprint(model.build(first))} {judged_by!r} {draws} {waves} {replications}"
        mark = hashlib.sha256(asked.encode()).hexdigest()
        made = replace(made, folder=folder / f"match-{folder_safe(first.name)}-{mark[:8]}-s{seed}")
        made.save()
    return made


@dataclass(frozen=True)
class _Place:
    """Where draws are run: the scenario under each layer that a row asks for, and how."""

    read: Mapping[str, Loaded]
    rows: tuple[Row, ...]
    layer: str
    replications: int
    seed: int
    folder: Path | None
    executor: str | Executor
    progress: Progress | None

    def run(
        self, levels: Sequence[Mapping[str, float]], judged_by: Sequence[Row], number: int
    ) -> tuple[list[Draw], list[Failure], int]:
        """Draws from ``number`` on, each judged by its mean over the replications; failures; the next number."""
        from ..analysis.calibration import Observe
        from ..analysis.matching import judged

        found: list[dict[int, dict[str, Any]]] = [{} for _ in levels]
        failures: list[Failure] = []
        for name, loaded in self.read.items():
            mine = tuple(row for row in self.rows if (row.how.run or self.layer) == name)
            horizon_s = model.build(loaded).calendar.end_s
            cases = [
                Case(f"{loaded.name}, draw {place}", f"{name} {place}", _at(loaded, each), horizon_s=horizon_s)
                for place, each in enumerate(levels, number)
            ]
            ended = replicate(
                cases,
                seed=self.seed,
                replications=self.replications,
                reduce=Observe(mine),
                executor=self.executor,
                store=None if self.folder is None else _observed(self.folder, mine),
                progress=self.progress,
            )
            for runs, case in zip(found, cases, strict=True):
                for result in ended[case.key]:
                    if isinstance(result, Outcome):
                        runs.setdefault(result.run.replication, {}).update(result.value)
                    else:
                        failures.append(result)
        done = []
        for place, (each, runs) in enumerate(zip(levels, found, strict=True), number):
            whole = [run for run in runs.values() if len(run) == len(self.rows)]
            if whole:
                done.append(judged(place, each, judged_by, whole))
        return done, failures, number + len(levels)


def _rows(against: str | Path | None, measures: str | Path | None, layer: str) -> list[Row]:
    """The observations that count. Raises scenario.Issues."""
    from ..analysis.calibration import read_rows

    shipped = shipped_folder()
    if against is None and shipped is None:
        raise Issues([Issue.at(Origin("--against", 1, 1), "", "no observations are shipped here", "name a file")])
    targets = Path(against) if against is not None else (shipped or Path()) / TARGETS
    table = Path(measures) if measures is not None else targets.parent / MEASURES
    for option, file in (("--against", targets), ("--measures", table)):
        if not file.is_file():
            raise Issues([Issue.at(Origin(str(file), 1, 1), "", f"there is no such file ({option})")])
    try:
        rows = read_rows(targets, table)
    except (KeyError, ValueError) as fault:
        message = f"not a table of observations, or its measures do not fit: {fault}"
        raise Issues([Issue.at(Origin(str(targets), 1, 1), "", message)]) from fault
    chosen = [row for row in rows if row.how.measure and row.rule]
    if not chosen:
        raise Issues([Issue.at(Origin(str(targets), 1, 1), "rule", "no observation has a rule to be matched by")])
    return chosen


def _at(loaded: Loaded, levels: Mapping[str, float]) -> Callable[[int], Blueprint]:
    """The scenario at some levels, built when it is run."""
    return lambda _replication: model.build(model.realise(loaded, levels))


def _observed(folder: Path, rows: Sequence[Row]) -> Store:
    """Observed figures are kept apart from results: the same run gives others for other rows."""
    sources = hashlib.sha256(f"{sources_hash(['corridorsim.analysis'])} {rows!r}".encode()).hexdigest()
    return Store(folder / ".runs-observed", sources)
