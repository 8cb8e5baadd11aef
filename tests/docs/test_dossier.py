"""The records under the dossier are of the tests as they stand: a case more without a record made anew is noticed.

That ``docs/validity.md`` says what the records say is in ``test_reference``; laws, cases of theory and lines of track
are held to their records beside their tests.
"""

from __future__ import annotations

import csv
import re

from corridorsim.report.validity import held_against

from ..abuse import record as broken_inputs
from ..abuse.cases import names
from ..faults import record as faults
from .pages import DOCS
from .test_reference import maker


def test_pages_of_results_say_what_the_dossier_says() -> None:
    dossier = maker(DOCS / "make_validity.py")
    assert list(held_against()) == dossier.in_short(), "run: python docs/make_validity.py"


def test_every_broken_input_is_in_the_record() -> None:
    text = broken_inputs.RECORD.read_text(encoding="utf-8")
    assert text == broken_inputs.record(), "run: python -m tests.abuse.record"
    assert len(list(csv.reader(text.splitlines()))) == 1 + len(names())
    assert broken_inputs.FUZZ.read_text(encoding="utf-8") == broken_inputs.fuzz(), "run: python -m tests.abuse.record"


def test_every_fault_is_in_the_record() -> None:
    assert faults.RECORD.read_text(encoding="utf-8") == faults.record(), "run: python -m tests.faults.record"
    named = {row[2] for row in faults.ROWS}
    files = {test.partition("::")[0] for test in named}
    there = {
        f"{file}::{name}"
        for file in files
        for name in re.findall(r"^def (test_\w+)\(", (faults.ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert there - named == faults.BESIDE, "a test of faults without a row, or a row too much in BESIDE"
