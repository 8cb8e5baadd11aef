"""Who hauls: territories, allocation policies, deliveries and retirements."""

from __future__ import annotations

from typing import Any

import pytest

from corridorsim.model import Territory

from .small import CLASS, Tree, built, faults, ferry_line

DAY = 86400
Y2024, Y2025 = 184 * DAY, 550 * DAY  # seconds from 1 July 2023


def railway(policy: str = "fixed", **contract: Any) -> Tree:
    """40 old units, 10 of them here, and a contract for 10 new ones in 2024."""
    tree = ferry_line()
    for row in tree["segments"].values():
        row["operator"] = "R"
    tree["territories"] = {"t": {"operator": "R", "traction": "diesel", "home_nodes": ["a", "b"]}}
    tree["locomotive_classes"] = {"old": dict(CLASS), "new": dict(CLASS), "shunter": {**CLASS, "use": "shunting"}}
    tree["fleets"] = {
        "f": {"operator": "R", "class_id": "old", "fleet_units": 40, "corridor_units": 10},
        "s": {"operator": "R", "class_id": "shunter", "fleet_units": 500, "corridor_units": 20},
    }
    order = {
        "operator": "R",
        "class_id": "new",
        "corridor_share": 0.5,
        "status": "contracted",
        "deliveries": {2024: 10},
    }
    tree["locomotives"] = {"order": {**order, **contract}}
    tree["policies"] = {"allocation": policy}
    return tree


def territory(tree: Tree) -> Territory:
    return built(tree).territories[0]


def in_service(pool: Territory, second: int) -> int:
    return sum(unit.since_s <= second < unit.until_s for unit in pool.units)


def test_fixed_has_the_stated_units_and_each_contracts_share() -> None:
    pool = territory(railway())
    assert in_service(pool, 0) == 10
    assert in_service(pool, Y2025) == 15
    assert [unit.home for unit in pool.units[:3]] == ["a", "b", "a"]
    assert not pool.unlimited
    assert pool.national_ceiling.values == (0,)


def test_deliveries_come_evenly_through_the_year() -> None:
    pool = territory(railway(corridor_share=1))
    since = [unit.since_s for unit in pool.units if unit.class_id == "new"]
    assert since == [Y2024 + int((k - 0.5) / 10 * 366 * DAY) for k in range(1, 11)]


def test_or_all_on_one_day() -> None:
    pool = territory(railway(corridor_share=1, on="2024-01-01"))
    assert {unit.since_s for unit in pool.units if unit.class_id == "new"} == {Y2024}


def test_shares_accumulate() -> None:
    pool = territory(railway(corridor_share=0.3, deliveries={2024: 5, 2025: 5}))
    assert (in_service(pool, Y2025), in_service(pool, 900 * DAY)) == (12, 13)


def test_retirements_take_the_oldest_of_the_class() -> None:
    pool = territory(railway(class_id="old", deliveries={2024: -8}, corridor_share=0.25))
    gone = [unit.id for unit in pool.units if unit.until_s <= Y2025]
    assert gone == ["old-1", "old-2"]
    assert in_service(pool, Y2025) == 8


def test_a_contract_that_is_not_in_force_brings_nothing() -> None:
    assert in_service(territory(railway(status="planned")), Y2025) == 10
    tree = railway(status="planned")
    tree["projects"] = {"order": {"include": "yes"}}
    assert in_service(territory(tree), Y2025) == 15


def test_proportional_keeps_the_share_of_each_class() -> None:
    pool = territory(railway("proportional"))
    assert in_service(pool, 0) == 10
    assert in_service(pool, Y2025) == 13  # a quarter of the 10 new ones too: the territory's mean share


def test_on_demand_draws_on_a_share_of_the_national_fleet() -> None:
    tree = railway("on_demand", status="planned")
    pool = territory(tree)
    assert in_service(pool, 0) == 10
    # a quarter of 40 is what the corridor has; nothing on top
    assert pool.national_ceiling.at(0) == 0
    tree["assumptions"] = {"on_demand_ceiling_share": 0.5}
    assert territory(tree).national_ceiling.at(0) == 10  # 20 of 40, less the 10 that are here
    tree["locomotives"]["order"]["status"] = "contracted"
    assert territory(tree).national_ceiling.at(Y2025) == 10  # 25 of 50, less 15
    tree["growth"] = {"all": {"background": {2025: 1.25}}}
    assert territory(tree).national_ceiling.at(Y2025) == 5  # the rest of the network needs more of them itself
    assert territory(tree).national_class == "old"


def test_a_territory_without_fleets_has_a_locomotive_always_at_hand() -> None:
    tree = railway()
    tree["fleets"], tree["locomotives"] = {}, {}
    pool = territory(tree)
    assert pool.unlimited
    assert pool.units == ()


def test_the_territory_changes_with_the_traction() -> None:
    tree = railway()
    tree["territories"]["wire"] = {"operator": "R", "traction": "ac25kv"}
    change = {"target": "segments.a-b.traction", "value": "ac25kv", "date": "2024-01-01", "status": "done"}
    tree["changes"] = {"k": {**change, "project_id": "p"}}
    assert built(tree).segments[0].territory == ((0, "t"), (Y2024, "wire"))


def test_planned_absence_leaves_out_what_failures_take() -> None:
    classes = {c.id: c for c in built(railway()).locomotive_classes}
    assert set(classes) == {"old", "new"}  # shunters do not haul
    between_h = 100_000 / 500 * 24
    assert classes["old"].planned_absence_share == pytest.approx(0.1 - 24 / (between_h + 24))


def test_what_does_not_fit_is_told() -> None:
    tree = railway()
    tree["segments"]["a-b"]["operator"] = "Q"
    tree["fleets"]["f"]["operator"] = "X"
    found = faults(tree)
    assert "no territory has operator 'Q'" in found["segments.a-b.operator"]
    assert "no territory has operator 'X'" in found["fleets.f.operator"]


def test_electrics_cannot_run_on_other_current() -> None:
    tree = railway()
    tree["locomotive_classes"]["old"]["traction"] = "dc3kv"
    tree["fleets"]["f"]["territory"] = "t"
    assert "cannot run on diesel" in faults(tree)["fleets.f.territory"]


def test_a_line_on_which_no_locomotive_ever_comes_is_told() -> None:
    tree = railway(status="planned")
    tree["fleets"]["f"]["corridor_units"] = 0
    assert "no locomotive is ever assigned" in faults(tree)["territories.t"]
