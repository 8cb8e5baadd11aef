"""Which names there are, and what stands behind each: found by metadata, imported only when it is used."""

from __future__ import annotations

import difflib
import functools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

#: kind -> what a class of the kind must be able to do; a report section is a function
METHODS: Final[dict[str, tuple[str, ...]]] = {
    "dispatch": ("train_for", "units_for"),
    "routing": ("path_for",),
    "acceptance": ("accepts",),
    "report_sections": (),
}
KINDS: Final = tuple(METHODS)

#: the engine's own rules, written as an entry point is: kind -> name -> ``module:object``
OWN: Final[dict[str, dict[str, str]]] = {
    "dispatch": {
        "near_and_waiting": "corridorsim.engine.policies:NearAndWaiting",
        "at_hand": "corridorsim.engine.policies:AtHand",
    },
    "routing": {
        "shortest": "corridorsim.engine.policies:Shortest",
        "split": "corridorsim.engine.policies:Split",
        "least_expected_time": "corridorsim.engine.policies:LeastExpectedTime",
    },
    "acceptance": {"limits": "corridorsim.engine.policies:Limits"},
    "report_sections": {},
}

#: in front of what only this session has: no other process can import it
SESSION: Final = "session"


class PluginError(Exception):
    """A plug-in that cannot be used; str() says which, of which package, and why."""


class UnknownPlugin(PluginError):
    """No plug-in of this name; ``known`` are those of its kind, ``hint`` the nearest."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        self.known = known
        self.hint = f"did you mean '{near[0]}'?" if near else f"a package offers one as entry point corridorsim.{kind}"
        super().__init__(f"unknown {_words(kind)} '{name[:60]}'; there are {', '.join(known) or 'none'}")


@dataclass(frozen=True, slots=True)
class Plugin:
    """A name and what stands behind it.

    ``source``: ``module:object``. ``distribution``: name and version of the package that offers it, "" for the engine's
    own and for what was registered in code.
    """

    kind: str
    name: str
    source: str
    distribution: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the engine's own, which the hash of the engine's sources speaks for."""
        return OWN[self.kind].get(self.name) == self.source

    def load(self) -> Any:
        """What stands behind the name. Raises PluginError."""
        found = obtain(self.source, self.label)
        lacking = [method for method in METHODS[self.kind] if not callable(getattr(found, method, None))]
        if lacking or not callable(found):
            what = f"has no method '{lacking[0]}'" if lacking else "is nothing that can be called"
            raise PluginError(f"{self.label} is no {_words(self.kind)}: {self.source} {what}")
        return found

    @property
    def label(self) -> str:
        """For a person."""
        return f"plug-in '{self.name}'" + (f" of {self.distribution}" if self.distribution else "")


def _words(kind: str) -> str:
    return "report section" if kind == "report_sections" else f"{kind} policy"


#: what was registered in code: (kind, name) -> plug-in; and what of it no module has
_registered: dict[tuple[str, str], Plugin] = {}
_of_session: dict[str, Any] = {}


def register(kind: str, name: str, thing: Any = None) -> Any:
    """Offer a class (or a report section) under a name from now on, in this process; also as ``@register(kind, name)``.

    What stands in a module that can be imported works with any executor: worker processes import it. What was written
    in a notebook or in the script that was started exists only there, so it runs with ``executor="serial"``. A name
    that was registered before is replaced. Raises PluginError where it is taken by the engine's own or by a package.
    """
    if kind not in METHODS:
        raise PluginError(f"unknown kind of plug-in '{kind}'; there are {', '.join(KINDS)}")
    if thing is None:

        def decorate(decorated: Any) -> Any:
            register(kind, name, decorated)
            return decorated

        return decorate
    taken = [plugin for plugin in (*_own(kind), *_installed(kind)) if plugin.name == name]
    if taken:
        whose = taken[0].distribution or "corridorsim itself"
        raise PluginError(f"the name '{name}' of a {_words(kind)} is taken by {whose}")
    module, path = getattr(thing, "__module__", ""), getattr(thing, "__qualname__", "")
    source = f"{module}:{path}"
    if not _is_found(module, path, thing):
        source = f"{SESSION}:{kind}.{name}"
        _of_session[source] = thing
    plugin = Plugin(kind, name, source)
    plugin.load()
    _registered[kind, name] = plugin
    return thing


def forget(kind: str, name: str) -> None:
    """Take back what ``register`` offered. Raises KeyError."""
    _of_session.pop(_registered.pop((kind, name)).source, None)


