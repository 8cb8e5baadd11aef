"""Where the runs that ``reduce`` made are kept: the same store for every command, so that one finds another's runs."""

from __future__ import annotations

from pathlib import Path
from typing import overload

from ..experiment import Store, sources_hash

FOLDER = ".runs"


@overload
def kept_runs(out: Path, *, create: bool = True) -> Store: ...
@overload
def kept_runs(out: None, *, create: bool = True) -> None: ...
@overload
def kept_runs(out: Path | None, *, create: bool = True) -> Store | None: ...
def kept_runs(out: Path | None, *, create: bool = True) -> Store | None:
    """The store under the folder of results, None where nothing is saved. Raises experiment.StoreError."""
    return None if out is None else Store(out / FOLDER, sources_hash([__package__]), create=create)
