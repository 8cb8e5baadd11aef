"""Scenarios side by side: paired differences, corrected for their number, beside the inputs that differ."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import corridorsim as cs
from corridorsim.analysis.comparison import Row, compare_runs, corrected
from corridorsim.report.comparison import Comparison, NoPairs, compared


def run_of(*delivered: float) -> dict[int, dict[str, object]]:
    """Replications that delivered so much, all else alike."""
    columns = {"year": [2027], "perimeter": ["C"], "offered_mt": [10.0], "refused_mt": [0.0], "teu": [1.0]}
    return {
        number: {"tables": {"years": {**columns, "container_trains": [1.0], "delivered_mt": [mt]}}}
        for number, mt in enumerate(delivered)
    }


BEFORE = run_of(5.0, 5.2, 4.8, 5.1, 4.9)


def delivered(after: dict[int, dict[str, object]], name: str = "after") -> Row:
    return next(row for row in compare_runs(name, "as_given", BEFORE, after) if row.measure == "delivered_mt")


def test_pairs_that_move_together_say_so() -> None:
    row = delivered(run_of(5.5, 5.7, 5.3, 5.6, 5.41))
    assert row.difference.correlation == pytest.approx(1, abs=0.01)
    assert row.difference.interval.mean == pytest.approx(0.502)
    assert not row.gained_nothing


def test_pairs_that_do_not_move_together_say_so_too() -> None:
    row = delivered(run_of(5.2, 4.8, 5.0, 4.9, 5.1))
    assert row.difference.correlation is not None
    assert row.difference.correlation < 0
    assert row.gained_nothing


def test_several_scenarios_are_corrected_for_their_number() -> None:
    """Holm: the smaller of two p-values counts twice."""
    clear, vague = (
        delivered(run_of(5.5, 5.7, 5.3, 5.6, 5.45), "clear"),
        delivered(run_of(5.1, 5.2, 4.9, 5.1, 4.9), "vague"),
    )
    first, second = corrected([clear, vague])
    assert clear.difference.p_value is not None
    assert clear.difference.p_value < (vague.difference.p_value or 0)
    assert first.difference.adjusted_p == pytest.approx(2 * clear.difference.p_value)
    assert second.difference.adjusted_p == pytest.approx(vague.difference.p_value)


def test_replications_are_paired_by_their_number() -> None:
    after = {number + 1: run for number, run in run_of(9, 9, 9, 9).items()}
    row = delivered(after)
    assert row.difference.pairs == 4
    assert row.before.mean == pytest.approx((5.2 + 4.8 + 5.1 + 4.9) / 4)


@pytest.fixture(scope="module")
def comparison(ferry_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    slow = cs.load(ferry_file, sets=["sea_links.crossing.sailing_h=90"], name="slow")
    slower = cs.load(ferry_file, sets=["sea_links.crossing.sailing_h=180"], name="slower")
    out = tmp_path_factory.mktemp("results")
    return cs.compare(ferry_file, slow, slower, replications=3, executor="serial", out=out)


def test_inputs_stand_beside_outputs(comparison: Comparison) -> None:
    (change,) = comparison.input_changes["slow"]
    assert (change.path, change.before, change.after) == ("sea_links.crossing.sailing_h", "18", "90")
    assert change.set_by.startswith("--set")
    page = comparison.page("A")
    assert "sea_links.crossing.sailing_h" in page
    assert max(map(len, page.splitlines()[:8])) <= 130
    lines = [line for line in page.splitlines() if line.startswith(("slow", "slower"))]
    assert all("-" in line for line in lines[:2])


def test_a_comparison_is_saved_and_can_be_made_again(comparison: Comparison) -> None:
    folder = comparison.folder
    assert folder is not None
    kept = json.loads((folder / "comparison.json").read_text())
    assert [other["scenario"] for other in kept["others"]] == ["slow", "slower"]
    assert {row["measure"] for row in kept["others"][0]["outputs"]} >= {"delivered_mt", "delivered_share"}
    with (folder / "outputs.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["scenario"] for row in rows} == {"slow", "slower"}
    again = cs.compare(*(cs.open_result(result.folder) for result in (comparison.first, *comparison.others)), out=None)
    assert again.records() == comparison.records()
    assert again.input_changes == comparison.input_changes


def test_what_is_the_same_is_called_the_same(ferry_file: Path) -> None:
    same = cs.compare(ferry_file, ferry_file, replications=2, executor="serial", out=None)
    assert "no input differs" in same.page("A")
    assert all(row.difference.interval.mean == 0 for row in same.rows)


def test_other_seeds_are_no_pairs(ferry_file: Path) -> None:
    one, two = (cs.run(ferry_file, replications=1, seed=seed, executor="serial", out=None) for seed in (1, 2))
    with pytest.raises(NoPairs, match="seeds 1 and 2"):
        compared(one, [two], "")


def test_layers_that_all_share_are_said_once(ferry_file: Path) -> None:
    plain, slow = (
        cs.load(ferry_file, sets=sets, name=f"{name}+late+wet")
        for name, sets in (("plain", []), ("slow", ["sea_links.crossing.sailing_h=90"]))
    )
    page = cs.compare(plain, slow, slow, replications=1, executor="serial", out=None).page("A")
    assert "all of them with late+wet" in page
    assert any(line.startswith("slow  ") for line in page.splitlines())
