"""More than can be carried: the demand under which a scenario shows its capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .. import scenario
from ..model.relieve import Step, relieve
from ..scenario import Issues, Loaded
from ..scenario.quantity import Quantity
from ..scenario.roots import shipped_folder

#: the layer that a target with ``demand: saturating`` is judged under: the scenario's own, else the shipped one
SATURATING_LAYER = "demand/saturating"
#: a scenario that the shipped layer does not fit is offered so many times its own demand
TIMES = 1.5


def saturated(
    loaded: Loaded, source: str | Path, with_layers: Sequence[str | Path], sets: Sequence[str]
) -> tuple[Loaded, str]:
    """A scenario offered more than it can carry, and that demand in words. Raises scenario.Issues where its own layer
    is at fault."""
    layer, shipped = scenario.find(SATURATING_LAYER, beside=source), shipped_folder()
    if layer is not None:
        own = shipped is None or not layer.is_relative_to(shipped)
        try:
            return scenario.read(source, with_layers=(*with_layers, layer), sets=tuple(sets)), "saturating demand"
        except Issues:
            if own:
                raise
    if loaded.scenario.demand.factor is not None:
        more = relieve(loaded, [Step("demand.factor", multiply=TIMES)])
    else:
        demand = loaded.scenario.demand.model_copy(update={"factor": Quantity(TIMES)})
        more = replace(loaded, scenario=loaded.scenario.model_copy(update={"demand": demand}))
    return more, f"{TIMES:g} times its own demand"
