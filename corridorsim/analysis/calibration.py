"""What a run gives for an observation: rows of a table of targets, measured in the ledger and held against it.

``calibration_targets.csv`` holds the observations, ``calibration_measures.csv`` beside it says for each observable
which figure of the ledger answers it, or why none does. Nothing here is ever an input of a run.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..ledger import CAUSES, MOVEMENT_KINDS, OPEN, Ledger
from ..model.blueprint import Blueprint
from .books import Unbalanced, check_books
from .statistics import Interval, mean_interval
from .view import DAY_S, HOLDS, Floats, View
from .volumes import weighted_mean, weighted_quantiles

Mask = npt.NDArray[np.bool_]
_TRAIN, _VOYAGE = MOVEMENT_KINDS.index("loaded_train"), MOVEMENT_KINDS.index("voyage")


@dataclass(frozen=True, slots=True)
class Measure:
    """How an observable is read off a ledger; ``measure`` is a key of ``MEASURES``, or "" with the reason in ``note``.

    ``flows``, ``of_flows``, ``from_places``, ``to_places`` are patterns (``*`` for anything), ``classes`` ids of vessel
    classes; an empty one does not restrict. ``run`` names the layer under which the run is made, "" = the usual one.
    """

    observable: str
    measure: str = ""
    flows: tuple[str, ...] = ()
    of_flows: tuple[str, ...] = ()
    from_places: tuple[str, ...] = ()
    to_places: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    run: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An observation. ``rule``: "schedule", a share of ``value`` ("0.05"), or "" = its own low to high."""

    id: str
    observable: str
    start: dt.date
    end: dt.date  #: the last day
    value: float
    low: float | None
    high: float | None
    unit: str
    perimeter: str
    rule: str
    note: str
    how: Measure

    def moved_to(self, year: int) -> Row:
        """The same months of another year, or all of it where the row spans several."""
        if self.start.year != self.end.year:
            start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
        else:
            leap = (year, self.end.month) if self.end.day == 29 else None
            start = self.start.replace(year=year)
            end = dt.date(*leap, 28) if leap else self.end.replace(year=year)
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return Row(**(values | {"start": start, "end": end}))


def read_rows(targets: Path, measures: Path) -> list[Row]:
    """All rows of a table of targets, each with the measure of its observable.

    Raises ValueError where an observable has no line in the table of measures, or a measure or rule is not known.
    """
    with measures.open(encoding="utf-8", newline="") as file:
        how = {line["observable"]: _measure(line) for line in csv.DictReader(file)}
    with targets.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    unknown = sorted({line["observable"] for line in lines} - how.keys())
    if unknown:
        raise ValueError(f"{measures.name} has no line for {', '.join(unknown)}")
    return [_row(line, how[line["observable"]]) for line in lines]


def _measure(line: Mapping[str, str]) -> Measure:
    name, measure, note = line["observable"], line["measure"], line["note"]
    if measure and measure not in MEASURES:
        raise ValueError(f"unknown measure '{measure}' of {name}; there are {', '.join(MEASURES)}")
    if not measure and not note:
        raise ValueError(f"{name}: neither a measure nor the reason why there is none")

    def several(column: str) -> tuple[str, ...]:
        return tuple(part for part in line[column].split(";") if part)

    return Measure(
        name, measure, several("flows"), several("of_flows"), several("from_places"), several("to_places"),
        several("classes"), line["run"], note,
    )  # fmt: skip


def _row(line: Mapping[str, str], how: Measure) -> Row:
    rule = line["rule"]
    if rule not in ("", "schedule"):
        float(rule)
    low, high = (float(line[name]) if line[name] else None for name in ("low", "high"))
    start, end = (dt.date.fromisoformat(line[name]) for name in ("period_start", "period_end"))
    return Row(
        line["target_id"], line["observable"], start, end, float(line["value"]), low, high, line["unit"],
        line["perimeter"], rule, line["note"], how,
    )  # fmt: skip


# --- in the worker ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Observe:
    """A ``reduce`` for ``experiment.replicate``: row id -> figures (``value`` and what stands beside it)."""

    rows: tuple[Row, ...]

    def __call__(self, blueprint: Blueprint, ledger: Ledger) -> dict[str, dict[str, float | None]]:
        """Raises Unbalanced where the books of the run do not balance, ValueError where a row is not of its time."""
        violations = check_books(blueprint, ledger)
        if violations:
            raise Unbalanced("the books do not balance: " + "; ".join(violations))
        view = View(blueprint, ledger)
        return {row.id: MEASURES[row.how.measure](_Look(view, row)) for row in self.rows}


