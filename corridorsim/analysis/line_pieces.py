"""What trains of a trial did on their line, as straight pieces of a string-line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..engine import LineLog, LineTrial
from .capacity import Section
from .line import COLUMNS, CRITICAL, LOOP, RUNS, STATION, WAITS

if TYPE_CHECKING:
    import pandas as pd

DAY_S = 86_400
OTHERS = "other trains"


def pieces(
    trial: LineTrial,
    log: LineLog,
    stations: Sequence[str],
    day: dt.date,
    after_days: float,
    days: float,
    critical: Section,
) -> pd.DataFrame:
    """One row a piece, columns as of ``analysis.line.string_line``; ``days`` from ``after_days`` on, called ``day``.

    Kinds are those of the trial. ``critical`` is the one row more: the section that decides.
    """
    import pandas as pd

    from .capacity import sections

    since_s, until_s = round(after_days * DAY_S), round((after_days + days) * DAY_S)
    km = {}
    for section in sections(trial):
        km[f"{section.segment}:{section.here}..{section.there}"] = (section.since_km, section.until_km)
        km[f"{section.segment}:{section.there}..{section.here}"] = (section.until_km, section.since_km)
    ends = [0.0, *np.cumsum([plan.length_m / 1000 for plan in trial.segments]).tolist()]
    rows: list[tuple[Any, ...]] = [
        (STATION, "", 0, "", "", "", node, "", since_s, until_s, at, at)
        for node, at in zip(stations, ends, strict=True)
    ]
    for plan, along, start in zip(trial.segments, trial.along, ends, strict=False):
        for place in plan.line.places if plan.line else ():
            at = start + (place.chainage_m if along else plan.length_m - place.chainage_m) / 1000
            rows.append((LOOP, "", 0, "", "", "", place.id, "", since_s, until_s, at, at))
    span = critical.since_km, critical.until_km
    rows.append((CRITICAL, "", 0, "", "", "", critical.name, "", since_s, until_s, *span))
    table = np.frombuffer(log.blocks.data, dtype=log.blocks.structure)
    table = table[np.lexsort((table["start_s"], table["train"]))]
    came = {train.number: train.came_s for train in log.passed}
    kinds = {train.number: trial.kinds[train.kind].id for train in log.passed}
    last: tuple[str, int] = ("", 0)
    for number, block, ahead, start_s, leave_s in zip(
        *(table[name].tolist() for name in ("train", "block", "forward", "start_s", "leave_s")), strict=True
    ):
        name, where = log.names[number], log.names[block]
        first, second = km[where] if ahead else km[where][::-1]
        train = int(name.rpartition(" ")[2])
        words = (
            name,
            0,
            kinds.get(train, trial.kinds[0].id),
            stations[-1 if second > first else 0],
            "",
            where.partition(":")[0],
        )
        stood_s = last[1] if last[0] == name else came.get(train, start_s)
        if start_s > stood_s:
            rows += _cut((WAITS, *words, OTHERS, stood_s, start_s, first, first), since_s, until_s)
        rows += _cut((RUNS, *words, "", start_s, leave_s, first, second), since_s, until_s)
        last = (name, leave_s)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    origin = np.datetime64(day.isoformat(), "s")
    for name in ("start", "end"):
        frame[name] = origin + (frame[name].to_numpy(dtype=np.int64) - since_s).astype("timedelta64[s]")
    return frame


def _cut(piece: tuple[Any, ...], since_s: int, until_s: int) -> list[tuple[Any, ...]]:
    """The part of a piece that lies in the period, if any."""
    *words, start, end, first, second = piece
    begin, stop = max(start, since_s), min(end, until_s)
    if begin >= stop:
        return []
    pace = (second - first) / (end - start)
    return [(*words, begin, stop, first + pace * (begin - start), second - pace * (end - stop))]
