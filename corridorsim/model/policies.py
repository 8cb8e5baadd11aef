"""Rules of operation: from the names of a scenario to what the engine makes, with their plug-ins looked at closely."""

from __future__ import annotations

import inspect
from typing import Any

from corridorsim.plugins import PluginError, find, identity
from corridorsim.scenario import Scenario
from corridorsim.scenario.issues import did_you_mean
from corridorsim.scenario.policy import PolicyChoice

from .blueprint import Policy
from .problems import Problems

_KINDS = ("dispatch", "routing", "acceptance")


def build_policies(scenario: Scenario, problems: Problems) -> dict[str, Policy]:
    """Kind -> policy. Notes plug-ins that cannot be imported or made with their parameters."""
    return {kind: _policy(kind, getattr(scenario.policies, kind), problems) for kind in _KINDS}


def _policy(kind: str, choice: PolicyChoice, problems: Problems) -> Policy:
    path = f"policies.{kind}"
    try:
        plugin = find(kind, choice.name)
        if plugin.own and not choice.parameters:
            return Policy(plugin.name, plugin.source)  # nothing of it can be wrong, so the engine is not imported
        _check_parameters(path, plugin.load(), choice, problems)
        mark = "" if plugin.own else identity(plugin.source)
    except PluginError as wrong:  # of a scenario that was read before: the name was known then
        problems.add(path, str(wrong))
        return Policy(choice.name, "")
    return Policy(plugin.name, plugin.source, plugin.distribution, mark, choice.parameters)


def _check_parameters(path: str, made_by: Any, choice: PolicyChoice, problems: Problems) -> None:
    """Note parameters that the policy does not know or lacks, and what it says of their values as it is made."""
    signature = inspect.signature(made_by)
    takes = {name: p for name, p in signature.parameters.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    open_ended = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    given = dict(choice.parameters)
    unknown = [] if open_ended else [name for name in given if name not in takes]
    for name in unknown:
        hint = did_you_mean(name, takes) or (f"it takes {', '.join(takes)}" if takes else "it takes none")
        problems.add(f"{path}.{name}", f"unknown parameter '{name}' of policy '{choice.name}'", hint)
    lacking = [name for name, p in takes.items() if p.default is p.empty and name not in given]
    for name in lacking:
        hint = f"write {{name: {choice.name}, {name}: ...}}"
        problems.add(path, f"policy '{choice.name}' needs its parameter '{name}'", hint)
    if unknown or lacking:
        return
    try:
        made_by(**given)
    except Exception as fault:  # a plug-in may raise anything
        at = next((name for name in given if name in str(fault)), "")
        where = f"{path}.{at}" if at else path
        problems.add(where, f"policy '{choice.name}' cannot be made: {type(fault).__name__}: {fault}")
