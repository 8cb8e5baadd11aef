"""What a notebook shows: tables that hold the figures, and nothing that a title could smuggle in."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import corridorsim as cs

from ..small import TEXT


class Reader(HTMLParser):
    """Cells of the tables, and every tag; a tag that is not closed is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] in (["td"], ["th"]):
            self.cells.append(data)


TAGS = {"p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}


def test_scenario_result_and_comparison_are_shown_as_tables(tmp_path: Path) -> None:
    file = tmp_path / "line.yaml"
    file.write_text(TEXT.replace("A mine and a ferry", "A <script>mine</script> & a ferry"), encoding="utf-8")
    scenario = cs.load(file)
    shown = Reader(scenario._repr_html_())
    assert "<script>" not in scenario._repr_html_()
    assert "nodes 4, segments 1, sea links 1, vessel classes 1, flows 2, targets 1" in shown.cells
    assert "2024-01-01 to 2024-12-31, results from 2024-01-01" in shown.cells
    result = cs.run(scenario, replications=2, executor="serial", out=None)
    shown = Reader(result._repr_html_())
    assert shown.tags <= TAGS
    assert shown.cells[shown.cells.index("most is carried") + 3] == "met"
    year = result.summary.years[2024]
    assert f"{year.offered_mt['A'].mean:.2f}" in shown.cells
    two = cs.load(file, sets=["vessels.ferry.count=2"], name="two <b>ferries</b>")
    comparison = cs.compare(result, two, executor="serial", out=None)
    shown = Reader(comparison._repr_html_())
    assert shown.tags <= TAGS
    row = shown.cells.index("two <b>ferries</b>")
    assert shown.cells[row + 1] == "as given"
    assert shown.cells[row + 6] == "1"
