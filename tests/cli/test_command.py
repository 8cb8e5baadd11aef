"""The public command: what it prints, what it leaves, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corridorsim.analysis.summary import Summary

ROOT = Path(__file__).parents[2]


def hear_ctrl_c() -> None:
    """A shell starts its background jobs deaf to Ctrl-C, and they hand that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*words: str, cwd: Path) -> subprocess.Popen[str]:
    """The command, started in a folder."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "corridorsim", *words],
        cwd=cwd, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_ctrl_c,
    )  # fmt: skip


def call(*words: str, cwd: Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    process = start(*words, cwd=cwd)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def done(ferry_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder in which the smallest scenario was run, what it printed and what it said."""
    cwd = tmp_path_factory.mktemp("run")
    code, out, err = call("run", str(ferry_file), "--replications", "2", "--executor", "serial", cwd=cwd)
    assert code == 0, err
    return cwd, out, err


def test_run_prints_the_answer_and_saves_what_it_rests_on(done: tuple[Path, str, str]) -> None:
    cwd, out, err = done
    assert out.startswith("ferry · 2 replications · seed 1")
    assert "most is carried" in out
    assert "2 of 2 runs done" in err
    (folder,) = (cwd / "results").glob("ferry-????????-s1")
    assert f"files    results/{folder.name}/" in out
    assert {path.suffix for path in folder.iterdir()} == {".csv", ".parquet", ".json", ".txt"}
    assert {f"{name}.parquet" for name in ("years", "flows", "waiting", "utilisation", "trains", "months")} <= {
        path.name for path in folder.iterdir()
    }
    summary = Summary.model_validate_json((folder / "summary.json").read_bytes())
    assert summary.replications == 2
    effective = (folder / "effective.csv").read_text()
    assert re.search(r"segments\.mine-east\.length_km,100\.0,.*ferry\.yaml:\d+", effective)


def test_the_command_that_remakes_it_remakes_it_from_the_store(done: tuple[Path, str, str]) -> None:
    cwd, out, _ = done
    (folder,) = (cwd / "results").glob("ferry-*")
    words = shlex.split((folder / "command.txt").read_text())
    assert words[0] == "corridorsim"
    code, again, err = call(*words[1:], cwd=cwd)
    assert (code, again) == (0, out)
    assert "all 2 runs found in the store" in err


def test_more_replications_run_only_those_that_are_missing(done: tuple[Path, str, str], ferry_file: Path) -> None:
    cwd, out, _ = done
    code, more, err = call("run", str(ferry_file), "--replications", "3", "--executor", "serial", "--json", cwd=cwd)
    assert code == 0
    assert "1 run to do, 2 found in the store" in err
    assert Summary.model_validate_json(more).replications == 3
    assert call("run", str(ferry_file), "--replications", "2", "--quiet", cwd=cwd) == (0, out, "")


def test_quiet_is_quiet_and_processes_give_the_same_digest(
    ferry_file: Path, tmp_path: Path, done: tuple[Path, str, str]
) -> None:
    words = ("run", str(ferry_file), "--replications", "2", "--json", "--quiet")
    code, out, err = call(*words, "--executor", "processes:2", cwd=tmp_path)
    assert (code, err) == (0, "")
    code, first, _ = call(*words, cwd=done[0])
    assert json.loads(out)["digest"] == json.loads(first)["digest"]


