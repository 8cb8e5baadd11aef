"""Workbooks of tables: what goes out comes back, and whatever is wrong in one is told by sheet and cell."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from corridorsim.cli.new import CannotCopy, scenario_from_workbook
from corridorsim.model import build, fingerprint
from corridorsim.report.scenario_workbook import write_scenario
from corridorsim.scenario import Issues, Loaded, effective, read

from .. import small

#: beside the small scenario: everything that is no plain cell of a table
MORE = """\
assumptions: {set_aside_h: {value: 10, low: 5, high: 20, source_ids: [est], confidence: E, note: "=1+1"}}
policies: {routing: {name: shortest}}
statuses: [done, planned]
wagons:
  flat: {kind: "=SUM(A1)", corridor_units: {2024-01-01: 100, 2024-06-01: {value: 120, low: 90, high: 150}}, tare_t: 22,
         source_ids: [est], confidence: E}
territories:
  line_diesel: {operator: line, traction: diesel}
locomotives:
  more: {operator: line, class_id: diesel, corridor_share: 50 %, status: planned,
         deliveries: {2024: {value: 2, low: 1, high: 3}}}
locomotive_classes:
  diesel: {traction: diesel, mass_t: 138, trailing_mass_limit_t: 3000, availability: 0.9, mtbf_km: 50000,
           repair_hours_mean: 48, service_h: 6}
events:
  strike: {start_date: 2024-03-01, end_date: 2024-03-10, target_kind: flow, target_id: ore, attribute: demand,
           factor: 0.5}
changes:
  faster: {project_id: works, date: 2024-09-01, target: segments.mine-east.freight_speed_kmh,
           value: {value: 60, low: 55, high: 70}, status: planned}
  wired: {project_id: works, date: 2024-10-01, target: segments.mine-east.traction, value: ac25kv, status: planned,
          informational: yes}
projects:
  works: {title: "Works, first part", include: "yes"}
