"""What is unknown together: the patterns of uncertain groups, and what is wrong with them and with kept draws.

A pattern is the path of a leaf in which ``*`` stands for any one key or a part of one. A ``-`` in front lets its leaves
move the other way: high where the others of the group are low. Works on plain values, as all checks of references do.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from .issues import Issue, did_you_mean
from .schema import KEPT_FROM, Change, VesselDelivery
from .shape import ROOT, FieldsShape, LeafShape, MapShape, Shape

Path = tuple[str, ...]
_Place = tuple[Path, Any, Shape | None]  # path, value as written, shape (None: a slip)

#: the days of these rows slip by months between ``slip_months_low`` and ``slip_months_high``: a leaf of that name
SLIPPING: frozenset[type[BaseModel]] = frozenset({Change, VesselDelivery})
SLIP = "slip_months"
#: a single number of days by which an event may start later
SLIP_DAYS = "start_slip_days"

_NUMERIC = ("number", "dated", "duration", "law", "any")
#: sections that say what is unknown, and are not so themselves; no run depends on ``energy``
_ABOUT = frozenset({"uncertain_groups", "kept_draws", "sources", "targets", "horizon", "energy"})


class Given(NamedTuple):
    """A number of the scenario that a pattern names, as written. ``ranged``: with a low or high of its own."""

    path: Path
    value: Any
    ranged: bool
    duration: bool


class Fault(NamedTuple):
    """What is wrong with a pattern."""

    message: str
    hint: str


def split_sign(pattern: str) -> tuple[str, bool]:
    """A pattern without its sign, and whether its leaves move the other way."""
    bare = pattern.strip()
    return (bare[1:].strip(), True) if bare.startswith("-") else (bare, False)


def resolve(tree: dict[str, Any], pattern: str) -> list[Given] | Fault:
    """The numbers that a pattern (without sign) names in a plain tree; those that are not given are left out.

    A pattern that no leaf of this scenario could ever fit is a fault. Stars pass over what is no number of the model.
    """
    words = pattern.split(".")
    places: list[_Place] = [((), tree, ROOT)]
    kept: list[_Place] = []
    for depth, word in enumerate(words):
        onward: list[_Place] = []
        fits = _glob(word) if "*" in word else None
        for path, value, shape in places:
            for_reader = kept_for_reader(shape.model) if isinstance(shape, FieldsShape) else ()
            for name, below in _below(value, shape, word, fits):
                inside = value if name == SLIP else value.get(name) if isinstance(value, dict) else None
                (kept if name in for_reader else onward).append(((*path, name), inside, below))
        if not (onward or kept):
            near = did_you_mean(word, [name for place in places for name, _ in _below(*place[1:], "", bool)])
            if near:
                near = f"did you mean '{'.'.join([*words[:depth], near.split(chr(39))[1], *words[depth + 1 :]])}'?"
            return Fault(f"'{pattern[:120]}' names nothing in this scenario", near)
        places = onward
    numbers = [place for place in places if place[2] is None or _is_number(place[2])]
    if not numbers:
        if any(isinstance(shape, FieldsShape | MapShape) for _, _, shape in places):
            return Fault(f"'{pattern[:120]}' is a branch, not a number", "name one of its numbers")
        why = "kept for the reader: the model does not take it" if kept and not places else "not a number"
        return Fault(f"'{pattern[:120]}' is {why}", "")
    return [
        Given(path, value, _ranged(value, shape), isinstance(shape, LeafShape) and shape.notation.name == "duration")
        for path, value, shape in numbers
        if value is not None and not (isinstance(shape, LeafShape) and shape.notation.name == "any" and _word(value))
    ]


def _glob(word: str) -> Callable[[str], object]:
    """Whether a name fits a word with stars, in one pass: a regular expression may take for ever over many stars."""
    head, *middle, tail = word.split("*")

    def fits(name: str) -> bool:
        at, end = len(head), len(name) - len(tail)
        if at > end or not (name.startswith(head) and name.endswith(tail)):
            return False
        for part in middle:
            found = name.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return fits


def _below(
    value: Any, shape: Shape | None, word: str, fits: Callable[[str], object] | None
) -> Iterator[tuple[str, Shape | None]]:
    """The names below a place that fit a word, with their shapes; that of a slip is None."""
    if isinstance(shape, FieldsShape):
        fields = _fields(shape.model)
        if fits is not None:
            yield from ((name, below) for name, below in fields.items() if fits(name))
        elif word in fields:
            yield word, fields[word]
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        if fits is not None:
            yield from ((name, shape.item) for name in value if word == "*" or fits(name))
        elif word in value:
            yield word, shape.item


@functools.cache
def _fields(model: type[BaseModel]) -> dict[str, Shape | None]:
    fields: dict[str, Shape | None] = dict(FieldsShape(model).fields)
    if model in SLIPPING:
        fields[SLIP] = None
    if model is ROOT.model:
        fields = {name: shape for name, shape in fields.items() if name not in _ABOUT}
    return fields


def _is_number(shape: Shape) -> bool:
    return isinstance(shape, LeafShape) and shape.notation.name in _NUMERIC


def _word(value: Any) -> bool:
    """Whether the value of a change is a word, such as a traction."""
    if isinstance(value, dict):
        value = value.get("value")
    try:
        float(value)
    except (TypeError, ValueError):
        return True
    return False


def _ranged(value: Any, shape: Shape | None) -> bool:
    if shape is None:  # a row whose day may slip
        return isinstance(value, dict) and any(_number(value.get(f"{SLIP}_{end}")) for end in ("low", "high"))
    if isinstance(shape, LeafShape) and shape.notation.name == "duration":
        return False  # its low and high are the spread from case to case
    if isinstance(shape, LeafShape) and shape.name == SLIP_DAYS:
        return bool(_number(value))
    if not isinstance(value, dict):
        return False
    if value.get("low") is not None or value.get("high") is not None:
        return True
    return any(_ranged(step, shape) for step in value.values() if isinstance(step, dict))


def _number(raw: Any) -> float:
    if isinstance(raw, dict):
        raw = raw.get("value")
    try:
        return float(raw)
    except (TypeError, ValueError):
        return 0.0


@functools.cache
def kept_for_reader(model: type[BaseModel]) -> frozenset[str]:
    """Names of the fields of a part that the model does not take."""
    names = list(model.model_fields)
    first = KEPT_FROM.get(model)
    slips = {f"{SLIP}_low", f"{SLIP}_high"} if model in SLIPPING else set[str]()  # the range of ``slip_months``
    return frozenset(names[names.index(first) :] if first else ()) | slips


# --- what is wrong ----------------------------------------------------------------------------------------------------

#: makes an issue at a path: (path, message, hint, whether the place of the key is meant)
Say = Callable[[Path, str, str, bool], Issue]


def check(tree: dict[str, Any], say: Say, incomplete: Collection[str]) -> Iterator[Issue]:
    """Every fault of the uncertain groups and of kept draws."""
    groups = tree.get("uncertain_groups")
    groups = groups if isinstance(groups, dict) else {}
    if groups:
        yield from _groups(tree, groups, say, incomplete)
    elif tree.get("uncertainty") == "sample" and "uncertain_groups" not in incomplete:
        hint = "extend a scenario that has uncertain_groups, such as baseline, or write some"
        yield say(("uncertainty",), "there are no uncertain_groups to sample", hint, False)
    draws = tree.get("kept_draws")
    if isinstance(draws, dict) and draws and "uncertain_groups" not in incomplete:
        yield from _draws(draws, groups, say)


def _groups(tree: dict[str, Any], groups: dict[str, Any], say: Say, incomplete: Collection[str]) -> Iterator[Issue]:
    owner: dict[Path, tuple[str, bool]] = {}
    for group, row in groups.items():
        if not isinstance(row, dict):
            continue  # told by the schema
        listed = list(patterns(("uncertain_groups", group, "leaves"), row.get("leaves")))
        if not listed and "leaves" in row:
            yield say(("uncertain_groups", group, "leaves"), f"group '{group}' has no leaves", "", False)
        for at, pattern in listed:
            bare, opposite = split_sign(pattern)
            if bare.partition(".")[0] in incomplete:
                continue
            found = resolve(tree, bare)
            if isinstance(found, Fault):
                yield say(at, f"{found.message} (uncertain group '{group}')", found.hint, False)
                continue
            yield from _ranges(at, bare, found, row.get("factor") is not None, say)
            others: dict[tuple[str, bool], list[Path]] = {}
            for leaf in found:
                other = owner.setdefault(leaf.path, (group, opposite))
                if other != (group, opposite):
                    others.setdefault(other, []).append(leaf.path)
            for (other_group, _), paths in others.items():
                where = f"'{'.'.join(paths[0])}'" + (f" (and {len(paths) - 1} more)" if len(paths) > 1 else "")
                if other_group == group:
                    yield say(at, f"{where} moves both ways in group '{group}'", "leave it out of one pattern", False)
                else:
                    message = f"{where} is in two uncertain groups, '{other_group}' and '{group}'"
                    yield say(at, message, "a leaf belongs to one group", False)


def patterns(path: Path, raw: Any) -> Iterator[tuple[Path, str]]:
    """The patterns of a group, each with the path of its place: a list, or a cell with ``;`` between them."""
    if isinstance(raw, str):
        yield from ((path, part.strip()) for part in raw.split(";") if part.strip())
    elif isinstance(raw, list | tuple):
        yield from (((*path, str(number)), item.strip()) for number, item in enumerate(raw) if isinstance(item, str))


def _ranges(at: Path, pattern: str, found: list[Given], factor: bool, say: Say) -> Iterator[Issue]:
    """A factor is for leaves without a range of their own, and durations need one.

    A plain number without a range is known, and stays: else ``--set`` could not fix what a group moves. So does a law
    where a number could stand as well.
    """
    if factor:
        wrong = [leaf for leaf in found if leaf.ranged]
        message, hint = "has a range of its own, and the group a factor", "put it into a group without factor"
    else:
        wrong = [leaf for leaf in found if leaf.duration]
        message = "is a duration: its low and high are its spread from case to case, no range of what is unknown"
        hint = "give the group a factor, such as {value: 1, low: 0.8, high: 1.3}"
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        yield say(at, f"'{'.'.join(wrong[0].path)}'{more} {message}", hint, False)


def _draws(draws: dict[str, Any], groups: dict[str, Any], say: Say) -> Iterator[Issue]:
    told: set[str] = set()
    for draw, levels in draws.items():
        if not isinstance(levels, dict):
            continue  # told by the schema
        for group in levels:
            if group not in groups and group not in told:
                told.add(group)
                hint = did_you_mean(group, groups) if groups else "there are no uncertain_groups"
                yield say(("kept_draws", draw, group), f"unknown group '{group}' in kept draw '{draw}'", hint, True)
        missing = [group for group in groups if group not in levels]
        if missing:
            names = ", ".join(f"'{name}'" for name in missing[:3]) + (" ..." if len(missing) > 3 else "")
            hint = "a kept draw has a level of every group: make it again with 'corridorsim match'"
            yield say(("kept_draws", draw), f"kept draw '{draw}' has no level of {names}", hint, True)
