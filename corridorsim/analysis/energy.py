"""Energy, its cost and its carbon, by flow and leg: the work of a run times the factors of its scenario.

Trains: consumption of the class (per 1,000 gross tonne-kilometres of wagons and cargo, ``energy.train_factor`` on top)
x the tonne-kilometres of the flow, its share of empties and of light engines (by their mass). Ships: hours at sea and
in port x fuel an hour. Then x the supplier's price and x kg of CO2 a unit, tank to wheel, with methane slip as CO2e:
fuel as burnt, electricity as made for the grid it comes from, nothing before that.

Low and high take every factor at its low or high end at once: bounds, not an interval of chance. The cost is that of
energy alone, not a tariff.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: consumption of a class -> the carrier it is of
CONSUMED = {
    "diesel_kg_per_1000_gross_tkm": "diesel",
    "lng_kg_per_1000_gross_tkm": "lng",
    "electricity_kwh_per_1000_gross_tkm": "electricity",
}
ANYBODY = "other"  #: supplier of whoever has no row of its own


class MissingFactors(ValueError):
    """Factors that the scenario does not give, by ``paths``."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(dict.fromkeys(paths))
        super().__init__("energy cannot be told without " + ", ".join(self.paths))


class Ranged(NamedTuple):
    """A positive amount with its bounds."""

    value: float = 0.0
    low: float = 0.0
    high: float = 0.0

    def times(self, other: Ranged | float) -> Ranged:
        """Product; bounds with bounds."""
        by = other if isinstance(other, Ranged) else Ranged(other, other, other)
        return Ranged(self.value * by.value, self.low * by.low, self.high * by.high)

    def plus(self, other: Ranged) -> Ranged:
        """Sum; bounds with bounds."""
        return Ranged(self.value + other.value, self.low + other.low, self.high + other.high)

    def over(self, amount: float) -> Ranged | None:
        """Per unit of something, None where there is none of it."""
        return Ranged(self.value / amount, self.low / amount, self.high / amount) if amount > 0 else None


NOTHING = Ranged()


@dataclass
class Use:
    """What some work took. ``gross_tkm`` with empties, without light engines."""

    net_tkm: float = 0.0
    gross_tkm: float = 0.0
    carriers: dict[str, Ranged] = field(default_factory=dict)  #: in units of the carrier (kg, kWh)
    energy_mj: float = 0.0
    usd: Ranged = NOTHING
    co2e_kg: Ranged = NOTHING

    def add(self, other: Use, share: float = 1.0) -> None:
        """Take in another, or a share of it."""
        self.net_tkm += other.net_tkm * share
        self.gross_tkm += other.gross_tkm * share
        self.energy_mj += other.energy_mj * share
        for carrier, amount in other.carriers.items():
            self.carriers[carrier] = self.carriers.get(carrier, NOTHING).plus(amount.times(share))
        self.usd = self.usd.plus(other.usd.times(share))
        self.co2e_kg = self.co2e_kg.plus(other.co2e_kg.times(share))


class Key(NamedTuple):
    """Whose work: ``leg`` is a territory or a sea link, ``class_id`` a class of locomotives or ships."""

    year: int
    flow: str
    perimeter: str
    mode: str
    leg: str
    class_id: str


class Factors:
    """Prices, carbon and consumption, read from the values in force (rows of path, value, low, high ...)."""

    def __init__(self, inputs: Iterable[Sequence[Any]]) -> None:
        wanted = ("energy.", "locomotive_classes.", "territories.", "sea_links.")
        self._given = {str(row[0]): row for row in inputs if str(row[0]).startswith(wanted)}
        self.carriers = tuple(
            dict.fromkeys(path.split(".")[2] for path in self._given if path.startswith("energy.carriers."))
        )
        self.missing: dict[str, None] = {}

    def text(self, path: str) -> str:
        """A value as text, "" where it is not given."""
        return str(self._given[path][1]) if path in self._given else ""

    def number(self, path: str) -> Ranged | None:
        """A number with its bounds (itself where it has none), None where it is not given."""
        if path not in self._given or self._given[path][1] == "":
            return None
        value, low, high = self._given[path][1:4]
        return Ranged(float(value), float(value if low == "" else low), float(value if high == "" else high))

    def needed(self, path: str) -> Ranged:
        """A number; where it is not given its path is kept in ``missing``."""
        found = self.number(path)
        if found is None:
            self.missing[path] = None
        return found or NOTHING

    def burn(self, carrier: str, supplier: str, amount: Ranged, into: Use) -> None:
        """Add an amount of a carrier with its energy, cost and carbon."""
        own = f"energy.supplies.{supplier}.{carrier}"
        if self.number(f"{own}.usd_per_unit") is None and self.number(
            f"energy.supplies.{ANYBODY}.{carrier}.usd_per_unit"
        ):
            own = f"energy.supplies.{ANYBODY}.{carrier}"
        about = f"energy.carriers.{carrier}"
        co2 = self.number(f"{own}.co2_kg_per_unit") or self.needed(f"{about}.co2_kg_per_unit")
        co2 = co2.plus(self.number(f"{about}.slip_co2e_kg_per_unit") or NOTHING)
        into.carriers[carrier] = into.carriers.get(carrier, NOTHING).plus(amount)
        into.energy_mj += amount.value * self.needed(f"{about}.mj_per_unit").value
        into.usd = into.usd.plus(amount.times(self.needed(f"{own}.usd_per_unit")))
        into.co2e_kg = into.co2e_kg.plus(amount.times(co2))

    def consumption(self, class_id: str, traction: str) -> dict[str, Ranged]:
        """Carrier -> units a gross tonne-kilometre."""
        places = [f"energy.unassigned.{traction}"]
        if class_id:
            places.insert(0, f"locomotive_classes.{class_id}")
        factor = self.number("energy.train_factor") or Ranged(1, 1, 1)
        for place in places:
            given = {carrier: self.number(f"{place}.{name}") for name, carrier in CONSUMED.items()}
            found = {carrier: each.times(factor).times(1e-3) for carrier, each in given.items() if each is not None}
            if found:
                return found
        self.missing[f"{places[0]}.{'diesel_kg' if traction == 'diesel' else 'electricity_kwh'}_per_1000_gross_tkm"] = (
            None
        )
        return {}


