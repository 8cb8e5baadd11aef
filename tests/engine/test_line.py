"""A line from end to end: exact transit, and books that balance."""

from __future__ import annotations

import random

import pytest

from corridorsim.ledger import Ledger

from .lines import Tree, delivered_t, offered_t
from .rails import DAY, HOUR, diesels, flow, hops, railway, rows, run, segment, stocks, trains


def test_a_single_train_on_an_empty_line_takes_length_over_speed() -> None:
    ledger = run(railway(120, 80, flows__ore=flow("n0", "n2", 1, 40)))
    (train,) = trains(ledger)
    # 50 km/h: 2.4 h and 1.6 h
    assert train["arrive_s"] - train["depart_s"] == 4 * HOUR
    assert [leave - enter for _, _, enter, leave in hops(ledger)] == [8640, 5760]
    assert (train["net_t"], train["gross_t"], train["length_m"]) == (2400, 40 * (60 + 24), 200_000)


def test_delivered_means_unloaded_at_the_destination() -> None:
    ledger = run(railway(100, flows__ore=flow("n0", "n1", 1, 40), assumptions__terminal_handling_h=6))
    (lot,) = rows(ledger, "lots")
    assert lot["delivered_s"] - lot["departed_s"] == 2 * HOUR + 6 * HOUR
    assert lot["delivered_tonne_s"] == pytest.approx(2400 * 8 * HOUR)


def test_all_that_is_offered_on_a_free_line_is_delivered() -> None:
    # 31 lots, the last at noon of 31 January: a day more is enough for all of them
    ledger = run(railway(100, 50, days=33, flows__ore=flow("n0", "n2", 31, 40)))
    assert offered_t(ledger) == 31 * 2400
    assert delivered_t(ledger) == 31 * 2400


def test_lots_of_the_fixed_law_come_at_equal_intervals() -> None:
    ledger = run(railway(100, flows__ore=flow("n0", "n1", 31)))
    assert [lot["offered_s"] for lot in rows(ledger, "lots")] == [DAY // 2 + k * DAY for k in range(31)]


def test_a_part_of_a_month_offers_its_share_of_days() -> None:
    assert len(rows(run(railway(100, days=10, flows__ore=flow("n0", "n1", 31))), "lots")) == 10


def books_balance(ledger: Ledger, tree: Tree) -> None:
    """Offered = accepted + refused, and at each month end accepted = delivered + stock."""
    lots, deliveries = rows(ledger, "lots"), rows(ledger, "deliveries")
    ends = [31 * DAY - 1, 60 * DAY - 1]
    for name in tree["flows"]:
        number = ledger.number(name)
        mine = [lot for lot in lots if lot["flow"] == number]
        accepted = sum(lot["tonnes"] for lot in mine if lot["accepted"])
        refused = sum(lot["tonnes"] for lot in mine if not lot["accepted"])
        assert sum(lot["tonnes"] for lot in mine) == pytest.approx(accepted + refused)
        assert all(lot["gate"] >= 0 for lot in mine if not lot["accepted"]), "refused without a limit"
        for end, stock in zip(ends, stocks(ledger, f"flow:{name}:in_transit_t"), strict=True):
            came = sum(lot["tonnes"] for lot in mine if lot["accepted"] and lot["accepted_s"] <= end)
            went = sum(d["tonnes"] for d in deliveries if d["flow"] == number and d["time_s"] <= end)
            assert came == pytest.approx(went + stock)


def random_line(seed: int) -> Tree:
    """A small railway that is short of this or that."""
    dice = random.Random(seed)
    n = dice.randint(1, 4)
    tree = railway(*(dice.choice([30, 80, 120]) for _ in range(n)), days=60)
    for branch in tree["segments"].values():
        branch["capacity_pairs_per_day"] = dice.choice([2, 7, 24])
        branch["background_trains_per_day"] = dice.choice([0, 2, 40])
        branch["max_gross_train_t"] = dice.choice([2000, 3500, 6000])
    tree["assumptions"] |= {"formation_wait_h": dice.choice([0, 24]), "empties_wait_h": dice.choice([0, 48])}
    there, back = ("n0", f"n{n}"), (f"n{n}", f"n{dice.randrange(n)}")
    for name, (a, b) in {"ore": there, "grain": back}.items():
        law = dice.choice(["interval", "poisson", "fixed"])
        patience = dice.choice([0, 10])
        size = dice.choice([1, 13, 50])
        tree["flows"][name] = flow(a, b, dice.randint(5, 80), size, arrival_law=law, patience_days=patience)
    if dice.random() < 0.7:
        tree["wagons"] = {"gondola": {"kind": "gondola", "corridor_units": dice.randint(60, 200), "tare_t": 24}}
        for branch in tree["flows"].values():
            branch["wagon_pools"] = ["gondola"]
    if dice.random() < 0.7:
        tree = diesels(
            tree, dice.randint(2, 5), homes=("n0", f"n{n}"), trailing_mass_limit_t=dice.choice([1800, 3000, 6000]),
            availability=0.9, mtbf_km=dice.choice([3000, 30_000]), repair_hours_mean=24, service_h=3,
        )  # fmt: skip
    return tree


@pytest.mark.parametrize("seed", range(12))
def test_the_books_of_lines_short_of_this_or_that_balance(seed: int) -> None:
    tree = random_line(seed)
    ledger = run(tree)  # its own audit counts wagons and locomotives
    books_balance(ledger, tree)
    assert delivered_t(ledger) > 0


def test_parallel_lines_do_not_disturb_each_other() -> None:
    alone = railway(100, flows__ore=flow("n0", "n1", 31, 40))
    both = railway(100, flows__ore=flow("n0", "n1", 31, 40))
    both["nodes"] |= {"a": {"kind": "rail_station"}, "b": {"kind": "rail_station"}}
    both["segments"]["ab"] = segment("a", "b", capacity_pairs_per_day=1)
    both["flows"]["coal"] = flow("a", "b", 100, 40)
    ends = [
        [d["time_s"] for d in rows(ledger, "deliveries") if d["flow"] == ledger.number("ore")]
        for ledger in (run(alone), run(both))
    ]
    assert ends[0] == ends[1]
    assert ends[0]
