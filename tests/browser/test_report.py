"""The report in a browser: it asks for nothing, draws everything, and is of use on a desk, on a phone and on paper."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from playwright.sync_api import Page

from .conftest import WIDE, Opened

#: a figure that has drawn: plotly knows of traces, and there are shapes of it
DRAWN = """plot => ({
    alt: plot.getAttribute("aria-label"),
    hidden: Boolean(plot.closest("[hidden]")),
    traces: (plot._fullData || []).filter(trace => trace.visible === true).length,
    shapes: plot.querySelectorAll(".cartesianlayer path, .cartesianlayer text, .cartesianlayer image").length,
})"""


def figures(page: Page) -> list[dict[str, object]]:
    """What each figure shows."""
    return page.locator(".plot").evaluate_all(f"plots => plots.map({DRAWN})")


def test_it_asks_for_nothing_and_complains_of_nothing(wide: Opened) -> None:
    page = wide.page
    for chooser in page.locator("select").all():
        for option in chooser.locator("option").all_text_contents():
            chooser.select_option(option)
    page.wait_for_timeout(300)
    assert wide.asked == []
    assert wide.complaints == []
    assert page.evaluate("window.hacked") is None


def test_every_figure_has_drawn(wide: Opened) -> None:
    shown = [one for one in figures(wide.page) if not one["hidden"]]
    assert shown
    for one in shown:
        assert one["alt"]
        assert one["traces"], one["alt"]
        assert one["shapes"], one["alt"]


def test_a_scenario_is_chosen_in_all_figures_at_once(wide: Opened) -> None:
    page = wide.page
    chooser = page.locator("select").first
    labels = chooser.locator("option").all_text_contents()
    assert labels == ["trains", "more"]
    chooser.select_option("more")
    assert set(page.locator("select").evaluate_all("all => all.map(one => one.value)")) == {"more"}
    page.wait_for_timeout(200)
    for one in figures(page):
        assert one["hidden"] or one["traces"], one["alt"]
    assert page.locator("figure[data-label='trains']:visible").count() == 0
    assert page.locator("figure[data-label='more']:visible").count() >= 1


def test_hover_shows_values(wide: Opened) -> None:
    page = wide.page
    plot = page.locator("#months .plot:visible").first
    plot.scroll_into_view_if_needed()
    x, y = plot.evaluate(
        """plot => {
            const {xaxis, yaxis} = plot._fullLayout, box = plot.getBoundingClientRect();
            const {x, y} = plot._fullData.find(one => one.name === "delivered");
            return [box.x + xaxis._offset + xaxis.d2p(x[5]), box.y + yaxis._offset + yaxis.d2p(y[5])];
        }"""
    )
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    shown = plot.locator(".hoverlayer .hovertext, .hoverlayer .legend")
    shown.first.wait_for()
    words = " ".join(shown.all_text_contents())
    assert "Mt" in words
    assert "2024" in words


def test_tables_sort_by_number_and_by_word(wide: Opened) -> None:
    page = wide.page
    table = page.locator("[data-name=years] table")
    heads = table.locator("thead th").all_text_contents()
    place = heads.index("delivered, Mt") + 1
    button = table.locator(f"thead th:nth-child({place}) button")
    values = f"rows => rows.map(row => Number(row.cells[{place - 1}].dataset.v))"
    button.click()
    up = table.locator("tbody tr").evaluate_all(values)
    assert up == sorted(up)
    assert len(set(up)) > 2
    assert table.locator(f"thead th:nth-child({place})").get_attribute("aria-sort") == "ascending"
    button.click()
    assert table.locator("tbody tr").evaluate_all(values) == up[::-1]
    table.locator("thead th:nth-child(1) button").focus()
    page.keyboard.press("Enter")
    names = table.locator("tbody th").all_text_contents()
    assert names == sorted(names)
    assert set(names) == {"trains", "more"}


def test_a_table_is_downloaded_as_csv_without_formulas(wide: Opened, tmp_path: Path) -> None:
    page = wide.page
    with page.expect_download() as waiting:
        page.locator("[data-name=runs] .csv").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert file.name == "runs.csv"
    assert [row["scenario"] for row in rows][:2] == ["trains", "more"]
    assert rows[0]["title"].startswith("'=HYPERLINK(")
    assert rows[0]["seed"] == "1"
    with page.expect_download() as waiting:
        page.locator("[data-name=years] .csv").click()
    waiting.value.save_as(file)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    years = [
        row for row in rows if row["scenario"] == "trains" and row["perimeter"] == "A" and row["demand"] == "as given"
    ]
    assert float(years[0]["95 % from"]) <= float(years[0]["delivered, Mt"]) <= float(years[0]["95 % to"])


def test_the_answer_is_on_the_first_screen(wide: Opened) -> None:
    page = wide.page
    for question in ("Is the target met?", "How sure is that?", "What binds?", "What would change it?"):
        box = page.get_by_role("heading", name=question).locator("..").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900, question


def test_nothing_scrolls_sideways_on_a_phone(narrow: Opened) -> None:
    page = narrow.page
    for details in page.locator("details").all():
        details.evaluate("one => { one.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page.evaluate("window.scrollTo(100, 0)")
    assert page.evaluate("window.scrollX") == 0
    for one in figures(page):
        assert one["hidden"] or one["traces"], one["alt"]
    # what is wider than the page scrolls in a box of its own
    wide = page.locator(".scroll").evaluate_all(
        "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth).length"
    )
    assert wide > 0
    assert narrow.complaints == []


def test_paper_holds_the_figures_within_the_page(wide: Opened) -> None:
    page = wide.page
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    for box in page.locator(".plot:visible .svg-container").all():
        size = box.bounding_box()
        assert size is not None
        assert size["x"] + size["width"] <= 700
        assert size["height"] > 50
    assert page.locator("nav").is_hidden()
    assert page.locator(".csv:visible").count() == 0
    assert len(page.pdf(format="A4")) > 50_000
    page.emulate_media(media="screen")
    page.set_viewport_size(WIDE)


def test_the_map_has_its_legs(wide: Opened) -> None:
    legs = wide.page.locator("#map .plot:visible").first.evaluate(
        "plot => plot._fullData.filter(one => one.mode === 'lines' && one.meta).map(one => [one.meta, one.x])"
    )
    assert {name for name, _ in legs} == {"mine-east", "crossing"}
    ends = {name: (line[0], line[-1]) for name, line in legs}
    assert set(ends["mine-east"]) == {50, 51}
    assert set(ends["crossing"]) == {51.1, 49.5}
