"""What a kernel says of a run."""

from __future__ import annotations

from typing import NamedTuple


class Outcome(NamedTuple):
    """Hops run to their end, trains that reached theirs, and the sum of their seconds from departure to arrival."""

    hops: int
    finished: int
    transit_s: int

    @property
    def mean_transit_h(self) -> float:
        return self.transit_s / self.finished / 3600 if self.finished else 0.0
