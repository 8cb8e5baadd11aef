"""What is said of a ranking: what binds, and where gain, utilisation and waiting disagree."""

from __future__ import annotations

from typing import Any

import pytest

from corridorsim.analysis.bottlenecks import Ranking, Signs, counts, disagreements, held, line, ordered, verdict
from corridorsim.analysis.statistics import Interval, paired_difference
from corridorsim.experiment.reliefs import Relief, Resource, together
from corridorsim.model.relieve import Step

SHIPS = Resource(
    "ships", "ferry", (Step("vessels.ferry.count", add=1),), ("vessel:ferry-1", "vessel:ferry-2"), ("pier",)
)
BERTHS = Resource("berths", "pier", (Step("ports.pier.berths", add=1),), ("berth:pier",), ("pier",))
LINE = Resource(
    "slots", "line", (Step("segments.line.capacity_pairs_per_day", multiply=1.1),), ("segment:line",), ("line",)
)
NOTHING, SOME = [1.0, 1.1, 1.2], [1.3, 1.4, 1.51]


def ranking(gains: dict[Resource, list[float]], busy: dict[str, float], waits: list[Any], **more: Any) -> Ranking:
    run = {"busy": {name: (share, 1.0) for name, share in busy.items()}, "waited": waits}
    signs = Signs.of({0: run, 1: run})
    differences = {Relief((each,)): paired_difference(NOTHING, after) for each, after in gains.items()}
    lines = ordered([line(relief, difference, signs) for relief, difference in differences.items()])
    plain: dict[str, Any] = {
        "before": Interval(1.1, 0.9, 1.3), "carried": 0.5, "small": 0.01, "kinds": lines, "everything": None,
        "lines": tuple(each for each in lines if counts(each.gain, 0.01)), "nature": (), "signs": signs,
        "used": tuple(gains), "unused": 0,
        "asked": {relief.key: difference for relief, difference in differences.items()},
    }  # fmt: skip
    return Ranking(**plain | more)


def test_signs_are_those_of_the_resource() -> None:
    signs = ranking(
        {SHIPS: SOME, LINE: NOTHING}, {"vessel:ferry-1": 0.4, "vessel:ferry-2": 0.6, "segment:line": 0.0},
        [("vessel", "pier", "ore", 30.0), ("slot", "line", "ore", 10.0), ("slot", "other", "ore", 60.0)],
    ).signs  # fmt: skip
    assert signs.utilisation(SHIPS) == 0.6
    assert (signs.waiting(SHIPS), signs.waiting(LINE), signs.waiting(BERTHS)) == (0.3, 0.1, 0.0)
    assert signs.waiting(Relief((SHIPS, LINE))) == pytest.approx(0.4)
    assert signs.used(LINE)
    assert not signs.used(BERTHS)


def test_where_all_agree_that_is_said() -> None:
    made = ranking({SHIPS: SOME, LINE: NOTHING}, {"vessel:ferry-1": 0.97, "segment:line": 0.5},
                   [("vessel", "pier", "ore", 30.0)])  # fmt: skip
    assert verdict(made) == "the bottleneck is ships:ferry (+1 ship)"
    (said,) = disagreements(made)
    assert said.startswith("gain, utilisation and waiting agree")


def test_where_they_disagree_it_is_said_in_what() -> None:
    made = ranking({SHIPS: SOME, BERTHS: NOTHING, LINE: NOTHING},
                   {"vessel:ferry-1": 0.6, "berth:pier": 0.98, "segment:line": 0.5},
                   [("vessel", "pier", "ore", 30.0), ("slot", "line", "ore", 70.0)])  # fmt: skip
    assert disagreements(made) == [
        "ships:ferry: its relief brings most, though it is only 60% busy",
        "busiest is berths:pier (98%), but its relief brings nothing",
        "most is waited for slots:line (70% of all waiting), but its relief brings nothing",
    ]


def test_a_gain_that_may_be_chance_is_not_taken() -> None:
    unsure = ranking({SHIPS: [1.05, 1.2, 1.5]}, {}, [])
    assert unsure.best is None
    assert verdict(unsure).startswith("ships:ferry would bring most, but not beyond chance")
    assert not counts(paired_difference(NOTHING, [0.8, 1.1, 1.5]), 0.01)
    assert counts(paired_difference([1.0], [1.2]), 0.01)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"carried": 0.99}, "nothing waits"),
        ({}, "there is nothing to relieve"),
        ({"everything": paired_difference(NOTHING, NOTHING)}, "no relief brings anything"),
        ({"everything": paired_difference(NOTHING, SOME)}, "only everything together helps"),
    ],
)
def test_where_nothing_binds_there_are_words(more: dict[str, Any], told: str) -> None:
    assert verdict(ranking({}, {}, [], **more)).startswith(told)


def test_names_of_reliefs() -> None:
    others = Resource("ships", "feeder", (Step("vessels.feeder.count", add=1),))
    assert Relief((SHIPS, others)).key == "ships:ferry (and 1 more)"
    assert Relief((SHIPS, others), whole=True).key == "ships"
    pair = together(Relief((LINE,)), Relief((SHIPS,)))
    assert (pair.key, pair.words) == ("slots:line + ships:ferry", "+10 % pairs a day; +1 ship")
    assert len(pair.steps) == 2
    many = Relief(tuple(Resource("slots", str(number), ()) for number in range(61)))
    parts = many.parts(8)
    assert [len(part.resources) for part in parts] == [7, 8, 7, 8, 8, 7, 8, 8]
    assert together(*parts).resources == many.resources


def test_only_one_year_is_held() -> None:
    run = {
        "tables": {
            "years": {"year": [2024]},
            "utilisation": {"year": [2023, 2024], "resource": ["a", "a"], "busy": [1.0, 2.0], "available": [4.0, 4.0]},
            "waiting": {
                "year": [2023, 2024, 2024], "cause": ["slot"] * 3, "place": ["a"] * 3, "flow": ["ore", "ore", "grain"],
                "perimeter": ["A", "A", "N"], "tonne_days": [1.0, 2.0, 3.0], "days": [1.0, 1.0, 1.0],
            },
        }
    }  # fmt: skip
    kept = held(run, 2024)
    assert kept["busy"] == {"a": (2.0, 4.0)}
    assert kept["waited"] == [("slot", "a", "ore", 2.0)]
