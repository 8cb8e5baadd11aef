"""The outermost doors: what ``import corridorsim`` costs and gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import corridorsim as cs
from corridorsim.report import NotAResult
from corridorsim.scenario import Issues

ROOT = Path(__file__).parents[1]


def imported_by(statement: str) -> set[str]:
    """Modules that a fresh interpreter has after a statement."""
    program = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = {"numpy", "pandas", "pyarrow", "scipy", "simpy", "pydantic", "rich", "typer"}
    assert not heavy & imported_by("import corridorsim; corridorsim.__version__")


def test_the_command_is_loaded_without_the_simulator() -> None:
    heavy = {"numpy", "pandas", "pyarrow", "scipy", "simpy", "pydantic", "networkx"}
    assert not heavy & imported_by("import corridorsim.cli")


def test_reading_and_building_need_no_tables_library() -> None:
    assert not {"numpy", "pandas", "scipy", "simpy"} & imported_by("import corridorsim.scenario, corridorsim.model")


def test_a_worker_needs_no_tables_library() -> None:
    assert not {"pandas", "pyarrow", "scipy"} & imported_by(
        "import corridorsim.experiment.replicate, corridorsim.analysis"
    )


def test_unknown_names_are_errors() -> None:
    assert "run" in dir(cs)
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        cs.walk  # noqa: B018


def test_run_gives_tidy_frames(ferry_file: Path, tmp_path: Path) -> None:
    scenario = cs.load(ferry_file)
    assert "A mine and a ferry" in scenario._repr_html_()
    result = cs.run(scenario, replications=2, executor="serial", out=tmp_path)
    assert list(result.years["replication"].unique()) == [0, 1]
    assert set(result.years["perimeter"]) == {"A", "B", "C"}
    assert result.flows["transit_days_mean"].dtype == float
    for name in ("months", "refused", "trains", "waiting", "utilisation", "stocks"):
        assert not getattr(result, name).columns.empty
    assert result.table("system").groupby("replication")["day"].max().tolist() == [365, 365]
    assert result.targets["name"].tolist() == ["most is carried"]
    assert result.met
    assert "<strong>ferry</strong>" in result._repr_html_()
    assert result.folder is not None
    assert "length_km" in " ".join(scenario.effective["path"])
    again = cs.open_result(result.folder)
    (result.folder / "refused.parquet").unlink()
    with pytest.raises(NotAResult, match=r"no refused\.parquet, perhaps since another version wrote it"):
        cs.open_result(result.folder)
    assert again.summary == result.summary
    assert again.years.equals(result.years)


def test_nothing_is_saved_where_nothing_is_asked_for(
    ferry_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cs.run(ferry_file, replications=1, executor="serial", out=None)
    assert not list(tmp_path.iterdir())


def test_capacity_is_asked_of_runs_of_its_own(ferry_file: Path, tmp_path: Path) -> None:
    """A target with saturating demand brings the shipped layer, its runs stay apart, and its own year is judged."""
    text = ferry_file.read_text().replace("2024-01-01, end: 2024-12-31", "2026-01-01, end: 2027-03-31")
    text = (
        text.replace("year: 2024", "year: 2026")
        .replace("start: 2024", "start: 2026")
        .replace(
            "targets:\n",
            "targets:\n"
            "  - {name: capacity, measure: delivered_mt, demand: saturating, perimeter: A, year: 2026,\n"
            "     at_least: 0.001}\n"
            "  - {name: not whole, measure: delivered_mt, perimeter: A, year: 2027, at_least: 1}\n",
        )
    )
    file = tmp_path / "both.yaml"
    file.write_text(text + "growth: {official10: {ore: {2026: 1, 2027: 1}}}\n")
    result = cs.run(file, replications=1, executor="serial", out=None)
    assert result.saturating is not None
    assert result.summary.saturating is not None
    assert result.summary.saturating.hash != result.summary.hash
    given, more = (float(side.years["offered_mt"].iloc[0]) for side in (result, result.saturating))
    assert more > 1.4 * given
    assert result.summary.unjudged == ["not whole"]
    assert {target.name for target in result.summary.targets} == {"capacity", "most is carried"}
    assert not result.met


def test_a_plain_script_may_run_over_processes(ferry_file: Path, tmp_path: Path) -> None:
    """No ``if __name__ == "__main__"`` is needed: workers do not import the caller's script."""
    script = tmp_path / "script.py"
    script.write_text(
        "import corridorsim as cs\n"
        f"result = cs.run({str(ferry_file)!r}, replications=2, executor='processes:2', out=None)\n"
        "print(result.summary.replications)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], env={"PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("2\n", "")


def test_faults_of_a_scenario_come_as_issues() -> None:
    with pytest.raises(Issues, match="no such file"):
        cs.load("no_such_scenario")


def test_capacity_of_a_scenario_that_the_shipped_layer_does_not_fit(ferry_file: Path, tmp_path: Path) -> None:
    """Without a saturating layer of its own it is offered half as much again as it says."""
    asked = "  - {name: capacity, measure: delivered_mt, demand: saturating, perimeter: A, year: 2024, at_least: 1}\n"
    file = tmp_path / "alone.yaml"
    file.write_text(ferry_file.read_text().replace("targets:\n", "targets:\n" + asked))
    result = cs.run(file, replications=1, executor="serial", out=None)
    assert result.saturating is not None
    given, more = (float(side.years["offered_mt"].iloc[0]) for side in (result, result.saturating))
    assert more == pytest.approx(1.5 * given, rel=0.05)
    assert "capacity" in {target.name for target in result.summary.targets}
