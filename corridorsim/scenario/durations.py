"""Durations that vary from case to case, by the name of their law.

A law is written out with its parameters in hours: ``{distribution: lognormal, mean_h: 36, p90_h: 72}``; they may have
another unit of time (``mean_h: 3 d``), as all numbers may.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import ValidationInfo

from .quantity import (
    NOT_NEGATIVE,
    UNITS,
    Notation,
    Quantity,
    Reader,
    evidence,
    fault,
    field_unit,
    known_keys,
    parse_quantity,
    read_number,
    shown,
)

#: keys of a written-out distribution, in the order of ``Spread.parameters_h``
DISTRIBUTIONS: dict[str, tuple[str, ...]] = {
    "deterministic": ("value_h",),
    "uniform": ("min_h", "max_h"),
    "triangular": ("min_h", "mode_h", "max_h"),
    "exponential": ("mean_h",),
    "erlang": ("mean_h", "shape"),
    "gamma": ("mean_h", "cv"),
    "lognormal": ("mean_h", "p90_h"),
    "empirical": ("values_h",),
}


def mean_of(name: str, parameters: tuple[float, ...]) -> float:
    """The mean of a law, in the unit of its parameters."""
    if name == "triangular":
        return sum(parameters) / 3
    if name == "uniform":
        return (parameters[0] + parameters[1]) / 2
    if name == "empirical":
        return math.fsum(parameters) / len(parameters)
    return parameters[0]


@dataclass(frozen=True, slots=True)
class Spread:
    """A duration in hours that varies from case to case.

    ``name`` and ``parameters_h``: deterministic (value) | uniform (low, high) | triangular (min, mode, max) |
    exponential (mean) | erlang (mean, shape) | gamma (mean, cv) | lognormal (mean, p90) | empirical (values). ``shape``
    and ``cv``, the standard deviation over the mean, are plain numbers.
    """

    name: str
    parameters_h: tuple[float, ...]
    source_ids: tuple[str, ...] = ()
    confidence: str | None = None

    @property
    def mean_h(self) -> float:
        """Mean in hours."""
        return mean_of(self.name, self.parameters_h)

    def scaled(self, factor: float) -> tuple[float, ...]:
        """The parameters with all that is a time multiplied, for another unit or another mean of the same law."""
        if self.name == "empirical":
            return tuple(hours * factor for hours in self.parameters_h)
        keys = zip(self.parameters_h, DISTRIBUTIONS[self.name], strict=True)
        return tuple(value * factor if key.endswith("_h") else value for value, key in keys)


def parse_spread(raw: Any, field_name: str) -> Spread:
    """Read a duration: a number (with low and high it is triangular) or a ``distribution`` with its parameters."""
    if isinstance(raw, Spread):
        return raw
    if not (isinstance(raw, dict) and "distribution" in raw):
        q = parse_quantity(raw, field_name, NOT_NEGATIVE)
        unit = field_unit(field_name) or "h"
        hours = UNITS[unit][1] / 3600 if unit not in ("h", "hours") else 1.0
        if q.low is not None and q.high is not None and q.low < q.high:
            return Spread("triangular", (q.low * hours, q.value * hours, q.high * hours), q.source_ids, q.confidence)
        return Spread("deterministic", (q.value * hours,), q.source_ids, q.confidence)
    kind = raw["distribution"]
    if not isinstance(kind, str) or kind not in DISTRIBUTIONS:
        hint = f"known: {', '.join(DISTRIBUTIONS)}"
        raise fault("distribution", f"unknown distribution {shown(kind)}", hint, "distribution")
    keys = DISTRIBUTIONS[kind]
    takes = f"{kind} takes {', '.join(keys)}"
    known_keys(raw, (*keys, "distribution", "source", "source_ids", "confidence", "note"), takes)
    for key in keys:
        if raw.get(key) is None:
            raise fault("distribution", f"'{key}' is missing", takes)
    return Spread(kind, _parameters(kind, keys, raw), *evidence(raw)[:2])


def parse_law(raw: Any, field_name: str, law: Notation) -> Quantity | Spread:
    """Read a number, whose low and high are what is unknown of it, or a ``distribution`` with its parameters."""
    if isinstance(raw, Spread) or (isinstance(raw, dict) and "distribution" in raw):
        spread = parse_spread(raw, field_name)
        if law.above is not None and spread.mean_h <= law.above:
            raise fault("negative", f"the mean must be above {law.above:g}")
        return spread
    return parse_quantity(raw, field_name, law)


def _parameters(kind: str, keys: tuple[str, ...], raw: dict[str, Any]) -> tuple[float, ...]:
    if kind == "empirical":
        listed = raw["values_h"]
        if isinstance(listed, str):  # a cell of a table
            listed = [part for part in listed.split(";") if part.strip()]
        if not isinstance(listed, list | tuple) or not listed:
            raise fault("distribution", "empirical needs a list of at least one value in values_h", at="values_h")
        values = tuple(read_number(v, "values_h", "values_h") for v in listed)
        negative = "values_h" if min(values) < 0 else None
    else:
        values = tuple(read_number(raw[key], key, key) for key in keys)
        negative = next((key for key, value in zip(keys, values, strict=True) if value < 0), None)
    if negative is not None:
        raise fault("negative", "a duration must not be negative", at=negative)
    if kind in ("uniform", "triangular", "lognormal") and list(values) != sorted(values):
        raise fault("distribution", f"{kind} needs {' <= '.join(keys)}")
    if kind == "erlang" and (values[1] < 1 or values[1] != int(values[1])):
        raise fault("distribution", "erlang needs a whole shape of 1 or more", at="shape")
    if kind == "gamma" and not 0.01 <= values[1] <= 10:
        raise fault("distribution", "gamma needs a cv from 0.01 to 10", "use deterministic for a cv of 0", "cv")
    if kind in ("exponential", "erlang", "gamma", "lognormal") and values[0] == 0:
        raise fault("distribution", f"{kind} needs a mean above 0", "use deterministic for a fixed 0 h", at="mean_h")
    return values


def _read_spread(raw: Any, info: ValidationInfo) -> Spread:
    return parse_spread(raw, info.field_name or "")


def _law_reader(law: Notation) -> Reader:
    def read(raw: Any, info: ValidationInfo) -> Quantity | Spread:
        return parse_law(raw, info.field_name or "", law)

    return Reader(read, named=True)


_LAW = Notation("law", lowest=0)
_LAW_ABOVE_ZERO = Notation("law", above=0)

#: A duration that varies from case to case: a number with low and high is triangular.
Duration = Annotated[Spread, Reader(_read_spread, named=True), Notation("duration")]
#: A duration that is the same every time unless its law is named; low and high of a number are what is unknown of it
#: (NumberOrLaw: 0 or more; PositiveOrLaw: above 0).
NumberOrLaw = Annotated[Quantity | Spread, _law_reader(_LAW), _LAW]
PositiveOrLaw = Annotated[Quantity | Spread, _law_reader(_LAW_ABOVE_ZERO), _LAW_ABOVE_ZERO]
