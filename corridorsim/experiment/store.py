"""Finished runs, kept on disk: one file a run, so that what was run is not run again.

The key holds the scenario (fingerprint of its Blueprint), the seed, the replication, and a hash of all source code that
the figures depend on: another version never finds the runs of this one. A file appears whole or not at all. Its first
line is the key and what the run cost, its second what the run gave, so that a list of runs is read without the values.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: rooms whose code makes the figures, and libraries whose version may change them
ROOMS = ("corridorsim.model", "corridorsim.ledger", "corridorsim.engine")
LIBRARIES = ("simpy", "numpy")

#: where files are written before they take their place; one that is this old was left by a process that was killed
PARTS = ".parts"
PART_AGE_S = 3600.0

#: how many of the newest runs the pace is taken from
PACE_RUNS = 50


class StoreError(OSError):
    """The store's folder cannot be used; str() says why."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took: seconds of its thread's CPU, seconds on the wall; and the seconds that it simulated."""

    cpu_s: float
    wall_s: float
    simulated_s: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept run, as a list shows it; ``scenario`` is the name under which it was run first."""

    path: Path
    fingerprint: str
    sources: str
    seed: int
    replication: int
    scenario: str
    written: datetime
    cost: Cost | None
    size: int  #: bytes on disk
    present: bool  #: made by the sources of this store, so found by runs


def sources_hash(extra: Iterable[str] = ()) -> str:
    """SHA-256 over the Python sources of model, ledger, engine and ``extra`` packages, and the versions they run on."""
    sha = hashlib.sha256(f"python {sys.version_info[0]}.{sys.version_info[1]}".encode())
    for library in LIBRARIES:
        sha.update(f"{library} {version(library)}".encode())
    for package in (*ROOMS, *sorted(extra)):
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise ValueError(f"'{package}' is not a package")
        root = Path(next(iter(spec.submodule_search_locations)))
        for file in sorted(root.rglob("*.py")):
            sha.update(f"{package}/{file.relative_to(root).as_posix()}".encode())
            sha.update(file.read_bytes())
    return sha.hexdigest()


@cache
def sources_here(packages: tuple[str, ...]) -> str:
    """``sources_hash`` of this process, as it was when first asked: what is edited later is not what is running."""
    return sources_hash(packages)


def other_sources(worker: str, caller: str) -> str:
    """In words what is wrong with a worker."""
    return (
        f"other sources of corridorsim, or other versions of Python, simpy or numpy ({worker[:8]}, the "
        f"caller {caller[:8]}): bring both to the same version and start both anew"
    )


