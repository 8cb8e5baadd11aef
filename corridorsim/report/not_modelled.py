"""What the model leaves out, and which way that biases the answer: the one list that pages and reports show."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

#: what a word of the column ``bias`` means
BIASES: Mapping[str, str] = MappingProxyType(
    {
        "high": "the model carries more, or faster, than one that had it",
        "low": "the model carries less, or slower, than one that had it",
        "narrow": "intervals are too narrow",
        "unknown": "the direction is not known",
        "none": "no effect",
    }
)


@dataclass(frozen=True, slots=True)
class NotModelled:
    """One thing that is left out; ``bias`` is a key of ``BIASES``, ``remark`` says when or how much (may be empty)."""

    topic: str
    words: str
    bias: str
    remark: str

    @property
    def direction(self) -> str:
        """Bias and remark together, as a table shows them."""
        return f"{self.bias}, {self.remark}" if self.remark else self.bias


@cache
def not_modelled() -> tuple[NotModelled, ...]:
    """All of them, in the order of the cargo's journey. ``words`` is Markdown (a field's name stands in backticks)."""
    text = (files(__package__) / "not_modelled.csv").read_text(encoding="utf-8")
    return tuple(NotModelled(**row) for row in csv.DictReader(text.splitlines()))
