"""What goes wrong while it runs: nothing that is finished is lost, nothing is mixed, and it is said in words."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import corridorsim as cs
from corridorsim.api import RunFailed
from corridorsim.cli.app import app
from corridorsim.cli.exits import INVALID, RUN_FAILED
from corridorsim.report import NotAResult
from corridorsim.scenario import Issues

from ..small import write_scenario
from ..trains import PROJECTS, write_trains
from .commands import call, digest, ended, kept, start, wait_for, workers

RUNS = 6
LONG = pytest.mark.skipif(os.environ.get("CORRIDORSIM_LONG") != "1", reason="part of make validity")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scenario(tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="module")
def undisturbed(scenario: Path) -> str:
    """The digest of a command that nothing happens to."""
    out = scenario.parent / "undisturbed"
    code, _, err = call(
        "run", scenario, "--replications", RUNS, "--out", out, "--executor", "serial", cwd=scenario.parent
    )
    assert code == 0, err
    return digest(out)


def test_a_worker_that_is_killed_is_replaced(scenario: Path, undisturbed: str, tmp_path: Path) -> None:
    words = ("run", scenario, "--replications", RUNS, "--out", "out", "--executor", "processes:1")
    running = start(*words, cwd=tmp_path)
    wait_for("a run", lambda: kept(tmp_path / "out"))
    for worker in workers(running.pid):
        os.kill(worker, signal.SIGKILL)
    code, _, err = ended(running)
    assert code == 0, err
    assert len(kept(tmp_path / "out")) == RUNS
    assert digest(tmp_path / "out") == undisturbed


@pytest.mark.parametrize("largest_file", [pytest.param(300, marks=LONG), 6_000])
def test_a_full_disk_is_told_and_the_rest_goes_on_later(
    largest_file: int, scenario: Path, undisturbed: str, tmp_path: Path
) -> None:
    """With 300 bytes not one run can be kept, with 6,000 runs can, but not the tables of the result."""
    words = ("run", scenario, "--replications", RUNS, "--out", "out", "--executor", "serial")
    code, out, err = call(*words, cwd=tmp_path, largest_file=largest_file)
    assert code == RUN_FAILED
    assert "File too large" in err
    assert out == ""
    done = kept(tmp_path / "out")
    assert len(done) == (0 if largest_file == 300 else RUNS)
    assert not list((tmp_path / "out").glob("*/summary.json"))  # a folder that has it is whole
    assert not list((tmp_path / "out").rglob("*.part"))
    before = {path: path.stat().st_mtime_ns for path in done}
    code, _, err = call(*words, cwd=tmp_path)
    assert code == 0, err
    assert {path: path.stat().st_mtime_ns for path in done} == before
    assert digest(tmp_path / "out") == undisturbed


def test_two_commands_on_one_folder_do_not_mix(scenario: Path, tmp_path: Path) -> None:
    """They differ in the number of runs, so that tables of one beside the summary of the other would show."""
    counts = (4, RUNS)
    both = [
        start("run", scenario, "--replications", count, "--out", "out", "--executor", "serial", cwd=tmp_path)
        for count in counts
    ]
    for running in both:
        code, _, err = ended(running)
        assert code == 0, err
    assert len(kept(tmp_path / "out")) == RUNS
    (folder,) = [path.parent for path in (tmp_path / "out").glob("*/summary.json")]
    result = cs.open_result(folder)
    assert result.summary.replications in counts
    for name in ("years", "flows", "waiting", "utilisation"):
        for suffix, read in (("parquet", pd.read_parquet), ("csv", pd.read_csv)):
            table = read(folder / f"{name}.{suffix}")
            assert table["replication"].nunique() == result.summary.replications, (name, suffix)
    assert not list((tmp_path / "out").rglob("*.part"))


@pytest.mark.parametrize("times", [pytest.param(1, marks=LONG), 2])
def test_ctrl_c_once_and_twice(times: int, scenario: Path, undisturbed: str, tmp_path: Path) -> None:
    words = ("run", scenario, "--replications", 400, "--out", "out", "--executor", "processes:1")
    running = start(*words, cwd=tmp_path)
    wait_for("runs", lambda: len(kept(tmp_path / "out")) >= 2)
    frozen = workers(running.pid) if times == 2 else []
    for worker in frozen:
        os.kill(worker, signal.SIGSTOP)  # what runs will never end: only a second Ctrl-C helps
    os.kill(running.pid, signal.SIGINT)
    if times == 2:
        wait_for("the first to be heard", lambda: True)
        with pytest.raises(Exception, match="timed out"):
            running.wait(timeout=1)
        os.kill(running.pid, signal.SIGINT)
    code, _, err = ended(running, 30)
    assert code == 130, err
    done = len(kept(tmp_path / "out"))
    assert f"interrupted: {done} of 400 runs are done and kept" in err
    before = {path: path.stat().st_mtime_ns for path in kept(tmp_path / "out")}
    code, _, err = call("run", scenario, "--replications", RUNS, "--out", "out", "--executor", "serial", cwd=tmp_path)
    assert code == 0, err
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert digest(tmp_path / "out") == undisturbed


def test_a_kept_run_that_is_damaged_is_run_again(scenario: Path, undisturbed: str, tmp_path: Path) -> None:
    words = ("run", scenario, "--replications", RUNS, "--out", "out", "--executor", "serial")
    assert call(*words, cwd=tmp_path)[0] == 0
    first, second, *others = kept(tmp_path / "out")
    first.write_bytes(first.read_bytes()[:100])
    second.write_bytes(b"")
    third = others[0]
    third.write_bytes(others[1].read_bytes())  # another run under its name
    code, _, err = call(*words, cwd=tmp_path)
    assert code == 0, err
    assert digest(tmp_path / "out") == undisturbed


@pytest.fixture(scope="module")
def finished(scenario: Path) -> Path:
    """The folder of a result."""
    result = cs.run(scenario, replications=2, out=scenario.parent / "finished", executor="serial")
    assert result.folder is not None
    return result.folder


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("summary.json", b"{"),
        ("summary.json", b""),
        ("years.parquet", b"PAR1"),
        ("geo.json", b"["),
        ("years.parquet", None),
    ],
)
def test_a_result_that_is_damaged_is_none(name: str, damage: bytes | None, finished: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(finished, tmp_path / "result")
    if damage is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(damage)
    with pytest.raises(NotAResult, match=str(folder)):
        cs.open_result(folder)
    done = CliRunner().invoke(app, ["report", str(folder), "--out", str(tmp_path / "report.html")])
    assert done.exit_code == INVALID
    assert str(folder) in done.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_file_that_cannot_be_read_is_told_where_it_is_named(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(scenario.read_text(encoding="utf-8") + "tables: {workshops: shops.csv}\n", encoding="utf-8")
    table = tmp_path / "shops.csv"
    table.write_text("id,bays\nshed,2\n")
    there = Path.open

    def refused(path: Path, *args: object, **options: object) -> object:
        if path.name == table.name:
            raise PermissionError(13, "Permission denied")
        return there(path, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(Issues) as told:
        cs.load(file)
    line = len(file.read_text(encoding="utf-8").splitlines())
    assert str(told.value) == f"{file}:{line}:21: '{table}': the file cannot be read: Permission denied"


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(scenario: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    code, _, err = call("run", scenario, "--out", "taken", "--executor", "serial", cwd=tmp_path)
    assert code == RUN_FAILED
    assert "cannot write to the results folder taken" in err


def test_a_report_that_cannot_be_written_is_named_and_leaves_nothing(undisturbed: str, scenario: Path) -> None:
    here = scenario.parent
    (folder,) = [path.parent for path in (here / "undisturbed").glob("*/summary.json")]
    for words, place in ((["--out", "r.html"], "r.html"), (["--figures", "drawn"], "drawn/")):
        code, out, err = call("report", folder, *words, cwd=here, largest_file=10_000)
        assert (code, out) == (RUN_FAILED, ""), err
        assert err.splitlines()[-1].startswith(place)
        assert err.endswith(": File too large\n")
    assert not (here / "r.html").exists()
    assert not list(here.rglob("*.part"))
    (here / "afile").touch()
    for name in ("afile/x.html", "afile/below/x.html"):
        code, _, err = call("report", folder, "--out", name, cwd=here)
        assert (code, err) == (INVALID, f"{name} cannot be written: afile is a file, not a folder (--out)\n")


def test_a_plan_with_a_run_that_fails_stops_with_words_and_keeps_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, out = write_trains(tmp_path, PROJECTS), tmp_path / "out"
    asked = {"replications": 3, "first": 2, "executor": "serial", "delta": 0.02, "robust": False, "out": out}
    replicating = sys.modules["corridorsim.experiment.replicate"]
    simulate, calls = replicating.simulate, []

    def failing(blueprint: object, **run: int) -> object:
        calls.append(run)
        if len(calls) == 4:
            raise ValueError("a fault of the engine")
        return simulate(blueprint, **run)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(replicating, "simulate", failing)
        with pytest.raises(RunFailed) as told:
            cs.plan(scenario, **asked)  # type: ignore[arg-type]
    assert "1 of " in str(told.value)
    assert "at simulate: ValueError: a fault of the engine; the others are kept" in str(told.value)
    assert "ValueError: a fault of the engine" in (out / "failures.txt").read_text(encoding="utf-8")
    done = {path: path.stat().st_mtime_ns for path in kept(out)}
    assert len(done) == len(calls) - 1
    assert cs.plan(scenario, **asked).package  # type: ignore[arg-type]
    assert {path: path.stat().st_mtime_ns for path in done} == done
