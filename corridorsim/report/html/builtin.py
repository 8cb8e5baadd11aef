"""The sections that every report has; importing this registers them."""

from __future__ import annotations

from . import inputs, inquiry, outcome

__all__ = ["inputs", "inquiry", "outcome"]
