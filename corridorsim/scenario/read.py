"""From files to a typed scenario, or to all that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from . import limits, roots
from . import tree as trees
from .geometry import Geometry, read_geometry
from .issues import Issue, Issues, Origin, did_you_mean, first, hints_anew
from .layers import DIRECTIVES, EVERYTHING, Layers
from .quantity import kind_of, shown
from .references import check
from .schema import Scenario
from .shape import ROOT, FieldsShape, Shape, child, subject
from .tree import Branch, Leaf


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario that was read without fault, and where each of its leaves stands."""

    name: str  #: the file's name without suffix, then ``+layer`` for each ``--with``
    scenario: Scenario
    tree: Mapping[str, Any]  #: plain values as written, layers merged
    origins: Mapping[str, Origin]  #: dotted path of every branch and leaf that is given -> place
    layers: tuple[str, ...] = ()  #: the files named: scenario first, then each ``--with``
    sets: tuple[str, ...] = ()
    geometry: Geometry = field(default_factory=Geometry)  #: what the files of ``geo`` hold

    def where(self, path: str) -> Origin:
        """The place of a leaf; of one that is not given, the place of the nearest branch above it."""
        while path and path not in self.origins:
            path = path.rpartition(".")[0]
        return self.origins[path]


def read(source: str | Path, *, with_layers: Sequence[str | Path] = (), sets: Sequence[str] = ()) -> Loaded:
    """Read a scenario: a file, or the name of a shipped one; ``with_layers`` likewise; ``sets`` are ``path=value``.

    Raises ``Issues`` with everything that is wrong, in all files at once.
    """
    hints_anew()
    lost: list[Issue] = []
    files = [_file(source, "the scenario", None, lost)]
    files += [_file(layer, "--with", files[0], lost) for layer in with_layers]
    found = [file for file in files if file is not None]
    layers = Layers(found)
    layers.issues += lost
    if lost:
        layers.incomplete.add(EVERYTHING)
    merged = Branch({}, Origin(str(source), 1, 1))
    for number, file in enumerate(found):
        read_tree = layers.read(file)
        merged = layers.on_top(merged, read_tree) if number else read_tree
    merged = layers.assign(merged, sets)
    plain = trees.plain(merged)
    scenario, geometry, place = None, Geometry(), _Places(merged)
    if found:
        issues, scenario = _typed(plain, merged, layers.incomplete)
        layers.issues += issues
        if scenario is not None:
            sizes = (place.issue(path, message, hint, False) for path, message, hint in limits.check(scenario))
            layers.issues += first(sizes)
            geometry, issues = read_geometry(scenario.geo, lambda path: place.of(tuple(path.split("."))))
            layers.issues += issues
        if EVERYTHING not in layers.incomplete:
            layers.issues += first(check(plain, place.issue, layers.incomplete), len(layers.issues))
    if layers.issues or scenario is None:
        raise Issues(first(layers.issues))
    name = "+".join(file.stem for file in found)
    shown_files = tuple(roots.shown(file) for file in found)
    return Loaded(name, scenario, plain, trees.Origins(merged), shown_files, tuple(sets), geometry)


def _file(source: str | Path, what: str, beside: Path | None, lost: list[Issue]) -> Path | None:
    """The file that is meant: a path, one beside the scenario (for layers), or a shipped name."""
    name = os.fspath(source)
    try:
        if Path(name).is_file():
            return Path(name)
        if beside is not None and (beside.parent / name).is_file():
            return beside.parent / name
        shipped = roots.find(name)
        if shipped is not None:
            return shipped
        if Path(name).is_dir():
            message, hint = "this is a folder, not a scenario file", ""
        else:
            message = f"there is no such file, and no shipped scenario of this name ({what})"
            hint = did_you_mean(name, [*roots.shipped_names(), *_yaml_files(Path(name).parent)])
    except (OSError, ValueError):
        message, hint = "this is not a file's name", ""
    lost.append(Issue(name.replace("\0", "?"), 0, 0, "", message, hint))
    return None


def _yaml_files(folder: Path) -> list[str]:
    return [str(file) for suffix in roots.SUFFIXES for file in sorted(folder.glob(f"*{suffix}"))[:500]]


class _Places:
    """Finds the place of a path in the merged tree, inside of leaves too."""

    def __init__(self, merged: Branch) -> None:
        self.merged = merged

    def leaf(self, path: tuple[str, ...]) -> tuple[Leaf | None, str]:
        """The leaf on a path, and the part inside it."""
        node, rest = trees.walk(self.merged, path)
        return (node, ".".join(rest)) if isinstance(node, Leaf) else (None, "")

    def of(self, path: tuple[str, ...], *, key: bool = False) -> Origin:
        """The place of a value (or of its key); where it is not given, of the nearest thing above it."""
        node, rest = trees.walk(self.merged, path)
        if isinstance(node, Branch):
            return node.at
        if node.inner:
            for depth in range(len(rest), 0, -1):
                places = node.inner.get(".".join(rest[:depth]))
                if places is not None:
                    return places[1] if key else places[0]
        return node.key if key else node.at

    def issue(self, path: tuple[str, ...], message: str, hint: str, key: bool) -> Issue:
        """An issue at a path."""
        return Issue.at(self.of(path, key=key), ".".join(path), message, hint)


# --- what pydantic finds, in plain words ------------------------------------------------------------------------------


def _typed(plain: dict[str, Any], merged: Branch, incomplete: set[str]) -> tuple[list[Issue], Scenario | None]:
    try:
        return [], Scenario.model_validate(plain)
    except ValidationError as failed:
        return list(first(_issues(failed, merged, incomplete))), None


