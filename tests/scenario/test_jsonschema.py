"""The JSON Schema accepts what the reader accepts and sees the plain mistakes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from corridorsim.scenario import find, json_schema, shipped_names
from corridorsim.scenario.text import Mapping, Marked, Scalar, read_yaml

from .line import LINE, load

SCHEMA: dict[str, Any] = json.loads(json.dumps(json_schema()))


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """JSON Schema validation, as far as the words that the project's schema uses; an unknown word is an error."""
    kinds = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool, "integer": int}

    def is_a(kind: str) -> bool:
        if isinstance(value, bool):
            return kind == "boolean"
        return isinstance(value, int | float) if kind == "number" else isinstance(value, kinds[kind])

    for word, rule in schema.items():
        ok = True
        match word:
            case "$ref":
                ok = fits(value, SCHEMA["$defs"][rule.rpartition("/")[2]])
            case "anyOf":
                ok = any(fits(value, option) for option in rule)
            case "allOf":
                ok = all(fits(value, option) for option in rule)
            case "type":
                ok = any(is_a(kind) for kind in ([rule] if isinstance(rule, str) else rule))
            case "enum":
                ok = any(value == option and type(value) is type(option) for option in rule)
            case "const":
                ok = value == rule
            case "pattern":
                ok = not isinstance(value, str) or re.search(rule, value) is not None
            case "minimum":
                ok = not is_a("number") or value >= rule
            case "maximum":
                ok = not is_a("number") or value <= rule
            case "exclusiveMinimum":
                ok = not is_a("number") or value > rule
            case "minItems":
                ok = not isinstance(value, list) or len(value) >= rule
            case "minProperties":
                ok = not isinstance(value, dict) or len(value) >= rule
            case "required":
                ok = not isinstance(value, dict) or all(key in value for key in rule)
            case "items":
                ok = not isinstance(value, list) or all(fits(item, rule) for item in value)
            case "propertyNames":
                ok = not isinstance(value, dict) or all(fits(key, rule) for key in value)
            case "properties":
                ok = not isinstance(value, dict) or all(fits(value[key], rule[key]) for key in rule if key in value)
            case "additionalProperties":
                rest = (
                    []
                    if not isinstance(value, dict)
                    else [v for k, v in value.items() if k not in schema.get("properties", {})]
                )
                ok = not rest if rule is False else all(fits(item, rule) for item in rest)
            case "$schema" | "$defs" | "title" | "description":
                pass
            case _:
                raise AssertionError(f"unknown word {word}")
        if not ok:
            return False
    return True


def as_json(marked: Marked) -> Any:
    """What an editor sees: days are text."""
    if isinstance(marked, Mapping):
        return {key: as_json(value) for key, (_, value) in marked.items.items()}
    if isinstance(marked, Scalar):
        return marked.value if isinstance(marked.value, bool | int | float | str | None) else str(marked.value)
    return [as_json(item) for item in marked.items]


def accepted(text: str) -> bool:
    return fits(as_json(read_yaml(text, "x", [])), SCHEMA)


@pytest.mark.parametrize("name", shipped_names())
def test_it_accepts_the_shipped_files(name: str) -> None:
    path = find(name)
    assert path is not None
    assert accepted(path.read_text(encoding="utf-8"))


def test_the_shipped_schema_is_up_to_date() -> None:
    """Editors read it beside the scenarios; ``corridorsim schema > scenarios/schema.json`` makes it anew."""
    baseline = find("baseline")
    assert baseline is not None
    assert json.loads((baseline.parent / "schema.json").read_text(encoding="utf-8")) == SCHEMA


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_files_name_the_schema(name: str) -> None:
    path = find(name)
    assert path is not None
    marker, _, where = path.read_text(encoding="utf-8").partition("\n")[0].partition("$schema=")
    assert marker == "# yaml-language-server: "
    assert (path.parent / where).resolve().name == "schema.json"
    assert (path.parent / where).is_file()


