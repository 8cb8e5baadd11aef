"""``locomotives`` on a line where they bind first and the ferry next, by arithmetic (see trains.py)."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest

import corridorsim as cs
from corridorsim.report.curve import Curve
from corridorsim.scenario import Issues

from .cli.test_command import call
from .trains import write_trains


@pytest.fixture(scope="module")
def trains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario, with a state of the rest beside it in which ferries abound."""
    file = write_trains(tmp_path_factory.mktemp("trains"))
    (file.parent / "states").mkdir()
    state = "schema: 1\nextends: ../trains.yaml\nset: {vessels.ferry.count: 4}\n"
    (file.parent / "states" / "ferries.yaml").write_text(state, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def curve(trains: Path) -> Curve:
    """Four numbers of locomotives, both states, fixed."""
    return cs.locomotives(
        trains, units=[0, 1, 2, 4], allocations=["fixed"], demand="as_given", replications=2,
        out=trains.parent / "out", executor="serial",
    )  # fmt: skip


def test_locomotives_matter_until_ships_bind(curve: Curve) -> None:
    """One ferry carries less than the one locomotive that is there brings; four carry what three locomotives do."""
    one_ferry, ferries = (curve.line(state) for state in ("as_it_is", "ferries"))
    assert curve.flat(one_ferry).units == 0
    assert curve.flat(one_ferry).shown
    assert curve.flat(ferries).units == 2
    first, second, third = (step.gain.interval.mean for step in ferries.steps())
    assert first == pytest.approx(ferries.mean(0).mean, rel=0.05)  # twice the locomotives, twice the tonnes
    assert second > 0.2
    assert third == pytest.approx(0, abs=0.01)


def test_what_the_contract_can_bring_by_then_is_counted(curve: Curve) -> None:
    """Four units come evenly through 2024, so two are there in its mean, half of them on the corridor by its share."""
    contract = curve.contract
    assert (contract.id, contract.ordered, contract.first_year, contract.last_year) == ("order", 8, 2024, 2025)
    assert (contract.all_here.end, contract.all_here.mean) == (4, pytest.approx(2, abs=0.01))
    assert (contract.by_share.end, contract.by_share.mean) == (2, pytest.approx(1, abs=0.26))


def test_page_and_files_say_the_same(curve: Curve) -> None:
    page = curve.page()
    assert "4 can be in service at the end of 2024, 2.0 in the mean of the year" in page
    assert "from 2 on (at most" in page
    folder = curve.folder
    assert folder is not None
    points, steps, runs = (pd.read_csv(folder / f"{name}.csv") for name in ("points", "steps", "runs"))
    assert len(points) == 2 * 4
    assert len(steps) == 2 * 3
    means = runs.groupby(["state", "units"]).delivered_mt.mean()
    for row in points.itertuples():
        assert row.delivered_mt == pytest.approx(means[row.state, row.units])
    body = json.loads((folder / "curve.json").read_text())
    assert [line["no_longer_matters_from"] for line in body["lines"]] == [0, 2]
    assert body["contract"]["all_here"]["end"] == 4
    assert (folder / "page.txt").read_text() == f"{page}\n"
    assert curve.table.equals(points) or len(curve.table) == len(points)


def test_the_command_makes_it_again_from_the_store(curve: Curve, trains: Path, tmp_path: Path) -> None:
    words = shlex.split(curve.command)
    code, out, err = call(*words[1:], "--executor", "serial", cwd=tmp_path)
    assert code == 0, err
    assert out == f"{curve.page()}\n"
    assert "found in the store" in err


def test_any_contract_and_both_demands(trains: Path) -> None:
    made = cs.locomotives(
        trains, units=[2, 0], states=["as_it_is"], contract="few", replications=1,
        allocations=["on_demand"], out=None, executor="serial",
    )  # fmt: skip
    assert (made.contract.id, made.contract.all_here.end) == ("few", 0)  # planned, so that none comes
    assert [line.demand for line in made.lines] == ["as_given", "saturating"]
    assert "one replication cannot tell" in made.page()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": [30]}, "two or more different numbers"),
        ({"units": [0, -1]}, "two or more different numbers"),
        ({"allocations": ["fix"]}, "unknown allocation 'fix'"),
        ({"demand": "all"}, "unknown demand 'all'"),
        ({"contract": "oder"}, "did you mean 'order'"),
        ({"perimeter": "D"}, "unknown perimeter 'D'"),
        ({"states": ["no_such_layer"]}, "no shipped scenario"),
    ],
)
def test_calls_that_make_no_sense(trains: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(Issues, match=message):
        cs.locomotives(trains, out=None, **options)  # type: ignore[arg-type]


def test_a_scenario_without_a_contract_says_so(ferry_file: Path) -> None:
    with pytest.raises(Issues, match="no contract that brings locomotives"):
        cs.locomotives(ferry_file, out=None)


def test_the_shipped_states_leave_the_locomotives_alone() -> None:
    plain = cs.load("baseline")
    for state in ("states/ships_and_ports", "states/whole_rest"):
        relieved = cs.load("baseline", with_layers=[state])
        assert relieved.hash != plain.hash
        assert relieved.plan.loaded.scenario.locomotives["wabtec_300"] == plain.plan.loaded.scenario.locomotives[
            "wabtec_300"
        ]  # fmt: skip
