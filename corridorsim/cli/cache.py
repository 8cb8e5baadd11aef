"""``corridorsim cache``: finished runs that are kept, so that they need not be run again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import InvalidCall, telling

if TYPE_CHECKING:
    from ..experiment import Entry, Store

cache = typer.Typer(
    help="List and clear finished runs that are kept.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Out = Annotated[Path, typer.Option(metavar="DIR", help="Where results and finished runs are kept.")]


@cache.command("list")
def list_(
    out: Out = Path("results"),
    json: Annotated[bool, typer.Option("--json", help="Every run, with its key and what it took.")] = False,
) -> None:
    """Kept runs by scenario: how many, of which seeds, their size, what they took; stale ones are of other versions."""
    with telling():
        entries = list(_store(out).entries())
        if json:
            import json as text

            typer.echo(text.dumps([_record(entry) for entry in entries], indent=1))
        elif not entries:
            typer.echo(f"no runs are kept in {out}")
        else:
            typer.echo("\n".join(_table(entries)))


@cache.command()
def clear(
    out: Out = Path("results"),
    all_: Annotated[bool, typer.Option("--all", help="Every kept run.")] = False,
    stale: Annotated[
        bool, typer.Option("--stale", help="Runs of other versions, which are never found again.")
    ] = False,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Runs of a scenario, as named in the list; * stands for any text."),
    ] = None,
) -> None:
    """Remove kept runs, and say which."""
    with telling():
        if sum((all_, stale, scenario is not None)) != 1:
            raise InvalidCall("say which runs: one of --all, --stale or --scenario NAME")

        def chosen(entry: Entry) -> bool:
            return all_ or (stale and not entry.present) or (scenario is not None and _named(entry.scenario, scenario))

        store = _store(out)
        entries = list(store.entries())
        removed = [entry for entry in entries if chosen(entry)]
        if scenario is not None and not removed:
            names = ", ".join(sorted({entry.scenario for entry in entries})) or "none"
            raise InvalidCall(f"no kept run is of a scenario '{scenario}'; there are: {names}")
        for line in _table(removed) if removed else []:
            typer.echo(line)
        runs, size = store.clear(removed)
        typer.echo(f"removed {runs} runs, {_size(size)}")


def _store(out: Path) -> Store:
    """The store as runs use it, without making one."""
    from ..analysis.kept import kept_runs

    return kept_runs(out, create=False)


def _named(scenario: str, pattern: str) -> bool:
    """A scenario's runs with saturating demand and such are named after it, behind a comma."""
    return fnmatchcase(scenario, pattern) or fnmatchcase(scenario.partition(", ")[0], pattern)


def _record(entry: Entry) -> dict[str, object]:
    return {
        "scenario": entry.scenario,
        "hash": entry.fingerprint,
        "seed": entry.seed,
        "replication": entry.replication,
        "sources": entry.sources,
        "present": entry.present,
        "written": entry.written.isoformat(),
        "cpu_s": entry.cost.cpu_s if entry.cost else None,
        "wall_s": entry.cost.wall_s if entry.cost else None,
        "bytes": entry.size,
    }


def _table(entries: Iterable[Entry]) -> list[str]:
    """One line for each scenario and version, then the sum. Runs with drawn inputs are one line for all draws."""
    from ..experiment import spoken

    def group(entry: Entry) -> tuple[bool, str, int, str]:
        return (not entry.present, entry.scenario, entry.seed, entry.sources)

    ordered = sorted(entries, key=group)
    rows: list[tuple[str, ...]] = [("scenario", "hash", "seed", "runs", "size", "computing", "last", "")]
    for (is_stale, scenario, seed, _), members in groupby(ordered, group):
        runs = list(members)
        marks = {run.fingerprint[:8] for run in runs}
        rows.append(
            (
                scenario, marks.pop() if len(marks) == 1 else f"{len(marks)} of them", str(seed), str(len(runs)),
                _size(_sum(runs, lambda run: run.size)),
                spoken(_sum(runs, lambda run: run.cost.cpu_s if run.cost else 0.0)),
                max(run.written for run in runs).astimezone().strftime("%Y-%m-%d %H:%M"), "stale" if is_stale else "",
            )
        )  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, f"{len(ordered)} runs, {_size(_sum(ordered, lambda run: run.size))}"]


def _sum(runs: Sequence[Entry], of: Callable[[Entry], float]) -> float:
    return sum(map(of, runs))


def _size(size: float) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
