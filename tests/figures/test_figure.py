"""A figure is one table drawn twice, and saved in whatever way the file's name asks for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

from corridorsim.figures import Figure, scenarios
from corridorsim.figures.geography import Box, as_text, clipped, from_text, leg, thinned


@pytest.fixture
def figure() -> Figure:
    table = pd.DataFrame(
        {"scenario": ["first", "second & last"], "mean": [5.0, 7.5], "low": [4.5, float("nan")],
         "high": [5.5, float("nan")]}
    )  # fmt: skip
    return scenarios(table, unit="Mt", title="Delivered <2027>", caption="Made by hand.", at_least=10)


def test_each_suffix_has_its_way(figure: Figure, tmp_path: Path) -> None:
    heads = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "html": b"<!doctype html>", "csv": b"scenario,mean"}
    for suffix, head in heads.items():
        assert figure.save(tmp_path / f"made.{suffix}").read_bytes().startswith(head)
    assert pd.read_csv(tmp_path / "made.csv")["mean"].tolist() == [5.0, 7.5]
    with pytest.raises(ValueError, match=r"made\.gif: a figure is saved as \.png, \.svg, \.pdf, \.html or \.csv"):
        figure.save(tmp_path / "made.gif")


def test_same_table_same_bytes_whatever_the_callers_style(figure: Figure, tmp_path: Path) -> None:
    kept = dict(mpl.rcParams)
    first = [figure.save(tmp_path / f"a.{suffix}").read_bytes() for suffix in ("svg", "html")]
    assert dict(mpl.rcParams) == kept
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        again = [figure.save(tmp_path / f"b.{suffix}").read_bytes() for suffix in ("svg", "html")]
    assert first == again


def test_page_asks_for_nothing_and_speaks(figure: Figure, tmp_path: Path) -> None:
    text = figure.save(tmp_path / "made.html").read_text(encoding="utf-8")
    assert "<h1>Delivered &lt;2027&gt;</h1>" in text
    assert "<figcaption>Made by hand.</figcaption>" in text
    assert 'role="img" aria-label="2 scenarios as bars' in text
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", text)


def test_notebook_has_words_where_it_cannot_draw(figure: Figure) -> None:
    assert figure._repr_mimebundle_()["text/plain"] == f"{figure.title}\n{figure.alt}"
    assert "second & last with 7.50 Mt" in figure.alt
    assert "The target is 10 Mt" in figure.alt


def test_both_drawings_hold_the_table(figure: Figure) -> None:
    bars = figure.interactive().data[0]
    assert list(bars.x) == [5.0, 7.5]
    assert list(bars.error_x.array) == [0.5, 0.0]  # no interval, no arms
    axes = figure.static().axes[0]
    assert [bar.get_width() for bar in axes.patches] == [5.0, 7.5]
    assert {"5.00 [4.50, 5.50]", "7.50", "target 10"} <= {text.get_text() for text in axes.texts}


def test_drawing_libraries_come_with_the_drawing() -> None:
    code = "import sys, corridorsim.figures, corridorsim.report.plots; print([m for m in sys.modules if '.' not in m])"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"matplotlib", "plotly"} & set(re.findall(r"'(\w+)'", made.stdout))


# --- lines and outlines -----------------------------------------------------------------------------------------------


LINE = ((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 1.0), (4.0, 1.0))


def test_a_leg_is_the_part_of_its_line_between_its_ends_in_its_own_direction() -> None:
    way = leg(LINE, (3.0, 1.01), (1.0, -0.01), whole=False)
    assert way is not None
    assert (way[0], way[-1]) == ((3.0, 1.01), (1.0, -0.01))
    assert [point for point in LINE if point in way] == [(1.0, 0.0), (2.0, 0.0), (3.0, 1.0)]


def test_without_line_it_is_straight_and_without_ends_the_line_itself() -> None:
    way = leg(None, (0.0, 0.0), (8.0, 4.0), whole=True)
    assert way is not None
    assert len(way) > 2  # something to hover over
    assert all(lat == pytest.approx(lon / 2) for lon, lat in way)
    assert leg(LINE, None, (1.0, 0.0), whole=True) == LINE
    assert leg(LINE, None, (1.0, 0.0), whole=False) is None
    assert leg(None, None, (1.0, 0.0), whole=True) is None


def test_outlines_are_cut_at_the_map_and_lose_what_is_not_seen() -> None:
    square = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0))
    far = tuple((lon + 50, lat) for lon, lat in square)
    (cut,) = clipped([square, far], Box(1.0, 1.0, 9.0, 3.0))
    assert set(cut) == {(1.0, 1.0), (4.0, 1.0), (4.0, 3.0), (1.0, 3.0)}
    assert thinned(((0.0, 0.0), (1.0, 0.001), (2.0, 0.0)), 0.01) == ((0.0, 0.0), (2.0, 0.0))
    assert thinned(((0.0, 0.0), (1.0, 0.1), (2.0, 0.0)), 0.01) == ((0.0, 0.0), (1.0, 0.1), (2.0, 0.0))


def test_ways_are_written_as_well_known_text() -> None:
    assert as_text(((1.0, 2.5), (3.25, -4.0))) == "LINESTRING (1.000 2.500, 3.250 -4.000)"
    assert from_text("POINT (51.200 43.600)") == ((51.2, 43.6),)
