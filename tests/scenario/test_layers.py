"""Layers: extends, own sections, set, --with and --set; conflicts, circles, wrong paths; and where files may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.scenario import read

from .line import HEAD, LINE, faults_of, only, place, write

TITLED = "schema: 1\ntitle: Upper\nextends: [base.yaml]\n"
SPEED = "segments.east-quay.freight_speed_kmh"


def layer(speed: int, extends: str = "") -> str:
    start = f"extends: [{extends}]\n" if extends else ""
    return f"{start}segments: {{east-quay: {{freight_speed_kmh: {speed}}}}}\n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path, "base.yaml", LINE)


def test_a_file_overrides_what_it_extends_leaf_by_leaf(tmp_path: Path, base: Path) -> None:
    top = write(tmp_path, "top.yaml", TITLED + layer(70))
    loaded = read(top)
    segment = loaded.scenario.segments["east-quay"]
    assert segment.freight_speed_kmh.value == 70  # type: ignore[union-attr]
    assert segment.length_km.value == 120
    assert loaded.scenario.title == "Upper"
    assert loaded.origins[SPEED] == (str(top), 4, 43)
    assert loaded.origins["segments.east-quay.length_km"] == (str(base), *place(LINE, "120"))


def test_set_replaces_one_leaf_whole_after_the_files_own_sections(tmp_path: Path, base: Path) -> None:
    text = TITLED + layer(70) + f"set:\n  {SPEED}: {{value: 80, low: 75}}\n  vessels.ferry.unload_h: 5 h\n"
    loaded = read(write(tmp_path, "top.yaml", text))
    assert loaded.scenario.segments["east-quay"].freight_speed_kmh.low == 75  # type: ignore[union-attr]
    assert loaded.scenario.vessels["ferry"].unload_h.parameters_h == (5.0,)
    assert loaded.origins[SPEED][1:] == place(text, "{value: 80")


def test_set_reaches_fields_that_were_not_given_and_takes_leaves_away(tmp_path: Path, base: Path) -> None:
    text = TITLED + "set:\n  policies.allocation: on_demand\n  assumptions.set_aside_h: 1 d\n"
    text += "  segments.east-quay.discipline: block\n  vessels.ferry.capacity_wagons: null\n"
    scenario = read(write(tmp_path, "top.yaml", text)).scenario
    assert scenario.policies.allocation == "on_demand"
    assert scenario.assumptions.set_aside_h.value == 24
    assert scenario.segments["east-quay"].discipline == "block"
    assert scenario.vessels["ferry"].capacity_wagons is None


def test_extends_goes_through_several_files_and_one_name_is_enough(tmp_path: Path, base: Path) -> None:
    write(tmp_path, "middle.yaml", "extends: base.yaml\n" + layer(60))
    assert read(write(tmp_path, "top.yaml", "extends: middle.yaml\n")).scenario.segments["east-quay"].length_km


def test_with_overrides_and_set_overrides_all(tmp_path: Path, base: Path) -> None:
    first, second = write(tmp_path, "a.yaml", "title: A\n" + layer(70)), write(tmp_path, "b.yaml", layer(80))
    loaded = read(base, with_layers=[first, second])
    assert loaded.scenario.segments["east-quay"].freight_speed_kmh.value == 80  # type: ignore[union-attr]
    assert loaded.origins[SPEED].file == str(second)
    assert loaded.scenario.title == "Two nodes and a ferry"
    assert loaded.name == "base+a+b"
    loaded = read(base, with_layers=[first, second], sets=["title=x", f"{SPEED}=90"])
    assert loaded.scenario.segments["east-quay"].freight_speed_kmh.value == 90  # type: ignore[union-attr]
    assert loaded.origins[SPEED] == ("--set", 2, len(SPEED) + 2)


def test_a_layer_that_extends_the_same_base_does_not_undo_the_scenario(tmp_path: Path, base: Path) -> None:
    top = write(tmp_path, "top.yaml", "extends: [base.yaml]\n" + layer(70))
    over = write(tmp_path, "over.yaml", "extends: [base.yaml]\nset: {segments.east-quay.tracks: 2}\n")
    segment = read(top, with_layers=[over]).scenario.segments["east-quay"]
    assert (segment.freight_speed_kmh.value, segment.tracks.value) == (70, 2)  # type: ignore[union-attr]


def test_two_layers_that_disagree_are_an_error_that_names_both(tmp_path: Path, base: Path) -> None:
    write(tmp_path, "a.yaml", layer(70))
    b = write(tmp_path, "b.yaml", layer(80))
    issue = only(faults_of(write(tmp_path, "top.yaml", "extends: [base.yaml, a.yaml]\n")))
    assert f"'{SPEED}' is set to another value at {base}:" in issue.message
    found = faults_of(write(tmp_path, "top.yaml", "extends: [a.yaml, b.yaml]\ntitle: x\n"))
    clash = next(issue for issue in found if SPEED in issue.message)
    assert (clash.file, clash.line) == (str(b), 1)
    assert "a.yaml:1:" in clash.message


def test_layers_agree_if_equal_or_extended_or_decided_by_the_file(tmp_path: Path, base: Path) -> None:
    write(tmp_path, "a.yaml", layer(50))
    write(tmp_path, "b.yaml", layer(80, "base.yaml"))
    assert faults_of(write(tmp_path, "top.yaml", "extends: [base.yaml, a.yaml]\n")) == ()
    assert faults_of(write(tmp_path, "top.yaml", "extends: [base.yaml, b.yaml]\n")) == ()
    assert faults_of(write(tmp_path, "top.yaml", "extends: [b.yaml, base.yaml]\n")) == ()
    assert read(tmp_path / "top.yaml").scenario.segments["east-quay"].freight_speed_kmh.value == 80  # type: ignore[union-attr]
    write(tmp_path, "c.yaml", layer(90))
    assert faults_of(write(tmp_path, "top.yaml", f"extends: [b.yaml, c.yaml]\nset: {{{SPEED}: 1}}\n")) == ()


def test_circles_are_found(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "extends: [b.yaml]\n")
    write(tmp_path, "b.yaml", "extends: [a.yaml]\n")
    issue = only(faults_of(tmp_path / "a.yaml"))
    assert issue.message == "files extend each other in a circle: a.yaml -> b.yaml -> a.yaml"
    assert (Path(issue.file).name, issue.line, issue.column) == ("b.yaml", 1, 11)
    assert "circle" in only(faults_of(write(tmp_path, "self.yaml", "extends: self.yaml\n"))).message


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("segments.east-qay.tracks", "unknown path", "did you mean 'segments.east-quay.tracks'?"),
        ("segments.east-quay.trakcs", "unknown path", "did you mean 'segments.east-quay.tracks'?"),
        ("segmnts.east-quay.tracks", "unknown path", "did you mean 'segments.east-quay.tracks'?"),
        ("segments.*.tracks", "'*' cannot stand in a path", "one by one"),
        ("segments.east-quay", "is a branch, not a leaf", "one by one"),
        ("segments.east-quay.tracks.value", "goes into the leaf 'segments.east-quay.tracks'", "whole"),
        ("ports.port_quay.dry.berths", "unknown path", ""),
    ],
)
def test_wrong_paths_in_set(tmp_path: Path, base: Path, path: str, message: str, hint: str) -> None:
    text = f"extends: [base.yaml]\nset:\n  {path!r}: 2\n"
    issue = only(faults_of(write(tmp_path, "top.yaml", text)))
    assert message in issue.message
    assert hint in issue.hint
    assert (issue.line, issue.column, issue.path) == (3, 3, path)
    again = only(faults_of(base, f"{path}=2"))
    assert (again.file, again.message, again.hint) == ("--set", issue.message, issue.hint)


def test_a_new_year_may_be_set_but_no_new_name(tmp_path: Path) -> None:
    text = LINE + "growth: {plan: {ore: {2025: 1.1}}}\n"
    base = write(tmp_path, "base.yaml", text)
    assert read(base, sets=["growth.plan.ore.2026=1.2"]).scenario.growth["plan"]["ore"][2026].value == 1.2
    assert "unknown path" in only(faults_of(base, "growth.plan.coal.2026=1.2")).message


def test_faults_in_set_values_have_their_column(base: Path) -> None:
    found = faults_of(base, "title", "segments.east-quay.tracks=-1", "title=[", "title='x'")
    assert [(i.file, i.line, i.column) for i in found] == [("--set", 1, 1), ("--set", 2, 27), ("--set", 3, 8)]
    assert found[0].hint == "write --set path=value"


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    write(tmp_path, "base.yaml", LINE.replace("tracks: 1", "tracks: -1"))
    write(tmp_path, "broken.yaml", "nodes: [\n")
    write(tmp_path, "rows.csv", "source_id;kind\n")
    text = "extends: [base.yaml, broken.yaml, gone.yaml]\ntables: {sources: rows.csv}\nset: {policies.routng: split}\n"
    found = faults_of(write(tmp_path, "top.yaml", text))
    names = [Path(issue.file).name for issue in found]
    assert sorted(set(names)) == ["base.yaml", "broken.yaml", "rows.csv", "top.yaml"]
    assert sum(name == "top.yaml" for name in names) >= 1
    assert "there is no file 'gone.yaml'" in [issue.message for issue in found]
    assert list(found) == sorted(found, key=lambda i: (i.file, i.line, i.column))


def test_a_broken_base_brings_no_string_of_faults_in_its_wake(tmp_path: Path) -> None:
    write(tmp_path, "base.yaml", LINE + "\x01")
    issue = only(faults_of(write(tmp_path, "top.yaml", TITLED + f"set: {{{SPEED}: 70}}\n")))
    assert Path(issue.file).name == "base.yaml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: {a: b}\n", "the name of a file is needed here"),
        ("extends: [[a]]\n", "the name of a file is needed here"),
        ("extends: [no_such]\n", "there is no shipped scenario 'no_such'"),
        ("set: [1]\n", "'set' is a mapping of dotted paths to values"),
        ("tables: x.csv\n", "tables are a mapping of section to file"),
        ("segments: {a.b: {}}\n", "'a.b' cannot be an id"),
    ],
)
def test_wrong_directives(tmp_path: Path, text: str, message: str) -> None:
    assert any(message in issue.message for issue in faults_of(write(tmp_path, "x.yaml", text)))


def test_a_shipped_scenario_is_extended_by_its_name_from_anywhere(tmp_path: Path) -> None:
    top = write(tmp_path, "mine.yaml", "schema: 1\ntitle: Mine\nextends: [baseline]\n")
    assert read(top).scenario.title == "Mine"


# --- roots ------------------------------------------------------------------------------------------------------------


def test_files_outside_the_root_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "base.yaml", LINE)
    text = "extends: [../base.yaml]\ntables: {sources: /etc/passwd}\n"
    found = faults_of(write(tmp_path, "folder/top.yaml", text))
    assert [issue.message for issue in found] == [
        "'../base.yaml' lies outside the scenario's root",
        "'/etc/passwd' lies outside the scenario's root",
    ]
    assert [(issue.line, issue.column) for issue in found] == [(1, 11), (2, 19)]


def test_the_root_is_the_nearest_folder_with_a_marker(tmp_path: Path) -> None:
    write(tmp_path, "base.yaml", LINE)
    write(tmp_path, "corridorsim.toml", "")
    top = write(tmp_path, "folder/deep/top.yaml", "extends: [../../base.yaml]\n")
    assert faults_of(top) == ()
    write(tmp_path, "folder/corridorsim.toml", "")
    assert "outside" in faults_of(top)[0].message


def test_symbolic_links_out_of_the_root_are_refused(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/base.yaml", LINE)
    top = write(tmp_path, "inside/top.yaml", "extends: [link.yaml]\n")
    (tmp_path / "inside/link.yaml").symlink_to(outside)
    assert "outside" in only(faults_of(top)).message


def test_a_file_outside_is_read_if_it_was_named(tmp_path: Path) -> None:
    base = write(tmp_path, "base.yaml", LINE)
    top = write(tmp_path, "folder/top.yaml", "extends: [../base.yaml]\n")
    assert faults_of(top, with_layers=(base,)) == ()


def test_head_alone_says_what_is_missing(tmp_path: Path) -> None:
    found = faults_of(write(tmp_path, "x.yaml", HEAD))
    assert [issue.message for issue in found] == ["the scenario lacks 'flows'", "the scenario lacks 'nodes'"]
    assert {(issue.line, issue.column) for issue in found} == {(1, 1)}
