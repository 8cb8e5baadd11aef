"""What a plug-in is, as a hash of its sources: runs of another version are never taken for its own.

Of a plug-in in a module: all Python sources of its outermost package. Of one that was written in a notebook: its code
and all that it reads there, function by function and value by value; what comes from other packages is told by their
version.
"""

from __future__ import annotations

import dis
import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

from .registry import SESSION, PluginError, obtain

#: what was hashed once, as long as it lives: a file that is edited later is not what is running. A module that is
#: loaded anew makes new things, which are hashed anew.
_known: dict[int, tuple[Any, str]] = {}


def identity(source: str) -> str:
    """SHA-256 of what ``module:object`` is made from. Raises PluginError."""
    thing = obtain(source)
    module = source.partition(":")[0]
    if module == SESSION:  # values that it reads may have changed since
        return hashlib.sha256("\n".join(_Told().of(thing)).encode()).hexdigest()
    if id(thing) not in _known:
        _known[id(thing)] = (thing, _of_files(module))
    return _known[id(thing)][1]


def _of_files(module: str) -> str:
    """Over the Python sources of a module's outermost package, and the file of the module itself."""
    outermost = sys.modules[module.partition(".")[0]]
    files: dict[str, Path] = {}
    for folder in map(Path, getattr(outermost, "__path__", ())):
        files |= {file.relative_to(folder).as_posix(): file for file in folder.rglob("*.py")}
    file = getattr(sys.modules[module], "__file__", None)
    if file is None:
        raise PluginError(f"module {module} has no file, so it cannot be told whether it changes")
    files[Path(file).name] = Path(file)
    sha = hashlib.sha256()
    for name, path in sorted(files.items()):
        body = path.read_bytes()
        sha.update(f"{name} {len(body)}\n".encode())
        sha.update(body)
    return sha.hexdigest()


class _Told:
    """All that decides what a thing of the session does, as text."""

    def __init__(self) -> None:
        self.seen: set[int] = set()

    def of(self, thing: Any) -> Iterator[str]:
        if id(thing) in self.seen:
            yield "again"
            return
        if isinstance(thing, bool | int | float | complex | str | bytes | None | type(...)):
            yield f"{type(thing).__name__} {thing!r}"
            return
        self.seen.add(id(thing))
        if isinstance(thing, tuple | list):
            yield f"{type(thing).__name__} {len(thing)}"
            for item in thing:
                yield from self.of(item)
        elif isinstance(thing, dict):
            yield f"dict {len(thing)}"
            for key, value in thing.items():
                yield from self.of(key)
                yield from self.of(value)
        elif isinstance(thing, set | frozenset):
            yield f"set {sorted(map(repr, thing))}"
        elif isinstance(thing, ModuleType):
            yield f"module {thing.__name__} {_version(thing.__name__)}"
        elif self._elsewhere(thing):
            yield f"{thing.__module__}.{thing.__qualname__} {_version(thing.__module__)}"
        elif isinstance(thing, FunctionType):
            yield from self._function(thing)
        elif isinstance(thing, type):
            yield f"class {thing.__name__}"
            for base in thing.__bases__:
                yield from self.of(base)
            for name, member in sorted(vars(thing).items()):
                if name not in _NO_RULE:
                    yield name
                    yield from self.of(member)
        elif isinstance(thing, staticmethod | classmethod):
            yield from self.of(thing.__func__)
        elif isinstance(thing, property):
            yield from self.of((thing.fget, thing.fset))
        elif isinstance(thing, CodeType):
            yield from self._code(thing)
        elif isinstance(thing, MemberDescriptorType):
            yield f"slot {thing.__name__}"
        else:
            kind = type(thing)
            message = f"it reads a {kind.__module__}.{kind.__qualname__}, of which nobody can tell whether it changes"
            raise PluginError(f"a policy of this session cannot be kept apart from others: {message}; use plain values")

    def _elsewhere(self, thing: Any) -> bool:
        """Whether it is a class or function of a module."""
        if not isinstance(thing, type | FunctionType | BuiltinFunctionType):
            return False
        module = sys.modules.get(thing.__module__ or "")
        return thing.__module__ != "__main__" and module is not None and hasattr(module, thing.__qualname__)

    def _function(self, function: FunctionType) -> Iterator[str]:
        yield from self._code(function.__code__)
        yield from self.of((function.__defaults__, function.__kwdefaults__))
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            yield name
            if name != "__class__":
                yield from self.of(cell.cell_contents)
        for name in sorted(_names(function.__code__)):
            if name in function.__globals__:
                yield name
                yield from self.of(function.__globals__[name])

    def _code(self, code: CodeType) -> Iterator[str]:
        yield f"{code.co_name} {code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars}"
        for constant in code.co_consts:
            yield from self.of(constant)


#: members of a class that do not change what it does, or that differ from one process to the next
_NO_RULE = frozenset(
    {"__dict__", "__weakref__", "__doc__", "__module__", "__qualname__", "__firstlineno__", "__static_attributes__"}
    | {"__annotations__", "__annotate_func__", "__annotations_cache__", "__annotate__", "_abc_impl", "__subclasshook__"}
    | {"__dataclass_fields__", "__dataclass_params__"}  # what they say is in the methods that were made of them
)


def _names(code: CodeType) -> set[str]:
    """Global names that code reads, those of functions inside it included."""
    found = {str(step.argval) for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= _names(constant)
    return found


@cache
def _version(module: str) -> str:
    """What tells one state of a module from another: its package's version, else its sources."""
    outermost = module.partition(".")[0]
    if outermost in sys.stdlib_module_names or outermost == __name__.partition(".")[0]:
        return ""  # the key of kept runs holds these two
    from importlib.metadata import PackageNotFoundError, packages_distributions, version

    for distribution in packages_distributions().get(outermost, ()):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return _of_files(module)
