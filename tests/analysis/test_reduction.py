"""Figures of a ledger that was written by hand, each told beforehand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from corridorsim.analysis import PERIMETERS, TABLES, Unbalanced, check_books, reduce
from corridorsim.analysis.story import NoSuchActor, Story
from corridorsim.analysis.volumes import weighted_quantiles
from corridorsim.ledger import OPEN, Ledger
from corridorsim.model import Blueprint

from .ledgers import DAY, a_year, close_books, month_s, write_lot


def rows(reduced: dict[str, Any], table: str) -> list[dict[str, Any]]:
    columns = reduced["tables"][table]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


@pytest.fixture(scope="module")
def reduced(ferry: Blueprint) -> dict[str, Any]:
    # through JSON, as the store keeps it
    return json.loads(json.dumps(reduce(ferry, a_year(ferry)), allow_nan=False))  # type: ignore[no-any-return]


def test_years_hold_what_was_offered_refused_and_delivered(reduced: dict[str, Any]) -> None:
    (row,) = [row for row in rows(reduced, "years") if row["perimeter"] == "A"]
    assert row["offered_mt"] == pytest.approx(6500e-6)
    assert row["accepted_mt"] == pytest.approx(6000e-6)
    assert row["refused_mt"] == pytest.approx(500e-6)
    assert row["delivered_mt"] == pytest.approx(4000e-6)


def test_a_wider_perimeter_holds_the_narrower(reduced: dict[str, Any]) -> None:
    assert [row["delivered_mt"] for row in rows(reduced, "years")] == [pytest.approx(4000e-6)] * len(PERIMETERS)


def test_months_are_those_of_offer_and_of_delivery(reduced: dict[str, Any]) -> None:
    months = {row["month"]: row for row in rows(reduced, "months") if row["perimeter"] == "A"}
    assert len(months) == 12
    assert months["2024-01"]["delivered_mt"] == pytest.approx(1000e-6)
    assert months["2024-06"]["offered_mt"] == pytest.approx(3500e-6)
    assert months["2024-12"]["delivered_mt"] == 0


def test_days_in_transit_weigh_tonnes(reduced: dict[str, Any]) -> None:
    flow = next(row for row in rows(reduced, "flows") if row["flow"] == "ore")
    assert flow["transit_days_mean"] == pytest.approx((1000 * 10 + 3000 * 20) / 4000)
    assert (flow["transit_days_p10"], flow["transit_days_p50"]) == (10, 20)
    assert flow["origin_wait_days"] == pytest.approx((1000 * 1 + 3000 * 2) / 4000)
    assert (flow["stock_start_t"], flow["stock_end_t"]) == (0, 2000)


def test_refusals_name_gate_and_cause(reduced: dict[str, Any]) -> None:
    (refused,) = rows(reduced, "refused")
    assert (refused["gate"], refused["cause"], refused["tonnes"]) == ("origin.ore", "vessel", 500)


def test_waiting_is_in_tonne_days_by_cause_and_place(reduced: dict[str, Any]) -> None:
    waiting = {(row["cause"], row["place"]): row for row in rows(reduced, "waiting")}
    assert waiting["vessel", "port_east.rail_ferry"]["tonne_days"] == pytest.approx(3000)
    assert waiting["slot", "mine"]["tonne_days"] == pytest.approx(500)
    ship = waiting["cargo", "port_east.rail_ferry"]  # open to the end of the run, and empty
    assert (ship["days"], ship["tonne_days"], ship["flow"]) == (pytest.approx(1), 0, "")


def test_utilisation_is_busy_over_in_service(reduced: dict[str, Any]) -> None:
    shares = {row["resource"]: row["utilisation"] for row in rows(reduced, "utilisation")}
    assert shares == {"segment:mine-east": pytest.approx(sum(range(10, 22)) / 1200), "vessel:laid up": None}


def test_trains_are_counted_by_where_they_went(reduced: dict[str, Any]) -> None:
    (train,) = rows(reduced, "trains")
    assert (train["kind"], train["from_place"], train["to_place"]) == ("loaded_train", "mine", "east")
    assert (train["trains"], train["net_t"], train["hours"]) == (1, 1000, 2)


def test_tables_are_those_that_are_listed(reduced: dict[str, Any]) -> None:
    assert tuple(reduced["tables"]) == TABLES
    for name, table in reduced["tables"].items():
        assert len({len(column) for column in table.values()}) == 1, name


def test_cargo_in_the_system_day_by_day(ferry: Blueprint, reduced: dict[str, Any]) -> None:
    tonnes = [row["tonnes"] for row in rows(reduced, "system")]
    assert [row["day"] for row in rows(reduced, "system")] == list(range(366))
    june = month_s(ferry, 6) // DAY
    # from 2 January for 11 days 1,000 t, from 1 June for 22 days 3,000 t, from 30 December 2,000 t
    expected = {
        **dict.fromkeys(range(1, 12), 1000),
        **dict.fromkeys(range(june, june + 22), 3000),
        364: 2000,
        365: 2000,
    }
    assert tonnes == pytest.approx([expected.get(day, 0) for day in range(366)])


def test_a_day_holds_what_was_there_on_average(ferry: Blueprint) -> None:
    ledger = Ledger()
    write_lot(ledger, 1000, DAY + DAY // 4, 2 * DAY, 3 * DAY + DAY // 2)
    write_lot(ledger, 800, 5 * DAY, 5 * DAY, 5 * DAY + DAY // 2)
    close_books(ferry, ledger)
    tonnes = reduce(ferry, ledger)["tables"]["system"]["tonnes"]
    assert tonnes[:7] == pytest.approx([0, 750, 1000, 500, 0, 400, 0])


def test_the_system_is_told_from_the_start_to_the_end_of_the_second_year_of_results(ferry_file: Any) -> None:
    from corridorsim.model import build
    from corridorsim.scenario import read

    sets = ["horizon.start=2023-11-01", "horizon.end=2026-12-31"]
    blueprint = build(read(ferry_file, sets=sets))
    ledger = Ledger()
    new_year = blueprint.calendar.month_starts_s[26]
    write_lot(ledger, 1000, new_year - DAY, new_year - DAY)
    write_lot(ledger, 500, new_year, new_year)  # after the last day that counts
    close_books(blueprint, ledger)
    tonnes = reduce(blueprint, ledger)["tables"]["system"]["tonnes"]
    assert tonnes == pytest.approx([0] * (30 + 31 + 366 + 364) + [1000])


def test_cargo_in_no_perimeter_is_not_in_the_system(ferry_file: Any) -> None:
    from corridorsim.model import build
    from corridorsim.scenario import read

    for perimeter, expected in (("N", 0), ("C", 2000)):
        blueprint = build(read(ferry_file, sets=[f"flows.ore.perimeter={perimeter}"]))
        assert reduce(blueprint, a_year(blueprint))["tables"]["system"]["tonnes"][-1] == pytest.approx(expected)


def test_digest_is_the_ledgers(ferry: Blueprint, reduced: dict[str, Any]) -> None:
    assert reduced["digest"] == a_year(ferry).digest()


def test_warm_up_is_not_in_the_results(ferry_file: Any) -> None:
    from corridorsim.model import build
    from corridorsim.scenario import read

    blueprint = build(read(ferry_file, sets=["horizon.results_from=2024-02-01"]))
    found = reduce(blueprint, a_year(blueprint))
    (year,) = [row for row in rows(found, "years") if row["perimeter"] == "A"]
    assert year["delivered_mt"] == pytest.approx(3000e-6)
    assert len(rows(found, "months")) == 11 * 3
    assert all(row["cause"] == "cargo" for row in rows(found, "waiting"))


def test_an_empty_run_has_figures_too(ferry: Blueprint) -> None:
    ledger = Ledger()
    assert rows(reduce(ferry, ledger), "years")[0]["offered_mt"] == 0


# --- books ------------------------------------------------------------------------------------------------------------


def test_books_that_balance_are_silent(ferry: Blueprint) -> None:
    assert check_books(ferry, a_year(ferry)) == []


def test_a_stock_that_does_not_match_is_named(ferry: Blueprint) -> None:
    ledger = a_year(ferry)
    stocks = ledger.tables["stocks"]
    stocks.put(7, "amount", stocks.column("amount")[7] + 60)
    assert [line for line in check_books(ferry, ledger) if "2024-08" in line and "ore" in line]
    with pytest.raises(Unbalanced, match="do not balance"):
        reduce(ferry, ledger)


def test_what_happens_in_the_second_of_the_reading_may_be_on_either_side(ferry: Blueprint) -> None:
    ledger = Ledger()
    january = month_s(ferry, 1, 2)
    write_lot(ledger, 1000, january, january, ferry.calendar.month_starts_s[1] - 1)
    close_books(ferry, ledger)
    assert check_books(ferry, ledger) == []
    ledger.tables["stocks"].put(0, "amount", 1000.0)
    assert check_books(ferry, ledger) == []


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "message"),
    [
        ("deliveries", "tonnes", 0, 1100.0, "1100.000 t delivered of 1000.000 t"),
        ("deliveries", "lot", 0, 99, "does not exist"),
        ("lots", "accepted_s", 0, 0, "before it was offered"),
        ("lots", "accepted", 3, 7, "neither accepted nor refused"),
        ("lots", "departed_s", 3, 5 * DAY, "departed without"),
        ("lots", "delivered_s", 1, 0, "delivered before it departed"),
        ("lots", "delivered_s", 2, 366 * DAY, "marked delivered with 0.000 t"),
    ],
)  # fmt: skip
def test_each_fault_of_the_books_is_told(
    ferry: Blueprint, table: str, column: str, row: int, value: float, message: str
) -> None:
    ledger = a_year(ferry)
    ledger.tables[table].put(row, column, value)
    assert any(message in line for line in check_books(ferry, ledger))


def test_a_missing_stock_is_told(ferry: Blueprint) -> None:
    ledger = Ledger()
    write_lot(ledger, 1000, month_s(ferry, 2))
    assert check_books(ferry, ledger) == ["flow ore: no stock was counted at the end of 2024-02"]


def test_quantiles_weigh() -> None:
    import numpy as np

    values, weights = np.asarray([3.0, 1.0, 2.0]), np.asarray([1.0, 8.0, 1.0])
    assert weighted_quantiles(values, weights, (0.1, 0.8, 0.9, 1.0)) == [1.0, 1.0, 2.0, 3.0]
    assert weighted_quantiles(values[:0], weights[:0], (0.5,)) == [None]


# --- stories ----------------------------------------------------------------------------------------------------------


def test_a_train_tells_its_waits_and_ways_in_order(ferry: Blueprint) -> None:
    lines = Story(ferry, a_year(ferry)).actor("train 1").splitlines()
    assert lines[0] == "train 1"
    assert "2024-01-03 00:00     12.0 h  waits at mine with 1,000 t for: slot" in lines[1]
    assert "loaded train of ore mine -> east, 1,000 t" in lines[2]


def test_a_lot_tells_its_days(ferry: Blueprint) -> None:
    story = Story(ferry, a_year(ferry))
    assert story.slowest("ore") == 1
    told = story.lot_number(1)
    assert told.startswith("lot 1 of ore: 3,000 t in 50 units, 20.0 days in transit")
    assert "3,000 t delivered" in told
    assert "refused at origin.ore: vessel (cargo ready, no ship loading for its line)" in story.lot_number(3)


def test_who_is_not_there_is_told_with_who_is(ferry: Blueprint) -> None:
    story = Story(ferry, a_year(ferry))
    with pytest.raises(NoSuchActor, match="there are train 1"):
        story.actor("train 2")
    with pytest.raises(NoSuchActor, match="lots 0 to 3"):
        story.lot_number(OPEN)
    with pytest.raises(NoSuchActor, match="flows: ore"):
        story.slowest("coal")
