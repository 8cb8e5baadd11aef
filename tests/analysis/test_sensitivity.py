"""Rankings that are known beforehand: of plain functions, and of a scenario in which one group matters."""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

import pytest

from corridorsim.analysis.sensitivity import (
    SalibMissing,
    morris_design,
    morris_effects,
    need_salib,
    sobol_design,
    sobol_indices,
)
from corridorsim.scenario import Issues
from corridorsim.studies import sensitivity

GROUPS = ["x1", "x2", "x3"]

UNKNOWN = """\
schema: 1
title: A ferry of which much is unknown
extends: [ferry.yaml]
set:
  horizon.end: 2024-06-30
  targets: []
  vessels.ferry.capacity_wagons: {value: 20, low: 5, high: 40, source_ids: [pilot], confidence: D}
  segments.mine-east.freight_speed_kmh: {value: 50, low: 49, high: 51, confidence: B}
  assumptions.rescue_h: {value: 4, low: 2, high: 8}
uncertain_groups:
  rescue: {title: rescues that never happen, leaves: [assumptions.rescue_h]}
  ferry: {title: wagons on a ferry, leaves: [vessels.*.capacity_wagons]}
  rail: {title: speeds of freight trains, leaves: [segments.*.freight_speed_kmh]}
"""


def ishigami(levels: dict[str, float]) -> float:
    """Ishigami and Homma (1990), a = 7, b = 0.1."""
    x1, x2, x3 = (math.pi * (2 * levels[group] - 1) for group in GROUPS)
    return math.sin(x1) + 7 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)


@pytest.fixture
def unknown(tmp_path: Path, ferry_file: Path) -> Path:
    """A scenario in which one group matters much, one hardly, one not at all."""
    (tmp_path / "ferry.yaml").write_bytes(ferry_file.read_bytes())
    file = tmp_path / "unknown.yaml"
    file.write_text(UNKNOWN)
    return file


def test_sobol_indices_are_the_analytic_ones() -> None:
    levels = sobol_design(GROUPS, 1024, seed=1)
    assert len(levels) == 1024 * 5
    found = sobol_indices(GROUPS, [[ishigami(each)] for each in levels], seed=1)
    by_group = {index.group: index for index in found.indices}
    analytic = {"x1": (0.3139, 0.5576), "x2": (0.4424, 0.4424), "x3": (0.0, 0.2437)}
    for group, (first, total) in analytic.items():
        assert by_group[group].first.mean == pytest.approx(first, abs=0.03)
        assert by_group[group].total.mean == pytest.approx(total, abs=0.03)
        assert by_group[group].total.low <= total <= by_group[group].total.high  # type: ignore[operator]
    assert [index.group for index in found.indices] == ["x1", "x2", "x3"]
    assert found.variance == pytest.approx(13.84, abs=0.2)
    assert found.chance_share is None


def test_chance_is_told_from_what_the_groups_do() -> None:
    levels, noise = sobol_design(GROUPS, 32, seed=1), random.Random(1)
    shared = [[ishigami(each), ishigami(each) + 1] for each in levels]
    assert sobol_indices(GROUPS, shared, seed=0).chance_share == pytest.approx(0, abs=1e-12)
    nothing_else = [[noise.gauss(5, 1), noise.gauss(5, 1)] for _ in levels]
    share = sobol_indices(GROUPS, nothing_else, seed=1).chance_share
    assert share is not None
    assert share > 0.7


def test_a_figure_that_does_not_vary_has_no_indices() -> None:
    levels = sobol_design(GROUPS, 8, seed=1)
    found = sobol_indices(GROUPS, [[4.2]] * len(levels), seed=1)
    assert (found.variance, [index.total.mean for index in found.indices]) == (0, [0, 0, 0])


