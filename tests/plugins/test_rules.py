"""Rules of operation by name, the engine's own and those of a package: what they do to a small line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corridorsim.engine import simulate
from corridorsim.ledger import Ledger
from corridorsim.model import fingerprint
from corridorsim.plugins import PluginError

from ..engine.lines import Tree, blueprint_of, changed, two_nodes_and_a_ferry
from ..engine.rails import DAY, HOUR, diesels, flow, railway, rows, run, segment, trains, waits
from .installed import install_example

#: the middle of January, when a single lot of the month is offered
MID = 31 * DAY // 2


@pytest.fixture(autouse=True)
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example's package, installed for the time of a test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(install_example(folder)))
    yield folder
    sys.modules.pop("corridor_rules", None)


def departed(ledger: Ledger) -> dict[str, int]:
    """Hours after the middle of January at which the train of each flow left."""
    return {ledger.names[int(train["flow"])]: (int(train["depart_s"]) - MID) // HOUR for train in trains(ledger)}


def queue(**changes: object) -> Tree:
    """Three lots at once and one diesel: 2 h to the other end, 2 h back light. The last is express."""
    tree = railway(
        100,
        flows__first=flow("n0", "n1", 1),
        flows__ore=flow("n0", "n1", 1),
        flows__post=flow("n0", "n1", 1, service_class="express"),
    )
    return changed(diesels(tree, 1), **changes)


def test_by_default_trains_at_a_node_are_served_in_order() -> None:
    assert departed(run(queue())) == {"first": 0, "ore": 4, "post": 8}
    named = run(queue(policies={"dispatch": "near_and_waiting", "routing": "shortest", "acceptance": "limits"}))
    assert named.digest() == run(queue()).digest()


def test_a_dispatch_policy_of_a_package_changes_who_is_served_first() -> None:
    ledger = run(queue(policies__dispatch="express_first"))
    assert departed(ledger) == {"first": 0, "post": 4, "ore": 8}
    # the other way round, and the same work: two light runs, and the same hours waited in all
    assert len(waits(ledger, "locomotive")) == len(waits(run(queue()), "locomotive"))


@pytest.mark.parametrize(("most_km", "second"), [(99, "ore"), (100, "post")])
def test_a_policy_takes_parameters_from_the_scenario(most_km: int, second: str) -> None:
    """The diesel stands 100 km from where the trains wait."""
    ledger = run(queue(policies__dispatch={"name": "express_first", "max_light_km": most_km}))
    assert departed(ledger)[second] == 4


def triangle(**changes: object) -> Tree:
    """From n0 to n1 straight, 100 km, or by n2, 120 km."""
    tree = railway(100, flows__ore=flow("n0", "n1", 6, route_option="either"), **changes)
    tree["nodes"] |= {"n2": {"kind": "rail_station"}}
    tree["segments"] |= {"long": segment("n0", "n2", 60), "way": segment("n2", "n1", 60)}
    tree["route_options"] = {"straight": {"via_node": "n1"}, "round": {"via_node": "n2"}}
    return tree


@pytest.mark.parametrize(
    ("routing", "lengths"),
    [("shortest", [100] * 6), ("split", [100, 120] * 3), ("long_way", [120] * 6)],
)
def test_a_routing_policy_chooses_among_the_paths(routing: str, lengths: list[int]) -> None:
    moves = trains(run(triangle(policies__routing=routing)))
    assert [round(move["length_m"] / 1000) for move in moves] == lengths


def test_an_acceptance_policy_keeps_room() -> None:
    """A port that closes over 200 wagons: with a share of a half, ordinary lots are refused from 100 on."""
    tree = two_nodes_and_a_ferry(
        wagons=None, flows__ore__wagon_pools=None, flows__ore__mt_per_year=1.0, horizon__end="2024-03-31",
        ports__port_east__rail_ferry__ban_start_wagons=200, ports__port_east__rail_ferry__ban_release_wagons=120,
    )  # fmt: skip
    kept = changed(tree, policies__acceptance={"name": "room_for_express", "share": 0.5})
    ledger = run(kept)
    refused = [lot for lot in rows(ledger, "lots") if not lot["accepted"]]
    assert refused
    assert {ledger.names[int(lot["gate"])] for lot in refused} == {"port_east.rail_ferry.export"}
    # the limits never close it, so that what is refused is the policy's
    assert {ledger.names[int(lot["cause"])] for lot in refused} == {"policy"}
    express = run(changed(kept, flows__ore__service_class="express"))
    assert express.digest() == run(changed(tree, flows__ore__service_class="express")).digest()
    # patient lots come again every day until there is room
    patient = [lot for lot in rows(run(changed(kept, flows__ore__patience_days=5)), "lots") if lot["accepted"]]
    late = [lot["accepted_s"] - lot["offered_s"] for lot in patient if lot["accepted_s"] > lot["offered_s"]]
    assert late
    assert all(wait % DAY == 0 and wait <= 5 * DAY for wait in late)


def test_who_waits_for_a_better_unit_is_asked_again(rules: Path) -> None:
    """A policy that lets a unit rest for 5 h before it serves again: it is asked every hour."""
    (rules / "corridor_rules.py").write_text(
        "from corridorsim.engine import NearAndWaiting\n"
        "class ExpressFirst(NearAndWaiting):\n"
        "    def train_for(self, unit, pool):\n"
        "        rested = pool.now_s - unit.idle_since_s >= 5 * 3600\n"
        "        return super().train_for(unit, pool) if rested else None\n"
    )
    # 2 h there, 5 h of rest, 2 h back; the first train meets a unit that stands ready
    assert departed(run(queue(policies__dispatch="express_first"))) == {"first": 0, "ore": 9, "post": 18}


@pytest.mark.parametrize(
    ("method", "told"),
    [
        ("def train_for(self, unit, pool): return unit", "train_for must give one of"),
        ("def units_for(self, train, pool): return [train]", "units_for must give idle units"),
    ],
)
def test_a_wrong_answer_names_the_plugin(rules: Path, method: str, told: str) -> None:
    (rules / "corridor_rules.py").write_text(
        f"from corridorsim.engine import NearAndWaiting\nclass ExpressFirst(NearAndWaiting):\n    {method}\n"
    )
    with pytest.raises(PluginError, match=rf"plug-in 'express_first' of corridor-rules 1\.0: {told}"):
        run(queue(policies__dispatch="express_first"))


def test_the_fingerprint_holds_the_plugin_and_its_parameters(rules: Path) -> None:
    def mark(**changes: object) -> str:
        return fingerprint(blueprint_of(queue(**changes)))

    plain = mark()
    assert mark(policies={"dispatch": "near_and_waiting", "acceptance": "limits"}) == plain
    found = {plain, mark(policies__dispatch="express_first")}
    found |= {mark(policies__dispatch={"name": "express_first", "max_light_km": km}) for km in (100, 200)}
    file = rules / "corridor_rules.py"
    file.write_text(file.read_text() + "\n# another version\n")
    sys.modules.pop("corridor_rules")
    found |= {mark(policies__dispatch="express_first")}
    assert len(found) == 5


def test_a_run_is_the_same_again() -> None:
    plan = blueprint_of(queue(policies__dispatch="express_first"))
    assert simulate(plan, seed=1, replication=0).digest() == simulate(plan, seed=1, replication=0).digest()
