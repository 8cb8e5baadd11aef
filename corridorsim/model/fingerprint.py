"""A content hash of a Blueprint: the same for the same numbers, whatever the titles, notes and positions were."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from typing import Any

from .blueprint import Blueprint, Policy


def fingerprint(blueprint: Blueprint) -> str:
    """SHA-256 (64 hexadecimal digits) of a canonical form: names of fields and every value, in order. A whole number
    hashes alike as 1 and as 1.0. A policy of the engine's own without parameters is its name, and what was added to the
    Blueprint ``LATER`` is left out while it has its default, so that a scenario without it keeps its fingerprint."""
    written: list[str] = []
    _write(blueprint, written)
    return hashlib.sha256("".join(written).encode()).hexdigest()


def _write(value: Any, to: list[str]) -> None:
    if isinstance(value, bool) or value is None:
        to.append(f"{value};")
    elif isinstance(value, int | float):
        number = float(value)
        to.append(f"{int(number) if number.is_integer() else number!r};")
    elif isinstance(value, str):
        to.append(f"{value!r};")
    elif isinstance(value, tuple):
        to.append(f"({len(value)};")
        for item in value:
            _write(item, to)
    elif isinstance(value, Policy) and value == Policy(value.name, value.source):
        _write(value.name, to)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        to.append(f"{type(value).__name__}:")
        for name, later, default in _parts(type(value)):
            part = getattr(value, name)
            if not (later and part == default):
                to.append(f"{name}=")
                _write(part, to)
    else:
        raise TypeError(f"a Blueprint holds no {type(value).__name__}")


@functools.cache
def _parts(kind: type) -> tuple[tuple[str, bool, Any], ...]:
    """(name, whether it was added later, default) of the fields of a dataclass."""
    return tuple((part.name, bool(part.metadata.get("later")), part.default) for part in dataclasses.fields(kind))
