"""What is unknown, and scenarios in which it stands at given levels.

Every number with a range has a triangular law: from ``low`` over its most likely value ``value`` to ``high``. A level u
from 0 to 1 puts it at the u-quantile of that law, and all leaves of an uncertain group at the same u (at 1 - u where
the group's pattern has a ``-``). So a number stands at its value not at 0.5 but at u = (value - low) / (high - low);
a group whose leaves lie differently in their ranges has no one level that gives back the scenario as written.

Whole numbers (berths, ships, locomotives, wagons, tracks) are rounded to the nearest. A duration varies from case to
case within its low and high; what is unknown of it is the ``factor`` of its group, which multiplies the whole law.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from corridorsim.scenario import Loaded, Scenario
from corridorsim.scenario.durations import Spread
from corridorsim.scenario.issues import did_you_mean
from corridorsim.scenario.quantity import Dated, Quantity, display_unit, parse_quantity
from corridorsim.scenario.schema import Change, Event, LocomotiveContract, UncertainGroup, VesselDelivery
from corridorsim.scenario.shape import FieldsShape, LeafShape, MapShape
from corridorsim.scenario.uncertain import (
    SLIP,
    SLIP_DAYS,
    SLIPPING,
    Given,
    kept_for_reader,
    patterns,
    resolve,
    split_sign,
)

from .dated import add_months, happens, whole_round
from .demand import EVERYWHERE

#: leaves that count things, so that their quantiles are rounded
WHOLE = frozenset(
    {"count", "berths", "cranes", "tracks", "tracks_under_cranes", "corridor_units", "wagons_per_train", "deliveries"}
)


@dataclasses.dataclass(frozen=True, slots=True)
class UncertainLeaf:
    """A number that is not known exactly; a dated number has one for each step with a range, its day ends the path.

    ``kind``: number | factor (a duration's mean in hours, moved by its group's factor) | slip (of a day).
    ``opposite``: it stands at 1 - u where its group stands at u.
    """

    path: str
    group: str  #: "" = in no group: it always stands at its value
    value: float
    low: float
    high: float
    unit: str
    source_ids: tuple[str, ...]
    confidence: str | None
    kind: str
    opposite: bool = False

    @property
    def central_level(self) -> float:
        """The level of its group at which it stands at its value."""
        u = (self.value - self.low) / (self.high - self.low)
        return 1 - u if self.opposite else u


@dataclasses.dataclass(frozen=True, slots=True)
class GroupSummary:
    """An uncertain group for a reader. ``widest``: its leaves with the widest ranges for their size, widest first.

    ``confidence`` is the group's own, else the weakest of its leaves. Group "" holds what no group moves.
    """

    group: str
    title: str
    leaves: int
    widest: tuple[UncertainLeaf, ...]
    confidence: str | None
    source_ids: tuple[str, ...]
    note: str


def uncertain_leaves(loaded: Loaded) -> tuple[UncertainLeaf, ...]:
    """Every number with a range that this scenario uses, in the vocabulary's order; those in no group have group "".

    Left out are fields and rows kept for the reader, what belongs to projects that do not happen, shunters, growth that
    neither ``demand.growth`` nor ``all`` names, and years behind the horizon. A duration is there only where a group
    has a factor for it.
    """
    found: list[UncertainLeaf] = []
    members = _members(loaded)
    for at in _numbers(loaded.scenario):
        found += _described(at, members.get(at.path))
    return tuple(found)


def uncertain_groups(loaded: Loaded, examples: int = 3) -> tuple[GroupSummary, ...]:
    """The groups of a scenario in its order, then "" if some uncertain number is in none."""
    by_group: dict[str, list[UncertainLeaf]] = {name: [] for name in loaded.scenario.uncertain_groups}
    for leaf in uncertain_leaves(loaded):
        by_group.setdefault(leaf.group, []).append(leaf)
    nameless = UncertainGroup(title="In no group: always at their value", leaves=())
    summaries = []
    for name, leaves in by_group.items():
        row = loaded.scenario.uncertain_groups.get(name, nameless)
        widest = sorted(leaves, key=lambda leaf: -(leaf.high - leaf.low) / (abs(leaf.value) or leaf.high - leaf.low))
        sources = row.source_ids or tuple(dict.fromkeys(source for leaf in leaves for source in leaf.source_ids))
        weakest = max((leaf.confidence for leaf in leaves if leaf.confidence), default=None)
        summaries.append(
            GroupSummary(
                name, row.title, len(leaves), tuple(widest[:examples]), row.confidence or weakest, sources, row.note
            )
        )
    return tuple(summaries)


def realise(loaded: Loaded, levels: Mapping[str, float]) -> Loaded:
    """The scenario with the leaves of each group at its level (0 to 1); groups without one stay as they are written.

    What was moved is known there: it has no range any more. ``tree`` and ``origins`` stay those of the files. Raises
    ValueError for a group that the scenario does not have, or a level outside 0 to 1.
    """
    known = loaded.scenario.uncertain_groups
    for group, level in levels.items():
        if group not in known:
            raise ValueError(f"unknown uncertain group '{group}'; {did_you_mean(group, known)}".rstrip("; "))
        if not 0 <= level <= 1:
            raise ValueError(f"the level of group '{group}' lies outside 0 to 1: {level:g}")
    if not levels:
        return loaded
    updates: dict[Any, Any] = {}
    members = _members(loaded, levels)
    for at in _numbers(loaded.scenario):
        member = members.get(at.path)
        if member is None:
            continue
        level = levels[member.group]
        for keys, value in _moved(at, member, 1 - level if member.opposite else level):
            branch = updates
            for key in keys[:-1]:
                branch = branch.setdefault(key, {})
            branch[keys[-1]] = _New(value)
    made = _updated(loaded.scenario, updates)
    return dataclasses.replace(loaded, scenario=_stretched(loaded.scenario, made))


def _stretched(written: Scenario, made: Scenario) -> Scenario:
    """Loops and second tracks where they were on the way, on segments whose length was moved."""
    rows = {}
    for name, row in made.segments.items():
        factor = row.length_km.value / written.segments[name].length_km.value
        if factor != 1 and (row.loops or row.double_track):
            loops = {
                key: loop.model_copy(update={"chainage_km": _known(loop.chainage_km, loop.chainage_km.value * factor)})
                for key, loop in row.loops.items()
            }
            double = tuple((since * factor, until * factor) for since, until in row.double_track)
            rows[name] = row.model_copy(update={"loops": loops, "double_track": double})
    return made.model_copy(update={"segments": {**made.segments, **rows}}) if rows else made


def quantile(level: float, low: float, mode: float, high: float) -> float:
    """The quantile of the triangular law; exactly ``mode`` at its own level, ``low`` at 0 and ``high`` at 1."""
    if high <= low:
        return mode
    turn = (mode - low) / (high - low)
    if math.isclose(level, turn, rel_tol=0, abs_tol=1e-12):
        return mode
    if level < turn:
        return min(low + math.sqrt(level * (high - low) * (mode - low)), mode)
    return max(high - math.sqrt((1 - level) * (high - low) * (high - mode)), mode)


# --- which numbers there are ------------------------------------------------------------------------------------------


class _Number(NamedTuple):
    """A number of the scenario. ``keys`` lead to it from the root, ``row`` is the part that holds it."""

    path: tuple[str, ...]
    keys: tuple[Any, ...]
    value: Any
    row: BaseModel


class _Member(NamedTuple):
    """What moves a number."""

    group: str
    factor: Quantity | None
    opposite: bool


def _members(loaded: Loaded, only: Mapping[str, float] | None = None) -> dict[tuple[str, ...], _Member]:
    """Path -> group of the leaves that the patterns name (of the groups in ``only``)."""
    members: dict[tuple[str, ...], _Member] = {}
    tree = dict(loaded.tree)
    for name, row in loaded.scenario.uncertain_groups.items():
        if only is not None and name not in only:
            continue
        for _, pattern in patterns((), row.leaves):
            bare, opposite = split_sign(pattern)
            found = resolve(tree, bare)
            member = _Member(name, row.factor, opposite)
            members.update((leaf.path, member) for leaf in found if isinstance(leaf, Given))
    return members


#: sections without numbers that could be unknown to a run
_SKIPPED = frozenset({"sources", "uncertain_groups", "kept_draws", "targets", "horizon", "energy"})


def _numbers(scenario: Scenario) -> Iterator[_Number]:
    for name in _fields(Scenario)[1]:
        if name not in _SKIPPED:
            yield from _below(getattr(scenario, name), (name,), (name,), scenario, scenario)


def _below(
    value: Any, path: tuple[str, ...], keys: tuple[Any, ...], row: BaseModel, scenario: Scenario
) -> Iterator[_Number]:
    if isinstance(value, Quantity):
        yield _Number(path, keys, value, row)
    elif isinstance(value, dict):
        for key, inner in value.items():
            below = (*path, str(key))
            if _used(below, inner, scenario):
                yield from _below(inner, below, (*keys, key), row, scenario)
    elif isinstance(value, BaseModel):
        numbers, branches = _fields(type(value))
        for name in numbers:
            inner = getattr(value, name)
            if inner is not None:
                yield _Number((*path, name), (*keys, name), inner, value)
        for name in branches:
            yield from _below(getattr(value, name), (*path, name), (*keys, name), value, scenario)
        if type(value) in SLIPPING:
            yield _Number((*path, SLIP), keys, None, value)


@functools.cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields of a part that are numbers the model takes, and fields below which there may be some."""
    kept, numbers, branches = kept_for_reader(model), [], []
    for (_, shape), name in zip(FieldsShape(model).fields.items(), model.model_fields, strict=True):
        if name in kept:
            continue
        if isinstance(shape, LeafShape) and shape.notation.name in ("number", "dated", "duration", "law", "any"):
            numbers.append(name)
        elif isinstance(shape, FieldsShape | MapShape):
            branches.append(name)
    return tuple(numbers), tuple(branches)


