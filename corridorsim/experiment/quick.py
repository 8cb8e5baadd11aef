"""A first look at a scenario: the last year of its results alone, as given, with no verdict on its targets."""

from __future__ import annotations

import datetime as dt

from ..scenario.schema import Scenario

#: replications of a first look: the fewest that give an interval, which is wide
QUICK_REPLICATIONS = 2


def quick_settings(scenario: Scenario) -> tuple[str, ...]:
    """What ``--set`` would say: the last whole year of the results, from half a year before it on, in which the
    corridor fills; no targets, since so few runs judge none (and so no saturating runs). Where the results hold no
    whole year they stay as they are."""
    horizon = scenario.horizon
    year = horizon.end.year if (horizon.end.month, horizon.end.day) == (12, 31) else horizon.end.year - 1
    settings = {}
    if horizon.results_from <= dt.date(year, 1, 1):
        settings = {
            "start": max(horizon.start, dt.date(year - 1, 7, 1)),
            "results_from": dt.date(year, 1, 1),
            "end": dt.date(year, 12, 31),
        }
    changed = [f"horizon.{name}={day}" for name, day in settings.items() if day != getattr(horizon, name)]
    return (*changed, *(["targets=[]"] if scenario.targets else []))
