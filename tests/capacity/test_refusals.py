"""What ``corridorsim capacity`` is asked and cannot answer: told in words, and in Python as a ValueError with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import corridorsim as cs
from corridorsim.cli.app import app
from corridorsim.scenario import Issues


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["s9"], "no segment 's9'"),
        (["n0..n9"], "no railway station 'n9'"),
        (["s0", "--add", "lop@40"], "'lop@40' names no track that could be laid; write loop@KM"),
        (["s0", "--add", "loop@140"], "the line is 90 km long"),
        (["s0", "--add", "double:60-95"], "second track to km 95"),
        (["s0", "--add", "double:60-60"], "has some length"),
        (["s0", "--add", "loop@20"], "--add:1:1: loop@20: a loop at km 20: 'a' lies there"),
        (["s0", "--add", "loop@20.09"], "'a' lies there"),
        (["s0", "--add", "loop@40+loop@40"], "--add:1:1: loop@40+loop@40: a loop at km 40: 'new at km 40' lies there"),
        (["s0", "--add", "loop@40", "--add", "loop@40"], "'loop@40' stands twice"),
        (["s0", "--add", "loop@40", "--add", "loop@40.0"], "'loop@40.0' stands twice (as 'loop@40')"),
        (["s0", "--add", "loop@40:0"], "'loop@40:0': a usable length is 50 to 20,000 m, not 0 m"),
        (["s0", "--add", f"loop@40:{'9' * 400}"], "a usable length is 50 to 20,000 m, not inf m"),
        (["s0", "--add", "longer:a=100000"], "a usable length is 50 to 20,000 m"),
        (["s1", "--add", "longer:d=900"], "'d' takes trains of any length: its usable length is not given"),
        (["s0", "--add", "double:20-40+double:20-30"], "from km 20 to km 30 there is a second track"),
        (["s0", "--add", "longer:d=900"], "no loop 'd' on this line"),
        (["s0", "--add", "longer:c=900"], "'c' has 1050 m, and would have no more by 900 m"),
        (["s0", "--on", "soon"], "'soon' is no day"),
        (["s0", "--fast", "20"], "write 0.2@80"),
        (["s0", "--fast", "0.2@0.001"], "0.001 km/h is not between 5 and 500"),
        (["s0", "--with", "loops/nothing"], "nothing"),
        (["s0+s0"], "segment 's0' is named twice"),
        (
            ["s0", "--trains", "1e308"],
            "trains a day, where the line carries 28.2 by its formula; give 0.1 to 141",
        ),
        (["s0", "--trains", "100000", "--add", "double:0-90", "--fast", "0.2@20"], "100000 trains a day"),
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


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--set", "single_track.crossing_interval_min=1000000"], "it carries 0.00072 pairs a day; look at its speed"),
        (["--set", "segments.s0.freight_speed_kmh=0.01"], "it carries 0.003 pairs a day; look at its speed"),
        (["--set", "segments.s0.freight_speed_kmh=1"], "pairs a day; look at its speed"),
    ],
)
def test_a_line_over_which_no_train_comes_in_time_is_told(folder: Path, options: list[str], told: str) -> None:
    asked = ["capacity", "s0", str(folder / "line.yaml"), "--days", "1", "--replications", "1", *options]
    done = CliRunner().invoke(app, [*asked, "--executor", "serial", "--out", str(folder / "y"), "--quiet"])
    assert done.exit_code == 2, done.output
    assert told in done.stderr


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"fast": "0.2@0.001"}, "not between 5 and 500"),
        ({"trains": 0}, "0 trains a day"),
        ({"trains": float("nan")}, "nan trains a day"),
        ({"length_m": 0}, "0 is not between 1"),
        ({"sets": ["segments.s0.freight_speed_kmh=0.01"], "days": 2}, "no trains came out at both ends"),
    ],
)
def test_python_is_told_the_same_as_a_value_error(folder: Path, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told) as raised:
        cs.capacity("s0", folder / "line.yaml", **{"replications": 1, "executor": "serial", "out": None, **asked})
    assert isinstance(raised.value, Issues)


def test_volumes_at_which_no_train_came_out_are_left_out_and_told(folder: Path) -> None:
    """On a line so slow that on one of a few days no train comes."""
    asked = {"days": 1, "replications": 3, "executor": "serial", "out": folder / "slow"}
    made = cs.capacity("s0", folder / "line.yaml", sets=["segments.s0.freight_speed_kmh=9"], add=["loop@40"], **asked)
    assert made.too_few
    assert made.volumes
    assert not {point.trains_per_day for point in made.volumes} & set(made.too_few)
    assert f"left out: {made.too_few[0]:g}" in made.page()
    for name in ("delay_volume", "gains"):
        assert getattr(made.plot, name)().save(folder / f"{name}.html").stat().st_size > 500


def test_a_line_without_loops_is_refused(folder: Path) -> None:
    (folder / "bare").mkdir()
    bare = folder / "bare" / "bare.yaml"
    bare.write_text((folder / "line.yaml").read_text())
    (folder / "bare" / "corridorsim.toml").touch()
    done = CliRunner().invoke(app, ["capacity", "s0", str(bare), "--executor", "serial"])
    assert done.exit_code == 2
    assert "no loops are known on s0, so that its capacity is what its railway declares" in done.stderr
