"""What is wrong with a scenario once it is seen as a whole: collected, then raised at once with positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corridorsim.scenario.issues import MOST, Issue, Issues, Origin, did_you_mean, first


class Problems:
    """Faults by path. A path without a position of its own takes that of the nearest branch above that has one."""

    def __init__(self, origins: Mapping[str, Origin] | None = None) -> None:
        self._origins = {} if origins is None else origins
        self._noted: list[tuple[str, str, str]] = []

    def add(self, path: str, message: str, hint: str = "") -> None:
        """Note a fault of a leaf or branch. Raises Issues where there are more than a reading tells."""
        self._noted.append((path, f"{path}: {message}", hint))
        if len(self._noted) > MOST:
            self.raise_if_any()

    def unknown(self, path: str, what: str, name: str, known: Iterable[str]) -> None:
        """Note an id that names nothing."""
        self.add(path, f"unknown {what} '{name}'", did_you_mean(name, known))

    def raise_if_any(self) -> None:
        """Raise `Issues` with all that was noted."""
        if self._noted:
            found = (Issue.at(self._position(path), path, message, hint) for path, message, hint in self._noted)
            raise Issues(first(found))

    def _position(self, path: str) -> Origin:
        """Where a leaf was written; for one that was left out, the nearest branch above."""
        while path and path not in self._origins:
            path = path.rpartition(".")[0]
        return self._origins.get(path, Origin("scenario", 1, 1))
