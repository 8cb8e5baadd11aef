"""Scenarios in which what is unknown stands at given levels."""

from __future__ import annotations

import datetime as dt
import inspect
import itertools
import math
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridorsim.model import build, fingerprint, realise, uncertain_groups, uncertain_leaves
from corridorsim.scenario import Dated, Loaded, Spread, effective, find, read
from corridorsim.scenario.schema import KEPT_FROM

from ..small import TEXT

UNKNOWN = """\
statuses: [done]
projects:
  works: {}
  dreams: {}
  ships: {shift_months: {value: 2, low: 0, high: 6}}
changes:
  slots: {project_id: works, date: 2024-03-01, target: segments.mine-east.capacity_pairs_per_day,
          value: {value: 30, low: 28, high: 40}, status: done, slip_months_low: 0, slip_months_high: 4}
  later: {project_id: works, date: 2024-03-01, target: segments.mine-east.tracks, value: 2, status: done,
          slip_months_low: 2, slip_months_high: 6}
  dream: {project_id: dreams, date: 2024-03-01, target: segments.mine-east.tracks, value: 4, status: claimed,
          slip_months_low: 0, slip_months_high: 6}
vessel_deliveries:
  second: {project_id: ships, date: 2024-05-01, class_id: ferry, count: 1, status: done,
           slip_months_low: -2, slip_months_high: 2}
events:
  strike: {start_date: 2024-04-01, end_date: 2024-04-11, start_slip_days: 20, target_kind: flow, target_id: ore,
           attribute: demand, factor: 0}
wagons:
  gondola:
    kind: gondola
    source_ids: [est]
    confidence: E
    tare_t: 24
    fleet_units: {value: 5000, low: 4000, high: 6000}
    corridor_units: {2024-01-01: {value: 100, low: 50, high: 200}, 2024-06-01: {value: 300, low: 150, high: 600},
                     2024-09-01: 500}
assumptions:
  light_hour_weight: {value: 10, low: 1, high: 20, confidence: D}
uncertain_groups:
  speeds: {title: Speeds, leaves: [segments.*.freight_speed_kmh]}
  length: {title: Length, leaves: [-segments.mine-*.length_km, segments.*.background_trains_per_day]}
  ships: {title: Ships, leaves: [vessels.*.count]}
  wagons: {title: Wagons, leaves: [wagons.*.corridor_units]}
  hours: {title: Hours, leaves: [vessels.*.load_h, vessels.*.unload_h, sea_links.*.sailing_h],
          factor: {value: 1, low: 0.5, high: 2}, source_ids: [est], confidence: E}
  slots: {title: Slots, leaves: [changes.slots.value]}
  dates: {title: Dates, leaves: [changes.*.slip_months, vessel_deliveries.*.slip_months, events.*.start_slip_days]}
  shift: {title: Shift, leaves: [projects.*.shift_months]}
"""
RANGED = (
    ("length_km: 100", "length_km: {value: 100, low: 90, high: 120}"),
    ("freight_speed_kmh: 50", "freight_speed_kmh: {value: 50, low: 40, high: 70}, background_trains_per_day: "
     "{value: 4, low: 2, high: 8}"),
    ("count: 1, link", "count: {value: 2, low: 1, high: 4}, link"),
    ("sailing_h: 18", "sailing_h: {value: 18, low: 15, high: 24}"),
    ("load_h: 5, unload_h: 5", "load_h: 5, unload_h: {distribution: erlang, mean_h: 6, shape: 3}"),
)  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The mine and the ferry with something unknown of every kind."""
    return _read(tmp_path_factory.mktemp("small"), UNKNOWN)


def _read(folder: Path, more: str) -> Loaded:
    text = TEXT + more
    if "gondola" in more:
        text = text.replace("wagons_per_unit: 1,", "wagons_per_unit: 1, wagon_pools: [gondola],", 1)
    for old, new in RANGED:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "unknown.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def _value(loaded: Loaded, path: str) -> Any:
    """What stands at a path of the typed scenario."""
    value: Any = loaded.scenario
    for word in path.split("."):
        value = value[word] if isinstance(value, dict) else getattr(value, word)
    return value


def _print(loaded: Loaded) -> str:
    return fingerprint(build(loaded))


def test_no_level_moves_nothing(loaded: Loaded) -> None:
    assert _print(realise(loaded, {})) == _print(loaded)


def test_the_level_of_the_value_gives_the_value_back_exactly(loaded: Loaded) -> None:
    levels = {"speeds": 1 / 3, "ships": 1 / 3, "slots": 2 / 12, "shift": 2 / 6, "wagons": 1 / 3, "hours": 1 / 3}
    for leaf in uncertain_leaves(loaded):
        if leaf.group in levels:
            assert math.isclose(leaf.central_level, levels[leaf.group])
    assert _print(realise(loaded, levels)) == _print(loaded)
    length = next(leaf for leaf in uncertain_leaves(loaded) if leaf.path == "segments.mine-east.length_km")
    assert _value(realise(loaded, {"length": length.central_level}), length.path).value == 100.0


@pytest.mark.parametrize("group", ["speeds", "length", "ships", "wagons", "hours", "slots", "dates", "shift"])
def test_a_moved_leaf_makes_another_blueprint_and_leaves_the_first_alone(loaded: Loaded, group: str) -> None:
    before = _print(loaded)
    assert _print(realise(loaded, {group: 0.9})) != before
    assert _print(loaded) == before


def test_levels_0_and_1_are_the_ends_of_the_range(loaded: Loaded) -> None:
    low, high = realise(loaded, {"speeds": 0, "length": 0}), realise(loaded, {"speeds": 1, "length": 1})
    speed, length = "segments.mine-east.freight_speed_kmh", "segments.mine-east.length_km"
    assert (_value(low, speed).value, _value(high, speed).value) == (40, 70)
    assert (_value(low, length).value, _value(high, length).value) == (120, 90)  # the other way
    assert _value(low, "assumptions.light_hour_weight").value == 10  # in no group
    assert (_value(low, speed).low, _value(low, speed).high) == (None, None)


def test_a_level_is_the_quantile_of_a_triangle(loaded: Loaded) -> None:
    """Closed form: from 40 over 50 to 70 a third of the mass lies below 50."""
    half = realise(loaded, {"speeds": 0.5})
    assert _value(half, "segments.mine-east.freight_speed_kmh").value == pytest.approx(70 - math.sqrt(300))
    twelfth = realise(loaded, {"speeds": 1 / 12})
    assert _value(twelfth, "segments.mine-east.freight_speed_kmh").value == pytest.approx(45)


@given(st.floats(0, 1), st.floats(0, 1))
def test_every_leaf_is_monotone_in_the_level_and_inside_its_range(loaded: Loaded, one: float, other: float) -> None:
    groups = loaded.scenario.uncertain_groups
    below, above = (dict.fromkeys(groups, level) for level in sorted((one, other)))
    first, second = realise(loaded, below), realise(loaded, above)
    for leaf in uncertain_leaves(loaded):
        x, y = (_number(side, leaf.path) for side in (first, second))
        assert (x >= y) if leaf.opposite else (x <= y), leaf.path
        if leaf.kind == "number":
            assert leaf.low <= x <= leaf.high


def _number(loaded: Loaded, path: str) -> float:
    """A leaf as one number: of a date its day, of a duration its mean."""
    path, _, name = path.rpartition(".")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name):
        dated = _value(loaded, path)
        assert isinstance(dated, Dated)
        return dict(dated.steps)[dt.date.fromisoformat(name)].value
    if name in ("slip_months", "start_slip_days"):
        row = _value(loaded, path)
        return float(getattr(row, "date" if name == "slip_months" else "start_date").toordinal())
    value = _value(loaded, f"{path}.{name}")
    if isinstance(value, Spread):
        return value.mean_h
    return value["value"] if isinstance(value, dict) else value.value


def test_ships_and_wagons_stay_whole(loaded: Loaded) -> None:
    counts = [_value(realise(loaded, {"ships": n / 20}), "vessels.ferry.count").value for n in range(21)]
    assert sorted(set(counts)) == [1, 2, 3, 4]
    assert counts == sorted(counts)
    assert all(len(build(realise(loaded, {"ships": n / 4})).vessels) == counts[n * 5] + 1 for n in range(5))


def test_each_step_of_a_dated_number_moves_in_its_own_range(loaded: Loaded) -> None:
    steps = _value(realise(loaded, {"wagons": 0}), "wagons.gondola.corridor_units").steps
    assert [quantity.value for _, quantity in steps] == [50, 150, 500]


def test_a_factor_multiplies_the_whole_law_of_a_duration(loaded: Loaded) -> None:
    slow = realise(loaded, {"hours": 1})
    assert _value(slow, "sea_links.crossing.sailing_h").parameters_h == (30, 36, 48)
    assert _value(slow, "vessels.ferry.load_h").parameters_h == (10,)
    assert _value(slow, "vessels.ferry.unload_h").parameters_h == (12, 3)  # the shape of erlang is no hours
    leaf = next(leaf for leaf in uncertain_leaves(loaded) if leaf.path == "sea_links.crossing.sailing_h")
    assert (leaf.kind, leaf.low, leaf.value, leaf.high, leaf.unit) == ("factor", 9.5, 19, 38, "h")


def test_dates_slip_from_their_most_likely_day(loaded: Loaded) -> None:
    def days(level: float) -> list[dt.date]:
        moved = realise(loaded, {"dates": level}).scenario
        changes = [moved.changes[name].date for name in ("slots", "later", "dream")]
        return [*changes, moved.vessel_deliveries["second"].date, moved.events["strike"].start_date]

    day = dt.date
    # the project of the third does not happen, so its day is left as it is; an event is never moved behind its end
    assert days(0) == [day(2024, 3, 1), day(2024, 5, 1), day(2024, 3, 1), day(2024, 3, 1), day(2024, 4, 1)]
    assert days(1) == [day(2024, 7, 1), day(2024, 9, 1), day(2024, 3, 1), day(2024, 7, 1), day(2024, 4, 10)]
    assert days(0.5)[3] == day(2024, 5, 1)  # from -2 over 0 to 2 months
    slips = {leaf.path: leaf for leaf in uncertain_leaves(loaded) if leaf.group == "dates"}
    assert slips["changes.later.slip_months"].value == 2  # 0 lies outside its range
    assert slips["changes.slots.slip_months"].value == 0
    assert slips["events.strike.start_slip_days"].unit == "days"
    assert "changes.dream.slip_months" not in slips


def test_the_value_of_a_change_moves_in_its_range(loaded: Loaded) -> None:
    assert [value * 1.0 for value in build(realise(loaded, {"slots": 1})).segments[0].pairs_per_day.values] == [24, 40]
    assert [value * 1.0 for value in build(realise(loaded, {"slots": 0})).segments[0].pairs_per_day.values] == [24, 28]


def test_a_table_gives_the_value_of_a_change_its_range_in_columns(tmp_path: Path) -> None:
    (tmp_path / "changes.csv").write_text(
        "change_id,project_id,date,target,value_low,value,value_high,status\n"
        "more,works,2024-03-01,segments.mine-east.capacity_pairs_per_day,20,30,40,done\n"
        "wire,works,2024-03-01,segments.mine-east.traction,,ac25kv,,done\n",
        encoding="utf-8",
    )
    group = "uncertain_groups: {slots: {title: Slots, leaves: [changes.*.value]}}\n"
    loaded = _read(tmp_path, "tables: {changes: changes.csv}\nprojects: {works: {}}\n" + group)
    assert [leaf.path for leaf in uncertain_leaves(loaded) if leaf.group] == ["changes.more.value"]
    moved = build(realise(loaded, {"slots": 0.125})).segments[0]
    assert moved.pairs_per_day.values == (24, 25)
    assert build(loaded).segments[0].pairs_per_day.values == (24, 30)


def test_opposite_leaves_keep_their_sum(tmp_path: Path) -> None:
    more = """\
