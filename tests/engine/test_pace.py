"""Trains of a flow that run at a pace of their own, and locomotives that wait for a train where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from corridorsim.scenario import Issues, read

from .lines import Tree
from .rails import DAY, HOUR, LIGHT, diesels, flow, railway, run, trains


def paced(spread: float, **kind: object) -> Tree:
    """A flow of a train a day over 200 km, which take 4 h at pace 1."""
    tree = railway(100, 100, days=31, flows__ore=flow("n0", "n2", 31, running_time_spread=spread))
    for branch in tree["segments"].values():
        branch |= kind
    return tree


@pytest.mark.parametrize(
    "kind", [{}, {"discipline": "block", "block_trains": 1}, {"loops": {"x": {"chainage_km": 50, "tracks": 2}}}]
)
def test_trains_run_at_a_pace_of_their_own_all_the_way(kind: Tree) -> None:
    took = [row["arrive_s"] - row["depart_s"] for row in trains(run(paced(0.2, **kind)))]
    assert len(took) == 31
    assert len(set(took)) > 25
    assert 4 * HOUR * 0.8 - 2 <= min(took) < 4 * HOUR * 0.9
    assert 4 * HOUR * 1.1 < max(took) <= 4 * HOUR * 1.2 + 2
    assert sum(took) / len(took) == pytest.approx(4 * HOUR, rel=0.06)


def test_a_pace_belongs_to_the_flow_and_to_no_other_draw() -> None:
    alone = [row["arrive_s"] for row in trains(run(paced(0.2)))]
    tree = paced(0.2)
    tree["flows"]["back"] = flow("n2", "n0", 31, running_time_spread=0.1)
    ledger = run(tree)
    of_ore = [row["arrive_s"] for row in trains(ledger) if row["flow"] == ledger.number("ore")]
    assert of_ore == alone


def test_a_spread_is_a_share(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(paced(1.2), stream)
    with pytest.raises(Issues, match=r"running_time_spread.*a share cannot be above 1"):
        read(file)


def both_ways(units: int, dispatch: str) -> Tree:
    """All locomotives at ``n0``; ore leaves there every day, grain at the other end every second day."""
    tree = railway(100, days=20, policies__dispatch=dispatch)
    tree["flows"] = {"ore": flow("n0", "n1", 31), "grain": flow("n1", "n0", 15)}
    return diesels(tree, units)


def test_locomotives_at_hand_are_never_sent_light() -> None:
    assert trains(run(both_ways(2, "near_and_waiting")), LIGHT)
    ledger = run(both_ways(2, "at_hand"))
    assert not trains(ledger, LIGHT)
    ore, grain = ([row for row in trains(ledger) if row["flow"] == ledger.number(name)] for name in ("ore", "grain"))
    # two units there, then one for each train that has brought one back
    assert len(ore) == pytest.approx(2 + len(grain), abs=1)
    assert [row["depart_s"] for row in ore] == sorted(row["depart_s"] for row in ore)


def test_a_train_on_the_line_is_helped_by_a_unit_from_elsewhere() -> None:
    tree = diesels(both_ways(3, "at_hand"), 3, mtbf_km=150, repair_hours_mean=200)
    ledger = run(tree)
    assert trains(ledger, LIGHT)
    assert all(row["arrive_s"] - row["depart_s"] < 15 * DAY for row in trains(ledger))
