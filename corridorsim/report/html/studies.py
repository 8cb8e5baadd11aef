"""Studies in a report: what the folder of ``bottlenecks``, ``locomotives`` or ``plan`` says in its JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..folder import NotAResult

if TYPE_CHECKING:
    from ..bottlenecks import Bottlenecks
    from ..curve import Curve
    from ..plan import Packages

#: kind -> the file that a study's folder has, and what must be in it
FILES = {
    "bottlenecks": ("bottlenecks.json", ("scenario", "verdict", "reliefs", "staircase", "headline", "command")),
    "curve": ("curve.json", ("scenario", "points", "lines", "headline", "contract", "command")),
    "plan": ("plan.json", ("scenario", "target", "best", "front", "packages", "met", "command")),
}


class NotAStudy(NotAResult):
    """A folder whose study cannot be read."""


@dataclass(frozen=True)
class Study:
    """``kind``: bottlenecks, curve or plan. ``body``: its JSON."""

    kind: str
    body: Mapping[str, Any]

    @property
    def scenario(self) -> str:
        """The scenario's name."""
        return str(self.body["scenario"])

    @classmethod
    def of(cls, made: Bottlenecks | Curve | Packages) -> Study:
        """A study that was just made."""
        from ..bottlenecks import Bottlenecks
        from ..curve import Curve

        kind = "bottlenecks" if isinstance(made, Bottlenecks) else "curve" if isinstance(made, Curve) else "plan"
        return cls(kind, json.loads(made.as_json()))


def is_study(folder: Path) -> bool:
    """Whether a study that reports can show was saved here."""
    return any((folder / file).is_file() for file, _ in FILES.values())


def open_study(folder: Path) -> Study:
    """Read a study's folder. Raises NotAStudy."""
    for kind, (file, needed) in FILES.items():
        path = folder / file
        if not path.is_file():
            continue
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as fault:
            raise NotAStudy(f"{path} cannot be read: {fault}") from fault
        lacking = [key for key in needed if key not in body] if isinstance(body, dict) else list(needed)
        if lacking:
            raise NotAStudy(f"{path} is not of this version: it lacks {', '.join(lacking)}")
        return Study(kind, body)
    raise NotAStudy(f"{folder} is not the folder of a study")
