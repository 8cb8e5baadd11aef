"""Which points of its inputs a scenario is run at: every combination of values, or a design that fills a space."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..scenario import Issue, Issues, Origin

#: designs of levels, by name
DESIGNS = ("lhs", "sobol")

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")
_CLOSING = {"[": "]", "{": "}"}

#: what a point may be found by: a number where all values of the factor are numbers, else text as written
Value: TypeAlias = "float | int | str"


@dataclass(frozen=True, slots=True)
class Vary:
    """A path and the values it takes, each as text that ``--set path=value`` would take."""

    path: str
    values: tuple[str, ...]
    #: column (from 1) at which each value stands in the text that was given
    columns: tuple[int, ...]

    @property
    def numbers(self) -> bool:
        """Whether all values are plain numbers."""
        return all(_NUMBER.match(value) for value in self.values)

    def shown(self, value: str) -> Value:
        """A value as it stands in a table."""
        if not self.numbers:
            return value
        number = float(value)
        whole = all(float(each).is_integer() for each in self.values)
        return int(number) if whole else number

    def __str__(self) -> str:
        return f"{self.path}={','.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Design:
    """``size`` draws of a level in [0, 1] for each uncertain group; ``kind`` is one of ``DESIGNS``."""

    kind: str
    size: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.size}"


@dataclass(frozen=True, slots=True)
class Point:
    """One combination. ``number`` counts from 1; ``sets`` are ``path=value``; ``levels`` are those of the groups.

    ``factors`` is what tables show of it: paths as they are, groups as ``level.<group>``.
    """

    number: int
    sets: tuple[str, ...] = ()
    levels: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, Value] = field(default_factory=dict)


def points(varied: Sequence[Vary], drawn: Sequence[Mapping[str, float]] = ()) -> list[Point]:
    """Every combination of the values, each with every draw; the last factor moves fastest."""
    made: list[Point] = []
    for values in itertools.product(*(vary.values for vary in varied)):
        sets = tuple(f"{vary.path}={value}" for vary, value in zip(varied, values, strict=True))
        shown = {vary.path: vary.shown(value) for vary, value in zip(varied, values, strict=True)}
        for levels in drawn or ({},):
            factors = shown | {f"level.{group}": level for group, level in levels.items()}
            made.append(Point(len(made) + 1, sets, levels, factors))
    return made


# --- full factorial ---------------------------------------------------------------------------------------------------


def read_vary(given: Mapping[str, Sequence[Any]] | Sequence[str], sets: Sequence[str] = ()) -> tuple[Vary, ...]:
    """Read ``path=a,b,c`` texts, or a mapping from path to values; ``sets`` may not set one of the paths too.

    Commas inside brackets or quotes belong to a value. Raises scenario.Issues with all that is wrong.
    """
    if isinstance(given, Mapping):
        texts = [f"{path}={','.join(map(_as_text, values))}" for path, values in given.items()]
    else:
        texts = list(given)
    issues: list[Issue] = []
    found: dict[str, Vary] = {}
    fixed = {item.partition("=")[0].strip() for item in sets}
    for number, text in enumerate(texts, 1):
        vary = _vary(text, number, issues)
        if vary is None:
            continue
        at = Origin("--vary", number, 1)
        if vary.path in found:
            hint = "write all its values after one --vary"
            issues.append(Issue.at(at, vary.path, f"'{vary.path}' is varied twice", hint))
        elif vary.path in fixed:
            issues.append(Issue.at(at, vary.path, f"'{vary.path}' is varied and set by --set too", "drop one of them"))
        else:
            found[vary.path] = vary
    if issues:
        raise Issues(issues)
    return tuple(found.values())


def _vary(text: str, number: int, issues: list[Issue]) -> Vary | None:
    path, equals, listed = text.partition("=")
    if not equals or not path.strip():
        hint = "write --vary path=a,b,c"
        issues.append(Issue.at(Origin("--vary", number, 1), "", f"'{text[:60]}' does not vary anything", hint))
        return None
    start = len(path) + 2
    values: list[str] = []
    columns: list[int] = []
    for offset, item in _split(listed):
        at = Origin("--vary", number, start + offset)
        if not item:
            what = f"'{path.strip()}' has an empty value" if listed.strip() else f"'{path.strip()}' has no values"
            issues.append(Issue.at(at, path.strip(), what, "write --vary path=a,b,c; 'null' takes a value away"))
        elif _same(item) in map(_same, values):
            issues.append(Issue.at(at, path.strip(), f"'{path.strip()}' has the value {item} twice"))
        else:
            values.append(item)
            columns.append(start + offset)
    return Vary(path.strip(), tuple(values), tuple(columns))


def _split(listed: str) -> Iterator[tuple[int, str]]:
    """Items between commas that are in no bracket and no quotes, with their offsets."""
    start, quote, closing = 0, "", list[str]()
    for place, letter in enumerate(f"{listed},"):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"" and not listed[start:place].strip():
            quote = letter
        elif letter in _CLOSING:
            closing.append(_CLOSING[letter])
        elif closing and letter == closing[-1]:
            closing.pop()
        if place == len(listed) or (letter == "," and not quote and not closing):
            item = listed[start:place]
            yield start + len(item) - len(item.lstrip()), item.strip()
            start = place + 1


def _same(value: str) -> float | str:
    return float(value) if _NUMBER.match(value) else value


def _as_text(value: Any) -> str:
    """A value of Python as YAML; text is taken as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


