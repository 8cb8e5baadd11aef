"""Where the days of delivered cargo went: parts add up to all of them, and waits end at their roots."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridorsim.analysis import reduce
from corridorsim.analysis.summary import summarise
from corridorsim.engine import simulate
from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint

from ..engine.lines import Tree, blueprint_of, changed, two_nodes_and_a_ferry
from ..engine.rails import diesels, flow, railway, segment
from .ledgers import DAY

Rows = list[dict[str, Any]]


def table(reduced: dict[str, Any], name: str) -> Rows:
    columns = reduced["tables"][name]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def simulated(tree: Tree) -> tuple[Blueprint, Ledger, dict[str, Any]]:
    blueprint = blueprint_of(tree)
    ledger = simulate(blueprint, seed=1, replication=0)
    return blueprint, ledger, reduce(blueprint, ledger)


def blamed(tree: Tree, phase: str = "transit", part: str = "waiting") -> Counter[tuple[str, str]]:
    """Shares of (cause, place) in a part of the days."""
    rows = [row for row in table(simulated(tree)[2], "blame") if row["phase"] == phase and row["part"] == part]
    total = sum(row["tonne_days"] for row in rows)
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row["cause"], row["place"]] += row["tonne_days"] / total
    return found


def ferry(**changes: Any) -> Tree:
    tree = two_nodes_and_a_ferry(
        wagons=None, flows__ore__wagon_pools=None, horizon__end="2024-03-31", flows__ore__mt_per_year=0.6,
        assumptions={"origin_trains_start": 1000, "origin_trains_release": 999},
    )  # fmt: skip
    return changed(tree, **changes)


def storms(share: float, days: float) -> Tree:
    return {"gulf": {month: {"closure_share": share, "mean_spell_days": days} for month in range(1, 13)}}


# --- everything adds up -----------------------------------------------------------------------------------------------


def check(tree: Tree) -> None:
    """All parts of a flow are its lots' days in transit and at the origin, lot by lot; nothing is left unexplained."""
    blueprint, ledger, reduced = simulated(tree)
    blame = table(reduced, "blame")
    assert not [row for row in blame if row["part"] == "unknown"]
    assert all(row["tonne_days"] > -1e-6 for row in blame)
    lots = ledger.tables["lots"].columns
    for number, plan in enumerate(blueprint.flows):
        mine = [
            (tonnes, accepted, accepted if departed < 0 else departed, delivered)
            for name, tonnes, accepted, departed, delivered in zip(
                lots["flow"], lots["tonnes"], lots["accepted_s"], lots["departed_s"], lots["delivered_s"], strict=True
            )
            if ledger.names[int(name)] == plan.id and delivered >= 0
        ]
        totals = {
            "transit": sum(t * (delivered - departed) / DAY for t, _, departed, delivered in mine),
            "origin": sum(t * (departed - accepted) / DAY for t, accepted, departed, _ in mine),
        }
        for phase, total in totals.items():
            rows = [row["tonne_days"] for row in blame if row["flow"] == plan.id and row["phase"] == phase]
            assert sum(rows) == pytest.approx(total, rel=1e-9, abs=1e-6)
        days = table(reduced, "flows")[number]["transit_days_mean"]
        if mine and days is not None:
            assert totals["transit"] == pytest.approx(days * sum(t for t, *_ in mine), rel=1e-9)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    room=st.sampled_from([15, 25, 40, 60]),
    ships=st.integers(1, 3),
    mt=st.sampled_from([0.2, 0.6, 1.5]),
    storage=st.sampled_from([45, 90, 4000]),
    storm=st.sampled_from([0.0, 0.4]),
    units=st.sampled_from([0, 1, 3]),
    wagons=st.sampled_from([0, 60, 400]),
    formalities=st.sampled_from([0, 12]),
    keeps=st.booleans(),
)
def test_parts_add_up_to_all_days(
    room: int, ships: int, mt: float, storage: int, storm: float, units: int, wagons: int, formalities: int, keeps: bool
) -> None:
    tree = ferry(
        horizon__end="2024-02-20", flows__ore__mt_per_year=mt, vessels__ferry__capacity_wagons=room,
        vessels__ferry__count=ships, ports__port_east__rail_ferry__storage_wagons=storage, assumptions=None,
    )  # fmt: skip
    if storm:
        tree = changed(tree, weather=storms(storm, 2), nodes__port_east__weather_group="gulf")
    if units:
        tree = diesels(tree, units, homes=("mine",), mtbf_km=2000, repair_hours_mean=20, service_h=3)
    if wagons:
        tree = changed(
            tree, wagons={"gondola": {"kind": "gondola", "corridor_units": wagons, "tare_t": 24}},
            flows__ore__wagon_pools=["gondola"],
        )  # fmt: skip
    if formalities:
        tree = changed(
            tree, ports__port_east__rail_ferry__formalities_h={"distribution": "uniform", "min_h": 2, "max_h": 20}
        )
    if keeps:  # and a line beyond the sea
        tree["nodes"] |= {"west": {"kind": "rail_station"}, "mill": {"kind": "rail_station"}}
        tree["nodes"]["port_west"]["linked_node_id"] = "west"
        tree["segments"]["west-mill"] = segment("west", "mill", 60)
        tree["flows"]["ore"]["destination_node"] = "mill"
        if units:
            tree["segments"]["west-mill"]["operator"] = "R"
    check(tree)


