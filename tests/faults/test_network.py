"""No part of the program speaks to a network: sockets are guarded while everything that people do is done."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..small import write_scenario
from .commands import ROOT

#: run as a program, so that nothing that is imported before hides
GUARDED = """
import socket, sys
def refuse(*given, **named):
    raise AssertionError(f"a socket was asked for: {given[:2]}")
class Refused(socket.socket):
    def __init__(self, family=socket.AF_INET, *given, **named):
        if family != socket.AF_UNIX:  # what workers are started by
            refuse(family)
        super().__init__(family, *given, **named)
    def connect(self, address):
        if self.family != socket.AF_UNIX:
            refuse(address)
        super().connect(address)
socket.socket = Refused
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refuse
from corridorsim.cli.app import app
for words in WORDS:
    try:
        app(words, prog_name="corridorsim", standalone_mode=False)
    except SystemExit as end:
        assert not end.code, (words, end.code)
"""


def test_no_command_asks_for_a_socket(tmp_path: Path) -> None:
    file = str(write_scenario(tmp_path))
    words = [
        ["validate", file],
        ["run", file, "--replications", "2", "--executor", "serial", "--out", "out"],
        ["run", file, "--replications", "3", "--executor", "processes:1", "--out", "out"],
        ["report", file, "--replications", "2", "--executor", "serial", "--results", "out", "--out", "report.html"],
        ["show", file, "--xlsx", "tables.xlsx"],
        ["schema"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", f"WORDS = {words!r}\n{GUARDED}"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "report.html").exists()
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script src=" not in page


def test_the_guard_would_notice() -> None:
    asking = "WORDS = []\n" + GUARDED + "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')\n"
    done = subprocess.run([sys.executable, "-c", asking], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "a socket was asked for" in done.stderr


def test_the_sources_import_nothing_that_speaks_to_a_network() -> None:
    """Dask's cluster is the one door out, and only by ``--executor dask``."""
    found: dict[str, Any] = {}
    for file in sorted((ROOT / "corridorsim").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for module in ("urllib.request", "http.client", "requests", "httpx", "socket", "ftplib", "smtplib"):
            if f"import {module}" in text or f"from {module}" in text:
                found.setdefault(file.relative_to(ROOT).as_posix(), []).append(module)
    assert found == {}
    assert socket  # the name that is looked for stands in this file too


@pytest.mark.parametrize("name", ["LICENSE", "CITATION.cff", "CHANGELOG.md", "corridorsim/py.typed"])
def test_what_belongs_to_a_package_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_dependency_has_its_hashes(lock: str) -> None:
    pinned = [
        block for block in (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines() if "==" in block
    ]
    assert len(pinned) > 20
    assert [block for block in pinned if "--hash=sha256:" not in block and not block.lstrip().startswith("#")] == []
