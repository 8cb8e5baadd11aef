"""Sections of what went in: inputs that differ, uncertain inputs with their sources, and what is not modelled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..effective import HEADER
from ..not_modelled import BIASES, not_modelled
from ..validity import held_against
from .sections import Context, Section, section
from .tables import Column, Table

PATH, VALUE, LOW, HIGH, UNIT, SOURCES, CONFIDENCE, SET_BY = range(len(HEADER))
#: sections whose ranges say nothing about what is run
_ABOUT = ("title", "purpose", "path", "sources", "uncertain_groups", "targets", "energy")
CONFIDENCES = "A official, B trade press, C old or odd, D derived from sourced figures, E estimate"


class Sources:
    """The table of sources of an effective scenario."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.of: dict[str, dict[str, str]] = {}
        for row in rows:
            head, _, rest = str(row[PATH]).partition(".")
            if head == "sources":
                name, _, field = rest.rpartition(".")
                self.of.setdefault(name, {})[field] = str(row[VALUE])
                if row[CONFIDENCE]:
                    self.of[name].setdefault("confidence", str(row[CONFIDENCE]))

    def link(self, ids: str) -> tuple[str, str]:
        """Ids joined by ``;`` and the address of the first that has one."""
        addresses = [self.of[name].get("url", "") for name in ids.split(";") if name in self.of]
        return ids.replace(";", "; "), next((address for address in addresses if address), "")


@section("changes")
def changes(context: Context) -> Section | None:
    """Inputs that differ from the first scenario's."""
    if context.comparison is None:
        return None
    sources, rows = Sources([row for result in context.results for row in result.inputs]), []
    none = []
    for name, found in context.comparison.input_changes.items():
        if not found:
            none.append(context.label(name))
        rows += [
            [
                context.label(name), one.path, one.before or None, one.after or None, one.unit,
                sources.link(one.source_ids), one.set_by,
            ]
            for one in found
        ]  # fmt: skip
    columns = [
        Column("scenario"), Column("input"), Column("before"), Column("after"), Column("unit"),
        Column("source", "link"), Column("set by"),
    ]  # fmt: skip
    first = context.label(context.first.name)
    text = [f"All that the scenarios of this report do not share with {first}; everything else is the same."]
    if none:
        text.append(f"No input differs, so that the engine sees the same: {', '.join(none)}.")
    table = Table(
        "inputs_that_differ", f"Values in force that differ from those of {first}; “before” is {first}", columns, rows
    )
    return Section("What was changed", text, tables=[table])


@section("uncertain")
def uncertain(context: Context) -> Section:
    """Each uncertain input with its range, source and confidence."""
    inputs = context.first.inputs
    rows = [
        row
        for row in inputs
        if row[LOW] != "" and row[HIGH] != "" and str(row[PATH]).split(".")[0] not in _ABOUT and _wide(row)
    ]
    groups = _Groups(inputs)
    sources = Sources(inputs)
    known = context.first.summary.uncertainty
    text = [
        f"{len(rows)} numbers of {context.label(context.first.name)} are known only within a range. "
        + (
            f"{known.groups} groups of them were drawn in further runs ({known.draws}); all others stand at a value."
            if known
            else "In this report every one stands at its value: intervals hold chance alone."
        ),
        f"Confidence: {CONFIDENCES}.",
    ]
    tables = [groups.table(rows, sources)] if groups.of else []
    columns = [
        Column("input"), Column("value", "number"), Column("low", "number"), Column("high", "number"), Column("unit"),
        Column("source", "link"), Column("confidence"), Column("group"),
    ]  # fmt: skip
    cells = [
        [
            row[PATH], _number(row[VALUE]), _number(row[LOW]), _number(row[HIGH]), row[UNIT],
            sources.link(str(row[SOURCES])), row[CONFIDENCE], groups.group(str(row[PATH])) or "",
        ]
        for row in rows
    ]  # fmt: skip
    folded = [Table("uncertain_inputs", "Every number with a range, in the order of the scenario", columns, cells)]
    used = {name for row in inputs for name in str(row[SOURCES]).split(";")}
    if sources.of:
        folded.append(_sources(sources, used))
    return Section("What is known, and how well", text, tables=tables, folded=folded if rows or sources.of else [])


def _wide(row: Sequence[Any]) -> bool:
    return _number(row[LOW]) != _number(row[HIGH])


def _number(cell: Any) -> float | str:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return str(cell)


