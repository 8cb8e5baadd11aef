"""Durations by a named law, wherever one may stand: what a run makes of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import corridorsim
from corridorsim.ledger import OPEN, Ledger
from corridorsim.model import fingerprint

from ..theory import scenarios
from .lines import Tree, blueprint_of, changed, two_nodes_and_a_ferry
from .rails import DAY, diesels, flow, railway, rows, run, spells, trains, waits

# --- a queue with a known answer --------------------------------------------------------------------------------------

MTBF_H, REPAIR_H, HOP_H = 20.0, 40.0, 1.0
#: law -> chance that the unit at work does not fail during a repair, its Laplace transform at 1 / MTBF_H
SURVIVES = {
    "deterministic": math.exp(-REPAIR_H / MTBF_H),
    "exponential": 1 / (1 + REPAIR_H / MTBF_H),
    "gamma": (1 + 4 * REPAIR_H / MTBF_H) ** -0.25,
}
LAWS: dict[str, Tree] = {
    "deterministic": {"repair_h": REPAIR_H},
    "exponential": {"repair_hours_mean": REPAIR_H},
    "gamma": {"repair_h": {"distribution": "gamma", "mean_h": REPAIR_H, "cv": 2}},
}


def two_units_and_one_bay(**repair: object) -> Tree:
    """Two locomotives that are at work all the time until they fail, which is seen every hour."""
    tree = scenarios.repair(2, 1, MTBF_H, REPAIR_H, years=2)
    for row in tree["segments"].values():
        row["length_km"] = 100 * HOP_H
    for row in tree["flows"].values():
        row["mt_per_year"] = 0.7 / HOP_H * 24 * 365 / 1e6
    engine = tree["locomotive_classes"]["engine"]
    del engine["repair_hours_mean"]
    engine |= {"mtbf_km": -100 * HOP_H / math.log(1 - HOP_H / MTBF_H)} | repair
    return tree


@pytest.mark.parametrize("law", LAWS)
def test_two_units_and_one_bay_by_the_law_of_repair(tmp_path: Path, law: str) -> None:
    """M/G/1//2 (Takacs 1962): of the time, 1 / (1 + 2 r / s) finds nobody in the workshop, with r = repair over time
    between failures and s the chance that the unit at work survives a repair."""
    file = tmp_path / "two.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(two_units_and_one_bay(**LAWS[law]), stream)
    result = corridorsim.run(corridorsim.load(file), replications=4, executor="serial", out=None)
    queues = result.queues[result.queues["resource"] == "workshop:shed"]
    empty = queues.groupby("replication")["empty_share"].mean()
    known = 1 / (1 + 2 * REPAIR_H / MTBF_H / SURVIVES[law])
    assert empty.mean() == pytest.approx(known, rel=0.2), (known, list(empty))


# --- one by one -------------------------------------------------------------------------------------------------------


def busy_line(**kind: Any) -> Tree:
    """Ten units that run to and fro between two stations, 400 km apart, for half a year."""
    tree = railway(200, 200, days=182)
    for name, (here, there) in {"ore": ("n0", "n2"), "coal": ("n2", "n0")}.items():
        tree["flows"][name] = flow(here, there, 3000, monthly_profile_id="flat")
    return diesels(tree, 10, **kind)


def engine_stood(state: str) -> Callable[[Ledger], list[float]]:
    """Seconds that units were away in a state."""
    return lambda ledger: [b - a for k in range(1, 11) for a, b in spells(ledger, f"te-{k}", state) if b]


def trains_stood(cause: str, *, known: bool = True) -> Callable[[Ledger], list[float]]:
    """Seconds that trains waited; ``known``: for a time, not for something."""
    return lambda ledger: [
        w["end_s"] - w["start_s"]
        for w in waits(ledger, cause)
        if w["end_s"] != OPEN and known == (w["blocker"] == OPEN)
    ]


def two_territories() -> Tree:
    tree = diesels(railway(100, 100, days=364), 4)
    tree["territories"]["other"] = {"operator": "S", "traction": "diesel", "home_nodes": ["n1"]}
    tree["fleets"]["second"] = tree["fleets"]["first"] | {"operator": "S"}
    tree["segments"]["s1"]["operator"] = "S"
    tree["flows"]["ore"] = flow("n0", "n2", 700, monthly_profile_id="flat")
    return tree


def ferry() -> Tree:
    """One that is in dock for a third of its time."""
    return two_nodes_and_a_ferry(
        wagons=None, flows__ore__wagon_pools=None, flows__ore__mt_per_year=2, vessels__ferry__availability=2 / 3,
        vessels__ferry__max_wait_for_load_h=12, vessels__ferry__count=8, ports=None,
    )  # fmt: skip


def docked(ledger: Ledger) -> list[float]:
    absent = ledger.number("absent")
    return [row["end_s"] - row["start_s"] for row in rows(ledger, "states") if row["state"] == absent]


def unloaded(ledger: Ledger) -> list[float]:
    """From the arrival of a train to the delivery of its cargo."""
    there = sorted(train["arrive_s"] for train in trains(ledger))
    done = sorted(row["time_s"] for row in rows(ledger, "deliveries"))
    assert len(there) >= len(done)
    return [later - sooner for sooner, later in zip(there, done, strict=False)]


def called() -> Tree:
    """No units of the corridor's own: each train, two days after the last, calls one from elsewhere."""
    tree = diesels(railway(100, days=364, flows__ore=flow("n0", "n1", 150, monthly_profile_id="flat")), 0)
    tree["fleets"]["first"]["fleet_units"] = 400
    tree["policies"] = {"allocation": "on_demand"}
    tree["assumptions"] |= {"on_demand_keep_h": 0}
    return tree


