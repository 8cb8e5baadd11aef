"""Replications of cases: number 0, 1, 2 ... of a seed; run here or elsewhere, kept, and given back in order."""

from __future__ import annotations

import contextlib
import itertools
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ..engine import simulate
from ..model import fingerprint
from ..model.blueprint import Blueprint
from .cluster import worker_died
from .executors import ExecutorError, Workers, open_executor, workers_ahead
from .progress import Ahead, Progress, Quiet
from .runs import Case, Failure, Interrupted, Outcome, Reduce, Run
from .store import Cost, Store, StoreError, other_sources, sources_here

#: A worker that died (killed, out of memory) takes its neighbours' runs along: those are tried again this often. The
#: last time a run has the workers for itself, so that it is known which one it was, and that it has all the memory.
ATTEMPTS = 3

Ended: TypeAlias = dict[tuple[str, int], Outcome | Failure]


def replicate(
    cases: Sequence[Case],
    *,
    seed: int,
    replications: int | Sequence[int] | Mapping[str, int],
    reduce: Reduce,
    executor: str | Executor = "processes",
    store: Store | None = None,
    progress: Progress | None = None,
    earlier: Mapping[str, Sequence[Outcome | Failure]] | None = None,
    hold: Callable[[Any], Any] | None = None,
) -> dict[str, list[Outcome | Failure]]:
    """Run every case ``replications`` times; by key, in order of replication.

    ``replications`` may differ: one number a case, in order, or by key. A run that is in the store, or among what an
    ``earlier`` call gave, is not run again; cases with the same key share their runs. A run that fails becomes a
    Failure and the rest goes on. Blueprints are made as they are needed: no more than twice as many as there are
    workers are held at a time (128 where an executor that was passed in does not tell how many it has). ``hold`` takes
    what is needed of each value once it is in the store: a study of a thousand runs cannot have all in memory.

    Raises Interrupted on Ctrl-C, StoreError where a run cannot be kept, ExecutorError; what is done by then is kept.
    """
    unique: dict[str, Case] = {}
    counts: dict[str, int] = {}
    for case, count in zip(cases, _counts(cases, replications), strict=True):
        unique.setdefault(case.key, case)
        counts[case.key] = max(count, counts.get(case.key, 0))
    ended: Ended = {
        (key, result.run.replication): result
        for key, results in (earlier or {}).items()
        for result in results
        if result.run.seed == seed
    }
    # replication by replication over all cases, so that an early end leaves them even
    wanted = [
        _Job(unique[key], Run(unique[key].name, key, seed, replication, unique[key].fingerprint))
        for replication in range(max(counts.values(), default=0))
        for key, count in counts.items()
        if replication < count and (key, replication) not in ended
    ]
    with progress or Quiet() as told:
        field = _Field(reduce, executor, store, told, ended, hold or _whole)
        missing = [job for job in wanted if job.run.fingerprint is None or not field.look_up(job.run)]
        told.begin(_ahead(missing, len(wanted), store, executor))

        def kept() -> int:
            return sum(isinstance(ended.get((job.run.key, job.run.replication)), Outcome) for job in wanted)

        try:
            field.work(deque(missing))
        except KeyboardInterrupt:
            raise Interrupted(kept(), len(wanted)) from None
        except (StoreError, ExecutorError) as fault:
            done = f"; {kept()} of {len(wanted)} runs are done" + (" and kept" if store else "")
            raise type(fault)(str(fault) + (done if kept() else "")) from fault
    return {key: [ended[key, number] for number in range(count)] for key, count in counts.items()}


def _whole(value: Any) -> Any:
    return value


def _counts(cases: Sequence[Case], replications: int | Sequence[int] | Mapping[str, int]) -> list[int]:
    if isinstance(replications, int):
        return [replications] * len(cases)
    if isinstance(replications, Mapping):
        return [replications[case.key] for case in cases]
    return list(replications)


@dataclass(slots=True)
class _Job:
    """A run that is to be done, and how often it was lost with a worker."""

    case: Case
    run: Run
    lost: int = 0


