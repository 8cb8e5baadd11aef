"""``result.plot`` from the outside: a mine, a line and a ferry, run twice; figures hold what the tables hold."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import corridorsim as cs
from corridorsim.report.plots import NothingToDraw, Plots, scenarios_of

from ..small import TEXT

PLACES = {"mine": (50.0, 40.0), "east": (52.0, 40.5), "port_east": (52.1, 40.5), "port_west": (54.0, 40.0)}
LINE = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"id": "mine-east"},
         "geometry": {"type": "LineString", "coordinates": [[50, 40], [51, 41.5], [52, 40.5]]}},
    ],
}  # fmt: skip
LAND = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {},
         "geometry": {"type": "Polygon", "coordinates": [[[40, 30], [52, 30], [52, 50], [40, 50], [40, 30]]]}},
    ],
}  # fmt: skip


def placed(text: str) -> str:
    """The scenario with coordinates."""
    for node, (lon, lat) in PLACES.items():
        text = text.replace(f"  {node}: {{kind: ", f"  {node}: {{lon: {lon}, lat: {lat}, kind: ")
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("figures")
    (made / "line.geojson").write_text(json.dumps(LINE), encoding="utf-8")
    (made / "land.geojson").write_text(json.dumps(LAND), encoding="utf-8")
    geo = "geo: {lines: line.geojson, land: land.geojson, attribution: drawn by hand}\n"
    (made / "ferry.yaml").write_text(placed(TEXT) + geo, encoding="utf-8")
    (made / "nowhere.yaml").write_text(TEXT, encoding="utf-8")
    (made / "straight.yaml").write_text(placed(TEXT), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def result(folder: Path) -> cs.Result:
    return cs.run(folder / "ferry.yaml", replications=2, out=folder / "out", executor="serial")


def test_all_names_what_there_is(result: cs.Result) -> None:
    assert result.plot.all() == ["throughput", "waterfall", "transit", "queues", "map"]
    assert isinstance(result.plot, Plots)


def test_throughput_is_the_mean_of_the_months_with_its_interval_and_the_target(result: cs.Result) -> None:
    table = result.plot.throughput(perimeter="A").table
    months = result.months[result.months.perimeter == "A"]
    assert table.delivered_mt.tolist() == pytest.approx(months.groupby("month").delivered_mt.mean().tolist())
    assert table.month.tolist() == list(pd.date_range("2024-01-01", periods=12, freq="MS"))
    year = result.summary.years[2024]
    assert table.delivered_mt.sum() == pytest.approx(year.delivered_mt["A"].mean)
    assert table.target_mt.tolist() == pytest.approx([0.5 * year.offered_mt["A"].mean / 12] * 12)
    assert (table.delivered_low <= table.delivered_mt).all()
    assert (table.delivered_mt <= table.delivered_high).all()
    assert result.plot.throughput(perimeter="C").table.target_mt.isna().all()  # the target is about A


def test_the_line_that_is_drawn_is_the_table(result: cs.Result) -> None:
    figure = result.plot.throughput(perimeter="A")
    line = next(trace for trace in figure.interactive().data if trace.name == "delivered")
    assert list(line.y) == figure.table.delivered_mt.tolist()
    drawn = next(each for each in figure.static().axes[0].lines if str(each.get_label()).startswith("delivered"))
    assert list(drawn.get_ydata()) == figure.table.delivered_mt.tolist()


def test_waterfall_adds_up_to_the_days_in_transit(result: cs.Result) -> None:
    figure = result.plot.waterfall()
    steps, whole = figure.table.iloc[:-1], figure.table.iloc[-1]
    parts = result.summary.transit_parts
    assert whole.days == pytest.approx(sum(part.days for part in parts))
    assert steps.days.sum() == pytest.approx(whole.days)
    assert dict(zip(zip(steps.part, steps.cause, strict=True), steps.days, strict=True)) == pytest.approx(
        {(part.part, part.cause): part.days for part in parts}
    )
    assert steps.end.tolist()[:-1] == pytest.approx(steps.start.tolist()[1:])
    assert steps.part.tolist() == sorted(steps.part, key=["moving", "handling", "waiting"].index)
    bars = [trace for trace in figure.interactive().data if trace.name == "waiting"]
    assert sum(sum(trace.x) for trace in bars) == pytest.approx(steps.days[steps.part == "waiting"].sum())


def test_days_in_transit_by_flow(result: cs.Result) -> None:
    (row,) = result.plot.transit(perimeter="A").table.to_dict("records")
    assert row["p50"] == pytest.approx(result.flows.transit_days_p50.mean())
    assert row["mt"] == pytest.approx(result.flows.query("flow == 'ore'").delivered_t.mean() / 1e6)
    assert row["p10"] <= row["p50"] <= row["p90"]


def test_queues_are_tonne_days_over_days(result: cs.Result) -> None:
    table = result.plot.queues(kinds=["ports"]).table
    waited = result.waiting_months
    january = waited[(waited.month == "2024-01") & waited.place.str.startswith("port_east.")].tonne_days.sum() / 2
    row = table[(table.place == "port_east") & (table.month == "2024-01-01")].iloc[0]
    assert row.kt == pytest.approx(january / 31 / 1000)
    with pytest.raises(ValueError, match="no places of kind stations; there are ports, borders, dry_ports"):
        result.plot.queues(kinds=["stations"])


def test_map_has_every_leg_with_its_tonnes_and_use(result: cs.Result) -> None:
    figure = result.plot.map()
    table = figure.table.set_index("id")
    assert table.index[table.kind != "place"].tolist() == ["mine-east", "crossing"]
    hauled = result.traffic.net_t.sum() / 2 / 1e6
    assert table.mt["mine-east"] == pytest.approx(hauled)
    assert hauled == pytest.approx(result.flows.query("flow == 'ore'").delivered_t.mean() / 1e6, rel=0.1)
    use = result.utilisation.set_index("resource").utilisation
    assert table.value["mine-east"] == pytest.approx(use["segment:mine-east"].mean())
    assert table.value["crossing"] == pytest.approx(use["vessel:ferry-1"].mean())
    legs = {trace.meta: trace for trace in figure.interactive().data if trace.meta and trace.mode == "lines"}
    assert set(legs) == {"mine-east", "crossing"}
    assert (51.0, 41.5) in zip(legs["mine-east"].x, legs["mine-east"].y, strict=True)  # along its line
    assert f"{hauled:.2f} Mt" in legs["mine-east"].text
    assert {line.get_gid() for line in figure.static().axes[0].lines} >= {"leg-mine-east", "leg-crossing"}
    assert "Map data: drawn by hand" in figure.caption
    assert "1 of 2 legs have no line" in figure.caption


def test_map_keeps_the_right_shape_and_draws_no_border(result: cs.Result) -> None:
    drawn = result.plot.map().interactive()
    assert drawn.layout.yaxis.scaleratio == pytest.approx(1 / 0.76, rel=0.02)  # cos(40.6 degrees)
    land = next(trace for trace in drawn.data if trace.name == "land")
    assert land.line.color == land.fillcolor


def test_map_by_waiting(result: cs.Result) -> None:
    table = result.plot.map(by="waiting").table.set_index("id")
    at_port = result.waiting[result.waiting.place.str.startswith("port_east")].tonne_days.sum() / 2 / 1000
    assert table.value["port_east"] == pytest.approx(at_port)
    with pytest.raises(ValueError, match="no map by 'age'; there are utilisation, waiting"):
        result.plot.map(by="age")


def test_a_result_opened_from_its_folder_draws_the_same(result: cs.Result) -> None:
    assert result.folder is not None
    opened = cs.open_result(result.folder)
    assert opened.plot.map().table.path.tolist() == result.plot.map().table.path.tolist()
    assert opened.plot.throughput().alt == result.plot.throughput().alt


def test_without_lines_legs_are_straight_without_places_there_is_no_map(folder: Path) -> None:
    straight, nowhere = (
        cs.run(folder / f"{name}.yaml", replications=1, out=None, executor="serial") for name in ("straight", "nowhere")
    )
    assert "2 of 2 legs have no line" in straight.plot.map().caption
    assert straight.plot.throughput().table.delivered_low.isna().all()  # one replication has no interval
    straight.plot.throughput().interactive()
    assert "map" not in nowhere.plot.all()
    with pytest.raises(NothingToDraw, match=r"a map needs lat and lon of nodes, .*: mine, east, port_east, port_west"):
        nowhere.plot.map()


def test_words_that_mean_nothing_are_told(result: cs.Result) -> None:
    with pytest.raises(ValueError, match="no perimeter 'D'; there are A, B, C"):
        result.plot.throughput(perimeter="D")
    with pytest.raises(ValueError, match="no runs 'other'"):
        result.plot.transit(runs="other")
    with pytest.raises(NothingToDraw, match="has no runs 'saturating'"):
        result.plot.waterfall(runs="saturating")


def test_scenarios_and_their_differences(result: cs.Result, folder: Path) -> None:
    sets = ["vessels.ferry.capacity_wagons=20"]
    other = cs.run(cs.load(folder / "ferry.yaml", sets=sets, name="small"), replications=2, out=None, executor="serial")
    plots = cs.compare(result, other, out=None).plot
    assert plots.all() == ["scenarios", "differences"]
    means = [each.summary.years[2024].delivered_mt["A"].mean for each in (result, other)]
    assert plots.scenarios(perimeter="A").table["mean"].tolist() == pytest.approx(means)
    (difference,) = plots.differences(perimeter="A").table["mean"]
    assert difference == pytest.approx(means[1] - means[0])
    share = scenarios_of([result, other], measure="delivered_share", perimeter="A")
    assert "The target is 0.5 share" in share.alt
    with pytest.raises(ValueError, match="no measure 'gold'"):
        plots.scenarios(measure="gold")


def test_save_writes_a_file_a_figure_and_format(result: cs.Result, tmp_path: Path) -> None:
    files = result.plot.save(tmp_path / "drawn", formats=["csv"])
    assert [file.name for file in files] == [f"{name}.csv" for name in result.plot.all()]
    assert pd.read_csv(tmp_path / "drawn" / "map.csv").path.str.startswith(("LINESTRING (", "POINT (")).all()