#: leaf -> a scenario in which it acts often, and how long it took each time
ACTS: dict[str, tuple[Tree, Callable[[Ledger], list[float]]]] = {
    "locomotive_classes.te.service_h": (busy_line(), engine_stood("servicing")),
    "locomotive_classes.te.refuel_h": (busy_line(range_km=250), trains_stood("refuelling")),
    "locomotive_classes.te.repair_h": (busy_line(mtbf_km=2000, repair_hours_mean=None), engine_stood("repair")),
    "assumptions.rescue_h": (busy_line(mtbf_km=2000), trains_stood("rescue")),
    "assumptions.loco_change_h": (two_territories(), trains_stood("locomotive_change")),
    "assumptions.terminal_handling_h": (busy_line(), unloaded),
    "assumptions.on_demand_call_h": (called(), trains_stood("locomotive", known=False)),
    "assumptions.vessel_absence_days": (ferry(), docked),
}
HOURS = 5.0
FIXED = {"distribution": "deterministic", "value_h": HOURS}
EXPONENTIAL = {"distribution": "exponential", "mean_h": HOURS}


def with_leaf(leaf: str, value: object) -> Tree:
    return changed(ACTS[leaf][0], **{leaf.replace(".", "__"): value})


@pytest.mark.parametrize("leaf", ACTS)
def test_a_number_is_always_so_long(leaf: str) -> None:
    plain = HOURS / 24 if leaf.endswith("_days") else HOURS
    took = ACTS[leaf][1](run(with_leaf(leaf, plain)))
    assert len(took) > 50
    assert set(took) == {HOURS * 3600}
    # its range is what is unknown, and never drawn within a run
    ranged = {"value": plain, "low": 0.5 * plain, "high": 2 * plain}
    numbers = {fingerprint(blueprint_of(with_leaf(leaf, value))) for value in (plain, FIXED, ranged)}
    assert len(numbers) == 1


@pytest.mark.parametrize("leaf", ACTS)
def test_a_law_is_drawn_each_time(leaf: str) -> None:
    took = ACTS[leaf][1](run(with_leaf(leaf, EXPONENTIAL)))
    assert len(took) > 50
    assert len(set(took)) > 0.9 * len(took)
    assert sum(took) / len(took) == pytest.approx(HOURS * 3600, rel=4 / len(took) ** 0.5)


def test_the_tank_is_filled_by_the_law_of_servicing_where_it_has_none_of_its_own() -> None:
    tree, stood = busy_line(range_km=250, service_h=EXPONENTIAL), trains_stood("refuelling")
    took = stood(run(tree))
    assert sum(took) / len(took) == pytest.approx(HOURS * 3600, rel=4 / len(took) ** 0.5)
    assert took != stood(run(changed(tree, locomotive_classes__te__refuel_h=EXPONENTIAL | {"mean_h": 9})))


def test_an_exponential_repair_is_the_one_that_a_mean_says() -> None:
    by_law = with_leaf("locomotive_classes.te.repair_h", EXPONENTIAL)
    by_mean = changed(by_law, locomotive_classes__te__repair_h=None, locomotive_classes__te__repair_hours_mean=HOURS)
    assert fingerprint(blueprint_of(by_law)) == fingerprint(blueprint_of(by_mean))


@pytest.mark.parametrize("law", [HOURS, {"distribution": "erlang", "mean_h": HOURS, "shape": 4}], ids=str)
def test_failures_come_after_the_same_distance_whatever_the_law_of_repair(law: object) -> None:
    def distances(repair_h: object) -> list[float]:
        """Of the one unit, between its failures."""
        tree = diesels(
            railway(100, days=364, flows__ore=flow("n0", "n1", 3000, monthly_profile_id="flat")), 1,
            mtbf_km=3000, repair_hours_mean=None, repair_h=repair_h,
        )  # fmt: skip
        ledger = run(tree)
        moves = sorted((row["arrive_s"], row["length_m"]) for row in rows(ledger, "movements"))
        starts = [0.0, *(a for a, _ in spells(ledger, "te-1", "repair"))]
        return [sum(m for at, m in moves if since < at <= until) for since, until in pairwise(starts)]

    one, other = distances(EXPONENTIAL), distances(law)
    number = min(len(one), len(other))
    assert number > 20
    assert one[:number] == other[:number]


def test_a_law_in_one_place_draws_nothing_elsewhere() -> None:
    def repairs(service_h: object) -> list[float]:
        return engine_stood("repair")(run(busy_line(mtbf_km=2000, repair_hours_mean=20, service_h=service_h)))[:20]

    assert repairs(HOURS) == repairs(EXPONENTIAL)


def test_a_long_absence_of_ships_leaves_them_their_availability() -> None:
    """However unevenly they are in dock, it is a third of the time."""
    law = {"distribution": "gamma", "mean_h": "5 d", "cv": 1.5}
    days = 366 * 8
    away = sum(docked(run(with_leaf("assumptions.vessel_absence_days", law)))) / DAY
    assert away / days == pytest.approx(1 / 3, abs=0.04)
