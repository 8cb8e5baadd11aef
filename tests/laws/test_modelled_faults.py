"""Faults of the modelled world: what stops, what goes on, and what the result says of it; through the public door."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import corridorsim
from corridorsim.api import RunFailed
from corridorsim.cli.app import app
from corridorsim.report.result import Result
from corridorsim.scenario import Issues
from tests.engine.lines import changed, two_nodes_and_a_ferry
from tests.engine.rails import diesels, flow, railway, segment
from tests.engine.test_block import ring

from .corridors import Tree, loaded


def run(tree: Tree) -> Result:
    """One replication."""
    return corridorsim.run(loaded(tree), replications=1, executor="serial", out=None)


def crossing(**changes: Any) -> Tree:
    """A year of a ferry that carries all 0.2 Mt that are offered."""
    return two_nodes_and_a_ferry(vessels__ferry__max_wait_for_load_h=12, **changes)


def event(kind: str, of: str, start: str, end: str) -> dict[str, Tree]:
    """A closure."""
    return {
        "closed": {
            "start_date": start, "end_date": end, "target_kind": kind, "target_id": of, "attribute": "capacity",
            "factor": 0,
        },
    }  # fmt: skip


def monthly_mt(result: Result) -> list[float]:
    """Delivered on C, month by month."""
    months = result.months
    return [float(x) for x in months[months.perimeter == "C"].delivered_mt]


def balance(result: Result) -> None:
    """Offered = accepted + refused, and stock + accepted = delivered + stock."""
    flows = result.flows
    assert flows.offered_t.to_list() == pytest.approx((flows.accepted_t + flows.refused_t).to_list())
    kept = flows.stock_start_t + flows.accepted_t - flows.delivered_t - flows.stock_end_t
    assert kept.abs().max() < 1e-6 * max(1.0, flows.offered_t.max())


def test_a_deadlock_is_found_and_told_as_a_story(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="wait for one another, for good") as told:
        run(ring())
    story = str(told.value)
    assert story.count("waits at s") == 6
    assert "since day" in story
    file = tmp_path / "ring.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(ring(), stream)
    call = ["run", str(file), "--replications", "1", "--executor", "serial", "--out", str(tmp_path / "out")]
    outcome = CliRunner().invoke(app, call)
    assert outcome.exit_code == 1
    assert "wait for one another" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_port_closed_for_a_year() -> None:
    closed = event("port", "port_west", "2024-01-01", "2025-01-01")
    result = run(crossing(events=closed, wagons=None, flows__ore__wagon_pools=None))
    assert sum(monthly_mt(result)) == 0
    balance(result)
    flows = result.flows.iloc[0]
    assert flows.refused_t > 0.3 * flows.offered_t, "the railway refuses what the port does not take"
    assert set(result.refused.gate) & {"port_east.rail_ferry.export", "origin.ore"}
    waited = result.waiting.groupby("cause").tonne_days.sum()
    assert waited["vessel"] > 0.5 * waited.sum(), "cargo waits for its ship, whose ports are closed"


def test_a_port_closed_for_a_month_catches_up() -> None:
    result = run(crossing(events=event("port", "port_west", "2024-04-01", "2024-05-01")))
    open_mt = monthly_mt(run(crossing()))
    months = monthly_mt(result)
    assert months[3] < 0.2 * open_mt[3]
    assert months[4] > 1.3 * open_mt[4]
    assert sum(months) > 0.9 * sum(open_mt)


def test_all_locomotives_failed() -> None:
    tree = railway(300, 300, days=91, flows__ore=flow("n0", "n2", 300, monthly_profile_id="flat", t_per_unit=60))
    tree["profiles"]["january"] = tree["profiles"]["flat"]
    hurt = diesels(tree, 3, mtbf_km=200, repair_hours_mean=1e6)
    result = run(hurt)
    balance(result)
    well = run(diesels(tree, 3))
    assert result.flows.delivered_t.sum() < 0.2 * well.flows.delivered_t.sum()
    sheds = result.utilisation[result.utilisation.resource == "territory:rail"]
    assert sheds.available.sum() < 0.2 * 3 * 91 * 86_400, "hardly a day of three months is a unit fit"
    waited = result.waiting.groupby("cause").days.sum()
    assert waited.get("rescue", 0) + waited.get("locomotive", 0) > 0.5 * waited.sum()
    assert result.flows.refused_t.sum() > 0


def around(**changes: Any) -> Tree:
    """Two stations with a short line and a long one around."""
    tree = railway(100, days=91, flows__ore=flow("n0", "n1", 1200, monthly_profile_id="flat", route_option="either"))
    tree["nodes"]["detour"] = {"kind": "rail_station"}
    tree["segments"] |= {"out": segment("n0", "detour", 60), "in": segment("detour", "n1", 60)}
    tree["route_options"] = {"around": {"via_node": "detour"}}
    return changed(tree, **changes)


CUT = event("segment", "s0", "2024-02-01", "2024-03-01")


def test_a_segment_cut_for_a_month_with_another_route() -> None:
    result = run(around(events=CUT))
    balance(result)
    months, before = monthly_mt(result), monthly_mt(run(around()))
    assert months == pytest.approx(before, rel=0.05), "all goes around"
    traffic = result.traffic.groupby("segment").trains.sum()
    assert traffic["out"] == traffic["in"] > 60


def test_a_segment_cut_for_a_month_without_another_route() -> None:
    tree = railway(100, days=91, flows__ore=flow("n0", "n1", 1200, monthly_profile_id="flat"), events=CUT)
    result = run(tree)
    balance(result)
    months = monthly_mt(result)
    assert months[1] < 0.1 * months[0]
    assert months[2] > months[0], "what waited comes after"
    waited = result.waiting.groupby("cause").tonne_days.sum()
    assert waited["closure"] > 0.5 * waited.sum()
    assert set(result.refused.gate) == {"origin.ore"}
    assert set(result.refused.cause) == {"closure"}


def test_no_demand() -> None:
    result = run(crossing(flows__ore__mt_per_year=0))
    assert sum(monthly_mt(result)) == 0
    assert len(result.waiting[result.waiting.tonne_days > 0]) == 0
    assert "0.00" in result.page()
    balance(result)


def test_a_hundred_times_the_capacity() -> None:
    usual, peaks = {}, {}
    spring = {"start": "2024-01-01", "results_from": "2024-01-01", "end": "2024-03-31"}
    for mt in (3, 30):
        scenario = loaded(crossing(flows__ore__mt_per_year=mt, horizon=spring))
        tracemalloc.start()
        usual[mt] = corridorsim.run(scenario, replications=1, executor="serial", out=None)
        peaks[mt] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    few, many = (usual[mt].flows.iloc[0] for mt in (3, 30))
    for result in usual.values():
        balance(result)
    assert many.offered_t == pytest.approx(7.5e6, rel=0.01)
    assert many.delivered_t == pytest.approx(few.delivered_t, rel=0.1), "it carries what it can"
    assert many.refused_t == pytest.approx(many.offered_t - many.accepted_t)
    assert many.refused_t > 0.95 * many.offered_t
    assert usual[30].refused.tonnes.sum() == pytest.approx(many.refused_t)
    assert many.stock_end_t < 3 * max(few.stock_end_t, 24_000), "what is under way does not grow with what is asked"
    assert peaks[30] < 3 * peaks[3] + 20e6, "nor does memory, but for a row of a lot refused"


# --- known faults, mended ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("results_from", "end"), [("2024-01-10", "2024-01-20"), ("2024-02-02", "2024-02-29")])
def test_results_without_a_month_are_refused_in_words(results_from: str, end: str) -> None:
    horizon = {"start": "2024-01-01", "results_from": results_from, "end": end}
    with pytest.raises(Issues, match=f"no month begins from {results_from} to {end}"):
        loaded(crossing(horizon=horizon))


@pytest.mark.parametrize(("start", "end"), [("2024-01-10", "2024-01-20"), ("2024-01-01", "2024-01-01")])
def test_results_of_a_part_of_a_month_are_those_of_its_days(start: str, end: str) -> None:
    result = run(crossing(horizon={"start": start, "results_from": start, "end": end}))
    balance(result)
    assert len(monthly_mt(result)) == 1


def beyond(**changes: Any) -> Tree:
    """A ferry, and behind it a line that opens on 1 July."""
    tree = crossing(
        wagons=None, flows__ore__wagon_pools=None, flows__ore__destination_node="inland", flows__ore__mt_per_year=0.15
    )
    tree["nodes"] |= {"west": {"kind": "rail_station"}, "inland": {"kind": "rail_station"}}
    tree["nodes"]["port_west"]["linked_node_id"] = "west"
    pairs = {"2024-01-01": 0, "2024-07-01": 24}
    tree["segments"]["west-inland"] = segment("west", "inland", capacity_pairs_per_day=pairs)
    other = dict(tree["flows"]["ore"], destination_node="port_west", mt_per_year=0.1)
    tree["flows"]["salt"] = other
    return changed(tree, **changes)


def test_cargo_for_a_line_that_is_not_yet_open_is_refused_at_the_gate() -> None:
    result = run(beyond())
    balance(result)
    flows = result.flows.set_index("flow")
    assert flows.loc["ore"].refused_t == pytest.approx(0.075e6, rel=0.05)
    refused = result.refused[result.refused.flow == "ore"]
    assert set(refused.cause) == {"closure"}
    assert flows.loc["ore"].delivered_t > 0.06e6, "from July on it goes"
    # and what is bound for elsewhere is not held up by it
    assert flows.loc["salt"].delivered_t > 0.9 * flows.loc["salt"].offered_t
    assert flows.loc["salt"].refused_t == 0


def test_patient_cargo_comes_when_the_line_opens() -> None:
    result = run(beyond(flows__ore__patience_days=30))
    balance(result)
    ore = result.flows.set_index("flow").loc["ore"]
    assert ore.refused_t == pytest.approx(0.0625e6, rel=0.07), "June's cargo has waited for July"
