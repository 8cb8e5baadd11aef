"""Figures of studies hold the study's own numbers."""

from __future__ import annotations

from typing import Any

import pytest

from corridorsim.report.plots import NothingToDraw
from corridorsim.report.study_plots import (
    BottlenecksPlots,
    CurvePlots,
    PackagesPlots,
    SensitivityPlots,
    SweepPlots,
    relief_words,
)

from .bodies import BOTTLENECKS, CURVE, PLAN, SENSITIVITY, SWEEP


def traces(figure: Any) -> dict[str, Any]:
    """Of the interactive drawing, by name."""
    return {trace.name: trace for trace in figure.interactive().data if trace.name}


def test_ranking_tells_gains_from_none() -> None:
    figure = BottlenecksPlots(BOTTLENECKS).ranking()
    assert figure.table.gain.tolist() == [1.25, 0.5, -0.02]
    drawn = traces(figure)
    assert list(drawn["gains"].x) == [1.25, 0.5]
    assert [list(trace.x) for name, trace in drawn.items() if "nothing" in name] == [[-0.02]]
    assert list(drawn["gains"].error_x.array) == pytest.approx([0.25, 0.1])
    assert "ships: old ferry" in figure.alt
    assert figure.caption.startswith("The bottleneck is the ferry.")


def test_staircase_starts_as_it_stands_and_says_the_target() -> None:
    figure = BottlenecksPlots(BOTTLENECKS).staircase()
    assert figure.table["mean"].tolist() == [6.4, 7.65, 10.25]
    before, step = figure.interactive().data
    assert list(before.x) == [0, 6.4, 7.65]
    assert list(step.x) == pytest.approx([6.4, 1.25, 2.6])
    texts = [text.get_text() for text in figure.static().axes[0].texts]
    assert {"6.40", "7.65 (+1.25)", "10.25 (+2.60)", "target 10"} <= set(texts)


def test_no_staircase_where_none_was_asked_for() -> None:
    plots = BottlenecksPlots(BOTTLENECKS | {"staircase": []})
    assert plots.all() == ["ranking"]
    with pytest.raises(NothingToDraw, match="no staircase was asked for"):
        plots.staircase()


def test_curve_has_a_line_a_state_and_allocation_and_marks_the_contract() -> None:
    figure = CurvePlots(CURVE).given()
    drawn = traces(figure)
    assert list(drawn) == ["as it is, fixed", "ships added, fixed", "as it is, on demand"]
    assert list(drawn["ships added, fixed"].y) == [5.1, 6.0, 6.9, 7.5]
    assert drawn["as it is, fixed"].line.color == drawn["as it is, on demand"].line.color
    assert drawn["as it is, fixed"].line.dash != drawn["as it is, on demand"].line.dash
    assert "Marked: 22 units" in figure.alt
    (upright,) = [line for line in figure.static().axes[0].lines if list(line.get_xdata()) == [22, 22]]
    assert upright.get_linestyle() == ":"
    assert CurvePlots(CURVE).all() == ["given"]  # nothing with saturating demand


def test_front_and_recommended_package() -> None:
    figure = PackagesPlots(PLAN).front()
    drawn = traces(figure)
    assert list(drawn["front"].y) == [6.4, 7.6, 10.2]
    assert list(drawn["packages tried"].y) == [6.5, 7.7]
    assert (list(drawn["recommended"].x), list(drawn["recommended"].y)) == ([2], [10.2])
    assert "recommended: ferry, locomotives" in figure.alt
    by_cost = PackagesPlots(PLAN | {"objective": "cost_musd"}).front()
    assert list(traces(by_cost)["front"].x) == [0, 100, 200]


def test_tornado_points_where_the_figure_goes() -> None:
    figure = SensitivityPlots(SENSITIVITY).tornado()
    drawn = traces(figure)
    assert list(drawn["goes down with it"].x) == [-1.5]
    assert list(drawn["goes up with it"].x) == [0.7]
    assert list(drawn["not told from chance"].x) == [0.1]
    row = figure.table.iloc[0]
    assert (row.low, row.high) == (-1.6, -1.4)


def test_sweep_shows_the_range_of_each_factor_widest_first() -> None:
    figure = SweepPlots(SWEEP).factors()
    assert figure.table.label.tolist() == ["ships", "tracks"]
    (bars,) = figure.interactive().data
    assert list(bars.base) == [4.0, 5.0]
    assert list(bars.x) == [2.5, 0.5]
    assert figure.table[["low_value", "high_value"]].to_numpy().tolist() == [["1", "3"], ["1", "2"]]


def test_reliefs_in_words() -> None:
    assert relief_words("slots:a_b-c (and 2 more)") == "slots of the lines: a b-c (and 2 more)"
    assert relief_words("berths + ships") == "berths + ships"
