"""Where runs happen: any ``concurrent.futures.Executor``. Runs, results and digests are the same with each of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ExecutorError(ValueError):
    """An executor that is not known, or not to be had here."""


class SerialExecutor(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as fault:
            future.set_exception(fault)
        return future


def parse_executor(text: str) -> tuple[str, int]:
    """``serial``, ``processes`` or ``processes:N`` as (kind, workers). Raises ExecutorError."""
    kind, _, detail = text.partition(":")
    if kind == "serial" and not detail:
        return "serial", 1
    if kind == "processes":
        if not detail:
            return "processes", available_cores()
        if detail.isdecimal() and int(detail) > 0:
            return "processes", int(detail)
        raise ExecutorError(f"'{text}': the number of processes must be a whole number of 1 or more")
    if kind == "dask":
        raise ExecutorError("the dask executor is not part of this version; use serial or processes[:N]")
    raise ExecutorError(f"unknown executor '{text}'; use serial or processes[:N]")


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def open_executor(choice: str | Executor, jobs: int, preload: Sequence[str] = ()) -> Iterator[Executor]:
    """An executor for ``jobs`` calls; one that was passed in stays open, one made here is closed at the end.

    Worker processes import the modules of ``preload`` before the first call. Raises ExecutorError.
    """
    if isinstance(choice, Executor):
        yield choice
        return
    kind, workers = parse_executor(choice)
    if kind == "serial":
        yield SerialExecutor()
        return
    pool = _process_pool(min(workers, max(1, jobs)), preload)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _process_pool(workers: int, preload: Sequence[str]) -> ProcessPoolExecutor:
    """Worker processes that have the engine loaded before the first run comes.

    Started fresh, since a fork takes the locks of threads along; through the fork server where there is one.
    """
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(list(preload))
    return _Pool(workers, mp_context=context, initializer=_start_worker)


class _Pool(ProcessPoolExecutor):
    """Workers need nothing of the caller's script, so they do not import it (they are started by ``submit``).

    Without this a plain script that calls ``run`` outside ``if __name__ == "__main__"`` would start itself again in
    each worker.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with _main_left_alone():
            return super().submit(fn, *args, **kwargs)


def _start_worker() -> None:
    # an interrupt at the terminal reaches all processes; a worker just ends, the parent keeps what is done
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def _main_left_alone() -> Iterator[None]:
    """The main module without a name or file by which a new process could import it."""
    main: Any = sys.modules["__main__"]
    kept = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    for name in kept:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)
