"""The command ``corridorsim``. Opens the doors of the house in order and holds no logic."""

from __future__ import annotations

import atexit
import gc
import os


def main() -> None:
    """The entry point of the script."""
    # imports and a scenario are many objects that stay: looking through them every 700, and once more when all is done,
    # takes a tenth of ``validate``
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)
    # plug-ins of pydantic watch others validate; looking for them goes through all packages that are installed
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from .app import app

    app(prog_name="corridorsim")


__all__ = ["main"]