sources: {est: {publisher: "an estimate"}}
"""
THIRD = 1 / 3 + 1e-17


@pytest.fixture
def full(tmp_path: Path) -> Path:
    file = tmp_path / "full.yaml"
    text = small.TEXT.replace("freight_speed_kmh: 50", f"freight_speed_kmh: {50 + THIRD!r}")
    text = text.replace("tracks: 1}", "tracks: 1, operator: line}")
    text = text.replace("sailing_h: 18", "sailing_h: {distribution: lognormal, mean_h: 18, p90_h: 24}")
    file.write_text(text + MORE, encoding="utf-8")
    return file


def exported(loaded: Loaded, folder: Path) -> Path:
    file = folder / "tables.xlsx"
    write_scenario(loaded, file, "0")
    return file


def known(loaded: Loaded) -> dict[str, Any]:
    """Value, range, unit, sources, confidence of every leaf."""
    return {leaf.path: leaf[1:7] for leaf in effective(loaded)}


def test_what_goes_out_comes_back(full: Path, tmp_path: Path) -> None:
    sets = ["vessels.ferry.count=2", "wagons.flat.tare_t=23"]
    out = read(full, sets=sets)
    file, count = scenario_from_workbook(exported(out, tmp_path), tmp_path / "mine")
    back = read(file)
    assert fingerprint(build(back)) == fingerprint(build(out))
    assert back.name == "mine"
    assert count == sum(path.is_file() for path in (tmp_path / "mine").rglob("*"))
    before, after = known(out), known(back)
    assert {path: after.get(path) for path in before} == before
    # a number that was set without a source has none afterwards, though its row has one
    assert after["wagons.flat.tare_t"] == (23.0, None, None, "t", (), None)
    assert after["wagons.flat.corridor_units.2024-06-01"] == (120.0, 90.0, 150.0, "", ("est",), "E")


def test_the_shipped_example_comes_back(tmp_path: Path) -> None:
    out = read("examples/ferry")
    file, _ = scenario_from_workbook(exported(out, tmp_path), tmp_path / "mine")
    assert fingerprint(build(read(file))) == fingerprint(build(out))
    assert list(known(read(file))) == list(known(out))


def test_the_workbook_is_one_to_work_with(full: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(read(full), tmp_path))
    assert book.sheetnames[0] == "about"
    assert book.sheetnames[-1] == "columns"
    for name in ("segments", "flows", "events"):
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
    events = table(book, "events")
    assert events[0]["start_date"].date() == dt.date(2024, 3, 1)
    assert events[0]["factor"] == 0.5
    wagons = book["wagons"]
    kind = next(cell for row in wagons for cell in row if cell.value == "=SUM(A1)")
    assert kind.data_type == "s"  # text, no formula
    words = {(row["table"], row["column"]): row for row in table(book, "columns")}
    assert words["segments", "length_km"]["unit"] == "km"
    assert words["segments", "length_km"]["needed"] is True
    assert words["segments", "leg_id"]["used by the model"] is False
    kinds = next(each for each in book["nodes"].data_validations.dataValidation if "rail_station" in each.formula1)
    assert "sea_port" in kinds.formula1


def test_the_same_scenario_gives_the_same_bytes(full: Path, tmp_path: Path) -> None:
    loaded = read(full)
    assert exported(loaded, tmp_path).read_bytes() == exported(loaded, tmp_path).read_bytes()


def table(book: Any, name: str) -> list[dict[str, Any]]:
    rows = list(book[name].values)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


# --- what is wrong ----------------------------------------------------------------------------------------------------

Change = Callable[[Any], None]


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], list[str]]:
    """Change the workbook of the small scenario; what is said of it."""
    monkeypatch.chdir(tmp_path)
    file = exported(read(small.write_scenario(tmp_path)), tmp_path)

    def told(change: Change) -> list[str]:
        book = openpyxl.load_workbook(file)
        change(book)
        book.save(file)
        with pytest.raises(Issues) as raised:
            scenario_from_workbook(Path("tables.xlsx"), tmp_path / "mine")
        assert not (tmp_path / "mine").exists()
        assert not list(tmp_path.glob(".mine*"))
        return str(raised.value).splitlines()

    return told


def put(sheet: str, cell: str, value: Any) -> Change:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("segments", "D2", "12,5"), "sheet 'segments' cell D2: column 'length_km' of segment 'mine-east': '12,5'"),
        (put("segments", "D2", -3), "sheet 'segments' cell D2: column 'length_km'"),
        (put("segments", "D2", "=1+1"), "sheet 'segments' cell D2: the formula has no value kept with it"),
        (put("segments", "D2", "#REF!"), "sheet 'segments' cell D2: the cell holds the error #REF!"),
        (put("segments", "D2", dt.time(7, 30)), "sheet 'segments' cell D2: the cell is formatted as a time of day"),
        (put("segments", "C2", "eest"), "sheet 'segments' cell C2: "),
        (put("segments", "Z2", "here"), "sheet 'segments' cell Z2: 'here' stands under no column"),
        (put("segments", "D1", "lenght_km"), "sheet 'segments' cell D1: unknown column 'lenght_km'"),
        (put("segments", "A1", "ident"), "sheet 'segments' cell A1: the table of segments lacks the key column 'id'"),
        (put("values", "A2", "horizon.begin"), "sheet 'values' cell A2: unknown path 'horizon.begin'"),
        (put("values", "A2", "horizon"), "sheet 'values' cell A2: 'horizon' is a branch, not a leaf"),
        (put("values", "B2", "soon"), "sheet 'values' cell B2: 'soon' is not a day of the calendar"),
        (put("values", "A3", "horizon.end"), "sheet 'values' cell A"),
        (put("values", "I1", "why"), "sheet 'values' cell I1: unknown column 'why'"),
        (put("targets", "F2", "all of it"), "sheet 'targets' cell F2: 'probability' of target 1"),
        (put("flows", "D2", "port_wst"), "sheet 'flows' cell D2: "),
        (lambda book: book.create_sheet("segmnts"), "sheet 'segmnts' cell A1: unknown sheet 'segmnts'; did you mean"),
        (lambda book: book["flows"].merge_cells("A3:B5"), "sheet 'flows' cell A3: the cells A3:B5 are merged"),
        (lambda book: setattr(book["flows"], "sheet_state", "hidden"), "sheet 'flows' cell A1: the sheet is hidden"),
        (lambda book: book["flows"].insert_rows(1), "sheet 'flows' cell A1: the first row is empty"),
    ],
)
def test_a_fault_is_told_by_sheet_and_cell(changed: Callable[[Change], list[str]], change: Change, said: str) -> None:
    lines = changed(change)
    assert any(line.startswith(f"tables.xlsx: {said}") for line in lines), lines


def test_all_faults_are_told_at_once(changed: Callable[[Change], list[str]]) -> None:
    def change(book: Any) -> None:
        book["segments"]["D2"] = "far"
        book["flows"]["E2"] = "lorry"
        book["values"]["C5"] = "then"

    assert {line.split(":")[1].split("'")[1] for line in changed(change)} >= {"segments", "flows"}


def test_two_rows_of_one_name_are_told_by_cell(changed: Callable[[Change], list[str]]) -> None:
    def change(book: Any) -> None:
        for column in range(1, 5):
            book["nodes"].cell(7, column, book["nodes"].cell(2, column).value)

    assert any(
        "sheet 'nodes' cell A7: duplicate row 'mine'; it stands already in line 2" in line for line in changed(change)
    )


def test_a_value_that_contradicts_a_table_names_both_cells(changed: Callable[[Change], list[str]]) -> None:
    def change(book: Any) -> None:
        book["values"].append(["segments.mine-east.length_km", None, 7])

    (line,) = changed(change)
    assert "sheet 'values' cell" in line
    assert "sheet 'segments' cell D2" in line


# --- what Excel makes of it -------------------------------------------------------------------------------------------


def test_empty_rows_dates_text_and_percent_are_as_meant(tmp_path: Path) -> None:
    file = exported(read(small.write_scenario(tmp_path)), tmp_path)
    book = openpyxl.load_workbook(file)
    sheet = book["segments"]
    assert [cell.value for cell in sheet[1]][:5] == ["id", "from_node", "to_node", "length_km", "freight_speed_kmh"]
    sheet["D2"] = " 100 "  # a number as text
    sheet["E2"] = 50.0
    sheet.cell(900, 40).number_format = "0.00"  # formatted, but empty
    vessels = book["vessels"]
    place = next(cell for cell in vessels[1] if cell.value == "load_factor")
    vessels.cell(2, place.column, 1).number_format = "0%"
    book.save(file)
    made, _ = scenario_from_workbook(file, tmp_path / "mine")
    assert fingerprint(build(read(made))) == fingerprint(build(read(tmp_path / "ferry.yaml")))


def test_formulas_count_by_the_value_that_was_kept(tmp_path: Path) -> None:
    import xlsxwriter

    file = exported(read(small.write_scenario(tmp_path)), tmp_path)
    old = openpyxl.load_workbook(file)
    new = xlsxwriter.Workbook(tmp_path / "formulas.xlsx")
    day = new.add_format({"num_format": "dd/mm/yyyy"})
    for sheet in old:
        if sheet.title in ("about", "columns"):
            continue
        made = new.add_worksheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, dt.datetime):
                    made.write_datetime(cell.row - 1, cell.column - 1, cell.value, day)
                elif cell.value == 100:
                    made.write_formula(cell.row - 1, cell.column - 1, "=50+50", None, 100)
                elif cell.value is not None:
                    made.write(cell.row - 1, cell.column - 1, cell.value)
    new.close()
    back, _ = scenario_from_workbook(tmp_path / "formulas.xlsx", tmp_path / "mine")
    assert read(back).scenario.segments["mine-east"].length_km.value == 100


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0 old", "this is no .xlsx workbook"),
        ("text.xlsx", b"id,name\n", "this is no .xlsx workbook"),
        ("none.xlsx", None, "there is no such file"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Issues, match=said):
        scenario_from_workbook(tmp_path / name, tmp_path / "mine")


def rezipped(file: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **(more or {})}.items():
            new.writestr(name, change(name, content))
    return file


@pytest.mark.parametrize(
    ("change", "more", "said"),
    [
        (lambda name, text: text, {"xl/media/big.xml": b" " * 50_000_000}, "larger than 40 MB"),
        (lambda name, text: text, {"xl/vbaProject.bin": b"x"}, "has macros, which are not taken"),
        (
            lambda name, text: text.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1),
            {},
            "defines entities of its own",
        ),
        (lambda name, text: text.replace(b'r="A2"', b'r="XFD2"', 1), {}, "reaches to cell XFD2"),
        (lambda name, text: text[:200] if "sheet3" in name else text, {}, "cannot be read|is no .xlsx workbook"),
        (lambda name, text: text.replace(b"<v>100</v>", b"<v>abc</v>", 1), {}, "cannot be read"),
    ],
)
def test_a_hostile_workbook_is_refused(
    tmp_path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes], said: str
) -> None:
    file = rezipped(exported(read(small.write_scenario(tmp_path)), tmp_path), change, more)
    with pytest.raises(Issues, match=said):
        scenario_from_workbook(file, tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    file = exported(read(small.write_scenario(tmp_path)), tmp_path)
    with pytest.raises(CannotCopy):
        scenario_from_workbook(file, tmp_path)