@pytest.mark.parametrize("per_day", [6, 20])
def test_parts_add_up_in_blocks_and_at_borders(per_day: int) -> None:
    tree = railway(30, 60, 30, flows__east=flow("n0", "n3", 31 * per_day), flows__west=flow("n3", "n0", 31 * 3))
    for branch in tree["segments"].values():
        branch |= {"discipline": "block", "block_trains": 1, "station_slots": 2}
    tree["borders"] = {"b": {"node_from": "n1", "node_to": "n2", "dwell_h": 1, "servers": 1}}
    check(tree)


def test_a_lot_waits_for_its_last_part() -> None:
    """20 of 40 wagons cross at once, the rest with the ship's next round: until then the whole lot is under way."""
    tree = ferry(
        flows__ore__mt_per_year=0.03, vessels__ferry__capacity_wagons=20, vessels__ferry__max_wait_for_load_h=1,
        flows__ore__arrival_law="fixed",
    )  # fmt: skip
    check(tree)
    _, ledger, reduced = simulated(tree)
    deliveries = ledger.tables["deliveries"].columns
    assert max(Counter(deliveries["lot"]).values()) == 2
    days = Counter({row["part"]: 0.0 for row in table(reduced, "blame")})
    for row in table(reduced, "blame"):
        days[row["part"]] += row["tonne_days"] if row["phase"] == "transit" else 0
    lots = len(set(deliveries["lot"]))
    # at the quay half of the lot waits for a ship that is at work or at sea; then it crosses for the whole lot
    crossing = sum(row["tonne_days"] for row in table(reduced, "blame") if row["cause"] == "sea")
    assert crossing == pytest.approx(lots * 2400 * (1.0 + 0.5) * 18 / 24, rel=0.35)
    assert days["waiting"] > 0


# --- roots that are known beforehand ----------------------------------------------------------------------------------


def test_train_waits_for_the_yard_the_yard_for_the_ferry_the_ferry_for_the_wind() -> None:
    tree = ferry(
        vessels__ferry__count=12, ports__port_east__rail_ferry__berths=12, ports__port_west__rail_ferry__berths=12,
        ports__port_east__rail_ferry__storage_wagons=60, ports__port_east__rail_ferry__ban_start_wagons=4000,
        vessels__ferry__max_wait_for_load_h=0, weather=storms(0.6, 10), nodes__port_east__weather_group="gulf",
    )  # fmt: skip
    direct = Counter(
        {(row["cause"], row["place"]): row["tonne_days"] for row in table(simulated(tree)[2], "waiting") if row["flow"]}
    )
    port = "port_east.rail_ferry"
    assert direct["yard_full", port] > 0.2 * sum(direct.values())
    roots = blamed(tree)
    assert roots["weather", port] > 0.8
    # the rest: while all that is in the yard is being loaded, the yard itself is too small
    assert roots["yard_full", port] < 0.5 * direct["yard_full", port] / sum(direct.values())


def test_one_slow_berth() -> None:
    tree = ferry(vessels__ferry__count=12, vessels__ferry__load_h=20, vessels__ferry__max_wait_for_load_h=0,
                 flows__ore__mt_per_year=2.0)  # fmt: skip
    roots = blamed(tree)
    assert roots.most_common(1)[0][0] == ("berth", "port_east.rail_ferry")
    assert roots["berth", "port_east.rail_ferry"] > 0.8


def test_too_few_ships() -> None:
    roots = blamed(ferry(flows__ore__mt_per_year=1.5, vessels__ferry__max_wait_for_load_h=1))
    assert roots.most_common(1)[0][0] == ("vessel", "port_east.rail_ferry")
    assert roots["vessel", "port_east.rail_ferry"] > 0.9


def test_a_ship_that_waits_for_its_load() -> None:
    """One lot in eight days for a ship of three lots: cargo waits until it is full."""
    tree = ferry(flows__ore__mt_per_year=0.1, vessels__ferry__capacity_wagons=120,
                 vessels__ferry__max_wait_for_load_h=2000)  # fmt: skip
    roots = blamed(tree)
    assert roots["cargo", "port_east.rail_ferry"] > 0.7


