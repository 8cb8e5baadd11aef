"""The tree of a scenario before it is typed: branches and leaves, each with its place.

Trees are never changed: merging makes new branches and shares the rest, so that one file may be part of many layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from .issues import Issue, Origin


class Leaf(NamedTuple):
    """A value with its place, the place of its key, the layer that set it and the places of the parts inside it."""

    value: Any
    at: Origin
    key: Origin
    layer: str
    inner: Mapping[str, tuple[Origin, Origin]] | None = None  #: part -> places of its value and of its key
    column: str = ""  #: the header above it, where it comes from a table


class Branch(NamedTuple):
    """Named leaves and branches; ``at`` is the place of its key."""

    items: dict[str, Leaf | Branch]
    at: Origin


Node = Leaf | Branch


def equal(a: Any, b: Any) -> bool:
    """Whether two leaves say the same; 1 and 1.0 and '1' do, since a table's cells are text."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, str) != isinstance(b, str):
        try:
            return float(a) == float(b)
        except (TypeError, ValueError):
            return str(a) == str(b)
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


#: Given the path and two leaves, older first: the one that stays.
Choice = Callable[[str, Leaf, Leaf], Leaf]


def merge(old: Branch, new: Branch, choose: Choice, path: str = "") -> Branch:
    """Both trees in one. Where both have a leaf, ``choose`` says which stays."""
    items = dict(old.items)
    for key, node in new.items.items():
        present = items.get(key)
        if present is None:
            items[key] = node
            continue
        here = f"{path}.{key}" if path else key
        if isinstance(node, Branch) and isinstance(present, Branch):
            items[key] = merge(present, node, choose, here)
        elif isinstance(node, Leaf) and isinstance(present, Leaf):
            items[key] = choose(here, present, node)
        else:  # one of them is not of the shape that the vocabulary wants, and is reported as such
            items[key] = present if isinstance(present, Leaf) else node
    return Branch(items, old.at)


def later(path: str, old: Leaf, new: Leaf) -> Leaf:
    """The later of two layers stays."""
    return new


def set_twice(issues: list[Issue]) -> Choice:
    """Within one file a leaf may be written once (twice if both say the same)."""

    def choose(path: str, old: Leaf, new: Leaf) -> Leaf:
        if not equal(old.value, new.value):
            message = f"'{path}' is already set to another value at {old.at}"
            issues.append(Issue.at(new.at, path, message, "write it once, or override it under 'set'"))
        return old

    return choose


def plain(node: Node) -> Any:
    """Values only. A leaf that is empty (null) is not given."""
    if isinstance(node, Leaf):
        return node.value
    return {
        key: plain(child) for key, child in node.items.items() if isinstance(child, Branch) or child.value is not None
    }


class Origins(Mapping[str, Origin]):
    """The place of every branch and leaf that is given, by dotted path, parts of written-out numbers included.

    Listed when the first is asked for: a scenario without fault is built and run without.
    """

    def __init__(self, root: Branch) -> None:
        self._root: Branch | None = root
        self._places: dict[str, Origin] = {}

    def _listed(self) -> dict[str, Origin]:
        if self._root is not None:
            self._places, self._root = _origins(self._root), None
        return self._places

    def __getitem__(self, path: str) -> Origin:
        return self._listed()[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed())

    def __len__(self) -> int:
        return len(self._listed())

    def __reduce__(self) -> tuple[type[dict[str, Origin]], tuple[dict[str, Origin]]]:
        return dict, (self._listed(),)


def _origins(root: Branch) -> dict[str, Origin]:
    places: dict[str, Origin] = {"": root.at}
    stack: list[tuple[str, Branch]] = [("", root)]
    while stack:
        prefix, branch = stack.pop()
        for key, child in branch.items.items():
            path = prefix + key
            if isinstance(child, Branch):
                places[path] = child.at
                stack.append((path + ".", child))
            elif child.value is not None:
                places[path] = child.at
                if child.inner:
                    for part, (at, _) in child.inner.items():
                        places[f"{path}.{part}"] = at
    return places


def walk(branch: Branch, path: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    """The deepest node on a path, and what is left of the path below it."""
    node: Node = branch
    for depth, key in enumerate(path):
        if not isinstance(node, Branch) or key not in node.items:
            return node, path[depth:]
        node = node.items[key]
    return node, ()


def leaves(branch: Branch, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Every leaf with its path."""
    for key, child in branch.items.items():
        if isinstance(child, Branch):
            yield from leaves(child, (*prefix, key))
        else:
            yield (*prefix, key), child
