"""Exit codes: 0 done, 1 a run failed, 2 the scenario or the call is invalid, 3 a target is not met, 130 interrupted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

RUN_FAILED = 1
INVALID = 2
NOT_MET = 3
INTERRUPTED = 130


@contextmanager
def telling() -> Iterator[None]:
    """Turn what went wrong into words on stderr and the exit code that belongs to it."""
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except KeyboardInterrupt as stop:
        _say(str(stop) or "interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as fault:
        code = _code(fault)
        if code is None:
            raise
        _say(_words(fault))
        raise typer.Exit(code) from None


def _code(fault: Exception) -> int | None:
    """The code of an expected fault; None of a fault of the program, which keeps its traceback."""
    # imported here, where something did go wrong: `validate` and `--help` need nothing of it
    from ..scenario import Issues

    if isinstance(fault, Issues):
        return INVALID
    if isinstance(fault, OSError):
        return RUN_FAILED
    from ..analysis.story import NoSuchActor
    from ..api import NoPairs, RunFailed
    from ..engine import Stalled
    from ..experiment import ExecutorError
    from ..plugins import PluginError
    from ..report import NotAResult
    from ..report.xlsx import CannotWrite
    from .new import CannotCopy

    if isinstance(fault, RunFailed | Stalled | PluginError):
        return RUN_FAILED
    if isinstance(fault, ExecutorError | NotAResult | NoSuchActor | CannotCopy | CannotWrite | InvalidCall | NoPairs):
        return INVALID
    return None


def _words(fault: Exception) -> str:
    """What a fault says; of a file, its path and the system's reason."""
    if isinstance(fault, OSError) and fault.filename and fault.strerror:
        return f"{fault.filename}: {fault.strerror}"
    return str(fault)


class InvalidCall(ValueError):
    """A call that asks for what does not go together."""


def _say(text: str) -> None:
    print(text, file=sys.stderr)
