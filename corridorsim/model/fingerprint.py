"""A content hash of a Blueprint: the same for the same numbers, whatever the titles, notes and positions were."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from typing import Any

from .blueprint import Blueprint, Policy


def fingerprint(blueprint: Blueprint) -> str:
    """SHA-256 (64 hexadecimal digits) of a canonical form: names of fields and every value, in order. A whole number
    hashes alike as 1 and as 1.0. A policy of the engine's own without parameters is its name, and what was added to the
    Blueprint ``LATER`` is left out while it has its default, so that a scenario without it keeps its fingerprint."""
    sha = hashlib.sha256()
    sha.update("".join(_canonical(blueprint)).encode())
    return sha.hexdigest()


def _canonical(value: Any) -> Iterator[str]:
    if isinstance(value, bool) or value is None:
        yield f"{value};"
    elif isinstance(value, int | float):
        number = float(value)
        yield f"{int(number) if number.is_integer() else number!r};"
    elif isinstance(value, str):
        yield f"{value!r};"
    elif isinstance(value, tuple):
        yield f"({len(value)};"
        for item in value:
            yield from _canonical(item)
    elif isinstance(value, Policy) and value == Policy(value.name, value.source):
        yield from _canonical(value.name)
    elif dataclasses.is_dataclass(value):
        yield f"{type(value).__name__}:"
        for part in dataclasses.fields(value):
            if part.metadata.get("later") and getattr(value, part.name) == part.default:
                continue
            yield f"{part.name}="
            yield from _canonical(getattr(value, part.name))
    else:
        raise TypeError(f"a Blueprint holds no {type(value).__name__}")
