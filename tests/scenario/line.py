"""A two-node line with one ferry as a file, and a way to read it and see what is wrong."""

from __future__ import annotations

from pathlib import Path

from corridorsim.scenario import Issue, Issues, Loaded, read

HEAD = """\
schema: 1
title: Two nodes and a ferry
horizon: {start: 2023-07-01, results_from: 2024-01-01, end: 2024-12-31}
"""
NETWORK = """\
nodes:
  east: {kind: rail_station}
  quay: {kind: rail_station}
  port_quay: {kind: sea_port, linked_node_id: quay}
  port_west: {kind: sea_port}
segments:
  east-quay:
    from_node: east
    to_node: quay
    length_km: 120
    freight_speed_kmh: 50
    capacity_pairs_per_day: 12
    tracks: 1
sea_links:
  crossing: {from_port: port_quay, to_port: port_west, sailing_h: 22 h}
vessels:
  ferry:
    kind: rail_ferry
    count: 1
    link: crossing
    capacity_wagons: 50
    load_factor: 80 %
    load_h: 4
    unload_h: {value: 4, low: 3, high: 6}
    availability: 0.8
    dispatch_rule: leave_when_full
    max_wait_for_load_h: 2 d
profiles:
  flat: {1: {factor: 1}}
flows:
  west:
    flow_group: ore
    origin_node: east
    destination_node: port_west
    via_ports: [port_quay, port_west]
    cargo: wagon
    vessel_kind: rail_ferry
    mt_per_year: 500 kt
    perimeter: A
    monthly_profile_id: flat
    lot_units: 40
    t_per_unit: 60
    patience_days: 10
"""
LINE = HEAD + NETWORK


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """A file with its folders."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def place(text: str, word: str, nth: int = 1) -> tuple[int, int]:
    """Line and column of the n-th time a word stands in a text."""
    offset = -1
    for _ in range(nth):
        offset = text.index(word, offset + 1)
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def load(folder: Path, text: str, *sets: str, name: str = "x.yaml") -> Loaded:
    return read(write(folder, name, text), sets=sets)


def faults(folder: Path, text: str | bytes, *sets: str, name: str = "x.yaml") -> tuple[Issue, ...]:
    """What is wrong with a text; nothing if it can be read."""
    return faults_of(write(folder, name, text), *sets)


def faults_of(path: Path, *sets: str, with_layers: tuple[Path, ...] = ()) -> tuple[Issue, ...]:
    try:
        read(path, sets=sets, with_layers=with_layers)
    except Issues as found:
        return found.issues
    return ()


def only(issues: tuple[Issue, ...]) -> Issue:
    """The one issue that there should be."""
    assert len(issues) == 1, "\n".join(map(str, issues))
    return issues[0]
