"""Ships of others at berths, work that rests in storms, timetables, and the counts of who came and waited."""

from __future__ import annotations

from itertools import pairwise

import pytest

from corridorsim.engine.streams import Streams
from corridorsim.ledger import ACTIVITIES, OPEN, Ledger
from corridorsim.model import Distribution
from corridorsim.scenario import Issues

from .lines import Tree, blueprint_of, changed, two_nodes_and_a_ferry
from .rails import DAY, HOUR, VOYAGE, flow, railway, rows, run, trains

Counts = dict[str, float]


def counts(ledger: Ledger, resource: str) -> Counts:
    """Of all months together."""
    columns = ledger.queues.columns
    mine = [name == ledger.number(resource) for name in columns["resource"]]
    return {
        column: sum(value for value, wanted in zip(values, mine, strict=True) if wanted)
        for column, values in columns.items()
        if column not in ("resource", "month")
    }


def ferry(**changes: object) -> Tree:
    """A ferry that has all wagons that it can want."""
    tree = two_nodes_and_a_ferry(
        wagons=None, flows__ore__wagon_pools=None, flows__ore__mt_per_year=2, vessels__ferry__max_wait_for_load_h=12,
        horizon__end="2024-06-30",
    )  # fmt: skip
    return changed(tree, **changes)


def test_other_ships_take_berths_from_the_ferry() -> None:
    alone = run(ferry())
    busy = ferry(ports__port_east__rail_ferry={"berths": 1, "other_ships_per_day": 1.2, "other_ship_h": 12})
    among = run(busy)
    came = counts(among, "berth:port_east.rail_ferry")["came"]
    # the ferry lies there once a round: nothing comes back
    assert came == pytest.approx(182 * 1.2 + len(trains(among, VOYAGE)) / 2, rel=0.2)
    assert len(trains(among, VOYAGE)) < 0.9 * len(trains(alone, VOYAGE))
    assert counts(alone, "berth:port_east.rail_ferry")["waited"] == 0
    assert counts(among, "berth:port_east.rail_ferry")["waited"] > 0.3 * came


def test_other_ships_come_from_their_day_on() -> None:
    dated = {"2024-01-01": 0, "2024-03-01": 2, "2024-05-01": 0}
    ledger = run(ferry(ports__port_east__rail_ferry={"berths": 9, "other_ships_per_day": dated, "other_ship_h": 1},
                       flows__ore__mt_per_year=0))  # fmt: skip
    columns = ledger.queues.columns
    berth = ledger.number("berth:port_east.rail_ferry")
    monthly = [came for name, came in zip(columns["resource"], columns["came"], strict=True) if name == berth]
    assert [came > 0 for came in monthly] == [False, False, True, True, False, False]
    assert sum(monthly) == pytest.approx(2 * 61, rel=0.3)


STORMS = {month: {"closure_share": 0.4, "mean_spell_days": 2} for month in range(1, 13)}


def test_work_at_berth_rests_in_storms_where_it_does() -> None:
    stormy = ferry(
        weather={"coast": STORMS}, nodes__port_east__weather_group="coast", vessels__ferry__load_h=20,
        vessels__ferry__unload_h=20,
    )  # fmt: skip
    goes_on = run(stormy)
    rests = run(changed(stormy, ports__port_east__rail_ferry__weather_stops_work=True))
    berth = "berth:port_east.rail_ferry"
    hours = [counts(ledger, berth) for ledger in (goes_on, rests)]
    # at berth: what is there and does not wait
    stay_h = [(one["present_s"] - one["waiting_s"]) / one["came"] / HOUR for one in hours]
    assert stay_h[0] == pytest.approx(20, abs=0.5)
    assert stay_h[1] > 25
    weather, place = rests.number("weather:coast"), rests.number("port_east.rail_ferry")
    spells = [row for row in rows(rests, "states") if row["resource"] == weather and row["end_s"] != OPEN]
    legs, columns = rests.legs.columns, ("activity", "place", "start_s", "end_s")
    worked = [
        (start, end)
        for activity, where, start, end in zip(*(legs[c] for c in columns), strict=True)
        if where == place and activity == ACTIVITIES.index("handling")
    ]
    assert len(worked) > 20
    for start, end in worked:
        assert not [s for s in spells if s["start_s"] < end and s["end_s"] > start], "nothing is handled in a storm"


