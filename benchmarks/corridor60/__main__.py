"""Measure corridor60: all kernels in interleaved rounds, then how the cost grows. Writes benchmarks/RESULTS.md anew.

    python -m benchmarks.corridor60 [--rounds 5] [--years 0.25] [--slow-years 0.02] [--python PATH]
                                    [--part kernels|growth]

Each kernel runs once a round, in a process of its own; CPU seconds of the run alone are taken, and ratios inside the
round. Exact models must agree on hops, finished trains and transit, or nothing is written and the exit code is 1.
``--python``: the interpreter for the other packages, where they are installed apart (salabim, ciw, opentnsim).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from corridorsim.engine import simulate
from corridorsim.model import build
from corridorsim.scenario import read

from .. import results
from . import inputs, limit, scenario
from .kernels import EXACT, KERNELS, NEAR, Kernel

Measured = dict[str, Any]
_ROOT = Path(__file__).resolve().parents[2]
#: of a model with its own order within a second: share by which hops and transit may differ
_NEAR = 0.005


def drawn(size: scenario.Size, folder: Path) -> tuple[Path, Path]:
    """(arrays, scenario file) of a size."""
    folder.mkdir(parents=True, exist_ok=True)
    file = scenario.write(size, folder)
    plan = build(read(file))
    arrays = folder / "inputs.bin"
    inputs.of_run(plan, simulate(plan, seed=1, replication=0), 1, 0).write(arrays)
    return arrays, file


def once(kernel: str, arrays: Path, file: Path, python: str = sys.executable) -> Measured:
    """One run in a process of its own."""
    command = [python, "-m", "benchmarks.corridor60.kernels", kernel, str(arrays), str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=False)
    if ended.returncode:
        raise SystemExit(f"{kernel} failed:\n{ended.stderr}")
    result: Measured = json.loads(ended.stdout.splitlines()[-1])
    return result


def rounds(
    number: int, size: scenario.Size, slow: scenario.Size, python: str, folder: Path
) -> list[dict[str, Measured]]:
    """Round by round what each kernel gave."""
    given = {False: drawn(size, folder / "fast"), True: drawn(slow, folder / "slow")}
    program = limit.compiled(folder)
    done = []
    for turn in range(number):
        this: dict[str, Measured] = {}
        for kernel in KERNELS:
            arrays, file = given[kernel.slow]
            if kernel.name == "limit":
                this[kernel.name] = limit.run(program, arrays)
            else:
                this[kernel.name] = once(kernel.name, arrays, file, python if kernel.slow else sys.executable)
        this["plain, slow"] = once("plain", *given[True])
        disagreement = list(differences(this))
        if disagreement:
            raise SystemExit("the models do not agree:\n" + "\n".join(disagreement))
        done.append(this)
        print(f"round {turn + 1} of {number}", file=sys.stderr)
    return done


def differences(one: dict[str, Measured]) -> Iterator[str]:
    """Where kernels that should agree do not."""
    for kernel in KERNELS:
        known, got = one["plain, slow" if kernel.slow else "plain"], one[kernel.name]
        if "skipped" in got:
            continue
        for figure in ("hops", "finished", "transit_s"):
            if got[figure] is None:  # without its log
                continue
            far = abs(got[figure] - known[figure])
            if (kernel.model == EXACT and far) or (kernel.model == NEAR and far > _NEAR * known[figure]):
                yield f"{kernel.name}: {figure} {got[figure]}, not {known[figure]}"


def us_per_hop(one: dict[str, Measured], kernel: Kernel) -> float | None:
    """Microseconds of CPU a hop in a round."""
    got = one[kernel.name]
    if "skipped" in got:
        return None
    hops = got["hops"] or one["plain"]["hops"]  # the same movements
    return float(got["cpu_s"] / hops * 1e6)


#: (what grows, label, size)
def growth_sizes(short: float) -> list[tuple[str, str, scenario.Size]]:
    """Sizes whose cost a hop is compared: segments, years, saturation."""
    return [
        *(("segments", f"{n}", scenario.Size(n, short)) for n in (20, 60, 240)),
        *(("years", f"{years:g}", scenario.Size(60, years)) for years in (0.25, 1, 4)),
        ("load", "0.7 trains an hour", scenario.Size(60, short)),
        ("load", "saturated (1.4 an hour)", scenario.Size(60, short, 1.4)),
    ]


def growth(number: int, short: float, folder: Path) -> list[Measured]:
    """Cost a hop and memory as the model grows, round by round; with the hop log too where the years grow."""
    sizes = growth_sizes(short)
    given = [drawn(size, folder / f"growth{i}") for i, (_, _, size) in enumerate(sizes)]
    rows: list[Measured] = [{"what": w, "label": label, "us_per_hop": [], "logged": []} for w, label, _ in sizes]
    hops = [once("plain", *pair)["hops"] for pair in given]
    for turn, (i, pair) in product(range(number), enumerate(given)):
        if (rows[i]["what"], rows[i]["label"]) == ("years", "4") and turn >= 2:
            continue  # two are enough of the longest
        got = once("corridorsim", *pair)
        rows[i]["us_per_hop"].append(got["cpu_s"] / hops[i] * 1e6)
        rows[i] |= {"hops": hops[i], "peak_mb": got["peak_mb"], "before_mb": got["before_mb"], "bytes": got["bytes"]}
        if (rows[i]["what"], rows[i]["label"]) in (("years", "0.25"), ("years", "1")) and turn == 0:
            logged = once("logged", *pair)
            rows[i]["logged"] = [logged["bytes"]["hops"] / logged["logged_rows"], logged["peak_mb"]]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--years", type=float, default=0.25)
    parser.add_argument("--slow-years", type=float, default=0.02, help="for salabim, ciw and OpenTNSim")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the other packages")
    parser.add_argument("--part", choices=("kernels", "growth"), help="default: both")
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if call.part != "growth":
            size, slow = scenario.Size(years=call.years), scenario.Size(years=call.slow_years)
            done = rounds(call.rounds, size, slow, call.python, folder)
            versions = results.versions(call.python, ("salabim", "ciw", "opentnsim"))
            results.keep("corridor60", {
                "rounds": call.rounds,
                "years": call.years,
                "slow_years": call.slow_years,
                "versions": versions,
                "agreed": {k: done[0]["plain"][k] for k in ("hops", "finished", "transit_s")},
                "agreed_slow": {k: done[0]["plain, slow"][k] for k in ("hops", "finished", "transit_s")},
                "events_per_hop": done[0]["corridorsim"]["events_per_hop"],
                "kernels": [
                    {
                        "name": kernel.name, "title": kernel.title, "model": kernel.model,
                        "skipped": done[0][kernel.name].get("skipped", ""),
                        "us_per_hop": [us_per_hop(one, kernel) for one in done],
                        "plain_us_per_hop": [us_per_hop(one, KERNELS[1]) for one in done],
                    }
                    for kernel in KERNELS
                ],
            })  # fmt: skip
        if call.part != "kernels":
            rows = growth(call.rounds, call.years / 2, folder)
            results.keep("growth", {"rounds": call.rounds, "rows": rows})
    print(results.write())


if __name__ == "__main__":
    main()
