"""Studies: what runs a scenario many times over to answer one question. Each is one door in one file."""

from .check import check
from .match import match
from .sensitivity import sensitivity
from .sweep import sweep

__all__ = ["check", "match", "sensitivity", "sweep"]
