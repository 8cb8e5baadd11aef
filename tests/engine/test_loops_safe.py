"""No deadlock at run time: random lines of mixed loops, saturated from both ends with trains of mixed lengths.

``CORRIDORSIM_LONG=1`` tries thousands of them for half a month each; more days find hardly anything, more lines do.
"""

from __future__ import annotations

import os
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corridorsim.engine import Stalled
from corridorsim.engine.interlocking import Interlocking

from .lines import Tree
from .loops import block_hops, check, line
from .rails import DAY, flow, run

LONG = bool(os.environ.get("CORRIDORSIM_LONG"))
DAYS = 15 if LONG else 5
QUICK_LINES, LONG_LINES = 20, 2000
UNITS = (5, 40, 75)  #: wagons of 14 m: 70, 560 and 1050 m
many = settings(
    max_examples=LONG_LINES if LONG else QUICK_LINES,
    deadline=None,
    derandomize=not LONG or bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Tree, tuple[tuple[str, str], ...]]:
    """A saturated line, and its blocks with a second track."""
    gaps = draw(st.lists(st.integers(4, 40), min_size=2, max_size=7))
    chainages = [sum(gaps[: n + 1]) for n in range(len(gaps) - 1)]
    kinds = st.tuples(st.sampled_from([2, 2, 2, 3, 4]), st.sampled_from([300, 600, 900, 1200, 1200]))
    loops = {f"l{n}": (at, *draw(kinds)) for n, at in enumerate(chainages)}
    changes: dict[str, Any] = {"background_trains_per_day": draw(st.sampled_from([0, 0, 20]))}
    stations = {0: "n0", sum(gaps): "n1"} | {at: name for name, (at, *_) in loops.items()}
    blocks: tuple[tuple[str, str], ...] = ()
    if draw(st.booleans()):
        ends = sorted(stations)
        first = draw(st.integers(0, len(ends) - 2))
        since, until = ends[first], ends[draw(st.integers(first + 1, len(ends) - 1))]
        changes["double_track"] = [[since, until]]
        between = [at for at in ends if since <= at <= until]
        blocks = tuple((stations[a], stations[b]) for a, b in pairwise(between))
    if draw(st.booleans()):
        changes["headway_min"] = draw(st.sampled_from([6, 9, 20]))
    tree = line(sum(gaps), loops, days=DAYS, **changes)
    tree["single_track"] |= {
        "precedence": draw(st.sampled_from(["ageing", "alternate", "fleet"])),
        "fleet_trains": draw(st.integers(1, 5)),
        "other_train_length_m": draw(st.sampled_from([250, 850])),
    }
    tree["profiles"]["january"] = {month: {"factor": 1} for month in range(1, 13)}
    tree["flows"] = {
        f"{way}{units}": flow(*ends, 366 * 12, units, arrival_law="poisson")
        for way, ends in (("east", ("n0", "n1")), ("west", ("n1", "n0")))
        for units in UNITS
    }
    return tree, blocks


@many
@given(lines())
def test_saturated_lines_never_stand_still(case: tuple[Tree, tuple[tuple[str, str], ...]]) -> None:
    tree, double = case
    ledger = run(tree, seed=1)
    headway = tree["segments"]["s0"].get("headway_min", 0)
    check(ledger, tree, headway_s=headway * 60, double=double)
    late = [hop for hop in block_hops(ledger) if hop.start > (DAYS - 3) * DAY]
    # and nobody is shut out: in the end trains of both directions still run
    assert {hop.forward for hop in late} == {True, False}


def test_a_line_that_stands_still_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch over a line, when its interlocking lets nobody go (which no scenario can ask for)."""
    monkeypatch.setattr(Interlocking, "not_clear", lambda _self, passage: passage)
    tree = line(60, {"a": (20, 2), "b": (40, 2)})
    tree["flows"] = {"east": flow("n0", "n1", 31 * 60)}
    with pytest.raises(Stalled, match=r"no train moves on s0:\n  train 1 of 14 m stands at n0 since day 0.0"):
        run(tree)
