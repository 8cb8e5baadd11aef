"""Kim and Nelson's procedure, on alternatives whose means are known."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from corridorsim.analysis.selection import select_best


class Field:
    """Alternatives with known means and a chance that they share in part; counts what was asked for."""

    def __init__(self, means: Mapping[str, float], sd: float = 1.0, own: float = 0.3, seed: int = 1) -> None:
        self.means, self.sd, self.own, self.seed = means, sd, own, seed
        self.asked: dict[str, int] = {}

    def __call__(self, wanted: Mapping[str, int]) -> dict[str, list[float]]:
        for name, count in wanted.items():
            self.asked[name] = max(count, self.asked.get(name, 0))
        return {name: [self.value(name, r) for r in range(count)] for name, count in self.asked.items()}

    def value(self, name: str, r: int) -> float:
        common = random.Random(f"{self.seed} {r}").gauss(0, self.sd)
        return self.means[name] + common + random.Random(f"{self.seed} {r} {name}").gauss(0, self.own)


def test_the_best_is_kept_and_runs_go_to_the_close_ones() -> None:
    field = Field({"low": 5.0, "close": 10.0, "best": 10.2, "mean": 8.0}, own=0.6)
    found = select_best(list(field.means), field, first=8, most=500, delta=0.2, alpha=0.05)
    assert (found.chosen, found.decided, found.alternatives) == ("best", True, 4)
    assert field.asked["low"] == field.asked["mean"] == 8
    assert field.asked["close"] > 8
    assert found.replications == max(field.asked.values())


def test_common_random_numbers_make_it_shorter() -> None:
    means = {"a": 1.0, "b": 1.3}
    asked = []
    for sd, own in ((1.0, 0.2), (0.2, 1.0)):
        field = Field(means, sd=sd, own=own)
        select_best(list(means), field, first=5, most=2000, delta=0.3, alpha=0.05)
        asked.append(max(field.asked.values()))
    assert asked[0] < asked[1]


def test_it_errs_no_more_often_than_it_says() -> None:
    means = {"a": 0.0, "b": 0.0, "c": 0.5, "d": 0.1}
    right = 0
    for seed in range(120):
        field = Field(means, own=0.5, seed=seed)
        right += select_best(list(means), field, first=6, most=1000, delta=0.4, alpha=0.1).chosen == "c"
    assert right >= 108 - 8  # 90 % of 120, less two standard deviations and a little


def test_a_cap_is_told() -> None:
    field = Field({"a": 1.0, "b": 1.0}, own=1.0)
    found = select_best(["a", "b"], field, first=4, most=6, delta=0.01, alpha=0.05)
    assert (found.decided, found.replications, len(found.survivors)) == (False, 6, 2)


def test_one_alternative_and_none() -> None:
    field = Field({"a": 1.0})
    assert select_best(["a"], field, first=3, most=9, delta=0.1, alpha=0.05).decided
    assert field.asked == {"a": 3}
    with pytest.raises(ValueError, match="nothing to select"):
        select_best([], field, first=3, most=9, delta=0.1, alpha=0.05)
    with pytest.raises(ValueError, match="two replications"):
        select_best(["a"], field, first=1, most=9, delta=0.1, alpha=0.05)
