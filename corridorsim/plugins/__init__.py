"""The plug-in door: rules of operation and report sections by name, of this package, of another one, or of a notebook.

A package offers a rule as an entry point, and a scenario names it:

    [project.entry-points."corridorsim.dispatch"]
    boxes_first = "my_rules:BoxesFirst"

    policies:
      dispatch: {name: boxes_first, reserve: 2}

In a notebook ``register`` does the same. What a rule of each kind is asked, and what it may look at, is written in
``corridorsim.engine.policies``; the engine's own rules come through this door too, and are the first entries of it.
The lowest room of the house: it imports none of the others.
"""

from __future__ import annotations

from .identity import identity
from .registry import (
    KINDS,
    METHODS,
    Plugin,
    PluginError,
    UnknownPlugin,
    find,
    forget,
    names,
    obtain,
    offered,
    own_names,
    register,
)

__all__ = [
    "KINDS",
    "METHODS",
    "Plugin",
    "PluginError",
    "UnknownPlugin",
    "find",
    "forget",
    "identity",
    "names",
    "obtain",
    "offered",
    "own_names",
    "register",
]
