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
