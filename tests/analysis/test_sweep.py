"""Tidy tables of a sweep, and what its factors do, for runs whose figures are known."""

from __future__ import annotations

from typing import Any

import pytest

from corridorsim.analysis.measures import MEASURES
from corridorsim.analysis.sweep import (
    Swept,
    common_headline_year,
    level_effects,
    point_figures,
    run_columns,
    value_effects,
)
from corridorsim.scenario.schema import Target

TARGET = Target(name="much", measure="delivered_mt", perimeter="C", year=2027, at_least=8)


def run(delivered: float, years: tuple[int, ...] = (2027,)) -> dict[str, Any]:
    """A reduced run that delivers so many Mt of 10 offered in every year."""
    rows = [(year, perimeter) for year in years for perimeter in "ABC"]
    columns = {measure: [0.0] * len(rows) for measure in MEASURES if measure != "delivered_share"}
    columns |= {"delivered_mt": [delivered] * len(rows), "offered_mt": [10.0] * len(rows)}
    return {"tables": {"years": {"year": [r[0] for r in rows], "perimeter": [r[1] for r in rows], **columns}}}


def point(number: int, factors: dict[str, Any], *delivered: float, key: str = "") -> Swept:
    """A point with one run for each figure."""
    runs = {"as_given": {replication: run(value) for replication, value in enumerate(delivered)}}
    return Swept(number, key or str(number), factors, runs, [TARGET])


def test_one_row_a_point_replication_year_and_perimeter() -> None:
    first = point(1, {"a.b": 1, "c": "fixed"}, 8.0, 9.0)
    second = Swept(
        2, "2", {"a.b": 2, "c": "fixed"}, {"as_given": {0: run(7, (2026, 2027))}, "saturating": {0: run(9)}}, []
    )
    columns = run_columns([first, second])
    assert list(columns) == ["point", "a.b", "c", "demand", "replication", "year", "perimeter", *MEASURES]
    assert {len(cells) for cells in columns.values()} == {2 * 3 + 6 + 3}
    assert columns["a.b"] == [1] * 6 + [2] * 9
    assert columns["demand"][-3:] == ["saturating"] * 3
    assert columns["delivered_share"][:4] == [0.8, 0.8, 0.8, 0.9]
    assert common_headline_year([first, second]) == 2027


def test_points_are_paired_with_the_first() -> None:
    points = [point(1, {"a": 1}, 7, 8, 9.2), point(2, {"a": 2}, 8, 9, 10.1), point(3, {"a": 3}, 7, 8, 9.2, key="1")]
    one, two, three = point_figures(points, 2027, against_first=True)
    assert one.difference is None
    assert two.difference is not None
    assert two.difference.interval.mean == pytest.approx((1 + 1 + 0.9) / 3)
    assert two.difference.correlation == pytest.approx(1, abs=0.01)
    assert (two.same_as, three.same_as) == (None, 1)
    assert three.difference is not None
    assert three.difference.adjusted_p == 1
    assert two.targets["much"].probability.mean == 1
    assert one.targets["much"].probability.mean == pytest.approx(2 / 3)


def test_a_failed_run_leaves_its_replication_out_of_every_difference() -> None:
    points = [point(1, {"a": 1}, 7, 8, 9), point(2, {"a": 2}, 8, 9), point(3, {"a": 3}, 9, 9, 9)]
    differences = [line.difference for line in point_figures(points, 2027, against_first=True)]
    assert [difference and difference.pairs for difference in differences] == [None, 2, 2]
    lost = [*points, point(4, {"a": 4})]
    lines = point_figures(lost, 2027, against_first=True)
    assert lines[3].delivered is None
    assert lines[3].targets == {}
    assert lines[2].difference is not None


def test_main_effects_are_means_over_the_other_factors() -> None:
    # delivered = a + 10 b, but for one in which both come together; 0.1 of chance that all points share
    table = {(1, 1): 11.0, (1, 2): 21.0, (2, 1): 12.0, (2, 2): 24.0}
    points = [
        point(number, {"a": a, "b": b}, value, value + 0.1)
        for number, ((a, b), value) in enumerate(table.items(), 1)
    ]  # fmt: skip
    first, second = value_effects(points, 2027, "a")
    assert (first.value, first.difference) == (1, None)
    assert first.mean == pytest.approx(16.05)
    assert second.difference is not None
    assert second.difference.interval.mean == pytest.approx((1 + 3) / 2)
    assert second.difference.interval.low == pytest.approx(2)
    assert value_effects([*points, point(5, {"a": 3, "b": 1})], 2027, "a") == []


def test_levels_are_ranked_by_what_goes_with_them() -> None:
    levels = [(0.05, 0.6), (0.3, 0.1), (0.55, 0.9), (0.8, 0.35)]
    points = [
        point(1 + place * 2 + more, {"n": more, "level.x": x, "level.y": y}, 4 * x + more, 4 * x + more)
        for place, (x, y) in enumerate(levels)
        for more in (0, 1)
    ]
    strong, weak = level_effects(points, 2027)
    assert (strong.factor, strong.rank_correlation, strong.draws) == ("level.x", pytest.approx(1), 4)
    assert strong.slope == pytest.approx(4)
    assert abs(weak.rank_correlation or 0) < 0.5


def test_points_without_levels_or_runs_have_no_effects() -> None:
    assert level_effects([point(1, {"a": 1}, 5.0)], 2027) == []
    assert value_effects([point(1, {"a": 1})], 2027, "a") == []
    with pytest.raises(LookupError, match="no year"):
        common_headline_year([point(1, {"a": 1})])
