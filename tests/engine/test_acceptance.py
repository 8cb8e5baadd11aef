"""Acceptance: bans over the upper limit, lifted under the lower one; refused lots, and patient ones."""

from __future__ import annotations

from typing import Any

import pytest

from corridorsim.ledger import Ledger

from .lines import Tree, changed, offered_t, two_nodes_and_a_ferry
from .rails import DAY, Row, diesels, flow, railway, rows, run, spells, trains, waits

END = 182 * DAY
GATE = "port_east.rail_ferry.export"


def full_port(**changes: Any) -> Tree:
    """A port that closes over 200 wagons and opens under 120, and a ferry that is too small for the ore."""
    tree = two_nodes_and_a_ferry(
        wagons=None, flows__ore__wagon_pools=None, flows__ore__mt_per_year=1.0, horizon__end="2024-06-30",
        ports__port_east__rail_ferry__ban_start_wagons=200, ports__port_east__rail_ferry__ban_release_wagons=120,
    )  # fmt: skip
    return changed(tree, **changes)


def banned(ledger: Ledger, time: float) -> bool:
    return any(a <= time < b for a, b in spells(ledger, GATE, "ban", END))


def standing(ledger: Ledger) -> list[tuple[float, float]]:
    """(time, wagons) in the yard of the port: trains come in, ships leave (with what they loaded until then)."""
    start = ledger.number("port_east.rail_ferry")
    moves: list[tuple[float, float]] = []
    for m in rows(ledger, "movements"):
        if m["to_place"] == ledger.number("east"):
            moves.append((m["arrive_s"], m["units"]))
        elif m["from_place"] == start:
            moves.append((m["depart_s"], -m["units"]))
    result, now = [], 0.0
    for time, wagons in sorted(moves):
        now += wagons
        result.append((time, now))
    return result


def test_bans_start_over_the_upper_limit_and_end_under_the_lower_one() -> None:
    ledger = run(full_port())
    bans = spells(ledger, GATE, "ban", END)
    assert len(bans) > 5
    history = standing(ledger)
    for a, b in bans:
        assert [wagons for time, wagons in history if time == a][-1] > 200
        if b < END:
            assert [wagons for time, wagons in history if time == b][-1] < 120
    # and never in between
    for time, wagons in history:
        if wagons > 200:
            assert any(a <= time <= b for a, b in bans)


def test_lots_are_refused_in_a_ban_with_its_gate_and_cause_and_accepted_outside() -> None:
    ledger = run(full_port())
    lots = rows(ledger, "lots")
    refused = [lot for lot in lots if not lot["accepted"]]
    assert len(refused) > 50
    for lot in lots:
        assert bool(lot["accepted"]) != banned(ledger, lot["offered_s"])
        if lot["accepted"]:
            assert lot["accepted_s"] == lot["offered_s"]
            assert lot["gate"] == -1
        else:
            assert ledger.names[int(lot["gate"])] == GATE
            assert ledger.names[int(lot["cause"])] == "vessel"
            assert lot["departed_s"] == lot["delivered_s"] == -1


@pytest.mark.parametrize("days", [2, 10])
def test_patience_brings_lots_back_within_its_time_only(days: int) -> None:
    hasty, patient = run(full_port()), run(full_port(flows__ore__patience_days=days))
    late = [lot for lot in rows(patient, "lots") if lot["accepted_s"] > lot["offered_s"]]
    assert late
    bans = spells(patient, GATE, "ban", END)
    for lot in late:
        assert lot["accepted_s"] - lot["offered_s"] <= days * DAY
        assert lot["accepted_s"] in {b for _, b in bans}, "it comes back when the limit opens"
        assert (lot["gate"], lot["cause"]) == (-1, -1)
    lost = [lot for lot in rows(patient, "lots") if not lot["accepted"]]
    assert lost, "the ferry cannot carry it all"
    assert offered_t(patient) == offered_t(hasty)


def test_without_a_queue_nothing_is_refused() -> None:
    ledger = run(full_port(flows__ore__mt_per_year=0.1))
    assert not spells(ledger, GATE, "ban", END)
    assert offered_t(ledger) == offered_t(ledger, accepted=True) > 0


def test_an_origin_with_too_many_trains_waiting_refuses() -> None:
    """No locomotive before the last day: ten trains wait, and one more that brought the ban."""
    tree = diesels(railway(100, flows__ore=flow("n0", "n1", 31, 40)), 0)
    tree["locomotives"] = {
        "late": {
            "operator": "R", "class_id": "te", "corridor_share": 1, "status": "done", "deliveries": {2024: 1},
            "on": "2024-01-31",
        }
    }  # fmt: skip
    ledger = run(tree)
    lots: list[Row] = rows(ledger, "lots")
    assert [lot["accepted"] for lot in lots] == [1] * 11 + [0] * 20
    assert {ledger.names[int(lot["gate"])] for lot in lots[11:]} == {"origin.ore"}
    assert {ledger.names[int(lot["cause"])] for lot in lots[11:]} == {"locomotive"}
    assert len(waits(ledger, "locomotive")) == 11
    assert {train["depart_s"] >= 30 * DAY for train in trains(ledger)} == {True}


def test_one_flow_may_be_refused_for_what_another_left_standing() -> None:
    tree = full_port()
    tree["flows"]["coal"] = tree["flows"]["ore"] | {"flow_group": "coal", "mt_per_year": 0.1}
    ledger = run(tree)
    coal = [lot for lot in rows(ledger, "lots") if lot["flow"] == ledger.number("coal")]
    assert {bool(lot["accepted"]) for lot in coal} == {True, False}
    assert all(bool(lot["accepted"]) != banned(ledger, lot["offered_s"]) for lot in coal)


def test_a_higher_limit_counts_from_its_day() -> None:
    limits = {"2024-01-01": 200, "2024-04-01": 5000}
    ledger = run(full_port(ports__port_east__rail_ferry__ban_start_wagons=limits))
    bans = spells(ledger, GATE, "ban", END)
    assert bans
    assert all(a < 91 * DAY for a, _ in bans)