def _issues(failed: ValidationError, merged: Branch, incomplete: set[str]) -> Iterator[Issue]:
    places = _Places(merged)
    errors = failed.errors(include_url=False)
    lacking: dict[tuple[str, ...], list[str]] = {}
    for error in errors:
        if error["type"] == "missing":
            lacking.setdefault(tuple(map(str, error["loc"][:-1])), []).append(str(error["loc"][-1]))
    meant = {row: _meant(row, lacking, places) for row in lacking}
    for error in errors:
        on_key = error["loc"][-1:] == ("[key]",)
        path = tuple(str(part) for part in error["loc"] if part != "[key]")
        kind, wrong, context = error["type"], error.get("input"), error.get("ctx", {})
        if kind == "missing":
            if not incomplete.isdisjoint((EVERYTHING, path[0])):
                continue
            row = path[:-1]
            if not meant[row]:
                yield _missing(path, places)
            elif path[-1] == lacking[row][0]:
                fields = ", ".join(f"'{field}'" for field in lacking[row])
                yield places.issue(row, f"{subject(row)} lacks {fields}", meant[row], True)
        elif kind == "extra_forbidden":
            yield _unknown(path, places)
        elif kind == "literal_error" and on_key:
            message = f"'{path[-1][:40]}' is not one of {_choices(context)} in {subject(path[:-1])}"
            yield places.issue(path, message, did_you_mean(path[-1], _words(context)), True)
        elif on_key:
            message = f"{context.get('message', 'this key does not fit')} in {subject(path[:-1])}"
            yield places.issue(path, message, str(context.get("hint") or ""), True)
        else:
            yield _wrong(path, kind, wrong, context, places)


def _missing(path: tuple[str, ...], places: _Places) -> Issue:
    node, rest = trees.walk(places.merged, path)
    if isinstance(node, Leaf) and not rest:  # written, but empty
        return places.issue(path, f"'{path[-1]}' of {subject(path[:-1])} is empty", "", True)
    return places.issue(path[:-1], f"{subject(path[:-1])} lacks '{path[-1]}'", "", True)


def _meant(row: tuple[str, ...], lacking: Mapping[tuple[str, ...], list[str]], places: _Places) -> str:
    """The row of a like name that is there whole, of one that has nothing a row must have: it was to add to that."""
    parent, rest = trees.walk(places.merged, row[:-1])
    mine, shape = parent.items.get(row[-1]) if isinstance(parent, Branch) and not rest and row else None, _shape(row)
    if not (isinstance(parent, Branch) and isinstance(mine, Branch) and isinstance(shape, FieldsShape)):
        return ""
    needed = {field.alias or name for name, field in shape.model.model_fields.items() if field.is_required()}
    if needed & mine.items.keys():
        return ""
    return did_you_mean(row[-1], [name for name in parent.items if (*row[:-1], name) not in lacking])


def _shape(path: tuple[str, ...]) -> Shape | None:
    shape: Shape | None = ROOT
    for part in path:
        shape = child(shape, part) if shape is not None else None
    return shape


def _unknown(path: tuple[str, ...], places: _Places) -> Issue:
    shape = _shape(path[:-1])
    known = [*shape.fields] if isinstance(shape, FieldsShape) else []
    if len(path) == 1:
        known += DIRECTIVES
    hint = "merge keys are not part of YAML 1.2; use extends" if path[-1] == "<<" else did_you_mean(path[-1], known)
    return places.issue(path, f"unknown key '{path[-1][:60]}' in {subject(path[:-1])}", hint, True)


def _wrong(path: tuple[str, ...], kind: str, wrong: Any, context: Mapping[str, Any], places: _Places) -> Issue:
    hint = str(context.get("hint") or "")
    if context.get("message"):
        message = str(context["message"])
    elif kind == "literal_error":
        message = f"{shown(wrong)} is not one of {_choices(context)}"
        hint = did_you_mean(str(wrong), _words(context))
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        message = f"a mapping is needed here, not {kind_of(wrong)}"
    elif kind in ("tuple_type", "list_type"):
        message = f"a list is needed here, not {kind_of(wrong)}"
    else:
        message = f"{shown(wrong)} does not fit here"
    at = context.get("at")
    inside = path if at is None else (*path, *str(at).split("."))
    return places.issue(inside, f"{_name(path, at, places)}: {message}", hint, kind == "key")


def _name(path: tuple[str, ...], at: Any, places: _Places) -> str:
    """What a wrong leaf is called: its field, or in a table its column, and whose it is."""
    leaf, _ = places.leaf(path)
    owner = f" of {subject(path[:-1])}" if len(path) > 1 else ""
    if leaf is not None and leaf.column:
        joined = "_" if at in ("low", "high", "confidence", "source_ids") else "."
        part = "" if at in (None, "value") else f"{joined}{at}"
        return f"column '{leaf.column}{part}'{owner}"
    inside = f" ({at})" if isinstance(at, str) and at != "value" else ""
    return f"'{path[-1]}'{owner}{inside}"


def _words(context: Mapping[str, Any]) -> list[str]:
    """The words that were allowed, out of ``'a', 'b' or 'c'``."""
    expected = str(context.get("expected", "")).replace(" or ", ", ")
    return [word.strip().strip("'") for word in expected.split(", ")]


def _choices(context: Mapping[str, Any]) -> str:
    return ", ".join(word for word in _words(context) if word)
