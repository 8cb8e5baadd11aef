"""Limits eased by stated steps: leaves with and without dates, changes in force, counts, and what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from corridorsim.model import Blueprint, build, fingerprint
from corridorsim.model.relieve import OneMoreLoop, Step, leaf_at, relieve, values_at
from corridorsim.scenario import Loaded, read

from ..engine.lines import two_nodes_and_a_ferry


def loaded(folder: Path, **changes: Any) -> Loaded:
    file = folder / "small.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(two_nodes_and_a_ferry(**changes), stream)
    return read(file)


def pairs(blueprint: Blueprint) -> tuple[float, ...]:
    return blueprint.segments[0].pairs_per_day.values


PAIRS = "segments.mine-east.capacity_pairs_per_day"


def test_nothing_to_do_changes_nothing(tmp_path: Path) -> None:
    given = loaded(tmp_path)
    assert relieve(given, []) is given
    none = relieve(given, [Step(PAIRS, multiply=1.0)])
    assert fingerprint(build(none)) == fingerprint(build(given))


def test_a_step_multiplies_or_adds_and_steps_may_be_stacked(tmp_path: Path) -> None:
    given = loaded(tmp_path)
    once = relieve(given, [Step(PAIRS, multiply=1.5)])
    assert pairs(build(once)) == (36.0,)
    assert pairs(build(relieve(once, [Step(PAIRS, add=2)]))) == (38.0,)
    assert pairs(build(relieve(given, [Step(PAIRS, add=2), Step(PAIRS, multiply=1.5)]))) == (39.0,)
    assert pairs(build(given)) == (24.0,)


def test_all_kinds_of_leaves(tmp_path: Path) -> None:
    given = loaded(tmp_path, ports__port_east__rail_ferry__unloading_tracks=2)
    made = build(
        relieve(
            given,
            [
                Step("vessels.ferry.count", add=1),
                Step("vessels.ferry.load_h", multiply=0.75),
                Step("ports.port_east.rail_ferry.unloading_tracks", add=1),
                Step("wagons.gondola.corridor_units", multiply=1.1),
            ],
        )
    )
    assert len(made.vessels) == 2
    assert made.vessels[0].load.parameters == (5 * 3600 * 0.75,)
    assert next(t for t in made.terminals if t.id == "port_east.rail_ferry").unloading_tracks == 3
    assert sum(steps.at(0) for _, steps in made.wagon_pools[0].homes) == 440


def test_dates_and_changes_in_force_are_eased_too(tmp_path: Path) -> None:
    given = loaded(
        tmp_path,
        **{
            "segments__mine-east__capacity_pairs_per_day": {"2023-01-01": 10, "2024-03-01": 20},
            "changes": {
                "more": {"project_id": "loops", "date": "2024-05-01", "target": "segments.*.capacity_pairs_per_day",
                         "value": 4, "add": True, "status": "done"},
                "line": {"project_id": "track", "date": "2024-06-01", "target": PAIRS, "value": 40, "status": "done"},
                "never": {"project_id": "dream", "date": "2024-07-01", "target": PAIRS, "value": 99,
                          "status": "claimed"},
            },
            "projects": {"track": {"shift_months": 1}, "loops": {}, "dream": {}},
        },
    )  # fmt: skip
    assert pairs(build(given)) == (10, 20, 24, 40)
    made = build(relieve(given, [Step(PAIRS, multiply=1.5)]))
    assert pairs(made) == (15, 30, 36, 60)
    assert made.segments[0].pairs_per_day.times_s == build(given).segments[0].pairs_per_day.times_s
    twice = relieve(relieve(given, [Step(PAIRS, multiply=1.5)]), [Step(PAIRS, add=1)])
    assert pairs(build(twice)) == (16, 31, 37, 61)


def test_what_is_not_in_service_stays_so(tmp_path: Path) -> None:
    given = loaded(
        tmp_path,
        ports__port_west__container={"berths": {"2024-01-01": 0, "2024-06-01": 2}},
    )
    made = relieve(given, [Step("ports.port_west.container.berths", add=1)])
    assert [value for _, value in values_at(made.scenario, "ports.port_west.container.berths")] == [0, 3]


def test_a_count_is_never_rounded_back_to_what_it_was(tmp_path: Path) -> None:
    given = loaded(tmp_path, wagons__gondola__corridor_units=3)
    made = relieve(given, [Step("wagons.gondola.corridor_units", multiply=1.1)])
    assert leaf_at(made.scenario, "wagons.gondola.corridor_units").value == 4


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (Step("segments.mine-eats.capacity_pairs_per_day"), "did you mean 'mine-east'"),
        (Step("segments.mine-east.max_gross_train_t", multiply=1.1), "is not given"),
        (Step("vessels.ferry.capacity_teu", multiply=2), "is not given"),
        (Step("title", multiply=2), "is not a number"),
        (Step("vessels.ferry.count", add=-2), "would fall from 1 to -1"),
        (Step(PAIRS, add=-25), "would fall from 24 to -1"),
    ],
)
def test_what_cannot_be_relieved_is_named(tmp_path: Path, step: Step, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        relieve(loaded(tmp_path), [step])


def test_a_line_with_loops_gets_one_in_its_longest_block(tmp_path: Path) -> None:
    """Its pairs limit nothing; taken again, the step finds the block that is then the longest."""
    loops = {"a": {"chainage_km": 20, "tracks": 2}, "b": {"chainage_km": 30, "tracks": 3, "usable_length_m": 900}}
    at = "segments__mine-east__"
    given = loaded(tmp_path, **{f"{at}loops": loops, f"{at}double_track": [[40, 90]]})
    step = OneMoreLoop("mine-east")
    once = build(relieve(given, [step])).segments[0].line
    twice = build(relieve(given, [step, step])).segments[0].line
    assert once is not None
    assert twice is not None
    assert [place.chainage_m for place in once.places] == [10e3, 20e3, 30e3, 40e3, 90e3]
    assert len(twice.places) == 6
    with pytest.raises(ValueError, match="has no loops"):
        relieve(loaded(tmp_path), [step])
