"""Which runs a scenario asks for: as it is given, saturated where a target asks for it, sampled where it says so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import model, scenario
from ..model.blueprint import Blueprint, Calendar
from ..scenario.schema import Target
from .draws import levels_of
from .runs import Case, fixed_case
from .saturating import saturated


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario, read and built; ``source`` and ``with_layers`` as its caller named them.

    ``judged`` are the targets whose whole year lies in the results, ``unjudged`` the others. ``saturating`` is None
    where no target asks for it.
    """

    label: str
    source: str
    with_layers: tuple[str, ...]
    loaded: scenario.Loaded
    given: Case
    saturating: Case | None
    saturating_loaded: scenario.Loaded | None
    judged: tuple[Target, ...]
    unjudged: tuple[Target, ...]

    @property
    def samples(self) -> bool:
        """Whether the scenario asks for runs with its uncertain inputs drawn."""
        return self.loaded.scenario.uncertainty == "sample"

    @property
    def draws(self) -> str:
        """Where the levels of the uncertain groups come from, in words."""
        kept = len(self.loaded.scenario.kept_draws)
        return f"{kept} kept draws, in turn" if kept else "drawn anew by each replication"

    def cases(self, seed: int) -> dict[str, Case]:
        """What is to be replicated: ``as_given`` and, where it is asked for, ``saturating``; both with the inputs at
        their values. ``sampled`` and ``sampled_saturating`` draw the uncertain inputs, replication by replication."""
        found = {"as_given": self.given}
        if self.saturating is not None:
            found["saturating"] = self.saturating
        if self.samples:
            found["sampled"] = _sampled(f"{self.label}, sampled", self.given, self.loaded, seed)
        if self.samples and self.saturating is not None and self.saturating_loaded is not None:
            name = f"{self.label}, saturating, sampled"
            found["sampled_saturating"] = _sampled(name, self.saturating, self.saturating_loaded, seed)
        return found


def plan(
    source: str | Path, with_layers: Sequence[str | Path] = (), sets: Sequence[str] = (), label: str | None = None
) -> Plan:
    """Read and build a scenario and what its targets need. Raises scenario.Issues with all that is wrong with it."""
    loaded = scenario.read(source, with_layers=tuple(with_layers), sets=tuple(sets))
    label = label or loaded.name + ("+set" if sets else "")
    given = case(label, loaded)
    whole_years = _whole_years(given.make(0).calendar)
    judged = tuple(target for target in loaded.scenario.targets if target.year in whole_years)
    unjudged = tuple(target for target in loaded.scenario.targets if target.year not in whole_years)
    saturating = saturating_loaded = None
    if any(target.demand == "saturating" for target in judged):
        saturating_loaded, _ = saturated(loaded, source, with_layers, sets)
        saturating = case(f"{label}, saturating", saturating_loaded)
    named = tuple(str(layer) for layer in with_layers)
    return Plan(label, str(source), named, loaded, given, saturating, saturating_loaded, judged, unjudged)


def case(label: str, loaded: scenario.Loaded) -> Case:
    """A read scenario as something to replicate. Raises scenario.Issues."""
    return fixed_case(label, model.build(loaded))


def _sampled(name: str, fixed: Case, loaded: scenario.Loaded, seed: int) -> Case:
    """Each replication with its own levels of the uncertain groups, the same in every scenario of this seed."""

    def make(replication: int) -> Blueprint:
        return model.build(model.realise(loaded, levels_of(loaded, seed, replication)))

    # cases share runs by their key: the same values with other ranges are another case
    known = repr((model.uncertain_leaves(loaded), loaded.scenario.kept_draws))
    key = f"{fixed.key}-{hashlib.sha256(known.encode()).hexdigest()}"
    return Case(name, key, make, horizon_s=fixed.horizon_s)


def _whole_years(calendar: Calendar) -> set[int]:
    """Years of which all twelve months count as results."""
    months = [
        name
        for name, start in zip(calendar.month_names, calendar.month_starts_s[:-1], strict=True)
        if start >= calendar.results_from_s
    ]
    years = [int(name[:4]) for name in months]
    return {year for year in years if years.count(year) == 12}
