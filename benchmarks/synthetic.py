"""How reading, building and running grow with the network: made-up corridors of N segments, M flows and P ports.

    python -m benchmarks.synthetic [--segments 50 200 1000 5000] [--days 30] [--write FOLDER SEGMENTS]

A spine of half the segments in a row, and the others as a second line beside it, joined to it at every tenth station,
so that routes have a choice. For every hundred segments there are ten flows, a port on the spine with a sea link,
ferries and berths, and a railway with locomotives of its own. Flows run some 30 stations along the spine, or to a port
and over the sea; so a segment has the same traffic in a small corridor and in a large one. Each size runs in a process
of its own. Writes benchmarks/RESULTS.md anew; ``--write`` only leaves the files of one.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from . import results
from .corridor60.kernels import peak_mb

_ROOT = Path(__file__).resolve().parents[1]
_START = dt.date(2025, 1, 1)
_UNITS = ("fleet_units", "corridor_units")
_EVERY = 10  #: stations between joints of the two lines


def corridor(segments: int, flows: int, ports: int, days: int, seed: int = 1) -> dict[str, Any]:
    """The scenario, as a tree. The lines have exactly ``segments`` segments in all."""
    dice = random.Random(seed)
    joints = segments // (2 * _EVERY + 1)
    spine = (segments - joints + 1) // 2
    pairs = [(f"a{i}", f"a{i + 1}") for i in range(spine)]
    pairs += [(f"b{i}", f"b{i + 1}") for i in range(segments - joints - spine)]
    pairs += [(f"a{i * _EVERY}", f"b{i * _EVERY}") for i in range(joints)]
    stations = list(dict.fromkeys(name for pair in pairs for name in pair))
    shores = [spine * (number + 1) // ports for number in range(ports)]
    railways = [f"rail{number}" for number in range(ports)]
    whose = {name: railways[int(name[1:]) * ports // (spine + 1)] for name in stations}
    nodes: dict[str, Any] = {name: {"kind": "rail_station"} for name in stations}
    for number, shore in enumerate(shores):
        nodes[f"here{number}"] = {"kind": "sea_port", "linked_node_id": f"a{shore}"}
        nodes[f"there{number}"] = {"kind": "sea_port"}
    ferry = {
        "kind": "rail_ferry", "count": 3, "capacity_wagons": 50, "load_h": 5, "unload_h": 5, "load_factor": 1,
        "availability": 0.9, "dispatch_rule": "leave_when_full", "max_wait_for_load_h": 48,
    }  # fmt: skip
    end = _START + dt.timedelta(days=days - 1)
    return {
        "schema": 1,
        "title": f"{segments} segments, {flows} flows, {ports} ports",
        "horizon": {"start": f"{_START}", "results_from": f"{_START}", "end": f"{end}"},
        "nodes": nodes,
        "segments": {
            f"{a}-{b}": {
                "from_node": a, "to_node": b, "length_km": dice.randint(40, 160), "freight_speed_kmh": 50,
                "capacity_pairs_per_day": dice.randint(20, 60), "tracks": dice.randint(1, 2),
                "background_trains_per_day": dice.randint(0, 20), "operator": whose[a],
            }
            for a, b in pairs
        },
        "sea_links": {
            f"sea{n}": {"from_port": f"here{n}", "to_port": f"there{n}", "sailing_h": 20} for n in range(ports)
        },
        "ports": {f"{side}{n}": {"rail_ferry": {"berths": 2}} for n in range(ports) for side in ("here", "there")},
        "vessels": {f"ferry{n}": {"link": f"sea{n}", **ferry} for n in range(ports)},
        "territories": {
            name: {
                "operator": name, "traction": "diesel",
                "home_nodes": [station for station in stations if whose[station] == name][::_EVERY],
            }
            for name in railways
        },
        "locomotive_classes": {
            "te": {
                "traction": "diesel", "mass_t": 138, "trailing_mass_limit_t": 5000, "availability": 0.9,
                "mtbf_km": 40000, "repair_hours_mean": 24, "service_h": 3,
            },
        },
        "fleets": {
            name: {"operator": name, "class_id": "te"} | dict.fromkeys(_UNITS, 6 * flows // len(railways))
            for name in railways
        },
        "wagons": {"gondola": {"kind": "gondola", "corridor_units": 600 * flows, "tare_t": 24}},
        "profiles": {"flat": {month: {"factor": 1} for month in range(1, 13)}},
        "flows": {f"f{n}": _flow(dice, n, spine, shores) for n in range(flows)},
    }  # fmt: skip


def _flow(dice: random.Random, number: int, spine: int, shores: list[int]) -> dict[str, Any]:
    """Every second flow goes to a port and over the sea, the others some 30 stations along the spine."""
    plain = {
        "flow_group": "ore", "cargo": "wagon", "mt_per_year": dice.uniform(0.3, 0.9), "lot_units": 40,
        "t_per_unit": 60, "wagons_per_unit": 1, "wagon_pools": ["gondola"], "perimeter": "A",
        "monthly_profile_id": "flat", "patience_days": 5,
    }  # fmt: skip
    if number % 2:
        port = number // 2 % len(shores)
        origin = max(0, shores[port] - dice.randint(5, 30))
        over_sea = {"via_ports": [f"here{port}", f"there{port}"], "vessel_kind": "rail_ferry"}
        return {"origin_node": f"a{origin}", "destination_node": f"there{port}", **over_sea, **plain}
    origin = dice.randrange(max(1, spine - 30))
    return {"origin_node": f"a{origin}", "destination_node": f"a{min(spine, origin + dice.randint(10, 30))}", **plain}


def write(tree: dict[str, Any], folder: Path) -> Path:
    """As a planner would: a YAML file, and tables of nodes and segments beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {}
    for name in ("nodes", "segments"):
        rows = tree[name]
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        tables[name] = f"{name}.csv"
        with (folder / tables[name]).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, ["id", *columns])
            writer.writeheader()
            writer.writerows({"id": key} | row for key, row in rows.items())
    rest = {key: value for key, value in tree.items() if key not in tables}
    file = folder / "corridor.yaml"
    file.write_text(json.dumps(rest | {"tables": tables}, indent=1), encoding="utf-8")
    return file