def _used(path: tuple[str, ...], row: Any, scenario: Scenario) -> bool:
    """Whether a row takes part at all in this scenario."""
    if getattr(row, "informational", False):
        return False
    section, depth = path[0], len(path)
    if section == "growth":
        if depth == 2:
            return path[1] in (EVERYWHERE, scenario.demand.growth)
        return depth < 4 or int(path[3]) <= scenario.horizon.end.year
    if isinstance(row, Change | VesselDelivery):
        return happens(scenario, row.project_id, row.status)
    if isinstance(row, Event):
        return row.status in scenario.statuses
    if section == "locomotive_classes":
        return depth > 2 or row.use == "freight"
    if section in ("fleets", "locomotives"):
        if depth == 2:
            freight = scenario.locomotive_classes[row.class_id].use == "freight"
            contract = isinstance(row, LocomotiveContract)
            return freight and not (contract and not happens(scenario, row.project_id or path[1], row.status))
        return depth < 4 or int(path[3]) <= scenario.horizon.end.year
    return True


# --- where a number may lie -------------------------------------------------------------------------------------------


class _Range(NamedTuple):
    """Where a number may lie; ``day``: of which step, where it is dated. ``q`` says where that is known from."""

    low: float
    value: float
    high: float
    kind: str
    day: dt.date | None = None
    q: Quantity | None = None


