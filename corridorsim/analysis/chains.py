"""What a wait is passed on to: what the ships, yards, locomotives and wagons that cargo waits for wait for themselves.

Each of them gives a profile: every three hours, which root causes hold it, as shares of 1. The rules are in
docs/model.md (section 2.6); they go one way only (wagons, locomotives, yard, ships), so there are no rings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ..ledger import ACTIVITIES, OPEN
from ..model.blueprint import RailStage, SeaStage, Steps, Vessel
from .view import Floats, View, Whole

STEP_S = 3 * 3600
#: less than this of a ton, unit or wagon is rounding
_TINY = 1e-6
#: who stands in the way of a train in block working may itself stand behind another, so many times at the most
_MOST_BEHIND = 20

Mask: TypeAlias = npt.NDArray[np.bool_]


class Grid:
    """Time in steps, of three hours unless told otherwise."""

    def __init__(self, end_s: int, step_s: int = STEP_S) -> None:
        self.end_s = end_s
        self.step_s = step_s
        self.steps = -(-end_s // step_s)

    def spread(self, start: Whole, end: Whole, weight: Floats, key: Whole, keys: int) -> Floats:
        """Mean weight in each step, [keys, steps], of spells with a weight and a key."""
        width = self.steps + 2
        sums = np.zeros(keys * width)
        for time, sign in ((start, 1.0), (end, -1.0)):
            place, rest = np.divmod(np.clip(time, 0, self.end_s), self.step_s)
            at, into = key * width + place, sign * weight * (rest / self.step_s)
            sums += np.bincount(at, sign * weight - into, minlength=len(sums))
            sums += np.bincount(at + 1, into, minlength=len(sums))
        return np.cumsum(sums.reshape(keys, width), axis=1)[:, : self.steps]

    def level(self, steps: Steps) -> Floats:
        """A dated number in the middle of each step."""
        middle = np.arange(self.steps) * self.step_s + self.step_s // 2
        found = np.searchsorted(np.asarray(steps.times_s), middle, side="right") - 1
        return np.asarray(steps.values, dtype=np.float64)[np.clip(found, 0, None)]


@dataclass(frozen=True, slots=True)
class Waits:
    """Spells of waiting, column by column; ``flow`` is an index, -1 for none, ``group`` whatever is asked for."""

    actor: Whole
    flow: Whole
    place: Whole
    cause: Whole
    blocker: Whole
    start: Whole
    end: Whole
    weight: Floats
    group: Whole

    def of(self, chosen: Mask | Whole) -> Waits:
        """Some of them."""
        if chosen.dtype == np.bool_:
            chosen = np.flatnonzero(chosen)
        return Waits(*(getattr(self, column.name)[chosen] for column in fields(self)))

    @staticmethod
    def joined(parts: Sequence[Waits]) -> Waits:
        """One after the other."""
        return Waits(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Waits)))

    def apart(self) -> Waits:
        """One row for each wait of an actor, where there is one for each part on board."""
        _, first = np.unique(self.actor * (int(self.start.max(initial=0)) + 1) + self.start, return_index=True)
        return replace(self.of(first), weight=np.ones(len(first)))


@dataclass(frozen=True, slots=True)
class Profile:
    """Root causes (as ``Chains.code``) and their shares in each step, [roots, steps]; a step's shares add up to 1."""

    roots: Whole
    shares: Floats


