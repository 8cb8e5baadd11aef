"""The same run is the same to the digest, anywhere; and a change in one place draws no other numbers elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from corridorsim.engine import simulate
from corridorsim.ledger import Ledger

from .lines import Tree, blueprint_of, changed, two_nodes_and_a_ferry
from .rails import rows, run, waits


def crossing() -> Tree:
    """Everything that draws: arrivals, weather, other traffic, failures, hours by a law, and ships."""
    tree = two_nodes_and_a_ferry(
        wagons=None,
        flows__ore__wagon_pools=None,
        flows__ore__mt_per_year=0.6,
        horizon__end="2024-03-31",
        weather={"gulf": {month: {"closure_share": 0.3, "mean_spell_days": 1} for month in range(1, 13)}},
        nodes__port_east__weather_group="gulf",
        ports__port_east__rail_ferry__formalities_h={"distribution": "uniform", "min_h": 2, "max_h": 20},
        territories={"rail": {"operator": "R", "traction": "diesel"}},
        fleets={"first": {"operator": "R", "class_id": "te", "fleet_units": 5, "corridor_units": 5}},
        locomotive_classes={
            "te": {
                "traction": "diesel", "mass_t": 138, "trailing_mass_limit_t": 5000, "availability": 0.8,
                "mtbf_km": 2000, "repair_hours_mean": 20, "service_h": 3,
            }
        },
    )  # fmt: skip
    tree["segments"]["mine-east"] |= {"operator": "R", "background_trains_per_day": 30}
    tree["vessels"]["ferry"]["availability"] = 0.9
    return tree


def test_the_same_seed_gives_the_same_digest() -> None:
    plan = blueprint_of(crossing())
    one, two = (simulate(plan, seed=4, replication=2, hops=True) for _ in range(2))
    assert one.digest() == two.digest()
    assert one.hop_digest() == two.hop_digest() is not None


def test_the_same_seed_gives_the_same_digest_in_another_process(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(crossing(), stream)
    program = (
        "import sys; from corridorsim.engine import simulate; from corridorsim.model import build; "
        "from corridorsim.scenario import read; "
        "print(simulate(build(read(sys.argv[1])), seed=4, replication=2).digest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(file)],
            check=True, capture_output=True, text=True,
            # sets and hashes in another order
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": hash_seed},
        ).stdout.strip()
        for hash_seed in ("1", "2")
    }  # fmt: skip
    assert digests == {simulate(blueprint_of(crossing()), seed=4, replication=2).digest()}


def test_the_hop_log_changes_nothing() -> None:
    plan = blueprint_of(crossing())
    assert simulate(plan, seed=1, replication=0, hops=True).digest() == simulate(plan, seed=1, replication=0).digest()


@pytest.mark.parametrize(("seed", "replication"), [(1, 1), (2, 0)])
def test_another_seed_or_replication_differs(seed: int, replication: int) -> None:
    plan = blueprint_of(crossing())
    other = simulate(plan, seed=seed, replication=replication)
    assert simulate(plan, seed=1, replication=0).digest() != other.digest()


def offers(ledger: Ledger) -> list[float]:
    return [lot["offered_s"] for lot in rows(ledger, "lots")]


def storms(ledger: Ledger) -> list[tuple[float, float]]:
    place = ledger.number("weather:gulf")
    return [(s["start_s"], s["end_s"]) for s in rows(ledger, "states") if s["resource"] == place]


@pytest.mark.parametrize(
    "change",
    [
        {"vessels__ferry__count": 2},
        {"fleets__first__corridor_units": 3},
        {"vessels__ferry__load_h": {"distribution": "exponential", "mean_h": 8}},
        {"segments__mine-east__background_trains_per_day": 10},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_in_one_place_leaves_arrivals_and_weather_as_they_were(change: dict[str, object]) -> None:
    before, after = run(crossing()), run(changed(crossing(), **change))
    assert before.digest() != after.digest()
    assert offers(before) == offers(after)
    assert storms(before) == storms(after)
    assert len(storms(before)) > 10


def test_a_new_ship_leaves_the_railway_as_it_was() -> None:
    """Trains, failures and waits for slots before anything at the port could act back on them."""
    before, after = run(crossing()), run(changed(crossing(), vessels__ferry__count=2))
    week = 7 * 86_400

    def early(ledger: Ledger) -> list[tuple[float, float]]:
        causes = ("slot", "other_traffic", "rescue", "locomotive")
        return [(w["start_s"], w["tonnes"]) for w in waits(ledger, *causes) if w["start_s"] < week]

    assert early(before) == early(after)
    assert early(before)


def test_a_new_flow_leaves_the_offers_of_the_others() -> None:
    tree = crossing()
    tree["flows"]["coal"] = tree["flows"]["ore"] | {"flow_group": "coal"}
    alone, both = run(crossing()), run(tree)
    of_ore = [lot["offered_s"] for lot in rows(both, "lots") if lot["flow"] == both.number("ore")]
    assert of_ore == offers(alone)
    assert len(offers(both)) > len(of_ore)
