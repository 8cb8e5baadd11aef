"""Fixtures that several rooms use."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.model import Blueprint, build
from corridorsim.scenario import read

from .reports import Reported, make_reported
from .small import write_scenario


@pytest.fixture(scope="session")
def ferry_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest scenario, as a file."""
    return write_scenario(tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="session")
def ferry(ferry_file: Path) -> Blueprint:
    """The smallest scenario, built: 2024, one flow ``ore``."""
    return build(read(ferry_file))


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """A report of two scenarios and three studies, with names that would do harm if they could."""
    return make_reported(tmp_path_factory.mktemp("reported"))
