"""``match``: which draws of the uncertain inputs agree with what was observed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__, model
from .. import scenario as scenarios
from ..api import RunFailed
from ..experiment import Case, Failure, Outcome, Progress, Store, replicate, sources_hash
from ..model.blueprint import Blueprint
from ..report.commands import DEFAULT_OUT, command_line
from ..scenario import Issue, Issues, Loaded, Origin
from ..scenario.roots import shipped_folder

if TYPE_CHECKING:
    from ..analysis.calibration import Row
    from ..report.matching import Match

#: observations that the shipped scenarios are matched against, and the layer of the run that is compared
TARGETS = Path("middle_corridor/calibration_targets.csv")
MEASURES = "calibration_measures.csv"
YEAR_LAYER = "calibration/year_2024"


def match(
    scenario: str | Path,
    *,
    against: str | Path | None = None,
    measures: str | Path | None = None,
    layer: str = YEAR_LAYER,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    draws: int = 200,
    replications: int = 1,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Match:
    """Draw the uncertain groups of a scenario, run each draw, keep those that agree with the observations.

    ``against`` holds observations (those with a ``rule`` count), ``measures`` says which figure of a run answers each;
    both are shipped for 2024. Each is compared with the run under the layer that its measure names, else under
    ``layer``. Draws are a Latin hypercube over the groups, all on the same seeds. Saved under ``out`` with the kept
    draws as a table that a layer may name. Raises scenario.Issues, and what ``run`` raises.
    """
    from ..analysis.calibration import Observe
    from ..analysis.matching import judged
    from ..experiment.design import Design, draw
    from ..report.matching import Match

    rows = _rows(against, measures, layer)
    layers = list(dict.fromkeys(row.how.run or layer for row in rows))
    read = {name: scenarios.read(scenario, with_layers=(*with_layers, name), sets=tuple(sets)) for name in layers}
    first = next(iter(read.values()))
    drawn = draw(Design("lhs", draws), list(first.scenario.uncertain_groups), seed)
    folder = None if out is None else Path(out)
    found: list[dict[int, dict[str, Any]]] = [{} for _ in drawn]
    failures: list[Failure] = []
    for name, loaded in read.items():
        horizon_s = model.build(loaded).calendar.end_s
        mine = tuple(row for row in rows if (row.how.run or layer) == name)
        cases = [
            Case(f"{loaded.name}, draw {number}", f"{name} {number}", _at(loaded, levels), horizon_s=horizon_s)
            for number, levels in enumerate(drawn, 1)
        ]
        observe = Observe(mine)
        ended = replicate(
            cases,
            seed=seed,
            replications=replications,
            reduce=observe,
            executor=executor,
            store=None if folder is None else _observed(folder, mine),
            progress=progress,
        )
        for place, case in enumerate(cases):
            for result in ended[case.key]:
                if isinstance(result, Outcome):
                    found[place].setdefault(result.run.replication, {}).update(result.value)
                else:
                    failures.append(result)
    whole = [
        (number, levels, [run for run in runs.values() if len(run) == len(rows)])
        for number, (levels, runs) in enumerate(zip(drawn, found, strict=True), 1)
    ]
    options = {
        "against": against, "measures": measures, "layer": None if layer == YEAR_LAYER else layer, "draws": draws,
        "replications": replications, "seed": seed,
    }  # fmt: skip
    named = [str(each) for each in with_layers]
    made = Match(
        first.name,
        __version__,
        seed,
        replications,
        tuple(rows),
        tuple(judged(number, levels, rows, runs) for number, levels, runs in whole if runs),
        command_line("match", str(scenario), with_layers=named, sets=sets, options=options, out=folder),
        tuple(failures),
    )
    if not made.draws:
        raise RunFailed(f"match of {first.name}", failures)
    if folder is not None:
        mark = hashlib.sha256(f"{model.fingerprint(model.build(first))} {rows!r} {draws}".encode()).hexdigest()
        from ..report.folder import folder_safe

        made = replace(made, folder=folder / f"match-{folder_safe(first.name)}-{mark[:8]}-s{seed}")
        made.save()
    return made


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
