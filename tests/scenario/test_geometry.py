"""Files of lines and outlines: what they may hold, and where a fault in them is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corridorsim.scenario import Issues, from_geojson, read

from ..small import TEXT


def feature(sort: str, coordinates: Any, **properties: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": sort, "coordinates": coordinates}}


def written(folder: Path, *features: dict[str, Any], geo: str = "geo: {lines: lines.geojson}") -> Path:
    (folder / "lines.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    file = folder / "ferry.yaml"
    file.write_text(f"{TEXT}{geo}\n", encoding="utf-8")
    return file


def told(file: Path) -> str:
    with pytest.raises(Issues) as caught:
        read(file)
    return str(caught.value)


RING = [[0, 0], [9, 0], [9, 9], [0, 0]]


def test_lines_land_and_water_are_read_and_written(tmp_path: Path) -> None:
    areas = {"type": "FeatureCollection", "features": [
        feature("MultiPolygon", [[RING, [[1, 1], [2, 1], [2, 2], [1, 1]]], [[[20, 0], [21, 0], [21, 1], [20, 0]]]]),
    ]}  # fmt: skip
    (tmp_path / "areas.geojson").write_text(json.dumps(areas))
    geo = "geo: {lines: lines.geojson, land: areas.geojson, water: [areas.geojson], attribution: me}"
    file = written(tmp_path, feature("LineString", [[1, 2, 7], [3.00049, 4]], id="mine-east"), geo=geo)
    geometry = read(file).geometry
    assert geometry.lines == {"mine-east": ((1.0, 2.0), (3.00049, 4.0))}
    assert [len(ring) for ring in geometry.land] == [4, 4]  # outer rings: the hole is filled
    again = from_geojson(geometry.as_geojson())
    assert again.lines == {"mine-east": ((1.0, 2.0), (3.0, 4.0))}  # to a hundred metres
    assert (again.land, again.water, again.attribution) == (geometry.land, geometry.water, "me")


def test_a_scenario_needs_none(tmp_path: Path) -> None:
    assert not read(written(tmp_path, geo="")).geometry


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (feature("LineString", [[1, 2], [3, 4]]), "feature 1: a line needs the property 'id'"),
        (feature("Point", [1, 2], id="a"), "feature 1: lines are of type LineString, not Point"),
        (feature("LineString", [[1, 2]], id="a"), "feature 1: at least 2 points are needed"),
        (feature("LineString", [[1, 2], 3], id="a"), "feature 1: a point is [longitude, latitude]"),
        (feature("LineString", [[1, 2], ["3", 4]], id="a"), "feature 1: longitude and latitude are numbers"),
        (feature("LineString", [[1, 2], [45, 98]], id="a"), "no place: longitude comes first"),
        ({"type": "Feature", "properties": {"id": "a"}, "geometry": None}, "feature 1 has no geometry"),
        ({"type": "Feature", "geometry": {"type": "LineString", "coordinates": []}}, "feature 1 has no properties"),
    ],
)  # fmt: skip
def test_faulty_features_are_told_with_file_and_number(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    text = told(written(tmp_path, wrong))
    assert message in text
    assert "lines.geojson:1:1: " in text


def test_what_is_no_json_is_told_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path)
    (tmp_path / "lines.geojson").write_text('{"type": "FeatureCollection",\n "features": [,]}')
    assert "lines.geojson:2:15: this is not JSON" in told(file)
    (tmp_path / "lines.geojson").write_text("[]")
    assert "lines.geojson:1:1: this is not GeoJSON: a FeatureCollection is needed" in told(file)


def test_a_file_must_be_there_and_within_the_root(tmp_path: Path) -> None:
    line = len(TEXT.splitlines()) + 1
    missing = told(written(tmp_path, geo="geo: {lines: other.geojson}"))
    assert f"ferry.yaml:{line}:" in missing
    assert "there is no file 'other.geojson'" in missing
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "out.geojson").write_text("{}")
    assert "'../out.geojson' lies outside the scenario's root" in told(
        written(inner, geo="geo: {land: ../out.geojson}")
    )


def test_two_lines_of_one_id_and_unknown_fields_are_told(tmp_path: Path) -> None:
    one = feature("LineString", [[1, 2], [3, 4]], id="a")
    assert "there are two lines 'a'" in told(written(tmp_path, one, one))
    assert "unknown key 'line'" in told(written(tmp_path, geo="geo: {line: lines.geojson}"))
