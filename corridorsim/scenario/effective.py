"""The effective scenario: every leaf after all layers, with what is known of it and the place that set it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from .durations import DISTRIBUTIONS, Spread
from .issues import Origin
from .quantity import Dated, Quantity, display_unit
from .read import Loaded
from .roots import shown_shipped
from .shape import ROOT, FieldsShape, LeafShape, ListShape, MapShape, Shape


class EffectiveLeaf(NamedTuple):
    """One number, word or list in force. A dated number has one for each of its days: ``path`` ends in the day."""

    path: str
    value: float | str | bool
    low: float | None
    high: float | None
    unit: str
    source_ids: tuple[str, ...]
    confidence: str | None
    at: Origin | None  #: None: nobody set it, the vocabulary's default holds

    @property
    def where(self) -> str:
        """``file:line`` that set it; ``shipped:file:line`` of a shipped file elsewhere than in the working folder."""
        return "default" if self.at is None else f"{shown_shipped(self.at.file)}:{self.at.line}"


def effective(loaded: Loaded) -> list[EffectiveLeaf]:
    """All leaves that are given, in the vocabulary's order, and the defaults of the sections with fixed names.

    Numbers stand in the unit of their field. A number without a source of its own has its row's, if both were written
    in the same file.
    """
    return list(_Lister(loaded).branch(loaded.scenario, ROOT, ""))


class _Lister:
    def __init__(self, loaded: Loaded) -> None:
        self.origins = loaded.origins
        #: file and evidence of the branches on the way down, outermost first
        self.rows: list[tuple[str, tuple[str, ...], str | None]] = []

    def branch(self, model: BaseModel, shape: FieldsShape, path: str) -> Iterator[EffectiveLeaf]:
        sources = self.origins.get(f"{path}.source_ids" if path else "source_ids")
        confidence = self.origins.get(f"{path}.confidence" if path else "confidence")
        at = sources or confidence
        if at is not None and path:
            self.rows.append((at.file, getattr(model, "source_ids", ()), getattr(model, "confidence", None)))
        for (name, below), field in zip(shape.fields.items(), type(model).model_fields, strict=True):
            value = getattr(model, field)
            if value is None or (name in ("source_ids", "confidence") and path):
                continue  # these two are columns of every leaf of the row
            here = f"{path}.{name}" if path else name
            if here in self.origins or isinstance(below, FieldsShape) or path in _FIXED:
                yield from self.node(value, below, here)
        if at is not None and path:
            self.rows.pop()

    def node(self, value: Any, shape: Shape, path: str) -> Iterator[EffectiveLeaf]:
        if isinstance(shape, FieldsShape):
            yield from self.branch(value, shape, path)
        elif isinstance(shape, MapShape):
            for key, inner in value.items():
                yield from self.node(inner, shape.item, f"{path}.{key}")
        elif isinstance(shape, ListShape) and isinstance(shape.item, FieldsShape):
            for number, inner in enumerate(value):
                yield from self.node(inner, shape.item, f"{path}.{number}")
        else:
            named = isinstance(shape, LeafShape) and shape.notation.name == "law"
            yield from self.leaf(value, shape.name, path, named=named)

    def leaf(self, value: Any, name: str, path: str, *, named: bool) -> Iterator[EffectiveLeaf]:
        if isinstance(value, Dated):
            for day, quantity in value.steps:
                yield self.number(quantity, name, f"{path}.{day.isoformat()}")
        elif isinstance(value, Quantity):
            yield self.number(value, name, path)
        elif isinstance(value, Spread):
            yield self.spread(value, path, named=named)
        elif isinstance(value, dict):  # dated words
            for key, inner in value.items():
                yield self.word(inner, f"{path}.{key}")
        else:
            yield self.word(value, path)

    def number(self, q: Quantity, name: str, path: str) -> EffectiveLeaf:
        at = self.at(path)
        sources, confidence = self.evidence(q.source_ids, q.confidence, at)
        return EffectiveLeaf(path, q.value, q.low, q.high, display_unit(name), sources, confidence, at)

    def spread(self, spread: Spread, path: str, *, named: bool) -> EffectiveLeaf:
        """``named``: a triangular law is told by its name, since low and high would be what is unknown."""
        at = self.at(path)
        sources, confidence = self.evidence(spread.source_ids, spread.confidence, at)
        p = spread.parameters_h
        if spread.name == "deterministic":
            return EffectiveLeaf(path, p[0], None, None, "h", sources, confidence, at)
        if spread.name == "triangular" and not named:
            return EffectiveLeaf(path, p[1], p[0], p[2], "h", sources, confidence, at)
        names = DISTRIBUTIONS[spread.name]
        parts = (
            [f"{x:g}" for x in p]
            if spread.name == "empirical"
            else [f"{key.removesuffix('_h')} {x:g}" for key, x in zip(names, p, strict=True)]
        )
        return EffectiveLeaf(path, f"{spread.name}({', '.join(parts)})", None, None, "h", sources, confidence, at)

    def word(self, value: Any, path: str) -> EffectiveLeaf:
        at = self.at(path)
        sources, confidence = self.evidence((), None, at)
        low = high = None
        if isinstance(value, dict):  # the value of a change, as written
            low, high = value.get("low"), value.get("high")
            sources = tuple(value.get("source_ids") or sources)
            confidence = value.get("confidence") or confidence
            value = value.get("value", str(value))
        if isinstance(value, list | tuple):
            value = "; ".join(map(str, value))
        if path.startswith("changes.") and isinstance(value, str) and _NUMBER.match(value):
            value = float(value)  # a cell of a table
        shown = value if isinstance(value, bool | int | float | str) else str(value)
        return EffectiveLeaf(path, shown, low, high, "", sources, confidence, at)

    def at(self, path: str) -> Origin | None:
        """The place of a leaf, or None where a default holds."""
        return self.origins.get(path)

    def evidence(
        self, sources: tuple[str, ...], confidence: str | None, at: Origin | None
    ) -> tuple[tuple[str, ...], str | None]:
        if (sources and confidence) or at is None:
            return sources, confidence
        for file, row_sources, row_confidence in reversed(self.rows):
            if file == at.file:
                return sources or row_sources, confidence or row_confidence
        return sources, confidence


_NUMBER = re.compile(r"[-+]?[0-9]+\.?[0-9]*\Z")
#: sections with fixed names, whose defaults are in force where nothing is written
_FIXED = frozenset({"policies", "assumptions", "demand"})
