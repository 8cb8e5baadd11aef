"""A scenario of lines for the tests of ``capacity``."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from ..engine.loops import RULES, trains
from ..engine.rails import railway

LOOPS = {
    "a": {"chainage_km": 20, "tracks": 2, "usable_length_m": 850},
    "b": {"chainage_km": 60, "tracks": 2, "usable_length_m": 850},
    "c": {"chainage_km": 75, "tracks": 2, "usable_length_m": 1050},
}
OPENS = {"2024-01-01": 0, "2024-01-08": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of two segments in a row, of which a layer knows the loops."""
    root = tmp_path_factory.mktemp("lines")
    tree = railway(90, 50, single_track=dict(RULES)) | {"flows": trains(3, 3)}
    tree["flows"]["west"]["origin_node"] = "n2"
    tree["flows"]["east"]["destination_node"] = "n2"
    tree["segments"]["s1"] |= {"capacity_pairs_per_day": 9}
    layers = {
        "first": {"schema": 1, "segments": {"s0": {"loops": LOOPS}}},
        "second": {"schema": 1, "segments": {"s1": {"loops": {"d": {"chainage_km": 25, "tracks": OPENS}}}}},
    }  # fmt: skip
    (root / "loops").mkdir()
    (root / "corridorsim.toml").touch()
    with (root / "line.yaml").open("w") as file:
        YAML().dump(tree, file)
    for name, layer in layers.items():
        with (root / "loops" / f"{name}.yaml").open("w") as file:
            YAML().dump(layer, file)
    return root
