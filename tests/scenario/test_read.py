"""The happy path: what a scenario says is what is read, each leaf with its place."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from corridorsim.scenario import Dated, Issue, Issues, Origin, Quantity, Spread, find, read, shipped_names

from .line import LINE, load, place, write


def test_a_two_node_line_with_one_ferry_is_a_scenario(tmp_path: Path) -> None:
    loaded = load(tmp_path, LINE)
    assert loaded.name == "x"
    assert loaded.scenario.segments["east-quay"].length_km == Quantity(120.0)
    assert loaded.scenario.horizon.end == dt.date(2024, 12, 31)
    assert loaded.scenario.flows["west"].via_ports == ("port_quay", "port_west")


def test_units_are_converted_to_the_fields_own(tmp_path: Path) -> None:
    scenario = load(tmp_path, LINE).scenario
    assert scenario.flows["west"].mt_per_year.value == pytest.approx(0.5)
    assert scenario.vessels["ferry"].load_factor.value == pytest.approx(0.8)
    assert scenario.vessels["ferry"].max_wait_for_load_h.value == 48
    assert scenario.sea_links["crossing"].sailing_h == Spread("deterministic", (22.0,))


def test_a_duration_with_a_range_is_triangular(tmp_path: Path) -> None:
    assert load(tmp_path, LINE).scenario.vessels["ferry"].unload_h == Spread("triangular", (3.0, 4.0, 6.0))


@pytest.mark.parametrize(
    ("written", "name", "parameters"),
    [
        ("36 min", "deterministic", (0.6,)),
        ("{distribution: exponential, mean_h: 5}", "exponential", (5.0,)),
        ("{distribution: erlang, mean_h: 5, shape: 3}", "erlang", (5.0, 3.0)),
        ("{distribution: lognormal, mean_h: 36, p90_h: 3 d}", "lognormal", (36.0, 72.0)),
        ("{distribution: uniform, min_h: 1, max_h: 2}", "uniform", (1.0, 2.0)),
        ("{distribution: triangular, min_h: 1, mode_h: 2, max_h: 9}", "triangular", (1.0, 2.0, 9.0)),
        ("{distribution: empirical, values_h: [1, 2, 2 h]}", "empirical", (1.0, 2.0, 2.0)),
    ],
)
def test_distributions(tmp_path: Path, written: str, name: str, parameters: tuple[float, ...]) -> None:
    spread = load(tmp_path, LINE.replace("22 h", written)).scenario.sea_links["crossing"].sailing_h
    assert (spread.name, spread.parameters_h) == (name, pytest.approx(parameters))


def test_dated_numbers_are_in_order_of_their_days(tmp_path: Path) -> None:
    text = LINE.replace("tracks: 1", "tracks: {2026-01-01: {value: 2, confidence: B}, 2024-01-01: 1}")
    loaded = load(tmp_path, text)
    tracks = loaded.scenario.segments["east-quay"].tracks
    assert isinstance(tracks, Dated)
    assert tracks.steps == (
        (dt.date(2024, 1, 1), Quantity(1.0)),
        (dt.date(2026, 1, 1), Quantity(2.0, confidence="B")),
    )
    line, column = place(text, "{value: 2, conf")
    assert loaded.origins["segments.east-quay.tracks.2026-01-01"][1:] == (line, column)


def test_traction_may_change_on_a_day(tmp_path: Path) -> None:
    text = LINE.replace("    tracks: 1", "    tracks: 1\n    traction: {2025-11-01: ac25kv, 2024-01-01: diesel}")
    traction = load(tmp_path, text).scenario.segments["east-quay"].traction
    assert list(traction.items()) == [(dt.date(2024, 1, 1), "diesel"), (dt.date(2025, 11, 1), "ac25kv")]  # type: ignore[union-attr]


def test_a_number_keeps_its_range_sources_and_confidence(tmp_path: Path) -> None:
    written = "{value: 120, low: 110, high: 130, source_ids: [a, b], confidence: C, note: measured}"
    length = load(tmp_path, LINE.replace("length_km: 120", f"length_km: {written}")).scenario.segments["east-quay"]
    assert length.length_km == Quantity(120.0, 110.0, 130.0, ("a", "b"), "C", "measured")


def test_yaml_1_2_no_and_on_and_times_are_text(tmp_path: Path) -> None:
    text = LINE + (
        "purpose: 12:30:00\n"
        "projects: {bypass: {include: no, title: on}}\n"
        "locomotive_classes: {}\n"
        "locomotives:\n"
        "  c: {operator: K, class_id: '', informational: yes, corridor_share: 1, status: done, on: 2025-01-01}\n"
    )
    scenario = load(tmp_path, text).scenario
    assert scenario.purpose == "12:30:00"
    assert scenario.projects["bypass"].include == "no"
    assert scenario.projects["bypass"].title == "on"
    assert scenario.locomotives["c"].on == dt.date(2025, 1, 1)
    assert scenario.locomotives["c"].informational is True


def test_a_gauge_may_be_written_as_a_number(tmp_path: Path) -> None:
    text = LINE.replace("east: {kind: rail_station}", "east: {kind: rail_station, gauge_mm: 1435}")
    assert load(tmp_path, text).scenario.nodes["east"].gauge_mm == "1435"


def test_every_leaf_and_branch_has_its_place(tmp_path: Path) -> None:
    loaded = load(tmp_path, LINE)
    file = loaded.origins[""].file
    assert loaded.origins["segments.east-quay"] == Origin(file, *place(LINE, "east-quay:"))
    assert loaded.origins["segments.east-quay.length_km"] == Origin(file, *place(LINE, "120"))
    assert loaded.origins["vessels.ferry.unload_h.low"] == Origin(file, *place(LINE, "3, high"))
    assert loaded.origins["flows.west.via_ports.1"] == Origin(file, *place(LINE, "port_west]"))


def test_where_falls_back_to_the_branch_of_a_leaf_that_is_not_given(tmp_path: Path) -> None:
    loaded = load(tmp_path, LINE)
    assert loaded.where("segments.east-quay.max_gross_train_t") == loaded.origins["segments.east-quay"]
    assert loaded.where("nothing.of.this") == loaded.origins[""]


def test_an_alias_repeats_a_value_and_keeps_its_place(tmp_path: Path) -> None:
    text = LINE.replace("length_km: 120", "length_km: &l 120").replace("capacity_wagons: 50", "capacity_wagons: *l")
    loaded = load(tmp_path, text)
    assert loaded.scenario.vessels["ferry"].capacity_wagons == Quantity(120.0)
    assert loaded.origins["vessels.ferry.capacity_wagons"][1:] == place(text, "&l 120")


def test_an_empty_leaf_is_not_given(tmp_path: Path) -> None:
    text = LINE.replace("    tracks: 1\n", "    tracks: 1\n    background_trains_per_day:\n")
    loaded = load(tmp_path, text)
    assert loaded.scenario.segments["east-quay"].background_trains_per_day is None
    assert "segments.east-quay.background_trains_per_day" not in loaded.origins


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_and_crlf_do_no_harm(tmp_path: Path, prefix: bytes) -> None:
    path = write(tmp_path, "x.yaml", prefix + LINE.replace("\n", "\r\n").encode())
    loaded = read(path)
    assert loaded.origins["segments.east-quay.length_km"][1:] == place(LINE, "120")


def test_files_are_named_relative_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "scenarios/x.yaml", LINE.replace("capacity_pairs_per_day", "capcity_pairs_per_day"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Issues) as caught:
        read("scenarios/x.yaml")
    name = os.path.join("scenarios", "x.yaml")
    unknown = (
        f"{name}:15:5: unknown key 'capcity_pairs_per_day' in segment 'east-quay'; "
        "did you mean 'capacity_pairs_per_day'?"
    )
    assert str(caught.value).splitlines() == [
        f"{name}:10:3: segment 'east-quay' lacks 'capacity_pairs_per_day'",
        unknown,
    ]


def test_issues_read_one_a_line_by_file_and_line_and_survive_a_pickle() -> None:
    issues = Issues([Issue("b", 1, 1, "", "z"), Issue("a", 10, 1, "", "y", "h"), Issue("a", 9, 1, "", "x")])
    assert str(issues) == "a:9:1: x\na:10:1: y; h\nb:1:1: z"
    assert str(pickle.loads(pickle.dumps(issues))) == str(issues)


def test_shipped_scenarios_are_found_by_name() -> None:
    baseline = find("baseline")
    assert baseline is not None
    assert baseline.name == "baseline.yaml"
    assert "baseline" in shipped_names()
    assert find("../pyproject") is None
    assert find("no_such_scenario") is None


def test_a_name_that_is_neither_file_nor_scenario(tmp_path: Path) -> None:
    with pytest.raises(Issues, match="did you mean 'baseline'"):
        read("basline")
    with pytest.raises(Issues, match="folder"):
        read(tmp_path)
    with pytest.raises(Issues, match="no such file"):
        read("a\0b")


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_file_reads(name: str) -> None:
    layer = name.startswith(
        ("demand/", "loops/", "calibration/", "horizon/", "uncertainty/sample", "middle_corridor/energy")
    )
    loaded = read("baseline" if layer else name, with_layers=[name] if layer else [])
    assert loaded.scenario.nodes


def test_reading_needs_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys, corridorsim.scenario\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'simpy', 'networkx', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
    assert done.returncode == 0
