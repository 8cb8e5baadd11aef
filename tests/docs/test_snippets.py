"""What the documentation shows can be used as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from corridorsim import plugins
from corridorsim.model import build
from corridorsim.report.baseline_file import read_baseline
from corridorsim.scenario import Issues, read
from corridorsim.scenario.schema import Scenario

from .pages import DOCS, NAMES, PAGES, Block, blocks, files, save_files

#: of a scenario that is wrong on purpose
WRONG = "wrong.yaml"
LANGUAGES = {"yaml", "python", "csv", "toml", "sh", "console", "text", "{toctree}", "{eval-rst}", "{include}"}
SECTIONS = {field.alias or name for name, field in Scenario.model_fields.items()} | {"extends", "set", "tables"}


@pytest.fixture
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page; the working folder holds its files."""
    page = DOCS / f"{request.param}.md"
    save_files(page, tmp_path)
    monkeypatch.chdir(tmp_path)
    return page


def pages_with(*languages: str) -> list[str]:
    return [name for name, page in zip(NAMES, PAGES, strict=True) if blocks(page, *languages)]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_block_has_a_language_that_is_tested(page: Path) -> None:
    for block in blocks(page):
        assert block.language in LANGUAGES, f"line {block.line}"


@pytest.mark.parametrize("at", pages_with("yaml"), indirect=True)
def test_yaml_is_valid(at: Path) -> None:
    whole = "line.yaml"
    for block in blocks(at, "yaml"):
        if block.complete:
            assert block.file is not None
            if block.file == WRONG:
                with pytest.raises(Issues):
                    read(WRONG)
            else:
                assert build(read(block.file)).flows, block.file
                whole = block.file
        elif set(found := YAML(typ="safe").load(block.text)) <= SECTIONS:
            Path("part.yaml").write_text(f"schema: 1\ntitle: part\nextends: [{whole}]\n{block.text}", encoding="utf-8")
            assert build(read("part.yaml")).flows, f"line {block.line}"
        elif found.get("check") == 1:
            Path("stored.yaml").write_text(block.text, encoding="utf-8")
            assert read_baseline(Path("stored.yaml")).figures
        else:
            assert _of_a_build_server(found), f"line {block.line}: no part of a scenario, nor known as something else"


def _of_a_build_server(found: dict[str, Any]) -> bool:
    return "jobs" in found or any("script" in job for job in found.values())


@pytest.fixture
def no_rule_stays() -> Iterator[None]:
    """What a page registers is forgotten after it."""
    yield
    for kind in plugins.KINDS:
        for plugin in plugins.offered(kind):
            if not plugin.own and not plugin.distribution:
                plugins.forget(kind, plugin.name)


@pytest.mark.parametrize("at", pages_with("python"), indirect=True)
@pytest.mark.usefixtures("no_rule_stays")
def test_python_runs(at: Path) -> None:
    for block in blocks(at, "python"):
        exec(compile(block.text, f"{at.name}, line {block.line}", "exec"), {"__name__": "__main__"})


def test_no_two_pages_mean_different_files_by_a_name() -> None:
    seen: dict[str, str] = {}
    for page in PAGES:
        for name, text in files(page).items():
            assert seen.setdefault(name, text) == text, name


def test_blocks_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Save `a.yaml`:\n\n```yaml\nschema: 1\n```\n\n```sh\nls\n```\n", encoding="utf-8")
    assert blocks(page) == [Block("yaml", "Save `a.yaml`:", "schema: 1\n", 3), Block("sh", "```", "ls\n", 7)]
    assert files(page) == {"a.yaml": "schema: 1\n"}
