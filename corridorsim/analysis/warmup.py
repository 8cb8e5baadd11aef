"""Is the warm-up long enough? Cargo in the system day by day, averaged over runs, and MSER-5 on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .view import DAY_S, Rows, View, rows

SYSTEM = ("day", "tonnes")
BATCH = 5  #: observations averaged into one
KEPT = 5  #: batches that are never left out
YEAR = 365  #: days between a day and the one it is held against
LEAST = 2 * KEPT * BATCH  #: observations with fewer of which nothing is told


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What MSER-5 says of a warm-up of ``given_days``, by a series of ``days`` values averaged over ``replications``.

    ``truncation_days``: days that are better left out, None where the series does not settle in its first half (or is
    shorter than 50 days). ``enough``: whether the warm-up given covers them.
    """

    truncation_days: int | None
    given_days: float
    days: int
    replications: int

    @property
    def enough(self) -> bool:
        """Whether a truncation point was found and lies within the warm-up given."""
        return self.truncation_days is not None and self.truncation_days <= self.given_days


def system(view: View) -> Rows:
    """One row a day from the start of the horizon, warm-up included, to the end of the second year of results.

    ``tonnes`` is the mean over the day of cargo that was accepted and not delivered, on perimeter C.
    """
    months = [month for year in view.years[:2] for month in view.months_of(year)]
    until = int(view.starts[months[-1] + 1]) if months else view.end_s
    days = math.ceil(until / DAY_S)
    lots, deliveries = view.table("lots"), view.table("deliveries")
    held = np.append(view.in_perimeter("C"), False)  # the last entry serves names that are no flow
    came = (lots["accepted"] == 1) & held[view.flow_index[lots["flow"]]]
    went = held[view.flow_index[deliveries["flow"]]]
    time = np.concatenate([lots["accepted_s"][came], deliveries["time_s"][went]])
    change = np.concatenate([lots["tonnes"][came], -deliveries["tonnes"][went]])
    inside = time < until
    share, whole_days = np.modf(time[inside] / DAY_S)
    day = whole_days.astype(np.int64)
    # a change counts for what is left of its own day, and whole from the next
    own = np.bincount(day, weights=change[inside] * (1.0 - share), minlength=days)
    whole = np.cumsum(np.bincount(day, weights=change[inside], minlength=days))
    tonnes = own + np.concatenate([[0.0], whole[:-1]])
    return rows(SYSTEM, list(enumerate(tonnes.tolist())))


def mser5(series: Sequence[float]) -> int | None:
    """How many of the first observations to leave out so that the rest tells its mean best; a multiple of 5.

    The series is averaged in batches of 5, ``Y[1..m]``. Leaving out ``d`` batches is judged by ``sum of squared
    deviations of Y[d+1..m] / (m - d)**2``, the least is best, the fewest at a tie; at least 5 batches are kept, since
    a few that happen to be alike look better than any. What is left over at the end of the series is not used. None
    where the best lies beyond the first half (the series has not settled), and where there are fewer than 50
    observations, too few to tell.

    White, Simulation 69 (1997), 323-334; White, Cobb and Spratt, Proc. Winter Simulation Conference 2000, 755-761.
    """
    batches = [math.fsum(series[at : at + BATCH]) / BATCH for at in range(0, len(series) - BATCH + 1, BATCH)]
    count = len(batches)
    if count < LEAST // BATCH:
        return None
    mean = squares = 0.0
    best, least = 0, math.inf
    for kept, batch in enumerate(reversed(batches), start=1):  # from the end, each batch is met once (Welford's sums)
        step = batch - mean
        mean += step / kept
        squares += step * (batch - mean)
        if kept >= KEPT and squares / kept**2 <= least:
            best, least = count - kept, squares / kept**2
    return best * BATCH if 2 * best <= count else None


def warm_up(runs: Iterable[Mapping[str, Any]], given_days: float) -> WarmUp:
    """MSER-5 on the table ``system`` of reduced runs, averaged day by day over the replications (Welch's averages).

    Averaging first leaves the bend and takes out the noise: Welch, in: Lavenberg (ed.), Computer Performance Modeling
    Handbook (1983), 268-328; Hoad, Robinson and Davies, J. Operational Research Society 61 (2010), 1389-1403.
    ``given_days`` is the warm-up of the scenario, from the start of its horizon to where its results begin.

    The test takes the series for level after its start. Seasons are not: where there are more than a year and 100 days,
    each day is held against the same day a year later, which takes out the seasons and leaves of steady growth a level.
    Growth that speeds up is no warm-up, but MSER-5 cannot know: there it errs towards a longer one, or finds none.

    Raises ValueError where there are no runs, or runs of different lengths.
    """
    series = [run["tables"]["system"]["tonnes"] for run in runs]
    if not series:
        raise ValueError("no runs")
    if len({len(one) for one in series}) > 1:
        raise ValueError("runs of different lengths have no mean series")
    averages = [math.fsum(day) / len(series) for day in zip(*series, strict=True)]
    if len(averages) >= YEAR + 2 * LEAST:
        averages = [day - later for day, later in zip(averages, averages[YEAR:], strict=False)]
    return WarmUp(mser5(averages), given_days, len(averages), len(series))
