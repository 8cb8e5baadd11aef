"""Every shipped scenario runs, and what it changes goes the way it should, on common seeds.

What is looked at is what a scenario acts on, not the total: with the locomotives of the baseline the total hardly moves
whatever else is built, which is an answer of the model and not a fault of a scenario.
"""

from __future__ import annotations

import math

import pytest

from corridorsim.model import build
from corridorsim.scenario import read, shipped_names

from .runs import blueprint, run

KURYK = "port_kuryk.rail_ferry"
AKTAU_BOXES = "port_aktau.container"
CASPIAN = tuple(
    f"port_{port}"
    for port in (
        "aktau.container", "aktau.dry", "aktau.oil", "kuryk.rail_ferry", "kuryk.ro_pax", "alat.container", "alat.dry",
        "alat.rail_ferry", "alat.ro_pax", "baku.oil", "turkmenbashi.rail_ferry",
    )
)  # fmt: skip
SATURATING = "demand/saturating"
AT_HAND = "calibration/kuryk_at_capacity"  # wagons always at hand at Kuryk, so that only the sea binds
GEORGIA = (
    "boyuk_kesik",
    "gardabani",
    "tbilisi_marsh",
    "tbilisi",
    "khashuri",
    "zestafoni",
    "samtredia",
    "poti",
    "batumi",
)

#: scenario -> test that asserts its direction; a new scenario needs one
TESTED = {
    "baseline",
    "ships_2027",
    "western_track",
    "khorgos_expansion",
    "aktau_hub",
    "borders_digital",
    "georgia_locomotives",
    "lng_and_battery",
    "tripp_opens",
    "shymkent_line",
    "russia_diversion",
    "stormy_winter",
    "sea_level_2027",
    "locomotives_contract",
    "locomotives_300_by_2027",
    "no_new_locomotives",
    "everything",
    "everything_but_locomotives",
    "wagons_fixed",
}


def test_every_shipped_scenario_is_here() -> None:
    assert {name for name in shipped_names() if "/" not in name} == TESTED


# --- ships, ports, weather, water -------------------------------------------------------------------------------------


def test_more_ferries_carry_more_and_cargo_waits_less_for_them() -> None:
    before, after = run("baseline", AT_HAND), run("ships_2027", AT_HAND)
    assert after.shipped(KURYK) > 1.1 * before.shipped(KURYK)
    wait = [side.waited("vessel", "yard_full", at=KURYK, cargo=True) / side.shipped(KURYK) for side in (before, after)]
    assert wait[1] < 0.9 * wait[0]
    assert after.voyages(AKTAU_BOXES) > 1.2 * before.voyages(AKTAU_BOXES)


def test_a_larger_hub_at_aktau_shortens_the_hours_at_its_cranes_and_the_queue_for_its_berths() -> None:
    before, after = run("baseline", SATURATING), run("aktau_hub", SATURATING)
    assert after.waited("yard_full", at=AKTAU_BOXES) <= before.waited("yard_full", at=AKTAU_BOXES)
    at_berth = [side.busy(f"berth:{AKTAU_BOXES}") / side.voyages(AKTAU_BOXES) for side in (before, after)]
    assert at_berth[1] < 0.95 * at_berth[0]
    assert after.waited("berth", at="port_aktau.dry") < before.waited("berth", at="port_aktau.dry")


def test_storms_keep_ships_longer() -> None:
    before, after = run("baseline"), run("stormy_winter")
    for group in ("caspian_east", "caspian_west"):
        assert after.closed_days[group] > before.closed_days[group]
    assert after.closed_days["black_sea_east"] == before.closed_days["black_sea_east"]
    per_voyage = [
        side.waited("weather", at=CASPIAN) / sum(side.voyages(terminal) for terminal in CASPIAN)
        for side in (before, after)
    ]
    assert per_voyage[1] > per_voyage[0]


