"""A first look: which part of a scenario it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.experiment.quick import quick_settings
from corridorsim.scenario import read


@pytest.mark.parametrize(
    ("start", "results_from", "end", "settings"),
    [
        ("2024-01-01", "2024-01-01", "2024-12-31", []),
        ("2023-07-01", "2024-01-01", "2024-12-31", []),
        ("2024-01-01", "2024-01-01", "2026-12-31", ["horizon.start=2025-07-01", "horizon.results_from=2026-01-01"]),
        ("2024-01-01", "2024-01-01", "2026-03-31",
         ["horizon.start=2024-07-01", "horizon.results_from=2025-01-01", "horizon.end=2025-12-31"]),
        ("2024-01-01", "2024-03-01", "2024-12-31", []),
    ],
)  # fmt: skip
def test_a_first_look_takes_the_last_whole_year_of_the_results(
    ferry_file: Path, start: str, results_from: str, end: str, settings: list[str]
) -> None:
    sets = ["targets=[]", f"horizon.start={start}", f"horizon.results_from={results_from}", f"horizon.end={end}"]
    assert list(quick_settings(read(ferry_file, sets=sets).scenario)) == settings


def test_a_first_look_has_no_targets(ferry_file: Path) -> None:
    assert quick_settings(read(ferry_file).scenario) == ("targets=[]",)
