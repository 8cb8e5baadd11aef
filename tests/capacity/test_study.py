"""``corridorsim capacity`` and its door: what it says, saves and refuses."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import corridorsim as cs
from corridorsim.cli.app import app
from corridorsim.report.line_capacity import LineCapacity
from corridorsim.scenario import Issues

ADD = ["loop@40", "double:20-40", "longer:a=1050+track:a"]


@pytest.fixture(scope="module")
def made(folder: Path) -> LineCapacity:
    """The first segment, with three candidates."""
    return cs.capacity(
        "s0", folder / "line.yaml", add=ADD, days=8, replications=3, executor="serial", out=folder / "out"
    )


def test_it_finds_the_layer_and_says_what_the_line_carries(made: LineCapacity) -> None:
    section, share = made.critical
    assert section.name == "a - b"
    assert share > 0.9
    assert made.capacity.mean == pytest.approx(section.formula_pairs, rel=0.06)
    assert made.declared != made.capacity.mean
    page = made.page()
    assert "loops/first.yaml" in made.command
    assert f"a - b, km 20.0 to 60.0: {100 * share:.0f} % occupied" in page
    assert "3 loops, 0 km of second track" in page


def test_delays_grow_over_the_curve(made: LineCapacity) -> None:
    curve = made.curve
    assert curve.trains_per_day.is_monotonic_increasing
    assert curve.mean_delay_h.iloc[-1] > 3 * curve.mean_delay_h.iloc[0] > 0
    assert (curve.p90_delay_h > curve.mean_delay_h).all()
    assert curve.settled.all()
    assert made.compared in set(curve.trains_per_day)


def test_candidates_are_ranked_by_gain_alone_and_together(made: LineCapacity) -> None:
    gains = {each.candidate: each for each in made.gains}
    assert list(gains)[-1] == "all together"
    assert list(gains)[:2] == sorted(ADD[:2], key=lambda name: -gains[name].gain.interval.mean)
    half = gains["loop@40"].gain.interval
    assert half.low is not None
    assert half.low > 3
    assert gains["longer:a=1050+track:a"].gain.interval.mean == pytest.approx(0, abs=0.5)
    assert gains["all together"].pairs.mean >= max(gains[name].pairs.mean for name in ADD) - 0.3
    change = gains["loop@40"].delay_change
    assert change is not None
    assert change.interval.high is not None
    assert change.interval.high < 0


def test_all_is_saved_with_the_command_that_remakes_it(made: LineCapacity) -> None:
    assert made.folder is not None
    names = {path.name for path in made.folder.iterdir()}
    assert names == {
        "curve.csv", "sections.csv", "occupation.csv", "gains.csv", "runs.csv", "string-line.png", "delay-volume.png",
        "page.txt", "command.txt", "capacity.json",
    }  # fmt: skip
    words = shlex.split((made.folder / "command.txt").read_text())
    assert words[:2] == ["corridorsim", "capacity"]
    done = CliRunner().invoke(app, [*words[1:], "--executor", "serial", "--json"])
    assert done.exit_code == 0, done.output
    assert done.stderr.count("found in the store") == 2
    assert "to do" not in done.stderr
    assert (
        json.loads(done.stdout) == json.loads((made.folder / "capacity.json").read_text()) == json.loads(made.as_json())
    )
    with (made.folder / "sections.csv").open() as file:
        sections = list(csv.DictReader(file))
    assert [row["to_place"] for row in sections] == ["a", "b", "c", "n1"]


def test_figures_show_what_was_reckoned(made: LineCapacity, tmp_path: Path) -> None:
    assert made.plot.all() == ["string_line", "delay_volume", "occupation", "gains"]
    line = made.plot.string_line()
    runs, waits = (line.table[line.table.what == what] for what in ("runs", "waits"))
    assert {"n0", "n1"} == set(runs.direction)
    assert len(waits) > 0
    assert ((waits.km_start == 0) | waits.km_start.isin([20, 60, 75, 90])).all()
    assert runs.start.min().date() == made.day
    assert set(runs.kind) == {"freight"}
    critical = line.table[line.table.what == "critical"]
    assert critical[["place", "km_start", "km_end"]].to_numpy().tolist() == [["a - b", 20, 60]]
    (axes,) = line.static().axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["n0  0", "a  20", "b  60", "c  75", "n1  90"]
    assert "critical section" in axes.get_legend_handles_labels()[1]
    for name in made.plot.all():
        figure = getattr(made.plot, name)()
        for suffix in (".svg", ".html", ".csv"):
            assert figure.save(tmp_path / f"{name}{suffix}").stat().st_size > 500


def test_a_line_of_segments_is_as_good_as_its_worst(folder: Path) -> None:
    asked = {"days": 6, "replications": 1, "executor": "serial", "out": None}
    both = cs.capacity("n0..n2", folder / "line.yaml", **asked)
    turned = cs.capacity("s1+s0", folder / "line.yaml", **asked)
    assert set(both.segment_pairs) == {"s0", "s1"}
    assert both.capacity.mean == pytest.approx(min(sum(pairs) for pairs in both.segment_pairs.values()), rel=0.02)
    assert both.critical[0].segment == min(both.segment_pairs, key=lambda name: sum(both.segment_pairs[name]))
    assert both.declared == 9
    assert turned.stations == both.stations[::-1]
    assert turned.critical[0].name == " - ".join(reversed(both.critical[0].name.split(" - ")))
    assert turned.critical[0].since_km == pytest.approx(140 - both.critical[0].until_km)
    # km count along the line: the longest block of the second segment lies at its own km 0 to 25, or beyond
    better = cs.capacity("n0..n2", folder / "line.yaml", add=["loop@40+loop@102.5+loop@127.5"], **asked)
    assert better.gains[0].gain.interval.mean > 3


def test_the_day_decides_what_is_there(folder: Path) -> None:
    asked = {"days": 8, "replications": 1, "executor": "serial", "out": None}
    with pytest.raises(Issues, match="is not in the horizon"):
        cs.capacity("s1", folder / "line.yaml", on="2031-01-01", **asked)
    early = cs.capacity("s1", folder / "line.yaml", on="2024-01-02", **asked)
    assert early.day == dt.date(2024, 1, 2)


def test_fast_trains_and_hours_for_works_cost_pairs(folder: Path) -> None:
    asked = {"days": 8, "replications": 1, "executor": "serial", "out": None}
    plain, closed, mixed, long = (
        cs.capacity("s0", folder / "line.yaml", **asked, **changes)
        for changes in ({}, {"window_h": 4}, {"fast": "20%@30"}, {"length_m": 900})
    )
    assert closed.capacity.mean < 0.9 * plain.capacity.mean
    assert mixed.capacity.mean < 0.9 * plain.capacity.mean
    assert long.capacity.mean < plain.capacity.mean  # they do not fit the loops at the ends of the longest block
    assert [kind.id for kind in mixed.trial.kinds] == ["freight", "fast"]


def test_second_track_by_setting_leaves_the_loops_of_the_layer(folder: Path) -> None:
    asked = {"days": 4, "replications": 1, "executor": "serial", "out": None}
    made = cs.capacity("s0", folder / "line.yaml", sets=["segments.s0.double_track=[20, 60]"], **asked)
    assert [(section.name, section.double) for section in made.sections][:3] == [
        ("n0 - a", False), ("a - b", True), ("b - c", False)
    ]  # fmt: skip


def test_what_is_set_may_be_of_the_layer_that_is_found(folder: Path) -> None:
    asked = {"days": 4, "replications": 1, "executor": "serial", "out": None}
    sets = ["segments.s0.tracks=2", "segments.s0.headway_min=10", "segments.s0.loops.b.usable_length_m=200"]
    made = cs.capacity("s0", folder / "line.yaml", sets=sets, **asked)
    assert "2 of 3 loops take a train" in made.page()
    assert made.capacity.mean > 100


def test_what_is_odd_about_the_figures_is_said_beside_them(folder: Path) -> None:
    asked = {"days": 1, "replications": 1, "executor": "serial", "out": None}
    some, none, closed = (
        cs.capacity("s0", folder / "line.yaml", **asked, **changes)
        for changes in ({"length_m": 900}, {"length_m": 5000}, {"window_h": 20, "trains": 6})
    )
    assert "1 of 3 loops take a train of 900 m" in some.page()
    assert "no loop takes a train of 5,000 m: they meet only at the ends of a segment, and no formula" in none.page()
    assert none.capacity.mean < 0.6 * none.critical[0].formula_pairs
    assert "above 100 %" not in some.page()
    assert max(row[2] for row in closed.saturated) > 1.005
    assert "above 100 %: who is on a section when the line closes" in closed.page()
