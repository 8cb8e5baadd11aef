"""What studies have in common: they print as their page, their folders are named alike, their rows hold intervals."""

from __future__ import annotations

import hashlib
import html
from abc import abstractmethod

from ..analysis.statistics import Interval
from .folder import folder_safe


class Study:
    """Shows itself as its page, on a terminal and in a notebook."""

    @abstractmethod
    def page(self) -> str:
        """What its command prints."""

    def __str__(self) -> str:
        return self.page()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.page())}</pre>"


def study_name(kind: str, name: str, seed: int, *asked: object) -> str:
    """``<kind>-<name>-<hash8>-s<seed>``, a folder; the hash is of all that was asked."""
    hashed = hashlib.sha256(repr(asked).encode()).hexdigest()
    return f"{kind}-{folder_safe(name)}-{hashed[:8]}-s{seed}"


def spelled(name: str, interval: Interval | None) -> dict[str, float | None]:
    """An interval as three columns: ``name``, ``name_low``, ``name_high``."""
    if interval is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: interval.mean, f"{name}_low": interval.low, f"{name}_high": interval.high}
