"""``sweep`` and ``sensitivity``: what they print, what they leave, and how they end."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from corridorsim import studies
from corridorsim.analysis import reduce
from corridorsim.cli.app import app
from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint

from .test_command import call

VARIED = (
    "--vary", "vessels.ferry.capacity_wagons=1,40", "--vary", "sea_links.crossing.sailing_h=18,90",
)  # fmt: skip
FAST = ("--set", "horizon.end=2024-06-30", "--set", "targets=[]", "--executor", "serial")

UNKNOWN = """\
schema: 1
title: A ferry of which something is unknown
extends: [ferry.yaml]
set: {vessels.ferry.capacity_wagons: {value: 20, low: 5, high: 40}}
uncertain_groups: {ferry: {title: wagons on a ferry, leaves: [vessels.*.capacity_wagons]}}
"""


@pytest.fixture(scope="module")
def done(ferry_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which a sweep was run, and what it printed."""
    cwd = tmp_path_factory.mktemp("sweep")
    code, out, err = call("sweep", str(ferry_file), *VARIED, "--replications", "2", "--executor", "serial", cwd=cwd)
    assert code == 0, err
    assert err.startswith("8 runs to do")
    return cwd, out


def test_a_sweep_prints_a_line_a_point_and_saves_tidy_tables(done: tuple[Path, str]) -> None:
    cwd, out = done
    assert out.startswith("sweep of ferry · 4 points x 2 replications · seed 1")
    assert [line.split()[:3] for line in out.splitlines() if line[:1].isdigit()] == [
        ["1", "1", "18"], ["2", "1", "90"], ["3", "40", "18"], ["4", "40", "90"],
    ]  # fmt: skip
    (folder,) = (cwd / "results").glob("sweep-ferry-????????-s1")
    assert f"files    results/{folder.name}/" in out
    assert {path.name for path in folder.iterdir()} == {
        "runs.csv", "runs.parquet", "points.csv", "page.txt", "command.txt", "sweep.json",
    }  # fmt: skip
    runs, same = pd.read_parquet(folder / "runs.parquet"), pd.read_csv(folder / "runs.csv")
    pd.testing.assert_frame_equal(runs, same, check_dtype=False)
    assert len(runs) == 4 * 2 * 3
    assert pd.api.types.is_integer_dtype(runs["sea_links.crossing.sailing_h"])
    points = pd.read_csv(folder / "points.csv", index_col="point")
    means = runs[(runs.year == 2024) & (runs.perimeter == "C")].groupby("point").delivered_mt.mean()
    assert points["delivered_mt_2024_C"].tolist() == pytest.approx(means.tolist())
    assert points["difference"].tolist()[1:] == pytest.approx((means - means[1]).tolist()[1:])
    assert points["probability: most is carried"].tolist() == [0, 0, 1, 0]
    assert (folder / "page.txt").read_text() == out


def test_a_second_sweep_runs_nothing_again_and_a_wider_one_what_is_missing(
    done: tuple[Path, str], ferry_file: Path
) -> None:
    cwd, out = done
    (folder,) = (cwd / "results").glob("sweep-ferry-*")
    words = shlex.split((folder / "command.txt").read_text())
    code, again, err = call(*words[1:], cwd=cwd)
    assert (code, again) == (0, out)
    assert err == "all 8 runs found in the store\n"
    code, _, err = call("sweep", str(ferry_file), *VARIED[:-1], VARIED[-1] + ",40", "--replications", "2", cwd=cwd)
    assert code == 0, err
    assert "4 runs to do, 8 found in the store" in err


def test_points_share_their_runs_with_run(done: tuple[Path, str], ferry_file: Path) -> None:
    settings = ("--set", "vessels.ferry.capacity_wagons=40", "--set", "sea_links.crossing.sailing_h=90")
    code, _, err = call("run", str(ferry_file), *settings, "--replications", "2", cwd=done[0])
    assert code == 0
    assert "all 2 runs found in the store" in err


def test_a_sweep_as_json(done: tuple[Path, str], ferry_file: Path) -> None:
    code, out, err = call("sweep", str(ferry_file), *VARIED, "--replications", "2", "--json", "--quiet", cwd=done[0])
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["headline"] == {"measure": "delivered_mt", "perimeter": "C", "year": 2024}
    assert [point["same_as"] for point in found["points"]] == [None] * 4
    assert len(found["effects"]["values"]) == 4


