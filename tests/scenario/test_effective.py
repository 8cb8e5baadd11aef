"""Every leaf in force: value, range, unit, evidence, and the file and line that set it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.scenario import effective, read
from corridorsim.scenario.quantity import display_unit, field_unit

from .line import LINE, load, place, write


def test_numbers_words_and_lists(tmp_path: Path) -> None:
    leaves = {leaf.path: leaf for leaf in effective(load(tmp_path, LINE))}
    length = leaves["segments.east-quay.length_km"]
    assert (length.value, length.unit) == (120, "km")
    assert length.where == f"{tmp_path / 'x.yaml'}:{place(LINE, '120')[0]}"
    assert leaves["segments.east-quay.capacity_pairs_per_day"].unit == "pairs/day"
    unload = leaves["vessels.ferry.unload_h"]
    assert (unload.low, unload.value, unload.high, unload.unit) == (3, 4, 6, "h")
    assert leaves["flows.west.mt_per_year"].value == pytest.approx(0.5)
    assert leaves["flows.west.via_ports"].value == "port_quay; port_west"
    assert leaves["title"].value == "Two nodes and a ferry"


def test_defaults_in_force_are_listed_as_such(tmp_path: Path) -> None:
    leaves = {leaf.path: leaf for leaf in effective(load(tmp_path, LINE, "assumptions.rescue_h=6"))}
    assert leaves["assumptions.set_aside_h"].where == "default"
    assert leaves["assumptions.rescue_h"].where == "--set:1"
    assert leaves["policies.routing"].value == "shortest"


def test_dated_numbers_have_a_leaf_for_each_day(tmp_path: Path) -> None:
    text = LINE.replace("tracks: 1", "tracks: {2024-01-01: 1, 2026-01-01: {value: 2, confidence: B}}")
    leaves = {leaf.path: leaf for leaf in effective(load(tmp_path, text))}
    assert leaves["segments.east-quay.tracks.2026-01-01"].value == 2
    assert leaves["segments.east-quay.tracks.2026-01-01"].confidence == "B"


def test_distributions_are_shown_by_name(tmp_path: Path) -> None:
    text = LINE.replace("22 h", "{distribution: lognormal, mean_h: 22, p90_h: 30, confidence: B}")
    leaf = next(leaf for leaf in effective(load(tmp_path, text)) if leaf.path == "sea_links.crossing.sailing_h")
    assert (leaf.value, leaf.confidence) == ("lognormal(mean 22, p90 30)", "B")


def test_a_number_has_its_rows_evidence_unless_another_file_set_it(tmp_path: Path) -> None:
    base = write(
        tmp_path, "base.yaml", LINE.replace("    tracks: 1", "    tracks: 1\n    source_ids: [map]\n    confidence: B")
    )
    before = {leaf.path: leaf for leaf in effective(read(base))}
    assert before["segments.east-quay.length_km"].source_ids == ("map",)
    top = write(tmp_path, "top.yaml", "extends: base.yaml\nset: {segments.east-quay.length_km: 130}\n")
    after = {leaf.path: leaf for leaf in effective(read(top))}
    assert after["segments.east-quay.length_km"].source_ids == ()
    assert after["segments.east-quay.length_km"].confidence is None
    assert after["segments.east-quay.tracks"].confidence == "B"


def test_table_leaves_name_the_table(tmp_path: Path) -> None:
    write(tmp_path, "s.csv", "source_id,publisher,confidence\nosm,OpenStreetMap,B\n")
    leaves = {leaf.path: leaf for leaf in effective(load(tmp_path, LINE + "tables: {sources: s.csv}\n"))}
    assert leaves["sources.osm.publisher"].where == f"{tmp_path / 's.csv'}:2"
    assert leaves["sources.osm.publisher"].confidence == "B"


def test_every_number_that_is_given_is_listed(tmp_path: Path) -> None:
    loaded = read("baseline")
    listed = {leaf.path for leaf in effective(loaded)}
    for name in loaded.scenario.segments:
        assert f"segments.{name}.length_km" in listed
    assert len(listed) > 5000
    assert all(leaf.at or leaf.path.startswith(("assumptions", "policies", "demand")) for leaf in effective(loaded))


@pytest.mark.parametrize(
    ("name", "unit", "shown"),
    [
        ("length_km", "km", "km"),
        ("transload_hours_per_train", "hours", "hours/train"),
        ("repair_hours_mean", "hours", "hours"),
        ("draught_change_m_per_year", "m", "m/year"),
        ("capacity_pairs_per_day", None, "pairs/day"),
        ("continuous_tractive_effort_kn", None, "kN"),
        ("speed_kn", "kn", "kn"),
        ("availability", "share", "share"),
        ("count", None, ""),
    ],
)
def test_units_of_fields(name: str, unit: str | None, shown: str) -> None:
    assert (field_unit(name), display_unit(name)) == (unit, shown)
