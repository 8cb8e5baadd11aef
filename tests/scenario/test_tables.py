"""CSV tables: columns that fold into numbers, positions by column number, and every way a table can be wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from corridorsim.scenario import Dated, Loaded, Quantity, Spread, read

from .line import HEAD, LINE, faults_of, only, write

COLUMNS = "id,from_node,to_node,length_km_low,length_km,length_km_high,freight_speed_kmh,capacity_pairs_per_day,tracks"
ROW = "east-quay,east,quay,110,120,130,50,12,1"
YAML = LINE.replace(LINE[LINE.index("segments:") : LINE.index("sea_links:")], "tables: {segments: lines.csv}\n")


def table(folder: Path, text: str | bytes, yaml: str = YAML) -> Path:
    write(folder, "lines.csv", text)
    return write(folder, "x.yaml", yaml)


def loaded(folder: Path, text: str | bytes, yaml: str = YAML) -> Loaded:
    return read(table(folder, text, yaml))


def test_low_value_high_are_one_number_with_the_rows_evidence(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, f"{COLUMNS},source_ids,confidence\n{ROW},osm; est,B\n").scenario
    segment = scenario.segments["east-quay"]
    assert segment.length_km == Quantity(120.0, 110.0, 130.0, ("osm", "est"), "B")
    assert segment.tracks == Quantity(1.0, None, None, ("osm", "est"), "B")
    assert segment.source_ids == ("osm", "est")


def test_a_number_may_have_its_own_confidence_and_sources(tmp_path: Path) -> None:
    text = f"{COLUMNS},length_km_confidence,length_km_source_ids,source_ids,confidence\n{ROW},A,map,est,E\n"
    segment = loaded(tmp_path, text).scenario.segments["east-quay"]
    assert segment.length_km == Quantity(120.0, 110.0, 130.0, ("map",), "A")
    assert isinstance(segment.tracks, Quantity)
    assert segment.tracks.confidence == "E"


def test_places_are_line_and_column_number(tmp_path: Path) -> None:
    found = loaded(tmp_path, f"{COLUMNS}\n{ROW}\n")
    file = str(tmp_path / "lines.csv")
    assert found.origins["segments.east-quay"] == (file, 2, 1)
    assert found.origins["segments.east-quay.length_km"] == (file, 2, 5)
    assert found.origins["segments.east-quay.length_km.high"] == (file, 2, 6)
    assert found.origins["segments.east-quay.tracks"] == (file, 2, 9)


def test_lines_are_counted_through_cells_with_line_breaks(tmp_path: Path) -> None:
    text = f'{COLUMNS},note\n{ROW},"one\r\ntwo"\n\n{ROW.replace("east-quay", "second")},\n'
    assert loaded(tmp_path, text).origins["segments.second"].line == 5


@pytest.mark.parametrize("turn", [lambda t: b"\xef\xbb\xbf" + t.encode(), lambda t: t.replace("\n", "\r\n").encode()])
def test_byte_order_mark_and_crlf(tmp_path: Path, turn) -> None:  # type: ignore[no-untyped-def]
    found = loaded(tmp_path, turn(f"{COLUMNS}\n{ROW}\n"))
    assert found.origins["segments.east-quay.tracks"].line == 2


def test_empty_cells_and_rows_are_not_given(tmp_path: Path) -> None:
    text = f"{COLUMNS},max_gross_train_t\n{ROW},\n,,,,,,,,,\n"
    found = loaded(tmp_path, text)
    assert list(found.scenario.segments) == ["east-quay"]
    assert found.scenario.segments["east-quay"].max_gross_train_t is None


def test_units_in_cells_and_dated_columns(tmp_path: Path) -> None:
    text = f"{COLUMNS.replace('tracks', 'tracks.2024-01-01,tracks.2026-05-01')},confidence\n"
    row = ROW.replace("120", "120000 m").removesuffix("1") + "1,2,E\n"
    segment = loaded(tmp_path, text + row).scenario.segments["east-quay"]
    assert segment.length_km.value == 120
    assert isinstance(segment.tracks, Dated)
    assert segment.tracks.steps[1] == (dt.date(2026, 5, 1), Quantity(2.0, confidence="E"))


def test_a_distribution_in_columns(tmp_path: Path) -> None:
    yaml = LINE + (
        "dry_ports:\n"
        "  gate: {node_id: east, gauge_from_mm: 1435, gauge_to_mm: 1520, transload_hours_per_train: 60 min}\n"
        "tables: {dry_port_dwell: lines.csv}\n"
    )
    text = (
        "dry_port_id,direction,service_class,dwell_h.distribution,dwell_h.mean_h,dwell_h.p90_h,dwell_h_low,dwell_h,"
        "dwell_h_high,confidence\n"
        "gate,inbound,ordinary,lognormal,36,72,,,,E\ngate,inbound,express,,,,4,7,13,E\n"
    )
    dwell = loaded(tmp_path, text, yaml).scenario.dry_ports["gate"].dwell["inbound"]
    assert dwell["ordinary"].dwell_h == Spread("lognormal", (36.0, 72.0), (), "E")
    assert dwell["express"].dwell_h == Spread("triangular", (4.0, 7.0, 13.0), (), "E")


def test_a_row_may_be_a_leaf(tmp_path: Path) -> None:
    text = "scenario_id,flow_group,year,multiplier_low,multiplier,multiplier_high,source_ids,confidence,note\n"
    text += "plan,ore,2025,1.1,1.2,1.3,est,E,said so\nplan,ore,2026,,1.4,,,,\n"
    found = loaded(tmp_path, text, LINE + "tables: {growth: lines.csv}\n")
    growth = found.scenario.growth["plan"]["ore"]
    assert growth == {2025: Quantity(1.2, 1.1, 1.3, ("est",), "E", "said so"), 2026: Quantity(1.4)}
    assert found.origins["growth.plan.ore.2025"].column == 5


def test_two_tables_may_make_one_branch(tmp_path: Path) -> None:
    write(tmp_path, "units.csv", "contract_id,year,units\nc,2027,30\nc,2028,30\n")
    columns = "id,operator,class_id,corridor_share,status,informational\n"
    yaml = LINE + "tables: {locomotives: lines.csv, locomotive_deliveries: units.csv}\n"
    found = loaded(tmp_path, columns + "c,KTZ,,0.5,contracted,yes\n", yaml)
    assert {year: q.value for year, q in found.scenario.locomotives["c"].deliveries.items()} == {2027: 30, 2028: 30}


def test_a_list_of_files_for_one_section(tmp_path: Path) -> None:
    write(tmp_path, "more.csv", f"{COLUMNS}\n{ROW.replace('east-quay', 'second')}\n")
    found = loaded(tmp_path, f"{COLUMNS}\n{ROW}\n", YAML.replace("lines.csv", "[lines.csv, more.csv]"))
    assert list(found.scenario.segments) == ["east-quay", "second"]


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        (f"{COLUMNS}\n{ROW.replace('12,1', 'x,1')}\n", 2, 8, "column 'capacity_pairs_per_day' of segment", ""),
        (f"{COLUMNS}\n{ROW.replace('110', '150')}\n", 2, 4, "column 'length_km_low' of segment 'east-quay'", ""),
        (f"{COLUMNS}\n{ROW.replace('110', 'abc')}\n", 2, 4, "'abc' is not a number", ""),
        (f"{COLUMNS}\n{ROW.replace('120', chr(34) + '120,5' + chr(34))}\n", 2, 5, "'120,5' is not a number", "point"),
        (f"{COLUMNS}\n{ROW.replace('120', '=A1')}\n", 2, 5, "'=A1' is not a number", ""),
        (f"{COLUMNS}\n{ROW.replace('50,12', '50 kn,12 h')}\n", 2, 8, "'12 h' carries a unit", ""),
        (f"{COLUMNS}\n{ROW.replace(',120,', ',,')}\n", 2, 4, "but the middle value 'length_km' is empty", ""),
        (f"{COLUMNS}\n{ROW.replace('east-quay', '')}\n", 2, 1, "column 'id' is empty", ""),
        (f"{COLUMNS}\n{ROW.replace('east-quay', 'a.b')}\n", 2, 1, "'a.b' cannot be an id", ""),
        (f"{COLUMNS}\n{ROW}\n{ROW}\n", 3, 1, "duplicate row 'east-quay'", "it stands already in line 2"),
        (f"{COLUMNS}\n{ROW},extra\n", 2, 10, "the row has 10 cells, the header 9", ""),
        (f"{COLUMNS}\n{ROW.removesuffix(',1')}\n", 2, 8, "column 'tracks' is missing", ""),
        (f"{COLUMNS},trakcs\n{ROW},\n", 1, 10, "unknown column 'trakcs' in the table of segments", "'tracks'"),
        (f"{COLUMNS},tracks\n{ROW},1\n", 1, 10, "column 'tracks' stands twice (also column 9)", ""),
        (f"{COLUMNS},\n{ROW},\n", 1, 10, "column 10 has no name", ""),
        (COLUMNS.replace("id,", "segment,", 1) + f"\n{ROW}\n", 1, 1, "lacks the key column 'id'", ""),
        (f"{COLUMNS}\n{ROW}\n".replace(",", ";"), 1, 1, "semicolons separate the columns", "commas"),
        (f"{COLUMNS}\n{ROW}\n".replace(",", "\t"), 1, 1, "tabs separate the columns", "commas"),
        ("", 1, 1, "the table is empty", ""),
        (f'{COLUMNS}\n"{ROW}\n', 2, 1, "a quoted cell is not closed", ""),
        (f"{COLUMNS}\n{ROW}\0\n", 2, 40, "a NUL byte", ""),
        (f"{COLUMNS}\n{ROW}\n".encode("utf-16"), 1, 1, "UTF-16", ""),
        (f"{COLUMNS},note\n{ROW},Dost\xfdk\n".encode("latin-1"), 2, 45, "not UTF-8", ""),
        (f"{COLUMNS},confidence\n{ROW},X\n", 2, 10, "'X' is not one of A, B, C, D, E", ""),
    ],
)
def test_a_wrong_table(tmp_path: Path, text: str | bytes, line: int, column: int, message: str, hint: str) -> None:
    found = [issue for issue in faults_of(table(tmp_path, text)) if message in issue.message]
    assert len(found) == 1, faults_of(table(tmp_path, text))
    assert found[0].file == str(tmp_path / "lines.csv")
    assert (found[0].line, found[0].column) == (line, column)
    assert hint in found[0].hint


def test_a_missing_column_is_named_at_the_rows_key(tmp_path: Path) -> None:
    text = f"{COLUMNS.removesuffix(',tracks')}\n{ROW.removesuffix(',1')}\n"
    issue = only(faults_of(table(tmp_path, text)))
    assert issue.message == "segment 'east-quay' lacks 'tracks'"
    assert (Path(issue.file).name, issue.line, issue.column) == ("lines.csv", 2, 1)


def test_a_wrong_kind_of_berth_is_named_at_its_cell(tmp_path: Path) -> None:
    text = "port_id,berth_kind,berths\nport_quay,rail_fery,1\n"
    issue = only(faults_of(table(tmp_path, text, LINE + "tables: {ports: lines.csv}\n")))
    assert (issue.line, issue.column, issue.hint) == (2, 2, "did you mean 'rail_ferry'?")


def test_a_leaf_in_table_and_file_at_once_is_an_error(tmp_path: Path) -> None:
    text = YAML + "segments: {east-quay: {tracks: 2, length_km: 120}}\n"
    issues = faults_of(
        table(
            tmp_path,
            f"{COLUMNS.replace('length_km_low,', '').replace('length_km_high,', '')}\n"
            "east-quay,east,quay,120.0,50,12,1\n",
            text,
        )
    )
    issue = only(issues)
    assert "'segments.east-quay.tracks' is already set to another value at" in issue.message
    assert "set" in issue.hint


def test_unknown_tables_and_missing_files(tmp_path: Path) -> None:
    write(tmp_path, "lines.csv", f"{COLUMNS}\n{ROW}\n")
    found = faults_of(write(tmp_path, "x.yaml", LINE + "tables: {segmnts: lines.csv, sources: line.csv, nodes: 3}\n"))
    assert [issue.message for issue in found] == [
        "unknown table 'segmnts'",
        "there is no file 'line.csv'",
        "the name of a file is needed here",
    ]
    assert [issue.hint for issue in found[:2]] == ["did you mean 'segments'?", "did you mean 'lines.csv'?"]


def test_a_broken_table_does_not_make_its_ids_unknown_nor_hide_other_faults(tmp_path: Path) -> None:
    yaml = HEAD + LINE[len(HEAD) :].replace("cargo: wagon", "cargo: wagn")
    yaml = yaml.replace(yaml[yaml.index("nodes:") : yaml.index("segments:")], "tables: {nodes: lines.csv}\n")
    found = faults_of(table(tmp_path, "id;kind\neast;rail_station\n", yaml))
    assert [issue.message.partition(":")[0] for issue in found] == [
        "semicolons separate the columns",
        "'cargo' of flow 'west'",
    ]