def sizes(segments: int) -> tuple[int, int]:
    """(flows, ports) of a corridor of so many segments."""
    return max(4, segments // 10), max(1, segments // 100)


def measured(file: Path) -> dict[str, float]:
    """What it takes to read, build and run a scenario, in this process."""
    from corridorsim.engine import simulate
    from corridorsim.model import build
    from corridorsim.scenario import read

    times = [time.process_time()]
    loaded = read(file)
    times.append(time.process_time())
    plan = build(loaded)
    times.append(time.process_time())
    ledger = simulate(plan, seed=1, replication=0)
    times.append(time.process_time())
    read_s, build_s, run_s = (after - before for before, after in pairwise(times))
    hops = ledger.counters["train_hops"]
    return {"read_s": read_s, "build_s": build_s, "run_s": run_s, "hops": hops, "peak_mb": peak_mb()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, nargs="+", default=[50, 200, 1000, 5000])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--write", nargs=2, metavar=("FOLDER", "SEGMENTS"))
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    call = parser.parse_args()
    if call.measure:
        print(json.dumps(measured(call.measure)))
        return
    if call.write:
        flows, ports = sizes(int(call.write[1]))
        print(write(corridor(int(call.write[1]), flows, ports, call.days), Path(call.write[0])))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for segments in call.segments:
            flows, ports = sizes(segments)
            file = write(corridor(segments, flows, ports, call.days), Path(folder) / str(segments))
            command = [sys.executable, "-m", "benchmarks.synthetic", "--measure", str(file)]
            said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=_ROOT).stdout
            rows.append({"segments": segments, "flows": flows, "ports": ports, **json.loads(said)})
            print(rows[-1], file=sys.stderr)
    words = " ".join(map(str, call.segments))
    command_words = f"python -m benchmarks.synthetic --segments {words} --days {call.days}"
    results.keep(
        "synthetic", {"command": command_words, "days": call.days, "rows": rows, "said": _said(rows, call.days)}
    )
    print(results.write())


#: what a study asks for: scenarios x replications, on so many cores, within so many hours
_STUDY, _CORES, _HOURS = 20 * 30, 2, 1


def _said(rows: list[dict[str, Any]], days: int) -> str:
    """How the steps grow between the smallest size worth timing and the largest, and where a cluster is worth it."""
    small, large = rows[min(1, len(rows) - 1)], rows[-1]
    larger = large["segments"] / small["segments"]

    def times(what: str) -> str:
        return f"{what.removesuffix('_s')} {large[what] / max(1e-9, small[what]):.0f} times"

    grown = ", ".join(times(what) for what in ("read_s", "build_s", "run_s"))
    hops = large["hops"] / max(1.0, small["hops"])
    year_s = large["run_s"] * 365 / days
    cores = _STUDY * year_s / 3600 / _HOURS
    fits = _CORES * _HOURS * 3600 / _STUDY / (year_s / large["segments"])
    memory = f"{large['read_s'] + large['build_s']:.1f} s of reading and building, and {large['peak_mb']:.0f} MB"
    return (
        f"From {small['segments']:,} to {large['segments']:,} segments ({larger:.0f} times as many, {hops:.0f} times "
        f"as many train-hops): {grown} as long.\n\n"
        f"A year of {large['segments']:,} segments is {year_s:.0f} s of one core at this rate, after {memory} for "
        "these days, which grows by some 25 bytes a train-hop: not memory asks for a cluster, but time. "
        f"20 scenarios x 30 replications of it are {cores:.0f} core-hours. Two cores do them within an hour up to "
        f"about {fits:,.0f} segments with such traffic; beyond that `--executor dask:ADDRESS` divides the time by the "
        "cores of a cluster, since replications share nothing and only figures come back: "
        f"{cores:.0f} cores do {large['segments']:,} segments within the hour, and {_STUDY} are the most that help, "
        "since one replication is never split."
    )


if __name__ == "__main__":
    main()
