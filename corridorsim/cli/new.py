"""``corridorsim new``: the shipped scenarios as files of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..scenario import find, shipped_names


class CannotCopy(ValueError):
    """The copy cannot be made; str() says why."""


def copy_scenario(name: str, folder: Path) -> tuple[Path, int]:
    """Copy a shipped scenario into a new folder, with the layers and tables beside it, so that all of it can be edited.

    Gives the scenario's file in the folder, and the number of files. Raises CannotCopy.
    """
    source = find(name)
    if source is None:
        raise CannotCopy(f"there is no shipped scenario '{name}'; there are: {', '.join(shipped_names())}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotCopy(f"{folder} exists and is not an empty folder")
    root = source
    while root.name != "scenarios":
        root = root.parent
    shutil.copytree(root, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (folder / "corridorsim.toml").touch()  # marks the root: files may name each other anywhere below it
    return folder / source.relative_to(root), sum(file.is_file() for file in folder.rglob("*"))
