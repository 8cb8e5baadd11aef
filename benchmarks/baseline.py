"""What a replication of the shipped baseline costs.

Prints, with the hop log off and on: seconds of CPU a replication, train-hops per CPU-second, kernel events per
train-hop, and the peak memory of the process so far. The seconds hang on the machine; the events do not.

    python benchmarks/baseline.py [--replications 3] [--scenario scenarios/baseline.yaml] [--seed 1]
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import sys
import time
from pathlib import Path

from corridorsim.engine import simulate
from corridorsim.model import Blueprint, build
from corridorsim.scenario import read

BASELINE = Path(__file__).resolve().parents[1] / "scenarios" / "baseline.yaml"


def peak_mb() -> float:
    """Most memory that this process has held, MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3


def measured(plan: Blueprint, *, seed: int, replication: int, hops: bool) -> tuple[float, dict[str, float], int]:
    """(CPU seconds, counters, rows of the hop log) of one replication."""
    gc.collect()
    began = time.process_time()
    ledger = simulate(plan, seed=seed, replication=replication, hops=hops)
    return time.process_time() - began, ledger.counters, len(ledger.hops) if ledger.hops is not None else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", type=Path, default=BASELINE)
    parser.add_argument("--replications", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    call = parser.parse_args()
    began = time.process_time()
    plan = build(read(call.scenario))
    print(f"{call.scenario.name}, {platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    print(f"read and build      {time.process_time() - began:9.2f} s CPU")
    for hops in (False, True):
        runs = [measured(plan, seed=call.seed, replication=r, hops=hops) for r in range(call.replications)]
        seconds = statistics.median(cost for cost, _, _ in runs)
        speed = statistics.median(counters["train_hops"] / cost for cost, counters, _ in runs)
        hop_count = statistics.fmean(counters["train_hops"] for _, counters, _ in runs)
        events = sum(counters["train_events"] for _, counters, _ in runs) / max(
            1.0, sum(counters["train_hops"] for _, counters, _ in runs)
        )
        print(f"\nhop log {'on' if hops else 'off'}, median of {call.replications}")
        print(f"a replication       {seconds:9.2f} s CPU")
        print(f"train-hops          {hop_count:9,.0f}")
        print(f"train-hops a second {speed:9,.0f}")
        print(f"events a train-hop  {events:9.3f}")
        print(f"peak memory so far  {peak_mb():9.0f} MB")
        if hops:
            print(f"rows of the hop log {statistics.fmean(rows for _, _, rows in runs):9,.0f}")


if __name__ == "__main__":
    main()
