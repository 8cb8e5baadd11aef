"""``check``: is a scenario still what a stored baseline says of it?"""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from ..experiment import Progress, plan
from ..report.commands import DEFAULT_OUT

if TYPE_CHECKING:
    from ..report.regression import Check


def check(
    scenario: str | Path,
    against: str | Path,
    *,
    exact: bool = False,
    out: str | Path | None = DEFAULT_OUT,
    executor: str | Executor = "processes",
    progress: Progress | None = None,
) -> Check:
    """Run a scenario as the baseline in the file ``against`` says, and judge it by equivalence tests.

    With ``exact`` the digest of all that was recorded counts too. ``.passed`` says what became of it. Raises
    scenario.Issues of an invalid baseline or scenario, and what ``run`` raises.
    """
    from ..report import checking
    from ..report.baseline_file import layer_in_use, read_baseline

    file = Path(against)
    baseline = read_baseline(file)
    item = plan(scenario, [layer_in_use(layer, file) for layer in baseline.layers], baseline.sets)
    folder = None if out is None else Path(out)
    return checking.check(item, file, baseline, exact=exact, out=folder, executor=executor, progress=progress)
