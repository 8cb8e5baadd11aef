"""Numbers as a planner writes them: with a unit, a range, a source or a date.

A field's own name states its unit (``length_km``, ``dwell_h``); a value may be written with another unit of the
same kind (``"36 h"``, ``"4.5 kt"``) and is converted to the field's. Nothing is rounded and nothing is guessed:
an unknown unit is an error. Plain numbers may stand as text, since every cell of a table does.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Confidence = Literal["A", "B", "C", "D", "E"]

#: unit -> (kind, factor to the kind's base). ``field_unit`` finds a field's own unit among them.
UNITS: dict[str, tuple[str, float]] = {
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "hours": ("time", 3600.0),
    "d": ("time", 86400.0),
    "days": ("time", 86400.0),
    "m": ("length", 1.0),
    "km": ("length", 1000.0),
    "kg": ("mass", 0.001),
    "t": ("mass", 1.0),
    "kt": ("mass", 1e3),
    "mt": ("mass", 1e6),
    "Mt": ("mass", 1e6),
    "kmh": ("speed", 1000 / 3600),
    "km/h": ("speed", 1000 / 3600),
    "m/s": ("speed", 1.0),
    "kn": ("speed", 1852 / 3600),
    "share": ("share", 1.0),
    "%": ("share", 0.01),
}

_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_PLAIN = re.compile(rf"{_NUMBER}\Z")
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*([A-Za-z%/]+)\Z")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+(\s*[A-Za-z%/]+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LONGEST = 40  #: characters of a wrong value that a message repeats


@dataclass(frozen=True, slots=True)
class Notation:
    """Marks a type in the schema with the way it is written; the JSON Schema and the list of leaves go by it."""

    name: str
    lowest: float | None = None
    above: float | None = None
    highest: float | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Marks a type in the schema with the function that reads it, for pydantic.

    What its own ``PlainValidator`` does, without the serializer that this builds for each of some 400 fields.
    """

    read: Callable[..., Any]
    named: bool = False  #: whether the function is told the field's name

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        if self.named:
            return core_schema.with_info_plain_validator_function(self.read)
        return core_schema.no_info_plain_validator_function(self.read)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number with what is known of it. ``low`` and ``high`` are a plausible range, not a confidence interval."""

    value: float
    low: float | None = None
    high: float | None = None
    source_ids: tuple[str, ...] = ()
    confidence: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A number that changes on given days. The first entry also holds before its date."""

    steps: tuple[tuple[dt.date, Quantity], ...]


def field_unit(field_name: str) -> str | None:
    """The unit that a field's name states, or None for a plain count: ``dwell_h``, ``transload_hours_per_train``.

    Of a rate it is the unit in front of ``per``; words that say which (mean, low, high) do not count.
    """
    words = field_name.split("_")
    if "effort" in words:  # kN of tractive effort, not knots
        return None
    if "per" in words[1:]:
        words = words[: words.index("per", 1)]
    while words and words[-1] in ("mean", "low", "high"):
        words.pop()
    if words and words[-1] in UNITS:
        return words[-1]
    return "share" if field_name in SHARES else None


#: fields that are shares of one though their name does not end so; they may be written with ``%``
SHARES = frozenset({"availability", "load_factor"})


def display_unit(field_name: str) -> str:
    """What stands behind the number on a page: ``h``, ``pairs/day``, ``t/unit``; empty for a plain count."""
    words = field_name.split("_")
    if "effort" in words:
        return "kN"
    if "per" in words[1:]:
        i = words.index("per", 1)
        return f"{words[i - 1]}/{' '.join(words[i + 1 :])}"
    return field_unit(field_name) or ""


def fault(kind: str, message: str, hint: str = "", at: str | int | None = None) -> PydanticCustomError:
    """An error that carries a plain sentence, a hint, and the key inside the value at which it arose.

    Kind ``key`` means that the key itself is wrong, not what stands behind it.
    """
    return PydanticCustomError(kind, "{message}", {"message": message, "hint": hint, "at": at})


def shown(raw: Any) -> str:
    """A wrong value, short enough for a message."""
    text = str(raw)
    return f"'{text[:_LONGEST]}...'" if len(text) > _LONGEST else f"'{text}'"


