"""``check``: stored once, then a change that matters is code 3 with its figure, and nothing is written by itself."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from corridorsim.cli.app import app
from corridorsim.experiment import Case, Failure, Run
from corridorsim.report import checking
from corridorsim.report.baseline_file import read_baseline
from corridorsim.report.checking import environment

from ..small import write_scenario
from .test_command import call, start

SHIPPED = Path(__file__).parents[2] / "checks" / "baseline.yaml"
SERIAL = ("--executor", "serial", "--quiet")
#: a ferry that takes longer: as much arrives, but later
SLOWER = ("--set", "sea_links.crossing.sailing_h=20.7")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the smallest scenario, its baseline of three replications, and the runs."""
    folder = tmp_path_factory.mktemp("stored")
    write_scenario(folder)
    words = ("--update", "--reason", "first", "--replications", "3")
    code, out, err = call("check", "ferry.yaml", "--against", "ferry.check.yaml", *words, *SERIAL, cwd=folder)
    assert (code, err) == (0, ""), out
    assert re.search(r"delivered_mt on C, 2024 +0\.19\d* Mt +±0\.00\d+ ", out)
    return folder


@pytest.fixture
def here(stored: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to spoil."""
    return Path(shutil.copytree(stored, tmp_path / "here"))


def check(folder: Path, *words: str) -> tuple[int, str, str]:
    """The command on the stored scenario."""
    return call("check", "ferry.yaml", "--against", "ferry.check.yaml", *words, *SERIAL, cwd=folder)


def edit(folder: Path, before: str, after: str, file: str = "ferry.check.yaml") -> None:
    """Replace what must be there."""
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1))


def test_the_same_passes_and_says_that_nothing_varies(here: Path) -> None:
    before = (here / "ferry.check.yaml").read_text()
    code, out, err = check(here, "--exact")
    assert (code, err) == (0, "")
    assert "passed: the runs are identical to the stored ones" in out
    assert out.count("  identical  ") == 2
    assert "the same to the engine" in out
    assert (here / "ferry.check.yaml").read_text() == before
    (kept,) = (here / "results").glob("check-ferry-*")
    assert (kept / "page.txt").read_text() == out


def test_a_changed_number_is_code_3_with_the_figure_that_moved(here: Path) -> None:
    before = (here / "ferry.check.yaml").read_text()
    edit(here, "sailing_h: 18", "sailing_h: 20.7", "ferry.yaml")
    code, out, _ = check(here)
    assert code == 3
    assert "REGRESSION: of 2 figures 1 moved" in out
    assert re.search(r"DIFFERENT  transit_days_p50 of ore, 2024 .*2\.\d+ days +[23]\.\d+ .*±0\.1", out)
    assert re.search(r"identical  delivered_mt on C, 2024", out)
    assert "the scenario itself changed since the baseline was stored" in out
    assert (here / "ferry.check.yaml").read_text() == before


def test_a_margin_decides(here: Path) -> None:
    assert check(here, *SLOWER)[0] == 3
    edit(here, "flow: ore\n", "flow: ore\n  margin: {absolute: 2}  # days: nobody minds\n")
    code, out, _ = check(here, *SLOWER)
    assert code == 0
    assert "passed: all 2 figures are what was stored, within their margins" in out
    assert re.search(r"equivalent  transit_days_p50 of ore, 2024 .*±2$", out, re.MULTILINE)


def test_too_few_replications_are_told_and_fail(here: Path) -> None:
    edit(here, "flow: ore\n", "flow: ore\n  margin: {absolute: 0.78}\n")
    code, out, _ = check(here, *SLOWER)
    assert code == 3, out
    assert "NOT SHOWN  transit_days_p50 of ore" in out
    assert re.search(r"\d+ replications would, if difference and spread stay", out)


def test_another_digest_matters_only_where_it_is_asked_for(here: Path) -> None:
    digest = read_baseline(here / "ferry.check.yaml").digest
    assert digest is not None
    edit(here, digest, "0" * 64)
    code, out, _ = check(here, "--junit", "j.xml")
    assert code == 0
    assert f"{digest[:16]}, stored was 0000000000000000 (compared with --exact)" in out
    assert ElementTree.parse(here / "j.xml").find(".//testcase[@name='digest']/skipped") is not None
    code, out, _ = check(here, "--exact")
    assert code == 3
    assert "REGRESSION: the digest differs, though all 2 figures pass" in out
    assert "environment" not in out
    edit(here, f'numpy: "{environment()["numpy"]}"', 'numpy: "1.0.0"')
    code, out, _ = check(here, "--exact")
    assert code == 3
    assert f"the environment is another one (numpy {environment()['numpy']}, stored with 1.0.0)" in out


def test_json_is_one_object_with_every_figure(here: Path) -> None:
    code, out, _ = check(here, *SLOWER, "--json", "--exact")
    assert code == 3
    found = json.loads(out)
    assert not found["passed"]
    assert [item["verdict"] for item in found["figures"]] == ["identical", "different"]
    days = found["figures"][1]
    assert (days["measure"], days["flow"], days["unit"], days["paired"]) == ("transit_days_p50", "ore", "days", True)
    assert days["low"] > days["margin"] > 0
    assert days["now"] == pytest.approx(days["stored"] + days["difference"])
    assert found["digest"]["exact"] is True
    assert found["digest"]["now"] != found["digest"]["stored"]


def test_junit_has_a_case_a_figure_and_one_for_the_digest(here: Path) -> None:
    edit(here, "title: A mine", "title: <&> a mine", "ferry.yaml")
    (here / "ferry.yaml").rename(here / "a&b.yaml")
    words = ("--against", "ferry.check.yaml", "--junit", "out/j.xml", "--exact")
    assert call("check", "a&b.yaml", *words, *SERIAL, *SLOWER, cwd=here)[0] == 3
    (suite,) = ElementTree.parse(here / "out" / "j.xml").getroot().findall("testsuite")
    assert suite.attrib == {
        "name": "corridorsim check a&b+set", "tests": "3", "failures": "2", "errors": "0", "skipped": "0"
    }  # fmt: skip
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == ["delivered_mt on C, 2024", "transit_days_p50 of ore, 2024", "digest"]
    assert [case.find("failure") is not None for case in cases.values()] == [False, True, True]
    failure = cases["transit_days_p50 of ore, 2024"][0]
    assert failure.get("type") == "different"
    assert re.match(r"stored 2\.\d+ days, now [23]\.\d+ days, margin 0\.1\d+ days: ", failure.get("message", ""))


def test_update_writes_why_and_what_moved_and_keeps_what_was_written_by_hand(here: Path) -> None:
    edit(here, "flow: ore\n", "flow: ore  # the only one\n  margin: {relative: 0.2}\n")
    edit(here, "sailing_h: 18", "sailing_h: 20.7", "ferry.yaml")
    file = here / "ferry.check.yaml"
    mode = stat.S_IMODE(file.stat().st_mode)
    code, out, err = check(here, "--update", "--reason", 'the "new" timetable: slower')
    assert (code, err) == (0, ""), out
    assert re.search(r"transit_days_p50 of ore, 2024 +2\.[0-4]\d* +(2\.[5-9]|3)\.?\d* days", out)
    after = read_baseline(file)
    assert [entry.reason for entry in after.history] == ["first", 'the "new" timetable: slower']
    (moved,) = after.history[1].changes
    assert moved.figure == "transit_days_p50 of ore, 2024"
    assert moved.before is not None
    assert moved.before < moved.after
    assert after.figures[1].margin is not None
    assert after.figures[1].margin.relative == 0.2
    assert "# the only one" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert check(here, "--exact")[0] == 0
    assert not list(here.glob(".*"))


def test_layers_and_settings_of_an_update_are_stored_and_need_not_be_said_again(here: Path) -> None:
    (here / "layers").mkdir()
    (here / "layers" / "slow.yaml").write_text("schema: 1\nsea_links: {crossing: {sailing_h: 20.7}}\n")
    (here / "checks").mkdir()
    words = ("--against", "checks/new.yaml", *SERIAL)
    setting = ("--set", "vessels.ferry.load_h=6")
    sizes = ("--update", "--reason", "x", "--replications", "2", "--seed", "7")
    code, _, err = call("check", "ferry.yaml", *words, "--with", "layers/slow.yaml", *setting, *sizes, cwd=here)
    assert code == 0, err
    new = read_baseline(here / "checks" / "new.yaml")
    assert (new.layers, new.sets) == (["../layers/slow.yaml"], ["vessels.ferry.load_h=6"])
    assert (new.scenario, new.seed, new.replications) == ("../ferry.yaml", 7, 2)
    for said in ((), setting):
        code, out, err = call("check", "ferry.yaml", *words, "--exact", *said, cwd=here)
        assert code == 0, out + err
    # on top: another value for what the file sets
    assert call("check", "ferry.yaml", *words, "--set", "vessels.ferry.load_h=30", cwd=here)[0] == 3


def test_a_figure_may_be_listed_by_hand_and_filled_by_an_update(here: Path) -> None:
    edit(here, "figures:\n", "figures:\n- {measure: offered_mt, year: 2024, perimeter: A}\n")
    code, out, err = check(here)
    assert (code, out) == (2, "")
    assert re.match(r"ferry\.check\.yaml:\d+:3: offered_mt on A, 2024 has nothing stored yet; .*--update", err)
    assert check(here, "--update", "--reason", "offers too")[0] == 0
    assert check(here)[0] == 0
    edit(here, "measure: offered_mt, year: 2024", "measure: offered_mt, year: 2031")
    before = (here / "ferry.check.yaml").read_text()
    code, out, _ = check(here)
    assert code == 3
    assert "MISSING    offered_mt on A, 2031" in out
    code, _, err = check(here, "--update", "--reason", "x")
    assert code == 2
    assert re.match(r"ferry\.check\.yaml:\d+:3: the runs have no offered_mt on A, 2031; take it out", err)
    assert (here / "ferry.check.yaml").read_text() == before


def test_the_file_that_the_documentation_shows_is_one(tmp_path: Path) -> None:
    page = (SHIPPED.parents[1] / "docs" / "continuous-integration.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```yaml\n(check: 1\n.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "my.check.yaml").write_text(text)
    shown = read_baseline(tmp_path / "my.check.yaml")
    assert [figure.label for figure in shown.figures] == ["delivered_mt on C, 2024", "transit_days_p50 of ore, 2024"]
    assert [shown.margin_of(figure) for figure in shown.figures] == [pytest.approx(0.0098, abs=1e-4), 0.5]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("confidence: 0.95", "confidance: 0.95", r":10:1: unknown key 'confidance'; did you mean 'confidence'\?"),
        ("  flow: ore", "  flov: ore", r":\d+:3: unknown key 'flov'; did you mean 'flow'\?"),
        ("seed: 1", "seed: one", r":8:7: 'seed' should be a valid integer, not 'one'"),
        ("replications: 3", "replications: 4", r"delivered_mt on C, 2024 has 3 values, but there are 4 replications"),
        ("{relative: 0.05}", "{relative: -1}", r":11:20: 'relative' should be greater than 0, not '-1'"),
        ("check: 1", "check: 2", r":4:8: 'check' should be 1, not '2'"),
        ("layers: []", "layers: [", r":\d+:\d+: .*list"),
        ("measure: delivered_mt", "measure: delivered", r"there is no measure 'delivered'; there are delivered_mt, "),
    ],
)
def test_an_invalid_baseline_is_code_2_with_its_place(here: Path, before: str, after: str, said: str) -> None:
    edit(here, before, after)
    code, out, err = check(here)
    assert (code, out) == (2, "")
    assert re.match(r"ferry\.check\.yaml:\d+:\d+: ", err)
    assert re.search(said, err), err


def test_an_invalid_baseline_is_not_overwritten(here: Path) -> None:
    edit(here, "seed: 1", "sead: 1")
    text = (here / "ferry.check.yaml").read_text()
    assert check(here, "--update", "--reason", "x")[0] == 2
    assert (here / "ferry.check.yaml").read_text() == text


@pytest.mark.parametrize(
    "words",
    [
        ("--update",),
        ("--update", "--reason", " "),
        ("--reason", "x"),
        ("--replications", "5"),
        ("--seed", "5"),
        ("--update", "--reason", "x", "--junit", "j.xml"),
        ("--update", "--reason", "x", "--exact"),
        ("--executor", "threads"),
    ],
    ids=" ".join,
)
def test_calls_that_make_no_sense_are_code_2_and_write_nothing(words: tuple[str, ...], here: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    code, out, err = call("check", "ferry.yaml", "--against", "ferry.check.yaml", *words, cwd=here)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before


def test_without_a_baseline_there_is_nothing_to_check(tmp_path: Path, ferry_file: Path) -> None:
    code, out, err = call("check", str(ferry_file), "--against", "none.yaml", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "none.yaml: there is no such file" in err
    assert call("check", str(ferry_file), cwd=tmp_path)[0] == 2
    assert not list(tmp_path.iterdir())


def test_the_shipped_scenario_gives_what_is_stored_of_it(tmp_path: Path) -> None:
    """Digest and all where it was stored; within the margins in another environment."""
    same = read_baseline(SHIPPED).environment == environment()
    words = ("baseline", "--against", str(SHIPPED), "--quiet", *(("--exact",) if same else ()))
    process = start("check", *words, cwd=tmp_path)
    out, err = process.communicate(timeout=900)  # half a minute of computing, on a machine that may be busy
    assert process.returncode == 0, out + err


def test_runs_that_fail_are_code_1_and_neither_judged_nor_stored(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replicate(cases: list[Case], *, seed: int, replications: int, **_: object) -> dict[str, list[Failure]]:
        run = Run(cases[0].name, cases[0].key, seed, replications - 1)
        return {cases[0].key: [Failure(run, "simulate", "a ring of \x07 trains", "")]}

    monkeypatch.setattr(checking, "replicate", replicate)
    monkeypatch.chdir(here)
    before = (here / "ferry.check.yaml").read_text()
    words = ["check", "ferry.yaml", "--against", "ferry.check.yaml", *SERIAL]
    found = CliRunner().invoke(app, [*words, "--junit", "j.xml"])
    assert found.exit_code == 1
    assert "NOT CHECKED: 1 of 3 runs failed" in found.stdout
    assert "failed: ferry, replication 2, at simulate: a ring of" in found.stderr
    (case,) = ElementTree.parse(here / "j.xml").iter("testcase")
    assert (case.get("name"), case[0].tag, case[0].get("type")) == ("ferry, replication 2", "error", "simulate")
    assert CliRunner().invoke(app, [*words, "--update", "--reason", "x"]).exit_code == 1
    assert (here / "ferry.check.yaml").read_text() == before
