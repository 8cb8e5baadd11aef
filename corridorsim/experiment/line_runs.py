"""Replications of trials of a line, run here or elsewhere, kept and given back as those of scenarios are."""

from __future__ import annotations

import hashlib
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..engine import LineLog, LineTrial, try_line
from .executors import open_executor, workers_ahead
from .progress import Ahead, Progress, Quiet
from .runs import Failure, Interrupted, Outcome, Run
from .store import Cost, Store

#: what is needed of a run, as JSON can hold it; called where the run happened
ReduceLine: TypeAlias = Callable[[LineTrial, LineLog], Any]


@dataclass(frozen=True, slots=True)
class LineCase:
    """A trial with a name for the reader."""

    name: str
    trial: LineTrial

    @property
    def key(self) -> str:
        """SHA-256 over all that is tried."""
        return hashlib.sha256(repr(self.trial).encode()).hexdigest()


def replicate_lines(
    cases: Sequence[LineCase],
    *,
    seed: int,
    replications: int,
    reduce: ReduceLine,
    executor: str | Executor = "serial",
    store: Store | None = None,
    progress: Progress | None = None,
) -> dict[str, list[Outcome | Failure]]:
    """Every case so many times, by key, in order of replication; cases that are alike share their runs.

    Raises ExecutorError, StoreError, Interrupted on Ctrl-C.
    """
    trials = {case.key: case for case in cases}
    runs = [Run(case.name, key, seed, number, key) for number in range(replications) for key, case in trials.items()]
    ended: dict[tuple[str, int], Outcome | Failure] = {}
    for run in runs:
        kept = store.get(run.key, seed, run.replication) if store else None
        if kept is not None:
            ended[run.key, run.replication] = Outcome(run, kept)
    missing = [run for run in runs if (run.key, run.replication) not in ended]
    with progress or Quiet() as told:
        told.begin(Ahead(len(runs), len(runs) - len(missing), workers=workers_ahead(executor, len(missing))))

        def end(result: Outcome | Failure) -> None:
            run = result.run
            ended[run.key, run.replication] = result
            if isinstance(result, Failure):
                told.failed(run.label, f"{result.stage}: {(result.message.splitlines() or [''])[0]}")
                return
            if store:
                store.put(run.key, seed, run.replication, result.value, scenario=run.case, cost=result.cost)
            told.finished(run.label, result.cost.wall_s if result.cost else 0.0)

        try:
            if missing:
                _work(missing, trials, reduce, executor, told, end)
        except KeyboardInterrupt:
            raise Interrupted(sum(isinstance(each, Outcome) for each in ended.values()), len(runs)) from None
    return {key: [ended[key, number] for number in range(replications)] for key in trials}


def _work(
    missing: Sequence[Run],
    trials: dict[str, LineCase],
    reduce: ReduceLine,
    executor: str | Executor,
    told: Progress,
    end: Callable[[Outcome | Failure], None],
) -> None:
    queue = list(reversed(missing))
    waiting: dict[Future[Outcome | Failure], Run] = {}
    with open_executor(executor, len(missing), (__name__, reduce.__module__)) as workers:
        told.opened(workers.count())
        try:
            while queue or waiting:
                while queue and len(waiting) < workers.window:
                    run = queue.pop()
                    told.started(run.label)
                    waiting[workers.pool.submit(_one, trials[run.key].trial, run, reduce)] = run
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    run = waiting.pop(future)
                    try:
                        end(future.result())
                    except OSError:
                        raise  # it could not be kept
                    except Exception as fault:
                        end(_failure(run, "worker", fault))
        except BaseException:
            for future in waiting:
                future.cancel()
            workers.stop()
            raise


def _one(trial: LineTrial, run: Run, reduce: ReduceLine) -> Outcome | Failure:
    """One run, wherever it is run."""
    wall, cpu = time.perf_counter(), time.thread_time()
    try:
        log = try_line(trial, seed=run.seed, replication=run.replication)
    except Exception as fault:
        return _failure(run, "simulate", fault)
    try:
        value = reduce(trial, log)
    except Exception as fault:
        return _failure(run, "reduce", fault)
    cost = Cost(time.thread_time() - cpu, time.perf_counter() - wall, float(log.end_s))
    return Outcome(run, value, cost)


def _failure(run: Run, stage: str, fault: Exception) -> Failure:
    return Failure(run, stage, f"{type(fault).__name__}: {fault}", "".join(traceback.format_exception(fault)))
