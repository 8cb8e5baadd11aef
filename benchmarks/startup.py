"""How long commands take before they do anything, each against ``python -c pass`` in the same round, and a quick run.

    python -m benchmarks.startup [--rounds 5] [--no-quick]

CPU seconds of the process and its children. Writes benchmarks/RESULTS.md anew.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from typing import Any

from . import results

_CLI = (sys.executable, "-m", "corridorsim")
#: what typer does for a command with arguments, whatever the command is
_LIBRARIES = "import typer; from pydantic import TypeAdapter; TypeAdapter(list[str]).validate_python(['x'])"
#: (what, command, seconds asked; 0 where nothing is)
COMMANDS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("corridorsim --help", (*_CLI, "--help"), 0.15),
    ("corridorsim validate baseline", (*_CLI, "validate", "baseline"), 0.5),
    ("import corridorsim", (sys.executable, "-c", "import corridorsim"), 0.3),
    ("typer and pydantic alone, with one argument checked", (sys.executable, "-c", _LIBRARIES), 0.0),
)

#: as a user has it: Python keeps what it compiled (a machine of tests may be told not to)
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cpu_s(command: tuple[str, ...]) -> float:
    """Of a command that must end well."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=_ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-quick", action="store_true")
    call = parser.parse_args()
    python: list[float] = []
    rows: list[dict[str, Any]] = [{"what": what, "asked_s": asked, "seconds": []} for what, _, asked in COMMANDS]
    for _, command, _ in COMMANDS:
        cpu_s(command)  # once, so that all is compiled
    for _ in range(call.rounds):
        python.append(cpu_s((sys.executable, "-c", "pass")))
        for row, (_, command, _) in zip(rows, COMMANDS, strict=True):
            row["seconds"].append(cpu_s(command))
    command = f"python -m benchmarks.startup --rounds {call.rounds}"
    results.keep("startup", {"command": command, "python_s": python, "rows": rows})
    if not call.no_quick:
        results.keep("quick", {"command": command, **quick(min(2, call.rounds))})
    print(results.write())


def quick(rounds: int) -> dict[str, Any]:
    """A first look at the baseline: what its runs cost, beyond what a second, which finds them done, takes."""
    cost: list[float] = []
    again: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as out:
            run = (*_CLI, "run", "baseline", "--quick", "--executor", "serial", "--quiet", "--out", out)
            first, second = cpu_s(run), cpu_s(run)
        cost.append(first - second)
        again.append(second)
    return {
        "cpu_s": cost,
        "said": "`run baseline --quick` runs the last year (from half a year before), as given, twice; its intervals "
        f"are wide, and it judges no target. Its two runs took {results.spread(cost, 1)} s of CPU together; reading, "
        f"building, summing up, writing and printing took {results.spread(again, 1)} s beside them (the same command "
        f"where the runs are kept). About 2 s were asked: the runs are {statistics.median(cost) / 2:.1f} times that.",
    }


if __name__ == "__main__":
    main()
