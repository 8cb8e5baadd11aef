"""``locomotives``: tonnes against the number of new locomotives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exits import InvalidCall, telling
from .options import Execute, Json, On, Out, Perimeter, QuietOption, Replications, Seed, Set, With
from .running import tell

Chosen = Annotated[str, typer.Argument(metavar="[SCENARIO]", help="A scenario file, or the name of a shipped one.")]
Units = Annotated[str, typer.Option(metavar="N,N,...", help="New locomotives in corridor service all year.")]
States = Annotated[
    str | None,
    typer.Option(
        metavar="STATE,...",
        help="States of the rest: layers, joined by + where there are several; as_it_is is none. "
        "Default: as_it_is and each layer in states/ beside the scenario.",
    ),
]
Allocations = Annotated[str, typer.Option(metavar="POLICY,...", help="fixed, proportional, on_demand")]
Demands = Annotated[str, typer.Option(metavar="DEMAND", help="as_given | saturating | both")]
ContractOption = Annotated[str | None, typer.Option(metavar="ID", help="The contract that is varied; the largest.")]
Least = Annotated[float | None, typer.Option(min=0, metavar="MT", help="What a gain must be to matter (0.05).")]


def locomotives(
    scenario: Chosen = "baseline",
    with_: With = None,
    set_: Set = None,
    units: Units = "0,30,60,90,120,150,180,210,240,270,300",
    states: States = None,
    allocations: Allocations = "fixed,on_demand",
    demand: Demands = "both",
    contract: ContractOption = None,
    perimeter: On = Perimeter.C,
    least: Least = None,
    replications: Replications = 10,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    quiet: QuietOption = False,
) -> None:
    """Tonnes against the number of new locomotives, under several states of the rest; from where on they matter not."""
    with telling():
        from .. import studies
        from ..experiment import for_stderr, parse_executor

        parse_executor(executor)
        made = studies.locomotives(
            scenario,
            units=_numbers(units),
            states=None if states is None else _items(states),
            allocations=_items(allocations),
            demand=demand,
            contract=contract,
            perimeter=perimeter.value,
            least=least,
            with_layers=with_ or (),
            sets=set_ or (),
            replications=replications,
            seed=seed,
            out=out,
            executor=executor,
            progress=for_stderr(quiet=quiet),
        )
        tell(made, json=json)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _numbers(text: str) -> list[int]:
    try:
        return [int(item) for item in _items(text)]
    except ValueError:
        raise InvalidCall(f"--units: '{text}' are no whole numbers; write 0,30,300") from None