def test_one_locomotive() -> None:
    roots = blamed(diesels(railway(100, flows__ore=flow("n0", "n1", 31 * 10)), 1), phase="origin")
    assert roots == {("locomotive", "rail"): pytest.approx(1.0)}


def test_locomotives_that_stand_in_line_pass_it_on() -> None:
    """Ten trains a day, four slots: the units are where the slots are missing."""
    tree = railway(50, 50, flows__ore=flow("n0", "n2", 31 * 10))
    tree["segments"]["s1"]["capacity_pairs_per_day"] = 4
    roots = blamed(diesels(tree, 12), phase="origin")
    assert roots["slot", "s1"] > 0.6
    assert roots["slot", "s1"] + roots["locomotive", "rail"] == pytest.approx(1.0)


def test_a_line_without_slots() -> None:
    tree = railway(50, 50, flows__ore=flow("n0", "n2", 31 * 10))
    tree["segments"]["s1"]["capacity_pairs_per_day"] = 4
    assert blamed(tree) == {("slot", "s1"): pytest.approx(1.0)}


def test_a_train_behind_another_waits_for_what_that_waits_for() -> None:
    """Blocks with room for one train, and a border behind them that takes one at a time, six hours each."""
    tree = railway(20, 20, 20, flows__ore=flow("n0", "n3", 31 * 5))
    for branch in tree["segments"].values():
        branch |= {"discipline": "block", "block_trains": 1, "station_slots": 1}
    tree["borders"] = {"b": {"node_from": "n1", "node_to": "n2", "dwell_h": 6, "servers": 1}}
    roots = blamed(tree)
    assert roots["border", "b"] > 0.85


def test_a_border() -> None:
    tree = railway(50, 50, flows__ore=flow("n0", "n2", 31 * 6))
    tree["borders"] = {"b": {"node_from": "n1", "node_to": "n2", "dwell_h": 3, "servers": 1}}
    assert blamed(tree) == {("border", "b"): pytest.approx(1.0)}
    moving = blamed(tree, part="moving")
    assert moving == {("rail", "n0"): pytest.approx(1.0)}


def test_wagons_that_wait_in_the_yard_pass_it_on() -> None:
    """Enough wagons for an empty road, but they stand loaded before a ferry that is too small."""
    tree = ferry(
        wagons={"gondola": {"kind": "gondola", "corridor_units": 400, "tare_t": 24}},
        flows__ore__wagon_pools=["gondola"], flows__ore__mt_per_year=2.0,
        ports__port_east__rail_ferry__ban_start_wagons=4000,
    )  # fmt: skip
    roots = blamed(tree, phase="origin")
    assert roots["vessel", "port_east.rail_ferry"] > 0.5
    assert roots["wagons", "gondola"] > 0


# --- corners ----------------------------------------------------------------------------------------------------------


def test_where_nothing_waits_there_is_no_row_of_waiting() -> None:
    _, _, reduced = simulated(railway(100, flows__ore=flow("n0", "n1", 10)))
    assert {row["cause"] for row in table(reduced, "blame")} == {"rail", "handling"}


def test_where_nothing_arrives_there_is_no_row(ferry: Blueprint) -> None:
    assert table(reduce(ferry, Ledger()), "blame") == []


def test_what_the_ledger_does_not_explain_is_said(ferry: Blueprint) -> None:
    from .ledgers import a_year

    rows = table(reduce(ferry, a_year(ferry)), "blame")  # written by hand, without trains and ships of the lots
    assert sum(row["tonne_days"] for row in rows if row["phase"] == "transit") == pytest.approx(70_000)
    assert sum(row["tonne_days"] for row in rows if row["part"] == "unknown") > 0


def test_months_of_waiting_add_up_to_the_years() -> None:
    _, _, reduced = simulated(ferry(flows__ore__mt_per_year=1.5))
    months, years = table(reduced, "waiting_months"), table(reduced, "waiting")
    assert {row["month"] for row in months} == {"2024-01", "2024-02", "2024-03"}
    for cause in {row["cause"] for row in months}:
        by_month = sum(row["tonne_days"] for row in months if row["cause"] == cause)
        assert by_month == pytest.approx(sum(row["tonne_days"] for row in years if row["cause"] == cause))


def test_the_summary_has_shares_of_one() -> None:
    _, _, reduced = simulated(ferry(flows__ore__mt_per_year=1.5))
    made = summarise(
        name="ferry", title="", version="0", seed=1, judged=[], unjudged=[], sets={"as_given": {0: reduced}},
        hashes={"as_given": "f" * 64}, failed=0, warm_up_days=0,
    )  # fmt: skip
    assert sum(one.share for one in made.transit_parts) == pytest.approx(1)
    assert sum(one.days for one in made.transit_parts) == pytest.approx(made.years[2024].transit_days["ore"].mean)
    assert [one.part for one in made.transit_parts][:3] == ["moving", "moving", "handling"]
    assert made.origin_parts == []
