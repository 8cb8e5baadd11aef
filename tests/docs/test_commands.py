"""The commands that the documentation shows: all are calls that exist, of scenarios that are valid; many are run.

On small scenarios each is run. On the Middle Corridor one call of a kind with the same options is, in one replication
of its last weeks: what is asked is that the call works.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from corridorsim.cli.app import app
from corridorsim.scenario import Issues, Loaded, read

from .pages import DOCS, NAMES, PAGES, Command, commands, save_files

#: the others take many runs, and have tests of their own on small scenarios
SIMULATING = ("run", "compare", "energy", "trace", "report")
QUICK = ("show", "schema", "validate", "new", "cache list")
#: a scenario of more segments than this is cut short
FEW = 10
WARM_UP = dt.timedelta(days=10)


@pytest.mark.parametrize("name", [name for name, page in zip(NAMES, PAGES, strict=True) if list(commands(page))])
def test_commands_work(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = DOCS / f"{name}.md"
    save_files(page, tmp_path)
    monkeypatch.chdir(tmp_path)
    for command in commands(page):
        kind, given = parsed(command.words)
        found = scenarios(given, command)
        if kind in QUICK:
            hold(command, given, [*command.words])
        elif kind in SIMULATING and found:
            alike = (kind, *sorted(key for key, value in given.items() if value))
            if alike not in already or any(len(one.scenario.segments) <= FEW for one in found):
                hold(command, given, [*command.words, *cut(found[0], given)])
            already.add(alike)


def parsed(words: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """The command's name and what it is given. Fails where it does not take that."""
    names: list[str] = []
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands"):
        assert rest[0] in command.commands, f"there is no command {' '.join([*names, rest[0]])}"
        command = command.commands[rest[0]]
        names.append(rest.pop(0))
    return " ".join(names), dict(command.make_context(" ".join(names), rest).params)


def scenarios(given: dict[str, Any], command: Command) -> list[Loaded]:
    """The scenarios of a call, with its layers, its settings and the first of the values that it varies.

    Those that only the reader has (``my.yaml``, folders of results) are left out.
    """
    layers = tuple(given.get("with_") or ())
    sets = (*(given.get("set_") or ()), *(vary.partition(",")[0] for vary in given.get("vary") or ()))
    found = []
    for source in sources(given):
        if all(there(each) for each in (source, *layers)):
            try:
                found.append(loaded(source, layers, sets))
            except Issues:
                assert command.shown, f"line {command.line}: {source} is not valid"
    return found


def sources(given: dict[str, Any]) -> Iterator[str]:
    for key in ("scenario", "scenarios", "first", "others", "source", "what"):
        value = given.get(key)
        if isinstance(value, str | list | tuple):
            yield from [value] if isinstance(value, str) else value


def there(name: str) -> bool:
    """Whether it is the name of a shipped scenario, or a file of the page."""
    return Path(name).is_file() or not (Path(name).suffix or name.startswith("results/"))


def loaded(source: str, layers: tuple[str, ...], sets: tuple[str, ...]) -> Loaded:
    ours = any(Path(name).exists() for name in (source, *layers))
    return (read if ours else shipped)(source, with_layers=layers, sets=sets)


shipped = functools.cache(read)


def cut(first: Loaded, given: dict[str, Any]) -> Iterator[str]:
    """What makes a call quick: the last month, and no target, which would ask for a year and for saturating demand."""
    if len(first.scenario.segments) > FEW:
        month = first.scenario.horizon.end.replace(day=1)
        yield from ("--set", f"horizon.start={month - WARM_UP}", "--set", f"horizon.results_from={month}")
        if not given.get("require_targets"):
            yield from ("--set", "targets=[]")
    if "executor" in given:
        yield from ("--replications", "1", "--executor", "serial", "--quiet")


def hold(command: Command, given: dict[str, Any], words: list[str]) -> None:
    """Run a call, and hold what is shown of a check against what comes."""
    ended = CliRunner().invoke(app, words)
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    if words[0] == "validate" and command.shown:
        assert ended.output.rstrip() == command.shown, f"line {command.line}"
    else:
        assert ended.exit_code == (3 if given.get("require_targets") else 0), f"line {command.line}: {ended.output}"


#: commands with the options given that were run, on whatever page
already: set[tuple[str, ...]] = set()
