"""What one part of a scenario says about another: ids that must exist, targets of changes, days in order.

Works on plain values, so that it also speaks when other parts do not fit the schema.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from typing import Any

from .issues import Issue, did_you_mean
from .quantity import as_date
from .shape import ROOT, SINGULAR, FieldsShape, MapShape, Shape, child, is_branch, subject
from .uncertain import check as check_uncertain

Path = tuple[str, ...]
#: makes an issue at a path: (path, message, hint, whether the place of the key is meant)
Say = Callable[[Path, str, str, bool], Issue]

#: where an id stands -> the section that must have it. ``*`` stands for every key.
REFERENCES: tuple[tuple[str, str], ...] = (
    ("nodes.*.linked_node_id", "nodes"),
    ("nodes.*.weather_group", "weather"),
    ("segments.*.from_node", "nodes"),
    ("segments.*.to_node", "nodes"),
    ("route_options.*.via_node", "nodes"),
    ("sea_links.*.from_port", "nodes"),
    ("sea_links.*.to_port", "nodes"),
    ("vessels.*.link", "sea_links"),
    ("vessel_deliveries.*.class_id", "vessels"),
    ("vessel_deliveries.*.project_id", "projects"),
    ("vessel_deliveries.*.alternative_to", "vessel_deliveries"),
    ("weather_groups.*.within", "weather"),
    ("territories.*.workshop", "workshops"),
    ("territories.*.home_nodes", "nodes"),
    ("fleets.*.class_id", "locomotive_classes"),
    ("fleets.*.territory", "territories"),
    ("locomotives.*.class_id", "locomotive_classes"),
    ("locomotives.*.territory", "territories"),
    ("locomotives.*.project_id", "projects"),
    ("dry_ports.*.node_id", "nodes"),
    ("borders.*.node_from", "nodes"),
    ("borders.*.node_to", "nodes"),
    ("flows.*.origin_node", "nodes"),
    ("flows.*.destination_node", "nodes"),
    ("flows.*.via_ports", "nodes"),
    ("flows.*.monthly_profile_id", "profiles"),
    ("flows.*.later_profile_id", "profiles"),
    ("flows.*.route_option", "route_options"),
    ("flows.*.wagon_pools", "wagons"),
    ("flows.*.dry_ports", "dry_ports"),
    ("changes.*.project_id", "projects"),
    ("projects.*.requires", "projects"),
    ("projects.*.conflicts_with", "projects"),
    ("demand.growth", "growth"),
)
#: branches whose keys are ids of another section
KEYS = (("ports", "nodes"), ("weather_groups", "weather"))
#: parts that do not limit when they are left out: ids that point into them are then not checked
MAY_BE_LEFT_OUT = frozenset({"sources", "weather", "wagons", "workshops", "territories", "projects"})
#: words that stand in the place of an id
WORDS = {"flows.*.route_option": ("either", "")}
#: rows marked informational may name what the model does not have
FREE_IF_INFORMATIONAL = frozenset({"vessel_deliveries", "fleets", "locomotives"})
#: fields that only such rows may leave out
NEEDED = (("fleets", "class_id"), ("locomotives", "class_id"), ("changes", "value"))
#: (row, two of its fields of which it has one)
ONE_OF = (
    ("locomotive_classes.*", "repair_hours_mean", "repair_h"),
    ("weather.*.*", "mean_spell_days", "spell_h"),
)
EVENT_TARGETS = {"flow": "flows", "node": "nodes", "segment": "segments", "port": "ports", "border": "borders"}
#: (section, earlier field, later field)
DAYS_IN_ORDER = (
    ("horizon", "start", "results_from"),
    ("horizon", "results_from", "end"),
    ("horizon", "start", "end"),
    ("events.*", "start_date", "end_date"),
)
NUMBERS_IN_ORDER = (
    ("changes.*", "slip_months_low", "slip_months_high"),
    ("vessel_deliveries.*", "slip_months_low", "slip_months_high"),
    ("borders.*", "episode_h_low", "episode_h_high"),
)


def check(tree: dict[str, Any], say: Say, incomplete: Collection[str]) -> Iterator[Issue]:
    """Every wrong reference of a scenario's plain tree. Sections that are ``incomplete`` are not pointed into."""
    checks = _Checks(tree, say, frozenset(incomplete))
    yield from checks.ids()
    yield from checks.needed()
    yield from checks.one_of()
    yield from checks.keys()
    yield from checks.sources()
    yield from checks.events()
    yield from checks.changes()
    yield from checks.order()
    yield from checks.ends()
    yield from check_uncertain(tree, say, incomplete)