def _described(at: _Number, member: _Member | None) -> Iterator[UncertainLeaf]:
    """The uncertain leaves of a number: none if it is known."""
    name = _name(at)
    for low, value, high, kind, day, q in _ranges(at, member):
        duration = isinstance(at.value, Spread)
        yield UncertainLeaf(
            path=".".join((*at.path, day.isoformat()) if day else at.path),
            group=member.group if member else "",
            value=value,
            low=low,
            high=high,
            unit={SLIP: "months", SLIP_DAYS: "days"}.get(name) or ("h" if duration else display_unit(name)),
            source_ids=(q.source_ids if q else ()) or getattr(at.row, "source_ids", ()),
            confidence=(q.confidence if q else None) or getattr(at.row, "confidence", None),
            kind=kind,
            opposite=member.opposite if member else False,
        )


def _ranges(at: _Number, member: _Member | None) -> Iterator[_Range]:
    """The ranges of a number, by step where it is dated; none where it is known."""
    value, factor = at.value, member.factor if member else None
    if value is None:
        assert isinstance(at.row, Change | VesselDelivery)
        low, high = (end.value if end else 0.0 for end in (at.row.slip_months_low, at.row.slip_months_high))
        ranges = [_Range(low, min(max(0.0, low), high), high, "slip")]
    elif at.path[-1] == SLIP_DAYS:
        ranges = [_Range(0.0, 0.0, value.value, "slip", None, value)]
    elif isinstance(value, Spread):
        q = factor and Quantity(value.mean_h, None, None, factor.source_ids, factor.confidence)
        ranges = [_range(q, factor, None)] if q else []
    elif isinstance(value, Dated):
        ranges = [_range(q, factor, day) for day, q in value.steps]
    else:
        q = value if isinstance(value, Quantity) else _of_change(at)
        ranges = [_range(q, factor, None)] if q else []
    return (found for found in ranges if found.low < found.high)


