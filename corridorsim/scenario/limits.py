"""Sizes that nothing real has and no run could carry: told with their place, before anything is built of them.

What is refused is a slip (tonnes where megatonnes belong, a year with five digits) or an attack; the limits lie far
beyond any corridor, so that no figure of a real one ever meets them.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from pydantic import BaseModel

from . import schema
from .durations import Spread
from .quantity import Dated, Quantity
from .schema import Scenario
from .shape import FieldsShape, LeafShape, Shape

Path: TypeAlias = tuple[str, ...]

LARGEST = 1e12
SMALLEST = 1e-9  #: of what is not 0
FIRST_YEAR, LAST_YEAR = 1900, 2200
HORIZON_YEARS = 50
LOTS = 2_000_000  #: that one flow may offer in a year
FLOW_MONTHS = 100_000  #: flows times months of the horizon
SHIPS, LOCOMOTIVES = 5_000, 20_000  #: in all
#: (part, field) -> the most, and of what: each one is a thing of its own in a run
COUNTS: dict[tuple[type[BaseModel], str], tuple[float, str]] = {
    (schema.VesselClass, "count"): (SHIPS, "ships"),
    (schema.VesselDelivery, "count"): (SHIPS, "ships"),
    (schema.Fleet, "fleet_units"): (LOCOMOTIVES, "locomotives"),
    (schema.Fleet, "corridor_units"): (LOCOMOTIVES, "locomotives"),
    (schema.LocomotiveContract, "deliveries"): (LOCOMOTIVES, "locomotives"),
    (schema.Project, "shift_months"): (1_200, "months"),
    (schema.Change, "slip_months_low"): (1_200, "months"),
    (schema.Change, "slip_months_high"): (1_200, "months"),
    (schema.VesselDelivery, "slip_months_low"): (1_200, "months"),
    (schema.VesselDelivery, "slip_months_high"): (1_200, "months"),
    (schema.Event, "start_slip_days"): (36_525, "days"),
}


class TooMuch(NamedTuple):
    """What is wrong with a size."""

    path: Path
    message: str
    hint: str = ""


def check(scenario: Scenario) -> Iterator[TooMuch]:
    """Every number, count and day of a scenario that is beyond all measure."""
    yield from _walk(scenario, ())
    start, end = scenario.horizon.start, scenario.horizon.end
    years = end.year - start.year
    if HORIZON_YEARS < years <= LAST_YEAR - FIRST_YEAR:
        yield TooMuch(("horizon", "end"), f"the horizon spans {years} years; at most {HORIZON_YEARS} are run")
    months = 12 * (years + 1) * len(scenario.flows)
    if months > FLOW_MONTHS and years <= HORIZON_YEARS:
        message = f"{len(scenario.flows):,} flows over this horizon are {months:,} flow-months"
        yield TooMuch(("flows",), message, f"at most {FLOW_MONTHS:,} are run")
    yield from _totals(scenario)
    for name, flow in scenario.flows.items():
        units = flow.teu_per_year.value if flow.teu_per_year is not None else None
        if units is None:
            units = flow.mt_per_year.value * 1e6 / flow.t_per_unit.value if flow.t_per_unit.value else 0.0
        lots = units / max(1.0, flow.lot_units.value)
        if lots > LOTS:
            leaf = "mt_per_year" if flow.teu_per_year is None else "teu_per_year"
            message = f"'{leaf}' of flow '{name}' makes {lots:.3g} lots a year; at most {LOTS:,} are run"
            yield TooMuch(("flows", name, leaf), message, "a lot is a trainload or a batch: see lot_units, t_per_unit")


def _totals(scenario: Scenario) -> Iterator[TooMuch]:
    """What no single row shows: ships and locomotives in all."""
    ships = [row.count.value for row in scenario.vessels.values()]
    ships += [abs(row.count.value) for row in scenario.vessel_deliveries.values()]
    units = [row.fleet_units.value for row in scenario.fleets.values()]
    units += [abs(number.value) for row in scenario.locomotives.values() for number in row.deliveries.values()]
    for section, all_of_them, most, what in (
        ("vessels", sum(ships), SHIPS, "ships"),
        ("fleets", sum(units), LOCOMOTIVES, "locomotives"),
    ):
        if all_of_them > most:
            yield TooMuch((section,), f"{all_of_them:.15g} {what} in all are more than the {most:,} that are run")


def _walk(value: Any, path: Path, most: tuple[float, str] | None = None) -> Iterator[TooMuch]:
    if isinstance(value, BaseModel):
        part = type(value)
        for name, alias in _checked(part):
            inner = getattr(value, name)
            if inner is not None:
                yield from _walk(inner, (*path, alias), COUNTS.get((part, name)))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, (*path, str(key)), most)
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            if isinstance(inner, BaseModel):
                yield from _walk(inner, (*path, str(number)))
    else:
        yield from _leaf(value, path, most)


def _leaf(value: Any, path: Path, most: tuple[float, str] | None) -> Iterator[TooMuch]:
    if isinstance(value, Quantity):
        for part in ("value", "low", "high"):
            number = getattr(value, part)
            if number is not None:
                yield from _number(number, path, most)
    elif isinstance(value, Dated):
        for day, quantity in value.steps:
            yield from _day(day, (*path, day.isoformat()))
            yield from _leaf(quantity, (*path, day.isoformat()), most)
    elif isinstance(value, Spread):
        for number in value.parameters_h:
            yield from _number(number, path, most)
    elif isinstance(value, dt.date):
        yield from _day(value, path)
    elif isinstance(value, int | float):
        yield from _number(value, path, most)


def _number(number: float, path: Path, most: tuple[float, str] | None) -> Iterator[TooMuch]:
    size = abs(number)
    if most is not None and size > most[0]:
        yield TooMuch(path, f"{_named(path)}: {number:.15g} {most[1]} are more than the {most[0]:,.0f} that are run")
    elif size > LARGEST:
        yield TooMuch(
            path, f"{_named(path)}: {number:g} is beyond all measure", f"at most {LARGEST:g}: is the unit right?"
        )
    elif 0 < size < SMALLEST:
        hint = f"at least {SMALLEST:g}, or 0: is the unit right?"
        yield TooMuch(path, f"{_named(path)}: {number:g} is beyond all measure", hint)


def _day(day: dt.date, path: Path) -> Iterator[TooMuch]:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        yield TooMuch(path, f"{_named(path)}: {day} does not lie in the years {FIRST_YEAR} to {LAST_YEAR}")


def _named(path: Path) -> str:
    return f"'{'.'.join(path)}'"


@functools.cache
def _checked(part: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Fields that may hold a number, a day or a branch, by their names in the code and in files."""
    shapes = FieldsShape(part).fields
    names = {name: field.alias or name for name, field in part.model_fields.items()}
    return tuple((name, alias) for name, alias in names.items() if _holds_size(shapes[alias]))


def _holds_size(shape: Shape) -> bool:
    return not isinstance(shape, LeafShape) or shape.notation.name in _SIZES


_SIZES = frozenset({"number", "dated", "duration", "law", "real", "whole", "day"})
