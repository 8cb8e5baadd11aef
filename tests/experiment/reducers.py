"""What tests have workers do with a ledger; a module of its own, so that workers can import it."""

from __future__ import annotations

import os
import signal
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint


def digest(_blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
    """The digest, and the process in which it was made."""
    return {"digest": ledger.digest(), "process": os.getpid()}


def die() -> None:
    """Kill this process, as the system does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class DiesOnce:
    """Kills its process the first time that it is called (marked by a file)."""

    mark: Path

    def __call__(self, _blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
        try:
            self.mark.touch(exist_ok=False)
        except FileExistsError:
            return {"digest": ledger.digest()}
        die()
        raise AssertionError("unreachable")


@dataclass(frozen=True)
class DiesOf:
    """Kills its process with one run, known by its digest; the others take a moment."""

    killer: str

    def __call__(self, _blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
        if ledger.digest() == self.killer:
            die()
        time.sleep(0.05)
        return {"digest": ledger.digest()}


@dataclass(frozen=True)
class Marks:
    """Leaves a file in a folder for each call, named by the run's digest, before it is done."""

    folder: Path
    seconds: float = 0.0

    def __call__(self, _blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
        (self.folder / f"{ledger.digest()}.{os.getpid()}.{uuid.uuid4().hex}").touch()
        time.sleep(self.seconds)
        return {"digest": ledger.digest()}


def no_json(_blueprint: Blueprint, _ledger: Ledger) -> Any:
    """What no file can hold."""
    return {"x": float("nan")}


def no_pickle(_blueprint: Blueprint, _ledger: Ledger) -> Any:
    """What cannot travel."""
    return lambda: None


def big(_blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
    """Some 60 kB that do not get smaller, but for the runs with an even digest."""
    odd = int(ledger.digest()[-1], 16) % 2
    return {"digest": ledger.digest(), "noise": os.urandom(30_000 * odd).hex()}


@dataclass(frozen=True)
class FailsOf:
    """Fails with one run, known by its digest."""

    failing: str

    def __call__(self, _blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
        if ledger.digest() == self.failing:
            raise ArithmeticError("two and two is five")
        return {"digest": ledger.digest()}
