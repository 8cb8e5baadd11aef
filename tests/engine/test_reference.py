"""The engine makes the same trains move at the same seconds as a ``Process`` a train and a ``Resource`` a segment."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import pytest

from benchmarks.corridor60 import inputs, plain, scenario, textbook
from corridorsim.engine import simulate
from corridorsim.engine.streams import Streams
from corridorsim.model import Blueprint, build
from corridorsim.scenario import read

from .lines import Tree, blueprint_of
from .network import Track, Trip, movements
from .rails import DAY, flow, hops, railway, rows, segment


@pytest.fixture(scope="module")
def corridor60(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """The reference model of the benchmarks, eleven days of it, through its scenario file."""
    return build(read(scenario.write(scenario.Size(years=0.03), tmp_path_factory.mktemp("corridor60"))))


def test_trains_of_corridor60_move_as_in_the_textbook(corridor60: Blueprint) -> None:
    ledger = simulate(corridor60, seed=1, replication=0, hops=True)
    given = inputs.of_run(corridor60, ledger, 1, 0)
    expected: set[tuple[int, bool, int, int, int]] = set()
    outcome = textbook.run(given, lambda *hop: expected.add(hop))
    # every lot is a train at once, numbered in that order
    ends = [ledger.names[int(lot["flow"])] == "east" for lot in rows(ledger, "lots")]
    among = {f"train {n + 1}": (ends[:n].count(forward), forward) for n, forward in enumerate(ends)}
    moved = {(*among[train], int(place[1:]), asked, left) for train, place, asked, left in hops(ledger)}
    assert len(moved) > 15_000
    assert moved == expected
    assert plain.run(given) == outcome == (len(moved), len(rows(ledger, "movements")), outcome.transit_s)


def test_a_train_of_corridor60_costs_no_more_than_an_event_a_hop(corridor60: Blueprint) -> None:
    counters = simulate(corridor60, seed=2, replication=0).counters
    assert counters["train_hops"] > 10_000
    assert counters["train_events"] / counters["train_hops"] <= 1.1


def test_a_train_of_the_shipped_baseline_costs_little_more_than_an_event_a_hop() -> None:
    horizon = ["horizon.start=2026-12-01", "horizon.results_from=2027-01-01", "horizon.end=2027-02-28"]
    counters = simulate(build(read("baseline", sets=horizon)), seed=1, replication=0).counters
    assert counters["train_hops"] > 5_000
    assert counters["train_events"] / counters["train_hops"] <= 1.1


def random_network(seed: int) -> tuple[Tree, list[Track]]:
    """A tree of stations, blocks and headways among its segments, with flows between some of them."""
    dice = random.Random(seed)
    stations = dice.randint(5, 9)
    tree, tracks = railway(), []
    tree["nodes"] = {f"n{i}": {"kind": "rail_station"} for i in range(stations)}
    for i in range(1, stations):
        here, there = f"n{dice.randrange(i)}", f"n{i}"
        if dice.random() < 0.5:
            here, there = there, here
        running_s, name = dice.randint(1200, 9000), f"s{i}"
        branch = segment(here, there, running_s * 50 / 3600)
        if dice.random() < 0.7:
            trains, places = dice.randint(1, 3), dice.randint(1, 3)
            branch |= {"discipline": "block", "block_trains": trains, "station_slots": places}
            tracks.append(Track(name, running_s, trains, places))
        else:
            pairs = dice.choice([12, 24, 48])
            branch["capacity_pairs_per_day"] = pairs
            tracks.append(Track(name, running_s, headway_s=DAY // pairs))
        tree["segments"][name] = branch
    for number in range(dice.randint(3, 6)):
        origin, destination = dice.sample(range(stations), 2)
        tree["flows"][f"f{number}"] = flow(
            f"n{origin}", f"n{destination}", dice.randint(60, 250), arrival_law="poisson",
            running_time_spread=dice.choice([0, 0.1, 0.3]),
        )  # fmt: skip
    tree["assumptions"] |= {"set_aside_h": 1e4, "origin_trains_start": 1e4, "origin_trains_release": 1e4}
    return tree, tracks


@pytest.mark.parametrize("seed", range(10))
def test_trains_of_random_networks_move_as_in_the_reference(seed: int) -> None:
    tree, tracks = random_network(seed)
    plan = blueprint_of(tree)
    ledger = simulate(plan, seed=seed, replication=0, hops=True)
    graph = nx.Graph((s.from_node, s.to_node, {"segment": s}) for s in plan.segments)
    streams, trips = Streams(seed, 0), []
    for lot in rows(ledger, "lots"):
        of = next(one for one in plan.flows if ledger.number(one.id) == lot["flow"])
        nodes = nx.shortest_path(graph, of.origin, of.destination)
        along = [(graph[a][b]["segment"], a) for a, b in pairwise(nodes)]
        spread = plan.journeys[of.journey].running_spread
        draw = streams.of("running time", of.id)
        pace = 1 + spread * (2 * draw.uniform() - 1) if spread else 1.0
        trips.append(Trip(int(lot["offered_s"]), pace, [(s.id, s.from_node == a) for s, a in along]))
    expected = movements(tracks, trips, plan.calendar.end_s)
    assert len(expected) > 300
    assert set(hops(ledger)) == expected
