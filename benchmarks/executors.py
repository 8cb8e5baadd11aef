"""How well workers are used: tasks of one CPU-second over each executor, through ``replicate``, in the same run.

Prints for each executor: seconds until the first task began, seconds for all, and efficiency = seconds of one process /
(workers x seconds of all), with the start and without it. On a machine that others use too, look at ``busy`` instead:
the share of the workers' time in which a task was under way, from the first task until ``replicate`` gives back.

    python benchmarks/executors.py [--tasks 20] [--workers 2] [--seconds 1]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridorsim.experiment import Failure, Outcome, Store, fixed_case, replicate
from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint, build
from corridorsim.scenario import read

LINE = """\
schema: 1
title: One short line
horizon: {start: 2024-01-01, results_from: 2024-01-01, end: 2024-01-31}
nodes: {mine: {kind: rail_station}, mill: {kind: rail_station}}
segments:
  mine-mill: {from_node: mine, to_node: mill, length_km: 100, freight_speed_kmh: 50, capacity_pairs_per_day: 24,
              tracks: 1}
profiles: {flat: {1: {factor: 1}, 2: {factor: 1}, 3: {factor: 1}, 4: {factor: 1}, 5: {factor: 1}, 6: {factor: 1},
                  7: {factor: 1}, 8: {factor: 1}, 9: {factor: 1}, 10: {factor: 1}, 11: {factor: 1}, 12: {factor: 1}}}
flows:
  ore: {flow_group: ore, origin_node: mine, destination_node: mill, cargo: wagon, mt_per_year: 0.1, lot_units: 40,
        t_per_unit: 60, wagons_per_unit: 1, perimeter: A, monthly_profile_id: flat, patience_days: 0}
"""


@dataclass(frozen=True)
class Spin:
    """A task: so many seconds of CPU, told with when it began and ended."""

    cpu_s: float

    def __call__(self, _blueprint: Blueprint, _ledger: Ledger) -> dict[str, Any]:
        began, until = time.time(), time.thread_time() + self.cpu_s
        while time.thread_time() < until:
            sum(range(1000))
        return {"began": began, "ended": time.time()}


def measured(executor: str, tasks: int, spin: Callable[[Blueprint, Ledger], Any]) -> tuple[float, float, float]:
    """(seconds until the first task began, seconds of all, seconds in which tasks were under way)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "line.yaml"
        file.write_text(LINE, encoding="utf-8")
        case = fixed_case("line", build(read(file)))
        store = Store(Path(folder) / "runs", "s")
        began = time.time()
        ended = replicate([case], seed=1, replications=tasks, reduce=spin, executor=executor, store=store)[case.key]
        seconds = time.time() - began
    failures = [run for run in ended if isinstance(run, Failure)]
    if failures:
        raise SystemExit(f"{executor}: {len(failures)} runs failed; the first: {failures[0].message}")
    spans = [run.value for run in ended if isinstance(run, Outcome)]
    return (
        min(span["began"] for span in spans) - began, seconds, sum(span["ended"] - span["began"] for span in spans)
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--executors", nargs="*", help="default: serial processes:WORKERS dask")
    call = parser.parse_args()
    spin = Spin(call.seconds)
    print(f"{'':16}{'first, s':>10}{'all, s':>10}{'efficiency':>12}{'after start':>13}{'busy':>8}")
    alone: float | None = None
    for executor in call.executors or ("serial", f"processes:{call.workers}", "dask"):
        first, seconds, busy = measured(executor, call.tasks, spin)
        workers = 1 if executor == "serial" else call.workers
        alone = seconds if executor == "serial" else alone
        shares = [alone / workers / seconds, alone / workers / (seconds - first)] if alone else [float("nan")] * 2
        efficiency, started = shares
        busy /= workers * (seconds - first)
        print(f"{executor:16}{first:10.2f}{seconds:10.2f}{efficiency:12.2f}{started:13.2f}{busy:8.2f}", flush=True)


if __name__ == "__main__":
    import executors  # by its name, since workers import the task from there

    executors.main()
