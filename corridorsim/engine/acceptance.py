"""Acceptance: over its upper limit a place is closed to new loading, until it is under the lower one.

Whether a closed place refuses a lot, and an open one takes it, is the acceptance policy's to say (see ``policies``).

What is counted is cargo that *stands* there, in wagons: in the yard, in the stack, and in trains set aside for it
on the way. Trains that move are not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from corridorsim.ledger import OPEN
from corridorsim.model import Gate as GatePlan

from .kernel import Kernel

#: after which a lot comes again that a policy alone refused
_ASKED_AGAIN_S = 86_400


class Gate:
    """One acceptance limit."""

    __slots__ = ("_kernel", "_outside", "_plan", "_row", "banned", "cause", "number", "release", "standing", "start")

    def __init__(self, plan: GatePlan, kernel: Kernel) -> None:
        self._kernel = kernel
        self._plan = plan
        self.number = kernel.ledger.number(plan.id)
        self.standing = 0.0  #: wagons
        self.banned = False
        self.cause = OPEN  #: what cargo that stood here last began to wait for
        self._outside: deque[tuple[int, Callable[[], None]]] = deque()  #: (patience until, come back)
        self._row = OPEN
        self.refresh(0)

    @property
    def id(self) -> str:
        """Of the place."""
        return self._plan.id

    @property
    def now_s(self) -> int:
        """Seconds since the start of the horizon."""
        return self._kernel.now

    def refresh(self, now: int) -> None:
        """Take the limits that hold from now on."""
        self.start = self._plan.start_wagons.at(now)
        self.release = self._plan.release_wagons.at(now)
        self._check()

    def add(self, wagons: float) -> None:
        """Count wagons that came to stand here."""
        self.standing += wagons
        if not self.banned:
            self._check()

    def remove(self, wagons: float) -> None:
        """They move on."""
        self.standing -= wagons
        if self.banned:
            self._check()

    def _check(self) -> None:
        states = self._kernel.ledger.tables["states"]
        if not self.banned and self.standing > self.start:
            self.banned = True
            self._row = states.add(self.number, self._kernel.ledger.number("ban"), self._kernel.now, OPEN)
        elif self.banned and self.standing < self.release:
            self.banned = False
            states.put(self._row, "end_s", self._kernel.now)
            if self._outside:
                self._kernel.later(0, self._let_in)

    def defer(self, until_s: int, come_back: Callable[[], None]) -> None:
        """Refused cargo waits outside; ``come_back`` is called when the limit opens, if that is soon enough.

        Where a policy refused though the limit is open it is called every day.
        """
        if self.banned:
            self._outside.append((until_s, come_back))
        elif self._kernel.now + _ASKED_AGAIN_S <= until_s:
            self._kernel.later(_ASKED_AGAIN_S, come_back)

    def _let_in(self) -> None:
        """The limit has opened: who waits outside comes back in order, until it closes again."""
        now = self._kernel.now
        for _ in range(len(self._outside)):
            if self.banned:
                return
            until_s, come_back = self._outside.popleft()
            if now <= until_s:
                come_back()