class _Checks:
    def __init__(self, tree: dict[str, Any], say: Say, incomplete: frozenset[str]) -> None:
        self.tree, self.say, self.incomplete = tree, say, incomplete
        self.unknowable = incomplete | {name for name in MAY_BE_LEFT_OUT if not tree.get(name)}

    def section(self, name: str) -> dict[str, Any]:
        found = self.tree.get(name)
        return found if isinstance(found, dict) else {}

    def unknown(self, path: Path, wrong: str, section: str) -> Issue:
        names = [key for key in path if not key.isdigit()] if path[-1].isdigit() else list(path)
        depth = len(names) - 1
        message = f"unknown {SINGULAR[section]} '{wrong[:60]}' in {names[-1]} of {subject(tuple(names[:depth]))}"
        known = self.section(section)
        return self.say(path, message, did_you_mean(wrong, known) if known else f"there is no section {section}", False)

    def ids(self) -> Iterator[Issue]:
        for pattern, section in REFERENCES:
            if section in self.unknowable:
                continue
            known, free = self.section(section), WORDS.get(pattern, ())
            for path, value, row in _matches(self.tree, tuple(pattern.split("."))):
                if path[0] in FREE_IF_INFORMATIONAL and _yes(row.get("informational")):
                    continue
                for where, name in _names(path, value):
                    if name not in known and name not in free:
                        yield self.unknown(where, name, section)

    def needed(self) -> Iterator[Issue]:
        for section, field in NEEDED:
            for key, row in self.section(section).items():
                if isinstance(row, dict) and row.get(field) in (None, "") and not _yes(row.get("informational")):
                    message = f"{subject((section, key))} lacks '{field}'"
                    yield self.say((section, key), message, "only an informational row may leave it out", True)

    def one_of(self) -> Iterator[Issue]:
        for pattern, one, other in ONE_OF:
            for path, row, _ in _matches(self.tree, tuple(pattern.split("."))):
                if not isinstance(row, dict):
                    continue  # told by the schema
                given = [name for name in (one, other) if row.get(name) is not None]
                if len(given) == 2:
                    message = f"{subject(path)} has '{one}' and '{other}': which holds?"
                    hint = f"leave out one; what a layer below gives is taken away by '{one}: null'"
                    yield self.say((*path, other), message, hint, True)
                elif not given and path[0] not in self.incomplete:
                    yield self.say(path, f"{subject(path)} lacks '{one}' or '{other}'", "", True)

    def keys(self) -> Iterator[Issue]:
        for branch, section in KEYS:
            if section not in self.unknowable:
                for key in self.section(branch):
                    if key not in self.section(section):
                        message = f"unknown {SINGULAR[section]} '{key}' as a {SINGULAR[branch]}"
                        yield self.say((branch, key), message, did_you_mean(key, self.section(section)), True)

    def sources(self) -> Iterator[Issue]:
        if "sources" in self.unknowable:
            return
        known = self.section("sources")
        good: set[Any] = set()
        lists: list[tuple[Path, Any]] = []
        _source_lists(self.tree, (), lists)
        for path, value in lists:
            if isinstance(value, str | tuple) and value in good:
                continue
            wrong = [(where, name) for where, name in _names(path, value) if name not in known]
            for where, name in wrong:
                yield self.say(where, f"unknown source '{name[:60]}'", did_you_mean(name, known), False)
            if not wrong and isinstance(value, str | tuple):
                good.add(value)

    def events(self) -> Iterator[Issue]:
        for key, row in self.section("events").items():
            if not isinstance(row, dict) or _yes(row.get("informational")):
                continue
            section = EVENT_TARGETS.get(str(row.get("target_kind")))
            target = row.get("target_id")
            if section is None or not isinstance(target, str) or section in self.unknowable:
                continue
            if target not in self.section(section) and not (section == "ports" and target in self.section("nodes")):
                yield self.unknown(("events", key, "target_id"), target, section)

    def changes(self) -> Iterator[Issue]:
        for key, row in self.section("changes").items():
            if not isinstance(row, dict) or _yes(row.get("informational")):
                continue
            target, path = row.get("target"), ("changes", key, "target")
            if isinstance(target, str) and target.partition(".")[0] not in self.unknowable:
                fault = self.target_fault(target)
                if fault is not None:
                    yield self.say(path, f"{fault[0]} as target of change '{key}'", fault[1], False)

    def target_fault(self, target: str) -> tuple[str, str] | None:
        """What is wrong with the path of a leaf in which ``*`` stands for every key, and a hint; None if nothing."""
        words = target.split(".")
        places: list[tuple[Any, Shape]] = [(self.tree, ROOT)]
        for depth, word in enumerate(words):
            onward: list[tuple[Any, Shape]] = []
            known: list[str] = []
            for value, shape in places:
                inside = value if isinstance(value, dict) else {}
                names = list(shape.fields if isinstance(shape, FieldsShape) else inside) if is_branch(shape) else []
                known += names
                for name in names if word == "*" and isinstance(shape, MapShape) else [word]:
                    below = child(shape, name)
                    if name in names and below is not None:
                        onward.append((inside.get(name), below))
            if not onward:
                near = did_you_mean(word, dict.fromkeys(known))
                if near:
                    near = f"did you mean '{'.'.join([*words[:depth], near.split(chr(39))[1], *words[depth + 1 :]])}'?"
                return f"unknown path '{target[:120]}'", near
            places = onward
        if all(is_branch(shape) for _, shape in places):
            return f"'{target[:120]}' is a branch, not a leaf,", "name one of its leaves"
        return None

    def order(self) -> Iterator[Issue]:
        for branch, first, second in DAYS_IN_ORDER:
            for path, row, _ in _matches(self.tree, tuple(branch.split("."))):
                if isinstance(row, dict):
                    early, late = as_date(row.get(first)), as_date(row.get(second))
                    if early and late and early > late:
                        message = f"{second} {late} lies before {first} {early} in {subject(path)}"
                        yield self.say((*path, second), message, "", False)
        for branch, first, second in NUMBERS_IN_ORDER:
            for path, row, _ in _matches(self.tree, tuple(branch.split("."))):
                if isinstance(row, dict):
                    low, high = _number(row.get(first)), _number(row.get(second))
                    if low is not None and high is not None and low > high:
                        message = f"{second} {high:g} is less than {first} {low:g} in {subject(path)}"
                        yield self.say((*path, second), message, "", False)

    def ends(self) -> Iterator[Issue]:
        """Both ends of a line differ; sea links join sea ports; a weather group is not within itself."""
        for section, first, second in (("segments", "from_node", "to_node"), ("sea_links", "from_port", "to_port")):
            for key, row in self.section(section).items():
                if isinstance(row, dict) and row.get(first) is not None and row.get(first) == row.get(second):
                    message = f"{subject((section, key))} starts and ends at the same node '{row[first]}'"
                    yield self.say((section, key, second), message, "", False)
        for key, row in self.section("weather_groups").items():
            if isinstance(row, dict) and row.get("within") == key:
                message = f"{subject(('weather_groups', key))} is within itself"
                yield self.say(("weather_groups", key, "within"), message, "", False)
        nodes = self.section("nodes")
        for pattern in ("sea_links.*.from_port", "sea_links.*.to_port", "flows.*.via_ports"):
            for path, value, _ in _matches(self.tree, tuple(pattern.split("."))):
                for where, name in _names(path, value):
                    node = nodes.get(name)
                    if isinstance(node, dict) and isinstance(node.get("kind"), str) and node["kind"] != "sea_port":
                        message = f"'{name}' in {pattern.rpartition('.')[2]} of {subject(path[:2])} is a {node['kind']}"
                        yield self.say(where, message, "a node of kind sea_port is needed here", False)


