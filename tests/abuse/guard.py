"""No longer than two seconds, no more than 500 MB: whatever is read, or it is a fault."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 2.0  #: of CPU, since the machine that tests may be busy
MEGABYTES = 500


class Hang(Exception):
    """It went on for too long."""


@contextmanager
def guarded() -> Iterator[None]:
    """Raises Hang after two seconds of CPU, MemoryError above 500 MB on top of what the process holds already."""

    def stop(_number: int, _frame: Any) -> None:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, stop)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_held() + MEGABYTES * 1_000_000, limits[1]))
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    started = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)
    took = time.process_time() - started
    assert took <= SECONDS, f"{took:.1f} s"  # what is not Python's own is not stopped by a signal


def _held() -> int:
    """Address space of this process, bytes."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