def test_a_timetable_is_kept_full_or_not() -> None:
    tree = ferry(
        vessels__ferry__dispatch_rule="timetable", vessels__ferry__sails_every_h=72, flows__ore__mt_per_year=0.1
    )
    ledger = run(tree)
    away = [
        voyage for voyage in trains(ledger, VOYAGE) if voyage["from_place"] == ledger.number("port_east.rail_ferry")
    ]
    # it begins to load at the times of the table, with a second for mooring, and loads for up to 5 hours
    assert all(0 < voyage["depart_s"] % (72 * HOUR) <= 5 * HOUR + 1 for voyage in away if voyage["units"])
    assert len(away) == pytest.approx(182 / 3, abs=1)
    assert {voyage["units"] for voyage in away} > {40}, "some are full, some are not"


def test_two_ships_share_a_timetable() -> None:
    tree = ferry(
        vessels__ferry__dispatch_rule="timetable", vessels__ferry__sails_every_h=30, vessels__ferry__count=2,
        flows__ore__mt_per_year=2,
    )  # fmt: skip
    ledger = run(tree)
    east = ledger.number("port_east.rail_ferry")
    times = sorted(voyage["depart_s"] for voyage in trains(ledger, VOYAGE) if voyage["from_place"] == east)
    gaps = [b - a for a, b in pairwise(times[3:])]
    assert set(gaps) == {30 * HOUR}


@pytest.mark.parametrize("rule", [{"dispatch_rule": "timetable"}, {"sails_every_h": 24}])
def test_a_timetable_has_its_hours(rule: Tree) -> None:
    tree = ferry()
    tree["vessels"]["ferry"] |= rule
    with pytest.raises(Issues, match="'timetable' and sails_every_h belong together"):
        blueprint_of(tree)


def test_who_came_to_a_border_and_waited() -> None:
    post = {"node_from": "n0", "node_to": "n1", "dwell_h": 30, "servers": 1}
    ledger = run(railway(100, flows__ore=flow("n0", "n1", 31), borders__post=post))
    found = counts(ledger, "border:post")
    # a train a day from noon of the first on, 30 hours each: one waits after the other
    assert found["came"] == 31
    assert found["waited"] == 30
    assert found["empty_s"] == DAY // 2
    assert found["waiting_s"] == sum(
        min((12 + 30 * k) * HOUR, 31 * DAY - 1) - (12 + 24 * k) * HOUR for k in range(1, 31)
    )


@pytest.mark.parametrize(("mean", "cv"), [(1000.0, 0.5), (1000.0, 2.0)])
def test_gamma_has_its_mean_and_variation(mean: float, cv: float) -> None:
    stream = Streams(1, 0).of("test", "gamma")
    drawn = [stream.seconds(Distribution("gamma", (mean, cv))) for _ in range(20_000)]
    found = sum(drawn) / len(drawn)
    spread = (sum((x - found) ** 2 for x in drawn) / len(drawn)) ** 0.5
    assert found == pytest.approx(mean, rel=4 * cv / 20_000**0.5)
    assert spread / found == pytest.approx(cv, rel=0.05)


@pytest.mark.parametrize("shape", [1, 4, 500, 501, 20_000, 10**9])
def test_erlang_has_its_mean_and_shape_however_many_phases(shape: int) -> None:
    stream = Streams(1, 0).of("test", "erlang")
    mean, number = 1e7, 4_000 if shape <= 10 else 400
    drawn = [stream.seconds(Distribution("erlang", (mean, shape))) for _ in range(number)]
    found = sum(drawn) / number
    spread = (sum((x - found) ** 2 for x in drawn) / number) ** 0.5
    assert found == pytest.approx(mean, rel=4 * (shape * number) ** -0.5)
    assert spread / found == pytest.approx(shape**-0.5, rel=0.15)


@pytest.mark.parametrize("cv", [0, 11])
def test_gamma_refuses_what_it_is_not(cv: float) -> None:
    law = {"distribution": "gamma", "mean_h": 5, "cv": cv}
    with pytest.raises(Issues, match=r"gamma needs a cv from 0.01 to 10"):
        blueprint_of(ferry(vessels__ferry__load_h=law))
