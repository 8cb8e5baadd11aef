"""Monthly units of flows, and the growth of other traffic."""

from __future__ import annotations

from datetime import date

import pytest

from .small import Tree, built, faults, ferry_line


def offered(tree: Tree, month: str) -> float:
    blueprint = built(tree)
    return blueprint.flows[0].monthly_units[blueprint.calendar.month_names.index(month)]


def growing() -> Tree:
    tree = ferry_line()  # 10,000 wagons a year
    tree["demand"] = {"growth": "plan"}
    tree["growth"] = {"plan": {"g": {2025: 2}}, "all": {"background": {2025: 1.5}, "other": {2025: 3}}}
    return tree


def test_growth_steps_on_new_year_and_is_one_before_its_first_year() -> None:
    assert offered(growing(), "2024-12") == pytest.approx(10_000 / 12)
    assert offered(growing(), "2025-01") == pytest.approx(20_000 / 12)


def test_a_group_that_the_scenario_does_not_hold_grows_as_all() -> None:
    tree = growing()
    tree["flows"]["f"]["flow_group"] = "other"
    assert offered(tree, "2025-01") == pytest.approx(30_000 / 12)


def test_unknown_groups_and_scenarios_are_told() -> None:
    tree = growing()
    tree["flows"]["f"]["flow_group"] = "othr"
    assert "did you mean 'other'?" in faults(tree)["flows.f.flow_group"]
    tree["demand"]["growth"] = "plans"
    assert "did you mean 'plan'?" in faults(tree)["demand.growth"]


def test_saturating_demand_offers_another_years_mix_times_a_factor() -> None:
    tree = growing()
    tree["demand"] |= {"year_of_mix": {2024: 2025}, "factor": {"2023-07-01": 1, "2024-01-01": 1.5}}
    assert offered(tree, "2023-12") == pytest.approx(10_000 / 12)
    assert offered(tree, "2024-01") == pytest.approx(30_000 / 12)


def test_profiles_share_a_year_over_its_months() -> None:
    tree = ferry_line()
    tree["profiles"] = {name: {m: {"factor": 1.0} for m in range(1, 13)} for name in ("flat", "later")}
    tree["profiles"]["flat"][2] = {"factor": 0.5}
    tree["profiles"]["later"][2] = {"factor": 0.25}
    tree["flows"]["f"] |= {"later_profile_id": "later", "later_profile_from_year": 2025}
    assert offered(tree, "2024-02") == pytest.approx(5_000 / 12)
    assert offered(tree, "2025-02") == pytest.approx(2_500 / 12)
    del tree["profiles"]["flat"][7]
    assert "month 7 is missing" in faults(tree)["profiles.flat"]


def test_events_act_by_days_and_end_before_their_last_day() -> None:
    tree = ferry_line()
    stop = {"start_date": "2024-04-11", "end_date": "2024-04-21", "target_kind": "flow", "target_id": "f"}
    tree["events"] = {"e": {**stop, "attribute": "demand", "factor": 0.4}}
    assert offered(tree, "2024-04") == pytest.approx(10_000 / 12 * (20 + 10 * 0.4) / 30)
    tree["events"]["e"]["status"] = "claimed"
    assert offered(tree, "2024-04") == pytest.approx(10_000 / 12)


def test_events_that_the_model_cannot_take_are_told() -> None:
    tree = ferry_line()
    row = {"start_date": "2024-04-11", "end_date": "2024-04-21", "target_kind": "segment", "target_id": "a-b"}
    tree["events"] = {
        "half": {**row, "attribute": "capacity", "factor": 0.5},
        "ban": {**row, "attribute": "acceptance_of_containers", "factor": 0},
    }
    found = faults(tree)
    assert "can only be 0" in found["events.half.factor"]
    assert "informational" in found["events.ban.attribute"]
    for event in tree["events"].values():
        event["informational"] = True
    built(tree)


@pytest.mark.parametrize(("kind", "target"), [("segment", "a-b"), ("node", "a"), ("port", "port_b")])
def test_closures(kind: str, target: str) -> None:
    tree = ferry_line()
    row = {"start_date": "2024-04-11", "end_date": "2024-04-13", "attribute": "capacity", "factor": 0}
    tree["events"] = {"e": {**row, "target_kind": kind, "target_id": target}}
    blueprint = built(tree)
    since = (date(2024, 4, 11) - date(2023, 7, 1)).days * 86400
    window = ((since, since + 2 * 86400),)
    closed = {s.id for s in blueprint.segments if s.closures_s == window}
    closed |= {t.port for t in blueprint.terminals if t.closures_s == window}
    assert closed == ({"port_b"} if kind == "port" else {"a-b"})


def test_boxes_and_tonnes_must_agree() -> None:
    tree = ferry_line()
    tree["flows"]["f"] |= {"cargo": "container", "vessel_kind": "container_feeder", "teu_per_year": 10_000}
    tree["vessels"]["ferry"] |= {"kind": "container_feeder", "capacity_teu": 100}
    built(tree)
    tree["flows"]["f"]["mt_per_year"] = 2
    assert "teu_per_year x t_per_unit is 0.6 Mt" in faults(tree)["flows.f.mt_per_year"]


# --- other traffic ----------------------------------------------------------------------------------------------------


def test_background_is_half_each_way_grows_and_is_clipped() -> None:
    tree = growing()
    tree["segments"]["a-b"]["background_trains_per_day"] = 18
    segment = built(tree).segments[0]
    assert segment.background_per_day.at(0) == 9
    assert segment.background_per_day.values[-1] == pytest.approx(0.95 * 12)
    ((when, wanted, got),) = segment.clipped
    assert (when, wanted, got) == (550 * 86400, 13.5, pytest.approx(11.4))


def test_more_slots_undo_the_clipping() -> None:
    tree = growing()
    tree["segments"]["a-b"] |= {
        "background_trains_per_day": 30,
        "capacity_pairs_per_day": {"2024-01-01": 12, "2024-07-01": 40},
    }
    segment = built(tree).segments[0]
    assert [row[1:] for row in segment.clipped] == [(15, pytest.approx(11.4))]
    assert segment.background_per_day.values[1:] == (15, 22.5)
