"""Finished runs, kept on disk: one file a run, so that what was run is not run again.

The key holds the scenario (fingerprint of its Blueprint), the seed, the replication, and a hash of all source code that
the figures depend on: another version never finds the runs of this one. A file appears whole or not at all.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: rooms whose code makes the figures, and libraries whose version may change them
ROOMS = ("corridorsim.model", "corridorsim.ledger", "corridorsim.engine")
LIBRARIES = ("simpy", "numpy")


class StoreError(OSError):
    """The store's folder cannot be used; str() says why."""


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


class Store:
    """``folder/<fingerprint>/<sources>/s<seed>-r<replication>.json.gz``; values are what JSON can hold."""

    def __init__(self, folder: Path, sources: str) -> None:
        self.folder = folder
        self.sources = sources
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as fault:
            raise StoreError(f"cannot write to the results folder {folder}: {fault.strerror or fault}") from fault

    def path(self, fingerprint: str, seed: int, replication: int) -> Path:
        """The file of a run."""
        return self.folder / fingerprint[:32] / self.sources[:16] / f"s{seed}-r{replication}.json.gz"

    def get(self, fingerprint: str, seed: int, replication: int) -> Any | None:
        """What a run gave, or None where it is not there or cannot be read (it is then run again)."""
        try:
            with gzip.open(self.path(fingerprint, seed, replication), "rt", encoding="utf-8") as file:
                kept = json.load(file)
        except (OSError, EOFError, ValueError):
            return None
        # the key in full, against files that were moved or folders that share their first letters
        whole = {"fingerprint": fingerprint, "sources": self.sources, "seed": seed, "replication": replication}
        return kept.get("value") if isinstance(kept, dict) and kept.get("key") == whole else None

    def put(self, fingerprint: str, seed: int, replication: int, value: Any) -> None:
        """Keep a run, whole or not at all. Raises StoreError where the folder cannot take it."""
        path = self.path(fingerprint, seed, replication)
        key = {"fingerprint": fingerprint, "sources": self.sources, "seed": seed, "replication": replication}
        body = gzip.compress(json.dumps({"key": key, "value": value}, allow_nan=False).encode(), 5, mtime=0)
        try:
            write_whole(path, body)
        except OSError as fault:
            raise StoreError(f"cannot keep a run in {path.parent}: {fault.strerror or fault}") from fault


def write_whole(path: Path, body: bytes) -> None:
    """Write a file so that readers see the old one or the new one, never a part. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
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
