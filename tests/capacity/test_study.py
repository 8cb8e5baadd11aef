"""``corridorsim capacity`` and its door: what it says, saves and refuses."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import corridorsim as cs
from corridorsim.cli.app import app
from corridorsim.report.line_capacity import LineCapacity
from corridorsim.scenario import Issues

from ..engine.loops import RULES, trains
from ..engine.rails import railway

LOOPS = {
    "a": {"chainage_km": 20, "tracks": 2, "usable_length_m": 850},
    "b": {"chainage_km": 60, "tracks": 2, "usable_length_m": 850},
    "c": {"chainage_km": 75, "tracks": 2, "usable_length_m": 1050},
}
ADD = ["loop@40", "double:20-40", "longer:a=1050+track:a"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of two segments in a row, of which a layer knows the loops."""
    root = tmp_path_factory.mktemp("lines")
    tree = railway(90, 50, single_track=dict(RULES)) | {"flows": trains(3, 3)}
    tree["flows"]["west"]["origin_node"] = "n2"
    tree["flows"]["east"]["destination_node"] = "n2"
    tree["segments"]["s1"] |= {"capacity_pairs_per_day": 9}
    layers = {
        "first": {"schema": 1, "segments": {"s0": {"loops": LOOPS}}},
        "second": {
            "schema": 1, "segments": {"s1": {"loops": {"d": {"chainage_km": 25, "tracks": {"2024-01-08": 2}}}}},
        },
    }  # fmt: skip
    (root / "loops").mkdir()
    (root / "corridorsim.toml").touch()
    with (root / "line.yaml").open("w") as file:
        YAML().dump(tree, file)
    for name, layer in layers.items():
        with (root / "loops" / f"{name}.yaml").open("w") as file:
            YAML().dump(layer, file)
    return root


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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["s9"], "no segment 's9'"),
        (["n0..n9"], "no railway station 'n9'"),
        (["s0", "--add", "lop@40"], "'lop@40' names no track that could be laid; write loop@KM"),
        (["s0", "--add", "loop@140"], "the line is 90 km long"),
        (["s0", "--add", "double:60-95"], "second track to km 95"),
        (["s0", "--add", "double:60-60"], "has some length"),
        (["s0", "--add", "loop@20"], "lies where"),
        (["s0", "--add", "longer:d=900"], "no loop 'd' on this line"),
        (["s0", "--add", "longer:c=900"], "has 1050 m, which is more"),
        (["s0", "--on", "soon"], "'soon' is no day"),
        (["s0", "--fast", "20"], "write 0.2@80"),
        (["s0", "--with", "loops/nothing"], "nothing"),
    ],
)
def test_a_call_that_is_wrong_is_told(folder: Path, words: list[str], told: str) -> None:
    segment, *options = words
    asked = [
        "capacity",
        segment,
        str(folder / "line.yaml"),
        *options,
        "--executor",
        "serial",
        "--out",
        str(folder / "x"),
    ]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2, done.output
    assert told in done.stderr
    assert not (folder / "x").exists()


def test_a_line_without_loops_is_refused(folder: Path) -> None:
    (folder / "bare").mkdir()
    bare = folder / "bare" / "bare.yaml"
    bare.write_text((folder / "line.yaml").read_text())
    (folder / "bare" / "corridorsim.toml").touch()
    done = CliRunner().invoke(app, ["capacity", "s0", str(bare), "--executor", "serial"])
    assert done.exit_code == 2
    assert "no loops are known on s0, so that its capacity is what its railway declares" in done.stderr


def test_second_track_by_setting_leaves_the_loops_of_the_layer(folder: Path) -> None:
    asked = {"days": 4, "replications": 1, "executor": "serial", "out": None}
    made = cs.capacity("s0", folder / "line.yaml", sets=["segments.s0.double_track=[20, 60]"], **asked)
    assert [(section.name, section.double) for section in made.sections][:3] == [
        ("n0 - a", False), ("a - b", True), ("b - c", False)
    ]  # fmt: skip
