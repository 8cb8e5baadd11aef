"""Where a scenario's files may be: under its root, unless they were named on the command line.

The root is the nearest folder above a file with a ``corridorsim.toml``, else the file's own folder. Shipped scenarios
have the package's (in the repository: the project's) folder ``scenarios`` as their root.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

MARKER = "corridorsim.toml"
SUFFIXES = (".yaml", ".yml")


def root_of(file: Path) -> Path:
    """The root of a file: resolved folder."""
    folder = Path(os.path.abspath(file)).parent
    shipped = shipped_folder()
    if shipped is not None and folder.resolve().is_relative_to(shipped):
        return shipped
    for above in (folder, *folder.parents):
        if (above / MARKER).is_file():
            return above.resolve()
    return folder.resolve()


@functools.cache
def shipped_folder() -> Path | None:
    """The folder of the shipped scenarios, in the wheel or in the repository; None where there is none."""
    package = Path(__file__).parents[1]
    for folder in (package / "scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            return folder.resolve()
    return None


def find(name: str, *, beside: str | Path | None = None) -> Path | None:
    """The file of a shipped scenario by its name (``baseline``, ``demand/official10``), or None.

    ``beside``: a file whose own root is looked through first.
    """
    own = root_of(Path(beside)) if beside is not None and Path(beside).is_file() else None
    for root in (own, shipped_folder()):
        for suffix in ("", *SUFFIXES):
            file = root / f"{name}{suffix}" if root else None
            if file and file.suffix in SUFFIXES and file.is_file() and within(file, root or file):
                return file
    return None


def shipped_names() -> list[str]:
    """Names that ``find`` knows, in order."""
    shipped = shipped_folder()
    if shipped is None:
        return []
    files = [file for suffix in SUFFIXES for file in shipped.rglob(f"*{suffix}")]
    return sorted(file.relative_to(shipped).with_suffix("").as_posix() for file in files)


def within(file: Path, root: Path) -> bool:
    """Whether a file, symbolic links and ``..`` followed, lies under the root."""
    return file.resolve().is_relative_to(root)


def shown(file: Path) -> str:
    """A file's name for the reader: relative to the working folder where it lies in it."""
    text = os.path.abspath(file)
    here = os.getcwd()
    return os.path.relpath(text, here) if text.startswith(here + os.sep) else text


def shown_shipped(file: str) -> str:
    """A shown file of the shipped scenarios as ``shipped:ships_2027.yaml``, wherever it is installed; others as is."""
    folder = shipped_folder()
    prefix = f"{folder}{os.sep}"
    return f"shipped:{file.removeprefix(prefix)}" if folder is not None and file.startswith(prefix) else file
