"""The watchdog: a run that stops moving is an error, told as a story.

Every few days it looks for a ring of actors each of which has long waited for something that the next one holds. A port
closed for a year or a pool without locomotives is no ring: that cargo waits, and the result says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .kernel import Actor, Steps

if TYPE_CHECKING:
    from .world import World

_LOOK_EVERY_S = 5 * 86_400


class Stalled(RuntimeError):
    """The model stopped moving; the message names who waits for whom, since when and where."""


class Watchdog:
    """Looks at who waits for whom."""

    def __init__(self, world: World) -> None:
        self._kernel = world.kernel
        world.kernel.spawn("watchdog", self._watch)

    def _watch(self, _actor: Actor) -> Steps:
        while True:
            yield _LOOK_EVERY_S
            self.look()

    def look(self) -> None:
        """Raise ``Stalled`` where actors wait for one another."""
        import networkx as nx  # here, since it is slow to import, and a worker that has just started waits for it

        kernel = self._kernel
        long = [wait for wait in kernel.blocked.values() if kernel.now - wait[3] >= _LOOK_EVERY_S]
        waiting = {actor for actor, *_ in long}
        graph: nx.DiGraph[int] = nx.DiGraph()
        for actor, blocker, place, since in long:
            if blocker in waiting:  # who does not wait is in no ring
                graph.add_edge(actor, blocker, place=place, since=since)
        if not graph:
            return
        try:
            ring = nx.find_cycle(graph)
        except nx.NetworkXNoCycle:
            return
        names, day = kernel.ledger.names, 86_400
        lines = [
            f"  {names[waiting]} waits at {names[graph.edges[waiting, holding]['place']]} "
            f"since day {graph.edges[waiting, holding]['since'] / day:.1f} for {names[holding]}"
            for waiting, holding in ring
        ]
        raise Stalled(f"day {kernel.now / day:.1f}: these wait for one another, for good:\n" + "\n".join(lines))
