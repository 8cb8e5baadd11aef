"""Block discipline: the same movements as a textbook model, and what a block and a station can hold."""

from __future__ import annotations

from itertools import pairwise

import pytest

from corridorsim.engine import Stalled

from .lines import Tree
from .rails import DAY, HOUR, diesels, flow, hops, railway, rows, run, segment, trains
from .reference import Block, movements

# : running times: primes, so that hardly any two trains ever do something in the same second, where order is a matter
# of taste
SECONDS = (1663, 2237, 1229, 2963, 2087, 2671, 1373, 3109)
KILOMETRES = tuple(seconds * 50 / 3600 for seconds in SECONDS)


def blocks(*, per_day: float, places: int = 2) -> Tree:
    """Blocks for 1 and 2 trains in turn, stations for ``places`` a direction, Poisson trains from both ends."""
    tree = railway(*KILOMETRES)
    for number, branch in enumerate(tree["segments"].values()):
        branch |= {"discipline": "block", "block_trains": 1 + number % 2, "station_slots": places}
    last = f"n{len(KILOMETRES)}"
    tree["flows"] = {
        "east": flow("n0", last, 31 * per_day, arrival_law="poisson"),
        "west": flow(last, "n0", 31 * per_day, arrival_law="poisson"),
    }
    return tree


@pytest.mark.parametrize(("per_day", "seed"), [(4, 1), (10, 2), (16, 2), (16, 3)])
def test_trains_move_as_in_the_reference(per_day: float, seed: int) -> None:
    tree = blocks(per_day=per_day)
    ledger = run(tree, seed=seed)
    # every lot is a train at once, and trains are numbered in that order
    lots = [(int(lot["offered_s"]), ledger.names[int(lot["flow"])] == "east") for lot in rows(ledger, "lots")]
    expected = movements(
        [Block(f"s{i}", seconds, 1 + i % 2, 2) for i, seconds in enumerate(SECONDS)],
        lots,
        31 * DAY,
    )
    assert len(expected) > 1000
    assert set(hops(ledger)) == expected


@pytest.mark.parametrize("room", [1, 2])
def test_a_block_holds_no_more_trains_than_it_may(room: int) -> None:
    tree = railway(100, flows__east=flow("n0", "n1", 400), flows__west=flow("n1", "n0", 400))
    tree["segments"]["s0"] |= {"discipline": "block", "block_trains": room}
    changes = [change for _, _, _, leave in hops(run(tree)) for change in ((leave - 2 * HOUR, 1), (leave, -1))]
    on_it = most = 0
    for _, change in sorted(changes):
        on_it += change
        most = max(most, on_it)
    assert most == room


def test_a_station_holds_no_more_trains_than_it_may() -> None:
    """A slow second block: behind it two stand at the station, the others before the first block."""
    tree = railway(10, 100, flows__east=flow("n0", "n2", 300))
    for branch in tree["segments"].values():
        branch |= {"discipline": "block", "block_trains": 1, "station_slots": 2}
    ledger = run(tree)
    came = sorted(leave for _, place, _, leave in hops(ledger) if place == "s0")
    # a place is free again once its train has run through the next block
    went = sorted(leave for _, place, _, leave in hops(ledger) if place == "s1")
    for number, time in enumerate(came):
        assert number + 1 - sum(leave <= time for leave in went) <= 2
    assert len(went) > 200


def ring() -> Tree:
    """Six stations in a ring of blocks; from each a train to the one opposite, all the same way round."""
    tree = railway()
    tree["nodes"] = {f"n{i}": {"kind": "rail_station"} for i in range(6)}
    tree["segments"] = {
        f"s{i}": segment(f"n{i}", f"n{(i + 1) % 6}", discipline="block", block_trains=1, station_slots=1)
        for i in range(6)
    }
    tree["route_options"] = {f"by{i}": {"via_node": f"n{i}"} for i in range(6)}
    tree["flows"] = {f"f{i}": flow(f"n{i}", f"n{(i + 3) % 6}", 1, route_option=f"by{(i + 1) % 6}") for i in range(6)}
    return tree


def test_a_deadlock_is_told_with_the_names_of_all_trains() -> None:
    with pytest.raises(Stalled) as stalled:
        run(ring())
    story = str(stalled.value)
    for number in range(1, 7):
        assert f"train {number} waits at s" in story
    assert "for one another" in story


def test_a_deadlock_is_seen_while_other_trains_run() -> None:
    tree = ring()
    tree["nodes"] |= {"a": {"kind": "rail_station"}, "b": {"kind": "rail_station"}}
    tree["segments"]["ab"] = segment("a", "b")
    tree["flows"]["coal"] = flow("a", "b", 31)
    with pytest.raises(Stalled, match="train"):
        run(tree)


def test_trains_from_both_ends_never_lock_each_other() -> None:
    ledger = run(blocks(per_day=100, places=1))
    late = [train for train in trains(ledger) if train["arrive_s"] > 29 * DAY]
    assert {train["to_place"] for train in late} == {ledger.number("n0"), ledger.number(f"n{len(KILOMETRES)}")}


def test_light_engines_keep_to_the_blocks() -> None:
    tree = railway(100, flows__east=flow("n0", "n1", 100), flows__west=flow("n1", "n0", 30, arrival_law="poisson"))
    tree["segments"]["s0"] |= {"discipline": "block", "block_trains": 1}
    runs = sorted((leave - 2 * HOUR, leave) for _, _, _, leave in hops(run(diesels(tree, 3))))
    assert len(runs) > 150
    assert all(end <= begin for (_, end), (begin, _) in pairwise(runs))


def test_trains_that_are_re_formed_give_their_place_back() -> None:
    tree = railway(10, 10, 10, days=40, flows__ore=flow("n0", "n3", 20, 50), segments__s2__max_gross_train_t=3500)
    for branch in tree["segments"].values():
        branch |= {"discipline": "block", "block_trains": 1, "station_slots": 2}
    assert sum(row["tonnes"] for row in rows(run(tree), "deliveries")) == 20 * 50 * 60
