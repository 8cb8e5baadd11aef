"""Weather: shares, lengths, spells inside spells, and an error where the series ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from corridorsim.engine.kernel import Kernel
from corridorsim.engine.streams import Streams
from corridorsim.engine.weather import Weather
from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint, Distribution, WeatherGroup

from .lines import blueprint_of, two_nodes_and_a_ferry

DAY = 86_400
EAST = WeatherGroup("east", (0.3,) * 12, (2.5 * DAY,) * 12, "")
WEST = WeatherGroup("west", (0.15,) * 12, (2.0 * DAY,) * 12, "east")


def drawn(*groups: WeatherGroup, days: int = 36_500) -> Weather:
    """Weather of a hundred years, long enough to see the shares."""
    plain: Blueprint = blueprint_of(two_nodes_and_a_ferry())
    calendar = replace(plain.calendar, end_s=days * DAY)
    ledger = Ledger()
    return Weather(replace(plain, weather=groups, calendar=calendar), Kernel(ledger), Streams(1, 0))


def share(weather: Weather, group: str, days: int = 36_500) -> float:
    """Share of time closed."""
    return sum(b - a for a, b in weather.spells[group]) / (days * DAY)


def test_share_and_mean_length_of_closed_spells_come_out() -> None:
    weather = drawn(EAST)
    lengths = [b - a for a, b in weather.spells["east"]]
    assert share(weather, "east") == pytest.approx(0.3, abs=0.02)
    assert sum(lengths) / len(lengths) == pytest.approx(2.5 * DAY, rel=0.05)


@pytest.mark.parametrize(
    ("law", "longest"),
    [
        (Distribution("deterministic", (2.5 * DAY,)), 2.5),
        (Distribution("uniform", (1.0 * DAY, 4.0 * DAY)), 4.0),
        (Distribution("gamma", (2.5 * DAY, 2.0)), None),
    ],
    ids=lambda law: getattr(law, "name", ""),
)
def test_spells_by_a_law_keep_share_and_mean(law: Distribution, longest: float | None) -> None:
    weather = drawn(replace(EAST, spells=(law,) * 12))
    lengths = [b - a for a, b in weather.spells["east"]]
    assert share(weather, "east") == pytest.approx(0.3, abs=0.02)
    assert sum(lengths) / len(lengths) == pytest.approx(2.5 * DAY, rel=0.08)
    assert max(lengths) == pytest.approx((longest or 2.5) * DAY, rel=0.01) or longest is None
    assert (len(set(lengths)) == 1) == (law.name == "deterministic")
    calm = [b - a for (_, a), (b, _) in pairwise(weather.spells["east"])]
    plain = [b - a for (_, a), (b, _) in pairwise(drawn(EAST).spells["east"])]
    assert calm[:50] == pytest.approx(plain[:50], abs=1), "the calm between them is the same, in the same weather"


def test_a_month_has_its_own_law() -> None:
    fixed = Distribution("deterministic", (2.5 * DAY,))
    weather = drawn(replace(EAST, spells=(fixed, *(None,) * 11)), days=31)
    assert {b - a for a, b in weather.spells["east"] if a < 31 * DAY} == {2.5 * DAY}
    later = drawn(replace(EAST, spells=(*(None,) * 6, *(fixed,) * 6)), days=180)
    assert len({b - a for a, b in later.spells["east"] if a < 180 * DAY}) > 10


def test_west_spells_lie_within_east_spells_and_have_their_own_share() -> None:
    weather = drawn(WEST, EAST)
    assert share(weather, "west") == pytest.approx(0.15, abs=0.015)
    east = iter(weather.spells["east"])
    outer = next(east)
    for a, b in weather.spells["west"]:
        while outer[1] < b:
            outer = next(east)
        assert outer[0] <= a < b <= outer[1]


def test_opens_tells_the_end_of_the_spell() -> None:
    weather = drawn(EAST)
    a, b = weather.spells["east"][10]
    assert weather.opens("east", a) == b
    assert weather.opens("east", b - 1) == b
    assert weather.opens("east", b) == b
    assert weather.opens("", a) == a


def test_months_without_storms_have_none() -> None:
    summer = WeatherGroup("east", (0.4,) * 3 + (0.0,) * 6 + (0.4,) * 3, (2.0 * DAY,) * 12, "")
    weather = drawn(summer, days=365)
    # the horizon starts on 1 January: day 95 to day 270 is within April to September
    assert all(not 95 * DAY < a < 270 * DAY for a, _ in weather.spells["east"])
    assert weather.spells["east"]


def test_a_series_that_runs_out_is_an_error() -> None:
    weather = drawn(EAST, days=100)
    with pytest.raises(IndexError, match="drawn until"):
        weather.opens("east", 10_000 * DAY)


def test_a_group_without_weather_is_an_error() -> None:
    with pytest.raises(KeyError, match="no weather is drawn"):
        drawn(EAST).opens("black_sea", 0)
