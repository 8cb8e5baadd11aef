"""Energy, cost and carbon: figures that can be told by hand, charged to whom they belong, with nothing lost."""

from __future__ import annotations

import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from ruamel.yaml import YAML

import corridorsim as cs
from corridorsim.analysis import reduce
from corridorsim.analysis.energy import Factors, MissingFactors, Ranged, energy, summed
from corridorsim.analysis.view import View
from corridorsim.analysis.work import AMOUNTS, NOWHERE, work
from corridorsim.engine import simulate
from corridorsim.ledger import MOVEMENT_KINDS, OPEN, Ledger
from corridorsim.model import Blueprint, build, fingerprint
from corridorsim.report.effective import effective_rows
from corridorsim.scenario import Issues, read
from tests.engine.lines import Tree, blueprint_of, changed, two_nodes_and_a_ferry

from .ledgers import DAY, HOUR, close_books, month_s

LOADED, EMPTY, LIGHT, VOYAGE = (
    MOVEMENT_KINDS.index(kind) for kind in ("loaded_train", "empty_train", "light_engine", "voyage")
)
LOCOMOTIVE = {
    "traction": "diesel", "mass_t": 130, "trailing_mass_limit_t": 5000, "availability": 1, "mtbf_km": 1e9,
    "repair_hours_mean": 1, "service_h": 0,
}  # fmt: skip
ENERGY = {
    "carriers": {
        "diesel": {"unit": "kg", "mj_per_unit": 43, "co2_kg_per_unit": {"value": 3.2, "low": 3, "high": 3.3}},
        "lng": {"unit": "kg", "mj_per_unit": 48, "co2_kg_per_unit": 2.7, "slip_co2e_kg_per_unit": 0.5},
        "electricity": {"unit": "kwh", "mj_per_unit": 3.6, "co2_kg_per_unit": 0.5},
        "mgo": {"unit": "kg", "mj_per_unit": 42, "co2_kg_per_unit": 3.1},
    },
    "supplies": {
        "R": {
            "diesel": {"usd_per_unit": {"value": 1, "low": 0.5, "high": 2}},
            "lng": {"usd_per_unit": 0.4},
            "electricity": {"usd_per_unit": 0.1, "co2_kg_per_unit": 0.2},
        },
        "other": {"diesel": {"usd_per_unit": 3}},
        "sea": {"mgo": {"usd_per_unit": 0.6}},
    },
    "ships": {"ferry": {"carrier": "mgo", "supplier": "sea", "sea_kg_per_h": 100, "port_kg_per_h": 10}},
    "unassigned": {"diesel": {"diesel_kg_per_1000_gross_tkm": 4}},
    "train_factor": {"value": 1, "low": 0.9, "high": 1.5},
}  # fmt: skip
YEAR = 2024


def one_line(**changes: Any) -> Tree:
    """The mine, the line and the ferry, with a railway R, two diesels of one class, and all factors."""
    tree = two_nodes_and_a_ferry(
        **{
            "segments__mine-east__operator": "R",
            "sea_links__crossing__distance_km": 300,
            "territories__r": {"operator": "R", "traction": "diesel", "home_nodes": ["mine"]},
            "locomotive_classes__old": {**LOCOMOTIVE, "diesel_kg_per_1000_gross_tkm": 3},
            "fleets__old": {
                "operator": "R", "class_id": "old", "territory": "r", "fleet_units": 2, "corridor_units": 2,
            },
            "energy": ENERGY,
        }
    )  # fmt: skip
    return changed(tree, **changes)


def loaded_of(tree: Tree) -> Any:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.yaml"
        with file.open("w", encoding="utf-8") as stream:
            YAML().dump(tree, stream)
        return read(file)


def factors_of(tree: Tree) -> Factors:
    return Factors(effective_rows(loaded_of(tree)))


