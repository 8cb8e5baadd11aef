"""Make scenarios/middle_corridor/CALIBRATION.md anew: the model of 2024 held against the observations of 2024.

python benchmarks/calibration.py [--replications 10] [--seed 1] [--out FILE] [--executor processes]
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from corridorsim.analysis.calibration import Observe, Row, judge_row, read_rows
from corridorsim.experiment import Failure, Outcome, case, for_stderr, replicate
from corridorsim.report.calibration import Made, by_hand, calibration_page
from corridorsim.scenario import find, read

YEAR = 2024
YEAR_RUN = "calibration/year_2024"


def figures(layer: str, rows: Sequence[Row], replications: int, seed: int, executor: str) -> tuple[str, list]:
    """The fingerprint of the baseline under a layer, and what each replication gives for the rows."""
    planned = case(f"baseline, {layer}", read("baseline", with_layers=(layer,)))
    ended = replicate(
        [planned], seed=seed, replications=replications, reduce=Observe(tuple(rows)), executor=executor,
        progress=for_stderr(quiet=False),
    )[planned.key]  # fmt: skip
    failures = [run for run in ended if isinstance(run, Failure)]
    if failures:
        sys.exit(f"{len(failures)} runs failed; the first: {failures[0].message}")
    return planned.key, [run.value for run in ended if isinstance(run, Outcome)]


def main() -> None:
    baseline = find("baseline")
    assert baseline is not None
    folder = baseline.parent / "middle_corridor"
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=folder / "CALIBRATION.md")
    parser.add_argument("--executor", default="processes")
    given = parser.parse_args()
    kept = by_hand(given.out.read_text(encoding="utf-8") if given.out.exists() else "")

    rows = read_rows(folder / "calibration_targets.csv", folder / "calibration_measures.csv")
    measured = [row for row in rows if row.how.measure]
    # a row with a run of its own belongs to what is asked, whatever its year
    asked = [row for row in measured if row.how.run or row.start.year == row.end.year == YEAR]
    others = {row.id: row.moved_to(YEAR) for row in measured if row not in asked}
    looked_at = [*asked, *others.values()]
    findings, runs = {}, []
    for layer in dict.fromkeys(row.how.run or YEAR_RUN for row in looked_at):
        mine = [row for row in looked_at if (row.how.run or YEAR_RUN) == layer]
        fingerprint, values = figures(layer, mine, given.replications, given.seed, given.executor)
        findings |= {row.id: judge_row(row, values) for row in mine}
        runs.append((f"baseline --with {layer}", fingerprint))
    words = [
        "python",
        "benchmarks/calibration.py",
        "--replications",
        str(given.replications),
        "--seed",
        str(given.seed),
    ]
    page = calibration_page(
        YEAR,
        [findings[row.id] for row in asked],
        [(row, findings[row.id]) for row in measured if row.id in others],
        [row for row in rows if not row.how.measure],
        Made(shlex.join(words), given.replications, given.seed, runs),
        kept,
    )
    given.out.write_text(page, encoding="utf-8")
    print(f"{given.out}: {sum(finding.inside is False for finding in findings.values())} rows are out")


if __name__ == "__main__":
    main()