def test_lower_water_means_smaller_loads() -> None:
    before, after = run("baseline", AT_HAND), run("sea_level_2027", AT_HAND)
    for terminal in (KURYK, "port_turkmenbashi.rail_ferry"):
        loads = [side.shipped(terminal) / side.voyages(terminal) for side in (before, after)]
        assert loads[1] < 0.97 * loads[0]
    assert after.shipped(KURYK) < before.shipped(KURYK)


# --- track, dry ports, borders ----------------------------------------------------------------------------------------


def test_track_in_the_west_takes_more_trains_with_less_waiting() -> None:
    before, after = run("baseline"), run("western_track")
    for segment in ("beyneu-mangystau", "shalkar-beyneu", "zhezkazgan-saksaulskaya", "kyzylzhar-zhezkazgan"):
        assert after.in_service(f"segment:{segment}") > 1.4 * before.in_service(f"segment:{segment}")
        assert after.busy(f"segment:{segment}") > before.busy(f"segment:{segment}")
        assert after.waited("slot", "other_traffic", at=segment) < before.waited("slot", "other_traffic", at=segment)
    assert before.busy("segment:moyynty-kyzylzhar") == 0 < after.busy("segment:moyynty-kyzylzhar")
    assert after.total("delivered_mt") > before.total("delivered_mt")


def test_a_larger_khorgos_has_shorter_queues() -> None:
    before, after = run("baseline", SATURATING), run("khorgos_expansion", SATURATING)
    assert after.waited("dry_port", at="khorgos_gateway") < before.waited("dry_port", at="khorgos_gateway")
    line = "altynkol-zhetygen"
    assert after.waited("slot", "other_traffic", at=line) < 0.5 * before.waited("slot", "other_traffic", at=line)


def test_papers_without_paper_halve_the_hours_at_borders() -> None:
    before, after = run("baseline"), run("borders_digital")
    border = "boyuk_kesik_az_ge"
    through = [side.busy("segment:boyuk_kesik-gardabani") for side in (before, after)]
    assert through[1] > 0.8 * through[0]
    assert after.waited("border", at=border) < 0.7 * before.waited("border", at=border)
    assert after.waited("customs", cargo=True) < 0.7 * before.waited("customs", cargo=True)
    shipped = [side.shipped(KURYK) for side in (before, after)]
    hours = [side.waited("formalities", at=KURYK, cargo=True) for side in (before, after)]
    assert hours[1] / shipped[1] < 0.8 * hours[0] / shipped[0]


def test_tripp_takes_the_boxes_for_turkiye() -> None:
    before, after = run("baseline"), run("tripp_opens")
    assert before.busy("segment:agbend-ordubad") == 0 < after.busy("segment:agbend-ordubad")
    assert after.flow("ct_cn_tr_tripp") > 0
    assert after.flow("ct_cn_tr_tripp", "offered_t") == before.flow("ct_cn_tr", "offered_t")  # moved, not added
    assert after.flow("ct_cn_tr", "offered_t") == 0
    assert after.waited("border", at="dilucu_az_tr") > 0


def test_the_line_by_shymkent_takes_the_trains_of_central_asia() -> None:
    before, after = run("baseline"), run("shymkent_line")
    # what it acts on: the crossing and the first line of the flows of Saryagash
    assert before.busy("segment:saryagash-shymkent") == 0
    assert after.waited("border", at="shymkent_uz_kz") > 0
    old = [side.waited("border", at="saryagash_uz_kz") for side in (before, after)]
    assert old[1] < 0.5 * old[0]


# --- locomotives and wagons -------------------------------------------------------------------------------------------


def test_the_three_answers_about_locomotives_differ_by_locomotives() -> None:
    pool = "territory:ktz_diesel"
    none, some, contract, all_300 = (
        run(name).in_service(pool)
        for name in ("no_new_locomotives", "baseline", "locomotives_contract", "locomotives_300_by_2027")
    )
    assert none < some < contract < all_300
    assert all_300 - none == pytest.approx(300 * 0.9, abs=30)  # less what is in the workshop
    assert contract - none == pytest.approx(30 / 4, abs=2)  # half of 30 are there when the half-year ends


