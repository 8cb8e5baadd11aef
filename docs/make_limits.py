"""Writes the table of what is not modelled into model.md, from the list that reports show too.

Run it as ``python docs/make_limits.py``.
"""

from __future__ import annotations

from pathlib import Path

from corridorsim.report.not_modelled import BIASES, not_modelled

PAGE = Path(__file__).with_name("model.md")

BEGIN = "<!-- made by python docs/make_limits.py from corridorsim/report/not_modelled.csv -->\n"
END = "<!-- end of what is made -->\n"


def page() -> str:
    """The whole page, with the part between the two marks made anew."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    assert mark, f"{PAGE.name} has lost its marks"
    return f"{before}{BEGIN}{table()}{END}{after}"


def table() -> str:
    """Every topic with its lines, and what the words for the bias mean."""
    said = [f"*{word}*: {meaning}" for word, meaning in BIASES.items()]
    rows = [f"| {limit.topic} | {limit.words} | {limit.direction} |\n" for limit in not_modelled()]
    return "; ".join(said) + ".\n\n| topic | not modelled | bias |\n| --- | --- | --- |\n" + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
