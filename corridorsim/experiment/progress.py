"""What a waiting person sees on stderr: a bar on a terminal, plain lines elsewhere, nothing where quiet is asked."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to be done, before it is begun.

    ``total`` runs are asked for and ``stored`` of them are there; ``unseen`` are looked up only as they come, since
    their inputs are drawn. ``seconds`` of one worker's time are expected for the rest, by the pace of kept runs (None:
    there are none); ``workers`` is None where that is not known.
    """

    total: int
    stored: int = 0
    unseen: int = 0
    seconds: float | None = None
    workers: int | None = None

    def __str__(self) -> str:
        missing = self.total - self.stored
        if not missing:
            return f"all {self.total} runs found in the store"
        words = f"{missing} run{'s' * (missing > 1)} to do"
        if self.stored:
            words += f", {self.stored} found in the store"
        if self.unseen:
            words += f" ({self.unseen} with drawn inputs are looked up as they come)"
        if self.seconds is None:
            return words + "; how long it takes is told after the first"
        at_once = min(self.workers or 1, missing)
        on = "one worker" if at_once == 1 else f"{at_once} workers"
        return words + f"; about {spoken(self.seconds / at_once)} on {on} by the pace of kept runs"


def spoken(seconds: float) -> str:
    """A duration for a person: ``45 s``, ``9 min``, ``2 h 10 min``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


class Progress(Protocol):
    """Told of what is to be done, and of each run. May be entered again for what a command does next."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def begin(self, ahead: Ahead) -> None:
        """Before the first run."""

    def opened(self, workers: int | None) -> None:
        """There are so many workers (None: not known)."""

    def found(self, label: str) -> None:
        """A run whose inputs are drawn was in the store."""

    def started(self, label: str) -> None:
        """A run was begun; it runs as soon as a worker is free."""

    def lost(self, label: str) -> None:
        """A run was lost with the worker that ran it; it is tried again."""

    def finished(self, label: str, wall_s: float) -> None:
        """A run is done; it took so long."""

    def failed(self, label: str, message: str) -> None:
        """A run failed; the others go on."""

    def stopping(self, running: int) -> None:
        """Ctrl-C: no run is begun any more, those that are running may end."""


