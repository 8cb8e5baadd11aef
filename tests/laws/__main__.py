"""``python -m tests.laws``: rewrites ``docs/validity/laws.csv``."""

from __future__ import annotations

import csv

from .test_laws import HEADER, RECORD, record

RECORD.parent.mkdir(parents=True, exist_ok=True)
with RECORD.open("w", encoding="utf-8", newline="") as stream:
    csv.writer(stream, lineterminator="\n").writerows([HEADER, *record()])