# --- designs over levels ----------------------------------------------------------------------------------------------


def read_design(text: str) -> Design:
    """``lhs:N`` or ``sobol:N``. Raises scenario.Issues; Sobol's points are balanced for powers of two only."""
    kind, _, size = text.partition(":")
    at = Origin("--design", 1, 1)
    if kind not in DESIGNS or not size.isdecimal() or int(size) < 1:
        raise Issues([Issue.at(at, "", f"'{text[:60]}' is not a design", "write lhs:N or sobol:N")])
    count = int(size)
    if kind == "sobol" and count & (count - 1):
        below = 1 << (count.bit_length() - 1)
        message = f"a sobol design of {count} points is out of balance: it needs a power of two"
        raise Issues([Issue.at(at, "", message, f"write sobol:{below} or sobol:{2 * below}, or lhs:{count}")])
    return Design(kind, count)


def draw(design: Design, groups: Sequence[str], seed: int) -> list[dict[str, float]]:
    """Levels of every group, one mapping a draw; the same for the same design, groups and seed.

    Latin hypercube: McKay, Beckman, Conover, Technometrics 21 (1979), 239-245. Sobol's sequence, scrambled: Owen,
    J. Complexity 14 (1998), 466-489. Raises scenario.Issues where there is no group to draw for.
    """
    if not groups:
        message = "this scenario has no uncertain_groups, so a design has nothing to draw"
        raise Issues([Issue.at(Origin("--design", 1, 1), "uncertain_groups", message, "use --vary path=a,b,c")])
    from scipy.stats import qmc

    sampler = {"lhs": qmc.LatinHypercube, "sobol": qmc.Sobol}[design.kind](len(groups), seed=seed)
    return [dict(zip(groups, map(float, row), strict=True)) for row in sampler.random(design.size)]


# --- what is wrong with points ----------------------------------------------------------------------------------------


def at_vary(issues: Issues, varied: Sequence[Vary], point: Point, sets: Sequence[str]) -> list[Issue]:
    """Issues of a scenario read with ``[*sets, *point.sets]``, those of the point's own told at their ``--vary``."""
    told = []
    for issue in issues.issues:
        place = issue.line - 1 - len(sets)
        if issue.file == "--set" and 0 <= place < len(varied):
            vary, text = varied[place], point.sets[place]
            inside = issue.column - len(vary.path) - 2
            value = text[len(vary.path) + 1 :]
            column = vary.columns[vary.values.index(value)] + inside if inside >= 0 else issue.column
            issue = Issue("--vary", place + 1, column, issue.path, issue.message, issue.hint)
        told.append(issue)
    return told
