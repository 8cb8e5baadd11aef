"""One scenario's replications through each executor: the same results, and how long it takes, in the same rounds.

    python -m benchmarks.cluster [--segments 1000] [--replications 8] [--rounds 3]

A made-up corridor (benchmarks/synthetic.py) over January is run in this process, over two worker processes, and over a
Dask cluster of two workers that is started for it. Nothing is kept between runs. Writes benchmarks/RESULTS.md anew.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import corridorsim as cs

from . import results
from .synthetic import corridor, sizes, write

EXECUTORS = ("serial", "processes:2", "dask")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=1000)
    parser.add_argument("--replications", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    call = parser.parse_args()
    if (os.cpu_count() or 1) > 2 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # a cluster of this machine has a worker a core
    flows, ports = sizes(call.segments)
    seconds: dict[str, list[float]] = {executor: [] for executor in EXECUTORS}
    first: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        scenario = cs.load(write(corridor(call.segments, flows, ports, 31), Path(folder)))
        for _ in range(call.rounds):
            for executor in EXECUTORS:
                began = time.perf_counter()
                result = cs.run(scenario, replications=call.replications, executor=executor, out=None)
                seconds[executor].append(time.perf_counter() - began)
                found = result.summary.model_dump()
                if found != (first := first or found):
                    raise SystemExit(f"{executor} gave other results than {EXECUTORS[0]}")
    words = f"--segments {call.segments} --replications {call.replications} --rounds {call.rounds}"
    results.keep(
        "cluster",
        {
            "command": f"python -m benchmarks.cluster {words}",
            "segments": call.segments,
            "replications": call.replications,
            "seconds": seconds,
            "digest": first["digest"],
            "dask": results.versions(sys.executable, ("dask", "distributed")),
        },
    )
    print(results.write())


if __name__ == "__main__":
    main()