class _Look:
    """One row, looked up in one run."""

    def __init__(self, view: View, row: Row) -> None:
        self.view, self.row, self.how = view, row, row.how
        first = dt.date.fromisoformat(view.blueprint.calendar.start)
        self.since = (row.start - first).days * 86400
        self.until = ((row.end - first).days + 1) * 86400
        if self.since < view.blueprint.calendar.results_from_s or self.until > view.end_s:
            raise ValueError(f"{row.id}: {row.start} to {row.end} is not within the results of the run")
        self.days = (self.until - self.since) / DAY_S

    def within(self, time_s: npt.NDArray[np.int64]) -> Mask:
        """Which times fall in the row's period."""
        found: Mask = (time_s != OPEN) & (time_s >= self.since) & (time_s < self.until)
        return found

    def flows(self, patterns: Sequence[str]) -> Mask:
        """Number of a name -> whether it is a flow that is meant: of the row's perimeter, and of the patterns."""
        held = HOLDS.get(self.row.perimeter, ("A", "B", "C", "N"))
        chosen = [
            flow.perimeter in held and (not patterns or any(fnmatchcase(flow.id, pattern) for pattern in patterns))
            for flow in self.view.blueprint.flows
        ]
        index = self.view.flow_index
        return np.where(index >= 0, np.asarray([*chosen, False], dtype=bool)[index], False)

    def places(self, patterns: Sequence[str]) -> Mask:
        """Number of a name -> whether it is a place that is meant."""
        return np.asarray([not patterns or any(fnmatchcase(n, p) for p in patterns) for n in self.view.names])

    def movements(self, kind: int, time: str = "depart_s", *, back: bool = False) -> dict[str, npt.NDArray[Any]]:
        """Trains or voyages of the period from ``from_places`` to ``to_places``, ``back`` for the other way."""
        moves, how = self.view.table("movements"), self.how
        ends = (how.to_places, how.from_places) if back else (how.from_places, how.to_places)
        mine = (moves["kind"] == kind) & self.within(moves[time]) & (moves["arrive_s"] != OPEN)
        mine &= self.places(ends[0])[moves["from_place"]] & self.places(ends[1])[moves["to_place"]]
        if kind == _TRAIN and how.flows:
            mine &= self.flows(how.flows)[moves["flow"]]
        if how.classes:
            known = np.asarray([name.rpartition("-")[0] in how.classes for name in self.view.names])
            mine &= known[moves["actor"]]
        return {name: column[mine] for name, column in moves.items()}

    def delivered(self, column: str, patterns: Sequence[str]) -> float:
        """Tonnes or TEU unloaded at their destination in the period."""
        table = self.view.table("deliveries")
        mine = self.within(table["time_s"]) & self.flows(patterns)[table["flow"]]
        return float(table[column][mine].sum())

    def offered(self) -> tuple[float, float]:
        """Tonnes offered, and of these refused, in the period."""
        lots = self.view.table("lots")
        mine = self.within(lots["offered_s"]) & self.flows(self.how.flows)[lots["flow"]]
        refused = mine & (lots["accepted"] == 0)
        return float(lots["tonnes"][mine].sum()), float(lots["tonnes"][refused].sum())


Figures = dict[str, float | None]


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _delivered_mt(look: _Look) -> Figures:
    offered, refused = look.offered()
    return {"value": look.delivered("tonnes", look.how.flows) / 1e6, "refused_share": _share(refused, offered)}


def _delivered_teu(look: _Look) -> Figures:
    return {"value": look.delivered("teu", look.how.flows)}


def _delivered_share(look: _Look) -> Figures:
    whole = look.delivered("tonnes", look.how.of_flows)
    return {"value": _share(look.delivered("tonnes", look.how.flows), whole)}


def _voyage_units(look: _Look) -> Figures:
    return {"value": float(look.movements(_VOYAGE)["units"].sum())}


def _voyage_units_a_day(look: _Look) -> Figures:
    """Units put on board, beside them those with cargo and the days that ships waited for any."""
    waits, view = look.view.table("waits"), look.view
    cargo = list(CAUSES).index("cargo")
    mine = (waits["cause"] == cargo) & look.places(look.how.from_places)[waits["place"]]
    ends = np.where(waits["end_s"] == OPEN, view.end_s, waits["end_s"])
    idle_s = np.clip(np.minimum(ends, look.until) - np.maximum(waits["start_s"], look.since), 0, None)[mine].sum()
    return {
        "value": float(look.movements(_VOYAGE)["units"].sum()) / look.days,
        "with_cargo": _loaded_units(look) / look.days,
        "ship_days_without_cargo": float(idle_s) / DAY_S,
    }


def _loaded_units(look: _Look) -> float:
    """Units with cargo: a voyage keeps its tonnes, which the mean load of the flows' units turns into units."""
    journeys, flows = look.view.blueprint.journeys, look.view.blueprint.flows
    meant = [flow for flow in flows if any(fnmatchcase(flow.id, pattern) for pattern in look.how.flows)]
    loads = [journeys[flow.journey].t_per_unit for flow in meant]
    tonnes = float(look.movements(_VOYAGE)["net_t"].sum())
    return tonnes / (sum(loads) / len(loads)) if any(loads) else 0.0


def _voyages(look: _Look) -> Figures:
    return {"value": float(len(look.movements(_VOYAGE)["units"]))}


def _voyage_mt(look: _Look) -> Figures:
    return {"value": float(look.movements(_VOYAGE)["net_t"].sum()) / 1e6}


