"""Loops and second tracks as a planner writes them: what becomes of them, and what is refused, with its place."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from corridorsim.model import Blueprint, Line, Steps, build, fingerprint, realise
from corridorsim.model.relieve import Step, relieve
from corridorsim.scenario import Issues, read

from ..engine.lines import Tree
from ..engine.rails import railway


def line(**leaves: object) -> Tree:
    """100 km with two loops."""
    tree = railway(100)
    loops = {"a": {"chainage_km": 30, "tracks": 2, "usable_length_m": 850}, "b": {"chainage_km": 60, "tracks": 3}}
    tree["segments"]["s0"] |= {"loops": loops} | leaves
    return tree


def built(folder: Path, tree: Tree) -> Blueprint:
    file = folder / "x.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(tree, stream)
    return build(read(file))


def line_of(folder: Path, tree: Tree) -> Line:
    found = built(folder, tree).segments[0].line
    assert found is not None
    return found


def test_loops_stand_in_the_order_of_chainage(tmp_path: Path) -> None:
    loops = {"b": {"chainage_km": 60, "tracks": 3}, "a": {"chainage_km": "30 km", "tracks": 2, "usable_length_m": 850}}
    found = line_of(tmp_path, line(loops=loops))
    assert [(p.id, p.chainage_m, p.tracks.values, p.usable_m) for p in found.places] == [
        ("a", 30_000, (2,), 850),
        ("b", 60_000, (3,), inf),
    ]
    assert found.double == (False, False, False)
    assert found.headway_s == 0


@pytest.mark.parametrize("written", [[30, 50], [[30, 50]], "30-50"], ids=str)
def test_the_ends_of_a_second_track_are_places(tmp_path: Path, written: object) -> None:
    found = line_of(tmp_path, line(double_track=written, headway_min=9))
    assert [place.id for place in found.places] == ["a", "km 50", "b"]
    assert found.double == (False, True, False, False)
    assert found.headway_s == 540


def test_a_second_track_may_lead_to_an_end(tmp_path: Path) -> None:
    found = line_of(tmp_path, line(double_track=[[0, 10], [80, 100]]))
    assert [place.id for place in found.places] == ["km 10", "a", "b", "km 80"]
    assert found.double == (True, False, False, False, True)


def test_a_segment_without_loops_stays_as_it_was(tmp_path: Path) -> None:
    plain = built(tmp_path, railway(100))
    assert plain.segments[0].line is None
    assert plain.single_track is None
    assert fingerprint(plain) == fingerprint(built(tmp_path, railway(100, single_track={"crossing_interval_min": 9})))
    assert fingerprint(plain) != fingerprint(built(tmp_path, line()))


def test_loops_may_be_a_table(tmp_path: Path) -> None:
    (tmp_path / "loops.csv").write_text(
        "segment_id,loop_id,chainage_km,tracks,usable_length_m_low,usable_length_m,source_ids\n"
        "s0,a,30,2,800,850,osm\ns0,b,60,3,,,osm\n",
        encoding="utf-8",
    )
    tree = railway(100, tables={"loops": "loops.csv"})
    tree["sources"] = {"osm": {}}
    assert line_of(tmp_path, tree) == line_of(tmp_path, line())


def test_the_table_may_be_a_layer_on_another_scenario(tmp_path: Path) -> None:
    (tmp_path / "loops.csv").write_text("segment_id,loop_id,chainage_km,tracks\ns0,a,30,2\n", encoding="utf-8")
    (tmp_path / "layer.yaml").write_text("schema: 1\ntables: {loops: loops.csv}\n", encoding="utf-8")
    with (tmp_path / "x.yaml").open("w", encoding="utf-8") as stream:
        YAML().dump(railway(100), stream)
    loaded = read(tmp_path / "x.yaml", with_layers=[tmp_path / "layer.yaml"], sets=["segments.s0.loops.a.tracks=4"])
    found = build(loaded).segments[0].line
    assert found is not None
    assert [place.tracks.values for place in found.places] == [(4,)]


@pytest.mark.parametrize(
    ("leaves", "message", "place"),
    [
        ({"loops": {"a": {"chainage_km": 30, "tracks": 1}}}, "a loop of one track is not safe", "tracks"),
        ({"loops": {"a": {"chainage_km": 130, "tracks": 2}}}, "km 130 is not between the ends", "chainage_km"),
        ({"loops": {"a": {"chainage_km": 0, "tracks": 2}}}, "km 0 is not between the ends", "chainage_km"),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": 2}, "b": {"chainage_km": 30, "tracks": 2}}},
            "'b' lies where 'a' does",
            "chainage_km",
        ),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": 2}, "b": {"chainage_km": 30.09, "tracks": 2}}},
            "'b' lies where 'a' does, less than 100 m from it",
            "chainage_km",
        ),
        (
            {
                "loops": {
                    "a": {"chainage_km": {"value": 30, "high": 41}, "tracks": 2},
                    "b": {"chainage_km": 41, "tracks": 2},
                }
            },
            "'b' lies where 'a' does, less than 100 m from it at the ends of their ranges",
            "chainage_km",
        ),
        (
            {
                "length_km": {"value": 100, "low": 90},
                "loops": {"a": {"chainage_km": 30, "tracks": 2}, "b": {"chainage_km": 30.105, "tracks": 2}},
            },
            "'b' lies where 'a' does, less than 100 m from it at the ends of their ranges",
            "chainage_km",
        ),
        (
            {"loops": {"a": {"chainage_km": {"value": 90, "low": 80, "high": 101}, "tracks": 2}}},
            "km 101 is not between the ends",
            "chainage_km",
        ),
        ({"loops": {"a": {"chainage_km": 30, "tracks": 2.5}}}, "whole numbers", "tracks"),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": {"value": 2, "low": 1, "high": 3}}}},
            "by its range of one track, it is not safe",
            "tracks",
        ),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": {"value": 2, "low": 0, "high": 3}}}},
            "by its range of one track, it is not safe",
            "tracks",
        ),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": {"2024-01-01": {"value": 3, "high": 5}, "2024-01-09": 4}}}},
            "a loop cannot lose a track",
            "tracks",
        ),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": {"2031-01-01": 2}}}},
            "the tracks of a loop begin on 2031-01-01, and would be there from 2024-01-01 on",
            "tracks",
        ),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": 2, "usable_length_m": 49}}},
            "a usable length of 49 m is not between 50 and 20,000 m",
            "usable_length_m",
        ),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": 2, "usable_length_m": {"value": 850, "high": 850000}}}},
            "a usable length of 850000 m is not between 50 and 20,000 m",
            "usable_length_m",
        ),
        (
            {"loops": {"a": {"chainage_km": 30, "tracks": {"2024-01-01": 3, "2024-01-09": 2}}}},
            "a loop cannot lose a track",
            "tracks",
        ),
        ({"double_track": [[10, 30], [20, 40]]}, "overlap or touch at km 20", "double_track"),
        ({"double_track": [90, 120]}, "second track to km 120, but the segment is 100 km long", "double_track"),
        ({"double_track": [40, 20]}, "a stretch from km 40 to km 20 is none", "double_track"),
        ({"double_track": "20"}, "a stretch has two ends", "double_track"),
        ({"discipline": "block"}, "a segment with loops takes no 'discipline'", "discipline"),
        ({"station_slots": 2}, "a segment with loops takes no 'station_slots'", "station_slots"),
        ({"tracks": {"2024-01-01": 2, "2024-01-09": 1}}, "cannot lose a track", "tracks"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_cannot_be_is_refused_where_it_stands(tmp_path: Path, leaves: Tree, message: str, place: str) -> None:
    with pytest.raises(Issues) as refused:
        built(tmp_path, line(**leaves))
    (issue,) = [issue for issue in refused.value.issues if message in issue.message]
    text = (tmp_path / "x.yaml").read_text(encoding="utf-8").splitlines()
    around = text[max(0, issue.line - 3) : issue.line]
    assert any(f"{place}:" in row for row in around), around


def changes(**rows: object) -> Tree:
    """A line with two loops on which something is built."""
    plain = {"project_id": "works", "date": "2024-01-10", "status": "done"}
    tree = line(loops={"a": {"chainage_km": 30, "tracks": 2}, "b": {"chainage_km": 60, "tracks": 0}})
    return tree | {"changes": {name: plain | row for name, row in rows.items()}, "projects": {"works": {}}}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("row", "tracks"),
    [
        ({"target": "segments.s0.loops.b.tracks", "value": 2}, [(2,), (0, 2)]),
        ({"target": "segments.s0.loops.*.tracks", "value": 3}, [(2, 3), (0, 3)]),
        ({"target": "segments.*.loops.*.tracks", "value": 2, "add": True}, [(2, 4), (0, 2)]),
        ({"target": "segments.s0.loops.b.tracks", "value": 2, "status": "planned"}, [(2,), (0,)]),
    ],
    ids=str,
)
def test_a_loop_gets_its_tracks_by_a_change(tmp_path: Path, row: Tree, tracks: list[tuple[float, ...]]) -> None:
    tree = changes(c=row) | {"statuses": ["done"]}
    assert [place.tracks.values for place in line_of(tmp_path, tree).places] == tracks


@pytest.mark.parametrize(
    ("row", "message", "hint"),
    [
        ({"target": "segments.s0.loops.c.tracks", "value": 2}, "unknown path 'segments.s0.loops.c.tracks'", ""),
        ({"target": "segments.s0.loops.b.track", "value": 2}, "unknown path", "segments.s0.loops.b.tracks"),
        ({"target": "segments.s0.loops.b.usable_length_m", "value": 900}, "cannot change on a day", "informational"),
        ({"target": "segments.s0.double_track", "value": 2}, "cannot change on a day", "informational"),
        ({"target": "segments.s0.loops.b", "value": 2}, "is a branch, not a leaf", ""),
        ({"target": "segments.s0.loops.b.tracks", "value": -2}, "must not be negative", ""),
    ],
    ids=str,
)
def test_a_change_of_a_loop_that_cannot_be_is_told_with_its_row(
    tmp_path: Path, row: Tree, message: str, hint: str
) -> None:
    with pytest.raises(Issues) as refused:
        built(tmp_path, changes(c=row))
    (issue,) = refused.value.issues
    assert message in issue.message
    assert hint in issue.hint
    assert issue.path.startswith("changes.c.")
    said = (tmp_path / "x.yaml").read_text(encoding="utf-8").splitlines()[issue.line - 1]
    assert ("value:" if "negative" in message else "target:") in said


@pytest.mark.parametrize(
    ("value", "message"), [(1, "a loop of one track is not safe"), (2.5, "whole numbers"), (0, "cannot lose a track")]
)
def test_what_a_change_makes_of_a_loop_is_as_safe_as_what_is_written(
    tmp_path: Path, value: float, message: str
) -> None:
    with pytest.raises(Issues, match=message):
        built(tmp_path, changes(c={"target": "segments.s0.loops.a.tracks", "value": value}))


def test_the_day_and_the_tracks_of_a_new_loop_may_be_unknown(tmp_path: Path) -> None:
    row = {
        "target": "segments.s0.loops.b.tracks", "value": {"value": 2, "low": 2, "high": 4}, "slip_months_low": 0,
        "slip_months_high": 0.5,
    }  # fmt: skip
    groups = {
        "tracks": {"title": "Tracks", "leaves": ["changes.c.value"]},
        "days": {"title": "Days", "leaves": ["changes.c.slip_months"]},
    }
    built(tmp_path, changes(c=row) | {"uncertain_groups": groups})
    loaded = realise(read(tmp_path / "x.yaml"), {"tracks": 0.6, "days": 1.0})
    found = build(loaded).segments[0].line
    assert found is not None
    # whole tracks, on a day that is half a month later
    assert found.places[1].tracks == Steps((0, 24 * 86_400), (0, 3))


def test_relief_of_a_loop_eases_what_changes_make_of_it(tmp_path: Path) -> None:
    built(tmp_path, changes(c={"target": "segments.s0.loops.b.tracks", "value": 2}))
    eased = relieve(read(tmp_path / "x.yaml"), [Step("segments.s0.loops.b.tracks", add=1)])
    found = build(eased).segments[0].line
    assert found is not None
    assert max(found.places[1].tracks.values) == 3


@pytest.mark.parametrize("tracks", [{"2024-01-01": 0, "2031-01-01": 2}, {"2024-01-09": 0, "2024-01-20": 2}], ids=str)
def test_a_loop_yet_to_be_built_is_not_there_before(tmp_path: Path, tracks: Tree) -> None:
    (place,) = line_of(tmp_path, line(loops={"a": {"chainage_km": 30, "tracks": tracks}})).places
    assert place.tracks.values[0] == 0


def test_loops_stay_where_they_are_on_a_way_whose_length_is_drawn(tmp_path: Path) -> None:
    """The last loop lies beyond the shortest length that the segment may have."""
    tree = line(
        length_km={"value": 100, "low": 80, "high": 110},
        loops={"a": {"chainage_km": 30, "tracks": 2}, "b": {"chainage_km": 95, "tracks": {"value": 2, "high": 3}}},
        double_track=[50, 60],
    )
    tree["uncertain_groups"] = {"lengths": {"title": "How long lines are", "leaves": ["segments.*.length_km"]}}
    with (tmp_path / "x.yaml").open("w", encoding="utf-8") as stream:
        YAML().dump(tree, stream)
    (segment,) = build(realise(read(tmp_path / "x.yaml"), {"lengths": 0.0})).segments
    assert segment.length_m == 80_000
    assert segment.line is not None
    assert [place.chainage_m for place in segment.line.places] == pytest.approx([24_000, 40_000, 48_000, 76_000])
    assert segment.line.double == (False, False, True, False, False)


def test_lengths_of_trains_are_those_of_their_wagons_and_units(tmp_path: Path) -> None:
    tree = line()
    tree["wagons"] = {
        "flat": {"kind": "flat", "corridor_units": 10, "tare_t": 20, "length_m": 25},
        "box": {"kind": "box", "corridor_units": 10, "tare_t": 20},
    }
    rules = built(tmp_path, tree).single_track
    assert rules is not None
    assert rules.wagon_m == (("", 14), ("flat", 25), ("box", 14))
    assert (rules.crossing_interval_s, rules.entry_interval_s, rules.precedence) == (90, 180, "ageing")
