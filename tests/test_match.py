"""``match`` from the outside: draws that agree with an observation are kept, and sampled runs then use them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import corridorsim as cs
from corridorsim.report.matching import Match
from corridorsim.scenario import Issues

from .small import write_scenario

GROUPS = """
uncertain_groups:
  crossing: {title: Hours at sea, leaves: [sea_links.crossing.sailing_h], factor: {value: 1, low: 0.5, high: 9}}
  idle: {title: Of no effect, leaves: [assumptions.rescue_h]}
assumptions: {rescue_h: {value: 4, low: 2, high: 6}}
"""
TARGETS = (
    "target_id,observable,period_start,period_end,value,low,high,unit,perimeter,rule,note\n"
    "k1,volume,2024-01-01,2024-12-31,{value},,,Mt,A,0.2,\n"
    "k2,volume,2024-01-01,2024-06-30,9,,,Mt,A,,no rule: it does not count\n"
)
MEASURES = "observable,measure,flows,of_flows,from_places,to_places,classes,run,note\nvolume,delivered_mt,,,,,,,\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("match")
    file = write_scenario(folder)
    file.write_text(file.read_text() + GROUPS)
    (folder / "as_it_is.yaml").write_text("schema: 1\n")
    (folder / "measures.csv").write_text(MEASURES)
    return folder


def matched(folder: Path, value: float, draws: int = 12, **more: int) -> Match:
    targets = folder / f"targets_{value}.csv"
    targets.write_text(TARGETS.format(value=value))
    return cs.match(
        folder / "ferry.yaml", against=targets, measures=folder / "measures.csv", layer="as_it_is.yaml", draws=draws,
        executor="serial", out=folder / "results", **more,
    )  # fmt: skip


def test_draws_that_agree_are_kept_and_sampled_runs_use_them(folder: Path) -> None:
    slowest = cs.run(
        cs.load(folder / "ferry.yaml", sets=["sea_links.crossing.sailing_h=80"]),
        replications=1,
        executor="serial",
        out=None,
    )
    made = matched(folder, float(slowest.years["delivered_mt"].iloc[0]))
    assert 0 < len(made.kept) < 12
    assert made.groups[0].group == "crossing"
    assert "of 12 draws kept" in made.page()
    assert made.folder is not None
    with (made.folder / "kept_draws.csv").open() as file:
        kept = {(row["draw"], row["group"]): float(row["level"]) for row in csv.DictReader(file)}
    assert len(kept) == 2 * len(made.kept)
    (folder / "kept.csv").write_bytes((made.folder / "kept_draws.csv").read_bytes())
    (folder / "sample.yaml").write_text("schema: 1\nuncertainty: sample\ntables: {kept_draws: kept.csv}\n")
    result = cs.run(cs.load(folder / "ferry.yaml", ["sample.yaml"]), replications=3, executor="serial", out=None)
    uncertainty = result.summary.uncertainty
    assert uncertainty is not None
    assert uncertainty.draws == f"{len(made.kept)} kept draws, in turn"
    assert "kept draws, in turn" in result.page()


def test_a_second_call_runs_nothing_again(folder: Path) -> None:
    first = matched(folder, 1.0)
    runs = sorted((folder / "results" / ".runs-observed").rglob("*.json.gz"))
    again = matched(folder, 1.0)
    assert sorted((folder / "results" / ".runs-observed").rglob("*.json.gz")) == runs
    assert again.records() == first.records()
    assert again.kept == []
    assert "no draw agrees" in again.page()


def test_further_waves_find_more_of_what_is_kept(folder: Path) -> None:
    made = matched(folder, 0.15, waves=2, draws=24)
    first, second = made.draws[:24], made.draws[24:]
    assert second
    assert sum(draw.kept for draw in second) / len(second) > sum(draw.kept for draw in first) / len(first)
    assert made.sifted[0] == 100 * 24
    assert "emulators" in made.page()


def test_other_observations_are_not_mixed_up(folder: Path) -> None:
    assert matched(folder, 1.0).records()[0]["k1"] == matched(folder, 2.0).records()[0]["k1"]
    assert matched(folder, 1.0).folder != matched(folder, 2.0).folder


def test_what_cannot_be_matched_is_told(folder: Path) -> None:
    with pytest.raises(Issues, match="no such file"):
        cs.match(folder / "ferry.yaml", against=folder / "none.csv")
    bare = folder / "bare.yaml"
    bare.write_text((folder / "ferry.yaml").read_text().partition("uncertain_groups")[0])
    (folder / "t.csv").write_text(TARGETS.format(value=1))
    with pytest.raises(Issues, match="nothing to draw"):
        cs.match(bare, against=folder / "t.csv", measures=folder / "measures.csv", layer="as_it_is.yaml", out=None)
    (folder / "t2.csv").write_text(TARGETS.format(value=1).replace("volume", "weight"))
    with pytest.raises(Issues, match="has no line for weight"):
        cs.match(folder / "ferry.yaml", against=folder / "t2.csv", measures=folder / "measures.csv", layer="as_it_is")
