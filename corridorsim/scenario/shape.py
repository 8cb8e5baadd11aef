"""The vocabulary as a shape: which names are branches, which are leaves, and how a leaf is written.

Read off the types of ``schema.py`` once, so that layers, tables, references, the JSON Schema and the list of effective
leaves all go by the same vocabulary.
"""

from __future__ import annotations

import functools
import types
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from . import schema
from .quantity import Notation


@dataclass(frozen=True, slots=True)
class LeafShape:
    """A leaf: how it is written (see ``Notation``), or the words it may be."""

    name: str
    notation: Notation
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldsShape:
    """A branch with the fixed names of one part of the vocabulary."""

    model: type[BaseModel]

    @property
    def fields(self) -> dict[str, Shape]:
        """Name as written -> shape."""
        return _fields(self.model)


@dataclass(frozen=True, slots=True)
class MapShape:
    """A branch whose names are ids, years, months or a closed list of words (``choices``)."""

    name: str
    key: Notation
    choices: tuple[str, ...]
    item: Shape


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list of parts or words; as a layer it is one leaf."""

    name: str
    item: Shape


Shape = LeafShape | FieldsShape | MapShape | ListShape


@functools.cache
def _fields(model: type[BaseModel]) -> dict[str, Shape]:
    return {
        field.alias or name: _shape(name, field.annotation, tuple(field.metadata))
        for name, field in model.model_fields.items()
    }


def _shape(name: str, annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    notation = next((mark for mark in metadata if isinstance(mark, Notation)), None)
    if notation is not None:
        return LeafShape(name, notation)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(name, args[0], args[1:])
    if origin in (Union, types.UnionType):  # ``X | None``
        return _shape(name, next(arg for arg in args if arg is not type(None)))
    if origin is Literal:
        return LeafShape(name, Notation("choice"), args)
    if origin is dict:
        key = _shape(name, args[0]) if args[0] is not str else LeafShape(name, Notation("text"))
        assert isinstance(key, LeafShape)
        return MapShape(name, key.notation, key.choices, _shape(name, args[1]))
    if origin is tuple:
        return ListShape(name, _shape(name, args[0]))
    assert issubclass(annotation, BaseModel), (name, annotation)
    return FieldsShape(annotation)


ROOT = FieldsShape(schema.Scenario)


def child(shape: Shape, key: str) -> Shape | None:
    """The shape under a name, or None where the vocabulary has no such name."""
    if isinstance(shape, FieldsShape):
        return shape.fields.get(key)
    if isinstance(shape, MapShape):
        return shape.item if not shape.choices or key in shape.choices else None
    if isinstance(shape, ListShape):
        return shape.item if key.isdigit() else None
    return None


def is_branch(shape: Shape | None) -> bool:
    """Whether layers merge below this shape; everything else is replaced whole."""
    return isinstance(shape, FieldsShape | MapShape)


def unfit(name: str) -> str:
    """Why a name cannot be an id; nothing where it can."""
    if not name:
        return "an id is needed here, and the text is empty"
    if not name.isprintable():
        sign = next(each for each in name if not each.isprintable())
        return f"'{name[:40]}' cannot be an id: it has a sign in it that is not seen (U+{ord(sign):04X})"
    if not _PATHS.isdisjoint(name):
        return f"'{name[:40]}' cannot be an id: it has a dot or a star in it"
    return ""


#: signs that paths are made of
_PATHS = frozenset(".*")

#: what one row of a section is called in a message
SINGULAR = {
    "nodes": "node",
    "segments": "segment",
    "route_options": "route option",
    "sea_links": "sea link",
    "ports": "port",
    "vessels": "vessel class",
    "vessel_deliveries": "vessel delivery",
    "weather": "weather group",
    "weather_groups": "weather group",
    "territories": "territory",
    "workshops": "workshop",
    "locomotive_classes": "locomotive class",
    "fleets": "fleet",
    "locomotives": "locomotive contract",
    "wagons": "wagon pool",
    "dry_ports": "dry port",
    "borders": "border",
    "flows": "flow",
    "growth": "growth scenario",
    "profiles": "profile",
    "events": "event",
    "changes": "change",
    "projects": "project",
    "uncertain_groups": "uncertain group",
    "kept_draws": "kept draw",
    "sources": "source",
    "targets": "target",
}


def subject(path: tuple[str, ...]) -> str:
    """What a path is about, in words: ``segment 'a-b'``, ``berths 'port_aktau.container'``, ``policies``."""
    if not path:
        return "the scenario"
    section, rest = path[0], path[1:]
    if not rest or section not in SINGULAR:
        return f"'{'.'.join(path)}'" if rest else f"section '{section}'"
    if section == "targets":
        return f"target {int(rest[0]) + 1}" if rest[0].isdigit() else "targets"
    return f"{SINGULAR[section]} '{'.'.join(rest)}'"
