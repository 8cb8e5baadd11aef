"""A scenario with some of its limits eased by stated steps: what bottlenecks are found with.

A step multiplies a number, or adds to it, at the level of typed leaves, as ``realise`` does. A number that changes on
given days (by its own dates, or by ``changes`` in force) is eased on all of them; where such a number is 0 it is not in
service, and stays 0. Counts stay whole: they are rounded, but never back to what they were.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from corridorsim.scenario import Loaded, Scenario
from corridorsim.scenario.durations import Spread
from corridorsim.scenario.issues import did_you_mean
from corridorsim.scenario.quantity import Dated, Quantity
from corridorsim.scenario.schema import Change, Project

from .dated import Timeline, datable, whole_round
from .problems import Problems
from .realise import WHOLE
from .tracklaying import NewLoop, Stretch, lay

#: project of the changes that ``relieve`` adds; no name of a file can be the same
RELIEF = "(relief)"


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What is done to one leaf: times ``multiply``, plus ``add``. ``path`` is dotted, as ``--set`` has it."""

    path: str
    multiply: float = 1.0
    add: float = 0.0

    def of(self, value: float, *, whole: bool = False, absent_is_zero: bool = False) -> float:
        """The eased number."""
        if absent_is_zero and value == 0:
            return value
        eased = value * self.multiply + self.add
        if whole and float(value).is_integer() and math.isfinite(eased):
            nearest = float(whole_round(eased))
            if nearest == value and eased != value:
                nearest += math.copysign(1.0, eased - value)
            return nearest
        return eased


@dataclasses.dataclass(frozen=True, slots=True)
class OneMoreLoop:
    """What is done to a segment in loop detail, which no number of pairs limits: a loop in the middle of its longest
    block of single track, as long as the longest that it has."""

    segment: str

    @property
    def path(self) -> str:
        """The number by which projects say what they bring there."""
        return f"segments.{self.segment}.capacity_pairs_per_day"


def relieve(loaded: Loaded, steps: Sequence[Step | OneMoreLoop]) -> Loaded:
    """The scenario with all these steps taken, in order; a relieved scenario may be relieved again.

    ``tree`` and ``origins`` stay those of the files, and what was eased has no range any more. Raises ValueError where
    a path names no number that is given, and where a number would fall below zero.
    """
    scenario = loaded.scenario
    for step in steps:
        scenario = _taken(scenario, step) if isinstance(step, Step) else _with_loop(scenario, step)
    return dataclasses.replace(loaded, scenario=scenario) if steps else loaded


def leaf_at(scenario: Scenario, path: str) -> Any:
    """The typed leaf at a dotted path; None where it is not given. Raises ValueError where there is no such path."""
    return _found(scenario, path)[1]


def values_at(scenario: Scenario, path: str) -> tuple[tuple[dt.date, float], ...]:
    """(day, value) of a number over time, changes in force included; nothing where it is never given.

    The first day is the beginning of time. Raises ValueError where there is no such path.
    """
    return _over_time(Timeline(scenario, Problems()), path, leaf_at(scenario, path))


def _over_time(timeline: Timeline, path: str, leaf: Any) -> tuple[tuple[dt.date, float], ...]:
    if not isinstance(leaf, Quantity | Dated | None):
        return ((dt.date.min, float(leaf)),) if isinstance(leaf, int | float) else ()
    known = [(day, value) for day, value in timeline.entries(path, leaf) if value is not None]
    return tuple((day, float(value)) for day, value in known)


def _found(scenario: Scenario, path: str) -> tuple[list[Any], Any]:
    """Keys as the typed parts have them, and the leaf."""
    keys: list[Any] = []
    node: Any = scenario
    for word in path.split("."):
        if isinstance(node, dict):
            known = {str(key): key for key in node}
        elif isinstance(node, BaseModel):
            known = {name: name for name in type(node).model_fields}
        else:
            known = {}
        if word not in known:
            hint = did_you_mean(word, known)
            raise ValueError(f"'{path}' names nothing in this scenario: no '{word}'" + (f"; {hint}" if hint else ""))
        keys.append(known[word])
        node = node[known[word]] if isinstance(node, dict) else getattr(node, word)
    return keys, node