growth: {all: {ore: {2024: {value: 1, low: 0.5, high: 1.5}}, coal: {2024: {value: 2, low: 1.5, high: 2.5}}}}
uncertain_groups: {split: {title: Split, leaves: growth.all.ore.*; -growth.all.coal.2024}}
"""
    loaded = _read(tmp_path, more)
    for level in (0, 0.2, 0.7, 1):
        growth = realise(loaded, {"split": level}).scenario.growth["all"]
        assert growth["ore"][2024].value + growth["coal"][2024].value == pytest.approx(3)
    assert realise(loaded, {"split": 1}).scenario.growth["all"]["coal"][2024].value == 1.5


def test_wrong_levels_are_told(loaded: Loaded) -> None:
    with pytest.raises(ValueError, match="unknown uncertain group 'speed'; did you mean 'speeds'"):
        realise(loaded, {"speed": 0.5})
    with pytest.raises(ValueError, match=r"'speeds' lies outside 0 to 1: 1\.2"):
        realise(loaded, {"speeds": 1.2})


def test_uncertain_leaves_are_those_that_the_model_takes(loaded: Loaded) -> None:
    leaves = {leaf.path: leaf for leaf in uncertain_leaves(loaded)}
    assert "wagons.gondola.fleet_units" not in leaves  # kept for the reader
    assert "vessels.ferry.load_factor" not in leaves  # has no range
    alone = leaves["assumptions.light_hour_weight"]
    assert (alone.group, alone.low, alone.value, alone.high, alone.confidence) == ("", 1, 10, 20, "D")
    june = leaves["wagons.gondola.corridor_units.2024-06-01"]
    assert (june.group, june.value, june.source_ids, june.confidence) == ("wagons", 300, ("est",), "E")  # of its row
    assert not any(leaf.low >= leaf.high for leaf in leaves.values())


def test_what_is_realised_is_known_there(loaded: Loaded) -> None:
    moved = realise(loaded, dict.fromkeys(loaded.scenario.uncertain_groups, 0.3))
    assert {leaf.group for leaf in uncertain_leaves(moved) if leaf.kind != "factor"} == {""}


def test_groups_are_summed_up_for_a_reader(loaded: Loaded) -> None:
    groups = {group.group: group for group in uncertain_groups(loaded, examples=1)}
    assert list(groups) == [*loaded.scenario.uncertain_groups, ""]
    assert (groups["hours"].title, groups["hours"].leaves, groups["hours"].confidence) == ("Hours", 3, "E")
    assert groups["length"].widest[0].path == "segments.mine-east.background_trains_per_day"
    assert groups["wagons"].confidence == "E"
    assert groups["wagons"].source_ids == ("est",)
    assert sum(group.leaves for group in groups.values()) == len(uncertain_leaves(loaded))


def test_the_schema_says_in_words_what_is_kept_for_the_reader() -> None:
    """``KEPT_FROM`` and the comments above the fields are the same list."""
    from corridorsim.scenario import schema

    for name, part in inspect.getmembers(schema, inspect.isclass):
        if part.__module__ != schema.__name__ or not hasattr(part, "model_fields"):
            continue
        source = inspect.getsource(part)
        said = re.search(r"# kept for the reader\n    (\w+):|\n    (\w+): [^\n]*#: kept for the reader\n", source)
        assert (said and (said[1] or said[2])) == KEPT_FROM.get(part), name


# --- shipped ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def baseline() -> Loaded:
    return read("baseline")


def test_the_shipped_groups_hold_all_but_what_a_scenario_offers(baseline: Loaded) -> None:
    alone = {leaf.path for leaf in uncertain_leaves(baseline) if not leaf.group}
    demand = {path for path in alone if re.fullmatch(r"flows\.\w+\.mt_per_year|growth\.official10\..*", path)}
    assert alone - demand == {"vessels.feeder_black_sea.count"}  # without that ship nothing could be carried there
    summaries = [group for group in uncertain_groups(baseline) if group.group]
    assert len(summaries) <= 30
    assert {group.group for group in summaries if not group.leaves} == {"sea_level"}  # its project is only claimed
    falling = read("sea_level_2027")
    assert next(group.leaves for group in uncertain_groups(falling) if group.group == "sea_level") == 5


def test_the_shipped_groups_change_no_central_value() -> None:
    facts, groups = (
        {leaf.path: leaf.value for leaf in effective(read(str(found)))}
        for found in (find("middle_corridor/corridor"), find("uncertainty/groups"))
    )
    more = {path for path in groups if not path.startswith("uncertain_groups.")} - facts.keys()
    assert not more
    assert {path for path, value in facts.items() if groups[path] != value} == set()


def test_the_shipped_groups_can_be_built_at_any_level(baseline: Loaded) -> None:
    groups, draws = list(baseline.scenario.uncertain_groups), random.Random(1)
    ends = [dict.fromkeys(groups, level) for level in (0, 1)]
    drawn = [{group: draws.random() for group in groups} for _ in range(4)]
    prints = {_print(realise(baseline, levels)) for levels in itertools.chain(ends, drawn)}
    assert len(prints) == 6
    assert _print(baseline) not in prints


@pytest.mark.parametrize("name", ["everything", "shymkent_line", "tripp_opens"])
def test_scenarios_with_other_lines_can_be_built_at_any_level(name: str) -> None:
    loaded = read(name)
    for level in (0, 1):
        assert build(realise(loaded, dict.fromkeys(loaded.scenario.uncertain_groups, level))).flows


def test_the_layer_of_sampling_changes_nothing_else(baseline: Loaded) -> None:
    sampled = read("baseline", with_layers=["uncertainty/sample"])
    assert (baseline.scenario.uncertainty, sampled.scenario.uncertainty) == ("fixed", "sample")
    assert _print(sampled) == _print(baseline)


def test_rail_ferries_are_five_to_eight_in_all(baseline: Loaded) -> None:
    def ferries(level: float) -> float:
        vessels = realise(baseline, {"rail_ferries": level}).scenario.vessels
        return sum(row.count.value for row in vessels.values() if row.kind == "rail_ferry" and row.link == "S03")

    assert [ferries(level) for level in (0, 1)] == [5, 8]