def test_morris_finds_slopes_and_what_depends_on_others() -> None:
    levels = morris_design(GROUPS, 20, seed=2)
    assert len(levels) == 20 * 4
    values = [[3 * each["x1"] - each["x2"]] for each in levels]
    first, second, third = morris_effects(GROUPS, levels, values, seed=2)
    assert (first.group, first.mu_star.mean, first.mu) == ("x1", pytest.approx(3), pytest.approx(3))
    assert (second.group, second.mu_star.mean, second.mu) == ("x2", pytest.approx(1), pytest.approx(-1))
    assert first.sigma == pytest.approx(0, abs=1e-9)
    assert (third.mu_star.mean, third.verdict) == (0, "does nothing")
    assert (first.chance, first.verdict) == (None, "unknown")
    together = morris_effects(GROUPS, levels, [[each["x1"] * each["x2"]] for each in levels], seed=2)
    assert together[0].sigma > 0.2


def test_what_chance_may_do_is_called_noise() -> None:
    levels, noise = morris_design(GROUPS, 10, seed=3), random.Random(4)
    values = [[2 * each["x2"] + noise.gauss(0, 0.2) for _ in range(5)] for each in levels]
    found = {row.group: row for row in morris_effects(GROUPS, levels, values, seed=3)}
    assert found["x2"].verdict == "moves it"
    assert {found[group].verdict for group in ("x1", "x3")} == {"inside the noise"}
    # of an effect's error 0.2 sqrt(2 / 5) / (2 / 3), half-normal in the mean
    assert found["x1"].noise == pytest.approx(0.2 * math.sqrt(2 / 5) * 1.5 * math.sqrt(2 / math.pi), rel=0.2)
    # chance that all points share is none
    shared = [[2 * each["x2"] + storm for storm in (0.0, 0.5, 1.0)] for each in levels]
    row = morris_effects(GROUPS, levels, shared, seed=3)[0]
    assert (row.chance, row.noise) == (pytest.approx(0, abs=1e-9), pytest.approx(0, abs=1e-9))


def test_designs_belong_to_their_seed_and_refuse_odd_sizes() -> None:
    assert morris_design(GROUPS, 4, seed=1) == morris_design(GROUPS, 4, seed=1) != morris_design(GROUPS, 4, seed=2)
    with pytest.raises(ValueError, match="power of two"):
        sobol_design(GROUPS, 6, seed=1)
    with pytest.raises(ValueError, match="two trajectories"):
        morris_design(GROUPS, 1, seed=1)


def test_without_salib_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(SalibMissing, match=r"pip install 'corridorsim\[sensitivity\]'"):
        need_salib()


def test_a_scenario_is_screened_and_the_few_that_matter_are_looked_into(unknown: Path, tmp_path: Path) -> None:
    study = sensitivity(unknown, trajectories=2, replications=2, executor="serial", out=tmp_path / "out")
    assert study.ranked[0] == "ferry"
    first, *_, last = study.screened
    assert (first.verdict, first.mu > 0) == ("moves it", True)
    assert (last.mu_star.mean, last.sigma, last.chance) == (0, 0, 0)
    assert "vessels.ferry.capacity_wagons 20, from 5 to 40" in str(study)
    assert any(line.split()[-2:] == ["D", "pilot"] for line in str(study).splitlines() if line.startswith("1  ferry"))
    assert "does nothing to it: " in str(study)
    assert study.folder is not None
    assert {path.name for path in study.folder.iterdir()} == {
        "command.txt", "page.txt", "points.csv", "sensitivity.csv", "sensitivity.json"
    }  # fmt: skip
    assert len(study.points) == 2 * 4 * 2
    few = sensitivity(
        unknown,
        method="sobol",
        top=1,
        trajectories=2,
        samples=4,
        replications=2,
        executor="serial",
        out=tmp_path / "out",
    )
    assert few.ranked == ("ferry",)
    assert few.chosen_by is not None
    assert few.chosen_by.screened == study.screened
    assert few.as_written == study.as_written


def test_all_that_is_wrong_with_a_question_is_told_before_anything_is_run(unknown: Path, tmp_path: Path) -> None:
    with pytest.raises(Issues) as found:
        sensitivity(
            unknown, method="sobol", groups=["fery"], samples=6, measure="speed", year=2030, out=tmp_path / "out"
        )  # fmt: skip
    told = str(found.value)
    for words in ("did you mean 'ferry'", "power of two", "unknown measure 'speed'", "they hold 2024"):
        assert words in told
    with pytest.raises(Issues, match="write --top 5"):
        sensitivity(unknown, method="sobol", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
