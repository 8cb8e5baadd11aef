"""One run again: its frames, its figures, and what it refuses; numbers known by arithmetic."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

import corridorsim as cs
from corridorsim.analysis.fleet import NoSuchFleet
from corridorsim.analysis.line import NoSuchLine
from corridorsim.analysis.queues import NoSuchPlace
from corridorsim.report.replay import NotTheSame, Replay

from .engine.lines import Tree, changed, two_nodes_and_a_ferry
from .engine.loops import even, line, trains
from .engine.rails import diesels, flow, railway
from .engine.test_digest import crossing
from .small import write_scenario

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)


def replay_of(tree: Tree, folder: Path, replication: int = 0) -> Replay:
    file = folder / "scenario.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(tree, stream)
    return cs.load(file).replay(replication)


def two_trains() -> Tree:
    """100 km and 50 km at 50 km/h; of 31 days of January the two lots of a flow come after a quarter and after three,
    to the hour: 8 January 18:00 and 24 January 06:00. A lot the other way comes in the middle, 16 January 12:00."""
    return railway(100, 50, flows__west=flow("n0", "n2", 2), flows__east=flow("n2", "n0", 1))


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"2024-01-{text}")


# --- string line ------------------------------------------------------------------------------------------------------


def test_a_train_passes_the_stations_at_its_hours(tmp_path: Path) -> None:
    replay = replay_of(two_trains(), tmp_path)
    table = replay.plot.string_line("n0", "n2", since="2024-01-08", days=17).table
    stations = table[table.what == "station"]
    assert dict(zip(stations.place, stations.km_start, strict=True)) == {"n0": 0, "n1": 100, "n2": 150}
    runs = table[table.what == "runs"]
    there, back = (runs[runs.direction == end].sort_values("start") for end in ("n2", "n0"))
    assert there.start.tolist() == [at("08 18:00"), at("08 20:00"), at("24 06:00"), at("24 08:00")]
    assert there.end.tolist() == [at("08 20:00"), at("08 21:00"), at("24 08:00"), at("24 09:00")]
    assert list(zip(there.km_start, there.km_end, strict=True)) == [(0, 100), (100, 150)] * 2
    assert list(zip(back.start, back.km_start, back.km_end, strict=True)) == [
        (at("16 12:00"), 150, 100),
        (at("16 13:00"), 100, 0),
    ]
    assert set(runs.kind) == {"loaded"}
    assert table[table.what == "waits"].empty


def test_pieces_are_cut_at_the_period(tmp_path: Path) -> None:
    replay = replay_of(two_trains(), tmp_path)
    table = replay.plot.string_line(["s1", "s0"], since="2024-01-08 19:00", days=1 / 24).table
    runs = table[table.what == "runs"]
    # the line begins at n2 now: of the 100 km of s0, from km 150 to km 50, half is done
    assert runs[["start", "end"]].values.tolist() == [[at("08 19:00"), at("08 20:00")]]
    assert runs[["km_start", "km_end", "direction"]].values.tolist() == [[100.0, 50.0, "n2"]]


def test_a_train_that_waits_for_its_slot_is_level(tmp_path: Path) -> None:
    """Two flows offer at the same hours; a slot comes every hour, so that the second train stands for one."""
    tree = railway(100, 50, flows__one=flow("n0", "n2", 2), flows__two=flow("n0", "n2", 2, wagons_per_unit=2))
    table = replay_of(tree, tmp_path).plot.string_line("n0", "n2", since="2024-01-08", days=2).table
    waits = table[(table.what == "waits") & (table.km_start == 0)]
    assert waits[["cause", "place"]].values.tolist() == [["slot", "s0"]]
    assert (waits.start.iloc[0], waits.end.iloc[0]) == (at("08 18:00"), at("08 19:00"))
    assert waits.km_end.iloc[0] == 0


def test_closed_lines_are_shaded(tmp_path: Path) -> None:
    works = {
        "start_date": "2024-01-11", "end_date": "2024-01-15", "target_kind": "segment", "target_id": "s1",
        "attribute": "capacity", "factor": 0,
    }  # fmt: skip
    table = (
        replay_of(changed(two_trains(), events__works=works), tmp_path)
        .plot.string_line("n0", "n2", since="2024-01-10")
        .table
    )
    closed = table[table.what == "closed"]
    assert closed[["place", "cause", "km_start", "km_end"]].values.tolist() == [["s1", "works", 100.0, 150.0]]
    assert closed.start.iloc[0] == at("11")
    assert closed.end.iloc[0] >= at("14")


def test_nobody_is_in_two_places(tmp_path: Path) -> None:
    """Failures, light engines, two directions, other traffic: each follows its own way, step by step."""
    tree = diesels(
        railway(60, 80, 40, flows__there=flow("n0", "n3", 90), flows__back=flow("n3", "n0", 60)),
        3,
        mtbf_km=2000,
        repair_hours_mean=8,
        service_h=2,
    )
    replay = replay_of(tree, tmp_path)
    hops = replay.hops
    assert {"loaded", "light"} == set(hops.kind)
    ended = hops.dropna(subset="leave")
    assert (ended.asked <= ended.start).all()
    assert (ended.start < ended.leave).all()
    for _, mine in hops.groupby(["train", "trip"]):
        assert (mine.to_node.iloc[:-1].to_numpy() == mine.from_node.iloc[1:].to_numpy()).all()
        assert (mine.leave.iloc[:-1].to_numpy() <= mine.asked.iloc[1:].to_numpy()).all()
    units = replay.states[replay.states.state == "coupled"].sort_values(["name", "start"])
    assert len(units) > 100
    for _, mine in units.groupby("name"):
        assert (mine.end.iloc[:-1].to_numpy() <= mine.start.iloc[1:].to_numpy()).all()
    table = replay.plot.string_line("n0", "n3", since="2024-01-05", days=10).table
    moved = table[table.what.isin(["runs", "waits"])].sort_values(["train", "trip", "start"])
    for _, mine in moved.groupby(["train", "trip"]):
        assert (mine.end.iloc[:-1].to_numpy() <= mine.start.iloc[1:].to_numpy()).all()
        assert (mine.km_end.iloc[:-1].to_numpy() == mine.km_start.iloc[1:].to_numpy()).all()


def test_trains_meet_at_loops(tmp_path: Path) -> None:
    """In loop detail trains and other traffic run block by block: no two ways are on one block at once."""
    tree = line(*even(3), days=6) | {"flows": trains(40, 40)}
    tree["segments"]["s0"]["background_trains_per_day"] = 4
    table = replay_of(tree, tmp_path).plot.string_line("n0", "n1", since="2024-01-02", days=3).table
    assert table[table.what == "loop"].km_start.tolist() == [20, 40, 60]
    runs = table[table.what == "runs"].sort_values(["train", "trip", "start"])
    assert {"loaded", "background"} <= set(runs.kind)
    for _, mine in runs.groupby(["train", "trip"]):
        assert (mine.end.iloc[:-1].to_numpy() <= mine.start.iloc[1:].to_numpy()).all()
        assert (mine.km_end.iloc[:-1].to_numpy() == mine.km_start.iloc[1:].to_numpy()).all()
    moving = runs[runs.km_start != runs.km_end]
    block = (moving[["km_start", "km_end"]].min(axis=1) + 1e-6) // 20
    assert len(moving) > 50
    for _, mine in moving.groupby(block):
        there, back = mine[mine.km_end > mine.km_start], mine[mine.km_end < mine.km_start]
        for one in there.itertuples():
            assert not ((back.start < one.end) & (one.start < back.end)).any()


def test_lines_that_are_not_there_are_told(tmp_path: Path) -> None:
    plot = replay_of(two_trains(), tmp_path).plot
    with pytest.raises(NoSuchLine, match="no segment 's9'"):
        plot.string_line(["s0", "s9"])
    with pytest.raises(NoSuchLine, match="no railway station 'n7'"):
        plot.string_line("n0", "n7")
    with pytest.raises(ValueError, match="two stations"):
        plot.string_line("n0")
    with pytest.raises(ValueError, match="not in the horizon, 2024-01-01 to 2024-01-31"):
        plot.string_line("n0", "n2", since="2025-01-01")


# --- ships ------------------------------------------------------------------------------------------------------------


def test_pieces_of_a_ship_follow_one_another_all_the_time(tmp_path: Path) -> None:
    tree = changed(crossing(), vessels__ferry__count=2)
    replay = replay_of(tree, tmp_path)
    first, last = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-04-01")
    table = replay.plot.gantt(since=first, days=91).table
    ships = table[table.group == "ship"]
    assert set(ships.row) == {"ferry-1", "ferry-2"}
    for _, mine in ships.groupby("row"):
        mine = mine.sort_values("start")
        assert mine.start.iloc[0] == first
        assert mine.end.iloc[-1] == last
        assert (mine.end.iloc[:-1].to_numpy() == mine.start.iloc[1:].to_numpy()).all()
    assert {"at sea with cargo", "at sea without cargo", "at berth", "waits for weather"} <= set(ships.state)
    taken = table[table.state == "taken"].sort_values(["row", "start"])
    for _, mine in taken.groupby("row"):
        assert (mine.end.iloc[:-1].to_numpy() <= mine.start.iloc[1:].to_numpy()).all()
    # one berth at each end
    assert set(table[table.group == "berth"].row) == {"port_east.rail_ferry 1", "port_west.rail_ferry 1"}


def test_a_crossing_takes_what_the_scenario_says(tmp_path: Path) -> None:
    """18 hours at sea; the ferry is loaded in 5 hours and unloaded in 5, one after the other where it does both."""
    table = replay_of(two_nodes_and_a_ferry(), tmp_path).plot.gantt("crossing", since="2024-02-01").table
    ship = table[(table.group == "ship") & (table.start > table.start.min()) & (table.end < table.end.max())]
    hours = (ship.end - ship.start) / HOUR
    assert set(hours[ship.state == "at sea with cargo"]) == {18.0}
    assert set(hours[ship.state == "at berth"].round(2)) == {5.0, 10.0}


def test_storms_are_those_of_the_ledger(tmp_path: Path) -> None:
    replay = replay_of(crossing(), tmp_path)
    shown = replay.plot.gantt(since="2024-02-01", days=20).table
    shown = shown[shown.state == "closed by weather"]
    known = replay.states[(replay.states.name == "weather:gulf") & (replay.states.start >= "2024-02-01")]
    known = known[known.end <= "2024-02-21"]
    assert len(known) > 3
    assert set(known.start) <= set(shown.start)
    assert set(shown.row) == {"port_east.rail_ferry 1"}
    with pytest.raises(ValueError, match="no ship sails on 'x'; sea links with ships: crossing"):
        replay.plot.gantt("x")


# --- locomotives, lots, queues ----------------------------------------------------------------------------------------


def test_what_locomotives_do_adds_up(tmp_path: Path) -> None:
    """One unit; two trains of 3 h each from n0: after the first it comes back light, 150 km at 50 km/h."""
    replay = replay_of(diesels(railway(100, 50, flows__ore=flow("n0", "n2", 2)), 1), tmp_path)
    table = replay.plot.fleet("rail", since="2024-01-01", step_hours=24).table
    hours = table.groupby("state").units.sum() * 24
    assert hours["runs with a train"] == pytest.approx(6)
    assert hours["runs light"] == pytest.approx(3)
    assert hours["stands with a train"] == pytest.approx(0)
    assert hours["stands idle"] == pytest.approx(31 * 24 - 9)
    assert table.groupby("time").units.sum().tolist() == pytest.approx([1.0] * 31)
    with pytest.raises(NoSuchFleet, match="territories: rail"):
        replay.plot.fleet("mars")


def test_busy_units_are_those_of_the_usage(tmp_path: Path) -> None:
    tree = diesels(
        railway(60, 80, flows__there=flow("n0", "n2", 90), flows__back=flow("n2", "n0", 60)),
        2, mtbf_km=1500, repair_hours_mean=8, service_h=2, availability=0.8,
    )  # fmt: skip
    replay = replay_of(tree, tmp_path)
    levels = replay.plot.fleet(since="2024-01-01", step_hours=24).table.groupby("state").units.sum() * 86400
    usage = replay.view.table("usage")
    mine = usage["resource"] == replay.view.names.index("territory:rail")
    # the books close a second before the month does
    busy = levels[["runs with a train", "stands with a train", "runs light"]].sum()
    assert busy == pytest.approx(usage["busy"][mine].sum(), abs=3)
    assert busy + levels["stands idle"] == pytest.approx(usage["available"][mine].sum(), abs=3)
    assert levels.min() > 0


def test_days_are_those_of_the_lots(tmp_path: Path) -> None:
    replay = replay_of(two_trains(), tmp_path)
    table = replay.plot.transit().table
    # 3 h on the way and 6 h of unloading
    assert table.groupby("flow").days.apply(list).to_dict() == {"west": [0.375, 0.375], "east": [0.375]}
    assert len(replay.plot.transit("west", since="2024-01-20").table) == 1
    with pytest.raises(ValueError, match="there is no flow 'ore'; flows: west, east"):
        replay.plot.transit("ore")


def test_a_queue_is_the_tonnes_that_wait(tmp_path: Path) -> None:
    """Two lots of 60 t at one hour, one locomotive: the second waits 3 h for the first and 3 h for its way back."""
    tree = diesels(
        railway(100, 50, flows__one=flow("n0", "n2", 2), flows__two=flow("n0", "n2", 2, wagons_per_unit=2)), 1
    )
    replay = replay_of(tree, tmp_path)
    table = replay.plot.queue("n0", since="2024-01-08", days=1).table
    waiting = table[(table.cause == "locomotive") & (table.tonnes > 0)]
    assert waiting.time.tolist() == [at("08 18:00") + number * HOUR for number in range(6)]
    assert waiting.tonnes.tolist() == pytest.approx([60.0] * 6)
    with pytest.raises(NoSuchPlace, match="cargo waited at n0"):
        replay.plot.queue("n9")


# --- frames, results, doors -------------------------------------------------------------------------------------------


def test_frames_tell_in_words_and_dates(tmp_path: Path) -> None:
    replay = replay_of(two_trains(), tmp_path)
    assert replay.hops.columns.tolist()[:5] == ["train", "trip", "kind", "flow", "segment"]
    first = replay.movements.iloc[0]
    assert (first.kind, first.flow, first.from_place, first.to_place, first.km) == ("loaded", "west", "n0", "n2", 150)
    assert (first.depart, first.arrive) == (at("08 18:00"), at("08 21:00"))
    assert "2024-01-08 18:00" in replay.story("train 1")
    assert replay.story(0).startswith("lot 0 of west")
    assert replay.lots.delivered.notna().all()


def test_the_log_of_a_replay_changes_nothing(tmp_path: Path) -> None:
    scenario = cs.load(write_scenario(tmp_path))
    result = cs.run(scenario, replications=2, executor="serial", out=None)
    assert scenario.replay(1).view.ledger.digest() == result.sets["as_given"][1]["digest"]


def test_a_saved_result_is_run_again_as_it_was(tmp_path: Path) -> None:
    file = write_scenario(tmp_path)
    made = cs.run(
        cs.load(file, sets=["vessels.ferry.count=2"]), replications=2, executor="serial", out=tmp_path / "out"
    )
    assert made.folder is not None
    result = cs.open_result(made.folder)
    replay = result.replay(1)
    assert replay.movements[replay.movements.kind == "voyage"].name.nunique() == 2
    landed = replay.lots[replay.lots.delivered.notna()].tonnes.sum() / 1e6
    mine = result.years[(result.years.replication == 1) & (result.years.perimeter == "C")]
    assert landed == pytest.approx(mine.delivered_mt.sum(), rel=0.05)
    with pytest.raises(ValueError, match="has no replication 7; it has 0 to 1"):
        result.replay(7)
    with pytest.raises(ValueError, match="has no runs that are saturating"):
        result.replay(saturating=True)
    result.sets["as_given"][0]["tables"]["months"]["delivered_mt"][0] += 0.001
    with pytest.raises(NotTheSame, match="made by other code"):
        result.replay(0)
    file.write_text(file.read_text(encoding="utf-8").replace("sailing_h: 18", "sailing_h: 20"), encoding="utf-8")
    with pytest.raises(NotTheSame, match="is not what it was"):
        result.replay(1)


def test_a_scenario_without_saturating_runs_says_so(ferry_file: Path) -> None:
    with pytest.raises(ValueError, match="no target asks for saturating demand"):
        cs.load(ferry_file).replay(saturating=True)


@pytest.mark.parametrize("name", ["string_line", "gantt", "fleet", "transit", "queue"])
def test_each_figure_is_drawn_twice(tmp_path: Path, name: str) -> None:
    plot = replay_of(crossing(), tmp_path).plot
    of = {"string_line": ("mine", "east"), "queue": ("port_east",)}.get(name, ())
    figure = getattr(plot, name)(*of)
    assert "replication 0 of seed 1" in figure.caption
    assert len(figure.alt) > 60
    for suffix in (".png", ".csv"):
        assert figure.save(tmp_path / f"{name}{suffix}").stat().st_size > 500
    assert len(figure.interactive().data) >= 1
