"""A report that was written: what it is about, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ...experiment import write_whole
from .answer import answer
from .sections import Context

if TYPE_CHECKING:
    from ..result import Result


@dataclass(frozen=True)
class Report:
    """One file of HTML, ``path``; ``html`` is its text."""

    context: Context
    path: Path

    @cached_property
    def html(self) -> str:
        """The page."""
        from .page import render

        return render(self.context)

    @property
    def results(self) -> list[Result]:
        """What it is about; the first is the baseline."""
        return list(self.context.results)

    def save(self) -> None:
        """Write it. Raises OSError."""
        write_whole(self.path, self.html.encode())

    def __str__(self) -> str:
        size = self.path.stat().st_size / 1e6 if self.path.is_file() else 0.0
        return f"{answer(self.context).headline}\n{self.path}, {size:.1f} MB\nagain    {self.context.command}"

    def __repr__(self) -> str:
        return f"<report {self.path} of {', '.join(result.name for result in self.context.results)}>"
