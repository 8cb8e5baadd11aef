"""Rules of operation for corridorsim. A scenario names them once the package is installed:

policies:
  dispatch: {name: express_first, max_light_km: 300}
  acceptance: {name: room_for_express, share: 0.8}
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from corridorsim.engine import NearAndWaiting

if TYPE_CHECKING:
    from corridorsim.engine import Gate, Offer, Pool, Request, Router, Unit
    from corridorsim.model import Journey, Path
    from corridorsim.report.html import Context, Section


class ExpressFirst(NearAndWaiting):
    """A free locomotive goes to an express train, if one waits within ``max_light_km``; else as the engine would do."""

    def __init__(self, max_light_km: float = inf) -> None:
        if not max_light_km >= 0:
            raise ValueError(f"max_light_km must be 0 or more, not {max_light_km:g}")
        self.max_light_m = max_light_km * 1000

    def train_for(self, unit: Unit, pool: Pool) -> Request | None:
        """The express train that has waited longest, or the engine's choice."""
        express = [
            train
            for train in pool.trains_for(unit)
            if any(journey.express for journey in train.journeys)
            and pool.metres(unit.node, train.node) <= self.max_light_m
        ]
        if any(train.stranded for train in pool.trains_for(unit)) or not express:
            return super().train_for(unit, pool)
        return min(express, key=lambda train: train.since_s)


class LongWay:
    """The longest path, for those who like the view."""

    def path_for(self, paths: tuple[Path, ...], journey: Journey, route: int, network: Router) -> Path:
        """The last: paths come shortest first."""
        return paths[-1]


class RoomForExpress:
    """Over ``share`` of its upper limit a place takes express lots only."""

    def __init__(self, share: float) -> None:
        self.share = share

    def accepts(self, gate: Gate, lot: Offer) -> bool:
        """Whether the place is open, and has room for a lot of this kind."""
        return not gate.banned and (lot.journey.express or gate.standing <= self.share * gate.start)


def rules_in_force(context: Context) -> Section:
    """A chapter of the report: the policies of the first scenario."""
    from corridorsim.report.html import Section

    said = [f"{row[0]}: {row[1]}" for row in context.first.inputs if str(row[0]).startswith("policies.")]
    return Section("Rules in force", text=said)
