"""``replicate`` as a program, to be killed and interrupted: FERRY STORE MARKS REPLICATIONS EXECUTOR."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from corridorsim.experiment import Interrupted, Lines, Store, fixed_case, replicate
from corridorsim.model import build
from corridorsim.scenario import read

from .reducers import Marks

ROOT = Path(__file__).parents[2]
SECONDS = 0.05  #: that a run takes beyond its simulation


def start(
    ferry: Path, store: Path, marks: Path, replications: int, executor: str, *, group: bool = False
) -> subprocess.Popen[str]:
    """The program; in a process group of its own where a terminal's Ctrl-C is played."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__, str(ferry), str(store), str(marks), str(replications), executor],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, start_new_session=group,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def main() -> None:
    ferry, store, marks, replications, executor = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        replicate(
            [fixed_case("ferry", build(read(Path(ferry))))], seed=1, replications=int(replications),
            reduce=Marks(Path(marks), SECONDS), executor=executor, store=Store(Path(store), "s"), progress=Lines(0),
        )  # fmt: skip
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
