"""Sea ports and dry ports: berths with the yard behind them, tracks under cranes, and their limits of acceptance."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from corridorsim.scenario.quantity import Quantity
from corridorsim.scenario.schema import BerthKind, Berths, VesselKind
from corridorsim.scenario.schema import DryPort as DryPortRow

from .blueprint import Distribution, DryPort, Gate, Steps, Terminal
from .dated import REFERENCE, Timeline, combine, constant, distribution
from .track import closure

#: berths of a port that the scenario does not describe
UNLIMITED = 1e9

#: acceptance limits of a yard without published ones, as shares of its storage
START_SHARE, RELEASE_SHARE = 0.9, 0.6

#: ... and of a yard without storage, in wagons: some forty trains, so that no queue is without bound
START_WAGONS, RELEASE_WAGONS = 2000.0, 1000.0

#: the hours of transload in the tables are for trains of 45 to 50 wagons
TRANSLOAD_TRAIN_WAGONS = 50.0

#: TEU that one wagon in a stack of containers stands for
TEU_PER_WAGON = 2.0

_BERTH_OF: dict[VesselKind, BerthKind] = {
    "rail_ferry": "rail_ferry",
    "ro_pax": "ro_pax",
    "container_feeder": "container",
    "dry_cargo": "dry",
    "tanker": "oil",
}


def berth_kind(timeline: Timeline, port: str, vessel_kind: VesselKind) -> BerthKind:
    """Kind of berth where a vessel lies in a port: dry-cargo ships take a grain berth where there is no dry one."""
    kinds = timeline.scenario.ports.get(port, {})
    kind = _BERTH_OF[vessel_kind]
    return "grain" if kind == "dry" and "dry" not in kinds and "grain" in kinds else kind


def port_of(terminal: str) -> str:
    """The port of a terminal's id."""
    return terminal.rpartition(".")[0]


