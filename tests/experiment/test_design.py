"""Points of a design: every combination of values, and levels that fill a space."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.experiment import plan
from corridorsim.experiment.design import draw, points, read_design, read_vary
from corridorsim.experiment.points import plan_points
from corridorsim.scenario import Issues

SAILING, COUNT = "sea_links.crossing.sailing_h", "vessels.ferry.count"


def test_every_combination_is_a_point_and_numbers_stay_numbers() -> None:
    made = points(read_vary([f"{SAILING}=18, 24.5", "policies.allocation=fixed,on_demand", f"{COUNT}=1,2"]))
    assert [point.number for point in made] == list(range(1, 9))
    assert made[0].sets == (f"{SAILING}=18", "policies.allocation=fixed", f"{COUNT}=1")
    assert list(made[-1].factors.values()) == [24.5, "on_demand", 2]
    assert isinstance(made[0].factors[COUNT], int)
    assert isinstance(made[0].factors[SAILING], float)


def test_commas_inside_brackets_and_quotes_belong_to_the_value() -> None:
    (vary,) = read_vary(['a.b={value: 3, low: [1, 2]},"x, y",null'])
    assert vary.values == ("{value: 3, low: [1, 2]}", '"x, y"', "null")
    assert str(vary) == 'a.b={value: 3, low: [1, 2]},"x, y",null'


def test_python_values_are_what_the_command_takes() -> None:
    assert read_vary({"a.b": [1, 2.5, {"value": 3}], "c": ["36 h", True]}) == read_vary(
        ['a.b=1,2.5,{"value": 3}', "c=36 h,true"]
    )


@pytest.mark.parametrize(
    ("texts", "sets", "words"),
    [
        (["a.b"], [], "--vary:1:1: 'a.b' does not vary anything"),
        (["=1"], [], "--vary:1:1"),
        (["a.b="], [], "'a.b' has no values"),
        (["a.b=1,,2"], [], "--vary:1:7: 'a.b' has an empty value"),
        (["a.b=1,2", "a.b=3"], [], "--vary:2:1: 'a.b' is varied twice"),
        (["a.b=1,2,1.0"], [], "--vary:1:9: 'a.b' has the value 1.0 twice"),
        (["a.b=1,2"], ["a.b=5"], "varied and set by --set too"),
    ],
)
def test_calls_that_make_no_sense(texts: list[str], sets: list[str], words: str) -> None:
    with pytest.raises(Issues) as found:
        read_vary(texts, sets)
    assert words in str(found.value)


def test_all_points_are_checked_at_once_and_told_where_the_value_was_given(ferry_file: Path) -> None:
    base = plan(ferry_file, sets=["title=other"])
    varied = read_vary(["vessels.ferry.availability=0.5,2", "vessels.fery.count=1,2", f"{SAILING}=soon,18"])
    with pytest.raises(Issues) as found:
        plan_points(base, varied, seed=1)
    lines = str(found.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["--vary:1:32", "--vary:2:1", "--vary:3:30"]
    assert "share cannot be above 1" in lines[0]
    assert "did you mean 'vessels.ferry.count'" in lines[1]


def test_targets_are_judged_where_the_results_hold_their_year(ferry_file: Path) -> None:
    short, whole = plan_points(plan(ferry_file), read_vary(["horizon.end=2024-06-30,2024-12-31"]), seed=1)
    assert (len(short.judged), len(whole.judged)) == (0, 1)


def test_a_case_gives_its_blueprint_again(ferry_file: Path) -> None:
    (slow, fast) = plan_points(plan(ferry_file), read_vary([f"{SAILING}=90,18"]), seed=1)
    assert fast.cases["as_given"].make(3) == plan(ferry_file).given.make(0)
    assert slow.cases["as_given"].fingerprint != fast.cases["as_given"].fingerprint


@pytest.mark.parametrize("text", ["lhs", "lhs:0", "lhs:x", "grid:4", "sobol:12", "lhs:-3"])
def test_designs_that_are_none(text: str) -> None:
    with pytest.raises(Issues, match="--design:1:1"):
        read_design(text)


def test_sobol_says_which_sizes_would_do() -> None:
    with pytest.raises(Issues, match="sobol:8 or sobol:16, or lhs:12"):
        read_design("sobol:12")


@pytest.mark.parametrize("text", ["lhs:8", "sobol:8"])
def test_designs_fill_every_eighth_of_every_group_and_belong_to_their_seed(text: str) -> None:
    design, groups = read_design(text), ["speeds", "fleets", "ships"]
    drawn = draw(design, groups, seed=3)
    for group in groups:
        assert sorted(int(levels[group] * 8) for levels in drawn) == list(range(8))
    assert draw(design, groups, seed=3) == drawn
    assert draw(design, groups, seed=4) != drawn


def test_a_design_needs_groups() -> None:
    with pytest.raises(Issues, match="no uncertain_groups"):
        draw(read_design("lhs:4"), [], seed=1)


def test_values_and_draws_are_crossed() -> None:
    made = points(read_vary(["a.b=1,2"]), [{"g": 0.25}, {"g": 0.75}])
    assert [(point.factors["a.b"], point.factors["level.g"]) for point in made] == [
        (1, 0.25), (1, 0.75), (2, 0.25), (2, 0.75),
    ]  # fmt: skip
