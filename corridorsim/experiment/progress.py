"""What a waiting person sees on stderr: a bar on a terminal, plain lines elsewhere, nothing where quiet is asked."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Protocol, Self


class Progress(Protocol):
    """Told of each run as it ends."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def begin(self, total: int, stored: int) -> None:
        """``total`` runs are asked for, ``stored`` of them are there already."""

    def finished(self, label: str) -> None:
        """A run is done."""

    def failed(self, label: str, message: str) -> None:
        """A run failed; the others go on."""


class Quiet:
    """Says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def begin(self, total: int, stored: int) -> None:
        return None

    def finished(self, label: str) -> None:
        return None

    def failed(self, label: str, message: str) -> None:
        return None


class Lines(Quiet):
    """A line now and then (at most one in ``every_s`` seconds), and one for each failure."""

    def __init__(self, every_s: float = 5.0) -> None:
        self._every_s = every_s
        self._total = self._stored = self._done = self._failures = 0
        self._start = self._said = time.monotonic()

    def begin(self, total: int, stored: int) -> None:
        self._total, self._stored = total, stored
        self._start = self._said = time.monotonic()
        if total > stored:
            self._say(f"{total - stored} runs to do" + (f", {stored} found in the store" if stored else ""))
        else:
            self._say(f"all {total} runs found in the store")

    def finished(self, label: str) -> None:
        self._done += 1
        self._tell()

    def failed(self, label: str, message: str) -> None:
        self._failures += 1
        self._say(f"failed: {label}: {message}")
        self._tell()

    def _tell(self) -> None:
        now, ended, asked = time.monotonic(), self._done + self._failures, self._total - self._stored
        if ended < asked and now - self._said < self._every_s:
            return
        self._said = now
        elapsed = now - self._start
        left = f", about {elapsed / ended * (asked - ended):.0f} s left" if ended < asked else f" in {elapsed:.0f} s"
        failures = f", {self._failures} failed" if self._failures else ""
        self._say(f"{self._done} of {asked} runs done{failures}{left}")

    @staticmethod
    def _say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class Bar(Quiet):
    """A bar with runs done, failed and time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._failures = 0
        self._task: Any = None
        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs{task.fields[failures]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, total: int, stored: int) -> None:
        self._task = self._bar.add_task("simulating", total=total, completed=stored, failures="")

    def finished(self, label: str) -> None:
        self._bar.advance(self._task)

    def failed(self, label: str, message: str) -> None:
        self._failures += 1
        self._bar.print(f"failed: {label}: {message}", markup=False, highlight=False)
        self._bar.update(self._task, advance=1, failures=f", {self._failures} failed")


def for_stderr(*, quiet: bool) -> Progress:
    """The progress that suits where stderr goes."""
    if quiet:
        return Quiet()
    return Bar() if sys.stderr.isatty() else Lines()
