"""corridorsim: discrete-event simulation of freight corridors by rail and sea.

    import corridorsim as cs
    result = cs.run(cs.load("baseline"), replications=10)
    result.years

Everything is imported when it is first used, so that ``import corridorsim`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import plugins
    from .api import Comparison, Result, Scenario, compare, load, open_result, run, run_all
    from .studies.bottlenecks import bottlenecks
    from .studies.capacity import capacity
    from .studies.check import check
    from .studies.curve import locomotives
    from .studies.energy import energy
    from .studies.match import match
    from .studies.plan import plan
    from .studies.report import write_report
    from .studies.sensitivity import sensitivity
    from .studies.sweep import sweep
    from .studies.tables import write_figures, write_geojson, write_workbook

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Result",
    "Scenario",
    "__version__",
    "bottlenecks",
    "capacity",
    "check",
    "compare",
    "energy",
    "load",
    "locomotives",
    "match",
    "open_result",
    "plan",
    "plugins",
    "run",
    "run_all",
    "sensitivity",
    "sweep",
    "write_figures",
    "write_geojson",
    "write_report",
    "write_workbook",
]

_STUDIES = (
    "bottlenecks",
    "capacity",
    "check",
    "energy",
    "locomotives",
    "match",
    "plan",
    "sensitivity",
    "sweep",
    "write_figures",
    "write_geojson",
    "write_report",
    "write_workbook",
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        if name == "plugins":
            return import_module(f"{__name__}.plugins")
        return getattr(import_module(f"{__name__}.{'studies' if name in _STUDIES else 'api'}"), name)
    raise AttributeError(f"module 'corridorsim' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