def _range(q: Quantity, factor: Quantity | None, day: dt.date | None) -> _Range:
    """A number's own range, or that which a factor gives it (the other way round where the number is negative)."""
    source, times = (q, 1.0) if factor is None else (factor, q.value)
    low = times * (source.value if source.low is None else source.low)
    high = times * (source.value if source.high is None else source.high)
    return _Range(min(low, high), q.value, max(low, high), "number" if factor is None else "factor", day, q)


def _of_change(at: _Number) -> Quantity | None:
    """The value of a change as a number; None for a word, or what the builder will refuse."""
    try:
        return parse_quantity(at.value, _name(at))
    except PydanticCustomError:
        return None


def _name(at: _Number) -> str:
    """The field that a number is of: its own, that above a year, or the target of a change."""
    if isinstance(at.row, Change) and at.path[-1] == "value":
        return at.row.target.rpartition(".")[2]
    return at.path[-2] if at.path[-1].isdigit() else at.path[-1]


# --- moving -----------------------------------------------------------------------------------------------------------


class _New(NamedTuple):
    """A value that takes the place of another."""

    value: Any


def _moved(at: _Number, member: _Member, level: float) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """(keys from the root, new value) of a number at a level; nothing where it is known."""
    whole = _name(at) in WHOLE
    new = {found.day: _at_level(found, level, whole) for found in _ranges(at, member)}
    if not new:
        return
    if isinstance(at.value, Dated):
        steps = (((day, _known(q, new[day])) if day in new else (day, q)) for day, q in at.value.steps)
        yield at.keys, Dated(tuple(steps))
        return
    moved = new[None]
    if at.path[-1] == SLIP:
        assert isinstance(at.row, Change | VesselDelivery)
        yield (*at.keys, "date"), add_months(at.row.date, moved)
        yield (*at.keys, "slip_months_low"), None
        yield (*at.keys, "slip_months_high"), None
    elif at.path[-1] == SLIP_DAYS:
        assert isinstance(at.row, Event)
        later = at.row.start_date + dt.timedelta(days=round(moved))
        yield (*at.keys[:-1], "start_date"), max(min(later, at.row.end_date - dt.timedelta(days=1)), at.row.start_date)
        yield at.keys, None
    elif isinstance(at.value, Spread):
        yield at.keys, _scaled(at.value, moved / at.value.mean_h)
    elif isinstance(at.value, Quantity):
        yield at.keys, _known(at.value, moved)
    else:
        yield at.keys, {**(at.value if isinstance(at.value, dict) else {}), "value": moved, "low": None, "high": None}


def _at_level(found: _Range, level: float, whole: bool) -> float:
    value = quantile(level, found.low, found.value, found.high)
    return float(whole_round(value)) if whole and found.value.is_integer() else value


def _known(q: Quantity, value: float) -> Quantity:
    return Quantity(value, None, None, q.source_ids, q.confidence, q.note)


def _scaled(spread: Spread, factor: float) -> Spread:
    """A duration law with all its hours times a factor."""
    return dataclasses.replace(spread, parameters_h=spread.scaled(factor))


def _updated(node: Any, updates: dict[Any, Any]) -> Any:
    """A copy of a part or mapping with new values below it; what is not touched is shared."""
    if isinstance(node, dict):
        return node | {key: _one(node[key], inner) for key, inner in updates.items()}
    return node.model_copy(update={name: _one(getattr(node, name), inner) for name, inner in updates.items()})


def _one(node: Any, inner: Any) -> Any:
    return inner.value if isinstance(inner, _New) else _updated(node, inner)
