"""Keyed randomness and duration laws."""

from __future__ import annotations

import math
import statistics

import pytest

from corridorsim.engine.streams import Streams
from corridorsim.model import Distribution


def test_a_stream_depends_on_its_key_and_on_nothing_else() -> None:
    alone = Streams(1, 0)
    crowded = Streams(1, 0)
    for entity in "abc":
        crowded.of("failure", entity).uniform()
    assert [alone.of("storm", "x").uniform() for _ in range(5)] == [
        crowded.of("storm", "x").uniform() for _ in range(5)
    ]


@pytest.mark.parametrize("other", [Streams(2, 0), Streams(1, 1)])
def test_seed_and_replication_change_every_stream(other: Streams) -> None:
    assert Streams(1, 0).of("storm", "x").uniform() != other.of("storm", "x").uniform()


@pytest.mark.parametrize(
    ("law", "mean", "variance"),
    [
        (Distribution("deterministic", (100.0,)), 100, 0),
        (Distribution("uniform", (60_000.0, 120_000.0)), 90_000, 60_000**2 / 12),
        (Distribution("triangular", (10_000.0, 20_000.0, 60_000.0)), 30_000, 7e8 * 2 / 6),
        (Distribution("exponential", (50_000.0,)), 50_000, 50_000**2),
        (Distribution("erlang", (50_000.0, 4.0)), 50_000, 50_000**2 / 4),
        (Distribution("empirical", (10.0, 20.0, 60.0)), 30, (400 + 100 + 900) / 3),
    ],
)
def test_laws_have_their_mean_and_variance(law: Distribution, mean: float, variance: float) -> None:
    stream = Streams(7, 0).of("test", law.name)
    values = [stream.seconds(law) for _ in range(20_000)]
    error = math.sqrt(variance / len(values)) * 4 + 1
    assert statistics.fmean(values) == pytest.approx(mean, abs=error)
    if law.name == "triangular":  # (a^2 + b^2 + c^2 - ab - ac - bc) / 18
        a, c, b = law.parameters
        variance = (a * a + b * b + c * c - a * b - a * c - b * c) / 18
    assert statistics.pvariance(values) == pytest.approx(variance, rel=0.06, abs=1)


def test_the_lognormal_law_has_its_mean_and_90_percent_point() -> None:
    stream = Streams(3, 0).of("test", "lognormal")
    law = Distribution("lognormal", (36 * 3600.0, 72 * 3600.0))
    values = sorted(stream.seconds(law) for _ in range(40_000))
    assert statistics.fmean(values) == pytest.approx(36 * 3600, rel=0.02)
    assert values[int(0.9 * len(values))] == pytest.approx(72 * 3600, rel=0.03)