def kind_of(raw: Any) -> str:
    """What a value is, in plain words."""
    if raw is None:
        return "nothing"
    if isinstance(raw, bool):
        return "true or false"
    names = {dict: "a mapping", list: "a list", tuple: "a list", str: "text", dt.date: "a date"}
    return next((name for of, name in names.items() if isinstance(raw, of)), "a number")


def read_number(raw: Any, field_name: str, at: str | int | None = None) -> float:
    """A finite number, plain or with a unit of the field's kind. Raises a pydantic error."""
    if isinstance(raw, str):
        number = _from_text(raw.strip(), field_name, at)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        number = float(raw)
    else:
        raise fault("quantity", f"a number is needed here, not {kind_of(raw)}", at=at)
    if not math.isfinite(number):
        raise fault("quantity", "the number must be finite", at=at)
    return number


def _from_text(text: str, field_name: str, at: str | int | None) -> float:
    if _PLAIN.match(text):
        return float(text)
    unit = field_unit(field_name)
    match = _WITH_UNIT.match(text)
    if match is None:
        if _DECIMAL_COMMA.match(text):
            raise fault("quantity", f"{shown(text)} is not a number", "write a point, not a comma, before decimals", at)
        hint = f"write a number, or one with a unit such as '1 {unit}'" if unit else ""
        raise fault("quantity", f"{shown(text)} is not a number", hint, at)
    if unit is None:
        raise fault("unit", f"{shown(text)} carries a unit, but this field is a plain number", at=at)
    if match[2] not in UNITS:
        kind = UNITS[unit][0]
        known = ", ".join(name for name, (of, _) in UNITS.items() if of == kind)
        hint = f"this field is in {unit}; known: {known}"
        raise fault("unit", f"unknown unit '{match[2]}' in {shown(text)}", hint, at)
    kind, factor = UNITS[match[2]]
    own_kind, own_factor = UNITS[unit]
    if kind != own_kind:
        raise fault("unit", f"{shown(text)} is a {kind}, but this field is a {own_kind} in {unit}", at=at)
    value, parts = float(match[1]), own_factor / factor
    if parts.is_integer():  # 70 % is 0.7, which 70 x 0.01 is not quite
        return value / parts
    return value * factor / own_factor


_QUANTITY_KEYS = ("value", "low", "high", "source", "source_ids", "confidence", "note")


def parse_quantity(raw: Any, field_name: str, law: Notation | None = None) -> Quantity:
    """Read a number, ``"36 h"`` or ``{value, low, high, source_ids, confidence, note}``. Raises a pydantic error."""
    if isinstance(raw, Quantity):
        return raw
    if isinstance(raw, dict):
        takes = "a number takes value, low, high, source_ids, confidence, note"
        known_keys(raw, _QUANTITY_KEYS, takes)
        low, value, high = raw.get("low"), raw.get("value"), raw.get("high")
        if value is None:
            raise fault("quantity", "this number has no 'value'", takes)
        low = None if low is None else read_number(low, field_name, "low")
        value = read_number(value, field_name, "value")
        high = None if high is None else read_number(high, field_name, "high")
        quantity = Quantity(value, low, high, *evidence(raw))
    else:
        quantity = Quantity(read_number(raw, field_name))
    _in_order(quantity)
    if law is not None:
        _in_limits(quantity, law)
    return quantity


def known_keys(raw: dict[Any, Any], known: tuple[str, ...], hint: str) -> None:
    for key in raw:
        if key not in known:
            raise fault("key", f"unknown key {shown(key)}", hint, str(key))


def evidence(raw: dict[str, Any]) -> tuple[tuple[str, ...], str | None, str]:
    """Sources, confidence and note of a written-out number."""
    key = "source_ids" if raw.get("source_ids") is not None else "source"
    sources = raw.get(key) or ()
    if isinstance(sources, str):
        sources = tuple(part.strip() for part in sources.split(";") if part.strip())
    elif not isinstance(sources, list | tuple) or not all(isinstance(item, str) for item in sources):
        raise fault("quantity", "sources are a list of ids", at=key)
    confidence = raw.get("confidence")
    if confidence is not None and confidence not in ("A", "B", "C", "D", "E"):
        raise fault("quantity", f"{shown(confidence)} is not one of A, B, C, D, E", at="confidence")
    note = raw.get("note")
    return tuple(sources), confidence, "" if note is None else str(note)


