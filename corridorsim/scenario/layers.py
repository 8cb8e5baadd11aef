"""Layers: what a file extends, its own sections and tables, its ``set``, then ``--with`` and ``--set``.

A later layer replaces a leaf whole. Two files in one ``extends`` that set a leaf to different values are an error,
unless one of them extends the other or the extending file decides the leaf itself.
"""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import roots, text
from .issues import Issue, Origin, did_you_mean
from .schema import INSTEAD, TABLES
from .shape import ROOT, FieldsShape, MapShape, Shape, child, is_branch, unfit
from .tables import Room, read_table
from .text import Key, Mapping, Marked, Scalar, Sequence, Unreadable
from .tree import Branch, Leaf, Node, equal, later, merge, set_twice

#: what stands in a file beside the sections
DIRECTIVES = ("extends", "tables", "set")
#: leaves that describe the file they stand in: the first file to give one keeps it
OWN_WORDS = ("title", "purpose", "source_ids", "note", "confidence")
EVERYTHING = "*"
MAX_FILES = 200  #: in one list


@dataclass(frozen=True, slots=True)
class _File:
    """A YAML file on its way: shown name, its root, and the layer's id."""

    path: Path
    shown: str
    root: Path
    layer: str


class Layers:
    """Reads files into one tree. ``issues`` collects all faults, ``incomplete`` the sections that lack rows by them."""

    def __init__(self, named: Many[Path]) -> None:
        self.named = {path.resolve() for path in named}
        self.issues: list[Issue] = []
        self.incomplete: set[str] = set()
        self.ancestors: dict[str, frozenset[str]] = {}
        self._trees: dict[str, Branch] = {}
        self._open: list[str] = []
        self._room = Room()

    # --- whole layers ---------------------------------------------------------------------------------------------

    def read(self, path: Path) -> Branch:
        """The tree of a file named by the user, with all that it extends."""
        return self._read(path, roots.root_of(path), None)

    def on_top(self, tree: Branch, over: Branch) -> Branch:
        """A ``--with`` layer over a scenario. What it merely extends does not undo what the scenario says of it."""

        def choose(path: str, old: Leaf, new: Leaf) -> Leaf:
            if path in OWN_WORDS or new.layer in self.ancestors.get(old.layer, ()):
                return old
            return new

        return merge(tree, over, choose)

    def assign(self, tree: Branch, sets: Many[str]) -> Branch:
        """``path=value`` texts of the command line, in order; the value is read as YAML."""
        for number, item in enumerate(sets):
            name, equals, value = item.partition("=")
            at = Origin("--set", number + 1, 1)
            if not equals or not name.strip():
                self._say(at, "", f"'{item[:60]}' does not set anything", "write --set path=value")
                continue
            try:
                marked = text.parse(value, "--set", self.issues, number, len(name) + 1)
            except Unreadable as error:
                self.issues.append(error.issue)
                continue
            tree = self._set(tree, Key(name.strip(), at), marked or Scalar(None, at), "--set")
        return tree

    # --- one file -------------------------------------------------------------------------------------------------

    def _read(self, path: Path, root: Path, asked: Origin | None) -> Branch:
        """The tree of a file; an empty one where it cannot be read (which is in ``issues`` then)."""
        file = _File(path, roots.shown(path), root, str(path.resolve()))
        if file.layer in self._open:
            ring = [*self._open[self._open.index(file.layer) :], file.layer]
            names = " -> ".join(Path(layer).name for layer in ring)
            self._say(asked or Origin(file.shown, 1, 1), "extends", f"files extend each other in a circle: {names}")
            self.incomplete.add(EVERYTHING)
            return Branch({}, Origin(file.shown, 1, 1))
        if file.layer in self._trees:
            return self._trees[file.layer]
        self._open.append(file.layer)
        try:
            tree = self._load(file, asked)
        finally:
            self._open.pop()
        self._trees[file.layer] = tree
        return tree

    def _load(self, file: _File, asked: Origin | None) -> Branch:
        start = Origin(file.shown, 1, 1)
        self.ancestors[file.layer] = frozenset()
        before = len(self.issues)
        try:
            top = text.read_yaml(text.read_text(file.path, file.shown, asked), file.shown, self.issues)
        except Unreadable as error:
            self.issues.append(error.issue)
            self.incomplete.add(EVERYTHING)
            return Branch({}, asked or start)
        if len(self.issues) > before:
            self.incomplete.add(EVERYTHING)
        extended, conflicts = self._extend(top, file)
        own = self._own(top, file)
        tree = merge(extended, own, later)
        if "set" in top.items:
            tree = self._apply(tree, top.items["set"][1], file.layer)
        self._report(conflicts, tree, file)
        return tree._replace(at=start)

    def _extend(self, top: Mapping, file: _File) -> tuple[Branch, list[tuple[str, Leaf, Leaf]]]:
        """What a file extends, merged; and the leaves on which that does not agree."""
        tree, conflicts = Branch({}, Origin(file.shown, 1, 1)), list[tuple[str, Leaf, Leaf]]()
        if "extends" not in top.items:
            return tree, conflicts

        def choose(path: str, old: Leaf, new: Leaf) -> Leaf:
            if old.layer in self.ancestors.get(new.layer, ()):
                return new
            if not (equal(old.value, new.value) or new.layer in self.ancestors.get(old.layer, ()) or path in OWN_WORDS):
                conflicts.append((path, old, new))
            return old

        for name, at in self._names(top.items["extends"][1], "extends"):
            found = self._locate(name, at, file, shipped=True)
            if found is None:
                self.incomplete.add(EVERYTHING)
                continue
            path, root = found
            tree = merge(tree, self._read(path, root, at), choose)
            layer = str(path.resolve())
            self.ancestors[file.layer] |= {layer} | self.ancestors.get(layer, frozenset())
        return tree, conflicts

    def _report(self, conflicts: list[tuple[str, Leaf, Leaf]], tree: Branch, file: _File) -> None:
        for path, old, new in conflicts:
            node: Node | None = tree
            for key in path.split("."):
                node = node.items.get(key) if isinstance(node, Branch) else None
            if isinstance(node, Leaf) and node.layer == file.layer:
                continue  # the file decides itself
            message = f"'{path}' is set to another value at {old.at}, which {file.shown} extends too"
            self._say(new.at, path, message, f"extend one file from the other, or set it in {file.shown}")

    def _own(self, top: Mapping, file: _File) -> Branch:
        """A file's sections and tables."""
        tree = Branch({}, Origin(file.shown, 1, 1))
        if "tables" in top.items:
            tree = self._tables(top.items["tables"][1], file, tree)
        sections: dict[str, Node] = {}
        for name, (key, value) in top.items.items():
            if name not in DIRECTIVES:
                sections[name] = self._node(key, value, child(ROOT, name), file.layer)
        return merge(tree, Branch(sections, tree.at), set_twice(self.issues))

    def _tables(self, value: Marked, file: _File, tree: Branch) -> Branch:
        if not isinstance(value, Mapping):
            self._say(value.at, "tables", "tables are a mapping of section to file", "write 'segments: some/file.csv'")
            return tree
        for kind, (key, files) in value.items.items():
            if kind not in TABLES:
                self._say(key.at, f"tables.{kind}", f"unknown table '{kind}'", did_you_mean(kind, TABLES))
                continue
            section = TABLES[kind][0].partition(".")[0]
            for name, at in self._names(files, f"tables.{kind}"):
                before = len(self.issues)
                found = self._locate(name, at, file)
                if found is not None:
                    try:
                        shown = roots.shown(found[0])
                        table = read_table(found[0], shown, kind, file.layer, self.issues, named=at, room=self._room)
                        tree = merge(tree, table, set_twice(self.issues))
                    except Unreadable as error:
                        self.issues.append(error.issue)
                if len(self.issues) > before:
                    self.incomplete.add(section)
        return tree

    def _names(self, value: Marked, path: str) -> list[tuple[str, Origin]]:
        """File names: one, or a list."""
        items = value.items if isinstance(value, Sequence) else [value]
        names = []
        if len(items) > MAX_FILES:
            self._say(
                items[MAX_FILES].at, path, f"more than {MAX_FILES} files in one list", "put rows into fewer files"
            )
            items = items[:MAX_FILES]
            self.incomplete.add(EVERYTHING)
        for item in items:
            if isinstance(item, Scalar) and isinstance(item.value, str) and item.value.strip():
                names.append((item.value.strip(), item.at))
            elif not (isinstance(item, Scalar) and item.value is None and item is value):
                self._say(item.at, path, "the name of a file is needed here")
                self.incomplete.add(EVERYTHING)
        return names

    def _locate(self, name: str, at: Origin, file: _File, *, shipped: bool = False) -> tuple[Path, Path] | None:
        """A named file and its root, or None (with an issue) where it is missing or outside the root."""
        path = file.path.parent / name
        if shipped and Path(name).suffix not in roots.SUFFIXES:
            found = roots.find(name)
            if found is None:
                hint = did_you_mean(name, roots.shipped_names()) or "a file's name ends in .yaml"
                self._say(at, "extends", f"there is no shipped scenario '{name}'", hint)
                return None
            return found, roots.root_of(found)
        try:
            inside = path.resolve() in self.named or roots.within(path, file.root)
            exists = inside and path.is_file()
        except (OSError, ValueError, RuntimeError):
            inside, exists = True, False
        name = name if len(name) <= 200 else f"{name[:200]}..."
        if not inside:
            message = f"'{name}' lies outside the scenario's root"
            self._say(at, "", message, f"the root is the nearest folder with a {roots.MARKER}, else the scenario's own")
            return None
        if not exists and _is_there(path):
            self._say(at, "", f"'{name}' is no plain file", "a folder, a pipe, or a link that leads nowhere")
            return None
        if not exists:
            near = did_you_mean(name, _neighbours(path, file.path.parent)) if path.parent.is_dir() else ""
            self._say(at, "", f"there is no file '{name}'", near)
            return None
        return path, file.root

    # --- values ---------------------------------------------------------------------------------------------------

    def _node(self, key: Key, value: Marked, shape: Shape | None, layer: str) -> Node:
        """A value of a file as branch or leaf, as the vocabulary says."""
        if is_branch(shape):
            if isinstance(value, Mapping):
                items: dict[str, Node] = {}
                for name, (inner_key, inner) in value.items.items():
                    fault = unfit(name) if isinstance(shape, MapShape) else ""
                    if fault:
                        self._say(inner_key.at, "", fault)
                        continue
                    below = shape.item if isinstance(shape, MapShape) else child(shape, name) if shape else None
                    items[name] = self._node(inner_key, inner, below, layer)
                return Branch(items, key.at)
            if isinstance(value, Scalar) and value.value is None:
                return Branch({}, key.at)
        return _leaf(key, value, layer)

    def _apply(self, tree: Branch, value: Marked, layer: str) -> Branch:
        """A file's ``set``."""
        if isinstance(value, Mapping):
            for key, marked in value.items.values():
                tree = self._set(tree, key, marked, layer)
        elif not (isinstance(value, Scalar) and value.value is None):
            self._say(value.at, "set", "'set' is a mapping of dotted paths to values", "write 'segments.a-b.tracks: 2'")
        return tree

    def _set(self, tree: Branch, key: Key, value: Marked, layer: str) -> Branch:
        """Replaces one leaf whole. A path that does not exist is an issue."""
        words = tuple(key.name.split("."))
        shape: Shape = ROOT
        node: Node | None = tree
        for depth, word in enumerate(words):
            known = _known(shape, node)
            if word == "*":
                message = f"'*' cannot stand in a path that is set: '{key.name}'"
                self._say(key.at, key.name, message, "set the leaves one by one")
                return tree
            if not is_branch(shape):
                leaf = ".".join(words[:depth])
                self._say(key.at, key.name, f"'{key.name}' goes into the leaf '{leaf}'", "a leaf is set whole")
                return tree
            inner = child(shape, word)
            if inner is None or (known is not None and word not in known):
                if {words[0], EVERYTHING}.isdisjoint(self.incomplete):
                    near = did_you_mean(word, known or _names_of(shape))
                    if near:
                        right = ".".join((*words[:depth], near.split("'")[1], *words[depth + 1 :]))
                        near = f"did you mean '{right}'?"
                    self._say(key.at, key.name, f"unknown path '{key.name}'", near)
                return tree
            if isinstance(shape, FieldsShape) and (instead := INSTEAD.get(shape.model, {}).get(word)):
                message = f"'{key.name}' changes nothing, '{word}' is only kept for the reader"
                self._say(key.at, key.name, message, f"the model takes {instead}")
                return tree
            shape = inner
            node = node.items.get(word) if isinstance(node, Branch) else None
        if is_branch(shape):
            self._say(key.at, key.name, f"'{key.name}' is a branch, not a leaf", "set its leaves one by one")
            return tree
        return _with_leaf(tree, words, _leaf(key, value, layer))

    def _say(self, at: Origin, path: str, message: str, hint: str = "") -> None:
        self.issues.append(Issue.at(at, path, message, hint))


