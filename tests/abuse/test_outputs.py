"""Names that would do harm, from a scenario into what people open: CSV, workbook, page; and where files are written."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import corridorsim as cs
from corridorsim.analysis.cells import as_written, harmless
from corridorsim.cli.app import app

from ..small import TEXT

#: a flow, a node and a title
FORMULA, SCRIPT, TITLE = "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "+1+1"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cs.Result:
    folder = tmp_path_factory.mktemp("hostile")
    text = TEXT.replace("  ore: {", f'  "{FORMULA}": {{').replace("mine", f'"{SCRIPT}"')
    text = text.replace('"<script>alert(1)</script>"-east', "=line").replace("title: A", f"title: '{TITLE}' #")
    file = folder / "hostile.yaml"
    file.write_text(text, encoding="utf-8")
    return cs.run(file, replications=2, out=folder / "out", executor="serial")


def test_no_cell_of_a_table_is_a_formula(result: cs.Result) -> None:
    assert result.folder is not None
    found = set()
    for file in sorted(result.folder.rglob("*.csv")):
        with file.open(newline="", encoding="utf-8") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    assert harmless(cell) == cell, (file.name, cell)
                    found.add(cell)
    assert {f"'{FORMULA}", "'=line", f"'{TITLE}"} & found >= {f"'{FORMULA}"}
    assert SCRIPT in found


def test_what_is_read_back_is_what_was_written(result: cs.Result) -> None:
    assert result.folder is not None
    again = cs.open_result(result.folder)
    assert FORMULA in set(again.flows["flow"])
    assert [str(row[0]) for row in again.inputs] == [str(row[0]) for row in result.inputs]
    assert [str(row[1]) for row in again.inputs] == [str(row[1]) for row in result.inputs]


@pytest.mark.parametrize("text", ["=1", "+x", "-x", "@x", "\tx", "\r", "=cmd|' /C calc'!A0"])
def test_a_formula_becomes_text_and_back(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert as_written(harmless(text)) == text


@pytest.mark.parametrize("value", ["", "x", "-1", "+1.5e3", "a-b", "'x", "'=", -1, 2.5, None, True])
def test_everything_else_stays(value: object) -> None:
    assert harmless(value) == value


def test_a_workbook_has_no_formula_and_a_page_no_script(result: cs.Result, tmp_path: Path) -> None:
    book, page = tmp_path / "report.xlsx", tmp_path / "report.html"
    done = CliRunner().invoke(app, ["report", str(result.folder), "--xlsx", str(book), "--out", str(page)])
    assert done.exit_code == 0, done.output
    cells = [
        cell for sheet in openpyxl.load_workbook(book) if hasattr(sheet, "iter_rows")
        for row in sheet.iter_rows() for cell in row
    ]  # fmt: skip
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert any(FORMULA in str(text) for text in texts)
    assert [cell.value for cell in cells if cell.data_type == "f" and FORMULA in str(cell.value)] == []
    assert SCRIPT not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["..", "../../owned", "/tmp/owned", "a/b", "con.", ".hidden", "x" * 300, "é\u202e"])
def test_results_stay_under_out(name: str, tmp_path: Path) -> None:
    """Whatever a scenario is called, its files lie in one folder below the one that was named."""
    file = tmp_path / "scenarios" / "x.yaml"
    file.parent.mkdir()
    file.write_text(TEXT, encoding="utf-8")
    before = set(tmp_path.parent.rglob("*"))
    made = cs.run(cs.load(file, name=name), replications=1, out=tmp_path / "out", executor="serial")
    assert made.folder is not None
    assert made.folder.resolve().parent == (tmp_path / "out").resolve()
    new = {path for path in set(tmp_path.parent.rglob("*")) - before if path.is_file()}
    assert new
    assert all(path.resolve().is_relative_to((tmp_path / "out").resolve()) for path in new)
