"""Writes reference-scenario.md: every section and field of a scenario, from the schema's own comments.

Run it as ``python docs/make_reference.py``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from corridorsim.scenario import schema
from corridorsim.scenario.quantity import display_unit
from corridorsim.scenario.shape import ROOT, FieldsShape, LeafShape, ListShape, MapShape, Shape

PAGE = Path(__file__).with_name("reference-scenario.md")

HEAD = """\
<!-- made by python docs/make_reference.py from corridorsim/scenario/schema.py; do not edit -->
# Fields of a scenario

All sections and fields. How values are written is told in [how scenarios are written](scenario-language.md), what
becomes of them in [the model](model.md).

- **default**: *required* means that the scenario must give it, in any layer; *none* that a field left out is not there.
- **takes**: *number* (0 or more unless the bounds say otherwise, a range may stand with it), *dated* (a number that may
  change on days), *duration* (hours, or a distribution; a range is the spread from case to case), *number or
  distribution* (a duration whose range is what is unknown of it, or a distribution), *names* (a list of ids), or the
  words allowed.
- Fields under *kept for the reader* are carried and shown. The model does not take them: to `set` one of their numbers
  is an error that tells what it takes instead (`corridorsim energy` reads those of locomotives and distances by sea).
- Every row also takes `source_ids`, `confidence` (A to E) and `note`.

