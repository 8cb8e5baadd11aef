"""What the simulator was held against, in a few lines: the head of the dossier, which pages of results carry."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def held_against() -> tuple[tuple[str, str], ...]:
    """(what, result), made by ``docs/make_validity.py`` from the records of ``docs/validity/``."""
    text = (files(__package__) / "validity.csv").read_text(encoding="utf-8")
    return tuple((row["against"], row["result"]) for row in csv.DictReader(text.splitlines()))
