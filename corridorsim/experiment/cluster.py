"""Runs on a Dask cluster, through its ``concurrent.futures`` door; needs the extra ``distributed``."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from typing import Any

from .executors import ExecutorError, main_left_alone
from .store import other_sources, sources_here

#: how long a scheduler may take to answer, and for how long the number of its workers is believed
CONNECT_S = 10
COUNT_S = 5.0


@contextmanager
def open_dask(
    address: str | None, workers: int, preload: Sequence[str], packages: Sequence[str]
) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """A cluster as an Executor, and what tells how many calls it runs at once.

    The scheduler at ``address``, or a cluster of ``workers`` processes on this machine, closed at the end. Its workers
    import ``preload`` and must have the sources of this process. Raises ExecutorError.
    """
    method = _early_start(preload) if address is None else None
    import dask
    import distributed

    library: Any = distributed  # which has no types at these places
    with ExitStack() as stack:
        stack.enter_context(_hushed())
        if address is None:
            # workers that die are started anew as long as the cluster is up, so the main module is hidden that long
            stack.enter_context(main_left_alone())
            # what was lost with a worker is for the caller to try again
            stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": 0}))
            if method:
                stack.enter_context(dask.config.set({"distributed.worker.multiprocessing-method": method}))
            cluster = stack.enter_context(
                library.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=0,
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # its web page: at any free port
                    silence_logs=logging.CRITICAL,
                )
            )
        try:
            client = stack.enter_context(library.Client(address or cluster, timeout=CONNECT_S, set_as_default=False))
        except (OSError, ValueError) as fault:
            raise ExecutorError(f"no Dask scheduler answers at {address}: {fault}") from fault
        _same_everywhere(client.run(_ready, tuple(preload), tuple(packages), on_error="return"), tuple(packages))
        told, count = -COUNT_S, 0

        def counted() -> int:
            nonlocal told, count
            if time.monotonic() - told > COUNT_S:
                count, told = sum(client.nthreads().values()), time.monotonic()
            return count

        yield client.get_executor(pure=False), counted


def _early_start(preload: Sequence[str]) -> str | None:
    """Have the server from which workers are forked load what they need, while this process loads Dask itself."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return None
    from multiprocessing import forkserver

    multiprocessing.get_context("forkserver").set_forkserver_preload(["distributed", *preload])
    forkserver.ensure_running()
    return "forkserver"


@contextmanager
def _hushed() -> Iterator[None]:
    """Without the library's own log of workers and schedulers that go away: it is told by the runs that are lost."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _ready(preload: Sequence[str], packages: tuple[str, ...]) -> str:
    """On a worker: import what the runs need, and tell the sources that are there."""
    for module in preload:
        importlib.import_module(module)
    return sources_here(packages)


def _same_everywhere(told: dict[str, str | BaseException], packages: tuple[str, ...]) -> None:
    """Raises ExecutorError that names the workers whose figures would be another version's."""
    for worker, there in told.items():
        if isinstance(there, BaseException):
            raise ExecutorError(f"the Dask worker {worker} cannot run this: {type(there).__name__}: {there}") from there
        if there != sources_here(packages):
            raise ExecutorError(f"the Dask worker {worker} has {other_sources(there, sources_here(packages))}")


def worker_died(fault: BaseException) -> bool:
    """Whether Dask says that the workers which ran a call died (told by name: Dask may not be there)."""
    return any(kind.__name__ == "KilledWorker" for kind in type(fault).__mro__)
