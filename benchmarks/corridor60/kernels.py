"""One kernel run once, in a process of its own: what it gave, and what it took.

    python -m benchmarks.corridor60.kernels KERNEL INPUTS SCENARIO

prints one JSON object; where a kernel cannot be had here, ``{"skipped": why}``.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import inputs
from .scenario import Size, write

#: how a model stands to the reference: the same movements; the same but for its order within a second; easier
EXACT, NEAR, EASIER = "exact", "near", "easier"


@dataclass(frozen=True)
class Kernel:
    """``slow``: is given a shorter horizon."""

    name: str
    title: str
    model: str
    package: str = ""  #: whose version is named
    slow: bool = False


KERNELS = (
    Kernel("limit", "C, binary heap (the limit)", EXACT),
    Kernel("plain", "`heapq` and slotted objects, no framework", EXACT),
    Kernel("bare", "corridorsim's kernel alone: a train that only runs, nothing written", EXACT),
    Kernel("corridorsim", "**corridorsim**, through a scenario file", EXACT, "corridorsim"),
    Kernel("logged", "**corridorsim** with its hop log", EXACT, "corridorsim"),
    Kernel("textbook", "SimPy by the textbook: `Process` and `Resource`", EXACT, "simpy"),
    Kernel("salabim", "salabim: components and resources, monitors off", NEAR, "salabim", slow=True),
    Kernel("ciw", "ciw (no places at stations, no locomotives)", EASIER, "ciw", slow=True),
    Kernel("opentnsim", "OpenTNSim (no places at stations, no locomotives)", EASIER, "opentnsim", slow=True),
)


def peak_mb() -> float:
    """Most memory that this process has held, MB; 0 where the system does not tell."""
    try:  # what getrusage tells is, on Linux, no less than what the process that started this one held
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3


def corridorsim(scenario: Path, *, hops: bool) -> dict[str, Any]:
    """Through the doors: read, build, simulate; the simulation is what is timed."""
    from corridorsim.engine import simulate
    from corridorsim.ledger import OPEN
    from corridorsim.model import build
    from corridorsim.scenario import read

    with TemporaryDirectory() as folder:  # a day first, so that all is imported
        simulate(build(read(write(Size(4, 1 / 365), Path(folder)))), seed=1, replication=0)
    plan = build(read(scenario))
    before_mb = peak_mb()
    gc.collect()
    began = time.process_time()
    ledger = simulate(plan, seed=1, replication=0, hops=hops)
    cpu_s = time.process_time() - began
    most_mb = peak_mb()
    moved = ledger.tables["movements"].columns
    done = [end - start for start, end in zip(moved["depart_s"], moved["arrive_s"], strict=True)]
    tables = {name: len(table.data) for name, table in (*ledger.tables.items(), ("legs", ledger.legs))}
    if ledger.hops is not None:
        tables["hops"] = len(ledger.hops.data)
    return {
        # without the log only the hops of trains that have come to their end are counted
        "hops": None if ledger.hops is None else sum(leave != OPEN for leave in ledger.hops.column("leave_s")),
        "finished": len(done),
        "transit_s": int(sum(done)),
        "cpu_s": cpu_s,
        "peak_mb": most_mb,
        "before_mb": before_mb,
        "bytes": {name: size for name, size in tables.items() if size},
        "logged_rows": 0 if ledger.hops is None else len(ledger.hops),
        "events_per_hop": ledger.counters["train_events"] / max(1.0, ledger.counters["train_hops"]),
    }


def other(name: str, file: Path) -> dict[str, Any]:
    """A model that is given the arrays."""
    try:
        run = importlib.import_module(f".{name}", __package__).run
    except ModuleNotFoundError as lacking:
        return {"skipped": f"no module '{lacking.name}'"}
    given = inputs.read(file)
    gc.collect()
    began = time.process_time()
    outcome = run(given)
    return {**outcome._asdict(), "cpu_s": time.process_time() - began, "peak_mb": peak_mb()}


def main(kernel: str, file: str, scenario: str) -> None:
    warnings.simplefilter("ignore")  # of other packages about themselves
    if kernel in ("corridorsim", "logged"):
        result = corridorsim(Path(scenario), hops=kernel == "logged")
    elif kernel in ("salabim", "ciw", "opentnsim"):
        result = other(f"with_{kernel}", Path(file))
    else:
        result = other(kernel, Path(file))
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