def test_a_target_that_is_not_met_is_code_3_where_it_is_required(tmp_path: Path, ferry_file: Path) -> None:
    out = ("--out", str(tmp_path / "out"), "--replications", "1", "--executor", "serial", "--quiet")
    code, page, err = call("run", str(ferry_file), *out, "--require-targets", cwd=tmp_path)
    assert (code, err) == (0, ""), page
    hard = ("--set", "vessels.ferry.capacity_wagons=1", "--require-targets")
    code, page, err = call("run", str(ferry_file), *out, *hard, cwd=tmp_path)
    assert code == 3, err
    assert "not met" in page
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_faults_of_a_scenario_are_code_2_with_their_place(tmp_path: Path, ferry_file: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(ferry_file.read_text().replace("length_km: 100", "lenght_km: 100"))
    for command in ("validate", "run"):
        code, out, err = call(command, str(bad), cwd=tmp_path)
        assert (code, out) == (2, "")
        assert re.search(r"^bad\.yaml:\d+:\d+: .*lenght_km", err, re.MULTILINE)
        assert "Traceback" not in err
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("run", "{file}", "--replications", "0"),
        ("run", "{file}", "--executor", "threads"),
        ("run", "{file}", "--executor", "dask:host"),
        ("run", "no_such_scenario"),
        ("trace", "{file}"),
        ("trace", "{file}", "--lot", "123456"),
        ("show", "{file}", "--csv"),
        ("new", "there", "--from", "no_such_scenario"),
        ("sweep",),
    ],
    ids=" ".join,
)
def test_calls_that_make_no_sense_are_code_2(words: tuple[str, ...], tmp_path: Path, ferry_file: Path) -> None:
    code, out, err = call(*(word.format(file=ferry_file) for word in words), cwd=tmp_path)
    assert (code, out) == (2, ""), err
    assert err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_code_1(tmp_path: Path, ferry_file: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    code, _, err = call("run", str(ferry_file), "--out", "taken", "--replications", "1", cwd=tmp_path)
    assert code == 1
    assert err.startswith("cannot write to the results folder taken")


def test_ctrl_c_is_code_130_and_keeps_what_is_done(tmp_path: Path, ferry_file: Path) -> None:
    words = ("run", str(ferry_file), "--replications", "400", "--executor", "serial")
    process = start(*words, cwd=tmp_path)
    deadline = time.monotonic() + 60
    while not list(tmp_path.rglob("s1-r1.json.gz")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), err
    told = re.search(r"interrupted: (\d+) of 400 runs are done", err)
    assert told is not None, err
    assert len(list(tmp_path.rglob("s1-r*.json.gz"))) == int(told[1])


def test_validate_says_what_it_has_read(tmp_path: Path, ferry_file: Path) -> None:
    code, out, err = call("validate", str(ferry_file), cwd=tmp_path)
    assert (code, err) == (0, "")
    assert "valid · 2 flows, 1 segments, 1 vessels, 2024-01 to 2024-12" in out


def test_show_names_the_place_of_each_value(tmp_path: Path, ferry_file: Path) -> None:
    setting = ("--set", "segments.mine-east.length_km=120")
    code, out, _ = call("show", "--effective", str(ferry_file), *setting, cwd=tmp_path)
    assert code == 0
    line = next(line for line in out.splitlines() if line.startswith("segments.mine-east.length_km"))
    assert line.split()[1:3] == ["120", "km"]
    assert "--set" in line
    code, out, _ = call("show", str(ferry_file), cwd=tmp_path)
    assert out.startswith("ferry: A mine and a ferry")


def test_schemas_are_printed(tmp_path: Path) -> None:
    assert "properties" in json.loads(call("schema", cwd=tmp_path)[1])
    assert json.loads(call("schema", "--summary", cwd=tmp_path)[1])["title"] == "Summary"


def test_trace_tells_a_train_and_a_lot(tmp_path: Path, ferry_file: Path) -> None:
    code, out, err = call("trace", str(ferry_file), "train 1", cwd=tmp_path)
    assert code == 0, err
    assert "loaded train of ore mine -> east" in out
    code, out, err = call("trace", str(ferry_file), "--slowest", "ore", cwd=tmp_path)
    assert code == 0, err
    assert re.match(r"lot \d+ of ore: 2,400 t in 40 units, [\d.]+ days in transit", out)


def test_compare_pairs_scenarios_and_folders(tmp_path: Path, ferry_file: Path, done: tuple[Path, str, str]) -> None:
    (before,) = (done[0] / "results").glob("ferry-*")
    slow = tmp_path / "slow.yaml"
    slow.write_text(ferry_file.read_text().replace("sailing_h: 18", "sailing_h: 90"))
    code, out, err = call("compare", str(before), str(slow), "--quiet", "--json", "--perimeter", "A", cwd=tmp_path)
    assert code == 0, err
    found = json.loads(out)
    (other,) = found["others"]
    row = next(row for row in other["outputs"] if row["measure"] == "delivered_mt" and row["perimeter"] == "A")
    assert (found["first"]["scenario"], other["scenario"]) == ("ferry", "slow")
    assert [change["after"] for change in other["inputs"]] == ["90"]
    assert row["difference"] < 0
    assert row["pairs"] >= 2


def test_several_scenarios_stand_side_by_side(tmp_path: Path, ferry_file: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(ferry_file.read_text())
    words = ("--replications", "1", "--executor", "serial", "--quiet", "--perimeter", "A")
    code, out, err = call("run", str(ferry_file), str(other), *words, cwd=tmp_path)
    assert code == 0, err
    assert "delivered 2024, Mt" in out
    assert [line.split()[0] for line in out.splitlines() if " P = " in line] == ["ferry", "other"]


def test_new_copies_what_then_is_valid(tmp_path: Path) -> None:
    code, out, err = call("new", "mine", cwd=tmp_path)
    assert code == 0, err
    check = next(line for line in out.splitlines() if line.startswith("check")).split()[1:]
    code, out, err = call(*check[1:], cwd=tmp_path)
    assert code == 0, err
    assert "valid" in out
    assert call("new", "mine", cwd=tmp_path)[0] == 2


def test_help_shows_the_commands_of_this_version_only(tmp_path: Path) -> None:
    code, out, _ = call("--help", cwd=tmp_path)
    assert code == 0
    listed = re.findall(r"^  (\w+)  ", out.split("Commands:")[1], re.MULTILINE)
    assert listed == [
        "run", "answer", "compare", "sweep", "sensitivity", "bottlenecks", "locomotives", "capacity", "plan", "energy",
        "report", "match", "check", "validate", "show", "schema", "trace", "replay", "new", "cache",
    ]  # fmt: skip


def test_a_first_look_is_the_last_year_twice_without_a_verdict(ferry_file: Path, tmp_path: Path) -> None:
    words = ("run", str(ferry_file), "--set", "horizon.end=2026-12-31", "--quick", "--executor", "serial")
    code, out, err = call(*words, cwd=tmp_path)
    assert code == 0, err
    assert "2 of 2 runs done" in err
    assert "quick    2026 alone, as given, 2 runs: a first look with wide intervals, and no verdict" in out
    assert out.rstrip().endswith(f"in full  corridorsim run {ferry_file} --set horizon.end=2026-12-31")
    (file,) = tmp_path.glob("results/*/summary.json")
    summary = Summary.model_validate_json(file.read_bytes())
    assert (list(summary.years), summary.replications, summary.targets) == ([2026], 2, [])
    # the command that remakes it needs no --quick
    remake = shlex.split((file.parent / "command.txt").read_text())
    code, again, err = call(*remake[1:], cwd=tmp_path)
    assert (code, again) == (0, out.partition("quick    ")[0])
    assert "all 2 runs found in the store" in err


@pytest.mark.parametrize("other", [("--require-targets",), ("--precision", "5%")])
def test_a_first_look_judges_nothing(ferry_file: Path, tmp_path: Path, other: tuple[str, ...]) -> None:
    code, _, err = call("run", str(ferry_file), "--quick", *other, cwd=tmp_path)
    assert code == 2
    assert f"a first look judges nothing; leave out --quick or {other[0]}" in err