class Chains:
    """Passes waits on to their roots."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.grid = Grid(view.end_s)
        self.number = {name: number for number, name in enumerate(view.names)}
        self.base = len(view.names) + len(ACTIVITIES) + 1
        waits = view.table("waits")
        open_s = np.where(waits["end_s"] == OPEN, view.end_s, waits["end_s"])
        self.all = Waits(
            waits["actor"], view.flow_index[waits["flow"]], waits["place"], waits["cause"], waits["blocker"],
            waits["start_s"], np.minimum(open_s, view.end_s), waits["tonnes"], np.zeros(len(open_s), dtype=np.int64),
        )  # fmt: skip
        self._profiles: dict[tuple[str, int, str], Profile] = {}
        self._by_flow = np.argsort(self.all.flow, kind="stable")
        #: flow -> terminal -> link by which its cargo leaves there
        self._link = [
            {stage.from_terminal: stage.link for stage in journey.stages if isinstance(stage, SeaStage)}
            for journey in (view.blueprint.journeys[flow.journey] for flow in view.blueprint.flows)
        ]

    def code(self, cause: Whole, place: Whole) -> Whole:
        """Cause and place as one number."""
        return cause * self.base + place

    def uncode(self, codes: Whole) -> tuple[Whole, Whole]:
        """(cause, place) of such numbers."""
        cause, place = np.divmod(codes, self.base)
        return cause, place

    def _among(self, column: Whole, numbers: Iterable[int]) -> Mask:
        """Which entries of a column of names (or flows) are one of some."""
        one_of = np.zeros(len(self.view.names) + 1, dtype=bool)
        one_of[np.fromiter(numbers, dtype=np.int64)] = True
        one_of[OPEN] = False
        mine: Mask = one_of[column]
        return mine

    # --- what is asked for --------------------------------------------------------------------------------------------

    def roots(self, waits: Waits) -> tuple[Whole, Whole, Floats]:
        """Weight x seconds by group and root: (group, code, amount), a row each; nothing is lost on the way."""
        waits = self.behind_others(waits)
        amounts = waits.weight * (waits.end - waits.start)
        nodes, profiles = self._nodes(waits)
        plain = nodes < 0
        found = [(waits.group[plain], self.code(waits.cause[plain], waits.place[plain]), amounts[plain])]
        for node, profile in enumerate(profiles):
            mine = waits.of(nodes == node)
            groups, key = np.unique(mine.group, return_inverse=True)
            whole = np.bincount(key, amounts[nodes == node], minlength=len(groups))
            shared = self._integral(mine, key, len(groups)) @ profile.shares.T
            total = shared.sum(axis=1)
            shared *= (whole / np.where(total == 0, 1.0, total))[:, None]
            group, root = np.nonzero(shared)
            found.append((groups[group], profile.roots[root], shared[group, root]))
        group, code, amount = (np.concatenate(column) for column in zip(*found, strict=True))
        return group, code, amount

    def _integral(self, waits: Waits, key: Whole, keys: int) -> Floats:
        return self.grid.spread(waits.start, waits.end, waits.weight, key, keys) * STEP_S

    def behind_others(self, waits: Waits) -> Waits:
        """Trains that stand behind a train that itself waits wait for what that one waits for, as long as it does."""
        slot = self.number["slot"]
        done = []
        for _ in range(_MOST_BEHIND):
            behind = (waits.cause == slot) & (waits.blocker != OPEN)
            done.append(waits.of(~behind))
            waits = waits.of(behind)
            if not len(waits.start):
                break
            passed, own = self._overlaps(self._let_in_last(waits))
            done.append(replace(own, blocker=np.full(len(own.start), OPEN)))
            waits = passed
        return Waits.joined([*done, waits])

    def _let_in_last(self, waits: Waits) -> Waits:
        """In a line before a block one stands behind the train that was let in last: cut waits as trains are let in."""
        among = (self.all.cause == self.number["slot"]) & (self.all.blocker != OPEN)
        granted = self.all.of(among).apart()
        span = self.grid.end_s + 1
        order = np.lexsort((granted.end, granted.place))
        keys, actors, times = (granted.place * span + granted.end)[order], granted.actor[order], granted.end[order]
        first = np.searchsorted(keys, waits.place * span + waits.start, side="right")
        last = np.searchsorted(keys, waits.place * span + waits.end, side="left")
        count = np.maximum(last - first, 0) + 1
        row = np.repeat(np.arange(len(count)), count)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        before = first[row] + nth - 1  # whose turn it was
        final = np.minimum(before + 1, len(times) - 1)
        return replace(
            waits.of(row),
            blocker=np.where(nth == 0, waits.blocker[row], actors[before]),
            start=np.where(nth == 0, waits.start[row], times[before]),
            end=np.where(nth == count[row] - 1, waits.end[row], times[final]),
        )

    def _overlaps(self, waits: Waits) -> tuple[Waits, Waits]:
        """(pieces in which the blocker of a wait waits, with its reasons; the others)."""
        others = self.all.of(self._among(self.all.actor, waits.blocker.tolist())).apart()
        span = self.grid.end_s + 1
        first = np.searchsorted(others.actor * span + others.end, waits.blocker * span + waits.start, side="right")
        last = np.searchsorted(others.actor * span + others.start, waits.blocker * span + waits.end, side="left")
        count = np.maximum(last - first, 0)
        row = np.repeat(np.arange(len(count)), count)
        other = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        begin, end = np.maximum(waits.start[row], others.start[other]), np.minimum(waits.end[row], others.end[other])
        passed = replace(
            waits.of(row), actor=others.actor[other], place=others.place[other], cause=others.cause[other],
            blocker=others.blocker[other], start=begin, end=end,
        )  # fmt: skip
        # what lies before, between and after the overlaps of a wait
        everyone = np.arange(len(count))
        edges_row = np.concatenate([everyone, row])
        from_s, until_s = np.concatenate([waits.start, end]), np.concatenate([begin, waits.end])
        starts = np.lexsort((from_s, edges_row))
        until_row = np.concatenate([row, everyone])
        ends = np.lexsort((until_s, until_row))
        own = replace(waits.of(edges_row[starts]), start=from_s[starts], end=until_s[ends])
        return passed, own.of(own.end > own.start)

    # --- what is waited for -------------------------------------------------------------------------------------------

    def _nodes(self, waits: Waits) -> tuple[Whole, list[Profile]]:
        """Number of the profile that each wait is passed on to (-1: it is a root), and the profiles."""
        nodes = np.full(len(waits.start), -1)
        profiles: list[Profile] = []

        def ask(kind: str, mine: Mask, of: Whole, link: str, make: Callable[[int, str], Profile]) -> None:
            for number in np.unique(of[mine]).tolist():
                key = (kind, number, link)
                if key not in self._profiles:
                    self._profiles[key] = make(number, link)
                nodes[mine & (of == number)] = len(profiles)
                profiles.append(self._profiles[key])

        def because(cause: str) -> Mask:
            mine: Mask = waits.cause == self.number[cause]
            return mine

        vessel = because("vessel")
        links: dict[str, set[int]] = {}
        for flow in np.unique(waits.flow[vessel & (waits.flow >= 0)]).tolist():
            for link in self._link[flow].values():
                links.setdefault(link, set()).add(flow)
        for link, flows in links.items():
            places = {self.number[t] for f in flows for t, name in self._link[f].items() if name == link}
            mine = vessel & self._among(waits.flow, flows) & self._among(waits.place, places)
            ask("line", mine, waits.place, link, self._line)
        ask("yard", because("yard_full"), waits.place, "", self._yard)
        ask("pool", because("locomotive") & (waits.blocker != OPEN), waits.blocker, "", self._pool)
        ask("wagons", because("wagons"), waits.actor, "", self._wagons)
        return nodes, profiles

    def _line(self, place: int, link: str) -> Profile:
        """Cargo ready for a ship: the load is not full yet while one stands here for it, else what the ships do."""
        terminal, grid = self.view.names[place], self.grid
        ships = [
            ship
            for ship in self.view.blueprint.vessels
            if ship.link == link and terminal in (ship.berth_kind_from, ship.berth_kind_to)
        ]
        numbers = [self.number[ship.id] for ship in ships if ship.id in self.number]
        waits = self.all.of(self._among(self.all.actor, numbers)).apart()
        stand = (waits.cause == self.number["cargo"]) & (waits.place == place)
        here = waits.of(stand)
        loading = np.clip(grid.spread(here.start, here.end, here.weight, here.group, 1)[0], 0.0, None)
        codes, weights = self._over_time(waits.of(~stand))
        at_work = np.maximum(self._in_service(ships) - loading - weights.sum(axis=0), 0.0)
        found = self._profile(codes, weights, self._root("vessel", place), at_work)
        held = np.minimum(loading, 1.0)
        return Profile(
            np.append(found.roots, self._root("cargo", place)), np.vstack([found.shares * (1 - held), held[None, :]])
        )

    def _in_service(self, ships: Sequence[Vessel]) -> Floats:
        since = np.asarray([ship.since_s for ship in ships], dtype=np.int64)
        until = np.asarray([max(ship.since_s, ship.until_s) for ship in ships], dtype=np.int64)
        in_service: Floats = self.grid.spread(
            since, until, np.ones(len(ships)), np.zeros(len(ships), dtype=np.int64), 1
        )[0]
        return in_service

    def _yard(self, place: int, _: str) -> Profile:
        """A train before a full yard: what the cargo in the yard waits for, by its tonnes."""
        terminal, waits = self.view.names[place], self.all
        exports = [flow for flow, links in enumerate(self._link) if terminal in links]
        causes = [self.number[cause] for cause in ("vessel", "formalities", "berth", "weather", "closure")]
        waits = waits.of(waits.place == place)
        mine = self._among(waits.cause, causes) & self._among(waits.flow, exports)
        codes, weights = self._over_time(waits.of(mine))
        return self._profile(codes, weights, self._root("yard_full", place), np.zeros(self.grid.steps))

    def _pool(self, territory: int, _: str) -> Profile:
        """A train without locomotive: what the territory's units stand for with their trains, else their number."""
        view, waits = self.view, self._held_up
        codes, weights = self._over_time(waits.of(self._in_territory(view.names[territory], waits)))
        units = next(t.units for t in view.blueprint.territories if t.id == view.names[territory])
        since = np.asarray([unit.since_s for unit in units], dtype=np.int64)
        until = np.asarray([unit.until_s for unit in units], dtype=np.int64)
        fleet = self.grid.spread(since, until, np.ones(len(units)), np.zeros(len(units), dtype=np.int64), 1)[0]
        others = np.maximum(fleet - weights.sum(axis=0), 0.0)
        return self._profile(codes, weights, self._root("locomotive", territory), others)

    @cached_property
    def _held_up(self) -> Waits:
        """Waits of trains and light engines on the line, each with the weight of its locomotives."""
        causes = [self.number[cause] for cause in ("slot", "other_traffic", "closure", "rescue")]
        waits = self.all.of(self._among(self.all.cause, causes)).apart()
        engines = np.ones(len(self.view.names))
        moves = self.view.table("movements")
        np.maximum.at(engines, moves["actor"], moves["locomotives"].astype(np.float64))
        return replace(waits, weight=engines[waits.actor])

    def _in_territory(self, territory: str, waits: Waits) -> Mask:
        """Waits before or on a segment that belongs to a territory at that time."""
        mine = np.zeros(len(waits.start), dtype=bool)
        for segment in self.view.blueprint.segments:
            if any(name == territory for _, name in segment.territory) and segment.id in self.number:
                here = np.flatnonzero(waits.place == self.number[segment.id])
                since = np.asarray([time for time, _ in segment.territory])
                held = np.asarray([name == territory for _, name in segment.territory])
                at = np.clip(np.searchsorted(since, waits.start[here], side="right") - 1, 0, None)
                mine[here] = held[at]
        return mine

    def _wagons(self, pool: int, _: str) -> Profile:
        """Cargo without wagons: what loaded wagons of the pool wait for, else their number and their way home."""
        view = self.view
        name = view.names[pool]
        none = self.all.of(np.zeros(0, dtype=np.int64))
        on_wagons = [none]
        flows = self.all.flow[self._by_flow]
        for flow, plan in enumerate(view.blueprint.flows):
            journey = view.blueprint.journeys[plan.journey]
            ride, trains_end = self._places_of(flow, name)
            if journey.t_per_unit > 0 and ride:
                first, last = np.searchsorted(flows, (flow, flow + 1))
                waits = self.all.of(self._by_flow[first:last])
                before_ship = self._among(waits.cause, [self.number["yard_full"], self.number["unloading"]])
                without = self._among(waits.cause, [self.number[c] for c in ("wagons", "customs", "dry_port")])
                there = self._among(waits.place, ride) | (before_ship & self._among(waits.place, trains_end))
                waits = waits.of(there & ~without)
                on_wagons.append(replace(waits, weight=waits.weight * journey.wagons_per_unit / journey.t_per_unit))
        codes, weights = self._over_time(Waits.joined(on_wagons))
        homes = next(plan.homes for plan in view.blueprint.wagon_pools if plan.id == name)
        fleet = sum((self.grid.level(steps) for _, steps in homes), np.zeros(self.grid.steps))
        others = np.maximum(fleet - weights.sum(axis=0), 0.0)
        return self._profile(codes, weights, self._root("wagons", pool), others)

    def _places_of(self, flow: int, pool: str) -> tuple[set[int], set[int]]:
        """Places where a flow's cargo stands on wagons of a pool; and terminals where it does before it is unloaded."""
        blueprint = self.view.blueprint
        ride: set[str] = set()
        trains_end: set[str] = set()
        holds = False
        for stage in blueprint.journeys[blueprint.flows[flow].journey].stages:
            if isinstance(stage, RailStage):
                holds = stage.pool == pool
                if holds:
                    paths = [path for _, paths in blueprint.routes[stage.route].epochs for path in paths]
                    ride |= {stage.origin, stage.destination}
                    ride |= {place for path in paths for place in (*path.nodes, *path.segments)}
                    hops = {hop for path in paths for hop in zip(path.nodes, path.nodes[1:], strict=False)}
                    ride |= {border.id for border in blueprint.borders if (border.node_from, border.node_to) in hops}
            elif isinstance(stage, SeaStage) and holds:
                if stage.keeps_wagons:
                    ride |= {stage.from_terminal, stage.to_terminal}
                else:
                    trains_end.add(stage.from_terminal)
                    holds = False
        return tuple({self.number[name] for name in found if name in self.number} for found in (ride, trains_end))  # type: ignore[return-value]

    # --- profiles -----------------------------------------------------------------------------------------------------

    def _root(self, cause: str, place: int) -> int:
        return self.number[cause] * self.base + place

    def _over_time(self, waits: Waits) -> tuple[Whole, Floats]:
        """Roots of waits, and their weight in each step; chained ones are passed on."""
        nodes, profiles = self._nodes(waits)
        plain = waits.of(nodes < 0)
        roots, key = np.unique(self.code(plain.cause, plain.place), return_inverse=True)
        codes = [roots]
        weights = [self.grid.spread(plain.start, plain.end, plain.weight, key, len(roots))]
        for node, profile in enumerate(profiles):
            mine = waits.of(nodes == node)
            weight = self.grid.spread(mine.start, mine.end, mine.weight, np.zeros(len(mine.start), dtype=np.int64), 1)
            codes.append(profile.roots)
            weights.append(profile.shares * np.maximum(weight, 0.0))
        merged, place = np.unique(np.concatenate(codes), return_inverse=True)
        summed = np.zeros((len(merged), self.grid.steps))
        first = 0
        for weight in weights:  # the roots of one profile are distinct
            summed[place[first : first + len(weight)]] += weight
            first += len(weight)
        return merged, np.where(summed < _TINY, 0.0, summed)

    def _profile(self, codes: Whole, weights: Floats, other: int, others: Floats) -> Profile:
        """Shares of the roots; ``others`` weighs what no root holds, and takes all where nothing weighs."""
        others = np.where(others < _TINY, 0.0, others)
        total = weights.sum(axis=0) + others
        nothing = total <= 0
        total = np.where(nothing, 1.0, total)
        shares = np.vstack([weights / total, np.where(nothing, 1.0, others / total)[None, :]])
        roots = np.append(codes, other)
        used = shares.any(axis=1)
        return Profile(roots[used], shares[used])