"""

_KEPT = "kept for the reader"
_COMMON = ("source_ids", "confidence", "note")
_NUMERIC = ("number", "dated", "duration", "law")


def page() -> str:
    """The whole page."""
    root = ROOT.model
    parts = [HEAD, "## The scenario itself\n\n", *_table(root, skip=_branches())]
    for name, shape in ROOT.fields.items():
        if name not in _branches():
            continue
        place, item = _below(name, shape)
        parts.append(f"\n## {name}\n\n")
        if isinstance(item, FieldsShape):
            parts += _of_part(place, item.model)
        else:
            parts.append(f"`{place}`: {_takes(item)}\n")
    parts += ["\n## Tables\n\n", *_tables()]
    return "".join(parts)


def _branches() -> tuple[str, ...]:
    """Sections that have fields of their own."""
    return tuple(name for name, shape in ROOT.fields.items() if not _is_plain(shape))


def _is_plain(shape: Shape) -> bool:
    return isinstance(shape, LeafShape) or (isinstance(shape, ListShape) and isinstance(shape.item, LeafShape))


def _below(name: str, shape: Shape) -> tuple[str, Shape]:
    """The path of one row of a section, and what the row is."""
    keys = {"vessels": ("class",), "ports": ("port", "berth kind"), "weather": ("group", "month"),
            "growth": ("growth scenario", "flow group", "year"), "profiles": ("profile", "month"),
            "uncertain_groups": ("group",), "kept_draws": ("draw", "group")}  # fmt: skip
    words = iter(keys.get(name, ("id",)))
    place = name
    while isinstance(shape, MapShape):
        place += f".<{next(words)}>"
        shape = shape.item
    if isinstance(shape, ListShape):
        return f"{name}[n]", shape.item
    return place, shape


def _of_part(place: str, model: type[BaseModel]) -> Iterator[str]:
    said = inspect.getdoc(model) if "__doc__" in vars(model) else None
    said = None if said == inspect.getdoc(BaseModel) or said == inspect.getdoc(schema.Part) else said
    yield f"`{place}`" + (f": {_plain(said)}" if said and not said.startswith("``") else "") + "\n\n"
    yield from _table(model)
    for name, shape in FieldsShape(model).fields.items():
        inner, words = shape, []
        while isinstance(inner, MapShape):
            words.append(" or ".join(str(choice) for choice in inner.choices) or "id")
            inner = inner.item
        if isinstance(inner, FieldsShape):
            yield f"\n`{place}.{name}" + "".join(f".<{word}>" for word in words) + "`\n\n"
            yield from _table(inner.model)


def _table(model: type[BaseModel], skip: tuple[str, ...] = ()) -> Iterator[str]:
    comments, kept = _comments(model)
    shapes = FieldsShape(model).fields
    rows = []
    for field_name, field in model.model_fields.items():
        name = field.alias or field_name
        if name in skip or (name in _COMMON and model is not ROOT.model):
            continue
        shape = shapes[name]
        is_number = isinstance(shape, LeafShape) and shape.notation.name in _NUMERIC
        unit = display_unit(field_name) if is_number else ""
        unit = re.sub(r"^mt\b", "Mt", unit.replace("kmh", "km/h"))
        meaning = comments.get(field_name, "")
        if field_name in kept:
            meaning = f"{meaning} *({_KEPT})*".strip()
        default = "*required*" if field.is_required() else _default(field.get_default(call_default_factory=True))
        rows.append(f"| `{name}` | {_takes(shape)} | {unit} | {default} | {_plain(meaning)} |\n")
    if rows:
        yield "| field | takes | unit | default | meaning |\n| --- | --- | --- | --- | --- |\n"
        yield from rows


def _takes(shape: Shape) -> str:
    if isinstance(shape, ListShape):
        return f"list of {_takes(shape.item)}"
    if isinstance(shape, MapShape):
        keys = ", ".join(str(choice) for choice in shape.choices) or shape.key.name
        return f"mapping from {'id' if keys == 'text' else keys} to {_takes(shape.item)}"
    if isinstance(shape, FieldsShape):
        return "fields"
    law = shape.notation
    if law.name == "choice":
        words = [f"`{choice}`" for choice in shape.choices if choice != ""]
        return ", ".join(words)
    if law.name == "traction":
        return ", ".join(f"`{word}`" for word in schema.TRACTIONS) + "; may be dated"
    bounds = ""
    if law.name in _NUMERIC:
        if law.highest is not None:
            since = f" {law.lowest:g}" if law.lowest is not None else f" above {law.above:g}"
            bounds = f"{since} to {law.highest:g}"
        elif law.above is not None:
            bounds = f" above {law.above:g}"
        elif law.lowest is None and law.name != "duration":
            bounds = " of any sign"
    elif law.lowest is not None:
        bounds = f" from {law.lowest:g}"
    words = {"whole": "whole number", "real": "number", "flag": "yes or no", "any": "number or text",
             "law": "number or distribution"}  # fmt: skip
    return words.get(law.name, law.name) + bounds


def _default(value: object) -> str:
    if value is None:
        return "none"
    if value in ("", (), {}):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value)
    number = getattr(value, "value", value)
    return f"{number:.4g}" if isinstance(number, int | float) else f"`{number}`"


def _comments(model: type[BaseModel]) -> tuple[dict[str, str], set[str]]:
    """The ``#:`` comments of a part's fields, and the fields that stand under *kept for the reader*."""
    said: dict[str, str] = {}
    kept: set[str] = set()
    under = False
    for line in inspect.getsource(model).splitlines():
        under |= f"# {_KEPT}" in line and not re.match(r"    \w+:", line)
        field = re.match(r"    (\w+): .*?(?:#: (.+))?$", line)
        if field is None:
            continue
        comment = (field[2] or "").strip()
        if under or comment == _KEPT or comment.endswith(f"; {_KEPT}"):
            kept.add(field[1])
            comment = comment.removesuffix(_KEPT).rstrip("; ")
        if comment:
            said[field[1]] = comment
    return said, kept


def _plain(text: str) -> str:
    """A docstring or comment as a cell of Markdown."""
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


def _tables() -> Iterator[str]:
    yield "A CSV file named under `tables:` holds rows of one section.\n\n"
    yield "| key of `tables` | a row becomes | the row's one value |\n| --- | --- | --- |\n"
    for name, (pattern, value) in schema.TABLES.items():
        yield f"| `{name}` | `{pattern}` | {f'`{value}`' if value else ''} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
