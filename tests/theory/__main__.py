"""``python -m tests.theory [WORKERS [KEPT]]``: simulates every case and rewrites ``docs/validity/theory.csv``.

With a file KEPT an interrupted run goes on where it was: it holds what has been found so far. Delete it
when the engine changes. With 0 WORKERS nothing is simulated: the record says what is kept, and of the rest "not run".
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from pathlib import Path

from .cases import LEAST, MOST, PILOT, Case, all_cases
from .judge import SHARE, Estimate, Verdict, together

RECORD = Path(__file__).parents[2] / "docs" / "validity" / "theory.csv"
HEADER = (
    "case", "quantity", "known", "simulated", "half_width", "replications", "p_value", "agrees", "scenario", "source"
)  # fmt: skip


def simulate(cases: Sequence[Case], workers: int | None = None, kept: Path | None = None) -> list[Verdict]:
    """All verdicts, judged together; the longest cases come first, so that the workers end together."""
    known = _read(kept)
    if workers == 0:
        return together([v for case in cases if (had := known.get(_key(case))) for v in _judged(case, had)])
    numbers = sorted(range(len(cases)), key=lambda number: -cases[number].customers)
    names = [(cases[number].name, known.get(_key(cases[number]))) for number in numbers]
    found: dict[int, list[Verdict]] = {}
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        for number, verdicts in zip(numbers, pool.map(_simulate, names), strict=True):
            found[number] = verdicts
            for v in verdicts:
                narrow = "" if v.narrow else f"  WIDE by {v.estimate.half_width / v.limit:.2f}"
                told = f"{v.estimate.mean:.5g} ± {v.estimate.half_width:.2g} (known {v.known:.5g})"
                print(f"{v.case}  {v.quantity}  {told}{narrow}", file=sys.stderr, flush=True)
            if kept is not None and _key(cases[number]) not in known:
                line = [
                    _key(cases[number]),
                    {v.quantity: [*astuple(v.estimate), v.replications] for v in verdicts},
                ]
                with kept.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(line) + "\n")
    return together([verdict for number in range(len(cases)) for verdict in found[number]])


def _simulate(asked: tuple[str, dict[str, list[float]] | None]) -> list[Verdict]:
    """In a worker, which makes its case anew: what reads the figures does not travel."""
    name, known = asked
    case = next(case for case in all_cases() if case.name == name)
    if known is None:
        return case.simulate()
    return _judged(case, known)


def _judged(case: Case, known: dict[str, list[float]]) -> list[Verdict]:
    return [case.verdict(quantity, Estimate(*values), int(number)) for quantity, (*values, number) in known.items()]


def _key(case: Case) -> str:
    asked = [case.name, case.scenario, sorted(case.plain), PILOT, LEAST, MOST, SHARE]
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(kept: Path | None) -> dict[str, dict[str, list[float]]]:
    if kept is None or not kept.exists():
        return {}
    return dict(json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines())


def record(cases: Sequence[Case], verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    """Rows of the file, in the order of the cases; of those that were not run all but the figures.

    ``replications`` are those of both stages; ``p_value`` is before Holm, which makes one judgement of all of them.
    """
    found = {(v.case, v.quantity): v for v in verdicts}
    return [
        {
            "case": case.name, "quantity": quantity, "known": f"{known:g}",
            "simulated": "", "half_width": "", "replications": "", "p_value": "", "agrees": "not run",
            **(_figures(v) if (v := found.get((case.name, quantity))) else {}),
            "scenario": case.path, "source": case.source,
        }
        for case in cases for quantity, (known, _, _) in case.known.items()
    ]  # fmt: skip


def _figures(v: Verdict) -> dict[str, str]:
    return {
        "simulated": f"{v.estimate.mean:.5g}",
        "half_width": f"{v.estimate.half_width:.2g}",
        "replications": str(v.replications),
        "p_value": "" if v.rare else f"{v.estimate.p_value:.3g}",
        "agrees": "yes" if v.agrees else "no" if v.narrow else "too wide to tell",
    }


def main() -> int:
    """Exit code 1 where a case does not agree."""
    cases = all_cases()
    workers, kept = (*sys.argv[1:], None, None)[:2]
    verdicts = simulate(cases, int(workers) if workers else None, Path(kept) if kept else None)
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    with RECORD.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(record(cases, verdicts))
    apart = [verdict for verdict in verdicts if not verdict.agrees]
    print(f"{len(cases)} cases, {len(verdicts)} quantities, {len(apart)} do not agree", file=sys.stderr)
    for v in apart:
        why = f"p {v.adjusted_p:.2g}" if v.narrow else f"half-width {v.estimate.half_width:.2g} of {v.limit:.2g}"
        print(f"  {v.case} {v.quantity}: {v.estimate.mean:.5g}, known {v.known:.5g}, {why}", file=sys.stderr)
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
