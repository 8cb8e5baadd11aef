"""Writes reference-cli.md: every command with its arguments, options and an example, from the commands themselves.

Run it as ``python docs/make_cli.py``.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import typer
from typer.models import ArgumentInfo, OptionInfo

from corridorsim.cli.app import COMMANDS, load

PAGE = Path(__file__).with_name("reference-cli.md")

HEAD = """\
<!-- made by python docs/make_cli.py from the commands; do not edit -->
# Commands

`corridorsim COMMAND --help` says the same, `corridorsim --version` which version it is. A scenario is a file
(`my.yaml`) or the name of a shipped one (`baseline`). Pages and tables go to stdout and to the folder of results,
progress and faults to stderr. [Exit codes](reference-errors.md) tell how it ended.

"""

#: command -> what is typed, with a remark where one is needed
EXAMPLES = {
    "run": "corridorsim run baseline --with horizon/2027 --replications 10",
    "answer": "corridorsim answer --replications 10",
    "compare": "corridorsim compare baseline ships_2027 western_track --with horizon/2027",
    "sweep": "corridorsim sweep baseline --vary vessels.ferry_balaken.count=2,3,4 --with horizon/2027 --replications 3",
    "sensitivity": "corridorsim sensitivity baseline --with horizon/2027 --trajectories 6 --replications 2",
    "bottlenecks": "corridorsim bottlenecks baseline --with horizon/2027 --steps 3",
    "locomotives": "corridorsim locomotives baseline --units 0,30,100,300 --with horizon/2027",
    "capacity": "corridorsim capacity altynkol-zhetygen --add loop@67.65 --add double:100-132",
    "plan": "corridorsim plan baseline --with horizon/2027 --exclude sea_level",
    "energy": "corridorsim energy baseline --flow ct_cn_az --with horizon/2027 --replications 3",
    "report": "corridorsim report baseline ships_2027 --with horizon/2027 --replications 3 --out report.html",
    "match": "corridorsim match baseline --widen 2 --draws 240 --waves 2",
    "check": 'corridorsim check my.yaml --against my.check.yaml --update --reason "first"\n'
    "corridorsim check my.yaml --against my.check.yaml",
    "validate": "corridorsim validate baseline everything",
    "show": "corridorsim show baseline --effective --csv > baseline.csv\ncorridorsim show baseline --uncertain\n"
    "corridorsim show baseline --xlsx tables.xlsx",
    "schema": "corridorsim schema > scenario.schema.json",
    "trace": "corridorsim trace baseline --with horizon/2027 --slowest ct_cn_az",
    "replay": "corridorsim replay baseline string-line beyneu aktau_port --since 2027-03-01 --days 5 "
    "--with horizon/2027 --out trains.html",
    "new": "corridorsim new my\ncorridorsim new mine --from examples/ferry",
    "cache list": "corridorsim cache list",
    "cache clear": "corridorsim cache clear --stale",
}

#: options of so many commands or more are said once
SHARED = 3


class Parameter(NamedTuple):
    """An argument or option as a reader meets it."""

    written: str
    meaning: str
    default: str
    is_option: bool

    @property
    def key(self) -> tuple[str, str]:
        """What is the same where commands share an option; the default may differ."""
        return self.written, self.meaning


def commands() -> Iterator[tuple[str, Callable[..., Any]]]:
    """(name, function) of every command, those of groups by ``group name``."""
    for name in COMMANDS:
        loaded = load(name)
        if not isinstance(loaded, typer.Typer):
            yield name, loaded
            continue
        for inner in loaded.registered_commands:
            assert inner.callback is not None
            yield f"{name} {inner.name or inner.callback.__name__}", inner.callback


def parameters(function: Callable[..., Any]) -> Iterator[Parameter]:
    """Of a command's function: its arguments and options, in its own order."""
    hints = typing.get_type_hints(function, include_extras=True)
    for name, given in inspect.signature(function).parameters.items():
        kind, *extras = typing.get_args(hints[name])
        info = next(extra for extra in extras if isinstance(extra, OptionInfo | ArgumentInfo))
        kinds = [part for part in typing.get_args(kind) or (kind,) if part is not types.NoneType]
        metavar = info.metavar or _metavar(kinds[0])
        if isinstance(info, OptionInfo):
            # in Annotated the first name stands where a default would
            flags = [info.default] if isinstance(info.default, str) else []
            flags += info.param_decls or ()
            flags = flags or [f"--{name.strip('_').replace('_', '-')}"]
            written = ", ".join(f"`{flag.replace('/', '` / `')}`" for flag in flags)
            if bool not in kinds:
                written = f"{written[:-1]} {metavar}`"
        else:
            written = f"`{metavar}`"
        required = given.default is inspect.Parameter.empty
        default = "*required*" if required else _default(given.default)
        bound = f" At least {info.min:g}." if info.min is not None and info.min > 0 else ""
        yield Parameter(written, f"{info.help}{bound}".strip(), default, isinstance(info, OptionInfo))


def _metavar(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(choice.value) for choice in kind)
    return {int: "N", float: "NUMBER"}.get(kind, "TEXT")


def _default(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def page() -> str:
    """The whole page."""
    found = {name: (function, list(parameters(function))) for name, function in commands()}
    assert set(found) == set(EXAMPLES), f"examples and commands differ: {', '.join(sorted({*found} ^ {*EXAMPLES}))}"
    uses = Counter(one.key for _, asked in found.values() for one in asked if one.is_option)
    shared = {key for key, count in uses.items() if count >= SHARED}
    parts = [HEAD, *_shared(found, shared)]
    for name, (function, asked) in found.items():
        parts += [f"\n## corridorsim {name}\n\n", _plain(inspect.getdoc(function) or ""), "\n\n"]
        parts += ["```sh\n", EXAMPLES[name], "\n```\n"]
        own = [one for one in asked if one.key not in shared]
        if own:
            parts += ["\n| argument or option | default | meaning |\n| --- | --- | --- |\n", *map(_row, own)]
        common = [one for one in asked if one.key in shared]
        if common:
            said = ", ".join(_name(one) + (f" ({one.default})" if one.default else "") for one in common)
            parts.append(f"\nAlso {said}.\n")
    return "".join(parts)


def _shared(found: dict[str, tuple[Callable[..., Any], list[Parameter]]], shared: set[tuple[str, str]]) -> list[str]:
    once = {one.key: one for _, asked in found.values() for one in asked if one.key in shared}
    rows = [f"| {_cell(one.written)} | {_cell(one.meaning)} |\n" for one in once.values()]
    return [
        "## Options that commands share\n\n",
        "Each command names those that it takes, with its default in brackets.\n\n",
        "| option | meaning |\n| --- | --- |\n",
        *rows,
    ]


def _row(one: Parameter) -> str:
    return f"| {_cell(one.written)} | {one.default} | {_cell(one.meaning)} |\n"


def _name(one: Parameter) -> str:
    return one.written.split(" ")[0].split(",")[0].rstrip("`") + "`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _plain(text: str) -> str:
    """A docstring as paragraphs of Markdown, each on one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.replace("``", "`").split("\n\n"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
