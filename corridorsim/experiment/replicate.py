"""Replications of a Blueprint: number 0, 1, 2 ... of a seed; run here or elsewhere, kept, and given back in order."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..engine import simulate
from ..ledger import Ledger
from ..model.blueprint import Blueprint
from .executors import open_executor
from .progress import Progress, Quiet
from .store import Store

#: Called where the run happened, so that only what it gives has to travel: what JSON can hold.
Reduce: TypeAlias = Callable[[Blueprint, Ledger], Any]

#: A worker that died (killed, out of memory) takes its neighbours' runs along: those are tried again this often.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A Blueprint to be replicated."""

    name: str
    blueprint: Blueprint
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run: which case, which seed, which replication (from 0)."""

    case: str
    fingerprint: str
    seed: int
    replication: int

    @property
    def label(self) -> str:
        """For a person."""
        return f"{self.case}, replication {self.replication}"


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that gave nothing: at which stage (simulate, reduce, worker), why, and the traceback."""

    run: Run
    stage: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave."""

    run: Run
    value: Any


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; ``done`` runs of ``total`` are kept in the store."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"interrupted: {done} of {total} runs are done and kept")
        self.done, self.total = done, total


def replicate(
    cases: Sequence[Case],
    *,
    seed: int,
    replications: int,
    reduce: Reduce,
    executor: str | Executor = "processes",
    store: Store | None = None,
    progress: Progress | None = None,
) -> dict[str, list[Outcome | Failure]]:
    """Run every case ``replications`` times; by fingerprint, in order of replication.

    A run that is in the store is not run again; cases with the same fingerprint share their runs. A run that fails
    becomes a Failure and the rest goes on. Raises Interrupted on Ctrl-C, StoreError, ExecutorError.
    """
    by_fingerprint: dict[str, Case] = {}
    for case in cases:
        by_fingerprint.setdefault(case.fingerprint, case)
    # replication by replication over all cases, so that an early end leaves them even
    wanted = [
        Run(case.name, case.fingerprint, seed, replication)
        for replication in range(replications)
        for case in by_fingerprint.values()
    ]
    ended: dict[tuple[str, int], Outcome | Failure] = {}
    missing: list[Run] = []
    for run in wanted:
        kept = store.get(run.fingerprint, seed, run.replication) if store else None
        if kept is None:
            missing.append(run)
        else:
            ended[run.fingerprint, run.replication] = Outcome(run, kept)

    def end(result: Outcome | Failure) -> None:
        run = result.run
        if isinstance(result, Failure):
            told.failed(run.label, f"{result.stage}: {result.message.splitlines()[0]}")
        else:
            if store:
                store.put(run.fingerprint, run.seed, run.replication, result.value)
            told.finished(run.label)
        ended[run.fingerprint, run.replication] = result

    with progress or Quiet() as told:
        told.begin(len(wanted), len(ended))
        try:
            for attempt in range(1, ATTEMPTS + 1):
                if missing:
                    missing = _round(missing, by_fingerprint, reduce, executor, end, last=attempt == ATTEMPTS)
        except KeyboardInterrupt:
            done = sum(isinstance(result, Outcome) for result in ended.values())
            raise Interrupted(done, len(wanted)) from None
    return {key: [ended[key, number] for number in range(replications)] for key in by_fingerprint}


def _round(
    runs: list[Run],
    cases: dict[str, Case],
    reduce: Reduce,
    executor: str | Executor,
    end: Callable[[Outcome | Failure], None],
    *,
    last: bool,
) -> list[Run]:
    """Run all of them; gives back the runs that were lost with a worker (none in the last round: they have failed)."""
    lost: list[Run] = []
    waiting: dict[Future[Outcome | Failure], Run] = {}

    def settle(future: Future[Outcome | Failure], run: Run) -> None:
        try:
            result = future.result()
        except BrokenExecutor as fault:
            if not last:
                lost.append(run)
                return
            result = Failure(run, "worker", f"the worker process died in each of {ATTEMPTS} attempts: {fault}", "")
        end(result)

    with open_executor(executor, len(runs), (__name__, reduce.__module__)) as pool:
        try:
            for run in runs:
                future = _submit(pool, _one, cases[run.fingerprint].blueprint, run, reduce)
                if future.done():
                    settle(future, run)
                else:
                    waiting[future] = run
            for future in as_completed(list(waiting)):
                settle(future, waiting.pop(future))
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            for future, run in waiting.items():
                if not future.cancelled() and future.exception() is None:
                    settle(future, run)
            raise
    return lost


def _submit(pool: Executor, *call: Any) -> Future[Outcome | Failure]:
    """Submit, with a pool that broke meanwhile told by the future as well."""
    try:
        return pool.submit(*call)
    except BrokenExecutor as fault:
        future: Future[Outcome | Failure] = Future()
        future.set_exception(fault)
        return future


def _one(blueprint: Blueprint, run: Run, reduce: Reduce) -> Outcome | Failure:
    """One run, where the executor put it."""
    stage = "simulate"
    try:
        ledger = simulate(blueprint, seed=run.seed, replication=run.replication)
        stage = "reduce"
        return Outcome(run, reduce(blueprint, ledger))
    except Exception as fault:
        return Failure(run, stage, f"{type(fault).__name__}: {fault}", traceback.format_exc())
