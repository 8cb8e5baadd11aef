"""Borders: a train stands for papers and handling when it passes from one country to the next."""

from __future__ import annotations

from collections.abc import Sequence

from corridorsim.model import Border as BorderPlan

from .cargo import Part
from .kernel import Actor, Kernel, Meter, Queue, Steps, Token
from .streams import Streams

_UNLIMITED = 1_000_000


class Border:
    """One direction of a crossing; ``servers`` trains at a time."""

    def __init__(self, plan: BorderPlan, kernel: Kernel, streams: Streams) -> None:
        self.id = plan.id
        self.loco_change = plan.loco_change  #: its hours hold the change of locomotive
        self.place = kernel.ledger.number(plan.id)
        self.servers = Token(plan.servers or _UNLIMITED)
        self.meter = Meter(kernel, plan.servers)
        self.queue = Queue(kernel)
        self._kernel = kernel
        self._law = plan.dwell
        self._stream = streams.of("border", plan.id)

    def cross(self, train: Actor, parts: Sequence[Part]) -> Steps:
        """The queue and the hours of one train."""
        self.queue.change(present=1)
        if not self.servers.take(train):
            self.queue.change(waiting=1)
            yield from self._kernel.stand(train, parts, self.place, "border", self.servers.blocker())
            self.queue.change(waiting=-1)
        self.meter.change(busy=1)
        yield from self._kernel.linger(train, parts, self.place, "border", self._stream.seconds(self._law))
        self.meter.change(busy=-1)
        self.queue.change(present=-1)
        self.servers.release(train)
