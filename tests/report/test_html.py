"""The report as a file: what it says, that it needs nothing outside, and that names from scenarios do no harm."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import corridorsim as cs
from corridorsim.cli.app import app
from corridorsim.report import NotAResult
from corridorsim.report.html import SECTIONS, Column, Context, Section, Table, open_study, section
from corridorsim.report.html.answer import answer
from corridorsim.report.html.page import for_script, render
from corridorsim.report.not_modelled import not_modelled
from corridorsim.report.validity import held_against

from ..reports import PORT, STATION, TITLE, Reported


def call(*words: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(app, list(words))


class Elements(HTMLParser):
    """Every element with its attributes, and the text of each."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        texts: list[str] = []
        self.found.append((tag, dict(attrs), texts))
        if tag not in ("meta", "link", "img", "br", "input"):
            self.open.append(texts)

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for texts in self.open:
            texts.append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        """Attributes and text of the elements of a kind."""
        return [(attributes, "".join(texts)) for name, attributes, texts in self.found if name == tag]


@pytest.fixture(scope="module")
def page(reported: Reported) -> str:
    return reported.report.path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def elements(page: str) -> Elements:
    return Elements(page)


def visible(page: str) -> str:
    """The page without its scripts and styles."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


def test_it_needs_nothing_outside_itself(elements: Elements, page: str) -> None:
    for tag, attributes, _ in elements.found:
        assert "src" not in attributes, tag
        assert not any(name.startswith("on") for name in attributes), tag
        if tag == "link":
            assert attributes["href"] == "data:,"
        if tag == "a":
            assert re.match(r"#|https?://", attributes["href"] or ""), attributes
    assert "@import" not in page
    assert "url(" not in elements.all("style")[0][1]


def test_the_policy_allows_these_scripts_and_no_request(elements: Elements) -> None:
    policy = next(a["content"] for a, _ in elements.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    scripts = [text for attributes, text in elements.all("script") if attributes.get("type") is None]
    assert len(scripts) == 2
    for text in scripts:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_hostile_names_stay_names(elements: Elements, page: str) -> None:
    body = visible(page)
    for name in (STATION, PORT, TITLE):
        assert name not in body
    assert "<img" not in body
    assert "javascript:" not in "".join(a["href"] or "" for a, _ in elements.all("a"))
    assert any(TITLE.split("\u2028")[0] in text for _, text in elements.all("td"))
    assert "49" not in re.findall(r"bold</b> . '([^']*)'", "".join(text for _, text in elements.all("td")))
    data = [text for attributes, text in elements.all("script") if attributes.get("type") == "application/json"]
    assert data
    for text in data:
        assert not set("<>&\u2028\u2029") & set(text)
        json.loads(text)


def test_json_cannot_end_its_script() -> None:
    text = for_script(json.dumps({"name": PORT + "<!--\u2028"}, ensure_ascii=False))
    assert "<" not in text
    assert json.loads(text)["name"] == PORT + "<!--\u2028"


def test_a_screen_reader_finds_its_way(elements: Elements) -> None:
    assert elements.all("html")[0][0]["lang"] == "en"
    assert len(elements.all("h1")) == 1
    levels = [int(tag[1]) for tag, _, _ in elements.found if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes, _ in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes, _ in elements.found:
        for key in ("aria-labelledby", "for"):
            assert attributes.get(key) is None or attributes[key] in ids
    assert len(elements.all("caption")) == len(elements.all("table"))
    assert all(text.strip() for _, text in elements.all("caption"))
    assert all(attributes.get("scope") in ("col", "row") for attributes, _ in elements.all("th"))
    plots = [attributes for attributes, _ in elements.all("div") if attributes.get("class") == "plot"]
    assert len(plots) == len(elements.all("figcaption"))
    assert all(attributes["role"] == "img" and attributes["aria-label"] for attributes in plots)


def test_the_answer_comes_first(elements: Elements, reported: Reported) -> None:
    assert elements.all("h1")[0][1].startswith("Yes. Both scenarios meet “carried” in 2024")
    first = reported.report.results[0].summary
    cards = [text for attributes, text in elements.all("section") if "card" in (attributes.get("class") or "").split()]
    assert len(cards) == 4
    met, sure, binds, change = cards
    assert "In part" in met
    assert f"half a million: {first.targets[1].value.mean:.2f}" in met
    assert "3 of 3 runs reach it" in sure
    assert "not drawn here" in sure
    bottlenecks = open_study(reported.studies[0]).body
    assert bottlenecks["verdict"][1:] in binds
    assert "more: +" in change
    assert "half a million" in change


def test_sections_stand_in_order(elements: Elements) -> None:
    chapters = [a["id"] for a, _ in elements.all("section") if a.get("class") == "chapter"]
    known = [
        "scenarios", "map", "months", "days", "limits", "bottlenecks", "locomotives", "packages", "changes",
        "uncertain", "not-modelled", "tried", "again",
    ]  # fmt: skip
    assert [name for name in chapters if name in known] == known


def test_inputs_sources_and_limits_of_the_model_are_told(elements: Elements, page: str, reported: Reported) -> None:
    cells = [text for _, text in elements.all("td")]
    heads = [text for _, text in elements.all("th")]
    assert "vessels.ferry.count" in cells
    assert "segments.mine-east.freight_speed_kmh" in heads
    assert "speeds" in cells
    links = {attributes["href"]: text for attributes, text in elements.all("a")}
    assert links['https://example.org/?a=1&b="2"'] in ("timetable", "timetable; rumour", "Timetable <i>")
    for one in not_modelled():
        assert one.words.replace("`", "") in cells
    for what, came_out in held_against():
        assert what in heads
        assert came_out in cells
    for result in reported.report.results:
        assert result.summary.hash in cells
        assert result.command in cells
    assert str(cs.__version__) in cells


def test_the_page_itself_is_small(page: str) -> None:
    """Without plotly's script, which is there once."""
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len([text for text in scripts if len(text) > 1_000_000]) == 1
    assert len(page.encode()) - max(len(text) for text in scripts) < 1_000_000