def test_trains_wait_less_for_locomotives_when_there_are_300() -> None:
    before, after = run("baseline"), run("locomotives_300_by_2027")
    assert after.waited("locomotive", cargo=True) < 0.5 * before.waited("locomotive", cargo=True)
    assert after.total("delivered_mt") > 1.1 * before.total("delivered_mt")
    assert after.busy("territory:ktz_diesel") > before.busy("territory:ktz_diesel")


def test_locomotives_for_georgia_serve_georgia() -> None:
    before, after = run("baseline", SATURATING), run("georgia_locomotives", SATURATING)
    assert after.in_service("territory:gr_dc") > before.in_service("territory:gr_dc") + 10
    assert after.waited("locomotive", at=GEORGIA) < before.waited("locomotive", at=GEORGIA)
    assert after.in_service("territory:ktz_diesel") == pytest.approx(
        before.in_service("territory:ktz_diesel"), rel=0.05
    )


def test_short_range_costs_stops() -> None:
    before, after = run("baseline"), run("lng_and_battery")
    assert before.waited("refuelling") == 0 < after.waited("refuelling")
    kinds = {kind.id: kind for kind in blueprint("lng_and_battery").locomotive_classes}
    assert kinds["battery_line"].range_m < kinds["te33at_lng"].range_m < math.inf
    assert kinds["te33a"].range_m == math.inf


def test_fixed_wagons_are_what_cargo_waits_for() -> None:
    before, after = run("baseline"), run("wagons_fixed")
    for pool in ("platform_1520_kz", "tank_1520_kz", "gondola_1520_kz", "wagons_az"):
        assert after.in_service(f"wagons:{pool}") < before.in_service(f"wagons:{pool}")
    assert after.waited("wagons", cargo=True) > before.waited("wagons", cargo=True)


# --- demand, and all together -----------------------------------------------------------------------------------------


def test_what_leaves_the_northern_route_is_offered_here() -> None:
    before, after = run("baseline"), run("russia_diversion")
    more = after.total("offered_mt") - before.total("offered_mt")
    assert more == pytest.approx(0.25, rel=0.15)
    assert after.flow("ct_cn_north_poti", "offered_t") == pytest.approx(more * 1e6)
    assert after.flow("ct_cn_north_poti") > 0


def test_everything_together_carries_more_than_its_parts() -> None:
    """Under saturating demand, where nothing but the corridor limits it."""
    tonnes = {
        name: run(name, SATURATING).total("delivered_mt")
        for name in ("baseline", "western_track", "everything_but_locomotives", "everything")
    }
    assert tonnes["baseline"] < tonnes["western_track"] < tonnes["everything"]
    assert tonnes["baseline"] < tonnes["everything_but_locomotives"] < tonnes["everything"]


@pytest.mark.parametrize(
    ("layer", "mt_2026", "mt_2027"),
    [("flat", 4.484, 4.484), ("growth20", 6.46, 7.75), ("official10", 5.2, 10.0), ("saturating", 15.0, 15.0)],
)
def test_each_demand_layer_offers_what_its_title_says(layer: str, mt_2026: float, mt_2027: float) -> None:
    built = build(read("baseline", with_layers=(f"demand/{layer}",)))
    offered = {2026: 0.0, 2027: 0.0}
    for flow in built.flows:
        load = built.journeys[flow.journey].t_per_unit
        for name, units in zip(built.calendar.month_names, flow.monthly_units, strict=True):
            if flow.perimeter != "N" and int(name[:4]) in offered:
                offered[int(name[:4])] += units * load / 1e6
    assert offered[2026] == pytest.approx(mt_2026, rel=0.01)
    assert offered[2027] == pytest.approx(mt_2027, rel=0.01)
