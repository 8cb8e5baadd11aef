"""Writes docs/validity/broken_inputs.csv: every broken scenario of the corpus with what it is told, as the tests ask.

Run it as ``python -m tests.abuse.record``.
"""

from __future__ import annotations

import re
from pathlib import Path

from corridorsim.report.files import as_csv

from .cases import expected

RECORD = Path(__file__).parents[2] / "docs" / "validity" / "broken_inputs.csv"
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


if __name__ == "__main__":
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(record(), encoding="utf-8")
