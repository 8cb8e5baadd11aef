"""Stored baselines: what they hold by default, and when new runs count as the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from corridorsim.analysis.equivalence import equivalent_paired
from corridorsim.analysis.regression import (
    Baseline,
    Figure,
    Judged,
    Margin,
    changes,
    default_figures,
    filled,
    judge_figure,
    replications_needed,
    resolution,
)

YEARS = ("year", "perimeter", "offered_mt", "refused_mt", "delivered_mt", "teu", "container_trains")


def reduced(delivered: Sequence[tuple[str, float]], days: Sequence[tuple[str, float, float | None]] = ()) -> Any:
    """A run of 2024: Mt by perimeter; flow, tonnes and days."""
    years: dict[str, list[Any]] = {name: [] for name in YEARS}
    for perimeter, mt in delivered:
        for name, value in zip(YEARS, (2024, perimeter, mt, 0.0, mt, 0.0, 0.0), strict=True):
            years[name].append(value)
    flows: dict[str, list[Any]] = {name: [] for name in ("year", "flow", "delivered_t", "transit_days_p50")}
    for flow, tonnes, median in days:
        for name, value in zip(flows, (2024, flow, tonnes, median), strict=True):
            flows[name].append(value)
    return {"tables": {"years": years, "flows": flows}}


def on_c(values: Sequence[float]) -> list[Any]:
    """Runs that deliver so much on perimeter C."""
    return [reduced([("C", value)]) for value in values]


def judged(stored: Sequence[float], now: Sequence[float], margin: float, **changes: Any) -> Judged:
    """Delivered Mt on C against values stored, with an absolute margin."""
    figure = Figure(measure="delivered_mt", year=2024, perimeter="C", values=list(stored))
    baseline = Baseline(check=1, replications=len(stored), margin=Margin(absolute=margin), figures=[figure], **changes)
    return judge_figure(baseline, figure, on_c(now))


OLD = [5.0, 5.2, 4.9, 5.1]


@pytest.mark.parametrize(
    ("now", "margin", "verdict"),
    [
        (OLD, 0.001, "identical"),
        ([5.01, 5.2, 4.91, 5.1], 0.1, "equivalent"),
        ([5.3, 5.5, 5.21, 5.4], 0.1, "different"),
        ([4.7, 4.9, 4.61, 4.8], 0.1, "different"),
        ([5.3, 4.9, 5.2, 4.9], 0.1, "not shown"),
        ([5.01, 5.2, 4.91, 5.1], 0.0051, "not shown"),
    ],
)
def test_a_figure_is_judged_by_whether_it_is_shown_to_be_the_same(
    now: list[float], margin: float, verdict: str
) -> None:
    found = judged(OLD, now, margin)
    assert found.verdict == verdict
    assert found.passed == (verdict in ("identical", "equivalent"))
    assert found.margin == margin


def test_pairs_are_kept_apart_from_the_spread_between_replications() -> None:
    """Replications that lie far apart, each moved by a hair: paired the same, by mean and deviation not to be told."""
    old, now = [1.0, 3.0, 5.0, 7.0], [1.01, 3.02, 5.01, 7.02]
    assert judged(old, now, 0.1).verdict == "equivalent"
    unpaired = Figure(measure="delivered_mt", year=2024, perimeter="C", mean=4.0, sd=2.58, count=4)
    baseline = Baseline(check=1, margin=Margin(absolute=0.1), figures=[unpaired])
    found = judge_figure(baseline, unpaired, on_c(now))
    assert (found.verdict, found.paired) == ("not shown", False)
    assert judge_figure(baseline, unpaired.model_copy(update={"margin": Margin(absolute=10)}), on_c(now)).passed


def test_it_takes_more_confidence_to_pass_with_more_confidence() -> None:
    now = [5.05, 5.2, 4.91, 5.1]
    assert judged(OLD, now, 0.05, confidence=0.9).passed
    assert not judged(OLD, now, 0.05, confidence=0.999).passed


def test_too_few_runs_are_told_how_many_would_do() -> None:
    gaps = [0.05, -0.04]
    found = judged([5.0] * 2, [5.0 + gap for gap in gaps], 0.1)
    assert found.verdict == "not shown"
    assert found.needed is not None
    assert f"{found.needed} replications would" in found.reason

    def settled(count: int) -> bool:
        # samples of that size with the deviation and the mean that were seen
        mean, spread = sum(gaps) / 2, (gaps[0] - gaps[1]) / 2**0.5
        half = spread * ((count - 1) / count) ** 0.5
        now = [mean + half * (1 if place % 2 else -1) for place in range(count)]
        return bool(equivalent_paired([0.0] * count, now, 0.1).verdict)

    even = found.needed + found.needed % 2
    assert settled(even)
    assert not settled(even - 2)


def test_the_scatter_of_the_stored_runs_says_what_margin_they_can_show() -> None:
    """Runs scattered anew about the same mean, without any correlation: that margin is just about shown."""
    figure = Figure(measure="delivered_mt", year=2024, perimeter="C", values=[1.0, 2.0, 1.0, 2.0])
    least = resolution(figure, 0.95)
    now = [1.0, 1.0, 2.0, 2.0]  # same mean and deviation, uncorrelated
    assert judged([1.0, 2.0, 1.0, 2.0], now, 1.01 * least).verdict == "equivalent"
    assert judged([1.0, 2.0, 1.0, 2.0], now, 0.99 * least).verdict == "not shown"


def test_no_number_of_runs_is_promised_where_none_would_tell() -> None:
    figure = Figure(measure="delivered_mt", year=2024, perimeter="C", values=[0.0, 0.0])
    assert replications_needed(figure, [0.2, 0.0], 0.1, 0.95) is None


def test_what_is_no_longer_there_fails() -> None:
    days = Figure(measure="transit_days_p50", year=2024, flow="ore", values=[4.0, 5.0])
    baseline = Baseline(check=1, replications=2, figures=[days])
    runs = [reduced([], [("ore", 100, 4.0)]), reduced([], [("ore", 0, None)])]
    assert judge_figure(baseline, days, runs).verdict == "missing"
    assert judge_figure(baseline, days, [runs[0], reduced([], [("ore", 9, 5.0)])]).verdict == "identical"


def test_margins_are_the_figures_own_or_the_common_one() -> None:
    own = Figure(measure="teu", year=2024, perimeter="C", values=[200.0, 200.0], margin=Margin(absolute=3))
    common = own.model_copy(update={"margin": None})
    baseline = Baseline(check=1, replications=2, margin=Margin(relative=0.1), figures=[own])
    assert baseline.margin_of(own) == 3
    assert baseline.margin_of(common) == pytest.approx(20)


def test_a_new_baseline_holds_each_throughput_once_and_the_days_of_the_largest_flows() -> None:
    flows = [(f"f{number}", 100.0 * number, 3.0) for number in range(8)]
    runs = [reduced([("A", 1.0), ("B", 2.0), ("C", 2.0)], [*flows, ("late", 1000.0, None)])] * 2
    labels = [figure.label for figure in default_figures(runs)]
    # B adds nothing to C, no boxes were carried, nobody can tell the days of what never arrived
    assert labels[:2] == ["delivered_mt on C, 2024", "delivered_mt on A, 2024"]
    assert labels[2:] == [f"transit_days_p50 of f{number}, 2024" for number in (7, 6, 5, 4, 3)]


def test_changes_are_what_moved() -> None:
    one = Figure(measure="delivered_mt", year=2024, perimeter="C", values=[1.0, 2.0])
    other = Figure(measure="delivered_mt", year=2024, perimeter="A", values=[1.0, 2.0])
    new = filled(one, on_c([1.5, 2.5]))
    assert new is not None
    (change,) = changes([one, other], [new, other])
    assert (change.figure, change.before, change.after) == ("delivered_mt on C, 2024", 1.5, 2.0)
    assert filled(Figure(measure="teu", year=2031, perimeter="C"), on_c([1.0])) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "delivered_tons", "perimeter": "C"},
        {"measure": "delivered_mt", "flow": "ore"},
        {"measure": "transit_days_p50", "perimeter": "C"},
        {"measure": "teu", "perimeter": "C", "mean": 1.0},
        {"measure": "teu", "perimeter": "C", "mean": 1.0, "sd": 1.0, "count": 3, "values": [1.0, 2.0]},
        {"measure": "teu", "perimeter": "C", "values": [1.0, 2.0, 3.0]},
        {"measure": "teu", "perimeter": "C", "values": [0.0, 0.0]},
        {"measure": "teu", "perimeter": "C", "values": [1.0, 2.0], "margin": {"relative": 0.1, "absolute": 1.0}},
        {"measure": "teu", "perimeter": "C", "values": [1.0, 2.0], "margin": {"absolute": 0.0}},
    ],
    ids=str,
)
def test_figures_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    good = {"measure": "teu", "perimeter": "C", "year": 2024, "values": [1.0, 2.0]}
    Baseline.model_validate({"check": 1, "replications": 2, "figures": [good]})
    with pytest.raises(ValidationError):
        Baseline.model_validate({"check": 1, "replications": 2, "figures": [{"year": 2024, **wrong}]})
    with pytest.raises(ValidationError, match="listed twice"):
        Baseline.model_validate({"check": 1, "replications": 2, "figures": [good, good]})
