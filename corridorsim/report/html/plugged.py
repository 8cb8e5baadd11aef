"""Sections of installed packages (entry points ``corridorsim.report_sections``) and those registered in code."""

from __future__ import annotations

from ...plugins import PluginError, offered
from .sections import SECTIONS, Maker


def all_sections() -> dict[str, Maker]:
    """Name -> maker: this package's sections first, then the others by name. Raises PluginError."""
    found = dict(SECTIONS)
    for plugin in offered("report_sections"):
        if plugin.name in found:
            raise PluginError(f"{plugin.label}: there is a report section of this name already")
        found[plugin.name] = plugin.load()
    return found