class Store:
    """``folder/<fingerprint>/<sources>/s<seed>-r<replication>.json.gz``; values are what JSON can hold."""

    def __init__(self, folder: Path, sources: str, *, create: bool = True) -> None:
        """``create=False`` looks at what is there and makes nothing. Raises StoreError."""
        self.folder = folder
        self.sources = sources
        self._parts = folder / PARTS
        if not create:
            return
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as fault:
            raise StoreError(f"cannot write to the results folder {folder}: {fault.strerror or fault}") from fault
        self._sweep()

    def _sweep(self) -> None:
        """Remove what processes that were killed left half written; a file that is being written now is young."""
        for part in self._parts.glob("*.part"):
            with contextlib.suppress(OSError):  # another process sweeps too, or has just finished it
                if time.time() - part.stat().st_mtime > PART_AGE_S:
                    part.unlink()

    def path(self, fingerprint: str, seed: int, replication: int) -> Path:
        """The file of a run."""
        return self.folder / fingerprint[:32] / self.sources[:16] / f"s{seed}-r{replication}.json.gz"

    def get(self, fingerprint: str, seed: int, replication: int) -> Any | None:
        """What a run gave, or None where it is not there or cannot be read (it is then run again)."""
        try:
            # read to its end: only there a damaged file tells itself
            lines = gzip.decompress(self.path(fingerprint, seed, replication).read_bytes()).splitlines()
            head, value = map(json.loads, lines)
            # the key in full, against files that were moved or folders that share their first letters
            return value if head["key"] == self._key(fingerprint, seed, replication) else None
        except (OSError, EOFError, ValueError, TypeError, KeyError, zlib.error):
            return None

    def put(
        self,
        fingerprint: str,
        seed: int,
        replication: int,
        value: Any,
        *,
        scenario: str = "",
        cost: Cost | None = None,
    ) -> None:
        """Keep a run, whole or not at all. Raises StoreError where the folder cannot take it, ValueError or TypeError
        where the value is not what JSON can hold."""
        path = self.path(fingerprint, seed, replication)
        head = {
            "key": self._key(fingerprint, seed, replication),
            "scenario": scenario,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "cost": asdict(cost) if cost else None,
        }
        body = f"{json.dumps(head)}\n{json.dumps(value, allow_nan=False)}\n".encode()
        try:
            try:
                write_whole(path, gzip.compress(body, 5), self._parts)
            except FileNotFoundError:  # the folder was cleared at this moment
                write_whole(path, gzip.compress(body, 5), self._parts)
        except OSError as fault:
            raise StoreError(f"cannot keep a run in {path.parent}: {fault.strerror or fault}") from fault

    def _key(self, fingerprint: str, seed: int, replication: int) -> dict[str, Any]:
        return {"fingerprint": fingerprint, "sources": self.sources, "seed": seed, "replication": replication}

    def entries(self) -> Iterator[Entry]:
        """All kept runs of all versions, in order of their files. Files that are no kept runs are passed over."""
        for path in sorted(self.folder.glob("*/*/s*-r*.json.gz")):
            entry = self._entry(path)
            if entry is not None:
                yield entry

    def clear(self, chosen: Iterable[Entry]) -> tuple[int, int]:
        """Remove kept runs; gives how many are gone and their bytes. Raises StoreError."""
        runs = size = 0
        for entry in list(chosen):
            try:
                entry.path.unlink()
            except FileNotFoundError:  # someone else was first
                continue
            except OSError as fault:
                raise StoreError(f"cannot remove {entry.path}: {fault.strerror or fault}") from fault
            runs, size = runs + 1, size + entry.size
            with contextlib.suppress(OSError):  # not empty yet
                entry.path.parent.rmdir()
                entry.path.parent.parent.rmdir()
        return runs, size

    def pace(self, fingerprint: str | None = None) -> float | None:
        """Seconds on the wall that a simulated second took: the median of the newest runs of a scenario, by the present
        sources; where there are none, of any scenario by the present sources; else of all. None where nothing is kept.
        """
        patterns = [f"{fingerprint[:32]}/{self.sources[:16]}"] if fingerprint else []
        for pattern in (*patterns, f"*/{self.sources[:16]}", "*/*"):
            dated = []
            for path in self.folder.glob(f"{pattern}/s*-r*.json.gz"):
                with contextlib.suppress(OSError):
                    dated.append((path.stat().st_mtime, str(path)))
            entries = (self._entry(Path(path)) for _, path in sorted(dated, reverse=True)[:PACE_RUNS])
            costs = [entry.cost for entry in entries if entry and entry.cost and entry.cost.simulated_s]
            if costs:
                return statistics.median(cost.wall_s / cost.simulated_s for cost in costs)
        return None

    def _entry(self, path: Path) -> Entry | None:
        """A file's first line, or None where it is not there or no kept run of this format."""
        try:
            with gzip.open(path) as file:
                head = json.loads(file.readline())
            key, cost = head["key"], head["cost"]
            return Entry(
                path,
                **key,
                scenario=head["scenario"],
                written=datetime.fromisoformat(head["written"]),
                cost=Cost(**cost) if cost else None,
                size=path.stat().st_size,
                present=key["sources"] == self.sources,
            )
        except (OSError, EOFError, ValueError, TypeError, KeyError, zlib.error):
            return None


def write_whole(path: Path, body: bytes, parts: Path | None = None) -> None:
    """Write a file so that readers see the old one or the new one, never a part. Raises OSError, which names it.

    It is written first in ``parts``, a folder of the same file system; None takes the file's own.
    """
    try:
        _write_whole(path, body, parts or path.parent)
    except OSError as fault:
        if fault.errno is None:
            raise
        raise OSError(fault.errno, fault.strerror, str(path)) from fault


def _write_whole(path: Path, body: bytes, parts: Path) -> None:
    for folder in (path.parent, parts):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
    handle, temporary = tempfile.mkstemp(dir=parts, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
