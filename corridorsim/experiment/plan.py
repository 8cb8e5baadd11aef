"""Which runs a scenario asks for: as it is given, and with saturating demand where a target asks for the capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import model, scenario
from ..model.blueprint import Calendar
from ..scenario.schema import Target
from .replicate import Case

#: the layer that a target with ``demand: saturating`` is judged under: the scenario's own, else the shipped one
SATURATING_LAYER = "demand/saturating"


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
    judged: tuple[Target, ...]
    unjudged: tuple[Target, ...]

    @property
    def cases(self) -> list[Case]:
        """What is to be replicated."""
        return [self.given, self.saturating] if self.saturating else [self.given]


def plan(
    source: str | Path, with_layers: Sequence[str | Path] = (), sets: Sequence[str] = (), label: str | None = None
) -> Plan:
    """Read and build a scenario and what its targets need. Raises scenario.Issues with all that is wrong with it."""
    loaded = scenario.read(source, with_layers=tuple(with_layers), sets=tuple(sets))
    label = label or loaded.name + ("+set" if sets else "")
    given = case(label, loaded)
    whole_years = _whole_years(given.blueprint.calendar)
    judged = tuple(target for target in loaded.scenario.targets if target.year in whole_years)
    unjudged = tuple(target for target in loaded.scenario.targets if target.year not in whole_years)
    saturating = None
    layer = scenario.find(SATURATING_LAYER, beside=source)
    if layer is not None and any(target.demand == "saturating" for target in judged):
        layers = (*with_layers, layer)
        saturating = case(f"{label}, saturating", scenario.read(source, with_layers=layers, sets=tuple(sets)))
    if saturating is None:
        unjudged += tuple(target for target in judged if target.demand == "saturating")
        judged = tuple(target for target in judged if target.demand != "saturating")
    named = tuple(str(layer) for layer in with_layers)
    return Plan(label, str(source), named, loaded, given, saturating, judged, unjudged)


def case(label: str, loaded: scenario.Loaded) -> Case:
    """A read scenario as something to replicate. Raises scenario.Issues."""
    blueprint = model.build(loaded)
    return Case(label, blueprint, model.fingerprint(blueprint))


def _whole_years(calendar: Calendar) -> set[int]:
    """Years of which all twelve months count as results."""
    months = [
        name
        for name, start in zip(calendar.month_names, calendar.month_starts_s[:-1], strict=True)
        if start >= calendar.results_from_s
    ]
    years = [int(name[:4]) for name in months]
    return {year for year in years if years.count(year) == 12}
