"""The C program, compiled where there is a compiler, else skipped."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def compiled(folder: Path) -> Path | None:
    """The program, or None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    program = folder / "limit"
    source = Path(__file__).with_name("limit.c")
    subprocess.run([compiler, "-O2", "-o", str(program), str(source), "-lm"], check=True)
    return program


def run(program: Path | None, file: Path) -> dict[str, float | str]:
    """What it gave, with the CPU seconds that it tells of itself."""
    if program is None:
        return {"skipped": "no C compiler"}
    said = subprocess.run([str(program), str(file)], check=True, capture_output=True, text=True).stdout.split()
    return {"hops": int(said[0]), "finished": int(said[1]), "transit_s": int(said[2]), "cpu_s": float(said[3])}