@dataclass
class _Field:
    """Where the runs of one call are worked off; what they give goes into ``ended`` and into the store."""

    reduce: Reduce
    executor: str | Executor
    store: Store | None
    told: Progress
    ended: Ended
    hold: Callable[[Any], Any]
    packages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.packages = _packages(self.reduce)

    def look_up(self, run: Run) -> bool:
        """Whether a run is in the store; it has then ended."""
        kept = self.store.get(run.fingerprint, run.seed, run.replication) if self.store and run.fingerprint else None
        if kept is not None:
            self.ended[run.key, run.replication] = Outcome(run, self.hold(kept))
        return kept is not None

    def work(self, queue: deque[_Job]) -> None:
        """Run all of them, with executors opened as they are needed."""
        alone: deque[_Job] = deque()
        preload = (__name__, self.reduce.__module__)
        begun = False
        while first := self._next(queue) or self._next(alone):
            try:
                with open_executor(self.executor, len(queue) + len(alone) + 1, preload, self.packages) as workers:
                    begun = True
                    self.told.opened(workers.count())
                    broken = self._rounds(first, queue, alone, workers)
                if broken and not workers.ours:
                    self._give_up("the executor that was passed in is broken", queue, alone)
            except ExecutorError as fault:
                if not begun:  # else it was there, and is gone
                    raise
                self._give_up(str(fault), deque([first[0]]), queue, alone)

    def _give_up(self, cause: str, *queues: deque[_Job]) -> None:
        """What is left fails."""
        for job in itertools.chain(*queues):
            self.told.started(job.run.label)
            self._end(Failure(job.run, "worker", cause, ""))
        for queue in queues:
            queue.clear()

    def _rounds(
        self, first: tuple[_Job, Blueprint] | None, queue: deque[_Job], alone: deque[_Job], workers: Workers
    ) -> bool:
        """Rounds over one executor, until nothing is left or it breaks; gives whether it did."""
        broken = False
        while first and not broken:
            # those that were there each time a worker died go one at a time
            by_itself = first[0].lost == ATTEMPTS - 1
            lost, broken = self._round(first, alone if by_itself else queue, workers, 1 if by_itself else None)
            for job in lost:
                job.lost += 1
                if job.lost == ATTEMPTS:
                    self._end(Failure(job.run, "worker", f"the worker process died in each of {ATTEMPTS} attempts", ""))
                else:
                    self.told.lost(job.run.label)
                    (alone if job.lost == ATTEMPTS - 1 else queue).append(job)
            first = None if broken else self._next(queue) or self._next(alone)
        return broken

    def _next(self, queue: deque[_Job]) -> tuple[_Job, Blueprint] | None:
        """The next run that is to be done, with its Blueprint; None where there is none left."""
        while queue:
            job = queue.popleft()
            try:
                blueprint = job.case.make(job.run.replication)
                mark = job.case.fingerprint or fingerprint(blueprint)
            except Exception as fault:
                self.told.started(job.run.label)
                self._end(_failure(job.run, "build", fault))
                continue
            if job.run.fingerprint is None:
                job.run = replace(job.run, fingerprint=mark)
                if self.look_up(job.run):
                    self.told.found(job.run.label)
                    continue
            return job, blueprint
        return None

    def _round(
        self, ready: tuple[_Job, Blueprint] | None, queue: deque[_Job], workers: Workers, window: int | None
    ) -> tuple[list[_Job], bool]:
        """Run until nothing is left or the executor breaks; gives the runs that were lost, and whether it broke."""
        waiting: dict[Future[Outcome | Failure], _Job] = {}
        lost: list[_Job] = []
        broken = False
        try:
            while waiting or (ready and not broken):
                if ready and not broken and len(waiting) < (window or workers.window):
                    job, blueprint = ready
                    self.told.started(job.run.label)
                    waiting[self._submit(workers.pool, blueprint, job)] = job
                    broken = self._settle(waiting, lost, timeout=0)
                    ready = self._next(queue)
                else:
                    broken = self._settle(waiting, lost) or broken
        except KeyboardInterrupt:
            self._stop(workers, waiting)
            raise
        except BaseException:
            for future in waiting:
                future.cancel()
            workers.stop()
            raise
        if ready:
            queue.appendleft(ready[0])
        return lost, broken

    def _submit(self, pool: Executor, blueprint: Blueprint, job: _Job) -> Future[Outcome | Failure]:
        """Submit; what goes wrong with that is told by the future too."""
        call = (blueprint, job.run, self.reduce, sources_here(self.packages), self.packages, job.lost)
        try:
            return pool.submit(_one, *call)
        except Exception as fault:
            future: Future[Outcome | Failure] = Future()
            future.set_exception(fault)
            return future

    def _settle(
        self, waiting: dict[Future[Outcome | Failure], _Job], lost: list[_Job], timeout: float | None = None
    ) -> bool:
        """Wait for a run to end and keep it, with all others that have; gives whether the executor broke."""
        done, _ = wait(waiting, timeout, FIRST_COMPLETED)
        broken = False
        for future, job in [(future, job) for future, job in waiting.items() if future in done]:
            result: Outcome | Failure | None = None
            try:
                result = future.result()
            except (BrokenExecutor, CancelledError):
                broken = True
            except Exception as fault:
                if not worker_died(fault):  # a call or a result that cannot travel, a worker without the code
                    result = _failure(job.run, "worker", fault)
            if result is None:
                lost.append(job)
            else:
                self._end(result)
            del waiting[future]  # not before it is kept: an interrupt may come at any moment
        return broken

    def _end(self, result: Outcome | Failure) -> None:
        """Keep what a run gave."""
        run = result.run
        if isinstance(result, Outcome) and self.store and run.fingerprint:
            place = (run.fingerprint, run.seed, run.replication)
            try:
                self.store.put(*place, result.value, scenario=run.case, cost=result.cost)
            except (ValueError, TypeError) as fault:
                result = _failure(run, "keep", fault)
        if isinstance(result, Outcome):
            result = replace(result, value=self.hold(result.value))
        self.ended[run.key, run.replication] = result
        if isinstance(result, Failure):
            self.told.failed(run.label, f"{result.stage}: {(result.message.splitlines() or [''])[0]}")
        else:
            self.told.finished(run.label, result.cost.wall_s if result.cost else 0.0)

    def _stop(self, workers: Workers, waiting: dict[Future[Outcome | Failure], _Job]) -> None:
        """Ctrl-C: what is running may end and is kept; with the next Ctrl-C only what has ended."""
        with contextlib.suppress(KeyboardInterrupt):
            for future in list(waiting):
                if future.cancel():
                    del waiting[future]
            if waiting:
                self.told.stopping(len(waiting))
            while waiting:
                self._settle(waiting, [])
        if waiting:
            self._settle(waiting, [], timeout=0)
        workers.stop()


