"""YAML 1.2 as plain values with positions. Nothing in a file is ever executed, and no file can blow up in memory.

The text is read as a stream of parse events and built up here: that gives every key and value its line and column,
finds duplicate keys, and lets size, depth and aliases be limited while reading. Two parsers give these events: libyaml
(by PyYAML) in a tenth of the time, and ruamel.yaml, whose word counts wherever the two may differ.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .issues import Issue, Origin
from .quantity import as_date

MAX_BYTES = 5_000_000
MAX_YAML = 1_000_000  #: characters of a YAML file: parsing is slow, and rows belong into tables
MAX_VALUES = 15_000  #: values of one YAML file, aliases expanded; what is larger belongs into a table
MAX_DEPTH = 40


class Key(NamedTuple):
    """A key of a mapping and its place."""

    name: str
    at: Origin


@dataclass(slots=True)
class Scalar:
    """A value: None, bool, int, float, date or str."""

    value: Any
    at: Origin
    size: int = 1


@dataclass(slots=True)
class Sequence:
    at: Origin
    items: list[Marked] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Mapping:
    at: Origin
    items: dict[str, tuple[Key, Marked]] = field(default_factory=dict)
    size: int = 1


Marked = Scalar | Sequence | Mapping


class Unreadable(Exception):
    """A file of which nothing can be used; carries the issue."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(str(issue))
        self.issue = issue


# --- bytes to text ----------------------------------------------------------------------------------------------------


def read_text(path: Path, shown: str, named: Origin | None = None) -> str:
    """The text of a file: UTF-8 (with or without BOM), at most 5 MB, no control characters. Raises ``Unreadable``.

    A file that cannot be read at all is told at the place that names it (``named``), what stands in it at its own.
    """

    def unreadable(message: str, hint: str = "", line: int = 1, column: int = 1) -> Unreadable:
        return Unreadable(Issue(shown, line, column, "", message, hint))

    def lost(message: str, hint: str = "") -> Unreadable:
        if named is None:
            return unreadable(message, hint, 0, 0)
        return Unreadable(Issue.at(named, "", f"'{shown}': {message}", hint))

    try:
        if not path.is_file():
            raise lost("this is not a file" if path.exists() else "there is no such file")
        if path.stat().st_size > MAX_BYTES:
            raise lost(f"the file is larger than {MAX_BYTES // 1_000_000} MB", "split it")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise lost(f"the file cannot be read: {error.strerror or 'unknown reason'}") from None
    if raw[:4] == b"PK\x03\x04":
        raise unreadable("the file is a workbook or an archive, not text", "save its sheet as CSV in UTF-8")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise unreadable("the file is not UTF-8 but UTF-16", "save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        raise unreadable("the file is not UTF-8 here", "save it as UTF-8", *_place(before, len(before))) from None
    bad = _CONTROL.search(text)
    if bad:
        name = "a NUL byte" if bad[0] == "\0" else f"a control character (U+{ord(bad[0]):04X})"
        raise unreadable(f"{name} stands in the text", "remove it", *_place(text, bad.start()))
    return text


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


# --- text to values ---------------------------------------------------------------------------------------------------

_INT = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
}


def plain_scalar(text: str) -> Any:
    """The value of an unquoted word by YAML 1.2's core rules (``no``, ``on``, ``12:30`` are text); days are dates."""
    if text in _SPECIAL:
        return _SPECIAL[text]
    if _INT.match(text):
        if len(text) > 18:
            return float(text) if "x" not in text and "o" not in text else text
        return int(text, 8) if text[:2] == "0o" else int(text, 16) if text[:2] == "0x" else int(text)
    if _FLOAT.match(text):
        return float(text)
    return as_date(text) or text


def read_yaml(text: str, shown: str, issues: list[Issue]) -> Mapping:
    """A file's mapping. Duplicate keys and tags go to ``issues``; where nothing can be used, raises ``Unreadable``."""
    if len(text) > MAX_YAML:
        raise Unreadable(Issue(shown, 1, 1, "", "a YAML file above 1 MB is not read", "put rows into tables"))
    root = parse(text, shown, issues)
    if root is None:
        raise Unreadable(Issue(shown, 1, 1, "", "the file is empty", "a scenario starts with 'schema: 1'"))
    if not isinstance(root, Mapping):
        raise Unreadable(Issue.at(root.at, "", "a scenario is a mapping of sections", "write 'name: value' lines"))
    return root


def parse(text: str, shown: str, issues: list[Issue], line: int = 0, column: int = 0) -> Marked | None:
    """One document; ``line`` and ``column`` (from 0) say where the text starts. Raises ``Unreadable``."""
    if not _READ_IN_TWO_WAYS.search(text):
        found: list[Issue] = []
        try:
            root = _Builder(shown, found, line, column).build(yaml.parse(text, Loader=_QUICK))
        except (yaml.YAMLError, ValueError):
            pass  # the other parser tells what is wrong, and where
        except Unreadable:
            issues += found
            raise
        else:
            issues += found
            return root
    return _by_ruamel(text, _Builder(shown, issues, line, column))


_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: tabs, line breaks of other alphabets, and words that begin with an anchor, alias or tag
_READ_IN_TWO_WAYS = re.compile("[\t\x85\u2028\u2029]|(?:^|[\\s,:?\\[{-])[&*!]", re.MULTILINE)


def _by_ruamel(text: str, builder: _Builder) -> Marked | None:
    # imported here, since few files need it
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return builder.build(YAML(typ="safe", pure=True).parse(io.StringIO(text)))
    except MarkedYAMLError as error:
        raise builder.syntax(error) from None
    except (YAMLError, ValueError, OverflowError, RecursionError):
        raise Unreadable(Issue(builder.shown, 1, 1, "", "this is not valid YAML")) from None