def _in_order(q: Quantity) -> None:
    if q.low is None and q.high is None:
        return
    for low, high, at in ((q.low, q.value, "low"), (q.value, q.high, "high"), (q.low, q.high, "low")):
        if low is not None and high is not None and low > high:
            raise fault("range", f"low <= value <= high does not hold: {low:g} > {high:g}", at=at)


def _in_limits(q: Quantity, law: Notation) -> None:
    for at, x in (("value", q.value), ("low", q.low), ("high", q.high)):
        if x is None:
            continue
        if law.lowest is not None and x < law.lowest:
            raise fault("negative", f"the number must not be negative: {x:g}", at=at)
        if law.above is not None and x <= law.above:
            raise fault("negative", f"the number must be above 0: {x:g}", at=at)
        if law.highest is not None and x > law.highest:
            raise fault("share", f"a share cannot be above 1: {x:g}", "100 % is 1", at=at)


def as_date(raw: Any) -> dt.date | None:
    """A day written as ``2024-01-31``, or None where it is none."""
    if isinstance(raw, dt.date):
        return raw
    if isinstance(raw, str) and _DATE.match(raw.strip()):
        try:
            return dt.date.fromisoformat(raw.strip())
        except ValueError:
            return None
    return None


def looks_dated(raw: Any) -> bool:
    """Whether a value is written as a mapping from days: at least one of its keys is a day, or like one."""
    return isinstance(raw, dict) and any(isinstance(key, dt.date) or _DATE.match(str(key)) for key in raw)


def parse_dated(raw: Any, field_name: str, law: Notation | None = None) -> Quantity | Dated:
    """Read what ``parse_quantity`` reads, or a mapping ``{2024-01-01: number, ...}``. Raises a pydantic error."""
    if isinstance(raw, Dated):
        return raw
    if not looks_dated(raw):
        return parse_quantity(raw, field_name, law)
    steps = []
    for key, value in raw.items():
        day = _key_as_date(key)
        try:
            steps.append((day, parse_quantity(value, field_name, law)))
        except PydanticCustomError as error:
            inner = (error.context or {}).get("at")
            context = {**(error.context or {}), "at": str(key) if inner is None else f"{key}.{inner}"}
            raise PydanticCustomError(error.type, "{message}", context) from None
    return Dated(tuple(sorted(steps, key=lambda step: step[0])))


def _key_as_date(key: Any) -> dt.date:
    day = as_date(key)
    if day is None:
        raise fault("key", f"{shown(key)} is not a day of the calendar", "write days as 2024-01-31", str(key))
    return day


NOT_NEGATIVE = Notation("number", lowest=0)
_ABOVE_ZERO = Notation("number", above=0)
_ANY = Notation("number")
_SHARE = Notation("number", lowest=0, highest=1)
_SHARE_ABOVE_ZERO = Notation("number", above=0, highest=1)
_DATED = Notation("dated", lowest=0)
_DATED_ABOVE_ZERO = Notation("dated", above=0)
_DATED_ANY = Notation("dated")


def _reader(law: Notation) -> Any:
    parse = parse_dated if law.name == "dated" else parse_quantity

    def read(raw: Any, info: ValidationInfo) -> Any:
        return parse(raw, info.field_name or "", law)

    return Reader(read, named=True)


#: A number that stands still (Number: 0 or more; Positive: above 0; Share: 0 to 1; PositiveShare: above 0 to 1; Signed:
#: any), and the same with dates.
Number = Annotated[Quantity, _reader(NOT_NEGATIVE), NOT_NEGATIVE]
Positive = Annotated[Quantity, _reader(_ABOVE_ZERO), _ABOVE_ZERO]
Share = Annotated[Quantity, _reader(_SHARE), _SHARE]
PositiveShare = Annotated[Quantity, _reader(_SHARE_ABOVE_ZERO), _SHARE_ABOVE_ZERO]
Signed = Annotated[Quantity, _reader(_ANY), _ANY]
DatedNumber = Annotated[Quantity | Dated, _reader(_DATED), _DATED]
DatedPositive = Annotated[Quantity | Dated, _reader(_DATED_ABOVE_ZERO), _DATED_ABOVE_ZERO]
DatedSigned = Annotated[Quantity | Dated, _reader(_DATED_ANY), _DATED_ANY]
