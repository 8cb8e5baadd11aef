"""Ways to damage a scenario: scraps anywhere in a file, and wrong values for leaves by what they hold."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from hypothesis import strategies as st

from corridorsim.scenario import read
from corridorsim.scenario.shape import ROOT, FieldsShape, LeafShape, MapShape, Shape

from .cases import CORPUS

GOOD = CORPUS / "good.yaml"
TABLES = ("good_nodes.csv", "good_segments.csv", "good_vessels.csv", "good_growth.csv")

#: what stands where it should not
SCRAPS = st.one_of(
    st.sampled_from(
        [
            *("\t", ": ", "- ", "[", "]", "{", "}", "&a ", "*a ", "*fair", "!!int ", "|", ">", "'", '"', "#", "? "),
            *("---\n", ",", "\n", "\r\n", "\r", ";", "%YAML 1.1\n", "\0", "\ufeff", "\u2028", "\x85", "é", "\x1b[2J"),
            *("=cmd|' /C calc'!A0", "=1+1", "+1", "@x", "../", "/etc/passwd", "<script>", "1,5", "1e999", "nan", "-1"),
            *("~", "9" * 30, "0x", "1_000", "true", "null", "2024-02-30", "9999-12-31", "<<: *fair", "\ud800"),
            "extends: [good.yaml]\n",
        ]
    ),
    st.text(max_size=6),
    st.binary(max_size=4).map(lambda raw: raw.decode("latin-1")),
)

IDS = [
    *("gate", "mine", "east", "port_east", "port_west", "ore", "boxes", "ferry", "feeder", "crossing", "north", "te"),
    *("gondola", "platform", "flat", "double", "more_ships", "by_the_mine", "either", "sea", "shed", "slow"),
    *("feeder_two", "second_track", "ten_more", "RA", "RB", "2024-01-01", "nothing", "../x"),
]
PATHS = ["segments.*.tracks", "segments.*.traction", "ports.*.*.berths", "demand.factor", "segments", "*"]
NUMBERS = [
    *("0", "1", "2", "0.5", "-5", "1e-9", "7", "1e3", "1e6", "1e9", "1e11", "1e300", ".inf", "3 d", "5 km", "'1,5'"),
]
RANGED = ["{value: 3, low: 0, high: 1e11}", "{value: 1, low: 2}", "{value: 1e300}", "{low: 1}"]
DATED = ["{2024-06-01: 0, 2025-01-01: 1e9}", "{1900-01-01: 3, 2200-01-01: 0}", "{2024-02-30: 1}", "{9999-12-31: 1}"]
SPREADS = [
    "{distribution: erlang, mean_h: 1, shape: 1e9}",
    "{distribution: exponential, mean_h: 1e9}",
    "{distribution: empirical, values_h: [1e9, 0]}",
    "{distribution: lognormal, mean_h: 1, p90_h: 1}",
    "{distribution: normal}",
]
DAYS = ["1900-01-01", "2200-12-31", "2024-01-01", "2024-02-29", "2025-12-31", "0001-01-01", "9999-12-31", "2024-06-15"]
ANYTHING = ["''", "~", "true", "[]", "{}", "[1, 2]", "{a: 1}", "=1+1", "2024", "text", "-", "[[1]]"]


def _leaves(shape: Shape, tree: object, path: tuple[str, ...]) -> Iterator[tuple[str, Shape]]:
    given = tree if isinstance(tree, dict) else {}
    if isinstance(shape, FieldsShape):
        for name, below in shape.fields.items():
            yield from _leaves(below, given.get(name), (*path, name))
    elif isinstance(shape, MapShape):
        for name in given:
            yield from _leaves(shape.item, given[name], (*path, name))
    else:
        yield ".".join(path), shape


@functools.cache
def leaves() -> tuple[tuple[str, Shape], ...]:
    """Every leaf that the good scenario has or could have in its rows."""
    return tuple(_leaves(ROOT, read(GOOD).tree, ()))


def values(shape: Shape) -> st.SearchStrategy[str]:
    """Values of the right kind that may still be wrong; now and then one of another kind."""
    return st.one_of(_fitting(shape), _fitting(shape), _fitting(shape), st.sampled_from(ANYTHING))


def _fitting(shape: Shape) -> st.SearchStrategy[str]:
    if not isinstance(shape, LeafShape) or shape.notation.name == "names":
        return st.lists(st.sampled_from(IDS), max_size=3).map(lambda ids: f"[{', '.join(ids)}]")
    if shape.choices:
        return st.sampled_from([str(choice) for choice in shape.choices])
    notation = shape.notation.name
    if notation in ("number", "dated", "duration", "law", "real", "whole", "any"):
        more = {"dated": DATED, "any": DATED, "duration": SPREADS, "law": SPREADS}.get(notation, [])
        return st.sampled_from([*NUMBERS, *RANGED, *more])
    known = {
        "day": DAYS,
        "flag": ["yes", "no"],
        "traction": ["diesel", "ac25kv", "{2024-01-01: diesel, 2025-01-01: dc3kv}", "{2024-01-01: steam}"],
        "stretches": ["[0, 10]", "[[0, 1e9]]", "[[5, 20], [10, 30]]", "[3]"],
        "policy": ["split", "least_expected_time", "{name: split, x: 3}", "limits", "{x: 1}"],
    }
    return st.sampled_from(known.get(notation, [*IDS, *PATHS]))


@st.composite
def settings(draw: st.DrawFn) -> list[str]:
    """One to three ``path=value``."""
    chosen = draw(st.lists(st.sampled_from(leaves()), min_size=1, max_size=3))
    return [f"{path}={draw(values(shape))}" for path, shape in chosen]


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A text with some pieces cut out and scraps put in."""
    for _ in range(draw(st.integers(1, 3))):
        at, cut = draw(st.integers(0, len(text))), draw(st.integers(0, 12))
        text = text[:at] + draw(SCRAPS) + text[at + cut :]
    return text.encode("utf-8", "surrogatepass")
