"""One replication from a Blueprint to a Ledger."""

from __future__ import annotations

from collections.abc import Callable

from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint

from .audit import audit
from .streams import Streams
from .watchdog import Watchdog
from .world import World


def simulate(
    blueprint: Blueprint,
    *,
    seed: int,
    replication: int,
    hops: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Ledger:
    """Run one replication; ``progress`` is called now and then with the share of the horizon that is done.

    The same blueprint, seed and replication give the same ledger, to the digest. Raises ``Stalled`` when the model
    stops moving, and ``BooksDoNotBalance`` when something was created or lost.
    """
    ledger = Ledger(hops=hops)
    world = World(blueprint, ledger, Streams(seed, replication))
    watchdog = Watchdog(world)
    end = blueprint.calendar.end_s
    world.kernel.drain()
    for step in range(1, 21):
        world.kernel.env.run(until=max(world.kernel.now + 1, end * step // 20))
        if progress is not None:
            progress(step / 20)
    watchdog.look()
    audit(world)
    ledger.counters.update(train_hops=world.train_hops, train_events=world.train_events, trains=world.trains, end_s=end)
    return ledger
