"""Small files that studies leave: tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..analysis.cells import harmless, harmless_columns


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Header and rows; None is an empty cell. No cell is a formula to a spreadsheet."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(list(map(harmless, row)) for row in [header, *rows])
    return text.getvalue()


def records_as_csv(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Records with the same keys in the same order; there must be one at least."""
    header = list(records[0])
    return as_csv(header, ([record[key] for key in header] for record in records)).encode()


def columns_as_csv(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """A table of equal columns, text in quotes; likewise."""
    import pyarrow as pa
    import pyarrow.csv

    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(pa.table(harmless_columns(columns)), sink)
    return bytes(sink.getvalue().to_pybytes())


def columns_as_parquet(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """A table of equal columns, to the last digit."""
    import pyarrow as pa
    import pyarrow.parquet

    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(pa.table(dict(columns)), sink)
    return bytes(sink.getvalue().to_pybytes())
