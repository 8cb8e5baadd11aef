"""Dates: the calendar of a scenario, and numbers that change on given days.

A leaf's own dated entries, the ``changes`` in force and the shift of their projects become one `Steps` in seconds.
What a scenario dates before its first day holds from the first second; what it dates after its last is left out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic_core import PydanticCustomError

from corridorsim.scenario.durations import Spread
from corridorsim.scenario.issues import did_you_mean
from corridorsim.scenario.quantity import Dated, Notation, Quantity, parse_quantity
from corridorsim.scenario.schema import (
    Berths,
    Change,
    Demand,
    DryPort,
    Loop,
    Part,
    Project,
    Scenario,
    Segment,
    Status,
    Traction,
    Wagons,
)
from corridorsim.scenario.shape import FieldsShape, LeafShape

from .blueprint import Calendar, Distribution, Duration, Steps
from .problems import Problems

DAY_S = 86400

#: The tables state the network of this day: depth, growth and background are measured against it.
REFERENCE = dt.date(2024, 1, 1)

#: branch -> leaves of it that may carry dates; ``*`` stands for any key
DATABLE: dict[str, tuple[str, ...]] = {
    "segments.*": (
        "freight_speed_kmh",
        "capacity_pairs_per_day",
        "tracks",
        "traction",
        "max_gross_train_t",
        "background_trains_per_day",
    ),
    "segments.*.loops.*": ("tracks",),
    "ports.*.*": (
        "berths",
        "cranes",
        "moves_per_crane_hour",
        "storage_wagons",
        "ban_start_wagons",
        "ban_release_wagons",
        "draught_limit_m",
        "draught_change_m_per_year",
        "other_ships_per_day",
    ),
    "dry_ports.*": (
        "tracks_under_cranes",
        "max_trains_per_day",
        "max_boxes_per_day",
        "storage_teu",
        "handover_limit_trains_per_day",
    ),
    "wagons.*": ("corridor_units",),
    "demand": ("factor",),
}


def datable(path: str) -> tuple[str, tuple[str, ...]]:
    """The branch of ``DATABLE`` that a leaf is of, and which of its leaves may carry dates; ("", ()) if none may."""
    words = path.split(".")[:-1]
    for branch, names in DATABLE.items():
        known = branch.split(".")
        if len(known) == len(words) and all(a in ("*", b) for a, b in zip(known, words, strict=True)):
            return branch, names
    return "", ()


# --- numbers over time ------------------------------------------------------------------------------------------------


def constant(value: float) -> Steps:
    """A number that stands still."""
    return Steps((0,), (float(value),))


def compact(pairs: Iterable[tuple[int, float]], end_s: int | None = None) -> Steps:
    """Steps from (second, value) in order of time: from second 0, without repeats, and nothing from ``end_s`` on."""
    kept: list[tuple[int, float]] = []
    for time, value in pairs:
        if end_s is not None and time >= end_s and kept:
            break
        time = max(time, 0)
        if kept and kept[-1][0] == time:
            kept.pop()
        if not kept or kept[-1][1] != value:
            kept.append((time, float(value)))
    if kept[0][0] > 0:  # the first entry also holds before its date
        kept[0] = (0, kept[0][1])
    return Steps(tuple(time for time, _ in kept), tuple(value for _, value in kept))


def combine(function: Callable[..., float], *parts: Steps) -> Steps:
    """A function of several numbers over time, evaluated wherever one of them changes."""
    times = sorted({time for part in parts for time in part.times_s})
    return compact((time, function(*(part.at(time) for part in parts))) for time in times)


def distribution(spread: Spread | None) -> Distribution:
    """A duration law in seconds; nothing given takes no time."""
    if spread is None:
        return Distribution("deterministic", (0.0,))
    return Distribution(spread.name, spread.scaled(3600))


def duration(leaf: Quantity | Spread, unit_h: float = 1.0) -> Duration:
    """Seconds that are always the same, or their law. ``unit_h``: hours of the unit in which a plain number stands."""
    if isinstance(leaf, Quantity):
        return round(leaf.value * unit_h * 3600)
    law = distribution(leaf)
    return round(law.parameters[0]) if law.name == "deterministic" else law


def mean_or_law(mean: Quantity | None, law: Quantity | Spread | None, unit_s: int) -> tuple[float, Distribution | None]:
    """The mean (in units of ``mean``) and the law, None where it is exponential, of which a scenario gives one."""
    if law is None:
        return (mean.value if mean else 0.0), None
    if isinstance(law, Quantity):
        return law.value * 3600 / unit_s, Distribution("deterministic", (law.value * 3600,))
    return law.mean_h * 3600 / unit_s, None if law.name == "exponential" else distribution(law)


def whole_round(value: float) -> int:
    """Nearest whole number, halves up (so that shares accumulate evenly)."""
    return math.floor(value + 0.5 + 1e-9)


# --- calendar ---------------------------------------------------------------------------------------------------------


def add_months(day: dt.date, months: float) -> dt.date:
    """A day some months later: whole months keep the day (or the month's last), a rest is days of 1/30.4375 month."""
    whole = math.floor(months)
    index = day.year * 12 + day.month - 1 + whole
    first = dt.date(index // 12, index % 12 + 1, 1)
    length = (_next_month(first) - first).days
    moved = first.replace(day=min(day.day, length))
    return moved + dt.timedelta(days=round((months - whole) * 30.4375))


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def calendar_of(scenario: Scenario) -> Calendar:
    """The horizon in seconds, with its months; a first or last month may be cut."""
    start, past = scenario.horizon.start, scenario.horizon.end + dt.timedelta(days=1)
    starts, names, day = [], [], start
    while day < past:
        starts.append((day - start).days * DAY_S)
        names.append(f"{day:%Y-%m}")
        day = _next_month(day)
    end_s = (past - start).days * DAY_S
    return Calendar(
        start=start.isoformat(),
        end_s=end_s,
        results_from_s=(scenario.horizon.results_from - start).days * DAY_S,
        month_starts_s=(*starts, end_s),
        month_names=tuple(names),
    )


# --- what is in force -------------------------------------------------------------------------------------------------


def happens(scenario: Scenario, project_id: str | None, status: Status) -> bool:
    """Whether something of a project happens: by its status, unless the project says yes or no."""
    project = scenario.projects.get(project_id or "")
    include = project.include if project else "by_status"
    return status in scenario.statuses if include == "by_status" else include == "yes"


@dataclass(frozen=True, slots=True)
class _Set:
    day: dt.date
    value: Any
    add: bool


@dataclass
class Timeline:
    """The scenario's calendar, and its leaves with the changes in force."""

    scenario: Scenario
    problems: Problems
    calendar: Calendar = field(init=False)
    _sets: dict[str, list[_Set]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.calendar = calendar_of(self.scenario)
        for change_id, change in self.scenario.changes.items():
            self._take(change_id, change)

    @property
    def end_s(self) -> int:
        """First second after the horizon."""
        return self.calendar.end_s

    def second(self, day: dt.date) -> int:
        """Seconds from the first day of the horizon to the start of a day; negative before it."""
        return (day - self.scenario.horizon.start).days * DAY_S

    def years(self) -> range:
        """Calendar years that the horizon touches."""
        return range(self.scenario.horizon.start.year, self.scenario.horizon.end.year + 1)

    def project(self, project_id: str | None) -> Project:
        """A project, or one without a row: included by status, not shifted."""
        return self.scenario.projects.get(project_id or "", _NO_PROJECT)

    def in_force(self, project_id: str | None, status: Status) -> bool:
        """Whether something of a project happens."""
        return happens(self.scenario, project_id, status)

    def shifted(self, project_id: str | None, day: dt.date) -> dt.date:
        """A project's day after its shift."""
        shift = self.project(project_id).shift_months
        return day if shift is None else add_months(day, shift.value)

    def clip(self, pairs: Iterable[tuple[int, float]]) -> Steps:
        """Steps inside the horizon."""
        return compact(pairs, self.end_s)

    # -- leaves ------------------------------------------------------------------------------------------------------

    def given(self, path: str, leaf: object) -> bool:
        """Whether a leaf has a value of its own or by a change in force."""
        return leaf is not None or path in self._sets

    def entries(self, path: str, leaf: Any, default: Any = None) -> list[tuple[dt.date, Any]]:
        """(day, value) in order of time; the first day is the beginning of time."""
        base: list[tuple[dt.date, Any]]
        if isinstance(leaf, Dated):
            base = [(day, quantity.value) for day, quantity in leaf.steps]
        elif isinstance(leaf, dict):
            base = sorted(leaf.items())
        else:
            base = [(dt.date.min, leaf.value if isinstance(leaf, Quantity) else default if leaf is None else leaf)]
        base[0] = (dt.date.min, base[0][1])
        sets = [_Set(day, value, False) for day, value in base] + self._sets.get(path, [])
        result: list[tuple[dt.date, Any]] = []
        for item in sorted(sets, key=lambda item: item.day):  # stable: on one day the later of the file wins
            result.append((item.day, result[-1][1] + item.value if item.add else item.value))
        return result

    def steps(self, path: str, leaf: Quantity | Dated | None, default: float = math.inf, factor: float = 1.0) -> Steps:
        """A leaf over time, times ``factor``; ``default`` (as it is) where nothing is given."""
        return self.clip(
            (self.second(day), value if leaf is None and day == dt.date.min else value * factor)
            for day, value in self.entries(path, leaf, default)
        )

    def words(self, path: str, leaf: Any) -> tuple[tuple[int, str], ...]:
        """(second, word) of a leaf that is a word, such as a traction."""
        kept: list[tuple[int, str]] = []
        for day, word in self.entries(path, leaf):
            time = max(self.second(day), 0)
            if time >= self.end_s:
                break
            if kept and kept[-1][0] == time:
                kept.pop()
            if not kept or kept[-1][1] != word:
                kept.append((time, word))
        return tuple(kept)

    # -- changes -----------------------------------------------------------------------------------------------------

    def _take(self, change_id: str, change: Change) -> None:
        if change.informational:
            return
        at = f"changes.{change_id}"
        paths = self._targets(f"{at}.target", change)
        if not paths:
            return
        name = paths[0].rsplit(".", 1)[1]
        value: Any = change.value
        if name == "traction":
            known = get_args(Traction)
            if value not in known or change.add:
                self.problems.add(f"{at}.value", f"'{value}' is not a traction", f"one of {', '.join(known)}")
                return
        else:
            try:
                value = parse_quantity(value, name, None if change.add else _law(paths[0], name)).value
            except PydanticCustomError as error:
                self.problems.add(f"{at}.value", error.message(), f"the new value of {name}")
                return
        if self.in_force(change.project_id, change.status):
            day = self.shifted(change.project_id, change.date)
            for path in paths:
                self._sets.setdefault(path, []).append(_Set(day, value, change.add))

    def _targets(self, at: str, change: Change) -> list[str]:
        """Paths of the leaves that a change sets; problems are noted and give none."""
        branch, names = datable(change.target)
        section, *keys, name = change.target.split(".") if branch else (change.target, "")
        if name not in names:
            hint = did_you_mean(name, names) or "set 'informational: true' if it is only a fact to keep"
            self.problems.add(at, f"'{change.target}' cannot change on a day in this model", hint)
            return []
        branches: list[tuple[str, Any]] = [(section, getattr(self.scenario, section))]
        for key, at_any in zip(keys, branch.split(".")[1:], strict=True):
            if at_any != "*":  # a field
                branches = [(f"{path}.{key}", getattr(row, key)) for path, row in branches]
                continue
            known = [child for _, rows in branches for child in rows]
            branches = [
                (f"{path}.{child}", row)
                for path, rows in branches
                for child, row in rows.items()
                if key in ("*", child)
            ]
            if not branches:
                hint = did_you_mean(key, known)
                self.problems.add(at, f"'{change.target}' names nothing in this scenario: no '{key}'", hint)
                return []
        if change.add:  # there must be something to add to
            branches = [(path, row) for path, row in branches if getattr(row, name) is not None]
            if not branches:
                self.problems.add(at, f"'{change.target}' has no value to add to", "leave out 'add' to set it")
        return [f"{path}.{name}" for path, _ in branches]


def _law(path: str, name: str) -> Notation | None:
    """The limits that the schema sets to a leaf."""
    shape = FieldsShape(_PARTS[datable(path)[0]]).fields[name]
    return shape.notation if isinstance(shape, LeafShape) else None


#: not validated: that would build the validator of the part alone
_NO_PROJECT = Project.model_construct()
_PARTS: dict[str, type[Part]] = {
    "segments.*": Segment,
    "segments.*.loops.*": Loop,
    "ports.*.*": Berths,
    "dry_ports.*": DryPort,
    "wagons.*": Wagons,
    "demand": Demand,
}
