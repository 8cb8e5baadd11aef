"""The reference of scenario fields is what the schema says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from corridorsim.scenario.schema import Scenario

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """docs/make_reference.py, which belongs to no package."""
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(reference: ModuleType) -> None:
    written = (DOCS / "reference-scenario.md").read_text(encoding="utf-8")
    assert written == reference.page(), "run: python docs/make_reference.py"


def test_every_section_and_comment_is_on_the_page(reference: ModuleType) -> None:
    page = reference.page()
    for name, field in Scenario.model_fields.items():
        assert f"`{field.alias or name}`" in page or f"\n## {name}\n" in page, name
    line = next(line for line in page.splitlines() if line.startswith("| `capacity_pairs_per_day` |"))
    assert line.split(" | ")[1:4] == ["dated", "pairs/day", "*required*"]
    assert "0 = not in service" in line
    leg = next(line for line in page.splitlines() if line.startswith("| `leg_id` |"))
    assert "kept for the reader" in leg
