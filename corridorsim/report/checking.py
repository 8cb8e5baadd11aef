"""Runs a scenario as a stored baseline says, and judges what comes of it or stores it anew."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from ..analysis import reduce
from ..analysis.kept import kept_runs
from ..analysis.regression import Baseline, Entry, Figure, changes, default_figures, filled, judge_all
from ..analysis.summary import combined_digest
from ..experiment import Failure, Plan, Progress, failures, outcomes, replicate
from ..scenario import Issue, Issues, Loaded, Origin
from .baseline_file import place_of, write_baseline
from .commands import command_line
from .effective import PROSE, effective_rows
from .folder import folder_safe
from .regression import Check, Stored

#: what to do about a baseline that has no values
FILL = "fill it with --update --reason"


def environment() -> dict[str, str]:
    """What a digest depends on beside the model: versions of Python and of the libraries that draw, and the machine."""
    python = ".".join(platform.python_version_tuple()[:2])
    machine = f"{platform.system()} {platform.machine()}"
    return {"python": python, **{name: version_of(name) for name in ("numpy", "simpy")}, "machine": machine}


def inputs_hash(loaded: Loaded) -> str:
    """SHA-256 over the values that a scenario gives, without prose, sources and what is left to a default."""
    rows = [row[:5] for row in effective_rows(loaded) if row[7] != "default" and row[0].rpartition(".")[2] not in PROSE]
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def check(
    plan: Plan,
    file: Path,
    baseline: Baseline,
    *,
    exact: bool = False,
    out: Path | None = None,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
    command: str = "",
) -> Check:
    """Run a scenario as often and with the seed as the baseline says, its demand and inputs as given, and judge it.

    ``file`` is where ``baseline`` stands. Runs kept under ``out`` are not run again; the check is saved there too.
    Raises Issues where the baseline has nothing to compare with, StoreError, Interrupted.
    """
    waiting = [place for place, figure in enumerate(baseline.figures) if figure.stored is None]
    if waiting or not baseline.figures:
        found = [(place_of(file, place), baseline.figures[place].label) for place in waiting]
        found = found or [(Origin(str(file), 1, 1), "the list of figures")]
        raise Issues([Issue.at(at, "figures", f"{what} has nothing stored yet", FILL) for at, what in found])
    if exact and baseline.digest is None:
        raise Issues([Issue(str(file), 1, 1, "digest", "there is no digest, which --exact compares with", FILL)])
    runs, failures = _run(plan, baseline, out, executor, progress)
    fingerprint = plan.given.fingerprint or ""
    made = Check(
        name=plan.label,
        against=file,
        baseline=baseline,
        judged=() if failures else judge_all(baseline, runs),
        digest=None if failures else combined_digest(runs),
        fingerprint=fingerprint,
        inputs=inputs_hash(plan.loaded),
        environment=environment(),
        exact=exact,
        command=command or command_line("check", plan.source, options={"against": file, "exact": exact}, out=out),
        failures=failures,
    )
    if out is not None:
        made = replace(made, folder=out / f"check-{folder_safe(plan.label)}-{fingerprint[:8]}-s{baseline.seed}")
        made.save()
    return made


def update(
    plan: Plan,
    file: Path,
    baseline: Baseline,
    reason: str,
    *,
    version: str,
    today: dt.date | None = None,
    out: Path | None = None,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Stored:
    """Run a scenario as ``baseline`` says and write what comes of it into ``file``, with the reason in its history.

    ``baseline`` holds the settings and, where ``file`` exists, its figures. Nothing is written where a run failed.
    Raises Issues where a listed figure is not in the runs, OSError where the file cannot be written.
    """
    runs, failures = _run(plan, baseline, out, executor, progress)
    if failures:
        return Stored(file, baseline, failures=failures)
    figures = _filled(baseline.figures or default_figures(runs), runs, file)
    moved = changes(baseline.figures, figures)
    # a first one moves nothing: its values stand above the history
    entry = Entry(
        date=today or dt.date.today(), version=version, reason=reason, changes=moved if baseline.history else []
    )
    new = baseline.model_copy(
        update={
            "digest": combined_digest(runs),
            "fingerprint": plan.given.fingerprint,
            "inputs": inputs_hash(plan.loaded),
            "environment": environment(),
            "figures": figures,
            "history": [*baseline.history, entry],
        }
    )
    for place, figure in enumerate(figures):
        if not new.margin_of(figure) > 0:
            raise _at_figure(
                file, place, f"{figure.label} is 0: a relative margin allows nothing", "give it an absolute"
            )
    write_baseline(file, new)
    return Stored(file, new, tuple(moved))


def _filled(listed: Sequence[Figure], runs: Sequence[dict[str, Any]], file: Path) -> list[Figure]:
    found = []
    for place, figure in enumerate(listed):
        now = filled(figure, runs)
        if now is None:
            raise _at_figure(file, place, f"the runs have no {figure.label}", "take it out of the list")
        found.append(now)
    return found


def _at_figure(file: Path, place: int, message: str, hint: str) -> Issues:
    at = place_of(file, place) if file.exists() else Origin(str(file), 1, 1)
    return Issues([Issue.at(at, f"figures.{place}", message, hint)])


def _run(
    plan: Plan, baseline: Baseline, out: Path | None, executor: str | Executor, progress: Progress | None
) -> tuple[list[dict[str, Any]], tuple[Failure, ...]]:
    """Reduced runs in order of replication, and what failed of them."""
    ended = replicate(
        [plan.given],
        seed=baseline.seed,
        replications=baseline.replications,
        reduce=reduce,
        executor=executor,
        store=kept_runs(out),
        progress=progress,
    )
    results = ended[plan.given.key]
    return list(outcomes(results).values()), failures(results)
