"""A result's folder: tables as Parquet and CSV, summary.json, the effective scenario, the command that remakes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from ..analysis import TABLES
from ..analysis.frames import stacked
from ..analysis.summary import Summary
from ..experiment import Failure, write_whole

Runs: TypeAlias = Mapping[int, Mapping[str, Any]]
SATURATING = "saturating"


class NotAResult(ValueError):
    """A folder that no run wrote, or wrote with another version."""


def folder_name(summary: Summary) -> str:
    """``<name>-<hash8>-s<seed>``, with nothing in the name that a folder cannot carry."""
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in summary.scenario).lstrip(".")
    return f"{name or 'scenario'}-{summary.hash[:8]}-s{summary.seed}"


def save(
    folder: Path,
    summary: Summary,
    runs: Runs,
    saturating: Runs | None,
    effective: str,
    command: str,
    failures: Iterable[Failure] = (),
) -> None:
    """Write a result; ``effective`` is CSV.

    ``summary.json`` comes last, so that a folder that has it is whole. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.json").unlink(missing_ok=True)
    _write_tables(folder, runs)
    if saturating:
        _write_tables(folder / SATURATING, saturating)
    write_whole(folder / "effective.csv", effective.encode())
    write_whole(folder / "command.txt", f"{command}\n".encode())
    _write_failures(folder / "failures.txt", list(failures))
    write_whole(folder / "summary.json", (dumps(summary) + "\n").encode())


def dumps(summary: Summary) -> str:
    """``summary.json`` as text."""
    return json.dumps(summary.model_dump(mode="json"), indent=1, ensure_ascii=False, allow_nan=False)


def schema_text() -> str:
    """The JSON Schema of ``summary.json``, as shipped in the package."""
    return (files(__package__) / "summary.schema.json").read_text(encoding="utf-8")


def read(folder: Path) -> tuple[Summary, dict[int, dict[str, Any]], dict[int, dict[str, Any]] | None]:
    """Summary, runs and runs with saturating demand of a folder that ``save`` wrote. Raises NotAResult."""
    try:
        summary = Summary.model_validate_json((folder / "summary.json").read_bytes())
        saturating = _read_tables(folder / SATURATING) if summary.saturating else None
        return summary, _read_tables(folder), saturating
    except FileNotFoundError as fault:
        raise NotAResult(f"{folder} is not a folder of results: {Path(str(fault.filename)).name} is missing") from fault
    except ValueError as fault:
        raise NotAResult(f"{folder} is not a folder of results of this version: {fault}") from fault


def _write_tables(folder: Path, runs: Runs) -> None:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        table = pa.table(stacked(runs, name))
        pyarrow.parquet.write_table(table, folder / f"{name}.parquet")
        pyarrow.csv.write_csv(table, folder / f"{name}.csv")


def _read_tables(folder: Path) -> dict[int, dict[str, Any]]:
    import pyarrow.parquet

    runs: dict[int, dict[str, Any]] = {}
    for name in TABLES:
        columns = pyarrow.parquet.read_table(folder / f"{name}.parquet").to_pydict()
        numbers = columns.pop("replication")
        if not runs:  # the first table has rows of every run
            runs = {number: {"tables": {}} for number in sorted(set(numbers))}
        places: dict[int, list[int]] = {number: [] for number in runs}
        for place, number in enumerate(numbers):
            places[number].append(place)
        for number, mine in places.items():
            runs[number]["tables"][name] = {key: [values[place] for place in mine] for key, values in columns.items()}
    return runs


def _write_failures(path: Path, failures: list[Failure]) -> None:
    path.unlink(missing_ok=True)
    if failures:
        told = "\n\n".join(f"{f.run.label}, at {f.stage}: {f.message}\n{f.traceback}".rstrip() for f in failures)
        write_whole(path, (told + "\n").encode())
