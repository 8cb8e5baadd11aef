"""Pages that are made from the code are what the code says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main

import corridorsim
from corridorsim.cli.app import COMMANDS, app
from corridorsim.report.not_modelled import BIASES, not_modelled
from corridorsim.scenario.schema import Scenario

from .pages import DOCS

MAKERS = sorted(DOCS.glob("make_*.py"))


def maker(path: Path) -> ModuleType:
    """A script of docs/, which belongs to no package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", MAKERS, ids=lambda path: path.stem)
def test_the_page_is_up_to_date(path: Path) -> None:
    made = maker(path)
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), f"run: python docs/{path.name}"


def test_every_section_and_comment_is_on_the_page() -> None:
    page = maker(DOCS / "make_reference.py").page()
    for name, field in Scenario.model_fields.items():
        assert f"`{field.alias or name}`" in page or f"\n## {name}\n" in page, name
    line = next(line for line in page.splitlines() if line.startswith("| `capacity_pairs_per_day` |"))
    assert line.split(" | ")[1:4] == ["dated", "pairs/day", "*required*"]
    assert "0 = not in service" in line
    leg = next(line for line in page.splitlines() if line.startswith("| `leg_id` |"))
    assert "kept for the reader" in leg


def test_every_command_has_its_arguments_and_options_on_the_page() -> None:
    page = (DOCS / "reference-cli.md").read_text(encoding="utf-8")
    chapters = dict(re.findall(r"^## corridorsim ([\w ]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    found = dict(calls(typer.main.get_command(app)))
    assert set(chapters) == set(found)
    for name, options in found.items():
        assert options == set(re.findall(r"`(--[\w-]+)", chapters[name].partition("```\n")[2])), name


def test_the_list_of_commands_says_what_their_own_help_says() -> None:
    group: Any = typer.main.get_command(app)
    for name, (_, words) in COMMANDS.items():
        assert " ".join(group.commands[name].help.split("\n\n")[0].split()) == words, name


def calls(group: Any, before: str = "") -> list[tuple[str, set[str]]]:
    """(name, its options) of every command, as the parser has them."""
    found = []
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found += calls(command, f"{before}{name} ")
        else:
            options = [word for param in command.params for word in (*param.opts, *param.secondary_opts)]
            found.append((before + name, {word for word in options if word.startswith("--")} - {"--help"}))
    return found


def test_every_public_name_is_on_the_page_of_python() -> None:
    page = (DOCS / "reference-python.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^\.\. auto\w+:: corridorsim\.(\w+)", page, re.MULTILINE))  # of a module: something in it
    assert {name for name in corridorsim.__all__ if not name.startswith("__")} <= shown


def test_what_is_not_modelled_has_a_direction_each() -> None:
    assert len({limit.words for limit in not_modelled()}) == len(not_modelled()) > 20
    assert {limit.bias for limit in not_modelled()} <= set(BIASES)
