"""What the documentation shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corridorsim.cli.new import copy_scenario
from corridorsim.model import build
from corridorsim.scenario import read

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(yaml|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"`([\w-]+\.yaml)`")


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """(the line of prose before it, text) of every block of a language."""
    text = page.read_text(encoding="utf-8")
    return [
        (text[: found.start()].rstrip().rpartition("\n")[2], found[2])
        for found in BLOCK.finditer(text)
        if found[1] == language
    ]


def scenarios(page: Path) -> dict[str, str]:
    """File -> text of a page's complete scenarios, which begin with ``schema: 1``. The line before names the file."""
    complete = {}
    for before, text in blocks(page, "yaml"):
        if text.startswith("schema: 1\n"):
            named = NAME.findall(before)
            assert named, f"{page.name}: the line before a complete scenario names its file: {before!r}"
            complete[named[-1]] = text
    return complete


def write_scenarios(page: Path, folder: Path) -> list[Path]:
    """A page's scenarios side by side in a folder, and the shipped ones where the page copies them."""
    if "corridorsim new " in page.read_text(encoding="utf-8"):
        copy_scenario("baseline", folder)
    files = [folder / name for name in scenarios(page)]
    for file in files:
        file.write_text(scenarios(page)[file.name], encoding="utf-8")
    return files


def test_there_are_pages_with_snippets() -> None:
    assert any(scenarios(page) for page in PAGES)
    assert any(blocks(page, "python") for page in PAGES)


@pytest.mark.parametrize("page", [page for page in PAGES if scenarios(page)], ids=lambda page: page.stem)
def test_complete_scenarios_are_valid(page: Path, tmp_path: Path) -> None:
    for file in write_scenarios(page, tmp_path):
        assert build(read(file)).flows, file.name


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.stem)
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_scenarios(page, tmp_path)
    monkeypatch.chdir(tmp_path)
    for number, (_, text) in enumerate(blocks(page, "python"), 1):
        exec(compile(text, f"{page.name}, python block {number}", "exec"), {"__name__": "__main__"})