def test_the_command_makes_it_again(reported: Reported, tmp_path: Path) -> None:
    folders = [str(folder) for folder in (*reported.folders, *reported.studies)]
    done = call("report", *folders, "--out", str(tmp_path / "again.html"), "--results", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "Both scenarios meet" in done.output
    again = (tmp_path / "again.html").read_text(encoding="utf-8")
    before = reported.report.path.read_text(encoding="utf-8")
    changed = {str(reported.report.path): "", str(tmp_path / "again.html"): ""}
    for words, nothing in changed.items():
        again, before = again.replace(words, nothing), before.replace(words, nothing)
    assert re.sub(r"This page again:.*", "", again) == re.sub(r"This page again:.*", "", before)


def test_one_scenario_is_run_where_a_scenario_is_named(ferry_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "ferry.html"
    done = call(
        "report", str(ferry_file), "--replications", "1", "--executor", "serial", "--quiet", "--out", str(out),
        "--results", str(tmp_path / "kept"),
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Yes. “most is carried” is met in 2024")
    page = visible(out.read_text(encoding="utf-8"))
    assert "one run only: no interval can be told" in page
    assert "What was changed" not in page
    assert any((tmp_path / "kept").glob("ferry-*"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{empty}"], "is not a folder of results"),
        (["{study}"], "a report needs a scenario or a folder of results"),
        (["{result}", "--with", "horizon/2027"], "has its layers and settings already"),
        (["{result}", "--out", "{empty}"], "is a folder"),
        (["{broken}"], "lacks"),
    ],
)
def test_what_cannot_be_reported_is_told(arguments: list[str], told: str, reported: Reported, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "curve.json").write_text('{"scenario": "x"}', encoding="utf-8")
    places = {
        "empty": tmp_path / "empty", "study": reported.studies[0], "result": reported.folders[0],
        "broken": tmp_path / "broken",
    }  # fmt: skip
    words = [word.format(**places) for word in arguments]
    if "--out" not in words:
        words += ["--out", str(tmp_path / "x.html")]
    done = call("report", *words)
    assert done.exit_code == 2
    assert told in done.output
    assert not (tmp_path / "x.html").exists()


def test_a_target_that_no_package_meets_is_said_before_the_best_package(reported: Reported, tmp_path: Path) -> None:
    (study,) = (folder for folder in reported.studies if (folder / "plan.json").exists())
    shutil.copytree(study, tmp_path / "plan")
    body = json.loads((study / "plan.json").read_text(encoding="utf-8")) | {"met": False, "package": None}
    body["best"] |= {"package": "berth;few", "delivered_mt": 0.25}
    (tmp_path / "plan" / "plan.json").write_text(json.dumps(body), encoding="utf-8")
    (card,) = (
        card
        for card in answer(dataclasses.replace(reported.report.context, studies=(open_study(tmp_path / "plan"),))).cards
        if card.question == "What would change it?"
    )
    assert card.answer == f"No package of projects meets “{body['target']['name']}”"
    assert card.lines[0] == "The best package reaches 0.25 Mt: berth, few"


def test_a_study_that_cannot_be_read_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("[", encoding="utf-8")
    with pytest.raises(NotAResult, match="cannot be read"):
        open_study(tmp_path)


def test_a_section_of_ones_own(reported: Reported) -> None:
    @section("own")
    def own(context: Context) -> Section:
        table = Table("mine", "Mine", [Column("what"), Column("of <all>", "number", percent=True)], [["<i>", 0.5]])
        return Section("A section <of> my own", [f"{len(context.results)} results & more"], tables=[table])

    try:
        context = dataclasses.replace(reported.report.context, comparison=None, studies=())
        page = visible(render(context))
        with pytest.raises(ValueError, match="already"):
            section("own")(lambda context: None)
    finally:
        del SECTIONS["own"]
    assert "A section &lt;of&gt; my own" in page
    assert "2 results &amp; more" in page
    assert "&lt;i&gt;" in page
    assert "50.0 %" in page
    assert page.index('id="own"') < page.index('id="uncertain"')


def test_cells_of_a_table() -> None:
    columns = [
        Column("a"), Column("b", "number", 2), Column("c", "interval", 1), Column("d", "link"),
        Column("e", "number", percent=True), Column("f", "number"),
    ]  # fmt: skip
    rows = [
        ["x", 1234.5, (1, 2), ("words", "https://example.org"), 0.123, 2027],
        [None, None, (None, 2), ("words", "javascript:x"), float("nan"), 0.00012345],
    ]
    first, second = Table("t", "T", columns, rows).cells()
    assert [cell.shown for cell in first] == ["x", "1,234.50", "[1.0, 2.0]", "words", "12.3 %", "2027"]
    assert first[1].raw == 1234.5
    assert (first[2].raw, first[2].high) == (1.0, 2.0)
    assert first[3].href == "https://example.org"
    assert [cell.shown for cell in second] == ["", "", "", "words", "", "0.0001234"]
    assert second[3].href == ""