def _matches(tree: Any, pattern: Path, path: Path = (), row: Any = None) -> Iterator[tuple[Path, Any, dict[str, Any]]]:
    """Every (path, value, row that holds it) on a pattern."""
    if not pattern:
        yield path, tree, row if isinstance(row, dict) else {}
        return
    if not isinstance(tree, dict):
        return
    for key in tree if pattern[0] == "*" else [pattern[0]]:
        if key in tree:
            yield from _matches(tree[key], pattern[1:], (*path, key), tree)


def _names(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """The ids of a leaf: one, several in a cell, or a list; what is not text is left to the schema."""
    if isinstance(value, dt.date):  # what looks like a day is text where an id stands
        value = value.isoformat()
    if isinstance(value, str):
        single = path[-1] not in _LISTS
        for name in [value] if single else value.replace(">", ";").split(";"):
            if name.strip() or single:
                yield path, name.strip()
    elif isinstance(value, list | tuple):
        for number, name in enumerate(value):
            if isinstance(name, str):
                yield (*path, str(number)), name.strip()


#: fields that hold several ids, so that a cell of theirs is split
_LISTS = frozenset(
    {"alternative_to", "home_nodes", "via_ports", "wagon_pools", "dry_ports", "requires", "conflicts_with"}
    | {"source_ids", "source"}
)


def _source_lists(tree: dict[str, Any], path: Path, found: list[tuple[Path, Any]]) -> None:
    """Every list of sources, of rows and of single numbers."""
    for key, value in tree.items():
        if key == "source_ids" or (key == "source" and "value" in tree):
            found.append(((*path, key), value))
        elif isinstance(value, dict) and (path or key != "sources"):
            _source_lists(value, (*path, key), found)


def _yes(raw: Any) -> bool:
    return raw is True or (isinstance(raw, str) and raw.strip().lower() in ("yes", "true"))


def _number(raw: Any) -> float | None:
    value = raw.get("value") if isinstance(raw, dict) else raw
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