class _Builder:
    """Builds marked values from parse events, with a stack of open mappings and lists.

    Events are known by the names of their classes, which are the same in both libraries.
    """

    def __init__(self, shown: str, issues: list[Issue], line: int, column: int) -> None:
        self.shown, self.issues, self.line, self.column = shown, issues, line, column
        self.anchors: dict[str, Marked | None] = {}  # None while the anchored value is still open
        self.stack: list[tuple[Mapping | Sequence, str | None]] = []
        self.keys: list[Key | None] = []
        self.root: Marked | None = None

    def build(self, events: Iterable[Any]) -> Marked | None:
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self.fail(self.at(event), "a second document starts here", "a scenario file holds one")
            else:
                self.take(event, kind)
        return self.root

    def at(self, event: Any) -> Origin:
        mark = event.start_mark
        return Origin(self.shown, mark.line + 1 + self.line, mark.column + 1 + (self.column if mark.line == 0 else 0))

    def fail(self, at: Origin, message: str, hint: str = "") -> None:
        raise Unreadable(Issue.at(at, "", message, hint))

    def take(self, event: Any, kind: str) -> None:
        if kind == "ScalarEvent":
            at = self.at(event)
            bad = _CONTROL.search(event.value)
            if bad:  # written as an escape: it would reach terminals and pages
                self.fail(at, f"a control character (U+{ord(bad[0]):04X}) stands in the text", "remove it")
            if self.expects_key():
                self.keys[-1] = Key(event.value, at)
                return
            quoted = bool(event.style) or self.tag(event, at) == "str"
            self.add(Scalar(event.value if quoted else plain_scalar(event.value), at), event.anchor)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            at = self.at(event)
            if self.expects_key():
                self.fail(at, "a list or mapping cannot be a key", "put text that starts with [ or { in quotes")
            if len(self.stack) >= MAX_DEPTH:
                self.fail(at, f"nested more than {MAX_DEPTH} deep")
            self.tag(event, at)
            if event.anchor:
                self.anchors[event.anchor] = None
            self.stack.append((Mapping(at) if kind == "MappingStartEvent" else Sequence(at), event.anchor))
            self.keys.append(None)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            value, anchor = self.stack.pop()
            self.keys.pop()
            self.add(value, anchor)
        elif kind == "AliasEvent":
            self.alias(event)

    def expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], Mapping) and self.keys[-1] is None

    def tag(self, event: Any, at: Origin) -> str:
        """The only tag that is taken is ``!!str``; everything else would ask for more than a value."""
        tag = None if event.tag is None else str(event.tag)
        if tag in (None, "!"):
            return "" if tag is None else "str"
        if tag == "tag:yaml.org,2002:str":
            return "str"
        self.issues.append(Issue.at(at, "", "tags (words that start with '!') are not taken", "write the plain value"))
        return "str"

    def alias(self, event: Any) -> None:
        at = self.at(event)
        if self.expects_key():
            self.fail(at, "an alias cannot be a key")
        if event.anchor not in self.anchors:
            self.fail(at, f"'*{event.anchor}' refers to nothing above", f"mark the value with '&{event.anchor}' first")
        value = self.anchors[event.anchor]
        if value is None:
            self.fail(at, f"'*{event.anchor}' refers to a value that contains it")
        assert value is not None
        self.add(value, None)

    def add(self, value: Marked, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = value
        if not self.stack:
            self.root = value
            return
        inside = self.stack[-1][0]
        inside.size += value.size
        if inside.size > MAX_VALUES:
            self.fail(value.at, f"more than {MAX_VALUES} values", "put rows into a table; aliases count each time")
        if isinstance(inside, Sequence):
            inside.items.append(value)
            return
        key = self.keys[-1]
        assert key is not None
        self.keys[-1] = None
        if key.name in inside.items:
            first = inside.items[key.name][0].at
            message = f"duplicate key '{key.name[:40]}'"
            self.issues.append(Issue.at(key.at, "", message, f"it stands already in line {first.line}"))
        else:
            inside.items[key.name] = (key, value)

    def syntax(self, error: Any) -> Unreadable:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        at = Origin(self.shown, line + 1 + self.line, column + 1 + (self.column if line == 0 else 0))
        problem = " ".join(str(error.problem or error.context or "").split())
        message, hint = next(
            (say for known, *say in _PROBLEMS if known in problem), (f"this is not valid YAML: {problem}", "")
        )
        return Unreadable(Issue.at(at, "", message, hint))


#: what ruamel.yaml says -> what we say
_PROBLEMS = (
    ("'\\t'", "a tab stands where only spaces may", "indent with spaces"),
    ("mapping values are not allowed", "a ':' stands where none may", "quote text with ': ', or check the indent"),
    ("could not find expected ':'", "a ':' is missing after this key", "write 'name: value'"),
    ("but found '<block mapping start>'", "this line is indented unlike its neighbours", "align it with them"),
    ("but found '?'", "a key stands where a list item is expected", "align it with the key above the list"),
    ("but found '-'", "a list item stands where a key is expected", "indent it under its key"),
    ("found unexpected end of stream", "the file ends inside a quoted text", "close the quote"),
    ("did not find expected ',' or ']'", "the list in [ ] is not closed or lacks a comma", "close it with ]"),
    ("expected ',' or ']'", "the list in [ ] is not closed or lacks a comma", "close it with ]"),
    ("expected ',' or '}'", "the mapping in { } is not closed or lacks a comma", "close it with }"),
    ("found duplicate anchor", "an anchor of this name stands already above", "use another name"),
    ("cannot start any token", "a word cannot start with this character", "put it in quotes"),
    ("found undefined tag handle", "tags (words that start with '!') are not taken", "write the plain value"),
)