def own_names(kind: str) -> list[str]:
    """Names that are always there."""
    return list(OWN[kind])


def names(kind: str) -> list[str]:
    """All names of a kind: the engine's own, those registered in code, those of installed packages."""
    return list(dict.fromkeys(plugin.name for plugin in offered(kind)))


def offered(kind: str) -> list[Plugin]:
    """All plug-ins of a kind, in that order."""
    in_code = [plugin for plugin in _registered.values() if plugin.kind == kind]
    return [*_own(kind), *in_code, *_installed(kind)]


def find(kind: str, name: str) -> Plugin:
    """The plug-in of a name, not imported yet. Raises UnknownPlugin, PluginError where two packages offer the name."""
    source = OWN[kind].get(name)
    if source is not None:
        taken = [plugin for plugin in _installed(kind) if plugin.name == name]
        if taken:  # else it would be left out in silence
            whose = taken[0].distribution
            raise PluginError(f"the {_words(kind)} '{name}' is corridorsim's own, and {whose} offers one of that name")
        return Plugin(kind, name, source)
    found = [plugin for plugin in offered(kind) if plugin.name == name]
    if not found:
        raise UnknownPlugin(kind, name, names(kind))
    if len({plugin.source for plugin in found}) > 1:
        whose = " and ".join(plugin.distribution or "code" for plugin in found)
        raise PluginError(f"the {_words(kind)} '{name}' is offered by {whose}: remove one of them")
    return found[0]


def obtain(source: str, label: str = "") -> Any:
    """What ``module:object`` names. Raises PluginError that says whose it is (``label``)."""
    label = label or f"plug-in {source}"
    if source in _of_session:
        return _of_session[source]
    module, _, path = source.partition(":")
    if module == SESSION:
        raise PluginError(
            f"{label} was registered in a notebook or script, which worker processes cannot import: "
            'run with executor="serial", or move it into a module'
        )
    try:
        found: Any = import_module(module)
    except BaseException as fault:  # whatever a foreign module does as it is imported, SystemExit included
        if isinstance(fault, KeyboardInterrupt):
            raise
        raise PluginError(f"{label} cannot be imported: {type(fault).__name__}: {fault}") from fault
    try:
        for part in path.split("."):
            found = getattr(found, part)
    except AttributeError:
        raise PluginError(f"{label} names '{path}', which module {module} does not have") from None
    return found


def _is_found(module: str, path: str, thing: Any) -> bool:
    """Whether another process finds it by its name. What is run as a script is called by another name there."""
    if not module or module == "__main__":
        return False
    try:
        return obtain(f"{module}:{path}") is thing
    except PluginError:
        return False


def _own(kind: str) -> Iterator[Plugin]:
    for name, source in OWN[kind].items():
        yield Plugin(kind, name, source)


def _installed(kind: str) -> list[Plugin]:
    """What installed packages offer, each once."""
    return [plugin for plugin in _all_installed(tuple(map(_state, sys.path))) if plugin.kind == kind]


def _state(folder: str) -> tuple[str, int]:
    """A folder of packages, with what changes when one is installed or removed."""
    try:
        return folder, os.stat(folder or ".").st_mtime_ns
    except OSError:
        return folder, 0


def _may_offer(folder: str) -> bool:
    """Whether entry points of a package in a folder speak of corridorsim's. An archive may."""
    try:
        packages = [entry.path for entry in os.scandir(folder or ".") if entry.name.endswith(_METADATA)]
    except NotADirectoryError:
        return True
    except OSError:
        return False
    for package in packages:
        try:
            with open(os.path.join(package, "entry_points.txt"), "rb") as stream:
                if b"corridorsim." in stream.read():
                    return True
        except OSError:
            continue
    return False


#: folders in which a package says what it offers
_METADATA = (".dist-info", ".egg-info")


@functools.lru_cache(maxsize=1)
def _all_installed(_folders: tuple[tuple[str, int], ...]) -> tuple[Plugin, ...]:
    """Of all kinds. Looking through all packages takes longer than most of what reads a scenario, so it is done once,
    and only where one of them may offer any."""
    if not any(map(_may_offer, sys.path)):
        return ()
    from importlib.metadata import entry_points

    found: dict[Plugin, None] = {}
    entries = entry_points()
    for kind in KINDS:
        for entry in entries.select(group=f"corridorsim.{kind}"):
            whose = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "a package without metadata"
            found.setdefault(Plugin(kind, entry.name, entry.value.replace(" ", ""), whose))
    return tuple(sorted(found, key=lambda plugin: (plugin.kind, plugin.name, plugin.distribution)))
