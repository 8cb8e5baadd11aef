"""MSER-5 against its definition, on series whose warm-up is known, and on runs of the smallest scenario."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corridorsim.analysis import mser5, reduce, warm_up
from corridorsim.engine import simulate
from corridorsim.model import build
from corridorsim.scenario import read


def by_definition(series: list[float]) -> int | None:
    batches = np.asarray(series[: len(series) // 5 * 5]).reshape(-1, 5).mean(axis=1)
    scores = [np.var(batches[d:]) / (len(batches) - d) for d in range(len(batches) - 4)]
    best = int(np.argmin(scores))
    return 5 * best if best <= len(batches) / 2 else None


def noise(count: int, seed: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).standard_normal(count)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("slowness", [0.1, 8.0, 40.0, 150.0])
def test_it_is_the_published_rule(seed: int, slowness: float) -> None:
    series = list(100 - 60 * np.exp(-np.arange(303) / slowness) + 3 * noise(303, seed))
    assert mser5(series) == by_definition(series)


def test_a_step_is_cut_off_where_it_ends() -> None:
    level = [10.0 + place % 2 for place in range(200)]
    assert mser5([0.0] * 40 + level) == 40
    assert mser5([0.0] * 42 + level) == 45  # whole batches
    assert mser5([50.0] * 40 + level) == 40  # from above too


def test_what_is_level_from_the_start_needs_no_warm_up() -> None:
    assert mser5([0.1] * 100) == 0
    assert mser5([10.0 + place % 2 for place in range(100)]) == 0


def test_what_never_settles_is_not_reached() -> None:
    assert mser5([float(place) ** 2 for place in range(200)]) is None
    assert mser5([0.0] * 130 + [10.0 + place % 2 for place in range(70)]) is None


def test_a_few_observations_tell_nothing() -> None:
    assert mser5([1.0] * 49) is None
    assert mser5([1.0] * 50) == 0
    assert mser5([]) is None


def run_of(tonnes: list[float]) -> dict[str, Any]:
    return {"tables": {"system": {"day": list(range(len(tonnes))), "tonnes": tonnes}}}


def test_averages_over_replications_show_the_bend_that_one_run_hides() -> None:
    bend = [60.0 + place % 2 for place in range(50)] + [100.0 + place % 2 for place in range(250)]
    runs = [run_of([level + 60 * math.sin(place * 2.4 + r * math.tau / 6) for place, level in enumerate(bend)])
            for r in range(6)]  # fmt: skip
    found = warm_up(runs, 60)
    assert (found.truncation_days, found.days, found.replications, found.enough) == (50, 300, 6, True)
    assert not warm_up(runs, 49).enough
    assert warm_up(runs, 50).enough


def test_a_warm_up_that_is_not_found_is_not_enough() -> None:
    found = warm_up([run_of([float(day) ** 2 for day in range(200)])], 199)
    assert (found.truncation_days, found.enough) == (None, False)


def test_runs_must_be_alike() -> None:
    with pytest.raises(ValueError, match="no runs"):
        warm_up([], 10)
    with pytest.raises(ValueError, match="different lengths"):
        warm_up([run_of([1.0] * 60), run_of([1.0] * 61)], 10)


def test_a_line_and_a_ferry_are_full_within_a_quarter(ferry_file: Path) -> None:
    sets = ["horizon.start=2023-10-01", "horizon.results_from=2024-01-01"]
    blueprint = build(read(ferry_file, sets=sets))
    runs = [reduce(blueprint, simulate(blueprint, seed=1, replication=r)) for r in range(3)]
    found = warm_up(runs, blueprint.calendar.results_from_s / 86400)
    assert (found.given_days, found.days) == (92, 92 + 366)
    assert found.enough
    assert not warm_up(runs, 1).enough  # the first days are empty


def test_seasons_are_no_warm_up() -> None:
    """A corridor that fills in 40 days, with twice the cargo in winter: the seasons cancel against a year later."""
    days = np.arange(700)
    season = 100 + 50 * np.cos(2 * np.pi * days / 365)
    filling = np.where(days < 40, 0.3, 1.0)
    found = warm_up([run_of(list(season * filling + noise(700, seed))) for seed in range(4)], given_days=60)
    assert found.truncation_days is not None
    assert 40 <= found.truncation_days <= 60
    assert found.enough
    assert mser5(list(season * filling)) is None
