"""Laws that hold for every corridor: tried on random small ones, through the public door.

``docs/validity/laws.csv`` lists them with the number of corridors each is tried on; ``CORRIDORSIM_LONG=1`` tries more.
"""

from __future__ import annotations

import copy
import csv
import random
from collections import defaultdict
from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridorsim.analysis import reduce
from corridorsim.analysis.view import View
from corridorsim.engine.kernel import Kernel
from corridorsim.ledger import MOVEMENT_KINDS, OPEN, SPELL_STATES

from ..engine import test_loops_safe as lines
from .corridors import Tree, corridors, delivered_t, loaded, tried, view_of

RECORD = Path(__file__).parents[2] / "docs" / "validity" / "laws.csv"
LOADED, EMPTY, LIGHT, VOYAGE = range(len(MOVEMENT_KINDS))
QUICK_RUNS, LONG_RUNS = 10, 150
QUICK_PAIRS, LONG_PAIRS = 4, 40


def _tables(view: View) -> dict[str, Any]:
    return reduce(view.blueprint, view.ledger)["tables"]


# --- laws of one run --------------------------------------------------------------------------------------------------


def tonnes_are_conserved(view: View) -> None:
    """Offered = accepted + refused; stock before + accepted = delivered + stock after, flow by flow."""
    flows = _tables(view)["flows"]
    names = ("offered_t", "accepted_t", "refused_t", "delivered_t", "stock_start_t", "stock_end_t")
    for offered, accepted, refused, delivered, before, after in zip(*(flows[name] for name in names), strict=True):
        assert offered == pytest.approx(accepted + refused)
        assert before + accepted == pytest.approx(delivered + after)
    landed, lots = view.table("deliveries"), view.table("lots")
    arrived = np.bincount(landed["lot"], landed["tonnes"], minlength=len(lots["tonnes"]))
    assert (arrived <= lots["tonnes"] * lots["accepted"] + 1e-6).all(), "no lot delivers more than was accepted of it"


def wagons_locomotives_and_ships_are_conserved(view: View) -> None:
    """Fleets are as large at every month's end as on the first day; ships make one voyage after the other."""
    stocks = view.table("stocks")
    for number in np.unique(stocks["name"]):
        name = view.name(int(number))
        if name.endswith(":fleet"):
            pool = name.split(":")[1]
            (plan,) = (plan for plan in view.blueprint.wagon_pools if plan.id == pool)
            assert set(stocks["amount"][stocks["name"] == number]) == {sum(steps.at(0) for _, steps in plan.homes)}
        elif name.startswith("locomotives:"):
            (territory,) = view.blueprint.territories
            assert set(stocks["amount"][stocks["name"] == number]) == {len(territory.units)}
    moves = view.table("movements")
    voyages = moves["kind"] == VOYAGE
    ships = {vessel.id for vessel in view.blueprint.vessels}
    for actor in np.unique(moves["actor"][voyages]):
        mine = voyages & (moves["actor"] == actor)
        assert view.name(int(actor)) in ships
        order = np.argsort(moves["depart_s"][mine], kind="stable")
        departs, arrives = moves["depart_s"][mine][order], moves["arrive_s"][mine][order]
        places = moves["from_place"][mine][order], moves["to_place"][mine][order]
        assert (arrives[:-1] <= departs[1:]).all()
        assert (places[1][:-1] == places[0][1:]).all(), "it sails from where it arrived"


def queues_obey_little(view: View) -> None:
    """The time average of how many wait is the arrival rate times their mean wait, each of them timed by itself."""
    queues, waits = view.table("queues"), view.table("waits")
    ends = np.where(waits["end_s"] == OPEN, view.end_s, np.minimum(waits["end_s"], view.end_s))
    for number in np.unique(queues["resource"]):
        kind, _, name = view.name(int(number)).partition(":")
        if kind not in ("border", "berth"):
            continue
        place = view.ledger.number(name)
        # in line at a border: behind another train; at anchor for a berth: behind another ship, or for weather, but not
        # what a ship rests at berth
        cause = view.ledger.number(kind)
        mine = (waits["place"] == place) & (waits["cause"] == cause) & (waits["blocker"] != OPEN)
        trains = {(int(a), int(s), int(e)) for a, s, e in zip(waits["actor"][mine], waits["start_s"][mine], ends[mine],
                                                              strict=True)}  # fmt: skip
        timed = sum(end - start for _, start, end in trains)
        counted = queues["waiting_s"][queues["resource"] == number].sum()
        if kind == "border" or not any(terminal.weather_group for terminal in view.blueprint.terminals):
            assert counted == pytest.approx(timed, rel=1e-3, abs=60)
        else:
            assert counted >= timed * 0.999 - 60
        present = queues["present_s"][queues["resource"] == number].sum()
        busy = view.table("usage")["busy"][view.table("usage")["resource"] == number].sum()
        assert present == pytest.approx(counted + busy, rel=1e-3, abs=60), "who is there waits or is served"