def write_year(blueprint: Blueprint) -> Ledger:
    """A loaded train of 1,000 t (1,400 t gross), one of empties of 400 t, 50 km light, a voyage and one back empty."""
    ledger = Ledger()
    names = ("ore", "mine", "east", "port_east.rail_ferry", "port_west.rail_ferry")
    flow, mine, east, quay, west = (ledger.number(name) for name in names)
    add = ledger.tables["movements"].add
    day = month_s(blueprint, 3)
    add(LOADED, ledger.number("train 1"), flow, mine, east, day, day + 2 * HOUR, 1000, 1400, 17, 1e5, 1)
    add(EMPTY, ledger.number("train 2"), OPEN, east, mine, day + DAY, day + DAY + 2 * HOUR, 0, 400, 17, 1e5, 1)
    engine = blueprint.territories[0].units[0].id
    add(LIGHT, ledger.number(f"light {engine}"), OPEN, east, mine, day, day + HOUR, 0, 0, 1, 5e4, 1)
    ship = ledger.number(blueprint.vessels[0].id)
    add(VOYAGE, ship, flow, quay, west, day, day + 18 * HOUR, 1000, 0, 17, 0, 0)
    add(VOYAGE, ship, OPEN, west, quay, day + 3 * DAY, day + 3 * DAY + 18 * HOUR, 0, 0, 0, 0, 0)
    lot = ledger.tables["lots"].add(flow, 1000, 17, day, 1, OPEN, OPEN, day, day, day + 5 * DAY, 0.0)
    ledger.tables["deliveries"].add(lot, flow, day + 5 * DAY, 1000, 0)
    number = ledger.number(f"vessel:{blueprint.vessels[0].id}")
    ledger.tables["usage"].add(number, 2, 40 * HOUR, 100 * HOUR)
    close_books(blueprint, ledger)
    return ledger


def work_of(tree: Tree) -> dict[str, list[Any]]:
    blueprint = blueprint_of(tree)
    return work(View(blueprint, write_year(blueprint)))


def test_one_train_one_ship_by_hand() -> None:
    tree = one_line()
    found = work_of(tree)
    rail, sea = (dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True))
    assert (rail["mode"], rail["leg"], rail["class_id"], rail["flow"]) == ("rail", "r", "old", "ore")
    assert [rail[name] for name in AMOUNTS] == [100_000, 140_000, 40_000, 50, 0, 0, 0]
    assert (sea["leg"], sea["class_id"], sea["flow"]) == ("crossing", "ferry", "ore")
    assert [sea[name] for name in AMOUNTS] == [0, 0, 0, 0, 1000, 36, 64]

    by_rail, by_sea = energy(found, factors_of(tree)).values()
    kg = (140_000 + 40_000 + 50 * 130) * 3 / 1000
    assert by_rail.carriers == {"diesel": pytest.approx(Ranged(kg, 0.9 * kg, 1.5 * kg))}
    assert by_rail.usd == pytest.approx((kg, 0.9 * kg * 0.5, 1.5 * kg * 2))
    assert by_rail.co2e_kg == pytest.approx((3.2 * kg, 0.9 * kg * 3, 1.5 * kg * 3.3))
    assert by_rail.energy_mj == pytest.approx(43 * kg)
    assert (by_rail.net_tkm, by_rail.gross_tkm) == (100_000, 180_000)
    fuel = 36 * 100 + 64 * 10
    assert by_sea.usd.value == pytest.approx(0.6 * fuel)
    assert by_sea.co2e_kg == pytest.approx(Ranged(3.1 * fuel, 3.1 * fuel, 3.1 * fuel))
    assert by_sea.net_tkm == 1000 * 300


