"""One scenario with one demand as a case: what studies replicate that ask for figures, not for targets."""

from __future__ import annotations

from dataclasses import replace

from ..model.blueprint import Blueprint
from .plan import Plan, case, plan
from .points import packed_case, with_demand
from .runs import Case


def with_saturating(item: Plan) -> Plan:
    """The plan with its saturating runs, whether or not a target asks for them. Raises scenario.Issues."""
    if item.saturating is not None:
        return item
    loaded = with_demand(item, "saturating")
    return replace(item, saturating=case(f"{item.label}, saturating", loaded), saturating_loaded=loaded)


def demand_case(label: str, item: Plan, demand: str, seed: int) -> Case:
    """A scenario with the demand ``as_given`` or ``saturating``, packed until it is run.

    Where it asks for sampled inputs each replication has its own draw, the same for every scenario of this seed; it is
    then read again for each run, since many such scenarios would fill the memory. Raises scenario.Issues.
    """
    given = demand == "as_given"
    item = item if given else with_saturating(item)
    cases = item.cases(seed)
    if not item.samples:
        return packed_case(label, cases[demand].make(0))
    which = "sampled" if given else "sampled_saturating"
    source, layers, sets = item.source, item.with_layers, item.loaded.sets

    def make(replication: int) -> Blueprint:
        again = plan(source, layers, sets)
        return (again if given else with_saturating(again)).cases(seed)[which].make(replication)

    return replace(cases[which], name=label, make=make)
