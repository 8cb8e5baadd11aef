"""A rule of operation by name: ``shortest``, or ``{name: ..., parameter: ...}`` where it takes parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from corridorsim.plugins import PluginError, UnknownPlugin, find

from .quantity import Notation, Reader, fault, kind_of

_HINT = "write a name, or {name: ..., parameter: ...}"


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """A name that is known, and the parameters that are given with it."""

    name: str
    parameters: tuple[tuple[str, float | str | bool], ...] = ()

    def __str__(self) -> str:
        given = ", ".join(f"{name} {_word(value)}" for name, value in self.parameters)
        return f"{self.name}({given})" if given else self.name


def _word(value: float | str | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:.12g}"


def _read(kind: str, raw: Any) -> PolicyChoice:
    if isinstance(raw, PolicyChoice):
        return raw
    if isinstance(raw, str):
        raw, at = {"name": raw}, None
    elif isinstance(raw, dict):
        at = "name"
    else:
        raise fault("policy", f"the name of a policy is needed here, not {kind_of(raw)}", _HINT)
    name = raw.get("name")
    if not isinstance(name, str):
        what = "nothing" if name is None else kind_of(name)
        raise fault("policy", f"the name of a policy is needed here, not {what}", _HINT, at)
    try:
        find(kind, name)
    except UnknownPlugin as unknown:
        raise fault("policy", str(unknown), unknown.hint, at) from None
    except PluginError as wrong:
        raise fault("policy", str(wrong), "", at) from None
    parameters = []
    for key, value in raw.items():
        if not isinstance(value, bool | int | float | str):
            raise fault("policy", f"a number, text, or yes or no is needed here, not {kind_of(value)}", "", str(key))
        if key != "name":
            parameters.append((str(key), value))
    return PolicyChoice(name, tuple(sorted(parameters)))


def _policy(kind: str) -> Any:
    return Reader(lambda raw: _read(kind, raw))


DispatchPolicy = Annotated[PolicyChoice, _policy("dispatch"), Notation("policy")]
RoutingPolicy = Annotated[PolicyChoice, _policy("routing"), Notation("policy")]
AcceptancePolicy = Annotated[PolicyChoice, _policy("acceptance"), Notation("policy")]
