"""Levels of the uncertain groups: by key, and from kept draws."""

from __future__ import annotations

from pathlib import Path

from corridorsim.experiment.draws import kept, levels, levels_of
from corridorsim.scenario import Loaded, read

from ..small import TEXT

GROUPS = """\
assumptions: {light_hour_weight: {value: 10, low: 1, high: 20}, rescue_h: {value: 4, low: 2, high: 8}}
uncertain_groups:
  light: {title: Light, leaves: [assumptions.light_hour_weight]}
  rescue: {title: Rescue, leaves: [assumptions.rescue_h]}
"""


def _read(folder: Path, more: str = "") -> Loaded:
    file = folder / "line.yaml"
    file.write_text(TEXT + GROUPS + more, encoding="utf-8")
    return read(file)


def test_a_level_belongs_to_its_seed_replication_and_group() -> None:
    drawn = levels(1, 0, ["a", "b"])
    assert levels(1, 0, ["b", "new", "a"]) == drawn | levels(1, 0, ["new"])
    others = [levels(2, 0, ["a"])["a"], levels(1, 1, ["a"])["a"], drawn["b"]]
    assert len({drawn["a"], *others}) == 4


def test_levels_are_uniform() -> None:
    drawn = sorted(levels(7, replication, ["a"])["a"] for replication in range(400))
    assert drawn[0] > 0
    assert drawn[-1] < 1
    # Kolmogorov-Smirnov: 1.63 / sqrt(n) is passed by one sample in a hundred
    assert max(abs((rank + 1) / 400 - level) for rank, level in enumerate(drawn)) < 1.63 / 20


def test_a_scenario_draws_all_of_its_groups(tmp_path: Path) -> None:
    loaded = _read(tmp_path)
    assert kept(loaded) == ()
    assert levels_of(loaded, 3, 5) == levels(3, 5, ["light", "rescue"])


def test_kept_draws_are_taken_in_turn(tmp_path: Path) -> None:
    (tmp_path / "kept.csv").write_text(
        "draw,group,level\n7,light,0.25\n7,rescue,0.5\n3,rescue,1\n3,light,0\n", encoding="utf-8"
    )
    loaded = _read(tmp_path, "tables: {kept_draws: kept.csv}\n")
    first, second = {"light": 0.25, "rescue": 0.5}, {"light": 0.0, "rescue": 1.0}
    assert kept(loaded) == (first, second)
    assert [levels_of(loaded, seed, number) for seed, number in ((1, 0), (1, 1), (9, 2))] == [first, second, first]
