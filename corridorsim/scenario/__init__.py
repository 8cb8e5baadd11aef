"""Text to scenario: YAML and CSV files with positions, layers, vocabulary, and all that is wrong at once.

The door: ``read`` gives a ``Loaded`` or raises ``Issues``; ``find`` knows the shipped scenarios; ``effective`` lists
every leaf; ``json_schema`` is for editors.
"""

from __future__ import annotations

from .durations import Spread
from .effective import EffectiveLeaf, effective
from .geometry import Geometry, Line, from_geojson
from .issues import Issue, Issues, Origin
from .quantity import Dated, Quantity
from .read import Loaded, read
from .roots import find, shipped_names
from .schema import Scenario


def json_schema() -> dict[str, object]:
    """The JSON Schema of a scenario file (draft 2020-12). Built on demand: no reader needs it."""
    from .jsonschema import json_schema as build

    return build()


__all__ = [
    "Dated",
    "EffectiveLeaf",
    "Geometry",
    "Issue",
    "Issues",
    "Line",
    "Loaded",
    "Origin",
    "Quantity",
    "Scenario",
    "Spread",
    "effective",
    "find",
    "from_geojson",
    "json_schema",
    "read",
    "shipped_names",
]