def _voyage_hours(look: _Look) -> Figures:
    moves = look.movements(_VOYAGE)
    return {"value": _share(float((moves["arrive_s"] - moves["depart_s"]).sum()) / 3600, len(moves["depart_s"]))}


def _voyage_units_share(look: _Look) -> Figures:
    """Units carried there, of those carried there and back."""
    there, back = (float(look.movements(_VOYAGE, back=way)["units"].sum()) for way in (False, True))
    return {"value": _share(there, there + back)}


def _voyage_fill(look: _Look) -> Figures:
    """Units on board over the full capacity of the same ships (boxes, wagons)."""
    capacity = {ship.id: max((dict(ship.capacity).get(u, 0.0) for u in ("teu", "wagon")), default=0.0)
                for ship in look.view.blueprint.vessels}  # fmt: skip
    trips = look.movements(_VOYAGE)
    room = sum(capacity[look.view.name(actor)] for actor in trips["actor"].tolist())
    return {"value": _share(float(trips["units"].sum()), room)}


def _berth_hours(look: _Look) -> Figures:
    """Hours at the berth a call: busy time of the berth over arrivals. Whole months only."""
    view, usage = look.view, look.view.table("usage")
    months = np.flatnonzero((view.starts[:-1] >= look.since) & (view.starts[1:] <= look.until))
    place = np.asarray([any(fnmatchcase(n, f"berth:{p}") for p in look.how.to_places) for n in view.names])
    busy_s = usage["busy"][place[usage["resource"]] & np.isin(usage["month"], months)].sum()
    return {"value": _share(float(busy_s) / 3600, len(look.movements(_VOYAGE, "arrive_s")["units"]))}


def _trains(look: _Look) -> Figures:
    return {"value": float(len(look.movements(_TRAIN)["units"]))}


def _t_a_train(look: _Look) -> Figures:
    tonnes = look.movements(_TRAIN)["net_t"]
    return {"value": _share(float(tonnes.sum()), len(tonnes))}


def _train_days(look: _Look) -> Figures:
    """Of each train alike: mean and quantiles."""
    moves = look.movements(_TRAIN)
    days = (moves["arrive_s"] - moves["depart_s"]) / DAY_S
    return _spread(days, np.ones(len(days)))


def _transit_days(look: _Look) -> Figures:
    """Tonne-weighted, of lots that arrived in the period: mean, and the quantiles that a schedule is held against."""
    lots = look.view.table("lots")
    mine = look.within(lots["delivered_s"]) & look.flows(look.how.flows)[lots["flow"]] & (lots["departed_s"] != OPEN)
    days = (lots["delivered_s"] - lots["departed_s"])[mine] / DAY_S
    return _spread(days, lots["tonnes"][mine])


def _spread(days: Floats, weight: Floats) -> Figures:
    p10, p50 = weighted_quantiles(days, weight, (0.1, 0.5))
    return {"value": weighted_mean(days, weight), "p10": p10, "p50": p50}


#: name in the table of measures -> what it reads off a run
MEASURES: dict[str, Callable[[_Look], Figures]] = {
    "delivered_mt": _delivered_mt,
    "delivered_teu": _delivered_teu,
    "delivered_share": _delivered_share,
    "voyage_units": _voyage_units,
    "voyage_units_a_day": _voyage_units_a_day,
    "voyages": _voyages,
    "voyage_mt": _voyage_mt,
    "voyage_hours": _voyage_hours,
    "voyage_units_share": _voyage_units_share,
    "voyage_fill": _voyage_fill,
    "berth_hours": _berth_hours,
    "trains": _trains,
    "t_a_train": _t_a_train,
    "train_days": _train_days,
    "transit_days": _transit_days,
}


# --- over the replications --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """A row and what the runs gave: figure -> interval. ``inside`` is None where nothing says what would be."""

    row: Row
    figures: Mapping[str, Interval]
    inside: bool | None


def judge_row(row: Row, runs: Sequence[Mapping[str, Mapping[str, float | None]]]) -> Finding:
    """Means over the replications held against the row's rule. A figure that some run lacks is left out.

    "schedule": nobody beats the best practice by more than chance, and half of all cargo does not even reach it:
    mean p10 <= value <= mean p50.
    """
    figures: dict[str, Interval] = {}
    for name in runs[0][row.id]:
        values = [run[row.id][name] for run in runs]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            figures[name] = mean_interval(known)
    return Finding(row, figures, _inside(row, figures))


def _inside(row: Row, figures: Mapping[str, Interval]) -> bool | None:
    if "value" not in figures:
        return None
    mean = figures["value"].mean
    if row.rule == "schedule":
        return figures["p10"].mean <= row.value <= figures["p50"].mean if {"p10", "p50"} <= figures.keys() else None
    if row.rule:
        return abs(mean - row.value) <= float(row.rule) * row.value
    if row.low is None or row.high is None or row.low == row.high:  # a figure without a range
        return None
    return row.low <= mean <= row.high
