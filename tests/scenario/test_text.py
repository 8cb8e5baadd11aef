"""Faults of a text before anything in it has a meaning: encoding, size, syntax, aliases, tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridorsim.scenario import text

from .line import HEAD, LINE, faults, only, place


@pytest.mark.parametrize(
    ("text", "word", "message"),
    [
        (LINE.replace("    tracks: 1", "\ttracks: 1"), "\ttracks", "a tab stands where only spaces may"),
        (LINE.replace("title: Two", "title: Two: "), ":  nodes", "a ':' stands where none may"),
        (LINE.replace("[port_quay, port_west]", "[port_quay, port_west"), "cargo", "the list in [ ] is not closed"),
        (LINE + "note: 'open\n", None, "the file ends inside a quoted text"),
        (LINE + "---\nschema: 1\n", "---", "a second document starts here"),
        (LINE + "note: *nowhere\n", "*nowhere", "'*nowhere' refers to nothing above"),
        (LINE + "? [a, b]\n: 1\n", "[a, b]", "a list or mapping cannot be a key"),
        ("- 1\n- 2\n", "- 1", "a scenario is a mapping of sections"),
        ("just words\n", "just", "a scenario is a mapping of sections"),
    ],
)
def test_syntax(tmp_path: Path, text: str, word: str | None, message: str) -> None:
    issue = only(faults(tmp_path, text))
    assert message in issue.message
    if word is not None and word in text:
        assert issue.line == place(text, word)[0]


def test_an_empty_file(tmp_path: Path) -> None:
    assert only(faults(tmp_path, "")).message == "the file is empty"
    assert only(faults(tmp_path, "# only a comment\n")).message == "the file is empty"


def test_duplicate_keys_are_found_where_they_stand_again(tmp_path: Path) -> None:
    text = LINE.replace("    tracks: 1\n", "    tracks: 1\n    length_km: 130\n")
    issue = only(faults(tmp_path, text))
    assert (issue.line, issue.column) == place(text, "length_km: 130")
    assert issue.message == "duplicate key 'length_km'"
    assert issue.hint == f"it stands already in line {place(text, 'length_km: 120')[0]}"


def test_a_nul_byte_and_other_control_characters(tmp_path: Path) -> None:
    text = LINE.replace("Two nodes", "Two\0nodes")
    issue = only(faults(tmp_path, text))
    assert issue.message == "a NUL byte stands in the text"
    assert (issue.line, issue.column) == place(text, "\0")
    assert "U+001B" in only(faults(tmp_path, LINE.replace("Two", "\x1b[31mTwo"))).message


def test_wrong_encodings(tmp_path: Path) -> None:
    latin = LINE.replace("Two nodes", "Zwei Hügel").encode("latin-1")
    issue = only(faults(tmp_path, latin))
    assert (issue.message, issue.line, issue.column) == ("the file is not UTF-8 here", 2, 14)
    assert "UTF-16" in only(faults(tmp_path, LINE.encode("utf-16"))).message


def test_a_file_above_5_mb_is_refused_unread(tmp_path: Path) -> None:
    issue = only(faults(tmp_path, HEAD.encode() + b"#" * 5_000_000))
    assert "larger than 5 MB" in issue.message


def test_a_yaml_file_above_1_mb_is_sent_to_the_tables(tmp_path: Path) -> None:
    issue = only(faults(tmp_path, HEAD + "#" * 1_000_000))
    assert (issue.message, issue.hint) == ("a YAML file above 1 MB is not read", "put rows into tables")


def test_an_alias_bomb_is_defused(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    issue = only(faults(tmp_path, "\n".join(rows)))
    assert "more than 15000 values" in issue.message


def test_a_value_that_contains_itself(tmp_path: Path) -> None:
    assert "contains it" in only(faults(tmp_path, "nodes: &a {x: *a}\n")).message


@pytest.mark.parametrize("text", ["x: " + "[" * 5000, "x: " + "{a: " * 5000, "- " * 5000])
def test_deep_nesting_is_stopped(tmp_path: Path, text: str) -> None:
    assert "nested more than" in only(faults(tmp_path, text)).message


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['touch owned']", "!!python/name:os.system x", "!Custom {a: 1}"]
)
def test_nothing_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tag: str) -> None:
    monkeypatch.chdir(tmp_path)
    text = LINE + f"note: {tag}\n"
    assert any("tags" in issue.message for issue in faults(tmp_path, text))
    assert not (tmp_path / "owned").exists()


def test_quoted_words_stay_text_and_merge_keys_are_explained(tmp_path: Path) -> None:
    issue = only(faults(tmp_path, LINE.replace("    tracks: 1", "    tracks: 1\n    <<: {discipline: block}")))
    assert issue.message == "unknown key '<<' in segment 'east-quay'"
    assert "extends" in issue.hint


def test_a_huge_whole_number_is_no_crash(tmp_path: Path) -> None:
    issue = only(faults(tmp_path, LINE.replace("length_km: 120", "length_km: " + "9" * 5000)))
    assert "must be finite" in issue.message


SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_both_parsers_read_a_shipped_file_alike(file: Path) -> None:
    words = file.read_text(encoding="utf-8")
    slow = text._by_ruamel(words, text._Builder("x", [], 0, 0))
    assert text.parse(words, "x", []) == slow


@pytest.mark.parametrize(
    "words",
    [
        "a: {b: [1, 'x: y', \"\\u0041\"], c: 2}", "- é: 😀\n- 😀 x: y", "a: |\n  t\n   u\n", "a: >-\n  t\n\n  u\n",
        "a: x\n  y", "{a: http://b, 'c':1}", "a: -1\nb: 0o17\nc: no", "? a\n: b", "a: &b 1\nc: *b",
        "a: !!str 1", "a\u2028b: 1", "a: b\x85c", "a: 1\na: 2",
    ],
)  # fmt: skip
def test_both_parsers_read_a_piece_alike(words: str) -> None:
    found: list[text.Issue] = []
    slow = text._by_ruamel(words, text._Builder("x", found, 3, 2))
    quick: list[text.Issue] = []
    assert text.parse(words, "x", quick, 3, 2) == slow
    assert quick == found