def test_classes_share_by_units_and_a_short_range_takes_less() -> None:
    """Two old diesels and one of LNG with the same time; at 100 km in 2 h, 4 h after each 100 km are 50 / 3 km/h."""
    lng = {**LOCOMOTIVE, "lng_kg_per_1000_gross_tkm": 2, "diesel_kg_per_1000_gross_tkm": 0.5, "fuel": "lng"}
    fleet = {"operator": "R", "class_id": "gas", "territory": "r", "fleet_units": 1, "corridor_units": 1}
    tree = one_line(locomotive_classes__gas=lng, fleets__gas=fleet)
    found = work_of(tree)
    gross = dict(zip(found["class_id"], found["gross_tkm"], strict=True))
    assert gross["old"] == pytest.approx(140_000 * 2 / 3)
    assert gross["gas"] == pytest.approx(140_000 / 3)
    uses = {key.class_id: use for key, use in energy(found, factors_of(tree)).items()}
    tkm = (140_000 + 40_000) / 3
    assert uses["gas"].carriers["lng"].value == pytest.approx(2 * tkm / 1000)
    assert uses["gas"].co2e_kg.value == pytest.approx((2 * (2.7 + 0.5) + 0.5 * 3.2) * tkm / 1000)
    assert uses["gas"].usd.value == pytest.approx((2 * 0.4 + 0.5 * 1) * tkm / 1000)

    short = work_of(changed(tree, locomotive_classes__gas__range_km=100, locomotive_classes__gas__refuel_h=4))
    share = dict(zip(short["class_id"], short["gross_tkm"], strict=True))["gas"] / 140_000
    assert share == pytest.approx((1 / 3) / (2 + 1 / 3))


def test_electricity_takes_the_carbon_of_its_grid() -> None:
    tree = one_line(
        locomotive_classes__old__diesel_kg_per_1000_gross_tkm=None,
        locomotive_classes__old__electricity_kwh_per_1000_gross_tkm=12,
    )
    use = next(iter(energy(work_of(tree), factors_of(tree)).values()))
    kwh = 12 * (180_000 + 50 * 130) / 1000
    assert use.co2e_kg.value == pytest.approx(0.2 * kwh)
    assert use.usd.value == pytest.approx(0.1 * kwh)


def test_a_line_without_locomotives_has_a_stated_consumption() -> None:
    blueprint = blueprint_of(one_line(territories=None, fleets=None))
    ledger = Ledger()
    day = month_s(blueprint, 3)
    numbers = (ledger.number(name) for name in ("train 1", "ore", "mine", "east"))
    ledger.tables["movements"].add(LOADED, *numbers, day, day + HOUR, 1000, 1400, 17, 1e5, 0)
    found = work(View(blueprint, ledger))
    (use,) = energy(found, factors_of(one_line(territories=None, fleets=None))).values()
    assert use.usd.value == pytest.approx(3 * 4 * 140_000 / 1000)  # of the supplier `other`


def test_what_is_not_given_is_named_all_at_once() -> None:
    tree = one_line(
        energy__ships=None,
        energy__supplies__R__diesel=None,
        energy__supplies__other=None,
        sea_links__crossing__distance_km=None,
    )
    with pytest.raises(MissingFactors) as fault:
        energy(work_of(tree), factors_of(tree))
    assert {"energy.supplies.R.diesel.usd_per_unit", "sea_links.crossing.distance_km"} <= set(fault.value.paths)
    assert "energy.ships.ferry.sea_kg_per_h" in fault.value.paths


def test_legs_of_a_real_run_add_up_to_what_moved() -> None:
    tree = one_line()
    blueprint = blueprint_of(tree)
    ledger = simulate(blueprint, seed=1, replication=0)
    table = reduce(blueprint, ledger)["tables"]["work"]
    moves = ledger.tables["movements"].columns
    km = [metres / 1000 for metres in moves["length_m"]]

    def moved(column: str, *kinds: int) -> float:
        cells = zip(moves["kind"], moves[column], km, strict=True)
        return sum(amount * far for kind, amount, far in cells if kind in kinds)

    assert NOWHERE not in table["leg"]
    assert math.fsum(table["net_tkm"]) == pytest.approx(moved("net_t", LOADED))
    assert math.fsum(table["gross_tkm"]) == pytest.approx(moved("gross_t", LOADED))
    assert math.fsum(table["empty_gross_tkm"]) == pytest.approx(moved("gross_t", EMPTY))
    assert math.fsum(table["empty_gross_tkm"]) > 0
    assert math.fsum(table["light_km"]) == pytest.approx(moved("locomotives", LIGHT))
    voyages = [t for kind, t in zip(moves["kind"], moves["net_t"], strict=True) if kind == VOYAGE]
    assert math.fsum(table["voyage_t"]) == pytest.approx(sum(voyages))
    assert math.fsum(table["sea_h"]) == pytest.approx(18 * len(voyages))
    # the one ship is in service all year
    assert math.fsum(table["sea_h"]) + math.fsum(table["port_h"]) == pytest.approx(366 * 24, rel=1e-3)
    uses = energy(table, factors_of(tree))
    whole, parts = summed(uses)[()], summed(uses, "mode", "leg").values()
    assert whole.usd.value == pytest.approx(sum(use.usd.value for use in parts))
    assert whole.co2e_kg.high == pytest.approx(sum(use.co2e_kg.high for use in uses.values()))


