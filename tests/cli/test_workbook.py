"""``report`` and ``show`` as workbook, network and figures, and ``new``: files in, files out, and what is said."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from .test_command import call

QUICK = ("--replications", "2", "--executor", "serial", "--quiet")


def test_a_report_may_be_a_workbook_and_a_network(tmp_path: Path, ferry_file: Path) -> None:
    words = ("report", str(ferry_file), "--xlsx", "tables/r.xlsx", "--geojson", "r.geojson")
    code, out, err = call(*words, *QUICK, cwd=tmp_path)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("tables/r.xlsx: ")
    assert not (tmp_path / "report.html").exists()  # nobody asked for it
    assert json.loads((tmp_path / "r.geojson").read_text())["scenario"] == "ferry"
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "tables/r.xlsx")["answer"].values for cell in row]
    again = next(cell for cell in cells if str(cell).startswith("corridorsim report"))
    before = (tmp_path / "tables/r.xlsx").read_bytes()
    assert call(*shlex.split(again)[1:], cwd=tmp_path)[0] == 0
    assert (tmp_path / "tables/r.xlsx").read_bytes() == before


def test_a_report_may_be_a_folder_of_figures(tmp_path: Path, ferry_file: Path) -> None:
    one, two = tmp_path / "ferry.yaml", tmp_path / "more.yaml"
    one.write_text(ferry_file.read_text(encoding="utf-8"), encoding="utf-8")
    two.write_text("schema: 1\ntitle: More\nextends: ferry.yaml\nset: {vessels.ferry.count: 2}\n", encoding="utf-8")
    code, out, err = call("report", "ferry.yaml", "more.yaml", "--figures", "drawn", *QUICK, cwd=tmp_path)
    assert (code, err) == (0, "")
    of_both, of_each = ({file.name for file in (tmp_path / "drawn" / name).glob("*.png")} for name in ("", "more"))
    assert "differences.png" in of_both
    assert {"throughput.png", "waterfall.png"} <= of_each
    assert (tmp_path / "drawn/ferry/throughput.csv").read_text().startswith("month,")
    several = len([*(tmp_path / "drawn").rglob("*.png")])
    assert out.startswith(f"drawn/: {several} figures")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "baseline", "western_track", "--geojson", "x.geojson"), "takes one result"),
        (("report", "baseline", "--xlsx", "."), "--xlsx names the file"),
        (("show", "baseline", "--xlsx", "x.xlsx", "--effective"), "choose one"),
        (("new", "mine", "--from", "baseline", "--from-xlsx", "x.xlsx"), "choose one"),
        (("new", "mine", "--from-xlsx", "x.xlsx"), "there is no such file"),
    ],
)
def test_what_does_not_go_together_is_code_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    code, out, err = call(*words, cwd=tmp_path)
    assert (code, out) == (2, "")
    assert said in err
    assert not list(tmp_path.iterdir())


def test_tables_go_to_a_workbook_and_back(tmp_path: Path, ferry_file: Path) -> None:
    code, out, err = call("show", str(ferry_file), "--xlsx", "t.xlsx", "--set", "vessels.ferry.count=2", cwd=tmp_path)
    assert (code, err) == (0, "")
    (back,) = re.findall(r"^back +(.*)$", out, re.MULTILINE)
    code, out, err = call(*shlex.split(back)[1:], cwd=tmp_path)
    assert (code, err) == (0, "")
    assert "check    corridorsim validate FOLDER/FOLDER.yaml" in out
    code, out, err = call("validate", "FOLDER/FOLDER.yaml", cwd=tmp_path)
    assert (code, err) == (0, "")
    code, out, _ = call("show", "FOLDER/FOLDER.yaml", "--effective", cwd=tmp_path)
    assert re.search(r"^vessels\.ferry\.count +2 .*FOLDER/tables/vessels\.csv:2$", out, re.MULTILINE)


def test_a_wrong_cell_is_code_2_and_makes_nothing(tmp_path: Path, ferry_file: Path) -> None:
    call("show", str(ferry_file), "--xlsx", "t.xlsx", cwd=tmp_path)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    book["vessels"]["B2"] = "feryr"
    book.save(tmp_path / "t.xlsx")
    code, out, err = call("new", "mine", "--from-xlsx", "t.xlsx", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("t.xlsx: sheet 'vessels' cell B2: ")
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]


def test_the_small_example_is_one_file_that_runs(tmp_path: Path) -> None:
    code, out, err = call("new", "mine", "--from", "examples/ferry", cwd=tmp_path)
    assert (code, err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [
        "corridorsim.toml", "ferry.yaml", "schema.json",
    ]  # fmt: skip
    (run,) = re.findall(r"^run +(.*)$", out, re.MULTILINE)
    code, page, err = call(*shlex.split(run)[1:], *QUICK, cwd=tmp_path)
    assert (code, err) == (0, "")
    assert "1 Mt offered is carried" in page