class Quiet:
    """Says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def begin(self, ahead: Ahead) -> None:
        return None

    def opened(self, workers: int | None) -> None:
        return None

    def found(self, label: str) -> None:
        return None

    def started(self, label: str) -> None:
        return None

    def lost(self, label: str) -> None:
        return None

    def finished(self, label: str, wall_s: float) -> None:
        return None

    def failed(self, label: str, message: str) -> None:
        return None

    def stopping(self, running: int) -> None:
        return None


class Counting(Quiet):
    """Keeps count, and knows how long it will be; what shows it is told by ``_changed`` and ``_say``."""

    def __init__(self) -> None:
        self._begin(Ahead(0))

    def _begin(self, ahead: Ahead) -> None:
        self.ahead = ahead
        self.done = self.failures = self.handed = self.stored = 0
        self.workers = ahead.workers
        self.stored = ahead.stored
        self.start = time.monotonic()
        self._wall_s = 0.0
        self._ends: float | None = None
        self._expect()

    @property
    def asked(self) -> int:
        """Runs that are not in the store, as far as is known."""
        return self.ahead.total - self.stored

    @property
    def ended(self) -> int:
        """Runs that are done or have failed."""
        return self.done + self.failures

    @property
    def running(self) -> int:
        """Runs that are running; of workers that cannot be counted, those that were handed over."""
        return self.handed if self.workers is None else min(self.handed, self.workers)

    @property
    def left_s(self) -> float | None:
        """Seconds until the end, as far as can be said."""
        return None if self._ends is None else max(0.0, self._ends - time.monotonic())

    def begin(self, ahead: Ahead) -> None:
        self._begin(ahead)
        self._say(str(ahead))

    def opened(self, workers: int | None) -> None:
        self.workers = workers
        self._expect()

    def found(self, label: str) -> None:
        self.stored += 1
        self._expect()
        self._changed()

    def started(self, label: str) -> None:
        self.handed += 1
        self._changed()

    def lost(self, label: str) -> None:
        self.handed -= 1
        self._say(f"a worker died with {label}; the run is tried again")

    def finished(self, label: str, wall_s: float) -> None:
        self.handed -= 1
        self.done += 1
        self._wall_s += wall_s
        self._expect()
        self._changed()

    def failed(self, label: str, message: str) -> None:
        self.handed -= 1
        self.failures += 1
        self._expect()
        self._say(f"failed: {label}: {message}")
        self._changed()

    def stopping(self, running: int) -> None:
        self._say(f"interrupted: waiting for {running} run{'s' * (running > 1)} to end; Ctrl-C again ends at once")

    def _expect(self) -> None:
        """By the runs that have ended; before, by the pace of kept runs."""
        to_do, now = self.asked - self.ended, time.monotonic()
        at_once = max(1, min(self.workers or 1, to_do))
        if not self.done:
            seconds = self.ahead.seconds
            self._ends = None if seconds is None or self.workers is None else self.start + seconds / at_once
        elif self.workers is None:
            self._ends = now + (now - self.start) / self.done * to_do
        else:
            self._ends = now + self._wall_s / self.done * to_do / at_once

    def _say(self, text: str) -> None:
        raise NotImplementedError

    def _changed(self) -> None:
        raise NotImplementedError


class Lines(Counting):
    """A line now and then (at most one in ``every_s`` seconds), and one for each failure."""

    def __init__(self, every_s: float = 5.0) -> None:
        super().__init__()
        self._every_s = every_s
        self._told = 0  #: runs that had ended when it was said
        self._said = self.start

    def _begin(self, ahead: Ahead) -> None:
        super()._begin(ahead)
        self._told, self._said = 0, self.start

    def _changed(self) -> None:
        now, last = time.monotonic(), self.ended >= self.asked
        if not last and (self.ended == self._told or now - self._said < self._every_s):
            return
        self._told, self._said = self.ended, now
        if not self.asked:
            self._say(f"all {self.stored} runs found in the store")
            return
        words = f"{self.done} of {self.asked} runs done"
        if self.failures:
            words += f", {self.failures} failed"
        if last:
            words += f" in {spoken(now - self.start)}"
        else:
            words += f", {self.running} running" if self.running else ""
            words += f", about {spoken(self.left_s)} left" if self.left_s is not None else ""
        self._say(words)

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class Bar(Counting):
    """A bar with runs done, running, failed, and time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress
        from rich.text import Text

        counting = self

        class Now(ProgressColumn):
            """Drawn anew several times a second, so that the time left runs down between two runs."""

            def render(self, task: Task) -> Text:
                return Text(counting.words)

        super().__init__()
        self._task: Any = None
        self._bar = RichProgress(
            TextColumn("simulating"),
            BarColumn(),
            MofNCompleteColumn(),
            Now(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    @property
    def words(self) -> str:
        """What stands behind the bar."""
        words = [f"{self.running} running"]
        if self.failures:
            words.append(f"{self.failures} failed")
        if self.left_s is not None:
            words.append(f"about {spoken(self.left_s)} left")
        return ", ".join(words)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, ahead: Ahead) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task("", total=ahead.total, completed=ahead.stored)
        super().begin(ahead)

    def _changed(self) -> None:
        self._bar.update(self._task, completed=self.stored + self.ended)

    def _say(self, text: str) -> None:
        self._bar.print(text, markup=False, highlight=False)


def for_stderr(*, quiet: bool) -> Progress:
    """The progress that suits where stderr goes."""
    if quiet:
        return Quiet()
    return Bar() if sys.stderr.isatty() else Lines()
