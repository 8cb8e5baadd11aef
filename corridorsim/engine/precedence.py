"""Which of the trains that may go over a block goes first: precedences by name.

Each makes, from the rules of single track, a key by which those that wait are sorted. Express trains come before others
that stand alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from corridorsim.model import SingleTrack

if TYPE_CHECKING:
    from .sections import Run, Section

Key = tuple[float, ...]
Rank = Callable[["Run", "Section", int], Key]


def _ageing(rules: SingleTrack) -> Rank:
    """Who has waited longest on this line, at all its stands together; an express as if by so much longer."""

    def rank(run: Run, _section: Section, now: int) -> Key:
        waited_s = run.waited_s + now - run.since_s
        return (-waited_s - (rules.express_lead_s if run.express else 0), run.number)

    return rank


def _alternate(_rules: SingleTrack) -> Rank:
    """One from here, one from there."""

    def rank(run: Run, section: Section, _now: int) -> Key:
        return (run.direction == section.last, not run.express, run.since_s, run.number)

    return rank


def _fleet(rules: SingleTrack) -> Rank:
    """Some of one direction in a row, then some of the other."""

    def rank(run: Run, section: Section, _now: int) -> Key:
        turn = section.last if section.streak < rules.fleet_trains else 1 - section.last
        return (run.direction != turn, not run.express, run.since_s, run.number)

    return rank


PRECEDENCE: dict[str, Callable[[SingleTrack], Rank]] = {"ageing": _ageing, "alternate": _alternate, "fleet": _fleet}
