"""Far too much, nothing at all, and books that would tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from corridorsim.engine import BooksDoNotBalance
from corridorsim.engine.world import World

from .lines import Tree, changed, delivered_t, offered_t, two_nodes_and_a_ferry
from .rails import VOYAGE, diesels, flow, railway, rows, run, stocks, trains


def crossing(mt: float, **changes: Any) -> Tree:
    """A year of a ferry that carries about 0.3 Mt."""
    tree = two_nodes_and_a_ferry(
        wagons=None, flows__ore__wagon_pools=None, flows__ore__mt_per_year=mt, vessels__ferry__max_wait_for_load_h=12
    )
    return changed(tree, **changes)


def test_a_hundred_times_the_capacity_keeps_what_is_under_way_bounded() -> None:
    ledger = run(crossing(30))
    under_way = stocks(ledger, "flow:ore:in_transit_t")
    # the yard closes over 2,000 wagons, the origin over ten trains; some trains run, some are set aside, one ship sails
    assert max(under_way) <= (2000 + 400 + 5 * 24 * 40) * 60
    assert max(under_way[6:]) <= 1.3 * max(under_way[:6]), "nor does it grow"
    assert 0.1e6 < delivered_t(ledger) < 0.5e6
    assert offered_t(ledger, accepted=True) < 0.05 * offered_t(ledger)


def test_a_saturated_line_carries_what_its_slots_allow() -> None:
    tree = railway(100, flows__ore=flow("n0", "n1", 31 * 100, 40), segments__s0__capacity_pairs_per_day=10)
    ledger = run(tree)
    assert len(trains(ledger)) == pytest.approx(310, abs=3)
    assert stocks(ledger, "flow:ore:in_transit_t")[0] < 40 * 2400
    assert offered_t(ledger, accepted=True) < 0.2 * offered_t(ledger)


def test_no_demand_moves_nothing() -> None:
    ledger = run(crossing(0))
    assert not rows(ledger, "lots")
    assert not rows(ledger, "deliveries")
    assert not rows(ledger, "movements")
    assert stocks(ledger, "flow:ore:in_transit_t") == [0] * 12


def test_no_demand_for_a_ferry_in_rotation_sails_empty() -> None:
    ledger = run(crossing(0, vessels__ferry__dispatch_rule="fixed_rotation"))
    assert {voyage["units"] for voyage in trains(ledger, VOYAGE)} == {0}


@pytest.mark.parametrize("mt", [0, 0.1, 3])
def test_offered_is_accepted_and_refused_accepted_is_delivered_and_stock(mt: float) -> None:
    ledger = run(crossing(mt))
    refused = sum(lot["tonnes"] for lot in rows(ledger, "lots") if not lot["accepted"])
    assert offered_t(ledger) == pytest.approx(offered_t(ledger, accepted=True) + refused)
    stock = stocks(ledger, "flow:ore:in_transit_t")[-1]
    assert offered_t(ledger, accepted=True) == pytest.approx(delivered_t(ledger) + stock)


def test_the_audit_tells_of_wagons_that_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(_world: World, part: Any, _station: str) -> None:
        part.wagons, part.pool = 0, ""

    monkeypatch.setattr(World, "empty_wagons", lose)
    tree = railway(100, flows__ore=flow("n0", "n1", 5, 40, wagon_pools=["gondola"]))
    tree["wagons"] = {"gondola": {"kind": "gondola", "corridor_units": 300, "tare_t": 24}}
    with pytest.raises(BooksDoNotBalance, match="wagons of gondola: 100 at home and 0 away are not 300"):
        run(tree)


def test_the_audit_tells_of_cargo_that_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(_world: World, _train: Any, parts: list[Any], *_: Any) -> Iterator[None]:
        parts.clear()
        return iter(())

    monkeypatch.setattr(World, "arrive", lose)
    with pytest.raises(BooksDoNotBalance, match="ore: 200 units under way, but 0 exist"):
        run(railway(100, flows__ore=flow("n0", "n1", 5, 40)))


def test_the_audit_tells_of_locomotives_that_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    from corridorsim.engine.locomotives import Pool

    monkeypatch.setattr(Pool, "_free", lambda *_: None)
    with pytest.raises(BooksDoNotBalance, match="rail: 0 idle and 0 at work are not 2 in service"):
        run(diesels(railway(100, flows__ore=flow("n0", "n1", 5)), 2))
