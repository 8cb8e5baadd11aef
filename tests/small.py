"""A mine, a line, a port and a ferry: the smallest scenario that has something of everything these tests ask for.

Nothing comes back today (flow ``back``), but the ferry waits two days for it.
"""

from __future__ import annotations

from pathlib import Path

TEXT = """\
schema: 1
title: A mine and a ferry
horizon: {start: 2024-01-01, results_from: 2024-01-01, end: 2024-12-31}
targets:
  - {name: most is carried, measure: delivered_share, perimeter: A, year: 2024, at_least: 0.5, probability: 0.8}
nodes:
  mine: {kind: rail_station}
  east: {kind: rail_station}
  port_east: {kind: sea_port, linked_node_id: east}
  port_west: {kind: sea_port}
segments:
  mine-east: {from_node: mine, to_node: east, length_km: 100, freight_speed_kmh: 50, capacity_pairs_per_day: 24,
              tracks: 1}
sea_links:
  crossing: {from_port: port_east, to_port: port_west, sailing_h: 18}
ports:
  port_east: {rail_ferry: {berths: 1}}
  port_west: {rail_ferry: {berths: 1}}
vessels:
  ferry: {kind: rail_ferry, count: 1, link: crossing, capacity_wagons: 40, load_factor: 1, load_h: 5, unload_h: 5,
          availability: 1, dispatch_rule: leave_when_full, max_wait_for_load_h: 48}
profiles:
  flat: {1: {factor: 1}, 2: {factor: 1}, 3: {factor: 1}, 4: {factor: 1}, 5: {factor: 1}, 6: {factor: 1},
         7: {factor: 1}, 8: {factor: 1}, 9: {factor: 1}, 10: {factor: 1}, 11: {factor: 1}, 12: {factor: 1}}
flows:
  ore: {flow_group: ore, origin_node: mine, destination_node: port_west, via_ports: [port_east, port_west],
        cargo: wagon, vessel_kind: rail_ferry, mt_per_year: 0.2, lot_units: 40, t_per_unit: 60, wagons_per_unit: 1,
        perimeter: A, monthly_profile_id: flat, patience_days: 0}
  back: {flow_group: ore, origin_node: port_west, destination_node: port_east, via_ports: [port_west, port_east],
         cargo: wagon, vessel_kind: rail_ferry, mt_per_year: 0, lot_units: 40, t_per_unit: 60, wagons_per_unit: 1,
         perimeter: N, monthly_profile_id: flat, patience_days: 0}
"""


def write_scenario(folder: Path, name: str = "ferry") -> Path:
    """The scenario as a file."""
    file = folder / f"{name}.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file
