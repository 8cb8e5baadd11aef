"""The vocabulary as JSON Schema (draft 2020-12), for editors: completion, hover text and red lines while writing.

It accepts every way of writing that the reader accepts. What needs other parts of the scenario (ids that must exist,
fields that another layer may give) is left to the reader, so nothing is required but inside lists.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any

from pydantic import BaseModel

from corridorsim.plugins import own_names

from .durations import DISTRIBUTIONS
from .quantity import UNITS, Notation, display_unit, field_unit
from .schema import TABLES, TRACTIONS
from .shape import ROOT, FieldsShape, LeafShape, ListShape, MapShape, Shape

Json = dict[str, Any]

_NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"
_DAY = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*$"
_KEYS = {"month": r"^([1-9]|1[0-2])$", "year": r"^(19[0-9]{2}|2[01][0-9]{2}|2200)$"}
_FLAG = r"^\s*([Yy][Ee][Ss]|[Nn][Oo]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])\s*$"
_EVIDENCE: Json = {
    "source": {"$ref": "#/$defs/names"},
    "source_ids": {"$ref": "#/$defs/names"},
    "confidence": {"enum": ["A", "B", "C", "D", "E", None]},
    "note": {"type": ["string", "null"]},
}


def json_schema() -> Json:
    """The JSON Schema of a scenario file."""
    return _Writer().root()


class _Writer:
    def __init__(self) -> None:
        self.defs: Json = {
            "names": {
                "description": "one id, several with ; between them, or a list",
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}],
            }
        }

    def root(self) -> Json:
        files: Json = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        properties = {
            "extends": {**files, "description": "files (or names of shipped scenarios) that this one is built on"},
            "tables": {
                "type": ["object", "null"],
                "description": "CSV files whose rows are branches of the scenario",
                "properties": {
                    kind: {**files, "description": f"rows of {pattern}"} for kind, (pattern, _) in TABLES.items()
                },
                "additionalProperties": False,
            },
            "set": {
                "type": ["object", "null"],
                "description": "dotted path: value; replaces one leaf whole",
                "propertyNames": {"pattern": r"^[^.*]+(\.[^.*]+)*$"},
            },
            **{name: self.field(ROOT.model, name, shape) for name, shape in ROOT.fields.items()},
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "corridorsim scenario",
            "description": inspect.getdoc(ROOT.model) or "",
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            "$defs": dict(sorted(self.defs.items())),
        }

    def field(self, model: type[BaseModel], name: str, shape: Shape) -> Json:
        """A field with its unit and its comment in the source as hover text."""
        said = _comments(model).get(name, "")
        unit = display_unit(name) if isinstance(shape, LeafShape) and shape.notation.name in _NUMERIC else ""
        text = "; ".join(part for part in (said, f"in {unit}" if unit else "") if part)
        schema = self.of(shape)
        return {**schema, "description": text} if text else schema

    def of(self, shape: Shape) -> Json:
        if isinstance(shape, FieldsShape):
            return self.part(shape)
        if isinstance(shape, MapShape):
            names: Json = {"pattern": _KEYS.get(shape.key.name, "^[^.*]+$")}
            if shape.choices:
                names = {"enum": list(shape.choices)}
            return {"type": ["object", "null"], "propertyNames": names, "additionalProperties": self.of(shape.item)}
        if isinstance(shape, ListShape):
            return {"type": ["array", "null"], "items": self.item(shape.item)}
        return self.leaf(shape)

    def part(self, shape: FieldsShape) -> Json:
        name = shape.model.__name__
        if name not in self.defs:
            self.defs[name] = {}  # taken; no part contains itself, but two may share one
            self.defs[name] = {
                "type": ["object", "null"],
                "description": inspect.getdoc(shape.model) or "",
                "properties": {key: self.field(shape.model, key, below) for key, below in shape.fields.items()},
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{name}"}

    def item(self, shape: Shape) -> Json:
        """A list is written whole, so its parts are complete."""
        if not isinstance(shape, FieldsShape):
            return self.of(shape)
        needed = [field.alias or name for name, field in shape.model.model_fields.items() if field.is_required()]
        return {"allOf": [self.part(shape), {"type": "object", "required": needed}]}

    # --- leaves ---------------------------------------------------------------------------------------------------

    def leaf(self, shape: LeafShape) -> Json:
        if shape.notation.name == "choice":
            numbers = [int(word) for word in shape.choices if isinstance(word, str) and word.isdigit()]
            return {"enum": [*shape.choices, *numbers, None]}
        if shape.notation.name in _NUMERIC:
            return self.number(shape.notation, field_unit(shape.name))
        if shape.notation.name == "policy":
            return _policy(own_names(shape.name))
        return _plain(shape.notation)

    def number(self, law: Notation, unit: str | None) -> Json:
        """A reference to the definition of a number under a law, in a unit of a kind."""
        kind = UNITS[unit][0] if unit else "plain"
        limits = ["positive"] * (law.above is not None) + ["share"] * (law.highest is not None)
        if not limits and law.lowest is None and law.name != "duration":
            limits = ["signed"]
        label = "_".join(part for part in (law.name, *limits, kind) if part)
        if label not in self.defs:
            self.defs[label] = {"anyOf": [*self.simple(law, kind), *self.extra(law, kind), {"type": "null"}]}
        return {"$ref": f"#/$defs/{label}"}

    def simple(self, law: Notation, kind: str) -> list[Json]:
        """A bare number, text with a unit, or a written-out number."""
        bare: Json = {"type": "number"}
        if law.above is not None:
            bare["exclusiveMinimum"] = law.above
        lowest = 0 if law.name == "duration" else law.lowest
        if lowest is not None:
            bare["minimum"] = lowest
        if law.highest is not None:
            bare["maximum"] = law.highest
        known = [re.escape(name).replace("/", r"\/") for name, (of, _) in UNITS.items() if of == kind]
        unit = rf"(\s*({'|'.join(sorted(known, key=len, reverse=True))}))?" if known else ""
        text: Json = {"type": "string", "pattern": rf"^\s*{_NUMBER}{unit}\s*$"}
        one: Json = {"anyOf": [bare, text]}
        written: Json = {
            "type": "object",
            "properties": {
                "value": one,
                "low": {"anyOf": [*one["anyOf"], {"type": "null"}]},
                "high": {"anyOf": [*one["anyOf"], {"type": "null"}]},
                **_EVIDENCE,
            },
            "required": ["value"],
            "additionalProperties": False,
        }
        return [bare, text, written]

    def extra(self, law: Notation, kind: str) -> list[Json]:
        if law.name == "dated":
            numbers = {"anyOf": self.simple(law, kind)}
            return [
                {
                    "type": "object",
                    "description": "days and the number from each of them on",
                    "minProperties": 1,
                    "propertyNames": {"pattern": _DAY},
                    "additionalProperties": numbers,
                }
            ]
        if law.name in ("duration", "law"):
            laws = [self.distribution(name, keys) for name, keys in DISTRIBUTIONS.items()]
            self.defs["distribution"] = {"description": "a duration by the name of its law", "anyOf": laws}
            return [{"$ref": "#/$defs/distribution"}]
        return []

    def distribution(self, name: str, keys: tuple[str, ...]) -> Json:
        hours = {"anyOf": self.simple(Notation("number", lowest=0), "time")[:2]}
        plain = {"anyOf": self.simple(Notation("number", lowest=0), "plain")[:2]}
        values: Json = {key: plain if not key.endswith("_h") else hours for key in keys}
        if name == "empirical":
            values = {"values_h": {"type": "array", "minItems": 1, "items": hours}}
        return {
            "type": "object",
            "properties": {"distribution": {"const": name}, **values, **_EVIDENCE},
            "required": ["distribution", *keys],
            "additionalProperties": False,
        }


_NUMERIC = ("number", "dated", "duration", "law")


def _policy(own: list[str]) -> Json:
    """A name (the engine's own are proposed, installed packages may have others), alone or with parameters."""
    name: Json = {"anyOf": [{"enum": own}, {"type": "string"}]}
    written: Json = {
        "type": "object",
        "properties": {"name": name},
        "required": ["name"],
        "additionalProperties": {"type": ["number", "string", "boolean"]},
    }
    return {"anyOf": [*name["anyOf"], written, {"type": "null"}]}


def _plain(notation: Notation) -> Json:
    """Leaves that are not quantities."""
    tractions: Json = {"enum": list(TRACTIONS)}
    dated: Json = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": _DAY},
        "additionalProperties": tractions,
    }
    whole: Json = {"type": "integer"} if notation.lowest is None else {"type": "integer", "minimum": notation.lowest}
    kinds: dict[str, list[Json]] = {
        "names": [{"$ref": "#/$defs/names"}],
        "text": [{"type": "string"}, {"type": "null"}],
        "day": [{"type": "string", "pattern": _DAY}, {"type": "null"}],
        "flag": [{"type": "boolean"}, {"type": "string", "pattern": _FLAG}, {"type": "null"}],
        "whole": [whole, {"type": "string", "pattern": r"^\s*[-+]?[0-9]{1,15}\s*$"}, {"type": "null"}],
        "year": [{"type": "integer"}, {"type": "string", "pattern": _KEYS["year"]}, {"type": "null"}],
        "month": [{"type": "integer"}, {"type": "string", "pattern": _KEYS["month"]}, {"type": "null"}],
        "real": [{"type": "number"}, {"type": "string", "pattern": rf"^\s*{_NUMBER}\s*$"}, {"type": "null"}],
        "traction": [tractions, dated, {"type": "null"}],
        "stretches": [{"type": "array"}, {"type": "string"}, {"type": "null"}],
        "any": [{"type": "number"}, {"type": "string"}, {"type": "object"}, {"type": "null"}],
    }
    ways = kinds[notation.name]
    return ways[0] if len(ways) == 1 else {"anyOf": ways}


@cache
def _comments(model: type[BaseModel]) -> dict[str, str]:
    """The ``#:`` comments behind a part's fields: the one source of what a field means.

    Kept, since ``inspect`` parses the whole module each time it is asked for a class.
    """
    found = re.findall(r"^    (\w+): .*?#: (.+)$", inspect.getsource(model), re.MULTILINE)
    return {("schema" if name == "schema_" else name): text.strip() for name, text in found}
