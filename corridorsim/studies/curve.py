"""``locomotives``: delivered tonnes against the number of new locomotives, under several states of the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..api import RunFailed, Runnable
from ..experiment import Progress, outcomes, plan
from ..report.commands import DEFAULT_OUT
from ..scenario import Issue, Issues, Origin
from ..scenario.roots import shown_shipped
from .field import Field, chosen_scenario, failed

if TYPE_CHECKING:
    from ..experiment import Case
    from ..report.curve import Curve

UNITS = tuple(range(0, 301, 30))
ALLOCATIONS = ("fixed", "on_demand")
BOTH = "both"
#: the state of the rest in which the scenario is itself
AS_IT_IS = "as_it_is"


def locomotives(
    scenario: Runnable = "baseline",
    *,
    units: Sequence[int] = UNITS,
    states: Mapping[str, Sequence[str | Path]] | Sequence[str] | None = None,
    allocations: Sequence[str] = ALLOCATIONS,
    demand: str = BOTH,
    contract: str | None = None,
    perimeter: str = "C",
    least: float | None = None,
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Curve:
    """Mt of the headline year against so many ``units`` of a contract on the corridor, on the same seeds throughout.

    ``states`` of the rest: name -> layers below ``with_layers``, or texts such as ``ships_2027+aktau_hub``
    (``as_it_is`` has none); None takes the scenario as it is and each layer in the folder ``states`` of its root.
    ``demand``: as_given, saturating, or both. ``contract``: None takes the largest. ``least``: Mt a gain must be to
    matter. Raises scenario.Issues of a call or scenario that is wrong, RunFailed, and what ``run`` raises.
    """
    from ..analysis.curve import LEAST, Line
    from ..analysis.measures import figure
    from ..analysis.summary import headline_year
    from ..experiment.contracts import chosen_contract, read_contract, unit_sets
    from ..experiment.demands import demand_case
    from ..experiment.points import DEMANDS, result_years
    from ..report.curve import Curve
    from ..report.study import study_name

    field = Field(replications, seed, None if out is None else Path(out), executor, progress)
    _check(units, allocations, demand, perimeter)
    chosen = chosen_scenario(scenario, with_layers, sets)
    base = chosen.plan
    year = headline_year(base.judged, result_years(base.given.make(0).calendar))
    name = chosen_contract(base.loaded, contract)
    named, numbers = _states(states, base.source), sorted(units)
    demands = DEMANDS if demand == BOTH else (demand,)
    cases: dict[tuple[str, str, str, int], Case] = {}
    for state, layers in named.items():
        for allocation in allocations:
            for count in numbers:
                dial = unit_sets(base.loaded, name, count, dt.date(year, 1, 1))
                item = plan(
                    base.source,
                    (*layers, *base.with_layers),
                    (*base.loaded.sets, *dial, f"policies.allocation={allocation}"),
                    label=f"{state}, {allocation}, {count} locomotives",
                )
                for each in demands:
                    label = item.label + (", saturating" if each == "saturating" else "")
                    cases[state, allocation, each, count] = demand_case(label, item, each, seed)
    ended = field.run(list(cases.values()))
    found = {key: outcomes(ended[case.key]) for key, case in cases.items()}
    failures = failed(ended)
    whole = sorted(set.intersection(*(set(runs) for runs in found.values())))
    if not whole:
        raise RunFailed(f"locomotives in {chosen.name}", failures)
    lines = tuple(
        Line(
            state,
            allocation,
            each,
            {
                count: [
                    figure(found[state, allocation, each, count][r], "delivered_mt", perimeter, year) for r in whole
                ]
                for count in numbers
            },
        )
        for state in named
        for each in demands
        for allocation in allocations
    )
    least = LEAST if least is None else least
    made = Curve(
        name=chosen.name,
        title=chosen.title,
        version=__version__,
        contract=read_contract(base, name, year),
        year=year,
        perimeter=perimeter,
        least=least,
        seed=seed,
        replications=whole,
        states={state: tuple(shown_shipped(str(layer)) for layer in layers) for state, layers in named.items()},
        lines=lines,
        command=field.command(
            "locomotives",
            chosen,
            units=None if tuple(numbers) == UNITS else ",".join(map(str, numbers)),
            states=None if states is None else ",".join(_text(state, layers) for state, layers in named.items()),
            allocations=None if tuple(allocations) == ALLOCATIONS else ",".join(allocations),
            demand=None if demand == BOTH else demand,
            contract=contract,
            perimeter=None if perimeter == "C" else perimeter,
            least=None if least == LEAST else least,
        ),
        draws=base.draws if base.samples else "",
        failures=failures,
    )
    if field.out is not None:
        asked = ([case.key for case in cases.values()], perimeter, year, name)
        made = replace(made, folder=field.out / study_name("locomotives", made.name, seed, asked))
        made.save()
    return made


def _states(given: Mapping[str, Sequence[str | Path]] | Sequence[str] | None, source: str) -> dict[str, list[str]]:
    """State -> its layers."""
    from ..experiment.contracts import states_of

    if given is None:
        return {AS_IT_IS: [], **{Path(layer).stem: [layer] for layer in states_of(source)}}
    if isinstance(given, Mapping):
        return {state: [str(layer) for layer in layers] for state, layers in given.items()}
    found = {}
    for text in given:
        layers = [] if text.strip() == AS_IT_IS else [layer.strip() for layer in text.split("+")]
        found["+".join(Path(layer).stem for layer in layers) or AS_IT_IS] = layers
    return found


def _text(state: str, layers: Sequence[str]) -> str:
    return "+".join(layers) if layers else state


def _check(units: Sequence[int], allocations: Sequence[str], demand: str, perimeter: str) -> None:
    """Raises Issues with all that is wrong with a call."""
    issues = [
        Issue.at(Origin(f"--{option}", 1, 1), "", *words) for option, *words in _wrong(units, allocations, demand)
    ]
    from ..analysis import PERIMETERS

    if perimeter not in PERIMETERS:
        hint = f"there are {', '.join(PERIMETERS)}"
        issues.append(Issue.at(Origin("--perimeter", 1, 1), "", f"unknown perimeter '{perimeter}'", hint))
    if issues:
        raise Issues(issues)


def _wrong(units: Sequence[int], allocations: Sequence[str], demand: str) -> Iterator[tuple[str, ...]]:
    from ..experiment.contracts import ALLOCATIONS as KNOWN
    from ..experiment.points import DEMANDS

    if len(units) < 2 or len(set(units)) < len(units) or min(units) < 0:
        yield "units", "a curve needs two or more different numbers of locomotives, none below 0", "write 0,30,300"
    for allocation in allocations:
        if allocation not in KNOWN:
            yield "allocations", f"unknown allocation '{allocation}'", f"there are {', '.join(KNOWN)}"
    if not allocations or len(set(allocations)) < len(allocations):
        yield "allocations", "each allocation is named once, and at least one", f"there are {', '.join(KNOWN)}"
    if demand not in (*DEMANDS, BOTH):
        yield "demand", f"unknown demand '{demand}'", f"there are {', '.join((*DEMANDS, BOTH))}"
