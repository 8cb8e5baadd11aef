"""The file of a stored baseline: YAML, read with the place of every fault, rewritten whole with its comments kept."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from ..analysis.regression import Baseline, Change, Entry, Figure, Margin
from ..experiment import write_whole
from ..scenario import Issue, Issues, Origin
from ..scenario.issues import did_you_mean
from ..scenario.quantity import shown
from ..scenario.text import Mapping, Marked, Scalar, Unreadable, parse, read_text

HEADER = """\
What `corridorsim check SCENARIO --against` this file compares new runs with. Yours to edit: margins (of a figure of its
own, or the common one), confidence, and the list of figures (a new one needs no values). The rest is written by
`corridorsim check SCENARIO --against` this file `--update --reason "..."`, which keeps what you wrote.
"""
#: which class holds what stands under a name
PARTS: dict[str, type[BaseModel]] = {"margin": Margin, "figures": Figure, "history": Entry, "changes": Change}


def read_baseline(file: Path) -> Baseline:
    """A stored baseline. Raises Issues with all that is wrong with the file, each with its place."""
    name = str(file)
    issues: list[Issue] = []
    try:
        root = parse(read_text(file, name), name, issues)
    except Unreadable as fault:
        raise Issues([fault.issue]) from None
    if issues:
        raise Issues(issues)
    if not isinstance(root, Mapping):
        at = root.at if root is not None else Origin(name, 1, 1)
        raise Issues([Issue.at(at, "", "this is no stored baseline", "it is a mapping that starts with 'check: 1'")])
    try:
        return Baseline.model_validate(_plain(root))
    except ValidationError as failed:
        raise Issues(_issues(failed, root)) from None


def place_of(file: Path, figure: int) -> Origin:
    """Where a figure (by its number in the list) stands in a file that ``read_baseline`` read."""
    root = parse(read_text(file, str(file)), str(file), [])
    return Origin(str(file), 1, 1) if root is None else _place(root, ("figures", figure))[1]


def _plain(marked: Marked) -> Any:
    if isinstance(marked, Scalar):
        return marked.value
    if isinstance(marked, Mapping):
        return {name: _plain(value) for name, (_, value) in marked.items.items()}
    return [_plain(item) for item in marked.items]


def _place(root: Marked, path: Sequence[str | int]) -> tuple[Origin, Origin]:
    """The places of the last key on a path and of its value; where the path ends early, of the nearest thing above."""
    key, node = root.at, root
    for part in path:
        if isinstance(node, Mapping):
            if part not in node.items:
                break
            (_, key), node = node.items[str(part)]
        elif isinstance(node, Scalar) or not isinstance(part, int):
            break
        else:
            node = node.items[part]
            key = node.at
    return key, node.at


def _issues(failed: ValidationError, root: Mapping) -> Iterator[Issue]:
    for error in failed.errors(include_url=False):
        context = error.get("ctx", {})
        inside = str(context["at"]).split(".") if context.get("at") is not None else []
        path = (*error["loc"], *(int(part) if part.isdigit() else part for part in inside))
        key, value = _place(root, path)
        name = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        where = ".".join(str(part) for part in path)
        if error["type"] == "extra_forbidden":
            owner = [str(part) for part in path[:-1] if not isinstance(part, int)]
            known = (PARTS.get(owner[-1]) if owner else Baseline) or Baseline
            yield Issue.at(key, where, f"unknown key '{name[:60]}'", did_you_mean(name, known.model_fields))
        elif error["type"] == "missing":
            yield Issue.at(
                value, where, f"'{name}' is missing", "a baseline starts with 'check: 1'" * (name == "check")
            )
        elif "message" in context:
            yield Issue.at(value, where, str(context["message"]), str(context.get("hint") or ""))
        else:
            wanted = error["msg"].replace("Input should be", "should be")
            yield Issue.at(value, where, f"'{name}' {wanted}, not {shown(error['input'])}")


# --- names of layers --------------------------------------------------------------------------------------------------


def layer_in_file(layer: str, file: Path) -> str:
    """How a layer named on the command line is written into a baseline: a file relative to it, a shipped name as is."""
    if not Path(layer).is_file():
        return layer
    return Path(os.path.relpath(layer, file.parent)).as_posix()


def layer_in_use(layer: str, file: Path) -> str:
    """The reverse: a layer of a baseline as it is read."""
    beside = file.parent / layer
    return str(beside) if beside.is_file() else layer


# --- writing ----------------------------------------------------------------------------------------------------------


def write_baseline(file: Path, baseline: Baseline) -> None:
    """Write it so that readers see the old file or the new one; what a person wrote into the old one stays.

    Figures must be those of the file that is there, in its order, unless it has none. Raises OSError.
    """
    yaml = YAML()
    yaml.width = 100_000  # the values of a figure stay on one line
    yaml.preserve_quotes = True
    if file.exists():
        document = yaml.load(read_text(file, str(file)))
    else:
        document = CommentedMap()
        document.yaml_set_start_comment(HEADER)
        document["check"] = baseline.check
    _put(document, baseline)
    text = io.StringIO()
    yaml.dump(document, text)
    try:
        write_whole(file, text.getvalue().encode())
    except OSError as fault:
        raise OSError(f"cannot write {file}: {fault.strerror or fault}") from fault


def _put(document: CommentedMap, baseline: Baseline) -> None:
    document["scenario"] = _quoted(baseline.scenario)
    document["layers"] = _inline([_quoted(layer) for layer in baseline.layers])
    document["sets"] = _inline([_quoted(item) for item in baseline.sets])
    document["seed"] = baseline.seed
    document["replications"] = baseline.replications
    document["confidence"] = baseline.confidence
    if "margin" not in document:
        document["margin"] = _map(baseline.margin.model_dump(exclude_none=True))
    for name in ("digest", "fingerprint", "inputs"):
        document[name] = _quoted(getattr(baseline, name) or "")
    document["environment"] = _map({name: _quoted(value) for name, value in baseline.environment.items()})
    listed = document.setdefault("figures", CommentedSeq())
    for place, figure in enumerate(baseline.figures):
        if place == len(listed):
            listed.append(
                CommentedMap(figure.model_dump(exclude_none=True, include={"measure", "perimeter", "flow", "year"}))
            )
        for stale in ("mean", "sd", "count"):
            listed[place].pop(stale, None)
        listed[place]["values"] = _inline(list(figure.values or ()))
    history = document.setdefault("history", CommentedSeq())
    for entry in baseline.history[len(history) :]:
        history.append(_entry(entry))


def _entry(entry: Entry) -> CommentedMap:
    written = CommentedMap(date=entry.date, version=_quoted(entry.version), reason=_quoted(entry.reason))
    if entry.changes:
        moved = [{"figure": _quoted(c.figure), "before": c.before, "after": c.after} for c in entry.changes]
        written["changes"] = CommentedSeq(_map(change) for change in moved)
    return written


def _quoted(text: str) -> str:
    """Always in quotes: a digest of digits, or 3.11, is no number."""
    made: str = DoubleQuotedScalarString(text)
    return made


def _inline(items: list[Any]) -> CommentedSeq:
    made = CommentedSeq(items)
    made.fa.set_flow_style()
    return made


def _map(items: dict[str, Any]) -> CommentedMap:
    made = CommentedMap(items)
    made.fa.set_flow_style()
    return made
