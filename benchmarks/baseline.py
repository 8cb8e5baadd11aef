"""What a replication of the shipped baseline costs, and where its time goes. Writes benchmarks/RESULTS.md anew.

Prints, with the hop log off and on: seconds of CPU a replication, train-hops per CPU-second, kernel events per
train-hop, and the peak memory of the process so far. The seconds hang on the machine; the events do not. Then a batch:
some shipped scenarios, a few replications each, in worker processes, by the clock on the wall.

    python -m benchmarks.baseline [--replications 3] [--scenario baseline] [--with LAYER] [--seed 1] [--print-only]
                                  [--batch-replications 3] [--workers 2]
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from corridorsim.analysis import reduce
from corridorsim.engine import simulate
from corridorsim.experiment import failures, fixed_case, replicate
from corridorsim.model import Blueprint, build
from corridorsim.scenario import read

from . import results
from .corridor60.kernels import peak_mb

#: modules that the table of the profile names; the others are one row
_MOST = 16
#: of the batch
SCENARIOS = ("baseline", "no_new_locomotives", "locomotives_contract", "locomotives_300_by_2027")


def measured(plan: Blueprint, *, seed: int, replication: int, hops: bool) -> tuple[float, dict[str, float], int]:
    """(CPU seconds, counters, rows of the hop log) of one replication."""
    gc.collect()
    began = time.process_time()
    ledger = simulate(plan, seed=seed, replication=replication, hops=hops)
    return time.process_time() - began, ledger.counters, len(ledger.hops) if ledger.hops is not None else 0


def where(plan: Blueprint, seed: int) -> list[tuple[str, float, int]]:
    """(module, share of the time, calls) of one replication under cProfile; time inside each function, not below it."""
    profile = cProfile.Profile()
    profile.enable()
    simulate(plan, seed=seed, replication=0)
    profile.disable()
    seconds: dict[str, float] = defaultdict(float)
    calls: dict[str, int] = defaultdict(int)
    for (file, _, _), (_, count, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        module = _module(file)
        seconds[module] += own
        calls[module] += count
    total = sum(seconds.values())
    ranked = sorted(seconds, key=lambda module: -seconds[module])
    rows = [(module, seconds[module] / total, calls[module]) for module in ranked[:_MOST]]
    rest = ranked[_MOST:]
    return [*rows, ("all others", sum(seconds[m] for m in rest) / total, sum(calls[m] for m in rest))]


def batch(layers: tuple[str, ...], seed: int, replications: int, workers: int) -> dict[str, Any]:
    """Scenarios as a study runs them: read and built, run by worker processes, their tables made there."""
    began = time.perf_counter()
    cases = [fixed_case(name, build(read(name, with_layers=layers))) for name in SCENARIOS]
    built = time.perf_counter()
    ended = replicate(cases, seed=seed, replications=replications, reduce=reduce, executor=f"processes:{workers}")
    failed = [failure for results in ended.values() for failure in failures(results)]
    if failed:
        raise SystemExit(f"{len(failed)} runs of the batch failed; the first: {failed[0].message}")
    return {
        "scenarios": len(SCENARIOS), "replications": replications, "workers": workers,
        "build_s": built - began, "run_s": time.perf_counter() - built,
    }  # fmt: skip


def _module(file: str) -> str:
    """A file as its package and name."""
    if file == "~":
        return "built-in functions (lists, heap, packing)"
    if file.startswith("<"):
        return "Python's own"
    path = Path(file)
    return f"`{path.parent.name}/{path.name}`"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--with", dest="layers", action="append", default=[], metavar="LAYER")
    parser.add_argument("--replications", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    parser.add_argument("--batch-replications", type=int, default=3, help="0: no batch")
    parser.add_argument("--workers", type=int, default=2, help="of the batch")
    call = parser.parse_args()
    began = time.process_time()
    plan = build(read(call.scenario, with_layers=tuple(call.layers)))
    print(f"{call.scenario}, {', '.join(results.machine().values())}")
    print(f"read and build      {time.process_time() - began:9.2f} s CPU")
    words = "".join(f" --with {layer}" for layer in call.layers)
    record: dict[str, Any] = {"command": f"python -m benchmarks.baseline --replications {call.replications}{words}"}
    for hops in (False, True):
        runs = [measured(plan, seed=call.seed, replication=r, hops=hops) for r in range(call.replications)]
        hop_count = statistics.fmean(counters["train_hops"] for _, counters, _ in runs)
        events = sum(counters["train_events"] for _, counters, _ in runs)
        of = record["on" if hops else "off"] = {
            "seconds": [cost for cost, _, _ in runs],
            "hops_per_s": [counters["train_hops"] / cost for cost, counters, _ in runs],
            "train_hops": hop_count,
            "events_per_hop": events / max(1.0, hop_count * len(runs)),
            "peak_mb": peak_mb(),
        }
        print(f"\nhop log {'on' if hops else 'off'}, median of {call.replications}")
        print(f"a replication       {statistics.median(of['seconds']):9.2f} s CPU")
        print(f"train-hops          {hop_count:9,.0f}")
        print(f"train-hops a second {statistics.median(of['hops_per_s']):9,.0f}")
        print(f"events a train-hop  {of['events_per_hop']:9.3f}")
        print(f"peak memory so far  {of['peak_mb']:9.0f} MB")
        if hops:
            print(f"rows of the hop log {statistics.fmean(rows for _, _, rows in runs):9,.0f}")
    if call.batch_replications:
        record["batch"] = run = batch(tuple(call.layers), call.seed, call.batch_replications, call.workers)
        runs_s = f"{run['run_s']:.0f} s by {call.workers} workers, after {run['build_s']:.0f} s of reading and building"
        print(f"\n{len(SCENARIOS)} scenarios x {call.batch_replications} replications: {runs_s}")
    if call.print_only:
        return
    record["profiled"] = "hop log off, replication 0"
    record["where"] = where(plan, call.seed)
    results.keep("baseline", record)
    print(f"\n{results.write()}")


if __name__ == "__main__":
    main()
