"""``check``: is a scenario still what a stored baseline says of it? For continuous integration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import NOT_MET, RUN_FAILED, InvalidCall, telling
from .options import Execute, Out, QuietOption, Set, Source, With

if TYPE_CHECKING:
    from ..analysis.regression import Baseline
    from ..experiment import Failure


def check(
    scenario: Source,
    against: Annotated[Path, typer.Option(metavar="FILE", help="The stored baseline.")],
    with_: With = None,
    set_: Set = None,
    exact: Annotated[bool, typer.Option("--exact", help="The digest of all that was recorded too.")] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML for a build server.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Store what is now; needs --reason.")] = False,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, for the file's history.")] = None,
    replications: Annotated[int | None, typer.Option(min=2, help="With --update: runs to store (first: 5).")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="With --update: their seed (first: 1).")] = None,
    executor: Execute = "processes",
    out: Out = Path("results"),
    json: Annotated[bool, typer.Option("--json", help="Print one object instead of the page.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Compare new runs with a stored baseline; exit code 3 where a figure is not shown to be what it was.

    The baseline says layers, settings, seed, replications, figures and margins; --with and --set come on top of it.
    """
    with telling():
        _together(update=update, reason=reason, judging=exact or junit is not None, sizes=(replications, seed))
        from .. import __version__
        from ..experiment import for_stderr, parse_executor, plan, write_whole
        from ..report import checking
        from ..report.baseline_file import layer_in_use
        from ..report.commands import command_line

        parse_executor(executor)
        stored = _baseline(against, scenario, with_ or [], set_ or [], replications, seed, new=update)
        layers = [layer_in_use(layer, against) for layer in stored.layers]
        planned = plan(scenario, layers, stored.sets)
        progress = for_stderr(quiet=quiet)
        if update:
            made = checking.update(
                planned, against, stored, reason or "", version=__version__, out=out, executor=executor,
                progress=progress,
            )  # fmt: skip
            typer.echo(made.as_json() if json else made.page())
            _finish(made.failures, passed=True)
            return
        again = command_line(
            "check", scenario, with_layers=with_ or (), sets=set_ or (),
            options={"against": against, "exact": exact}, out=out,
        )  # fmt: skip
        found = checking.check(
            planned, against, stored, exact=exact, out=out, executor=executor, progress=progress, command=again
        )
        if junit is not None:
            write_whole(junit, found.junit())
        typer.echo(found.as_json() if json else found.page())
        _finish(found.failures, passed=found.passed)


def _together(*, update: bool, reason: str | None, judging: bool, sizes: tuple[int | None, int | None]) -> None:
    """Raise InvalidCall of options that ask for two things at once."""
    if update and not (reason or "").strip():
        raise InvalidCall('--update needs --reason "...": it is written into the history of the baseline')
    if update and judging:
        raise InvalidCall("--update judges nothing: leave out --exact and --junit")
    if not update and reason is not None:
        raise InvalidCall("--reason goes with --update; without it the baseline is never written")
    if not update and sizes != (None, None):
        raise InvalidCall("the baseline says how many replications and which seed; only --update changes them")


def _baseline(
    file: Path,
    scenario: str,
    with_layers: list[str],
    sets: list[str],
    replications: int | None,
    seed: int | None,
    *,
    new: bool,
) -> Baseline:
    """The stored baseline with layers and settings of the call on top; an empty one where a ``new`` one is made."""
    from ..analysis.regression import Baseline
    from ..report.baseline_file import layer_in_file, read_baseline

    stored = Baseline(check=1) if new and not file.exists() else read_baseline(file)
    layers = [*stored.layers, *(layer_in_file(layer, file) for layer in with_layers)]
    paths = {item.partition("=")[0].strip() for item in sets}
    kept = [item for item in stored.sets if item.partition("=")[0].strip() not in paths]
    changed: dict[str, object] = {"layers": list(dict.fromkeys(layers)), "sets": [*kept, *sets]}
    if new:
        changed |= {
            "scenario": layer_in_file(scenario, file),
            "replications": stored.replications if replications is None else replications,
            "seed": stored.seed if seed is None else seed,
        }
    return stored.model_copy(update=changed)


def _finish(failures: tuple[Failure, ...], *, passed: bool) -> None:
    for failure in failures:
        print(f"failed: {failure.run.label}, at {failure.stage}: {failure.message}", file=sys.stderr)
    if failures:
        raise typer.Exit(RUN_FAILED)
    if not passed:
        raise typer.Exit(NOT_MET)
