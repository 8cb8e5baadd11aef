"""Results as a workbook and as a network: what a planner opens in Excel and a GIS."""

from __future__ import annotations

import datetime as dt
import json
import textwrap
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import corridorsim as cs
from corridorsim.analysis import TABLES
from corridorsim.report.network import geojson_text
from corridorsim.report.workbook import SHEETS, titled, write_workbook
from corridorsim.report.xlsx import CannotWrite

from .. import small

#: a name that would be a formula if it could, and a place on the map
TEXT = small.TEXT.replace("title: A mine and a ferry", 'title: "=1+1, a mine and a ferry"').replace(
    "mine: {kind: rail_station}", "mine: {kind: rail_station, name: '=Mine', lat: 43.9, lon: 54.0}"
).replace("east: {kind: rail_station}", "east: {kind: rail_station, lat: 43.6, lon: 51.3}", 1)  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[cs.Result]:
    folder = tmp_path_factory.mktemp("results")
    file = folder / "ferry.yaml"
    file.write_text(TEXT, encoding="utf-8")
    loaded = [cs.load(file), cs.load(file, sets=["vessels.ferry.count=2"])]
    return cs.run_all(loaded, replications=2, out=folder / "out", executor="serial")


@pytest.fixture(scope="module")
def book(results: list[cs.Result], tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("book") / "results.xlsx"
    write_workbook(results, file, "corridorsim report ...")
    return openpyxl.load_workbook(file)


def rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    header, *body = book[sheet].values
    return [dict(zip(header, row, strict=True)) for row in body]


def test_the_answer_comes_first(book: Any, results: list[cs.Result]) -> None:
    assert book.sheetnames[:3] == ["answer", "charts", "throughput"]
    cells = [cell for row in book["answer"].values for cell in row if cell is not None]
    first = results[0].summary
    assert {"ferry", "most is carried", "met", f"corridorsim {first.version}", "corridorsim report ..."} <= set(cells)
    assert results[0].command in cells
    assert first.targets[0].value.mean in cells
    title = book["answer"]["A2"]
    assert (title.value, title.data_type) == ("=1+1, a mine and a ferry", "s")


def test_a_scenario_without_targets_is_said_to_have_none(results: list[cs.Result], tmp_path: Path) -> None:
    without = cs.Result(results[0].summary.model_copy(update={"targets": [], "unjudged": []}), results[0].sets,
                        command="", inputs=results[0].inputs)  # fmt: skip
    answer = openpyxl.load_workbook(write_workbook([without], tmp_path / "none.xlsx"))["answer"]
    cells = [cell for row in answer.values for cell in row if cell is not None]
    assert "none of these scenarios has a target" in cells
    assert "found (mean)" not in cells


def test_every_table_has_a_sheet_that_filters_with_units_over_its_numbers(book: Any) -> None:
    assert set(SHEETS) == set(TABLES)
    for name in SHEETS.values():
        sheet = book[name]
        assert sheet.freeze_panes == "A2", name
        assert sheet.auto_filter.ref.startswith("A1:"), name
    header = [cell.value for cell in book["years"][1]]
    assert {"scenario", "year", "delivered (Mt)", "delivered, lower bound (Mt)", "delivered (TEU)"} <= set(header)


def test_every_column_of_every_table_has_a_title(results: list[cs.Result]) -> None:
    for name in TABLES:
        for column in results[0].table(name).columns:
            assert titled(str(column), name)[0], column


def test_figures_are_means_over_the_replications(book: Any, results: list[cs.Result]) -> None:
    (year,) = (row for row in rows(book, "years") if row["scenario"] == "ferry" and row["perimeter"] == "A")
    estimate = results[0].summary.years[2024].delivered_mt["A"]
    assert year["delivered (Mt)"] == pytest.approx(estimate.mean)
    assert year["delivered, lower bound (Mt)"] == pytest.approx(estimate.low)
    waited = sum(row["cargo waited (tonne-days)"] for row in rows(book, "waiting") if row["scenario"] == "ferry")
    assert waited == pytest.approx(results[0].waiting.tonne_days.sum() / 2)
    each = [row for row in rows(book, "replications") if row["scenario"] == "ferry" and row["perimeter"] == "A"]
    assert [row["delivered (Mt)"] for row in each] == pytest.approx(
        list(results[0].years[results[0].years.perimeter == "A"].delivered_mt)
    )


def test_headers_are_seen_whole_and_head_each_printed_page(book: Any) -> None:
    for name in ("years", "throughput"):
        sheet = book[name]
        groups = sheet.column_dimensions.values()
        widths = {at: group.width for group in groups for at in range(group.min, group.max + 1)}
        for cell in sheet[1]:
            lines = textwrap.wrap(cell.value, widths[cell.column])
            assert sheet.row_dimensions[1].height >= 15 * len(lines), cell.value
        assert sheet.print_title_rows == "$1:$1"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_bounds_of_an_amount_are_not_below_nothing(book: Any) -> None:
    bounds = [value for row in rows(book, "months") for name, value in row.items() if "lower bound" in name]
    assert len(bounds) > 12
    assert min(bounds) == 0


def test_months_are_days_of_the_calendar_and_drawn_as_a_chart(book: Any) -> None:
    months = [row["month"].date() for row in rows(book, "throughput")]
    assert months == [dt.date(2024, month, 1) for month in range(1, 13)]
    (chart,) = book["charts"]._charts
    assert len(chart.series) == 3  # two scenarios, and what is offered
    assert chart.series[0].val.numRef.f == "throughput!$B$2:$B$13"
    assert rows(book, "cargo in system")[0]["day"].date() == dt.date(2024, 1, 1)


def test_inputs_that_differ_are_told(book: Any) -> None:
    (change,) = rows(book, "inputs that differ")
    assert (change["input"], change["ferry"], change["in the scenario"]) == ("vessels.ferry.count", 1, 2)
    inputs = {row["input"]: row for row in rows(book, "inputs")}
    assert inputs["segments.mine-east.length_km"]["value"] == 100
    assert inputs["segments.mine-east.length_km"]["unit"] == "km"


def test_the_same_results_give_the_same_bytes_also_from_their_folder(results: list[cs.Result], tmp_path: Path) -> None:
    write_workbook(results[:1], tmp_path / "a.xlsx")
    folder = results[0].folder
    assert folder is not None
    write_workbook([cs.open_result(folder)], tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_does_not_fit_is_refused(results: list[cs.Result], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a result"):
        write_workbook([], tmp_path / "none.xlsx")
    long = cs.Result(results[0].summary.model_copy(update={"title": "x" * 40_000}), results[0].sets,
                     command="", inputs=results[0].inputs)  # fmt: skip
    with pytest.raises(CannotWrite, match="does not fit into a cell"):
        write_workbook([long], tmp_path / "long.xlsx")
    assert not list(tmp_path.iterdir())


# --- GeoJSON ----------------------------------------------------------------------------------------------------------


def test_the_network_is_geojson_with_its_figures(results: list[cs.Result]) -> None:
    found = json.loads(geojson_text(results[0], "A"), parse_constant=lambda word: pytest.fail(word))
    assert found["type"] == "FeatureCollection"
    assert (found["scenario"], found["year"], found["perimeter"]) == ("ferry", 2024, "A")
    assert found == json.loads(json.dumps(results[0].geojson("A")))
    nodes = {item["properties"]["node_id"]: item for item in found["features"] if "node_id" in item["properties"]}
    links = {item["properties"]["link_id"]: item for item in found["features"] if "link_id" in item["properties"]}
    assert nodes["mine"]["geometry"] == {"type": "Point", "coordinates": [54.0, 43.9]}
    assert nodes["port_west"]["geometry"] is None  # nobody said where it is
    line = links["mine-east"]
    assert line["geometry"]["type"] == "LineString"
    assert line["geometry"]["coordinates"][0] == [54.0, 43.9]
    figures = line["properties"]
    assert (figures["from_node_id"], figures["to_node_id"], figures["length"]) == ("mine", "east", 100)
    traffic = results[0].traffic
    assert figures["carried_mt"] == pytest.approx(traffic.net_t.sum() / 2e6)
    used = results[0].utilisation
    share = used[used.resource == "segment:mine-east"]
    assert figures["utilisation"] == pytest.approx(share.busy.sum() / share.available.sum())
    crossing = links["crossing"]["properties"]
    voyages = results[0].trains
    assert crossing["trains"] == voyages[voyages.kind == "voyage"].trains.sum() / 2
    assert crossing["carried_mt"] > 0
    waiting = results[0].waiting
    there = waiting[waiting.place.str.startswith("port_east")].tonne_days.sum() / 2
    assert nodes["port_east"]["properties"]["waiting_tonne_days"] == pytest.approx(there)
    assert set(found["units"]) <= {key for item in links.values() for key in item["properties"]}


def test_what_a_result_does_not_hold_is_no_network(results: list[cs.Result]) -> None:
    with pytest.raises(ValueError, match="no perimeter 'D'"):
        results[0].geojson("D")
    with pytest.raises(ValueError, match="no results of 1999"):
        results[0].geojson(year=1999)
