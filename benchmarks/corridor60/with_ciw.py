"""An easier model for ciw: segments as nodes with servers, queues before them without end, no locomotives."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ciw

from .inputs import MONTH_END, Inputs
from .outcome import Outcome


def run(inputs: Inputs) -> Outcome:
    """Segments run until the end; trains and transit are those of the easier model."""
    segments, hops = len(inputs.running_s), 0
    paces = [[pace for pace in of if pace != MONTH_END] for of in inputs.paces]
    seen: dict[int, float] = {}
    begun = {"east": 0, "west": 0}

    class Run(ciw.dists.Distribution):  # type: ignore[misc]
        def __init__(self, running_s: int) -> None:
            self.running_s = running_s

        def sample(self, t: float | None = None, ind: Any = None) -> float:
            nonlocal hops
            hops += 1
            pace = seen.get(ind.id_number)
            if pace is None:
                of = ind.customer_class
                pace = seen[ind.id_number] = paces[of == "west"][begun[of]]
                begun[of] += 1
            return round(self.running_s * pace) or 1

    def arrivals(end: int) -> Any:
        times = [0, *(t for t, p in zip(inputs.alarms_s[end], inputs.paces[end], strict=True) if p != MONTH_END)]
        # after the last train none within the horizon
        return ciw.dists.Sequential(
            [max(1e-9, later - since) for since, later in pairwise(times)] + [10 * inputs.end_s]
        )

    nowhere = [None] * segments
    services = [Run(seconds) for seconds in inputs.running_s]
    network = ciw.create_network(
        arrival_distributions={"east": [arrivals(0), *nowhere[1:]], "west": [*nowhere[1:], arrivals(1)]},
        service_distributions={"east": services, "west": services},
        routing={
            "east": [[1.0 * (to == at + 1) for to in range(segments)] for at in range(segments)],
            "west": [[1.0 * (to == at - 1) for to in range(segments)] for at in range(segments)],
        },
        number_of_servers=list(inputs.room),
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(inputs.end_s)
    done = [one for one in simulation.nodes[-1].all_individuals if len(one.data_records) == segments]
    transit_s = sum(one.data_records[-1].exit_date - one.data_records[0].arrival_date for one in done)
    return Outcome(hops, len(done), round(transit_s))