def nothing_starts_before_it_arrives(view: View) -> None:
    """Lots, trains, ships and waits go forward in time."""
    lots = view.table("lots")
    for sooner, later in (("offered_s", "accepted_s"), ("accepted_s", "departed_s"), ("departed_s", "delivered_s"),
                          ("offered_s", "delivered_s")):  # fmt: skip
        both = (lots[sooner] != OPEN) & (lots[later] != OPEN)
        assert (lots[sooner][both] <= lots[later][both]).all(), (sooner, later)
    hops = view.table("hops")
    began = hops["start_s"] != OPEN
    assert (hops["enter_s"][began] <= hops["start_s"][began]).all()
    over = began & (hops["leave_s"] != OPEN)
    assert (hops["start_s"][over] < hops["leave_s"][over]).all()
    moves, waits = view.table("movements"), view.table("waits")
    assert (moves["depart_s"] < moves["arrive_s"]).all()
    ended = waits["end_s"] != OPEN
    assert (waits["start_s"][ended] <= waits["end_s"][ended]).all()


def no_vessel_carries_more_than_its_capacity(view: View) -> None:
    """Wagons of a voyage against the ship's places at its load factor."""
    moves = view.table("movements")
    most = {vessel.id: dict(vessel.capacity)["wagon"] * vessel.load_factor for vessel in view.blueprint.vessels}
    for row in np.flatnonzero(moves["kind"] == VOYAGE):
        assert moves["units"][row] <= most[view.name(int(moves["actor"][row]))] + 1e-9


def no_segment_gives_more_than_its_slots(view: View) -> None:
    """Trains one way start a headway apart, and none overtakes another."""
    hops = view.table("hops")
    headway = {segment.id: 86_400 / segment.pairs_per_day.at(0) for segment in view.blueprint.segments}
    began = hops["start_s"] != OPEN
    for segment in np.unique(hops["segment"]):
        for forward in (0, 1):
            mine = began & (hops["segment"] == segment) & (hops["forward"] == forward)
            order = np.argsort(hops["start_s"][mine], kind="stable")
            start, leave = hops["start_s"][mine][order], hops["leave_s"][mine][order]
            # slots are given in fractions of a second and taken at whole ones
            assert (np.diff(start) >= headway[view.name(int(segment))] - 1.001).all()
            leave = leave[leave != OPEN]
            assert (np.diff(leave) >= 0).all()
    usage = view.table("usage")
    lines = np.asarray([view.name(int(number)).startswith("segment:") for number in usage["resource"]], dtype=bool)
    assert (usage["busy"][lines] <= usage["available"][lines] + 2).all()


def no_locomotive_is_in_two_places(view: View) -> None:
    """A unit is coupled to one train at a time, and is not while it is repaired."""
    spells, states = view.table("spells"), view.table("states")
    coupled = spells["state"] == SPELL_STATES.index("coupled")
    at: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for actor, start, end in zip(spells["actor"][coupled], spells["start_s"][coupled], spells["end_s"][coupled],
                                 strict=True):  # fmt: skip
        at[int(actor)].append((int(start), int(end) if end != OPEN else view.end_s))
    for unit, start, end in zip(states["resource"], states["start_s"], states["end_s"], strict=True):
        if int(unit) in at:  # repair, servicing, maintenance
            at[int(unit)].append((int(start), int(end) if end != OPEN else view.end_s))
    for spans in at.values():
        spans.sort()
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))