def _is_there(path: Path) -> bool:
    try:
        return path.is_symlink() or path.exists()
    except (OSError, ValueError):
        return False


def _neighbours(path: Path, base: Path) -> list[str]:
    """Names of the files beside a missing one, as they would be written."""
    prefix = path.parent.relative_to(base).as_posix() if path.parent.is_relative_to(base) else ""
    names = sorted(entry.name for entry in path.parent.iterdir())[:1000]
    return [f"{prefix}/{name}" if prefix not in ("", ".") else name for name in names]


def _known(shape: Shape, node: Node | None) -> list[str] | None:
    """Names that a path may go on with; None = any (a new year or month of a branch of numbers)."""
    if isinstance(shape, FieldsShape):
        return list(shape.fields)
    if isinstance(shape, MapShape) and shape.key.name in ("year", "month") and not is_branch(shape.item):
        return None
    return list(node.items) if isinstance(node, Branch) else []


def _names_of(shape: Shape) -> list[str]:
    return list(shape.fields) if isinstance(shape, FieldsShape) else []


def _with_leaf(tree: Branch, words: tuple[str, ...], leaf: Leaf) -> Branch:
    items = dict(tree.items)
    if len(words) == 1:
        items[words[0]] = leaf
    else:
        inner = items.get(words[0])
        branch = inner if isinstance(inner, Branch) else Branch({}, leaf.key)
        items[words[0]] = _with_leaf(branch, words[1:], leaf)
    return Branch(items, tree.at)


def _leaf(key: Key, value: Marked, layer: str) -> Leaf:
    inner: dict[str, tuple[Origin, Origin]] = {}
    plain = _plain(value, "", inner)
    return Leaf(plain, value.at if plain is not None else key.at, key.at, layer, inner or None)


def _plain(value: Marked, prefix: str, places: dict[str, tuple[Origin, Origin]]) -> Any:
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Sequence):
        items = []
        for number, item in enumerate(value.items):
            places[f"{prefix}{number}"] = (item.at, item.at)
            items.append(_plain(item, f"{prefix}{number}.", places))
        return items
    mapping = {}
    for name, (key, item) in value.items.items():
        places[prefix + name] = (item.at, key.at)
        mapping[name] = _plain(item, f"{prefix}{name}.", places)
    return mapping


__all__ = ["DIRECTIVES", "EVERYTHING", "Layers"]
