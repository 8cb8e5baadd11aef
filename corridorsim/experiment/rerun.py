"""One replication run again, in this process: the same ledger to the digest, whole instead of reduced."""

from __future__ import annotations

from ..engine import simulate
from ..ledger import Ledger
from ..model.blueprint import Blueprint
from .runs import Case


def rerun(case: Case, *, seed: int, replication: int, hops: bool = False) -> tuple[Blueprint, Ledger]:
    """What was run, and all that it wrote; with ``hops`` also the log of hops and spells.

    Raises what the engine raises, and scenario.Issues where a sampled scenario does not stand.
    """
    blueprint = case.make(replication)
    return blueprint, simulate(blueprint, seed=seed, replication=replication, hops=hops)