def energy(work: Mapping[str, Sequence[Any]], factors: Factors) -> dict[Key, Use]:
    """What the work of one run (table ``work``) took, row by row. Raises MissingFactors with all that is not given."""
    found: dict[Key, Use] = {}
    names = list(work)
    for values in zip(*work.values(), strict=True):
        row = dict(zip(names, values, strict=True))
        key = Key(*(row[name] for name in Key._fields))
        found[key] = _by_rail(row, factors) if key.mode == "rail" else _by_sea(row, factors)
    if factors.missing:
        raise MissingFactors(factors.missing)
    return found


def _by_rail(row: Mapping[str, Any], factors: Factors) -> Use:
    leg, class_id = row["leg"], row["class_id"]
    use = Use(net_tkm=row["net_tkm"], gross_tkm=row["gross_tkm"] + row["empty_gross_tkm"])
    moved = use.gross_tkm
    if row["light_km"]:
        moved += row["light_km"] * factors.needed(f"locomotive_classes.{class_id}.mass_t").value
    # a line of no territory tells no traction: locomotives without a wire
    traction = factors.text(f"territories.{leg}.traction") or "diesel"
    operator = factors.text(f"territories.{leg}.operator") or ANYBODY
    for carrier, amount in factors.consumption(class_id, traction).items():
        factors.burn(carrier, operator, amount.times(moved), use)
    return use


def _by_sea(row: Mapping[str, Any], factors: Factors) -> Use:
    ship = f"energy.ships.{row['class_id']}"
    km = factors.needed(f"sea_links.{row['leg']}.distance_km").value if row["voyage_t"] else 0.0
    use = Use(net_tkm=row["voyage_t"] * km)
    carrier, supplier = factors.text(f"{ship}.carrier"), factors.text(f"{ship}.supplier")
    fuel = factors.needed(f"{ship}.sea_kg_per_h").times(row["sea_h"])
    fuel = fuel.plus(factors.needed(f"{ship}.port_kg_per_h").times(row["port_h"]))
    if carrier:
        factors.burn(carrier, supplier, fuel, use)
    return use


def mean_use(runs: Mapping[int, Mapping[str, Any]], factors: Factors) -> dict[Key, Use]:
    """The mean over reduced runs; a row that a run has not counts as nothing there."""
    total: dict[Key, Use] = {}
    for run in runs.values():
        for key, use in energy(run["tables"]["work"], factors).items():
            total.setdefault(key, Use()).add(use, 1 / len(runs))
    return total


def delivered_t(runs: Mapping[int, Mapping[str, Any]], year: int) -> dict[str, float]:
    """Flow -> tonnes delivered in a year, mean over runs."""
    tonnes: dict[str, float] = defaultdict(float)
    for run in runs.values():
        flows = run["tables"]["flows"]
        for each, flow, amount in zip(flows["year"], flows["flow"], flows["delivered_t"], strict=True):
            if each == year:
                tonnes[flow] += amount / len(runs)
    return dict(tonnes)


def summed(uses: Mapping[Key, Use], *by: str, year: int | None = None) -> dict[tuple[str, ...], Use]:
    """Sums by some fields of the key, in order of first appearance; of one year, or of all."""
    total: dict[tuple[str, ...], Use] = {}
    for key, use in uses.items():
        if year is None or key.year == year:
            total.setdefault(tuple(getattr(key, name) for name in by), Use()).add(use)
    return total


def against_diesel(uses: Mapping[Key, Use], year: int) -> dict[str, tuple[float, float]]:
    """Class that works among diesels and burns something else -> its cost and its CO2e a gross tonne-kilometre, light
    engines included, over those of the diesels of the same lines."""
    by_line = summed(uses, "mode", "leg", "class_id", year=year)
    lines: dict[str, Use] = {}
    for (mode, leg, _), use in by_line.items():
        if mode == "rail" and list(use.carriers) == ["diesel"]:
            lines.setdefault(leg, Use()).add(use)
    own: dict[str, Use] = {}
    diesels: dict[str, Use] = {}
    for (mode, leg, name), use in by_line.items():
        if mode == "rail" and list(use.carriers) != ["diesel"] and leg in lines and lines[leg].gross_tkm:
            own.setdefault(name, Use()).add(use)
            diesels.setdefault(name, Use()).add(lines[leg], use.gross_tkm / lines[leg].gross_tkm)
    return {
        name: (use.usd.value / diesels[name].usd.value, use.co2e_kg.value / diesels[name].co2e_kg.value)
        for name, use in own.items()
        if diesels[name].usd.value and diesels[name].co2e_kg.value
    }
