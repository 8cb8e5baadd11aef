"""``uncertainty: sample``: what chance does stays apart from what we do not know."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridorsim as cs
from corridorsim.api import Result

from .small import write_scenario

GROUPS = """
uncertainty: sample
uncertain_groups:
  crossing: {title: Hours at sea, leaves: [sea_links.crossing.sailing_h], factor: {value: 1, low: 0.5, high: 12}}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = write_scenario(tmp_path_factory.mktemp("sampling"))
    file.write_text(file.read_text() + GROUPS)
    return file


@pytest.fixture(scope="module")
def result(file: Path) -> Result:
    return cs.run(file, replications=6, executor="serial", out=file.parent / "results")


def test_runs_at_their_values_are_those_without_sampling(result: Result, ferry_file: Path) -> None:
    plain = cs.run(ferry_file, replications=6, executor="serial", out=None)
    assert result.years.equals(plain.years)
    assert result.summary.targets == plain.summary.targets
    assert plain.sampled is None
    assert plain.summary.uncertainty is None


def test_the_variance_is_told_in_two_parts(result: Result) -> None:
    assert result.sampled is not None
    assert not result.sampled.years.equals(result.years)
    uncertainty = result.summary.uncertainty
    assert uncertainty is not None
    (figure,) = uncertainty.figures
    sampled = result.sampled.years.query("perimeter == 'C'")["delivered_mt"]
    fixed = result.years.query("perimeter == 'C'")["delivered_mt"]
    assert figure.sd_total == pytest.approx(sampled.std())
    assert figure.sd_chance == pytest.approx(fixed.std())
    assert figure.sd_unknown == pytest.approx((sampled.var() - fixed.var()) ** 0.5)
    assert figure.shift.mean == pytest.approx(sampled.mean() - fixed.mean())
    assert figure.p10 <= figure.p50 <= figure.p90


def test_the_probability_is_given_with_and_without(result: Result) -> None:
    (without,), uncertainty = result.summary.targets, result.summary.uncertainty
    assert uncertainty is not None
    (with_draws,) = uncertainty.targets
    assert without.name == with_draws.name
    assert without.probability == 1
    assert with_draws.probability < 1
    page = result.page("A")
    assert "inputs drawn" in page
    assert f"P = {with_draws.probability:.2f}" in page


def test_levels_are_the_same_in_every_scenario(file: Path, result: Result) -> None:
    """A scenario that changes something else draws the same levels: common random numbers for the unknown too."""
    other = cs.run(cs.load(file, sets=["vessels.ferry.load_h=5.0001"]), replications=6, executor="serial", out=None)
    assert result.sampled is not None
    assert other.sampled is not None
    before, after = (side.years.query("perimeter == 'C'")["delivered_mt"] for side in (result.sampled, other.sampled))
    assert before.corr(after) > 0.99


def test_a_folder_with_sampled_runs_reads_back(result: Result) -> None:
    assert result.folder is not None
    again = cs.open_result(result.folder)
    assert again.summary == result.summary
    assert again.sampled is not None
    assert result.sampled is not None
    assert again.sampled.years.equals(result.sampled.years)


def test_precision_adds_replications_until_it_is_reached(ferry_file: Path) -> None:
    loose = cs.run(ferry_file, replications=2, precision=0.15, executor="serial", out=None)
    assert loose.summary.replications == 10  # the rule stops no earlier
    assert loose.summary.precision is not None
    assert loose.summary.precision.met
    tight = cs.run(ferry_file, replications=4, precision=1e-9, most=12, executor="serial", out=None)
    assert tight.summary.precision is not None
    varies = tight.summary.precision.reached > 0
    assert tight.summary.replications == (12 if varies else 10)
    assert tight.summary.precision.met is not varies
