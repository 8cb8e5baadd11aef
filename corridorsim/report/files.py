"""Small files that studies leave: tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Header and rows; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def records_as_csv(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Records with the same keys in the same order; there must be one at least."""
    header = list(records[0])
    return as_csv(header, ([record[key] for key in header] for record in records)).encode()