class _Groups:
    """The uncertain groups, as the effective scenario tells them: patterns of paths with ``*``."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.of: dict[str, dict[str, str]] = {}
        for row in rows:
            words = str(row[PATH]).split(".")
            if words[0] == "uncertain_groups" and len(words) == 3:
                group = self.of.setdefault(words[1], {})
                group[words[2]] = str(row[VALUE])
                if words[2] == "factor":
                    group["range"] = f"{_short(row[VALUE])} [{_short(row[LOW])}, {_short(row[HIGH])}]"
                group["confidence"], group["source"] = str(row[CONFIDENCE]), str(row[SOURCES])
        self.patterns = [
            (name, re.compile(_pattern(text.strip().lstrip("-").strip()) + r"(\.[0-9-]+)?"))
            for name, group in self.of.items()
            for text in group.get("leaves", "").split(";")
            if text.strip()
        ]

    def group(self, path: str) -> str | None:
        """The group whose pattern a path fits; a dated number's path ends in its day, which patterns leave out."""
        return next((name for name, pattern in self.patterns if pattern.fullmatch(path)), None)

    def table(self, rows: Sequence[Sequence[Any]], sources: Sources) -> Table:
        counts: dict[str, int] = dict.fromkeys(self.of, 0)
        for row in rows:
            if name := self.group(str(row[PATH])):
                counts[name] += 1
        columns = [
            Column("group"), Column("what"), Column("numbers with a range", "number"), Column("factor on durations"),
            Column("source", "link"), Column("confidence"), Column("remark"),
        ]  # fmt: skip
        cells = [
            [
                name, group.get("title", ""), counts[name], group.get("range", ""),
                sources.link(group.get("source", "")), group.get("confidence", ""), group.get("note", ""),
            ]
            for name, group in self.of.items()
        ]  # fmt: skip
        return Table("uncertain_groups", "What is unknown together: numbers of a group move as one", columns, cells)


def _pattern(text: str) -> str:
    return r"\.".join("[^.]*".join(map(re.escape, word.split("*"))) for word in text.split("."))


def _short(cell: Any) -> str:
    number = _number(cell)
    return f"{number:g}" if isinstance(number, float) else number


def _sources(sources: Sources, used: set[str]) -> Table:
    columns = [
        Column("id"), Column("publisher"), Column("what", "link"), Column("date"), Column("kind"), Column("confidence"),
        Column("note"),
    ]  # fmt: skip
    rows = [
        [
            name, row.get("publisher"), (row.get("title_or_topic", name), row.get("url", "")), row.get("date"),
            row.get("kind"), row.get("confidence"), row.get("note"),
        ]
        for name, row in sources.of.items()
        if name in used
    ]  # fmt: skip
    return Table("sources", "The sources that numbers of this scenario name", columns, rows)


@section("not_modelled")
def left_out(context: Context) -> Section:
    """What the model leaves out, and which way that leans."""
    text = [
        "What the model leaves out leans the answer one way or the other. "
        + "; ".join(f"{word}: {meaning}" for word, meaning in BIASES.items())
        + "."
    ]
    columns = [Column("about"), Column("not modelled"), Column("leans"), Column("remark")]
    rows = [[one.topic, one.words.replace("`", ""), one.bias, one.remark] for one in not_modelled()]
    return Section(
        "What is not modelled", text, tables=[Table("not_modelled", "Left out, and which way it leans", columns, rows)]
    )


@section("tried")
def tried(context: Context) -> Section:
    """What the simulator itself was held against."""
    text = [
        "What the program was held against, whatever the scenario. Every case, and every estimate with what it moves, "
        "stands in the dossier of the project (docs/validity.md)."
    ]
    rows = [list(row) for row in held_against()]
    tables = [Table("tried", "Held against, with what came out", [Column("held against"), Column("result")], rows)]
    return Section("How the simulator was tried", text, tables=tables)


@section("again")
def again(context: Context) -> Section:
    """Versions, seeds, hashes, and the commands that make it again."""
    columns = [
        Column("scenario"), Column("title"), Column("corridorsim"), Column("seed", "number"),
        Column("replications", "number"), Column("runs that failed", "number"), Column("hash"), Column("digest"),
        Column("command that makes it again"),
    ]  # fmt: skip
    rows = [
        [
            result.name, result.summary.title, result.summary.version, result.summary.seed, result.summary.replications,
            result.summary.failed, result.summary.hash, result.summary.digest, result.command,
        ]
        for result in context.results
    ]  # fmt: skip
    rows += [
        [
            f"{study.kind} of {study.scenario}", "", study.body.get("version"), study.body.get("seed"),
            study.body.get("replications"), study.body.get("failed"), "", "", study.body["command"],
        ]
        for study in context.studies
    ]  # fmt: skip
    caption = "What was run: the hash is of all that the engine sees, the digest of all that it gave"
    text = ["The same version, scenario and seed give the same numbers to the last digit."]
    if context.command:
        text.append(f"This page again: {context.command}")
    return Section("How to make it again", text, tables=[Table("runs", caption, columns, rows)])
