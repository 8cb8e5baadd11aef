"""The command that makes a result again, as a person would type it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

#: where results go unless told otherwise; a command need not say it
DEFAULT_OUT = Path("results")


def command_line(
    command: str,
    *sources: str,
    with_layers: Sequence[str] = (),
    sets: Sequence[str] = (),
    options: Mapping[str, object] | None = None,
    out: Path | None = None,
) -> str:
    """``corridorsim COMMAND SOURCE... --with ... --set ... --OPTION VALUE ... --out ...``.

    An option that is True is a flag, one that is None or False is left out, a list is repeated.
    """
    words = ["corridorsim", command, *sources]
    for layer in with_layers:
        words += ["--with", layer]
    for setting in sets:
        words += ["--set", setting]
    for name, value in (options or {}).items():
        for item in value if isinstance(value, list | tuple) else [value]:
            if item is True:
                words.append(f"--{name}")
            elif item is not None and item is not False:
                words += [f"--{name}", str(item)]
    if out is not None and out != DEFAULT_OUT:
        words += ["--out", str(out)]
    return shlex.join(words)


def asked_of(command: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(source, layers, settings) of a command that made one result, as ``command_line("run", ...)`` wrote it.

    Raises ValueError for another command.
    """
    words = shlex.split(command)
    if words[:2] != ["corridorsim", "run"] or len(words) % 2 == 0:
        raise ValueError(f"this command does not say how one scenario was run: {command}")
    given = list(zip(words[3::2], words[4::2], strict=True))  # each option of ``run`` has a value
    layers, sets = (tuple(value for name, value in given if name == option) for option in ("--with", "--set"))
    return words[2], layers, sets
