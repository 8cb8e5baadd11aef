"""The command ``corridorsim``. Opens the doors of the house in order and holds no logic."""

from .app import main

__all__ = ["main"]
