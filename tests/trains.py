"""A mine, a long line and a ferry, where locomotives bind first and the ferry next; and projects that relieve both."""

from __future__ import annotations

from pathlib import Path

from .small import TEXT

#: 1,500 km at 50 km/h: a locomotive is back after some 65 hours, so that each carries about 0.3 Mt a year; one ferry
#: carries 0.4 Mt, and 1.2 Mt are offered
LONG = TEXT.replace("length_km: 100,", "length_km: 1500, operator: R,").replace("mt_per_year: 0.2", "mt_per_year: 1.2")

LOCOMOTIVES = """\
territories:
  line: {operator: R, traction: diesel, home_nodes: [mine]}
locomotive_classes:
  old: {traction: diesel, mass_t: 138, trailing_mass_limit_t: 4000, availability: 0.95, mtbf_km: 1000000,
        repair_hours_mean: 10, service_h: 2}
fleets:
  old: {operator: R, class_id: old, territory: line, fleet_units: 8, corridor_units: 1}
locomotives:
  order: {operator: R, class_id: old, territory: line, corridor_share: 0.5, status: contracted,
          deliveries: {2024: 4, 2025: 4}}
  few: {operator: R, class_id: old, territory: line, corridor_share: 1, status: planned, on: 2023-08-01,
        deliveries: {2023: 1}}
"""

#: a ferry more, another after it; three of another yard instead; a locomotive; a berth that nothing waits for
PROJECTS = """\
targets:
  - {name: carried, measure: delivered_share, perimeter: A, year: 2024, at_least: 0.01, probability: 0.8}
  - {name: half a million, measure: delivered_mt, demand: saturating, perimeter: A, year: 2024, at_least: 0.5,
     probability: 0.8}
projects:
  second_ferry: {title: A second ferry, cost_musd: 100}
  third_ferry: {title: A third ferry, cost_musd: 50, requires: [second_ferry]}
  three_ferries: {title: Three ferries of another yard, cost_musd: 400, conflicts_with: [second_ferry]}
  few: {title: One locomotive, cost_musd: 30}
  berth: {title: A berth, cost_musd: 20}
  late: {title: A berth in 2030}
  gone: {title: Given up, include: "no"}
  order: {title: No order of locomotives, include: "no"}
vessel_deliveries:
  v1: {project_id: second_ferry, date: 2023-08-01, class_id: ferry, count: 1, status: planned, slip_months_low: 0,
       slip_months_high: 30}
  v2: {project_id: third_ferry, date: 2023-08-01, class_id: ferry, count: 1, status: claimed}
  v3: {project_id: three_ferries, date: 2023-08-01, class_id: ferry, count: 3, status: planned, slip_months_low: 0,
       slip_months_high: 30}
changes:
  b1: {project_id: berth, date: 2023-08-01, target: ports.port_west.rail_ferry.berths, value: 1, add: true,
       status: planned}
  b2: {project_id: late, date: 2030-01-01, target: ports.port_west.rail_ferry.berths, value: 1, add: true,
       status: planned}
  b3: {project_id: gone, date: 2023-08-01, target: ports.port_west.rail_ferry.berths, value: 1, add: true,
       status: planned}
"""
HEAD = LONG.replace("horizon: {start: 2024-01-01,", "horizon: {start: 2023-07-01,").replace(
    "targets:\n  - {name: most is carried, measure: delivered_share, perimeter: A, year: 2024, at_least: 0.5, "
    "probability: 0.8}\n",
    "",
)


def write_trains(folder: Path, more: str = "") -> Path:
    """The scenario as a file, with more sections, and a layer of saturating demand beside it."""
    (folder / "demand").mkdir(exist_ok=True)
    (folder / "demand" / "saturating.yaml").write_text("schema: 1\nset: {demand.factor: 1.5}\n", encoding="utf-8")
    file = folder / "trains.yaml"
    file.write_text(HEAD + LOCOMOTIVES + more, encoding="utf-8")
    return file
