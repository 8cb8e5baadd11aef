"""The simulation itself: one subject a file, on the kernel. SimPy lives only here."""

from .audit import BooksDoNotBalance
from .run import simulate
from .watchdog import Stalled

__all__ = ["BooksDoNotBalance", "Stalled", "simulate"]
