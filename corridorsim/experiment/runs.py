"""What is replicated and what comes of it: cases, runs, outcomes, failures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..ledger import Ledger
from ..model import fingerprint
from ..model.blueprint import Blueprint
from .store import Cost

#: Called where the run happened, so that only what it gives has to travel: what JSON can hold.
Reduce: TypeAlias = Callable[[Blueprint, Ledger], Any]


@dataclass(frozen=True, slots=True)
class Case:
    """What is replicated. ``make(replication)`` gives the Blueprint, always the same for the same number.

    ``fingerprint`` is that of the one Blueprint of a case which has only one; None where each replication has its own.
    ``horizon_s`` is what a run simulates, in seconds; None where that is to be read from a Blueprint that is made.
    """

    name: str
    key: str  #: results are given back by it; cases with the same key share their runs
    make: Callable[[int], Blueprint]
    fingerprint: str | None = None
    horizon_s: float | None = None


def fixed_case(name: str, blueprint: Blueprint) -> Case:
    """A case with one Blueprint for all replications; its key is the fingerprint."""
    mark = fingerprint(blueprint)
    return Case(name, mark, lambda _replication: blueprint, mark, blueprint.calendar.end_s)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: which case, which seed, which replication (from 0), and what Blueprint (None: it was not made)."""

    case: str
    key: str
    seed: int
    replication: int
    fingerprint: str | None = None

    @property
    def label(self) -> str:
        """For a person."""
        return f"{self.case}, replication {self.replication}"


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that gave nothing: at which stage (build, simulate, reduce, keep, worker), why, and the traceback."""

    run: Run
    stage: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave; ``cost`` is None where it was found in the store."""

    run: Run
    value: Any
    cost: Cost | None = None


def outcomes(results: Iterable[Outcome | Failure]) -> dict[int, Any]:
    """Replication -> what it gave, of those that ended well."""
    return {result.run.replication: result.value for result in results if isinstance(result, Outcome)}


def failures(results: Iterable[Outcome | Failure]) -> tuple[Failure, ...]:
    """Those that failed."""
    return tuple(result for result in results if isinstance(result, Failure))


class Interrupted(KeyboardInterrupt):
    """Ctrl-C; ``done`` runs of ``total`` are kept in the store."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"interrupted: {done} of {total} runs are done and kept")
        self.done, self.total = done, total
