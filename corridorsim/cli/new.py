"""``corridorsim new``: a folder with a scenario of one's own."""

from __future__ import annotations

import json
import shlex
import shutil
import tempfile
from pathlib import Path

from ..scenario import Issues, find, json_schema, read, shipped_names

#: shipped scenarios that rest on no other file
EXAMPLES = "examples/"


class CannotCopy(ValueError):
    """The folder cannot be made; str() says why."""


def copy_scenario(name: str, folder: Path) -> tuple[Path, int]:
    """Copy a shipped scenario into a new folder: an example alone, any other with the layers and tables beside it.

    Gives the scenario's file in the folder, and the number of files. Raises CannotCopy.
    """
    source = find(name)
    if source is None:
        raise CannotCopy(f"there is no shipped scenario '{name}'; there are: {', '.join(shipped_names())}")
    _must_be_new(folder)
    root = source
    while root.name != "scenarios":
        root = root.parent
    inside = source.relative_to(root)
    if inside.as_posix().startswith(EXAMPLES):
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / source.name
        text = source.read_text(encoding="utf-8").replace("$schema=../schema.json", "$schema=schema.json", 1)
        file.write_text(text, encoding="utf-8")
        shutil.copy(root / "schema.json", folder)
    else:
        shutil.copytree(root, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        file = folder / inside
    _mark(folder)
    return file, _count(folder)


def scenario_from_workbook(workbook: Path, folder: Path) -> tuple[Path, int]:
    """A new folder with the tables of a workbook and the scenario that they make, if it is a valid one.

    Gives the scenario's file in the folder, and the number of files. Raises CannotCopy, Issues with every cell that is
    wrong (nothing is made then), OSError.
    """
    from ..model import build
    from ..scenario.workbook import unpack

    _must_be_new(folder)
    name = folder.resolve().name
    unpacked = unpack(workbook, name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder.parent) as beside:
        draft = Path(beside) / name
        file = unpacked.write(draft)
        try:
            build(read(file))
        except Issues as issues:
            raise unpacked.relocated(issues.issues, draft) from None
        (draft / "schema.json").write_text(json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n", "utf-8")
        _mark(draft)
        folder.mkdir(exist_ok=True)  # an empty folder may be there
        draft.replace(folder)
    return folder / file.name, _count(folder)


def next_steps(folder: Path, file: Path, count: int) -> str:
    """What to do with it, in the order in which one would."""
    where = shlex.quote(str(file))
    lines = [
        f"{count} files in {folder}",
        f"edit     {file}",
        f"check    corridorsim validate {where}",
        f"run      corridorsim run {where}",
        f"vary     corridorsim sweep {where} --vary PATH=VALUE,VALUE   (paths: corridorsim show {where} --effective)",
        f"tables   corridorsim show {where} --xlsx tables.xlsx   (edit in Excel, then new FOLDER --from-xlsx)",
    ]
    if (folder / "middle_corridor").is_dir():
        lines.append(
            "smaller  corridorsim new FOLDER --from examples/ferry   (one file of sixty lines, a run of a second)"
        )
    return "\n".join(lines)


def _must_be_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotCopy(f"{folder} exists and is not an empty folder")


def _mark(folder: Path) -> None:
    """The root of the folder's files: they may name each other anywhere below it."""
    (folder / "corridorsim.toml").touch()


def _count(folder: Path) -> int:
    return sum(file.is_file() for file in folder.rglob("*"))
