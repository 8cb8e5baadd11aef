"""Numbers that change on days: changes, statuses, projects and their shifts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from corridorsim.model.dated import add_months

from .small import Tree, built, faults, ferry_line

DAY = 86400


def with_change(**leaves: Any) -> Tree:
    tree = ferry_line()
    row = {"project_id": "p", "date": "2024-07-01", "target": "segments.a-b.capacity_pairs_per_day", "value": 24}
    tree["changes"] = {"k": {**row, "status": "done", **leaves}}
    return tree


def seconds(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(2023, 7, 1)).days * DAY


def pairs(tree: Tree) -> tuple[tuple[int, ...], tuple[float, ...]]:
    steps = built(tree).segments[0].pairs_per_day
    return steps.times_s, steps.values


def test_a_change_in_force_sets_the_leaf_from_its_day() -> None:
    assert pairs(with_change()) == ((0, seconds("2024-07-01")), (12, 24))


def test_add_adds_to_what_is_there() -> None:
    assert pairs(with_change(add=True)) == ((0, seconds("2024-07-01")), (12, 36))


@pytest.mark.parametrize(
    ("status", "include", "happens"),
    [
        ("planned", "by_status", False),
        ("planned", "yes", True),
        ("done", "no", False),
        ("contracted", "by_status", True),
    ],
)
def test_a_project_decides_what_happens(status: str, include: str, happens: bool) -> None:
    tree = with_change(status=status)
    tree["projects"] = {"p": {"include": include}}
    assert (len(pairs(tree)[0]) == 2) is happens


def test_a_project_moves_its_dates() -> None:
    tree = with_change()
    tree["projects"] = {"p": {"shift_months": 3}}
    assert pairs(tree)[0] == (0, seconds("2024-10-01"))


def test_what_changed_before_the_start_holds_from_it_and_what_comes_after_the_end_is_left_out() -> None:
    assert pairs(with_change(date="2020-01-01")) == ((0,), (24,))
    assert pairs(with_change(date="2026-01-01")) == ((0,), (12,))


def test_the_first_dated_value_also_holds_before_its_date() -> None:
    tree = ferry_line()
    tree["segments"]["a-b"]["capacity_pairs_per_day"] = {"2024-01-01": 8, "2025-01-01": 25}
    assert pairs(tree) == ((0, seconds("2025-01-01")), (8, 25))


def test_a_star_changes_every_key() -> None:
    blueprint = built(with_change(target="segments.*.freight_speed_kmh", value=72))
    assert [s.speed_ms.values for s in blueprint.segments] == [(10, 20), (10, 20)]


@pytest.mark.parametrize(
    ("target", "value", "where", "told"),
    [
        ("segments.a-b.length_km", 5, "target", "informational"),
        ("segments.a-x.tracks", 2, "target", "did you mean 'a-b'?"),
        ("segments.a-b.trackz", 2, "target", "did you mean 'tracks'?"),
        ("segments.a-b.tracks", -1, "value", "tracks"),
        ("segments.a-b.traction", "steam", "value", "diesel, ac25kv, dc3kv"),
    ],
)
def test_changes_that_cannot_be_are_told(target: str, value: object, where: str, told: str) -> None:
    assert told in faults(with_change(target=target, value=value))[f"changes.k.{where}"]


def test_an_informational_change_is_only_kept() -> None:
    assert pairs(with_change(target="segments.a-b.length_km", informational=True)) == ((0,), (12,))


def test_projects_that_need_or_exclude_each_other() -> None:
    tree = with_change()
    tree["projects"] = {
        "p": {"requires": ["q"], "conflicts_with": ["r"]},
        "q": {"include": "no"},
        "r": {"include": "yes"},
    }
    found = faults(tree)
    assert "does not happen" in found["projects.p.requires"]
    assert "exclude" in found["projects.p.conflicts_with"]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2024-01-31", 1, "2024-02-29"), ("2024-11-15", 3, "2025-02-15"), ("2024-03-31", -1, "2024-02-29")],
)
def test_months_are_calendar_months(day: str, months: float, later: str) -> None:
    assert add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(later)


def test_the_calendar_has_real_months() -> None:
    calendar = built(ferry_line()).calendar
    assert calendar.month_names[0] == "2023-07"
    lengths = [(b - a) // DAY for a, b in zip(calendar.month_starts_s, calendar.month_starts_s[1:], strict=False)]
    assert lengths[calendar.month_names.index("2024-02")] == 29
    assert calendar.end_s == calendar.month_starts_s[-1] == seconds("2026-01-01")
    assert calendar.results_from_s == seconds("2024-01-01")
