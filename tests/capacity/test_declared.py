"""The table of declared against computed capacity: it says what it should, and is what its script writes."""

from __future__ import annotations

import csv
import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "validity" / "line_capacity.py"
LONG = pytest.mark.skipif(os.environ.get("CORRIDORSIM_LONG") != "1", reason="long: CORRIDORSIM_LONG=1")


def script() -> Any:
    spec = importlib.util.spec_from_file_location("line_capacity", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows() -> list[dict[str, str]]:
    with SCRIPT.with_suffix(".csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_declared_capacity_stands_beside_a_computed_one() -> None:
    found = rows()
    assert list(found[0]) == list(script().HEADER)
    assert [(row["segment"], row["layer"]) for row in found] == [(row.segment, row.layer) for row in script().ROWS]
    declared = {(row["segment"], float(row["declared_pairs"])) for row in found}
    assert {
        ("dostyk..moyynty", 12), ("altynkol-zhetygen", 18), ("altynkol-zhetygen", 33), ("kyzylzhar..saksaulskaya", 8)
    } <= declared  # fmt: skip
    for row in found:
        difference = float(row["computed_pairs"]) - float(row["declared_pairs"])
        assert float(row["difference"]) == pytest.approx(difference, abs=0.06)
        assert row["why"].endswith(".")


@LONG
@pytest.mark.parametrize("number", range(10))
def test_the_table_is_what_comes_out(number: int) -> None:
    module = script()
    assert len(module.ROWS) == 10
    pairs, why = module.computed(module.ROWS[number])
    assert (f"{pairs:.1f}", why) == (rows()[number]["computed_pairs"], rows()[number]["why"])