def _with_loop(scenario: Scenario, step: OneMoreLoop) -> Scenario:
    row = scenario.segments.get(step.segment)
    if row is None or not (row.loops or row.double_track):
        raise ValueError(f"'{step.segment}' has no loops, to which one could be added")
    length_km = row.length_km.value
    ends = {0.0, length_km, *(loop.chainage_km.value for loop in row.loops.values())}
    ends |= {end for stretch in row.double_track for end in stretch}
    blocks = [
        (there - here, (here + there) / 2)
        for here, there in itertools.pairwise(sorted(ends))
        if not any(since <= (here + there) / 2 <= until for since, until in row.double_track)
    ]
    if not blocks:
        raise ValueError(f"'{step.segment}' has no single track, on which a loop would help")
    km = max(blocks, key=lambda block: (block[0], -block[1]))[1]
    line = [Stretch(step.segment, 0.0, length_km, along=True)]
    made: Scenario = _with(
        scenario, ["segments", step.segment], lay(scenario.segments, line, [NewLoop(km, None)])[step.segment]
    )
    return made


def _taken(scenario: Scenario, step: Step) -> Scenario:
    keys, leaf = _found(scenario, step.path)
    name = str(keys[-2] if isinstance(keys[-1], int) and len(keys) > 1 else keys[-1])
    if name in datable(step.path)[1] and name != "traction":
        return _dated(scenario, step, keys, leaf, whole=name in WHOLE)
    if leaf is None:
        raise ValueError(f"'{step.path}' is not given, so there is nothing to relieve")
    made: Scenario = _with(scenario, keys, _plain(leaf, step, whole=name in WHOLE))
    return made


def _plain(leaf: Any, step: Step, *, whole: bool) -> Any:
    """A leaf without dates."""
    if isinstance(leaf, Quantity):
        return _quantity(leaf, _checked(step, step.of(leaf.value, whole=whole), leaf.value))
    if isinstance(leaf, Spread):
        factor = _checked(step, step.of(leaf.mean_h), leaf.mean_h) / leaf.mean_h if leaf.mean_h else 1.0
        return dataclasses.replace(leaf, parameters_h=leaf.scaled(factor))
    if isinstance(leaf, int) and not isinstance(leaf, bool):
        return int(_checked(step, step.of(leaf, whole=True), leaf))
    raise ValueError(f"'{step.path}' is not a number")


def _dated(scenario: Scenario, step: Step, keys: list[Any], leaf: Any, *, whole: bool) -> Scenario:
    """A leaf that may have dates: all of its own are eased, and after each change in force comes one of its own."""

    def eased(value: float) -> float:
        return _checked(step, step.of(value, whole=whole, absent_is_zero=True), value)

    timeline = Timeline(scenario, Problems())
    values = _over_time(timeline, step.path, leaf)
    if not values:
        raise ValueError(f"'{step.path}' is not given, so there is nothing to relieve")
    changes: dict[str, Change] = {}
    if timeline.given(step.path, None):  # some change in force sets it
        for day, value in values:
            if day != dt.date.min:
                change = Change(project_id=RELIEF, date=day, target=step.path, value=eased(value), status="done")
                changes[f"{RELIEF} {len(scenario.changes) + len(changes) + 1}"] = change
    if isinstance(leaf, Quantity):
        scenario = _with(scenario, keys, _quantity(leaf, eased(leaf.value)))
    elif isinstance(leaf, Dated):
        dated = Dated(tuple((day, _quantity(q, eased(q.value))) for day, q in leaf.steps))
        scenario = _with(scenario, keys, dated)
    if not changes:
        return scenario
    projects = scenario.projects | {RELIEF: Project(include="yes")}
    return scenario.model_copy(update={"changes": scenario.changes | changes, "projects": projects})


def _checked(step: Step, value: float, before: float) -> float:
    if value < 0 <= before:
        raise ValueError(f"'{step.path}' would fall from {before:g} to {value:g}")
    return value


def _quantity(q: Quantity, value: float) -> Quantity:
    """Known exactly, whatever it was before."""
    return Quantity(value, None, None, q.source_ids, q.confidence, q.note)


def _with(node: Any, keys: Sequence[Any], value: Any) -> Any:
    """A copy with a new leaf; what is not on the way to it is shared."""
    first, *rest = keys
    if isinstance(node, Mapping):
        return {**node, first: _with(node[first], rest, value) if rest else value}
    below = _with(getattr(node, first), rest, value) if rest else value
    return node.model_copy(update={first: below})