def _packages(reduce: Reduce) -> tuple[str, ...]:
    """The room of this project that a reduce lives in, whose sources the figures depend on."""
    room = reduce.__module__.rpartition(".")[0]
    return (room,) if room.startswith(__name__.partition(".")[0] + ".") and room in sys.modules else ()


def _failure(run: Run, stage: str, fault: Exception) -> Failure:
    return Failure(run, stage, f"{type(fault).__name__}: {fault}", "".join(traceback.format_exception(fault)))


def _ahead(missing: Sequence[_Job], total: int, store: Store | None, executor: str | Executor) -> Ahead:
    """What is to be done and how long it takes, by the pace of kept runs."""
    unseen = sum(job.run.fingerprint is None for job in missing) if store else 0
    return Ahead(
        total, total - len(missing), unseen, _expected_s(missing, store), workers_ahead(executor, len(missing))
    )


def _expected_s(missing: Sequence[_Job], store: Store | None) -> float | None:
    """Seconds of one worker's time for all of them; None where no run tells the pace."""
    general = store.pace() if store and missing else None
    if general is None or store is None:
        return None
    some_s: float | None = None  # cases that do not tell their horizon take that of the first
    pace: dict[str, float] = {}
    seconds = 0.0
    for job in missing:
        case = job.case
        if case.key not in pace:
            pace[case.key] = (store.pace(case.fingerprint) if case.fingerprint else None) or general
        horizon_s = case.horizon_s if case.horizon_s is not None else some_s
        if horizon_s is None:
            try:
                horizon_s = some_s = case.make(job.run.replication).calendar.end_s
            except Exception:
                return None  # the run itself will tell what is wrong
        seconds += horizon_s * pace[case.key]
    return seconds


def _one(
    blueprint: Blueprint, run: Run, reduce: Reduce, sources: str, packages: tuple[str, ...], _attempt: int
) -> Outcome | Failure:
    """One run, where the executor put it. An executor that remembers calls must not take an attempt for the last."""
    there = sources_here(packages)
    if there != sources:
        return Failure(run, "worker", f"a worker has {other_sources(there, sources)}", "")
    stage = "simulate"
    cpu, wall = time.thread_time(), time.perf_counter()
    try:
        ledger = simulate(blueprint, seed=run.seed, replication=run.replication)
        stage = "reduce"
        value: Any = reduce(blueprint, ledger)
    except Exception as fault:
        return _failure(run, stage, fault)
    cost = Cost(time.thread_time() - cpu, time.perf_counter() - wall, blueprint.calendar.end_s)
    return Outcome(run, value, cost)