GOOD = [
    ("tracks: 1", "tracks: '1'"),
    ("tracks: 1", "tracks: {value: 1, low: 1, high: 2, source_ids: a;b, confidence: E, note: x}"),
    ("tracks: 1", "tracks: {2024-01-01: 1, 2026-01-01: {value: 2, source: [a]}}"),
    ("tracks: 1", "tracks: 1\n    traction: {2025-11-01: ac25kv}"),
    ("tracks: 1", "tracks: 1\n    gauge_mm: 1435"),
    ("tracks: 1", "tracks: 1\n    in_service_from: 2025-01-01"),
    ("tracks: 1", "tracks: 1\n    max_gross_train_t: 4.5 kt"),
    ("tracks: 1", "tracks: 1\n    max_gross_train_t:"),
    ("22 h", "90 min"),
    ("22 h", "{value: 22, low: 20 h, high: 1 d}"),
    ("22 h", "{distribution: lognormal, mean_h: 22, p90_h: 30 h}"),
    ("22 h", "{distribution: empirical, values_h: [1, 2]}"),
    ("[port_quay, port_west]", "port_quay > port_west"),
    ("flows:", "projects: {p: }\nborders:\nflows:"),
    (
        "flows:",
        "assumptions: {rescue_h: {distribution: exponential, mean_h: 4 h}, terminal_handling_h: 90 min}\nflows:",
    ),
    ("flows:", "assumptions: {vessel_absence_days: {value: 20, low: 10 d, high: 40}}\nflows:"),
    ("flows:", "borders: {b: {node_from: east, node_to: quay, dwell_h: 1, loco_change: yes}}\nflows:"),
]
BAD = [
    ("tracks: 1", "tracks: -1"),
    ("tracks: 1", "tracks: 1 km"),
    ("tracks: 1", "traks: 1"),
    ("length_km: 120", "length_km: 120 h"),
    ("length_km: 120", "length_km: 0"),
    ("length_km: 120", "length_km: {low: 1}"),
    ("availability: 0.8", "availability: 1.5"),
    ("22 h", "{distribution: lognormal, mean_h: 22}"),
    ("22 h", "{distribution: normal, mean_h: 22}"),
    ("flows:", "assumptions: {rescue_h: {distribution: exponential, value: 4}}\nflows:"),
    ("flows:", "assumptions: {rescue_h: -1}\nflows:"),
    ("flows:", "assumptions: {vessel_absence_days: 0}\nflows:"),
    ("flows:", "assumptions: {set_aside_h: {distribution: exponential, mean_h: 4}}\nflows:"),
    ("cargo: wagon", "cargo: wagn"),
    ("flat: {1:", "flat: {13:"),
    ("schema: 1", "schema: 2"),
    ("end: 2024-12-31", "end: soon"),
]


@pytest.mark.parametrize(("old", "new"), GOOD)
def test_what_the_reader_takes_the_schema_takes(tmp_path: Path, old: str, new: str) -> None:
    text = LINE.replace(old, new)
    assert text != LINE
    load(tmp_path, text)
    assert accepted(text)


@pytest.mark.parametrize(("old", "new"), BAD)
def test_plain_mistakes_are_seen(old: str, new: str) -> None:
    text = LINE.replace(old, new)
    assert text != LINE
    assert not accepted(text)


def test_directives_and_partial_layers() -> None:
    assert accepted("extends: [baseline]\nset: {a.b: 1}\ntables: {segments: [a.csv, b.csv], nodes: n.csv}\n")
    assert accepted("segments: {a-b: {tracks: 2}}\n")
    assert not accepted("tables: {segmnts: a.csv}\n")
    assert not accepted("set: {'segments.*.tracks': 1}\n")
    assert not accepted("targets: [{name: a}]\n")


def test_editors_get_the_meaning_and_unit_of_a_field() -> None:
    fields = SCHEMA["$defs"]["Segment"]["properties"]
    assert "slots a day in each direction" in fields["capacity_pairs_per_day"]["description"]
    assert fields["length_km"]["description"].endswith("in km")
    assert SCHEMA["$defs"]["Segment"]["description"].startswith("A rail line between two nodes")
