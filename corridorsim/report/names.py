"""Ids of a scenario as a reader would say them; an id that has no better name stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

KINDS = {
    "segment": "line", "territory": "locomotives", "berth": "berths", "vessel": "ship", "wagons": "wagons",
    "border": "border", "dry_port": "dry port", "workshop": "workshop", "origin": "loading",
}  # fmt: skip
#: causes of waiting that do not say by themselves what was waited for
CAUSES = {"cargo": "ship awaits its load", "vessel": "ships", "locomotive": "locomotives", "slot": "slots on the line"}


class Names:
    """``rows``: the effective scenario, as ``report.effective.HEADER`` names its columns."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.values = {str(row[0]): str(row[1]) for row in rows}

    def node(self, name: str) -> str:
        """A station, port or border by its name."""
        return self.values.get(f"nodes.{name}.name", name)

    def place(self, place: str) -> str:
        """What the column ``place`` of tables holds: a node, line, terminal of a port, gate, territory or pool."""
        ends = [self.values.get(f"segments.{place}.{end}") for end in ("from_node", "to_node")]
        if all(ends):
            return f"{self.node(str(ends[0]))} – {self.node(str(ends[1]))}"
        operator, traction = (self.values.get(f"territories.{place}.{key}") for key in ("operator", "traction"))
        if operator and traction:
            return f"{operator} {traction.replace('_', ' ')}"
        head, dot, tail = place.partition(".")
        if head == "origin" and dot:
            return f"loading of {self.flow(tail)}"
        known = self.values.get(f"dry_ports.{head}.name") or self.values.get(f"nodes.{head}.name")
        if known:
            return f"{known} ({tail.replace('_', ' ').replace('.', ', ')})" if dot else known
        return place

    def resource(self, resource: str) -> str:
        """``kind:place`` of the table of utilisation."""
        kind, _, place = resource.partition(":")
        return f"{KINDS.get(kind, kind)} {self.place(place)}" if place else resource

    def flow(self, flow: str) -> str:
        """A flow by its cargo, where the scenario says it."""
        commodity = self.values.get(f"flows.{flow}.commodity")
        return f"{commodity} ({flow})" if commodity else flow

    @staticmethod
    def cause(cause: str) -> str:
        """What was waited for."""
        return CAUSES.get(cause, cause.replace("_", " "))
