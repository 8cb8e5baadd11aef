"""Faults of meaning: keys, numbers, units, days, words; each at the offending leaf or key."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.scenario import Issues, read
from corridorsim.scenario.schema import INSTEAD, KEPT_FROM
from corridorsim.scenario.shape import FieldsShape, LeafShape

from .line import HEAD, LINE, faults, load, only, place


@pytest.mark.parametrize(
    ("old", "new", "word", "message", "hint"),
    [
        ("tracks: 1", "tracks: -1", "-1\n", "'tracks' of segment 'east-quay': the number must not be negative: -1", ""),
        ("tracks: 1", "tracks: .inf", ".inf", "'tracks' of segment 'east-quay': the number must be finite", ""),
        ("tracks: 1", "tracks: .nan", ".nan", "the number must be finite", ""),
        ("length_km: 120", "length_km: 0", "0\n    fre", "the number must be above 0: 0", ""),
        ("freight_speed_kmh: 50", "freight_speed_kmh: 0", "0\n    cap", "the number must be above 0", ""),
        ("tracks: 1", "tracks: true", "true", "a number is needed here, not true or false", ""),
        ("tracks: 1", "tracks: [1]", "[1]", "a number is needed here, not a list", ""),
        ("tracks: 1", "tracks: 2024-01-01", "2024-01-01\nsea", "a number is needed here, not a date", ""),
        ("length_km: 120", "length_km: 120 h", "120 h", "'120 h' is a time, but this field is a length in km", ""),
        (
            "length_km: 120",
            "length_km: 120 miles",
            "120 miles",
            "unknown unit 'miles'",
            "this field is in km; known: m, km",
        ),
        ("tracks: 1", "tracks: 1 km", "1 km", "carries a unit, but this field is a plain number", ""),
        (
            "length_km: 120",
            "length_km: '120,5'",
            "'120,5'",
            "is not a number",
            "write a point, not a comma, before decimals",
        ),
        ("length_km: 120", "length_km: =1+2", "=1+2", "'=1+2' is not a number", "such as '1 km'"),
        ("length_km: 120", "length_km: {value: 120, low: 130}", "130", "does not hold: 130 > 120", ""),
        ("length_km: 120", "length_km: {value: 120, high: 90}", "90", "does not hold: 120 > 90", ""),
        ("length_km: 120", "length_km: {low: 120}", "{low", "this number has no 'value'", "takes value, low, high"),
        ("length_km: 120", "length_km: {value: 1, hihg: 2}", "hihg", "unknown key 'hihg'", "takes value, low, high"),
        ("length_km: 120", "length_km: {value: 1, confidence: F}", "F}", "'F' is not one of A, B, C, D, E", ""),
        ("load_factor: 80 %", "load_factor: 80", "80", "a share cannot be above 1: 80", "100 % is 1"),
        ("availability: 0.8", "availability: 1.2", "1.2", "a share cannot be above 1: 1.2", ""),
        (
            "tracks: 1",
            "tracks: {2024-02-30: 1, 2025-01-01: 2}",
            "2024-02-30",
            "'2024-02-30' is not a day",
            "2024-01-31",
        ),
        ("tracks: 1", "tracks: {2024-01-01: 1, 2025-01-01: -2}", "-2", "must not be negative: -2", ""),
        (
            "cargo: wagon",
            "cargo: wagn",
            "wagn",
            "'wagn' is not one of container, wagon, liquid, truck",
            "did you mean 'wagon'?",
        ),
        (
            "origin_node: east",
            "origin_node: 12",
            "12\n    dest",
            "text is needed here, not a number",
            "put it in quotes",
        ),
        (
            "start: 2023-07-01",
            "start: 2023",
            "2023,",
            "'2023' is not a day of the calendar",
            "write days as 2024-01-31",
        ),
        ("end: 2024-12-31", "end: 2024-13-31", "2024-13-31", "'2024-13-31' is not a day of the calendar", ""),
        ("[port_quay, port_west]", "{a: b}", "{a: b}", "a list of ids is needed here, not a mapping", ""),
        ("[port_quay, port_west]", "[port_quay, 7]", "7]", "an id is text, not a number", "put it in quotes"),
        (
            "22 h",
            "{distribution: normal, mean_h: 1}",
            "normal",
            "unknown distribution 'normal'",
            "known: deterministic",
        ),
        ("22 h", "{distribution: lognormal, mean_h: 1}", "{distribution", "'p90_h' is missing", "takes mean_h, p90_h"),
        ("22 h", "{distribution: uniform, min_h: 3, max_h: 1}", "{distribution", "needs min_h <= max_h", ""),
        ("22 h", "{distribution: exponential, mean_h: -1}", "-1}", "must not be negative", ""),
        ("22 h", "{distribution: erlang, mean_h: 1, shape: 1.5}", "1.5", "whole shape of 1 or more", ""),
        ("22 h", "{distribution: empirical, values_h: []}", "[]", "list of at least one value", ""),
        (
            "flat: {1: {factor: 1}}",
            "flat: {13: {factor: 1}}",
            "13:",
            "'13' is not a month in profile 'flat'",
            "from 1 to 12",
        ),
        ("flat: {1: {factor: 1}}", "flat: {01: {factor: 1}}", "01:", "'01' is not a month", ""),
        ("schema: 1", "schema: 2", "2\n", "'2' is not one of 1", ""),
        ("    tracks: 1", "    tracks: 1\n    station_slots: 0", "0\nsea", "must be 1 or more, not 0", ""),
        (
            "    tracks: 1",
            "    tracks: 1\n    station_slots: 1.5",
            "1.5",
            "a whole number is needed here, not '1.5'",
            "",
        ),
        (
            "    tracks: 1",
            "    tracks: 1\n    traction: steam",
            "steam",
            "'steam' is not one of diesel, ac25kv, dc3kv",
            "",
        ),
        ("    tracks: 1", "    tracks: 1\n    confidence: G", "G\n", "'G' is not one of A, B, C, D, E", ""),
    ],
)
def test_a_wrong_value(tmp_path: Path, old: str, new: str, word: str, message: str, hint: str) -> None:
    assert old in LINE
    text = LINE.replace(old, new)
    issue = only(faults(tmp_path, text))
    assert message in issue.message
    assert hint in issue.hint
    assert (issue.line, issue.column) == place(text, word)


def test_a_missing_key_is_named_at_its_branch(tmp_path: Path) -> None:
    text = LINE.replace("    tracks: 1\n", "")
    issue = only(faults(tmp_path, text))
    assert str(issue).endswith(f"{place(text, 'east-quay:')[0]}:3: segment 'east-quay' lacks 'tracks'")


def test_a_key_left_empty_is_named_at_the_key(tmp_path: Path) -> None:
    text = LINE.replace("tracks: 1", "tracks:")
    issue = only(faults(tmp_path, text))
    assert issue.message == "'tracks' of segment 'east-quay' is empty"
    assert (issue.line, issue.column) == place(text, "tracks:")


def test_unknown_sections_and_nested_keys(tmp_path: Path) -> None:
    text = LINE + "polices: {}\npolicies: {alocation: fixed}\n"
    found = faults(tmp_path, text)
    assert [(i.line, i.column) for i in found] == [place(text, "polices"), place(text, "alocation")]
    assert [i.hint for i in found] == ["did you mean 'policies'?", "did you mean 'allocation'?"]


def test_a_branch_that_is_no_mapping(tmp_path: Path) -> None:
    found = faults(tmp_path, HEAD + "nodes: [a, b]\nflows: {f: 3}\n")
    assert [i.message for i in found] == [
        "'nodes': a mapping is needed here, not a list",
        "'f' of section 'flows': a mapping is needed here, not a number",
    ]


def test_targets_are_checked_inside_the_list(tmp_path: Path) -> None:
    text = LINE + (
        "targets:\n"
        "  - {name: a, measure: delivered_mt, perimeter: C, year: 2024, at_least: 1}\n"
        "  - {name: b, measure: delivered_t, perimeter: C, year: 2024, at_least: .inf, probability: 1.5}\n"
        "  - {name: c, measure: delivered_mt, perimeter: C, year: 2024, atleast: 1}\n"
    )
    found = faults(tmp_path, text)
    assert [(i.line, i.column) for i in found] == [
        place(text, "delivered_t,"),
        place(text, ".inf"),
        place(text, "1.5"),
        place(text, "{name: c"),
        place(text, "atleast"),
    ]
    assert "of target 2" in found[0].message
    assert found[4].message == "unknown key 'atleast' in target 3"
    assert found[4].hint == "did you mean 'at_least'?"


def test_the_schema_speaks_no_jargon(tmp_path: Path) -> None:
    text = (
        LINE.replace("tracks: 1", "tracks: {a: 1}")
        .replace("cargo: wagon", "cargo: 3")
        .replace("schema: 1", "schema: x")
    )
    said = "\n".join(map(str, faults(tmp_path, text))).lower()
    assert said
    assert not any(word in said for word in ("pydantic", "validation", "literal", "input", "traceback", "dict", "none"))


def test_policies_and_assumptions_have_values_when_nothing_is_written(tmp_path: Path) -> None:
    scenario = load(tmp_path, LINE).scenario
    assert scenario.policies.allocation == "fixed"
    assert scenario.assumptions.set_aside_h.value == 12


# --- numbers that change nothing --------------------------------------------------------------------------------------


def test_each_number_that_is_kept_for_the_reader_is_refused_when_set_or_read_by_the_study_of_energy() -> None:
    left = set()
    for model, first in KEPT_FROM.items():
        names = list(model.model_fields)
        for name in names[names.index(first) :]:
            shape = FieldsShape(model).fields[name]
            number = isinstance(shape, LeafShape) and shape.notation.name in ("number", "dated", "duration")
            if number and name not in INSTEAD.get(model, {}):
                left.add(f"{model.__name__}.{name}")
    assert left == {
        "SeaLink.distance_km",
        "LocomotiveClass.diesel_kg_per_1000_gross_tkm",
        "LocomotiveClass.lng_kg_per_1000_gross_tkm",
        "LocomotiveClass.electricity_kwh_per_1000_gross_tkm",
        "LocomotiveClass.energy_cost_against_diesel",
    }


def test_to_set_a_number_that_changes_nothing_tells_what_the_model_takes() -> None:
    with pytest.raises(Issues) as told:
        read("baseline", sets=["vessels.ferry_balaken.speed_kn=20", "vessels.ferry_balaken.count=3"])
    (issue,) = told.value.issues
    assert "'vessels.ferry_balaken.speed_kn' changes nothing" in issue.message
    assert issue.hint == "the model takes sailing_h of the sea link"
