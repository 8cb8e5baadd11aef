"""A package as if it were installed: its module, and the metadata that an installer would write from pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

EXAMPLE = Path(__file__).with_name("example")


def install(folder: Path, project: dict[str, object], modules: dict[str, str]) -> Path:
    """Put modules into a folder, with a dist-info of the project's name, version and entry points. Gives the folder."""
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    about = folder / f"{str(project['name']).replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (about / "METADATA").write_text(head, encoding="utf-8")
    groups = project["entry-points"]
    assert isinstance(groups, dict)
    lines = []
    for group, entries in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (about / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def install_example(folder: Path) -> Path:
    """The worked example, as its own pyproject.toml says."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return install(folder, project, {"corridor_rules": (EXAMPLE / "corridor_rules.py").read_text(encoding="utf-8")})


def broken(folder: Path, text: str, value: str = "broken_rules:Rule") -> Path:
    """A package with a dispatch policy ``rule`` whose module is as given."""
    project = {"name": "broken-rules", "version": "0.3", "entry-points": {"corridorsim.dispatch": {"rule": value}}}
    return install(folder, project, {"broken_rules": text})
