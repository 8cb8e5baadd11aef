"""Writes docs/validity/broken_inputs.csv, every broken scenario of the corpus with what it is told, as the tests ask.

And fuzz.csv beside it: how many are drawn at random.

Run it as ``python -m tests.abuse.record``.
"""

from __future__ import annotations

import re
from pathlib import Path

from corridorsim.report.files import as_csv

from .cases import expected
from .test_fuzz import TRIED

RECORD = Path(__file__).parents[2] / "docs" / "validity" / "broken_inputs.csv"
FUZZ = RECORD.with_name("fuzz.csv")
HEADER = ("name", "kind", "expected position", "expected message", "faults")


def record() -> str:
    """One row a scenario: its first fault (of its own file where that has one), shortened, and how many there are."""
    rows = []
    for name, lines in sorted(expected().items()):
        kind, _, file = name.partition("/")
        fault = Path(file).stem
        own = [line for line in lines if fault in line.partition(":")[0]] or lines
        match = re.match(r"([^:]+(?::\d+:\d+)?): (.*)", own[0])
        assert match is not None, own[0]
        message = match[2] if len(match[2]) <= 160 else f"{match[2][:159]}…"
        rows.append((fault.replace("_", " "), kind, match[1], message, len(lines)))
    return as_csv(HEADER, rows)


def fuzz() -> str:
    """One row a test that draws its input: how many each time, and at length."""
    tests = {what: f"tests/abuse/test_fuzz.py::test_{what.replace(' ', '_')}" for what in TRIED}
    return as_csv(
        ("input", "cases_quick", "cases_long", "test"), [(what, *counts, tests[what]) for what, counts in TRIED.items()]
    )


if __name__ == "__main__":
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(record(), encoding="utf-8")
    FUZZ.write_text(fuzz(), encoding="utf-8")
