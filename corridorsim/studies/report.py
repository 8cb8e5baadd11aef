"""``write_report``: results, comparisons and studies in one HTML file that opens offline."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..api import Comparison, Result, Runnable, Scenario, compare, load, open_result, run
from ..experiment import Progress
from ..report.commands import DEFAULT_OUT, command_line
from ..report.folder import NotAResult

if TYPE_CHECKING:
    from ..analysis.estimates import Perimeter
    from ..report.bottlenecks import Bottlenecks
    from ..report.curve import Curve
    from ..report.html import Report, Study
    from ..report.plan import Packages

    #: folders (of results or studies) and scenarios are told apart by whether the folder is there
    Reportable: TypeAlias = Result | Comparison | Bottlenecks | Curve | Packages | Runnable


def write_report(
    *what: Reportable,
    out: str | Path = "report.html",
    perimeter: Perimeter = "C",
    with_layers: Sequence[str | Path] = (),
    sets: Sequence[str] = (),
    replications: int = 10,
    seed: int = 1,
    results: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Report:
    """Write one HTML file about results (or folders of them), the first being the baseline, and about studies.

    Scenarios are run first, and kept under ``results`` (None keeps nothing). Studies: what ``bottlenecks``,
    ``locomotives`` and ``plan`` gave, or their folders. Raises report.NotAResult where there is no result among
    them or a folder cannot be read, what ``compare`` raises, and OSError where ``out`` cannot be written.
    """
    from ..report.html import Context, Report

    sides, studies, words = _told_apart(what, with_layers, sets)
    if not sides:
        raise NotAResult("a report needs a scenario or a folder of results; studies stand beside it")
    kept = None if results is None else Path(results)
    how: dict[str, Any] = {
        "replications": replications, "seed": seed, "out": kept, "executor": executor, "progress": progress,
    }  # fmt: skip
    comparison: Comparison | None = None
    if len(sides) > 1:
        comparison = compare(*sides, **how)
        found = [comparison.first, *comparison.others]
    else:
        found = [side if isinstance(side, Result) else run(side, **how) for side in sides]
    ran = any(isinstance(side, Scenario) for side in sides)
    command = command_line(
        "report",
        *words,
        with_layers=[str(layer) for layer in with_layers] if ran else (),
        sets=sets if ran else (),
        options={
            "replications": replications if ran else None,
            "seed": seed if ran else None,
            "perimeter": perimeter if perimeter != "C" else None,
            "results": kept if ran and kept is not None and kept != DEFAULT_OUT else None,
        },
        out=Path(out),
    )
    report = Report(Context(found, comparison, studies, perimeter, command), Path(out))
    report.save()
    return report


def _told_apart(
    what: Sequence[Reportable], with_layers: Sequence[str | Path], sets: Sequence[str]
) -> tuple[list[Result | Scenario], list[Study], list[str]]:
    """Results and scenarios, studies, and all of them as words of a command."""
    from ..report.html import Study, is_study, open_study

    sides: list[Result | Scenario] = []
    studies: list[Study] = []
    words: list[str] = []
    for each in what:
        if isinstance(each, str | Path):
            words.append(str(each))
            folder = Path(each)
            if not folder.is_dir():
                sides.append(load(each, with_layers, sets))
            elif is_study(folder):
                studies.append(open_study(folder))
            else:
                sides.append(open_result(folder))
        elif isinstance(each, Scenario):
            words.append(each.plan.source)
            sides.append(each)
        elif isinstance(each, Result):
            words.append(str(each.folder or each.name))
            sides.append(each)
        elif isinstance(each, Comparison):
            sides += [each.first, *each.others]
            words += [str(side.folder or side.name) for side in (each.first, *each.others)]
        else:
            studies.append(Study.of(each))
            words.append(str(each.folder or each.name))
    return sides, studies, words
