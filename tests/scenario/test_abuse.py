"""Whatever stands in a file: it is read or it is told what is wrong, never more and never later than soon."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .line import LINE, faults, faults_of, write

CSV = "id,from_node,to_node,length_km,freight_speed_kmh,capacity_pairs_per_day,tracks\nx,east,quay,1,2,3,4\n"
SCRAPS = st.one_of(
    st.sampled_from(
        [
            "\t",
            ": ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a ",
            "!!int ",
            "|",
            ">",
            "'",
            '"',
            "#",
            "? ",
            "---\n",
            "%YAML 1.1\n",
        ]
    ),
    st.sampled_from(
        ["\0", "\ufeff", "\u2028", "é", "-1", "nan", ".inf", "1e999", "0x", "9" * 30, "null", "~", "=cmd()", "../"]
    ),
    st.text(max_size=6),
)


def reads_or_tells(folder: Path, *sets: str) -> None:
    """Reading ends with a scenario, or with issues that have a place."""
    for issue in faults_of(folder / "x.yaml", *sets):
        assert issue.line >= 1
        assert issue.column >= 1
        assert issue.message


@given(st.integers(0, len(LINE)), st.integers(0, 8), SCRAPS)
@settings(max_examples=120, deadline=None, derandomize=True)
def test_a_damaged_scenario(at: int, cut: int, scrap: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "x.yaml", (LINE[:at] + scrap + LINE[at + cut :]).encode("utf-8", "surrogatepass"))
        reads_or_tells(Path(folder))


@given(st.integers(0, len(CSV)), st.integers(0, 4), SCRAPS)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_damaged_table(at: int, cut: int, scrap: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "x.yaml", LINE + "tables: {segments: t.csv}\n")
        write(Path(folder), "t.csv", (CSV[:at] + scrap + CSV[at + cut :]).encode("utf-8", "surrogatepass"))
        reads_or_tells(Path(folder))


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_text_as_a_set(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "x.yaml", LINE)
        reads_or_tells(Path(folder), text, f"segments.east-quay.tracks={text}", f"{text}=1")


@pytest.mark.parametrize(
    "text",
    [
        "# " + "x" * 990_000,
        "a: " + "x" * 990_000,
        "a: 'x\n" * 190_000,
        "a: 1\n" * 190_000,
        "- " * 490_000,
        "\n" * 990_000,
    ],
    ids=["comment", "word", "quotes", "keys", "dashes", "lines"],
)
def test_large_files_are_answered(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)