def test_all_faults_of_a_sweep_are_code_2_at_once(
    ferry_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = {}
    for words in (
        "--vary vessels.ferry.availability=2,0.5 --vary vessels.fery.count=1,2",
        "--design sobol:12",
        "--design lhs:4",
        "--vary a=",
        "",
    ):
        found = CliRunner().invoke(app, ["sweep", str(ferry_file), *words.split()])
        assert (found.exit_code, found.stdout) == (2, "")
        told[words] = found.stderr
    places = [line.partition(": ")[0] for line in next(iter(told.values())).splitlines()]
    assert places == ["--vary:1:28", "--vary:2:1"]
    assert "no uncertain_groups" in told["--design lhs:4"]
    assert "nothing to sweep" in told[""]
    assert not list(tmp_path.iterdir())


def test_a_design_over_what_is_unknown(ferry_file: Path, tmp_path: Path) -> None:
    (tmp_path / "ferry.yaml").write_bytes(ferry_file.read_bytes())
    (tmp_path / "unknown.yaml").write_text(UNKNOWN)
    words = ("unknown.yaml", *FAST, "--replications", "1")
    code, out, err = call("sweep", *words, "--design", "lhs:4", cwd=tmp_path)
    assert code == 0, err
    assert "which unknown delivered 2024 goes with, over 4 draws" in out
    (folder,) = (tmp_path / "results").glob("sweep-unknown*")
    points = pd.read_csv(folder / "points.csv").sort_values("level.ferry")
    assert points["delivered_mt_2024_C"].is_monotonic_increasing
    pytest.importorskip("SALib")
    code, out, err = call("sensitivity", *words, "--trajectories", "2", "--json", "--quiet", cwd=tmp_path)
    assert (code, err) == (0, "")
    (row,) = json.loads(out)["groups"]
    assert (row["group"], row["widest"]) == ("ferry", "vessels.ferry.capacity_wagons 20, from 5 to 40")
    assert row["mu_star"] > 0
    code, out, err = call("sensitivity", "ferry.yaml", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "no uncertain_groups" in err


def test_sampled_inputs_are_the_same_at_every_point(ferry_file: Path, tmp_path: Path) -> None:
    (tmp_path / "ferry.yaml").write_bytes(ferry_file.read_bytes())
    file = tmp_path / "unknown.yaml"
    file.write_text(UNKNOWN)
    fixed, drawn = (
        studies.sweep(file, vary={"title": ["one", "another"]}, sets=sets, replications=3, executor="serial", out=None)
        for sets in ([], ["uncertainty=sample"])
    )
    assert "with the same uncertain inputs (drawn anew by each replication)" in drawn.page()
    assert "point 2 is the same to the engine as point 1" in drawn.page()
    one, other = (drawn.runs[drawn.runs.point == number].delivered_mt.tolist() for number in (1, 2))
    assert one == other
    assert drawn.runs.delivered_mt.std() > 5 * fixed.runs.delivered_mt.std()


def _fails_of_short(blueprint: Blueprint, ledger: Ledger) -> Any:
    if blueprint.calendar.end_s < 200 * 86400:
        raise ArithmeticError("two and two is five")
    return reduce(blueprint, ledger)


def test_a_point_that_fails_is_named_and_the_others_go_on(
    ferry_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("corridorsim.analysis.reduce", _fails_of_short)
    words = ["sweep", str(ferry_file), "--executor", "serial", "--replications", "2", "--quiet"]
    found = CliRunner().invoke(app, [*words, "--vary", "horizon.end=2024-12-31,2024-06-30"])
    assert found.exit_code == 1
    assert "2 RUNS FAILED" in found.stdout
    assert [line.split()[3] for line in found.stdout.splitlines() if line.startswith("2 ")] == ["-"]
    assert "ferry, point 2, replication 1, at reduce: ArithmeticError: two and two is five" in found.stderr
    (failures,) = Path("results").glob("sweep-*/failures.txt")
    assert "Traceback" in failures.read_text()
    found = CliRunner().invoke(app, [*words, "--vary", "horizon.end=2024-05-31,2024-06-30"])
    assert (found.exit_code, found.stdout) == (1, "")
    assert "all 4 runs failed" in found.stderr
