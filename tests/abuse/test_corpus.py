"""Broken on purpose: each scenario of the corpus is told what is wrong with it, where, and all of it at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import corridorsim as cs
from corridorsim.cli.app import app
from corridorsim.scenario import Issues

from . import cases


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cases.copied(tmp_path_factory.mktemp("abuse"))


def test_what_is_not_broken_is_valid(corpus: Path) -> None:
    done = CliRunner().invoke(app, ["validate", str(corpus / "good.yaml")])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "valid · 2 flows, 2 segments, 4 vessels" in done.stdout


@pytest.mark.parametrize("name", cases.names())
def test_it_is_told_what_is_wrong(name: str, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus)
    done = CliRunner().invoke(app, ["validate", name])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.stderr.splitlines() == cases.expected()[name]
    assert done.exit_code == 2
    assert done.stdout == ""


@pytest.mark.parametrize("name", cases.names()[::12])
def test_python_is_told_the_same(name: str, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus)
    with pytest.raises(Issues) as told:
        cs.load(name)
    assert str(told.value).splitlines() == cases.expected()[name]


def test_every_fault_has_its_place() -> None:
    """A line and a column, of a file or of a cell; but for the file that was named and cannot be read at all."""
    without = {"bombs/five_megabytes.yaml"}
    for name, lines in cases.expected().items():
        for line in lines:
            assert re.match(r"[\w./-]+:[1-9]\d*:[1-9]\d*: ", line) or name in without, line


def test_the_corpus_is_what_the_list_says() -> None:
    assert sorted(cases.expected()) == cases.names()
    assert len(cases.names()) >= 60


def test_all_scenarios_of_a_call_are_told_at_once(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus)
    several = ["yaml/tab_indent.yaml", "tables/semicolons.yaml", "model/never_reachable.yaml", "good.yaml"]
    done = CliRunner().invoke(app, ["validate", *several])
    assert done.exit_code == 2
    for name in several[:3]:
        for line in cases.expected()[name]:
            assert line in done.stderr


def test_a_file_named_on_the_command_line_that_is_not_there_has_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "base.yaml").write_text("schema: 1\n")
    done = CliRunner().invoke(app, ["validate", "bese.yaml", "folder", "/dev/zero", "a\0b"])
    assert done.stderr.splitlines() == [
        "/dev/zero: there is no such file, and no shipped scenario of this name (the scenario)",
        "a?b: there is no such file, and no shipped scenario of this name (the scenario)",
        "bese.yaml: there is no such file, and no shipped scenario of this name (the scenario); "
        "did you mean 'base.yaml'?",
        "folder: this is a folder, not a scenario file",
    ]
    assert done.exit_code == 2


def test_more_faults_than_anyone_reads(tmp_path: Path) -> None:
    rows = "".join(f"n{number},statoin\n" for number in range(5_000))
    (tmp_path / "nodes.csv").write_text("id,kind\n" + rows)
    (tmp_path / "x.yaml").write_text("schema: 1\ntables: {nodes: nodes.csv}\n")
    with pytest.raises(Issues) as told:
        cs.load(tmp_path / "x.yaml")
    assert len(told.value.issues) <= 1_004
    assert f"{tmp_path}/nodes.csv: there are more than 1,000 faults; mend those that are told first" in str(told.value)


@pytest.mark.parametrize("text", ["\ufeff{}", "{}\r\n"], ids=["byte_order_mark", "windows_lines"])
def test_what_windows_writes_is_read(text: str, corpus: Path, tmp_path: Path) -> None:
    for file in corpus.glob("good*"):
        (tmp_path / file.name).write_bytes(file.read_bytes().replace(b"\n", text.format("\n").encode()[-2:])
                                           if "\r" in text else text.format(file.read_text()).encode())  # fmt: skip
    assert cs.load(tmp_path / "good.yaml").hash == cs.load(corpus / "good.yaml").hash
