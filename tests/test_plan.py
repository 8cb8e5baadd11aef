"""``plan`` on a line with one locomotive and one ferry, and five projects: see trains.py for the arithmetic.

A locomotive carries about 0.32 Mt a year, a ferry 0.22. Half a million tonnes ask for two and three of them.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import corridorsim as cs
from corridorsim.report.plan import Packages
from corridorsim.scenario import Issues

from .cli.test_command import call
from .trains import PROJECTS, write_trains

FAST: dict[str, Any] = {"replications": 3, "first": 2, "executor": "serial", "delta": 0.02}


@pytest.fixture(scope="module")
def costed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every project has its cost."""
    text = PROJECTS.replace("late: {title: A berth in 2030}", "late: {title: A berth in 2030, cost_musd: 5}")
    return write_trains(tmp_path_factory.mktemp("costed"), text)


@pytest.fixture(scope="module")
def uncosted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cost is not known, and when ferries come is not either."""
    text = PROJECTS.replace(", cost_musd: 400", "")
    text += "uncertain_groups:\n  yards: {title: When ferries come, leaves: [vessel_deliveries.*.slip_months]}\n"
    return write_trains(tmp_path_factory.mktemp("uncosted"), text)


@pytest.fixture(scope="module")
def searched(uncosted: Path) -> Packages:
    """The smallest package, with its robust answer."""
    return cs.plan(uncosted, out=uncosted.parent / "out", **FAST)


def test_the_search_finds_the_smallest_package(searched: Packages, uncosted: Path) -> None:
    assert searched.package == ("few", "three_ferries")
    assert not searched.by_cost
    every = cs.plan(uncosted, method="all", robust=False, out=uncosted.parent / "out", **FAST)
    assert every.package == searched.package
    assert len(every.found.values) == 16
    assert len(searched.found.values) < 16 or searched.found.runs < every.found.runs


def test_the_cheapest_where_every_cost_is_known(costed: Path) -> None:
    made = cs.plan(costed, robust=False, out=costed.parent / "out", **FAST)
    every = cs.plan(costed, method="all", robust=False, out=costed.parent / "out", **FAST)
    assert made.by_cost
    assert made.package == every.package == ("few", "second_ferry", "third_ferry")
    assert "US$ 180 m" in made.page()
    assert "cheapest of all packages" in every.page()


def test_the_robust_answer_stands_beside_the_one_at_values(searched: Packages) -> None:
    assert searched.fixed is not None
    assert searched.sampled is not None
    assert searched.fixed.probability == 1
    assert searched.sampled.probability < 1  # ferries may come two years late
    page = searched.page()
    assert "inputs drawn, dates slipping in their ranges" in page
    assert "met by the smallest package found" in page


def test_what_is_no_choice_is_named_with_its_reason(searched: Packages) -> None:
    assert set(searched.choices.options) == {"second_ferry", "third_ferry", "three_ferries", "few", "berth"}
    assert searched.choices.left_out["late"] == "changes nothing by 2024-12-31"
    assert searched.choices.left_out["gone"] == "the scenario says no"
    assert searched.choices.options["third_ferry"].requires == {"second_ferry"}
    assert searched.choices.options["second_ferry"].conflicts == {"three_ferries"}


def test_page_and_files(searched: Packages) -> None:
    folder = searched.folder
    assert folder is not None
    body = json.loads((folder / "plan.json").read_text())
    assert body["package"] == ["few", "three_ferries"]
    assert body["inputs_drawn"]["probability"] == searched.sampled.probability  # type: ignore[union-attr]
    packages = pd.read_csv(folder / "packages.csv")
    assert packages[packages.recommended].package.tolist() == ["few;three_ferries"]
    front = packages[packages.front].sort_values("projects")
    assert front.delivered_mt.is_monotonic_increasing
    projects = pd.read_csv(folder / "projects.csv", index_col="project")
    assert pd.isna(projects.cost_musd["three_ferries"])
    page = (folder / "page.txt").read_text()
    assert page == f"{searched.page()}\n"
    assert "US$ 30 m and 1 unknown" in page
    assert "cost unknown" in page


def test_the_command_makes_it_again(searched: Packages, tmp_path: Path) -> None:
    words = shlex.split(searched.command)
    code, out, err = call(*words[1:], "--executor", "serial", cwd=tmp_path)
    assert code == 0, err
    assert out == f"{searched.page()}\n"


def test_met_already(costed: Path) -> None:
    made = cs.plan(costed, at_least=0.1, out=costed.parent / "out", **FAST)
    assert made.package == ()
    assert "met already" in made.page()
    assert "nothing in this scenario is marked unknown" in made.page()


def test_not_met_by_all_says_what_was_reached_and_what_binds(costed: Path) -> None:
    made = cs.plan(costed, at_least=2, out=costed.parent / "out", exclude=["few"], **FAST)
    assert (made.package, made.met) == (None, False)
    page = made.page()
    assert "not met by any package" in page
    assert "what is left to bind in 2024" in page
    assert "left out by the call: few" in page


def test_nothing_helps(costed: Path) -> None:
    out = ["second_ferry", "third_ferry", "three_ferries"]
    made = cs.plan(costed, exclude=out, robust=False, out=costed.parent / "out", **FAST)
    assert "nothing helps" in made.page()
    assert made.package is None


def test_what_conflicts_with_what_is_in_force_is_no_choice(costed: Path) -> None:
    sets = ["projects.second_ferry.include=yes"]
    made = cs.plan(costed, sets=sets, robust=False, out=None, budget=4, **FAST)
    assert made.choices.left_out["three_ferries"] == "conflicts with second_ferry, which is in force"
    assert made.choices.options["third_ferry"].requires == frozenset()
    assert made.found.exhausted
    assert "the budget ended" in made.page()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "most"}, "no target 'most' that can be judged"),
        ({"probability": 1.5}, "lies between 0 and 1"),
        ({"exclude": ["fw"]}, "did you mean 'few'"),
        ({"method": "random"}, "unknown method"),
        ({"method": "all", "budget": 5}, "are more than 5 runs"),
        ({"delta": 0}, "worth telling apart"),
    ],
)
def test_calls_that_make_no_sense(costed: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(Issues, match=message):
        cs.plan(costed, out=None, **{**FAST, **options})


def test_without_a_target_there_is_nothing_to_meet(tmp_path: Path) -> None:
    with pytest.raises(Issues, match="no target"):
        cs.plan(write_trains(tmp_path), out=None, **FAST)
