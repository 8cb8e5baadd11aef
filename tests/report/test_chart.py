"""The chart in letters."""

from __future__ import annotations

import pytest

from corridorsim.report.chart import Series, chart


def rows(*series: Series, upright: float | None = None) -> list[str]:
    """What is inside the frame, top first."""
    return [line.split("|", 1)[1] for line in chart(series, width=11, height=5, upright=upright) if "|" in line]


def test_a_rising_line_rises_to_the_last_column() -> None:
    inside = rows(Series("a", [(0, 0), (10, 4)]))
    assert len(inside) == 5
    assert inside[0].rindex("a") == 10
    assert inside[-1].index("a") == 0
    assert inside[2].strip() == "aa" or inside[2].strip() == "aaa"


def test_lines_that_meet_have_a_star_and_what_is_upright_gives_way() -> None:
    inside = rows(Series("a", [(0, 0), (10, 4)]), Series("b", [(0, 4), (10, 0)]), upright=3)
    assert inside[2][5] == "*"
    assert sum(row[3:4] == "|" for row in inside) == 3


def test_axes_have_round_figures() -> None:
    drawn = chart([Series("a", [(0, 5.03), (300, 6.21)])], width=40, height=9, x_name="units", y_name="Mt")
    assert drawn[0].strip() == "Mt"
    labels = [line.split("|")[0].strip() for line in drawn[1:-2]]
    assert labels[0] == "6.5"
    assert labels[-1] == "5.0"
    assert drawn[-1].split() == ["0", "300", "units"]


def test_a_level_line_is_drawn_and_nothing_is_an_error() -> None:
    assert any("aaa" in row for row in rows(Series("a", [(0, 2), (10, 2)])))
    with pytest.raises(ValueError, match="nothing to draw"):
        chart([], width=10, height=5)
