"""``corridorsim cache``: what is kept is listed, and only what was named is removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corridorsim.cli.cache import cache as cache_app
from corridorsim.experiment import Cost, Store, sources_hash

PRESENT = sources_hash(["corridorsim.analysis"])


def call(*words: str) -> tuple[int, str]:
    """Exit code and what was printed, on stdout and stderr."""
    done = CliRunner().invoke(cache_app, list(words))
    return done.exit_code, done.output


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder of results with runs of two scenarios, one with saturating demand too, and of another version."""
    here, old = Store(tmp_path / ".runs", PRESENT), Store(tmp_path / ".runs", "old")
    for number in range(3):
        here.put("aaaaaaaaaa", 1, number, {}, scenario="baseline", cost=Cost(60, 61, 1e6))
    here.put("bbbbbbbbbb", 1, 0, {}, scenario="baseline, saturating", cost=Cost(60, 61, 1e6))
    here.put("cccccccccc", 1, 0, {}, scenario="baseline_two", cost=Cost(60, 61, 1e6))
    old.put("aaaaaaaaaa", 1, 0, {}, scenario="baseline", cost=Cost(60, 61, 1e6))
    return tmp_path


def kept(out: Path) -> list[tuple[str, bool]]:
    return [(entry.scenario, entry.present) for entry in Store(out / ".runs", PRESENT).entries()]


def test_the_list_says_what_is_kept(out: Path) -> None:
    code, printed = call("list", "--out", str(out))
    lines = [line.split() for line in printed.splitlines()]
    assert code == 0
    assert lines[0] == ["scenario", "hash", "seed", "runs", "size", "computing", "last"]
    assert lines[1][:4] == ["baseline", "aaaaaaaa", "1", "3"]
    assert "3 min" in printed
    assert [line[0] for line in lines[1:]] == ["baseline", "baseline,", "baseline_two", "baseline", "6"]
    assert lines[4][-1] == "stale"


def test_the_list_as_json_holds_every_run(out: Path) -> None:
    code, printed = call("list", "--json", "--out", str(out))
    runs = json.loads(printed)
    assert code == 0
    assert len(runs) == 6
    assert {run["cpu_s"] for run in runs} == {60}
    assert sorted(run["present"] for run in runs) == [False, True, True, True, True, True]
    assert {run["sources"] for run in runs} == {PRESENT, "old"}


def test_nothing_kept_is_said_and_nothing_made(tmp_path: Path) -> None:
    assert call("list", "--out", str(tmp_path)) == (0, f"no runs are kept in {tmp_path}\n")
    assert call("clear", "--all", "--out", str(tmp_path)) == (0, "removed 0 runs, 0.0 kB\n")
    assert list(tmp_path.iterdir()) == []


def test_all_are_cleared(out: Path) -> None:
    code, printed = call("clear", "--all", "--out", str(out))
    assert (code, kept(out)) == (0, [])
    assert "removed 6 runs" in printed


def test_stale_ones_are_cleared(out: Path) -> None:
    code, printed = call("clear", "--stale", "--out", str(out))
    assert code == 0
    assert len(kept(out)) == 5
    assert all(present for _, present in kept(out))
    assert "removed 1 runs" in printed


def test_those_of_a_scenario_are_cleared_with_its_saturating_ones(out: Path) -> None:
    code, printed = call("clear", "--scenario", "baseline", "--out", str(out))
    assert (code, kept(out)) == (0, [("baseline_two", True)])
    assert "baseline, saturating" in printed
    assert call("clear", "--scenario", "base*", "--out", str(out))[0] == 0
    assert kept(out) == []


@pytest.mark.parametrize(
    "words", [[], ["--all", "--stale"], ["--stale", "--scenario", "baseline"], ["--scenario", "x"]]
)
def test_what_is_not_said_clearly_removes_nothing(out: Path, words: list[str]) -> None:
    code, printed = call("clear", "--out", str(out), *words)
    assert (code, len(kept(out))) == (2, 6)
    assert printed.startswith(("say which runs", "no kept run is of a scenario 'x'; there are: baseline, "))
