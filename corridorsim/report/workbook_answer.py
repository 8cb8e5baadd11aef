"""The first sheet of a workbook of results: targets, volumes, what was waited for, and how it can be made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..analysis.estimates import Perimeter
from .xlsx import Book

if TYPE_CHECKING:
    from .result import Result

_TITLE: dict[str, Any] = {"bold": True, "font_size": 14}
_WIDTHS = (30, 34, *[13] * 11)
_WAITED, _BUSY = 3, 3
_PERIMETERS: dict[Perimeter, str] = {
    "A": "dry rail cargo",
    "B": "A and crude",
    "C": "B and other cargo: the published headline",
}


def answer_sheet(book: Book, results: Mapping[str, Result], command: str = "") -> None:
    """Write it as the next sheet of the book."""
    page = _Page(book, book.book.add_worksheet("answer"))
    page.line("corridorsim: " + ", ".join(results), **_TITLE)
    page.line(next(iter(results.values())).summary.title)
    page.skip()
    _targets(page, results)
    _volumes(page, results)
    _reasons(page, results)
    page.line("what this is", bold=True)
    for word, text in _facts(results, command):
        page.row([word, text])
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.sheet.hide_gridlines(2)
    page.sheet.set_landscape()
    page.sheet.fit_to_pages(1, 0)


class _Page:
    """A sheet that is written from top to bottom."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book, self.sheet, self.at = book, sheet, 0

    def line(self, text: str, **look: Any) -> None:
        self.book.cell(self.sheet, self.at, 0, text, **look)
        self.at += 1

    def skip(self) -> None:
        self.at += 1

    def header(self, *titles: str) -> None:
        self.book.header(self.sheet, self.at, titles, _WIDTHS[: len(titles)])
        self.at += 1

    def row(self, cells: Sequence[Any], formats: Sequence[str] = ()) -> None:
        for column, cell in enumerate(cells):
            self.book.cell(self.sheet, self.at, column, cell, formats[column] if formats else "")
        self.at += 1


def _targets(page: _Page, results: Mapping[str, Result]) -> None:
    header = [
        "scenario", "target", "met?", "asked", "unit", "found (mean)", "lower bound", "upper bound",
        "probability of reaching it", "lower bound", "upper bound", "probability asked", "year, perimeter, demand",
    ]  # fmt: skip
    page.line("is the target met?", bold=True)
    if not any(result.summary.targets or result.summary.unjudged for result in results.values()):
        page.line("none of these scenarios has a target")
        page.skip()
        return
    page.header(*header)
    for label, result in results.items():
        for target in result.summary.targets:
            share = target.measure == "delivered_share"
            shown = "0.0%" if share else "0.00"
            formats = ["", "", "", shown, "", shown, shown, shown, "0.00", "0.00", "0.00", "0.00", ""]
            value = target.value
            page.row(
                [
                    label, target.name, "met" if target.met else "not met", target.at_least,
                    "% of what is offered" if share else "Mt", value.mean, value.low, value.high, target.probability,
                    target.low, target.high, target.required_probability,
                    f"{target.year}, {target.perimeter}, {target.demand.replace('_', ' ')}",
                ],
                formats,
            )  # fmt: skip
        for name in result.summary.unjudged:
            page.row([label, name, "not judged: its year is not wholly in the results"])
    page.skip()


def _volumes(page: _Page, results: Mapping[str, Result]) -> None:
    page.line("how much is carried, in the year that the targets ask for?", bold=True)
    header = ["scenario", "perimeter", "year", "delivered (Mt)", "lower bound (Mt)", "upper bound (Mt)", "offered (Mt)"]
    page.header(*header, "refused (Mt)", "delivered (% of offered)")
    formats = ["", "", "0", *["0.00"] * 5, "0.0%"]
    for label, result in results.items():
        year = result.summary.years[result.summary.headline_year]
        for perimeter in _PERIMETERS:
            delivered = year.delivered_mt[perimeter]
            page.row(
                [
                    label, f"{perimeter}: {_PERIMETERS[perimeter]}", result.summary.headline_year,
                    delivered.mean, delivered.low, delivered.high, year.offered_mt[perimeter].mean,
                    year.refused_mt[perimeter].mean, year.delivered_share[perimeter].mean,
                ],
                formats,
            )  # fmt: skip
    page.skip()


def _reasons(page: _Page, results: Mapping[str, Result]) -> None:
    page.line("what holds it up?", bold=True)
    page.header("scenario", "cargo waited for", "share of waiting (%)", "", "busiest", "", "in use (%)")
    for label, result in results.items():
        causes: dict[str, float] = {}
        for waiting in result.summary.waiting:
            causes[waiting.cause] = causes.get(waiting.cause, 0.0) + waiting.share
        waited = sorted(causes.items(), key=lambda item: (-item[1], item[0]))[:_WAITED]
        busy = list(result.summary.utilisation.items())[:_BUSY]
        for number in range(max(len(waited), len(busy))):
            cause, share = waited[number] if number < len(waited) else (None, None)
            resource, used = busy[number] if number < len(busy) else (None, None)
            cells = [label, cause and cause.replace("_", " "), share, None, resource, None, used]
            page.row(cells, ["", "", "0.0%", "", "", "", "0.0%"])
    page.skip()


def _facts(named: Mapping[str, Result], command: str) -> list[tuple[str, str]]:
    results = list(named.values())
    first = results[0].summary
    counts = sorted({result.summary.replications for result in results})
    facts = [
        ("version", f"corridorsim {first.version}"),
        ("seed", ", ".join(map(str, sorted({result.summary.seed for result in results})))),
        ("replications", " to ".join(map(str, dict.fromkeys([counts[0], counts[-1]])))),
        (
            "bounds",
            f"{100 * first.confidence:.0f} % intervals over replications at fixed inputs (drawn where demand says so)",
        ),
        ("perimeters", "; ".join(f"{name}: {words}" for name, words in _PERIMETERS.items()) + ". Never compare across"),
        ("tables", "means over the replications; the sheet 'replications' has the years one by one"),
    ]
    if command:
        facts.append(("this file again", command))
    facts += [(f"again {name}", result.command) for name, result in named.items()]
    facts += [(f"fingerprint {name}", result.summary.hash) for name, result in named.items()]
    attribution = dict.fromkeys(result.geometry.attribution for result in results if result.geometry.attribution)
    facts += [("coordinates", words) for words in attribution]
    return facts