def no_stock_is_negative(view: View) -> None:
    """Cargo under way, wagons at home, cargo that stands."""
    assert (view.table("stocks")["amount"] >= -1e-6).all()


def no_train_is_over_the_mass_limit(view: View) -> None:
    """Gross mass against the limits of the lines that a train ran over."""
    hops, moves = view.table("hops"), view.table("movements")
    limit = {segment.id: segment.max_gross_t.at(0) for segment in view.blueprint.segments}
    trains = moves["kind"] < LIGHT
    mass = dict(zip(moves["actor"][trains].tolist(), moves["gross_t"][trains].tolist(), strict=True))
    for train, segment, kind in zip(hops["train"], hops["segment"], hops["kind"], strict=True):
        if kind < LIGHT and int(train) in mass:
            assert mass[int(train)] <= limit[view.name(int(segment))] + 1e-6


LAWS: tuple[Callable[[View], None], ...] = (
    tonnes_are_conserved,
    wagons_locomotives_and_ships_are_conserved,
    queues_obey_little,
    nothing_starts_before_it_arrives,
    no_vessel_carries_more_than_its_capacity,
    no_segment_gives_more_than_its_slots,
    no_locomotive_is_in_two_places,
    no_stock_is_negative,
    no_train_is_over_the_mass_limit,
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law_of_one_run(law: Callable[[View], None]) -> None:
    @tried(QUICK_RUNS, LONG_RUNS)
    @given(corridors())
    def holds(tree: Tree) -> None:
        law(view_of(tree))

    holds()


# --- laws of two runs -------------------------------------------------------------------------------------------------

#: a resource -> what one more of it is
MORE: dict[str, Callable[[Tree], None]] = {}


def _more(change: Callable[[Tree], None]) -> Callable[[Tree], None]:
    MORE[change.__name__] = change
    return change


@_more
def pairs_of_trains(tree: Tree) -> None:
    """Six more slots a day on every line."""
    for row in tree["segments"].values():
        row["capacity_pairs_per_day"] += 6


@_more
def ferries(tree: Tree) -> None:
    """One ship more."""
    for row in tree.get("vessels", {}).values():
        row["count"] += 1


@_more
def locomotives(tree: Tree) -> None:
    """Two units more."""
    for row in tree.get("fleets", {}).values():
        row["fleet_units"] += 2
        row["corridor_units"] += 2


@_more
def wagons(tree: Tree) -> None:
    """Half as many again."""
    for row in tree.get("wagons", {}).values():
        row["corridor_units"] += row["corridor_units"] // 2


@_more
def handling_at_the_border(tree: Tree) -> None:
    """One train more at once."""
    tree["borders"]["post"]["servers"] += 1


#: what the end of the run may cut off, and what other times of the same draws may cost
NOISE = 0.03


@pytest.mark.parametrize("resource", MORE)
def test_more_of_a_resource_never_lowers_throughput(resource: str) -> None:
    @tried(QUICK_PAIRS, LONG_PAIRS)
    @given(corridors())
    def holds(tree: Tree) -> None:
        more = copy.deepcopy(tree)
        MORE[resource](more)
        if more == tree:
            return
        before, after = delivered_t(tree), delivered_t(more)
        lot = max(flow["lot_units"] * flow["t_per_unit"] for flow in tree["flows"].values())
        ship = sum(row["count"] * row["capacity_wagons"] * 60 for row in more.get("vessels", {}).values())
        assert after >= before * (1 - NOISE) - max(2 * lot, ship)

    holds()


def test_other_units_of_the_same_numbers_change_nothing() -> None:
    @tried(QUICK_PAIRS, LONG_PAIRS)
    @given(corridors())
    def holds(tree: Tree) -> None:
        other = copy.deepcopy(tree)
        for row in other["segments"].values():
            row["length_km"] = f"{row['length_km'] * 1000} m"
            if "max_gross_train_t" in row:
                row["max_gross_train_t"] = f"{row['max_gross_train_t'] * 1000} kg"
        for row in other.get("vessels", {}).values():
            row["max_wait_for_load_h"] = f"{row['max_wait_for_load_h'] * 60} min"
            row["load_factor"] = f"{row['load_factor'] * 100:g} %"
        for row in other["flows"].values():
            row["patience_days"] = f"{row['patience_days'] * 24} h"
        assert other != tree
        assert loaded(other).hash == loaded(tree).hash

    holds()


def test_the_order_in_which_things_are_written_changes_nothing() -> None:
    @tried(QUICK_PAIRS, LONG_PAIRS)
    @given(corridors())
    def holds(tree: Tree) -> None:
        other = copy.deepcopy(tree)
        for section in ("nodes", "segments", "flows", "ports"):
            if section in other:
                other[section] = dict(reversed(other[section].items()))
        _same_but_for_ties(tree, delivered_t(tree), delivered_t(other))

    holds()


def test_the_order_of_events_at_one_time_changes_no_more_than_who_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Kernel.__init__

    def shuffled(self: Kernel, *args: Any, **more: Any) -> None:
        made(self, *args, **more)
        drawn, number = random.Random(7), count()
        # ties are broken by the number of an event: a random one instead of the next
        self._eid = self.order = iter(lambda: (drawn.random(), next(number)), None)

    @tried(QUICK_PAIRS, LONG_PAIRS)
    @given(corridors(), st.just(None))
    def holds(tree: Tree, _: None) -> None:
        scenario = loaded(tree)
        plain = scenario.replay(0).view
        with monkeypatch.context() as patch:
            patch.setattr(Kernel, "__init__", shuffled)
            other = scenario.replay(0).view  # its books are balanced by the engine itself
        before, after = (float(view.table("deliveries")["tonnes"].sum()) for view in (plain, other))
        for law in LAWS:
            law(other)
        _same_but_for_ties(tree, before, after)

    holds()


def _same_but_for_ties(tree: Tree, before: float, after: float) -> None:
    lot = max(flow["lot_units"] * flow["t_per_unit"] for flow in tree["flows"].values())
    ship = sum(row["count"] * row["capacity_wagons"] * 60 for row in tree.get("vessels", {}).values())
    assert after == pytest.approx(before, rel=NOISE, abs=max(2 * lot, ship))


# --- the record -------------------------------------------------------------------------------------------------------

HEADER = ("law", "cases_quick", "cases_long", "test", "note")


def record() -> list[tuple[str, ...]]:
    """Rows of ``docs/validity/laws.csv``."""
    here = "tests/laws/test_laws.py"
    one, two = (str(QUICK_RUNS), str(LONG_RUNS)), (str(QUICK_PAIRS), str(LONG_PAIRS))

    def words(name: str) -> str:
        return name.replace("_", " ")

    def note(text: str | None) -> str:
        return " ".join((text or "").split())

    found = [
        (words(law.__name__), *one, f"{here}::test_law_of_one_run[{law.__name__}]", note(law.__doc__)) for law in LAWS
    ]
    test = "test_more_of_a_resource_never_lowers_throughput"
    noise = f"but for {NOISE:.0%}, and what ships or two lots carry at the end of the run"
    found += [
        (f"more {words(name)} never lower throughput", *two, f"{here}::{test}[{name}]", f"{note(more.__doc__)} {noise}")
        for name, more in MORE.items()
    ]
    found += [
        ("other units of the same numbers change nothing", *two,
         f"{here}::test_other_units_of_the_same_numbers_change_nothing", "The fingerprint is the same."),
        ("the order in which things are written changes nothing", *two,
         f"{here}::test_the_order_in_which_things_are_written_changes_nothing", f"Tonnes delivered, {noise}."),
        ("the order of events at one time changes no more than who is first", *two,
         f"{here}::test_the_order_of_events_at_one_time_changes_no_more_than_who_is_first",
         f"All laws of one run hold in any order; tonnes delivered are the same, {noise}."),
        ("a line with loops never stands still", str(lines.QUICK_LINES), str(lines.LONG_LINES),
         "tests/engine/test_loops_safe.py::test_saturated_lines_never_stand_still",
         "Saturated from both ends with trains of mixed lengths; they keep their distances, fit where they stand, and "
         "both directions go on. Of small lines every state is visited (tests/engine/test_interlocking.py)."),
    ]  # fmt: skip
    return found


def test_the_record_is_up_to_date() -> None:
    with RECORD.open(encoding="utf-8", newline="") as stream:
        assert [tuple(row) for row in csv.reader(stream)] == [HEADER, *record()]
