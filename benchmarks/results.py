"""benchmarks/RESULTS.md from what the benchmarks keep in benchmarks/measured/.

python -m benchmarks.results        write the page anew
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
MEASURED = FOLDER / "measured"
PAGE = FOLDER / "RESULTS.md"
Record = dict[str, Any]


def versions(python: str, packages: Sequence[str]) -> dict[str, str]:
    """Versions of packages in an interpreter; those that are not there are left out."""
    code = (
        "import importlib.metadata as m, json, sys\nfound = {}\n"
        "for name in sys.argv[1:]:\n    try: found[name] = m.version(name)\n"
        "    except m.PackageNotFoundError: pass\nprint(json.dumps(found))"
    )
    said = subprocess.run([python, "-c", code, *packages], capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = json.loads(said)
    return found


def machine() -> dict[str, str]:
    """Where it is measured, and on what day."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "day": f"{dt.datetime.now(tz=dt.UTC):%d %B %Y}",
        "machine": f"{platform.system()}, {processor}, {os.cpu_count()} cores, load {load}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def keep(name: str, record: Record) -> None:
    """Put a record with where and when it was measured beside the others."""
    own = versions(sys.executable, ("simpy", "numpy"))
    record = {**record, "measured": machine() | {"packages": ", ".join(f"{k} {v}" for k, v in own.items())}}
    MEASURED.mkdir(exist_ok=True)
    (MEASURED / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def kept(name: str) -> Record | None:
    """A record, or None where that benchmark has not been run."""
    file = MEASURED / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


# --- words ------------------------------------------------------------------------------------------------------------


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median with range."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} - {max(values):.{digits}f})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Of Markdown."""
    return [
        f"| {' | '.join(head)} |",
        f"| {' | '.join('---' for _ in head)} |",
        *(f"| {' | '.join(r)} |" for r in rows),
    ]


def made(record: Record, command: str) -> list[str]:
    """Where a section comes from."""
    at = record["measured"]
    return ["", f"`{command}`, {at['day']}; {at['machine']}; {at['python']}, {at['packages']}.", ""]


def ratios(over: Sequence[float | None], under: Sequence[float | None]) -> list[float]:
    """Round by round."""
    return [a / b for a, b in zip(over, under, strict=True) if a is not None and b is not None]


# --- sections ---------------------------------------------------------------------------------------------------------


def goals() -> list[str]:
    """Every goal, measured, met or not."""
    rows: list[list[str]] = []

    def goal(what: str, asked: str, got: Sequence[float], met: Callable[[float], bool], digits: int = 2) -> None:
        said = "met" if got and met(statistics.median(got)) else "**not met**" if got else "not measured"
        rows.append([what, asked, spread(got, digits) if got else "", said])

    record = kept("corridor60")
    if record:
        of = {kernel["name"]: kernel["us_per_hop"] for kernel in record["kernels"]}
        own, plain = of["corridorsim"], of["plain"]
        full = "corridorsim through a scenario (waits by cause, random running times, locomotives, lots, books) / heapq"
        goal(full, "<= 3", ratios(own, plain), lambda x: x <= 3)
        goal("... with the hop log / heapq", "<= 4", ratios(of["logged"], plain), lambda x: x <= 4)
        goal("its kernel alone, a train that only runs / heapq", "<= 2", ratios(of["bare"], plain), lambda x: x <= 2)
        for name, asked in (("textbook", 8), ("ciw", 40), ("salabim", 50), ("opentnsim", 60)):
            for whose, base in (("corridorsim", own), ("its kernel alone", of["bare"])):
                got = ratios(of[name], base)
                goal(f"{name} / {whose}", f">= {asked}", got, lambda x, asked=asked: x >= asked, 1)  # type: ignore[misc]
        goal("kernel events a hop, corridor60", "<= 1.1", [record["events_per_hop"]], lambda x: x <= 1.1, 3)
    record = kept("growth")
    if record:
        by = {(row["what"], row["label"]): row for row in record["rows"]}

        def grown(what: str, large: str, small: str) -> list[float]:
            over, under = by[what, large]["us_per_hop"], by[what, small]["us_per_hop"]
            return [a / b for a, b in zip(over, under, strict=False)]

        goal("a hop at 240 segments / at 20", "<= 1.3", grown("segments", "240", "20"), lambda x: x <= 1.3)
        goal("a hop over 4 years / over a quarter", "<= 1.2", grown("years", "4", "0.25"), lambda x: x <= 1.2)
        saturated = grown("load", "saturated (1.4 an hour)", "0.7 trains an hour")
        goal("a hop saturated / not", "<= 2", saturated, lambda x: x <= 2)
        goal("bytes a logged hop", "<= 30", [by["years", "1"]["logged"][0]], lambda x: x <= 30, 0)
        flat = [_beside(by["years", "4"]) - _beside(by["years", "0.25"])]
        goal("MB more over 4 years than over a quarter, without logs and beside what is always written", "flat: <= 10",
             flat, lambda x: x <= 10, 1)  # fmt: skip
    record = kept("baseline")
    if record:
        goal(
            "kernel events a hop, shipped baseline", "<= 1.1", [record["off"]["events_per_hop"]], lambda x: x <= 1.1, 3
        )
    record = kept("startup")
    if record:
        for row in record["rows"]:
            if row["asked_s"]:
                net = [a - b for a, b in zip(row["seconds"], record["python_s"], strict=True)]
                goal(f"`{row['what']}`, seconds of CPU over `python -c pass`", f"<= {row['asked_s']:g}", net,
                     lambda x, row=row: x <= row["asked_s"])  # type: ignore[misc]  # fmt: skip
    record = kept("quick")
    if record:
        goal("`run baseline --quick`, seconds of CPU of its runs", "about 2", record["cpu_s"], lambda x: x <= 2.5, 1)
    return ["## Goals", "", "Median (range) of the rounds; ratios are taken inside the round.", "",
            *table(("goal", "asked", "measured", ""), rows)]  # fmt: skip


def _beside(row: Record) -> float:
    """MB of a run that are not the tables which are always written."""
    return float(row["peak_mb"] - row["before_mb"] - sum(row["bytes"].values()) / 1e6)


def corridor60() -> list[str]:
    record = kept("corridor60")
    if not record:
        return []
    agreed = record["agreed"]
    rows = []
    for kernel in record["kernels"]:
        got = [us for us in kernel["us_per_hop"] if us is not None]
        if kernel["skipped"]:
            rows.append([kernel["title"], "", "", f"skipped: {kernel['skipped']}"])
        else:
            rows.append(
                [kernel["title"], spread(got), spread(ratios(got, kernel["plain_us_per_hop"])), kernel["model"]]
            )
    words = f"--rounds {record['rounds']} --years {record['years']:g} --slow-years {record['slow_years']:g}"
    transit_h = agreed["transit_s"] / agreed["finished"] / 3600
    return [
        "## corridor60",
        "",
        "The reference model (`benchmarks/corridor60/`): the same arrivals and paces for all. Exact models gave the",
        f"same {agreed['hops']:,} hops, {agreed['finished']:,} finished trains and {transit_h:.4f} h of mean transit"
        f" ({record['years']:g} years; slow packages {record['slow_years']:g}).",
        "What is near differs in its order within a second; what is easier is no check.",
        "Between the kernel alone and corridorsim lies what a run is asked for: each wait with who, where, cause and",
        "blocker, each train's locomotives, lots, acceptance limits, usage by month, and the audit of the books.",
        *made(record, f"python -m benchmarks.corridor60 {words}"),
        ", ".join(f"{name} {version}" for name, version in record["versions"].items()) + ".",
        "",
        *table(("kernel", "us of CPU a hop", "x heapq", "model"), rows),
    ]


def growth() -> list[str]:
    record = kept("growth")
    if not record:
        return []
    rows = []
    for row in record["rows"]:
        tables = sum(row["bytes"].values())
        rows.append([
            row["what"], row["label"], f"{row['hops']:,}", spread(row["us_per_hop"]), f"{tables / 1e6:.1f}",
            f"{tables / row['hops']:.0f}", f"{_beside(row):.1f}",
            f"{row['logged'][0]:.0f}" if row["logged"] else "",
        ])  # fmt: skip
    one_year = next(row for row in record["rows"] if (row["what"], row["label"]) == ("years", "1"))
    sizes = ", ".join(
        f"{name} {size / 1e6:.1f}" for name, size in sorted(one_year["bytes"].items(), key=lambda x: -x[1])
    )
    return [
        "## How corridor60 grows",
        *made(record, f"python -m benchmarks.corridor60 --part growth --rounds {record['rounds']}"),
        *table(
            ("grows", "", "hops", "us of CPU a hop", "tables, MB", "bytes a hop", "rest, MB", "bytes a logged hop"),
            rows,
        ),
        "",
        f"Tables that are always written, one year, MB: {sizes}. Rest: peak memory of the run beyond the tables and",
        "what the process held before it (names of trains, parts under way, growth of the tables' buffers).",
    ]


def baseline() -> list[str]:
    record = kept("baseline")
    if not record:
        return []
    rows = []
    for logs in ("off", "on"):
        of = record[logs]
        rows.append([logs, spread(of["seconds"]), f"{of['train_hops']:,.0f}", spread(of["hops_per_s"], 0),
                     f"{of['events_per_hop']:.3f}", f"{of['peak_mb']:.0f}"])  # fmt: skip
    where = [[module, f"{share:.0%}", f"{calls:,}"] for module, share, calls in record["where"]]
    return [
        "## The shipped baseline",
        *made(record, record["command"]),
        *table(
            ("hop log", "s of CPU a replication", "train-hops", "train-hops a CPU-second", "events a hop", "peak MB"),
            rows,
        ),
        "",
        *_batch(record),
        f"Where the time of a replication goes ({record['profiled']}; cProfile makes small functions look larger):",
        "",
        *table(("module", "share", "calls"), where),
    ]


def _batch(record: Record) -> list[str]:
    """What a coffee break has to hold."""
    ran = record.get("batch")
    if not ran:
        return []
    runs = ran["scenarios"] * ran["replications"]
    clock_h = (ran["run_s"] / runs * 600 + ran["build_s"] / ran["scenarios"] * 20) / 3600
    alone_h = statistics.median(record["off"]["seconds"]) * 600 / 2 / 3600
    return [
        f"{ran['scenarios']} scenarios x {ran['replications']} replications of the full horizon (July 2023 to the end"
        f" of 2027), as given, took {ran['run_s']:.0f} s",
        f"by the clock with {ran['workers']} workers, tables of results included, after {ran['build_s']:.0f} s of"
        " reading and building, on a",
        "machine whose cores others used as well. Worked out from that, not run: 20 scenarios x 30 replications would",
        f"take {clock_h:.1f} hours so; by the CPU seconds of the first row, on two cores of its own, {alone_h:.1f}.",
        "Saturating runs are as many again.",
        "",
    ]


def synthetic() -> list[str]:
    record = kept("synthetic")
    if not record:
        return []
    rows = [
        [f"{r['segments']:,}", str(r["flows"]), str(r["ports"]), f"{r['read_s']:.2f}", f"{r['build_s']:.2f}",
         f"{r['run_s']:.2f}", f"{r['hops']:,.0f}", f"{r['run_s'] / r['hops'] * 1e6:.0f}" if r["hops"] else "",
         f"{r['peak_mb']:.0f}"]
        for r in record["rows"]
    ]  # fmt: skip
    return [
        "## Synthetic corridors",
        "",
        "Half of the segments in a row, the others beside it; for every hundred segments ten flows, a port and a",
        "railway with locomotives of its own, so that a segment has the same traffic in all sizes. "
        f"{record['days']} days.",
        *made(record, record["command"]),
        *table(
            ("segments", "flows", "ports", "read, s", "build, s", "run, s", "train-hops", "us a hop", "peak MB"), rows
        ),
        "",
        record["said"],
    ]


def cluster() -> list[str]:
    record = kept("cluster")
    if not record:
        return []
    alone = record["seconds"]["serial"]
    rows = [
        [f"`{executor}`", spread(took, 1), spread(ratios(alone, took))] for executor, took in record["seconds"].items()
    ]
    beside = ratios(record["seconds"]["dask"], record["seconds"]["processes:2"])
    packages = ", ".join(f"{name} {version}" for name, version in record["dask"].items())
    return [
        "## Through Dask",
        "",
        f"{record['replications']} replications of a synthetic corridor of {record['segments']:,} segments over a",
        "month, with a Dask cluster of two workers started for each run; nothing kept in between. All gave the same",
        f"summary, digest `{record['digest'][:16]}`.",
        *made(record, record["command"]),
        *table(("executor", "seconds of wall clock", "times as fast as one process"), rows),
        "",
        f"{packages}. Dask takes {spread(beside)} times as long as two processes, the start of its scheduler and",
        "workers included; on a cluster that stands already (`--executor dask:ADDRESS`) that start is paid once.",
    ]


def startup() -> list[str]:
    record = kept("startup")
    if not record:
        return []
    rows = [["`python -c pass`", spread(record["python_s"], 3), ""]]
    for row in record["rows"]:
        net = [a - b for a, b in zip(row["seconds"], record["python_s"], strict=True)]
        rows.append([f"`{row['what']}`", spread(row["seconds"], 3), spread(net, 3)])
    return [
        "## Start-up",
        *made(record, record["command"]),
        *table(("", "s of CPU", "beyond `python -c pass`"), rows),
    ]


def quick() -> list[str]:
    record = kept("quick")
    if not record:
        return []
    return ["## A quick answer", *made(record, record["command"]), record["said"]]


def write() -> Path:
    """The page."""
    head = [
        "# Measured",
        "",
        "Made by the commands that each section names; `python -m benchmarks.results` puts their records together.",
        "CPU time on machines that others use too scatters: look at ratios, which are taken inside a round.",
    ]
    sections = [goals(), corridor60(), growth(), baseline(), synthetic(), cluster(), startup(), quick()]
    PAGE.write_text("\n".join("\n".join(s) + "\n" for s in [head, *sections] if s), encoding="utf-8")
    return PAGE


if __name__ == "__main__":
    print(write())