class Terminals:
    """Terminals by id, made as ships and flows ask for them.

    A port without any row is not described and has berths without limit; a port that has rows, but none of the kind
    asked for, cannot take the ship.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._used: dict[str, tuple[str, BerthKind]] = {}
        for port, kinds in timeline.scenario.ports.items():
            for kind in kinds:
                self._used[f"{port}.{kind}"] = (port, kind)

    def at(self, port: str, kind: BerthKind, where: str, who: str) -> str:
        """Id of the terminal with a kind of berth; ``where`` is the leaf to blame if there is none."""
        kinds = self._timeline.scenario.ports.get(port)
        name = f"{port}.{kind}"
        if kinds and kind not in kinds:
            self._timeline.problems.add(
                where,
                f"{who} needs a berth of kind '{kind}' in '{port}', which has only {', '.join(kinds)}",
                f"add ports.{name}",
            )
        elif kinds and max(self._timeline.steps(f"ports.{name}.berths", kinds[kind].berths).values) < 1:
            self._timeline.problems.add(
                where, f"{who} needs a berth of kind '{kind}' in '{port}', which has none at any time", ""
            )
        self._used.setdefault(name, (port, kind))
        return name

    def build(self) -> tuple[tuple[Terminal, ...], tuple[Gate, ...]]:
        """All terminals, described or not, with an export and an import gate each."""
        terminals, gates = [], []
        for name, (port, kind) in self._used.items():
            row = self._timeline.scenario.ports.get(port, {}).get(kind)
            terminal = self._terminal(name, port, kind, row or Berths.model_construct(berths=Quantity(UNLIMITED)))
            terminals.append(terminal)
            gates += self._gates(name, row, terminal.storage_wagons)
        return tuple(terminals), tuple(gates)

    def _terminal(self, name: str, port: str, kind: BerthKind, row: Berths) -> Terminal:
        timeline, at = self._timeline, f"ports.{name}"
        node = timeline.scenario.nodes[port]
        berths = timeline.steps(f"{at}.berths", row.berths)
        rate = constant(0)
        if timeline.given(f"{at}.cranes", row.cranes) and timeline.given(
            f"{at}.moves_per_crane_hour", row.moves_per_crane_hour
        ):
            rate = combine(
                lambda cranes, moves, number: cranes * moves / 3600 / number if number else 0.0,
                timeline.steps(f"{at}.cranes", row.cranes, default=0.0),
                timeline.steps(f"{at}.moves_per_crane_hour", row.moves_per_crane_hour, default=0.0),
                berths,
            )
        return Terminal(
            id=name,
            port=port,
            kind=kind,
            station=node.linked_node_id or "",
            weather_group=(node.weather_group or "") if timeline.scenario.weather else "",
            berths=berths,
            handling_moves_per_s=rate,
            formalities=None if row.formalities_h is None else distribution(row.formalities_h),
            unload_train=None if row.unload_train_h is None else distribution(row.unload_train_h),
            unloading_tracks=row.unloading_tracks or 0,
            storage_wagons=timeline.steps(f"{at}.storage_wagons", row.storage_wagons),
            depth_change_m=_depth(timeline, at, row),
            export_gate=f"{name}.export",
            import_gate=f"{name}.import",
            closures_s=tuple(
                window
                for event in timeline.scenario.events.values()
                if event.target_kind == "port" and event.target_id == port
                for window in closure(timeline, event)
            ),
            other_ships_per_day=timeline.steps(f"{at}.other_ships_per_day", row.other_ships_per_day, default=0.0),
            other_ship=distribution(row.other_ship_h),
            weather_stops_work=row.weather_stops_work,
        )

    def _gates(self, name: str, row: Berths | None, storage: Steps) -> list[Gate]:
        start, release = storage_limits(storage)
        derived = True
        if row is not None:
            path = f"ports.{name}.ban_start_wagons"
            if self._timeline.given(path, row.ban_start_wagons):
                derived = False
                start = self._timeline.steps(path, row.ban_start_wagons, default=start.at(0))
                release = combine(lambda limit: limit * RELEASE_SHARE / START_SHARE, start)
            path = f"ports.{name}.ban_release_wagons"
            if self._timeline.given(path, row.ban_release_wagons):
                release = self._timeline.steps(path, row.ban_release_wagons, default=release.at(0))
            else:
                derived = True
        if any(release.at(time) > start.at(time) for time in {*start.times_s, *release.times_s}):
            self._timeline.problems.add(
                f"ports.{name}.ban_release_wagons", "a ban is released under the number at which it starts", ""
            )
        return [Gate(f"{name}.{side}", start, release, derived) for side in ("export", "import")]


def storage_limits(storage: Steps) -> tuple[Steps, Steps]:
    """Derived acceptance limits of a yard (wagons): start and release."""
    return (
        combine(lambda wagons: START_WAGONS if math.isinf(wagons) else START_SHARE * wagons, storage),
        combine(lambda wagons: RELEASE_WAGONS if math.isinf(wagons) else RELEASE_SHARE * wagons, storage),
    )


# --- depth ------------------------------------------------------------------------------------------------------------


def _depth(timeline: Timeline, at: str, row: Berths) -> Steps:
    """Water against `REFERENCE` (m): the draught allowed less that of the reference day, and the level's yearly change.

    The yearly change acts month by month from the day of each rate (a plain number from the reference day).
    """
    limits = timeline.entries(f"{at}.draught_limit_m", row.draught_limit_m)
    limits = [(day, value) for day, value in limits if value is not None]
    then = [value for day, value in limits if day <= REFERENCE] or [value for _, value in limits[:1]]
    limit = timeline.clip((timeline.second(day), value - then[-1]) for day, value in limits) if limits else constant(0)
    path = f"{at}.draught_change_m_per_year"
    if not timeline.given(path, row.draught_change_m_per_year):
        return limit
    rates = timeline.entries(path, row.draught_change_m_per_year, default=0.0)
    rates = [(max(day, REFERENCE), rate) for day, rate in rates]

    def fallen(second: int) -> float:
        """Integral of the rates to a second."""
        total, now = 0.0, timeline.scenario.horizon.start + dt.timedelta(seconds=second)
        for (since, rate), (until, _) in zip(rates, [*rates[1:], (now, 0.0)], strict=True):
            total += rate * max((min(until, now) - since).days, 0) / 365.25
        return total

    level = timeline.clip((second, fallen(second)) for second in timeline.calendar.month_starts_s[:-1])
    return combine(lambda water, change: water + change, limit, level)


# --- dry ports --------------------------------------------------------------------------------------------------------


def build_dry_ports(timeline: Timeline) -> tuple[tuple[DryPort, ...], tuple[Gate, ...]]:
    """Dry ports with a gate each (by storage)."""
    ports, gates = [], []
    for name, row in timeline.scenario.dry_ports.items():
        ports.append(_dry_port(timeline, name, row))
        gates.append(Gate(f"{name}.gate", *storage_limits(ports[-1].storage_wagons), True))
    return tuple(ports), tuple(gates)


def _dry_port(timeline: Timeline, name: str, row: DryPortRow) -> DryPort:
    at = f"dry_ports.{name}"
    if {row.gauge_from_mm, row.gauge_to_mm} != {"1435", "1520"}:
        timeline.problems.add(f"{at}.gauge_to_mm", "a dry port lies between 1435 mm and 1520 mm", "")
    wagons_per_box = timeline.scenario.assumptions.teu_per_move.value / TEU_PER_WAGON
    return DryPort(
        id=name,
        node=row.node_id,
        tracks=timeline.steps(f"{at}.tracks_under_cranes", row.tracks_under_cranes, default=UNLIMITED),
        transload=distribution(row.transload_hours_per_train),
        transload_train_wagons=TRANSLOAD_TRAIN_WAGONS,
        trains_per_day=timeline.steps(f"{at}.max_trains_per_day", row.max_trains_per_day),
        wagons_per_day=timeline.steps(f"{at}.max_boxes_per_day", row.max_boxes_per_day, factor=wagons_per_box),
        handover_trains_per_day=timeline.steps(
            f"{at}.handover_limit_trains_per_day", row.handover_limit_trains_per_day
        ),
        storage_wagons=timeline.steps(f"{at}.storage_teu", row.storage_teu, factor=1 / TEU_PER_WAGON),
        dwell=tuple(
            (direction, service, law)
            for direction in ("inbound", "outbound")
            for service, law in _dwell(row, direction)
        ),
        gate=f"{name}.gate",
    )


def _dwell(row: DryPortRow, direction: Any) -> list[tuple[str, Distribution]]:
    """Both service classes: one that is not given dwells like the other, a direction without any not at all."""
    given = row.dwell.get(direction, {})
    laws = {service: distribution(dwell.dwell_h) for service, dwell in given.items()}
    any_law = next(iter(laws.values()), distribution(None))
    return [("express", laws.get("express", any_law)), ("ordinary", laws.get("ordinary", any_law))]
