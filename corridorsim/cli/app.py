"""All commands. Each imports what it needs when it is called, so that ``--help`` and ``validate`` start at once."""

from __future__ import annotations

import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .exits import NOT_MET, RUN_FAILED, InvalidCall, telling

if TYPE_CHECKING:
    from ..api import Result

app = typer.Typer(
    help="Discrete-event simulation of freight corridors by rail and sea.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Perimeter(StrEnum):
    """Which flows a total holds: A dry rail cargo, B with crude, C with all other cargo."""

    A = "A"
    B = "B"
    C = "C"


Source = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, or the name of a shipped one.")]
Sources = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Scenario files, or names of shipped ones.")]
With = Annotated[list[str] | None, typer.Option("--with", metavar="LAYER", help="A layer on top; may be repeated.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="One value; may be repeated.")]
Replications = Annotated[int, typer.Option(min=1, help="Runs of each scenario.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same storms to every scenario.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where results and finished runs are kept.")]
Execute = Annotated[str, typer.Option(metavar="EXECUTOR", help="serial | processes[:N]")]
Json = Annotated[bool, typer.Option("--json", help="Print summary.json instead of the page (a list for several).")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
On = Annotated[Perimeter, typer.Option(help="Perimeter of the totals on the page.")]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False
) -> None:
    if version:
        from .. import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.command()
def run(
    scenarios: Sources,
    with_: With = None,
    set_: Set = None,
    replications: Replications = 10,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    require_targets: Annotated[bool, typer.Option("--require-targets", help="Exit code 3 if one is not met.")] = False,
    perimeter: On = Perimeter.C,
    quiet: QuietOption = False,
) -> None:
    """Run scenarios, print the answer and save what it rests on."""
    with telling():
        from ..api import load

        loaded = [load(source, with_ or (), set_ or ()) for source in scenarios]
        results = _run_all(loaded, replications, seed, out, executor, quiet)
        if json:
            _print_json(results, single=len(scenarios) == 1)
        elif len(results) == 1:
            typer.echo(results[0].page(perimeter))
        else:
            from ..report import Block, Closing, side_by_side

            again = _again("run", *scenarios, replications=replications, seed=seed, out=out, with_=with_, set_=set_)
            closing = Closing([f"{result.folder}/" for result in results], again)
            block = Block("", [(result.name, result.summary) for result in results])
            typer.echo(side_by_side("scenarios side by side", "", [block], closing, perimeter.value))
        _finish(results, require_targets=require_targets)


@app.command()
def answer(
    replications: Replications = 3,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    perimeter: On = Perimeter.C,
    full: Annotated[bool, typer.Option("--full", help="From July 2023, not from July 2026.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Does the corridor carry 10 Mt in 2027? Locomotive scenarios side by side, under both extremes of allocation."""
    with telling():
        from ..api import load
        from ..report import Block, Closing, side_by_side

        counterfactuals = ("no_new_locomotives", "locomotives_contract", "locomotives_300_by_2027")
        blocks_of = {
            "fixed": ("locomotives: a fixed number on the corridor", ("baseline", *counterfactuals)),
            "on_demand": ("locomotives: drawn on demand from the national fleet", counterfactuals),
        }
        # half a year to fill up, as before 2024, is enough for 2027 and takes a third of the computing
        horizon = [] if full else ["horizon.start=2026-07-01", "horizon.results_from=2027-01-01"]
        loaded = [
            load(
                name, ["demand/official10"], [f"policies.allocation={policy}", *horizon], f"{name}+official10+{policy}"
            )
            for policy, (_, names) in blocks_of.items()
            for name in names
        ]
        results = _run_all(loaded, replications, seed, out, executor, quiet)
        if json:
            _print_json(results, single=False)
        else:
            each = iter(results)
            blocks = [
                Block(heading, [(name, next(each).summary) for name in names]) for heading, names in blocks_of.values()
            ]
            again = _again("answer", replications=replications, seed=seed, out=out) + (" --full" if full else "")
            then = [
                "corridorsim run baseline                        one scenario in full, 2024 to 2027",
                "corridorsim compare baseline ships_2027         what ships bring, on the same storms",
                "corridorsim trace baseline --slowest ct_cn_az   why one lot took so long",
            ]
            closing = Closing([f"{out}/  (a folder for each line)"], again, then)
            demand = "official10 / saturating"
            typer.echo(side_by_side("Middle Corridor to 2027", demand, blocks, closing, perimeter.value))
        _finish(results)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A scenario, or a folder of results.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="A scenario, or a folder of results.")],
    with_: With = None,
    set_: Set = None,
    replications: Replications = 10,
    seed: Seed = 1,
    out: Out = Path("results"),
    executor: Execute = "processes",
    json: Json = False,
    perimeter: On = Perimeter.C,
    quiet: QuietOption = False,
) -> None:
    """The difference between two scenarios on the same seeds, paired by replication, with its interval."""
    with telling():
        from ..api import compare_results, load, open_result

        sides: list[Any] = [
            open_result(side) if Path(side).is_dir() else load(side, with_ or (), set_ or ())
            for side in (before, after)
        ]
        to_run = [side for side, given in zip(sides, (before, after), strict=True) if not Path(given).is_dir()]
        if len(to_run) == 1:
            # the folder's runs are there: the other side is run to be their pair
            kept = next(side for side in sides if side not in to_run)
            seed, replications = kept.summary.seed, max(kept.runs) + 1
        made = iter(_run_all(to_run, replications, seed, out, executor, quiet) if to_run else [])
        results = [next(made) if side in to_run else side for side in sides]
        comparison = compare_results(*results)
        if json:
            import json as text

            about = {"before": results[0].name, "after": results[1].name, "seed": results[0].summary.seed}
            typer.echo(text.dumps({**about, "rows": comparison.records()}, indent=1, allow_nan=False))
        else:
            typer.echo(comparison.page(perimeter.value))
        _finish([result for result in results if result.failures])


@app.command()
def validate(scenarios: Sources, with_: With = None, set_: Set = None) -> None:
    """Check scenarios: everything that is wrong, each with file, line and column; exit code 2 if anything is."""
    with telling():
        from ..model import build
        from ..scenario import Issues, read

        wrong: list[Any] = []
        for source in scenarios:
            try:
                loaded = read(source, with_layers=with_ or (), sets=set_ or ())
                blueprint = build(loaded)
            except Issues as issues:
                wrong += issues.issues
                continue
            calendar = blueprint.calendar
            typer.echo(
                f"{source}: valid · {len(blueprint.flows)} flows, {len(blueprint.segments)} segments, "
                f"{len(blueprint.vessels)} vessels, {calendar.month_names[0]} to {calendar.month_names[-1]}"
            )
        if wrong:
            raise Issues(wrong)


@app.command()
def show(
    scenario: Source,
    effective: Annotated[bool, typer.Option("--effective", help="Every value that is in force.")] = False,
    with_: With = None,
    set_: Set = None,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """Show a scenario; with --effective each value with unit, source and the place that set it."""
    with telling():
        from ..report import effective_csv, effective_text, outline
        from ..scenario import read

        loaded = read(scenario, with_layers=with_ or (), sets=set_ or ())
        if csv and not effective:
            raise InvalidCall("--csv goes with --effective")
        typer.echo((effective_csv if csv else effective_text if effective else outline)(loaded).rstrip("\n"))


@app.command()
def schema(
    summary: Annotated[bool, typer.Option("--summary", help="Of what run --json prints instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files: editors complete and check by it."""
    with telling():
        if summary:
            from ..report import schema_text

            typer.echo(schema_text().rstrip("\n"))
            return
        import json as text

        from ..scenario import json_schema

        typer.echo(text.dumps(json_schema(), indent=1, ensure_ascii=False))


@app.command()
def trace(
    scenario: Source,
    actor: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A train or ship by its name.")] = None,
    lot: Annotated[int | None, typer.Option(help="A lot by its number.")] = None,
    slowest: Annotated[str | None, typer.Option(metavar="FLOW", help="The flow's lot with most days.")] = None,
    with_: With = None,
    set_: Set = None,
    seed: Seed = 1,
    replication: Annotated[int, typer.Option(min=0, help="Which replication.")] = 0,
) -> None:
    """Tell what happened to one lot, train or ship: movements and waits, in order ("why 31 days?")."""
    with telling():
        if sum(choice is not None for choice in (actor, lot, slowest)) != 1:
            raise InvalidCall("name one: a train or ship, --lot NUMBER, or --slowest FLOW")
        from ..analysis.story import Story
        from ..engine import simulate
        from ..model import build
        from ..scenario import read

        blueprint = build(read(scenario, with_layers=with_ or (), sets=set_ or ()))
        story = Story(blueprint, simulate(blueprint, seed=seed, replication=replication))
        if slowest is not None:
            lot = story.slowest(slowest)
        typer.echo(story.lot_number(lot) if lot is not None else story.actor(actor or ""))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder to be made.")],
    source: Annotated[str, typer.Option("--from", metavar="NAME", help="Which shipped scenario.")] = "baseline",
) -> None:
    """Copy the shipped scenarios into a folder of your own, to edit."""
    with telling():
        from .new import copy_scenario

        file, count = copy_scenario(source, folder)
        where = shlex.quote(str(file))
        typer.echo(
            f"{count} files in {folder}\n"
            f"edit     {file}\n"
            f"check    corridorsim validate {where}\n"
            f"run      corridorsim run {where}"
        )


def main() -> None:
    """The entry point of the script."""
    app(prog_name="corridorsim")


def _run_all(loaded: list[Any], replications: int, seed: int, out: Path, executor: str, quiet: bool) -> list[Result]:
    from ..api import run_all
    from ..experiment import for_stderr, parse_executor

    parse_executor(executor)  # before anything is run
    return run_all(
        loaded, replications=replications, seed=seed, out=out, executor=executor, progress=for_stderr(quiet=quiet)
    )


def _print_json(results: list[Result], *, single: bool) -> None:
    from ..report import dumps

    if single:
        typer.echo(dumps(results[0].summary))
    else:
        typer.echo("[\n" + ",\n".join(dumps(result.summary) for result in results) + "\n]")


def _finish(results: list[Result], *, require_targets: bool = False) -> None:
    """Name what failed and end with the code that says so."""
    failures = [failure for result in results for failure in result.failures]
    if failures:
        for failure in dict.fromkeys(failures):
            print(f"failed: {failure.run.label}, at {failure.stage}: {failure.message}", file=sys.stderr)
        print("tracebacks are in failures.txt in the folder of results", file=sys.stderr)
        raise typer.Exit(RUN_FAILED)
    if require_targets and not all(result.met for result in results):
        raise typer.Exit(NOT_MET)


def _again(
    command: str,
    *sources: str,
    replications: int,
    seed: int,
    out: Path,
    with_: list[str] | None = None,
    set_: list[str] | None = None,
) -> str:
    words = ["corridorsim", command, *sources]
    for layer in with_ or ():
        words += ["--with", layer]
    for setting in set_ or ():
        words += ["--set", setting]
    words += ["--replications", str(replications), "--seed", str(seed)]
    if out != Path("results"):
        words += ["--out", str(out)]
    return shlex.join(words)
