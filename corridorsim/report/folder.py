"""A result's folder: tables as Parquet and CSV, summary.json, the effective scenario, the command that remakes it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from ..analysis import TABLES
from ..analysis.frames import stacked
from ..analysis.summary import Summary
from ..experiment import Failure, write_whole
from ..scenario import Geometry, from_geojson
from .files import columns_as_csv, columns_as_parquet

Runs: TypeAlias = Mapping[int, Mapping[str, Any]]
#: set of runs -> its subfolder; those with the demand as given lie in the folder itself
SETS = {"as_given": ".", "saturating": "saturating", "sampled": "sampled", "sampled_saturating": "sampled-saturating"}

#: tracebacks of runs that failed
FAILURES = "failures.txt"
#: lines and outlines, as GeoJSON
GEO = "geo.json"


class NotAResult(ValueError):
    """A folder that no run wrote, or wrote with another version."""


def folder_name(summary: Summary) -> str:
    """``<name>-<hash8>-s<seed>``."""
    return f"{folder_safe(summary.scenario)}-{summary.hash[:8]}-s{summary.seed}"


def folder_safe(name: str) -> str:
    """A name with nothing in it that a folder cannot carry, and not too long for one."""
    kept = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name).lstrip(".")
    return kept[:120] or "scenario"


def save(
    folder: Path,
    summary: Summary,
    sets: Mapping[str, Runs],
    effective: str,
    command: str,
    failures: Iterable[Failure] = (),
    geometry: Geometry | None = None,
) -> None:
    """Write a result; ``effective`` is CSV, ``geometry`` what maps are drawn from.

    ``summary.json`` comes last, so that a folder that has it is whole. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        (folder / "summary.json").unlink(missing_ok=True)
        for name, runs in sets.items():
            _write_tables(folder / SETS[name], runs)
        write_whole(folder / "effective.csv", effective.encode())
        write_whole(folder / "command.txt", f"{command}\n".encode())
        write_failures(folder / FAILURES, failures)
        (folder / GEO).unlink(missing_ok=True)
        if geometry:
            write_whole(folder / GEO, geometry.as_geojson().encode())
        write_whole(folder / "summary.json", (dumps(summary) + "\n").encode())


def write_study(folder: Path, files: Mapping[str, bytes], failures: Iterable[Failure] = ()) -> None:
    """Write the files of a study, and its failures. Where one cannot be written none stays. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        try:
            for name, body in files.items():
                write_whole(folder / name, body)
            write_failures(folder / FAILURES, failures)
        except OSError:
            for name in (*files, FAILURES):
                (folder / name).unlink(missing_ok=True)
            raise


def dumps(summary: Summary) -> str:
    """``summary.json`` as text."""
    return json.dumps(summary.model_dump(mode="json"), indent=1, ensure_ascii=False, allow_nan=False)


def schema_text() -> str:
    """The JSON Schema of ``summary.json``, as shipped in the package."""
    return (files(__package__) / "summary.schema.json").read_text(encoding="utf-8")


def read(folder: Path) -> tuple[Summary, dict[str, Runs]]:
    """The summary and the sets of runs of a folder that ``save`` wrote. Raises NotAResult."""
    try:
        summary = Summary.model_validate_json((folder / "summary.json").read_bytes())
        there = {"as_given": True, "saturating": summary.saturating is not None}
        there |= {"sampled": summary.uncertainty is not None}
        there |= {"sampled_saturating": there["sampled"] and there["saturating"]}
        return summary, {name: _read_tables(folder / SETS[name]) for name, is_there in there.items() if is_there}
    except FileNotFoundError as fault:
        lost = Path(str(fault.filename)).name
        if (folder / "summary.json").is_file():
            lost += ", perhaps since another version wrote it; run it again"
        raise NotAResult(f"{folder} is not a folder of results: there is no {lost}") from fault
    except ValueError as fault:
        raise NotAResult(f"{folder} is not a folder of results of this version: {fault}") from fault


def read_geometry(folder: Path) -> Geometry:
    """Lines and outlines that ``save`` wrote; none where the scenario had none. Raises NotAResult."""
    try:
        return from_geojson((folder / GEO).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Geometry()
    except ValueError as fault:
        raise NotAResult(f"{folder / GEO} is not what this version writes: {fault}") from fault


def _write_tables(folder: Path, runs: Runs) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        columns = stacked(runs, name)
        write_whole(folder / f"{name}.parquet", columns_as_parquet(columns))
        write_whole(folder / f"{name}.csv", columns_as_csv(columns))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer of a folder at a time: two commands that give the same result leave that of one of them, whole."""
    try:
        import fcntl
    except ImportError:  # Windows: a folder cannot be locked there
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read_tables(folder: Path) -> Runs:
    import pyarrow.parquet

    runs: dict[int, dict[str, Any]] = {}
    for name in TABLES:
        with (folder / f"{name}.parquet").open("rb") as file:
            columns = pyarrow.parquet.read_table(file).to_pydict()
        numbers = columns.pop("replication")
        if not runs:  # the first table has rows of every run
            runs = {number: {"tables": {}} for number in sorted(set(numbers))}
        places: dict[int, list[int]] = {number: [] for number in runs}
        for place, number in enumerate(numbers):
            places[number].append(place)
        for number, mine in places.items():
            runs[number]["tables"][name] = {key: [values[place] for place in mine] for key, values in columns.items()}
    return runs


def write_failures(path: Path, failures: Iterable[Failure]) -> None:
    """One entry a failed run with its traceback; no file where none failed."""
    path.unlink(missing_ok=True)
    failures = list(failures)
    if failures:
        told = "\n\n".join(f"{f.run.label}, at {f.stage}: {f.message}\n{f.traceback}".rstrip() for f in failures)
        write_whole(path, (told + "\n").encode())