def test_empties_are_charged_to_the_flows_whose_wagons_they_are() -> None:
    """A flow that loads wagons of another pool causes none of them."""
    tree = one_line(
        wagons__tank={"kind": "tank", "corridor_units": 400, "tare_t": 25},
        flows__oil={**two_nodes_and_a_ferry()["flows"]["ore"], "wagon_pools": ["tank"], "mt_per_year": 0.1},
    )
    blueprint = blueprint_of(tree)
    ledger = Ledger()
    day = month_s(blueprint, 3)
    add = ledger.tables["movements"].add
    train, ore, oil, mine, east = (ledger.number(name) for name in ("train", "ore", "oil", "mine", "east"))
    for flow, tonnes in ((ore, 1000), (oil, 3000)):
        add(LOADED, train, flow, mine, east, day, day + HOUR, tonnes, tonnes * 1.4, tonnes / 60, 1e5, 1)
    add(EMPTY, train, OPEN, east, mine, day, day + HOUR, 0, 800, 30, 1e5, 1)
    found = work(View(blueprint, ledger))
    empties = dict(zip(found["flow"], found["empty_gross_tkm"], strict=True))
    assert empties == pytest.approx({"ore": 20_000, "oil": 60_000})  # both pools go home that way: by wagon-kilometres
    alone = blueprint_of(changed(tree, flows__oil__wagon_pools=[]))
    found = work(View(alone, ledger))
    empties = dict(zip(found["flow"], found["empty_gross_tkm"], strict=True))
    assert empties == pytest.approx({"ore": 80_000, "oil": 0})


def test_prices_change_no_run() -> None:
    dear = one_line(energy__supplies__R__diesel__usd_per_unit=9)
    assert fingerprint(build(loaded_of(dear))) == fingerprint(build(loaded_of(changed(one_line(), energy=None))))


def test_the_door_saves_a_table_whose_legs_add_up(tmp_path: Path) -> None:
    file = tmp_path / "line.yaml"
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(one_line(), stream)
    made = cs.energy(str(file), replications=2, out=tmp_path / "out", executor="serial")
    assert made.result.folder is not None
    assert {"energy.csv", "energy.json", "energy.txt"} <= {path.name for path in made.result.folder.iterdir()}
    rows = json.loads(made.as_json())["rows"]
    assert {row["leg"] for row in rows} == {"r", "crossing"}
    (whole,) = made.by().values()
    delivered = made.delivered_t["ore"]
    assert sum(row["usd_per_t"] for row in rows) == pytest.approx(whole.usd.value / delivered)
    assert "rail R diesel" in made.page("A")
    assert "perimeter A" in made.page("A")
    assert "nothing was carried on perimeter" not in made.page("A")
    again = cs.energy(cs.open_result(made.result.folder))
    assert again.records() == made.records()
    assert cs.open_result(made.result.folder).energy["usd"].sum() == pytest.approx(whole.usd.value)
    with pytest.raises(Issues, match="no results of 1999"):
        cs.energy(made.result, year=1999)
    with pytest.raises(KeyError, match="nothing was carried of 'gold'"):
        made.page(flow="gold")


def test_a_scenario_without_the_section_is_told_what_is_missing(tmp_path: Path, ferry_file: Path) -> None:
    with pytest.raises(Issues, match=r"energy\.ships\.ferry\.sea_kg_per_h"):
        cs.energy(str(ferry_file), replications=1, out=None, executor="serial")
