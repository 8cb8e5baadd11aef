"""The command in a process of its own, to be killed, interrupted and run out of disk."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def start(*words: str | Path, cwd: Path, largest_file: int | None = None) -> subprocess.Popen[str]:
    """``corridorsim WORDS`` in a process group of its own; no file may grow beyond ``largest_file`` bytes.

    Then it compiles no module for later: Python would keep half a file of it, and every later import would fail.
    """
    env = {**os.environ, "PYTHONPATH": str(ROOT)} | ({"PYTHONDONTWRITEBYTECODE": "1"} if largest_file else {})

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if largest_file is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.Popen(
        [sys.executable, "-m", "corridorsim", *map(str, words)],
        cwd=cwd, env=env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=prepare,
    )  # fmt: skip


def ended(running: subprocess.Popen[str], seconds: float = 120) -> tuple[int, str, str]:
    """Exit code, stdout and stderr; never with a traceback."""
    out, err = running.communicate(timeout=seconds)
    assert "Traceback" not in err, err
    return running.returncode, out, err


def call(*words: str | Path, cwd: Path, largest_file: int | None = None) -> tuple[int, str, str]:
    """Started, and waited for."""
    return ended(start(*words, cwd=cwd, largest_file=largest_file))


def kept(out: Path) -> list[Path]:
    """Finished runs under a folder of results."""
    return sorted(out.rglob("s*-r*.json.gz"))


def wait_for(what: str, there: Callable[[], object], seconds: float = 60) -> None:
    """Until it is there."""
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def workers(parent: int) -> list[int]:
    """Processes below a process that run the engine: those with most memory, leaves of the tree."""
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [parent]
    while queue:
        children = below.get(queue.pop(), [])
        queue += children
        found += [child for child in children if b"forkserver" in _command(child) and not below.get(child)]
    return found


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def digest(out: Path) -> str:
    """Of the one result under a folder."""
    (summary,) = out.glob("*/summary.json")
    body: dict[str, Any] = json.loads(summary.read_text(encoding="utf-8"))
    return str(body["digest"])
