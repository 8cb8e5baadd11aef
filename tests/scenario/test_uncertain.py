"""Uncertain groups and kept draws: what is wrong with them, said where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.scenario import Issue

from .line import LINE, faults, load, only

RANGED = LINE.replace("length_km: 120", "length_km: {value: 120, low: 110, high: 130}").replace(
    "count: 1", "count: {value: 1, low: 1, high: 2}"
)
FACTOR = "factor: {value: 1, low: 0.5, high: 2}"


def _only(folder: Path, text: str) -> Issue:
    return only(faults(folder, text))


def groups(**leaves: str) -> str:
    """Groups with these words after their title."""
    rows = "".join(f"  {name}: {{title: T, {words}}}\n" for name, words in leaves.items())
    return f"{RANGED}uncertain_groups:\n{rows}"


@pytest.mark.parametrize(
    ("words", "at", "message", "hint"),
    [
        (
            "leaves: [segments.*.lenght_km]",
            "segments.*.len",
            "names nothing in this scenario",
            "'segments.*.length_km'",
        ),
        ("leaves: [segments.eats-quay.length_km]", "segments.eats", "names nothing", "segments.east-quay.length_km"),
        ("leaves: [segments.west*.length_km]", "segments.west", "names nothing", ""),
        ("leaves: [segments.*]", "segments.*]", "is a branch, not a number", "name one of its numbers"),
        ("leaves: [segments.*.operator]", "segments.*.op", "is not a number", ""),
        ("leaves: [sea_links.*.distance_km]", "sea_links", "is kept for the reader", ""),
        ("leaves: [vessels.*.unload_h]", "vessels.*.un", "is a duration", "give the group a factor"),
        (f"leaves: [vessels.*.count], {FACTOR}", "vessels.*.co", "has a range of its own, and the group a factor", ""),
        ("leaves: [vessels.*.count, -vessels.ferry.count]", "-vessels", "moves both ways in group 'g'", ""),
        ("leaves: []", "[]}", "group 'g' has no leaves", ""),
        ("leaves: [vessels.*.load_h], factor: 1", "1}", "a factor needs a range", "low"),
        (
            "leaves: [vessels.*.load_h], factor: {value: 2, low: 1, high: 3}",
            "2,",
            "a factor has the value 1, not 2",
            "",
        ),
        ("leaf: [vessels.*.count]", "leaf:", "unknown key 'leaf' in uncertain group 'g'", "'leaves'"),
    ],
)
def test_a_wrong_pattern_is_told_where_it_stands(tmp_path: Path, words: str, at: str, message: str, hint: str) -> None:
    text = groups(g=words)
    found = [issue for issue in faults(tmp_path, text) if message in issue.message]
    assert [hint in issue.hint for issue in found] == [True], found
    row = next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith("  g: "))
    line = text.splitlines()[row - 1]
    assert (found[0].line, found[0].column) == (row, line.index(at, line.index("title")) + 1)


def test_a_leaf_in_two_groups_names_both(tmp_path: Path) -> None:
    text = groups(one="leaves: [vessels.*.count]", two="leaves: [vessels.ferry.*]")
    issue = next(issue for issue in faults(tmp_path, text) if "two" in issue.message)
    assert issue.message == "'vessels.ferry.count' is in two uncertain groups, 'one' and 'two'"


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = groups(one="leaves: [a.b, segments.x.length_km]", two="leaves: [vessels.*.load_h]")
    assert len(faults(tmp_path, text + "kept_draws: {1: {thre: 0.5}}\n")) == 5


def test_stars_pass_over_what_is_no_number(tmp_path: Path) -> None:
    loaded = load(tmp_path, groups(g="leaves: [segments.*.*, -vessels.f*y.count]"))
    assert loaded.scenario.uncertain_groups["g"].leaves == ("segments.*.*", "-vessels.f*y.count")


def test_a_number_may_be_fixed_though_a_group_names_it(tmp_path: Path) -> None:
    text = groups(g="leaves: [vessels.*.count]").replace("{value: 1, low: 1, high: 2}", "1")
    assert load(tmp_path, text).scenario.vessels["ferry"].count.value == 1


def test_sampling_needs_groups(tmp_path: Path) -> None:
    issue = _only(tmp_path, LINE + "uncertainty: sample\n")
    assert "no uncertain_groups to sample" in issue.message
    assert issue.path == "uncertainty"
    assert "'sampel' is not one of fixed, sample" in _only(tmp_path, LINE + "uncertainty: sampel\n").message


@pytest.mark.parametrize(
    ("rows", "line", "column", "message"),
    [
        ("1,a,0.5\n1,b,0.5\n1,c,0.5\n", 4, 3, "unknown group 'c' in kept draw '1'"),
        ("1,a,0.5\n1,b,0.5\n2,a,0.5\n", 4, 1, "kept draw '2' has no level of 'b'"),
        ("1,a,0.5\n1,b,1.5\n", 3, 3, "a share cannot be above 1: 1.5"),
        ("1,a,-0.5\n1,b,0.5\n", 2, 3, "must not be negative"),
    ],
)
def test_a_wrong_kept_draw_is_told_with_its_cell(
    tmp_path: Path, rows: str, line: int, column: int, message: str
) -> None:
    (tmp_path / "kept.csv").write_text("draw,group,level\n" + rows, encoding="utf-8")
    text = groups(a="leaves: [vessels.*.count]", b="leaves: [segments.*.length_km]")
    issue = _only(tmp_path, text + "tables: {kept_draws: kept.csv}\n")
    assert message in issue.message
    assert issue.file.endswith("kept.csv")
    assert (issue.line, issue.column) == (line, column)


def test_groups_come_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text(
        "group,title,leaves,factor_low,factor,factor_high,confidence\n"
        "ships,Ships,vessels.*.count; segments.*.length_km,,,,E\n"
        "hours,Hours,vessels.*.load_h,0.5,1,2,E\n",
        encoding="utf-8",
    )
    found = load(tmp_path, RANGED + "tables: {uncertain_groups: groups.csv}\n").scenario.uncertain_groups
    assert found["ships"].leaves == ("vessels.*.count", "segments.*.length_km")
    assert found["ships"].factor is None
    assert found["hours"].factor is not None
    assert found["hours"].factor.high == 2


def test_the_place_of_a_pattern_in_a_cell_is_the_cell(tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text("group,title,leaves\nships,Ships,vessels.*.cuont\n", encoding="utf-8")
    issue = _only(tmp_path, RANGED + "tables: {uncertain_groups: groups.csv}\n")
    assert (issue.line, issue.column) == (2, 3)
    assert issue.hint == "did you mean 'vessels.*.count'?"
