"""Where runs happen: any ``concurrent.futures.Executor``. Runs, results and digests are the same with each of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: calls handed over ahead of need, for each worker: enough that none waits for its next, few enough to hold in memory
AHEAD = 2
#: calls handed over to an executor that was passed in and does not tell how many workers it has
OUTSIDE_WINDOW = 128

KINDS = "serial, processes[:N] or dask[:ADDRESS]"


class ExecutorError(ValueError):
    """An executor that is not known, or not to be had here."""


class Choice(NamedTuple):
    """An executor by its name; ``workers`` is None where only the cluster at ``address`` knows."""

    kind: str
    workers: int | None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Workers:
    """An executor that is open. ``count`` tells how many calls it runs at once (None: not known), ``stop`` ends those
    that are running, as far as that can be done. One that is ``ours`` can be opened anew where it broke."""

    pool: Executor
    ours: bool
    count: Callable[[], int | None]
    stop: Callable[[], None]

    @property
    def window(self) -> int:
        """How many calls may be handed over at a time."""
        count = self.count()
        return OUTSIDE_WINDOW if count is None else AHEAD * max(1, count)


class SerialExecutor(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as fault:
            future.set_exception(fault)
        return future


def parse_executor(text: str) -> Choice:
    """``serial``, ``processes``, ``processes:N``, ``dask`` or ``dask:HOST:PORT``. Raises ExecutorError."""
    kind, colon, detail = text.partition(":")
    if kind == "serial" and not colon:
        return Choice("serial", 1)
    if kind == "processes":
        if not colon:
            return Choice("processes", available_cores())
        if detail.isdecimal() and int(detail) > 0:
            return Choice("processes", int(detail))
        raise ExecutorError(f"'{text}': the number of processes must be a whole number of 1 or more")
    if kind == "dask":
        if find_spec("distributed") is None:
            raise ExecutorError(f"'{text}' needs Dask; install it with: pip install 'corridorsim[distributed]'")
        if not colon:
            return Choice("dask", available_cores())
        host, _, port = detail.rpartition(":")
        if host and port.isdecimal():
            return Choice("dask", None, detail)
        raise ExecutorError(f"'{text}': the address of a Dask scheduler is dask:HOST:PORT or dask:tcp://HOST:PORT")
    raise ExecutorError(f"unknown executor '{text}'; use {KINDS}")


def workers_ahead(choice: str | Executor, jobs: int) -> int | None:
    """How many workers there will be for ``jobs`` calls; None where that is not known. Raises ExecutorError."""
    if isinstance(choice, Executor):
        return _count(choice)
    workers = parse_executor(choice).workers
    return None if workers is None else min(workers, max(1, jobs))


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def open_executor(
    choice: str | Executor, jobs: int, preload: Sequence[str] = (), packages: Sequence[str] = ()
) -> Iterator[Workers]:
    """An executor for ``jobs`` calls; one that was passed in stays open, one made here is closed at the end.

    Workers import the modules of ``preload`` before the first call; those of a cluster must have the same sources as
    this process, with those of ``packages``. Raises ExecutorError.
    """
    if isinstance(choice, Executor):
        yield Workers(choice, False, lambda: _count(choice), lambda: None)
        return
    kind, _, address = parse_executor(choice)
    workers = workers_ahead(choice, jobs)
    if kind == "serial":
        yield Workers(SerialExecutor(), True, lambda: 1, lambda: None)
    elif kind == "dask":
        from .cluster import open_dask

        with open_dask(address, workers or 1, preload, packages) as (pool, count):
            yield Workers(pool, True, count, lambda: None)
    else:
        if "__main__" in preload:
            raise ExecutorError("workers do not import the script that was started: move its reduce into a module")
        processes = _process_pool(workers or 1, preload)
        try:
            yield Workers(processes, True, lambda: workers, processes.kill)
        finally:
            processes.shutdown(wait=True, cancel_futures=True)


def _count(executor: Executor) -> int | None:
    """The workers of an executor that was passed in: those of the standard library and their kin tell."""
    if isinstance(executor, SerialExecutor):
        return 1
    count = getattr(executor, "_max_workers", None)
    return count if isinstance(count, int) else None


def _process_pool(workers: int, preload: Sequence[str]) -> _Pool:
    """Worker processes that have the engine loaded before the first run comes.

    Started fresh, since a fork takes the locks of threads along; through the fork server where there is one.
    """
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(list(preload))
    return _Pool(workers, mp_context=context, initializer=_start_worker)


class _Pool(ProcessPoolExecutor):
    """Workers need nothing of the caller's script, so they do not import it (they are started by ``submit``)."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with main_left_alone():
            return super().submit(fn, *args, **kwargs)

    def kill(self) -> None:
        """End the workers at once, with what they are running."""
        processes: dict[int, Any] = getattr(self, "_processes", None) or {}
        for process in list(processes.values()):
            process.kill()


def _start_worker() -> None:
    # an interrupt at the terminal reaches all processes; a worker just ends, the parent keeps what is done
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed tells nobody: without this its workers would wait for its next call for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def main_left_alone() -> Iterator[None]:
    """The main module without a name or file by which a new process could import it.

    Without this a plain script that calls ``run`` outside ``if __name__ == "__main__"`` would start itself again in
    each worker.
    """
    main: Any = sys.modules["__main__"]
    kept = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    for name in kept:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)
