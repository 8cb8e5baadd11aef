"""An easier model for OpenTNSim: vessels over a graph whose edges are the segments' resources; no places at stations,
no locomotives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from typing import Any

import networkx as nx
import shapely
import simpy
from opentnsim import core

from .inputs import MONTH_END, Inputs
from .outcome import Outcome

SPEED_MS = 10.0


class Train(core.Identifiable, core.Movable):  # type: ignore[misc]
    """A vessel on rails."""


def run(inputs: Inputs) -> Outcome:
    """Segments run until the end; trains and transit are those of the easier model."""
    env = simpy.Environment()
    env.epoch = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    env.graph = _graph(env, inputs)
    segments = len(inputs.running_s)
    ends = [f"n{i}" for i in range(segments + 1)]
    hops = finished = transit_s = 0

    def counted(destination: str) -> Generator[Any, Any, None]:
        nonlocal hops
        hops += 1
        yield from ()

    def train(way: list[str], pace: float) -> Generator[Any, Any, None]:
        nonlocal finished, transit_s
        point = env.graph.nodes[way[0]]["geometry"]
        vessel = Train(env=env, name="", geometry=point, route=way, v=SPEED_MS / pace)
        vessel.on_complete_pass_edge_functions.append(counted)
        began = env.now
        yield from vessel.move()
        finished += 1
        transit_s += env.now - began

    def source(end: int) -> Generator[Any, Any, None]:
        way = ends if end == 0 else ends[::-1]
        for time, pace in zip(inputs.alarms_s[end], inputs.paces[end], strict=True):
            if time > env.now:
                yield env.timeout(time - env.now)
            if pace != MONTH_END:
                env.process(train(way, pace))

    for end in (0, 1):
        env.process(source(end))
    env.run(until=inputs.end_s)
    return Outcome(hops, finished, int(transit_s))


def _graph(env: simpy.Environment, inputs: Inputs) -> Any:
    """Nodes in a row; edges so long as ``SPEED_MS`` runs in the segments' times."""
    graph = nx.DiGraph()
    for i in range(len(inputs.running_s) + 1):
        graph.add_node(f"n{i}", geometry=shapely.Point(i / 10, 0))
    for i, (seconds, room) in enumerate(zip(inputs.running_s, inputs.room, strict=True)):
        resource = simpy.Resource(env, room)
        for a, b in ((i, i + 1), (i + 1, i)):
            geometry = shapely.LineString([(a / 10, 0), (b / 10, 0)])
            graph.add_edge(f"n{a}", f"n{b}", geometry=geometry, length_m=seconds * SPEED_MS, Resources=resource)
    return graph
