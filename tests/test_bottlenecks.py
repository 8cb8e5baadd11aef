"""Bottlenecks from the outside: a corridor whose narrowest place is known by arithmetic, in five variants.

Wide open it carries all of some 4 trainloads of 2,400 t a day that it is offered (1.5 times its own demand). In each
variant one thing lets through 2 a day:

- track: 2 pairs of trains a day
- locomotive: one unit, 6 h there and 6 h back light
- berth: one berth in the east, 12 h to load a ship of one trainload
- vessel: 4 ships, each 48 h for a round trip: 18 h there and back, 5 h to load and to unload, 1 h until it gives up
  waiting for cargo in the west, and a little more
- border: one train at a time for 12 h
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import corridorsim as cs
from corridorsim.cli.app import app
from corridorsim.report.bottlenecks import Bottlenecks

from .engine.lines import Tree, changed
from .engine.rails import diesels, segment

LOT_MT = 2400 / 1e6
DAYS = 91


def corridor(**changes: Any) -> Tree:
    """A mine, a frontier, a port and a ferry; nothing binds."""
    tree = {
        "schema": 1,
        "title": "A mine, a frontier and a ferry",
        "horizon": {"start": "2024-01-01", "results_from": "2024-01-01", "end": "2024-03-31"},
        "assumptions": {"single_track_speed_loss": 0, "formation_wait_h": 0, "terminal_handling_h": 0},
        "nodes": {
            "mine": {"kind": "rail_station"},
            "frontier": {"kind": "border"},
            "east": {"kind": "rail_station"},
            "port_east": {"kind": "sea_port", "linked_node_id": "east"},
            "port_west": {"kind": "sea_port"},
        },
        "segments": {"line": segment("mine", "frontier", 200), "gate": segment("frontier", "east", 100)},
        "borders": {"customs": {"node_from": "frontier", "node_to": "east", "dwell_h": 1, "servers": 1}},
        "sea_links": {"crossing": {"from_port": "port_east", "to_port": "port_west", "sailing_h": 18}},
        "ports": {"port_east": {"rail_ferry": {"berths": 4}}, "port_west": {"rail_ferry": {"berths": 4}}},
        "vessels": {
            "ferry": {
                "kind": "rail_ferry", "count": 14, "capacity_wagons": 40, "link": "crossing", "load_h": 5,
                "unload_h": 5, "load_factor": 1, "availability": 1, "dispatch_rule": "leave_when_full",
                "max_wait_for_load_h": 1,
            },
        },
        "profiles": {"flat": {month: {"factor": 1} for month in range(1, 13)}},
        "flows": {
            "ore": {
                "flow_group": "ore", "origin_node": "mine", "destination_node": "port_west",
                "via_ports": ["port_east", "port_west"], "cargo": "wagon", "vessel_kind": "rail_ferry",
                "mt_per_year": 4 * 366 * LOT_MT / 1.5, "lot_units": 40, "t_per_unit": 60, "wagons_per_unit": 1,
                "perimeter": "A", "monthly_profile_id": "flat", "arrival_law": "fixed", "patience_days": 0,
            },
        },
    }  # fmt: skip
    tree = diesels(tree, 20, homes=("mine",))
    return changed(tree, **changes)


def asked(folder: Path, tree: Tree, **more: Any) -> Bottlenecks:
    file = folder / "small.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(tree, stream)
    options: dict[str, Any] = {"replications": 2, "executor": "serial", "out": None}
    return cs.bottlenecks(file, **options | more)


TRACK = {"segments__line__capacity_pairs_per_day": 2}
BORDER = {"borders__customs__dwell_h": 12}
VARIANTS: dict[str, tuple[dict[str, Any], str, float]] = {
    # what is narrow, its name, and what its relief lets through a day more
    "track": (TRACK, "slots:line", 0.2),
    "locomotive": ({"fleets__first__corridor_units": 1}, "locomotives:rail", 2.0),
    "berth": (
        {"vessels__ferry__load_h": 12, "ports__port_east__rail_ferry__berths": 1},
        "berths:port_east.rail_ferry",
        2.0,
    ),
    "vessel": ({"vessels__ferry__count": 4}, "ships:ferry", 0.5),
    "border": (BORDER, "borders:customs", 24 / 9 - 2),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_narrow_by_arithmetic_is_named_first(tmp_path: Path, variant: str) -> None:
    narrow, name, more = VARIANTS[variant]
    made = asked(tmp_path, corridor(**narrow))
    best = made.ranking.best
    assert best is not None
    assert best.relief.key == name
    assert f"the bottleneck is {name}" in made.page()
    assert made.ranking.before.mean == pytest.approx(2 * DAYS * LOT_MT, rel=0.1)
    assert best.gain.interval.mean == pytest.approx(more * DAYS * LOT_MT, rel=0.15)
    assert best.sure


def test_a_line_with_loops_is_relieved_by_a_loop(tmp_path: Path) -> None:
    """Its longest block takes trains 384 minutes and engines that go back light 192: it carries 1440 / 582 pairs. With
    half of it nothing binds, and all 4 are carried."""
    loops = {"a": {"chainage_km": 20, "tracks": 2}, "b": {"chainage_km": 180, "tracks": 2}}
    narrow = corridor(segments__line__loops=loops, segments__line__freight_speed_kmh=25)
    made = asked(tmp_path, narrow)
    best = made.ranking.best
    assert best is not None
    assert best.relief.key == "slots:line"
    assert best.relief.words == "a loop in the longest block"
    assert made.ranking.before.mean == pytest.approx(1440 / 582 * DAYS * LOT_MT, rel=0.05)
    assert best.gain.interval.mean == pytest.approx((4 - 1440 / 582) * DAYS * LOT_MT, rel=0.15)


def test_two_that_bind_together_are_told_as_such(tmp_path: Path) -> None:
    made = asked(tmp_path, corridor(**TRACK, **BORDER))
    (line,) = made.ranking.lines
    assert line.relief.key == "slots:line + borders:customs"
    assert line.gain.interval.mean == pytest.approx(0.2 * DAYS * LOT_MT, rel=0.15)
    assert "slots:line and borders:customs bind together" in made.verdict
    assert not any(made.ranking.counts(kind.gain) for kind in made.ranking.kinds)


def test_demand_that_is_carried_is_the_limit_in_words(tmp_path: Path) -> None:
    made = asked(tmp_path, corridor(flows__ore__mt_per_year=366 * LOT_MT), replications=1, demand="as_given", steps=2)
    assert made.verdict.startswith("demand is the limit")
    assert (made.ranking.lines, made.stairs, made.end) == ((), (), made.verdict)
    assert "demand as given" in made.page()


def test_nothing_waits_in_words(tmp_path: Path) -> None:
    tree = corridor(flows__ore__destination_node="east", flows__ore__via_ports=[], flows__ore__vessel_kind=None)
    tree = changed(tree, borders=None, flows__ore__mt_per_year=0.1)
    made = asked(tmp_path, tree, replications=1)
    assert made.ranking.signs.total == 0
    assert made.verdict.startswith("nothing waits")
    assert {line.relief.key for line in made.ranking.kinds} == {"slots", "speeds", "locomotives:rail"}
    assert made.ranking.unused == 4  # ships, their hours, and the berths at either end


#: 2 a day at the berth, 3 at the frontier (4 when it is relieved), and a target that asks for more than 3
LADDER = {
    **VARIANTS["berth"][0],
    "horizon__end": "2024-12-31",
    "borders__customs__dwell_h": 8,
    "targets": [
        {"name": "3.5 a day", "measure": "delivered_mt", "demand": "saturating", "perimeter": "C", "year": 2024,
         "at_least": 3.5 * 366 * LOT_MT},
    ],
    "projects": {"pier": {"title": "A second pier"}},
    "changes": {
        "pier": {"project_id": "pier", "date": "2024-06-01", "target": "ports.port_east.*.berths", "value": 2,
                 "status": "planned"},
    },
}  # fmt: skip


def test_the_staircase_climbs_until_the_target_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Path("ladder.yaml").open("w", encoding="utf-8") as stream:
        YAML().dump(corridor(**LADDER), stream)
    Path("demand").mkdir()
    Path("demand/saturating.yaml").write_text("schema: 1\ndemand: {factor: 1.5}\n")
    words = ["bottlenecks", "ladder.yaml", "--steps", "5", "--replications", "1", "--executor", "serial"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    page = done.stdout
    (folder,) = Path("results").glob("bottlenecks-ladder-????????-s1")
    assert {each.name for each in folder.iterdir()} == {
        "ranking.csv", "staircase.csv", "bottlenecks.json", "page.txt", "command.txt",
    }  # fmt: skip
    stairs = pd.read_csv(folder / "staircase.csv")
    assert stairs["relief"].tolist() == ["berths:port_east.rail_ferry", "borders:customs"]
    assert stairs["delivered_mt"].tolist() == pytest.approx([3 * 366 * LOT_MT, 4 * 366 * LOT_MT], rel=0.03)
    assert stairs["probability_of_target"].tolist() == [0, 1]
    assert stairs["projects"].tolist()[0] == "pier 2024-06-01"
    assert "A second pier from 2024-06-01 (planned)" in page
    assert "it ends here: '3.5 a day' is met (P = 1.00)" in page
    assert "one replication: no interval" in page
    ranking = pd.read_csv(folder / "ranking.csv")
    first = ranking[ranking["of"] == "ranked"].iloc[0]
    # with an apostrophe: a spreadsheet must not take it for a formula
    assert (first["relief"], first["step"]) == ("berths:port_east.rail_ferry", "'+1 berth")
    assert first["utilisation"] > 0.95
    again = CliRunner().invoke(
        app, [*shlex.split((folder / "command.txt").read_text())[1:], "--executor", "serial", "--json"]
    )
    assert again.exit_code == 0
    assert "runs done" not in again.stderr  # all of them were in the store
    found = json.loads(again.stdout)
    assert found == json.loads((folder / "bottlenecks.json").read_text())
    assert found["verdict"] == "the bottleneck is berths:port_east.rail_ferry (+1 berth)"
    assert [step["gain_mt_low"] for step in found["staircase"]] == [None, None]


def test_a_call_that_is_wrong_is_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["bottlenecks", "no_such_scenario"])
    assert (done.exit_code, done.stdout) == (2, "")
    with pytest.raises(ValueError, match="unknown demand"):
        asked(tmp_path, corridor(), demand="boundless")
