"""What tests have workers do with a ledger; a module of its own, so that workers can import it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint


def digest(_blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
    """The digest, and the process in which it was made."""
    return {"digest": ledger.digest(), "process": os.getpid()}


def slow(_blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
    """As ``digest``, after a while."""
    time.sleep(0.3)
    return {"digest": ledger.digest()}


@dataclass(frozen=True)
class DiesOnce:
    """Kills its process the first time that it is called (marked by a file)."""

    mark: Path

    def __call__(self, _blueprint: Blueprint, ledger: Ledger) -> dict[str, Any]:
        try:
            self.mark.touch(exist_ok=False)
        except FileExistsError:
            return {"digest": ledger.digest()}
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


def dies(_blueprint: Blueprint, _ledger: Ledger) -> dict[str, Any]:
    """Kills its process."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")
