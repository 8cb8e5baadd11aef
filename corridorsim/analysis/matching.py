"""History matching: of many draws of the uncertain inputs, keep those under which the model agrees with what was seen.

Ranges of inputs are not independent: many a corner of them would have shown in a year that is known. Draws fill the
space evenly, each is run, and kept where every observation is met within its stated tolerance; what is left stands for
the inputs together. Craig et al., in: Case Studies in Bayesian Statistics III (1997), 37-93, keep by implausibility;
here the tolerance of a row, its ``rule``, is the whole criterion, so that anyone can repeat the decision by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from .calibration import Finding, Row, judge_row
from .emulator import Emulator, fit
from .statistics import holm


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: level of each group, what the rows gave, and which of them are missed (all met: it is kept)."""

    number: int
    levels: Mapping[str, float]
    findings: Mapping[str, Finding]
    misses: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether the model agrees with every row."""
        return not self.misses


def judged(number: int, levels: Mapping[str, float], rows: Sequence[Row], runs: Sequence[Mapping[str, Any]]) -> Draw:
    """A draw with its runs (row id -> figures, one a replication) held against the rows.

    A row that nothing in the runs answers is missed.
    """
    findings = {row.id: judge_row(row, runs) for row in rows}
    return Draw(number, levels, findings, tuple(row.id for row in rows if not findings[row.id].inside))


def widened(row: Row, factor: float) -> Row:
    """A row with its relative tolerance times ``factor``; a schedule has none."""
    return row if row.rule == "schedule" or factor == 1 else replace(row, rule=f"{float(row.rule) * factor:g}")


@dataclass(frozen=True)
class Sieve:
    """Tells which levels are worth a run, by emulators of every figure that a row is judged by."""

    rows: tuple[Row, ...]
    emulators: Mapping[tuple[str, str], Emulator]

    def passes(self, levels: Mapping[str, float]) -> bool:
        """Whether no row is missed by more than one standard error of its emulator."""
        return all(self._may_meet(row, levels) for row in self.rows)

    def _may_meet(self, row: Row, levels: Mapping[str, float]) -> bool:
        if row.rule == "schedule":
            best, half = (self.emulators.get((row.id, name)) for name in ("p10", "p50"))
            if best is None or half is None:
                return True
            return best.predict(levels) - best.error <= row.value and row.value <= half.predict(levels) + half.error
        emulator = self.emulators.get((row.id, "value"))
        if emulator is None:
            return True
        return abs(emulator.predict(levels) - row.value) <= float(row.rule) * row.value + emulator.error


def sieve(rows: Sequence[Row], draws: Sequence[Draw]) -> Sieve:
    """A sieve fitted to draws that were run. Raises ValueError of fewer than twenty."""
    emulators = {}
    for row in rows:
        for name in ("p10", "p50") if row.rule == "schedule" else ("value",):
            known = [draw for draw in draws if name in draw.findings[row.id].figures]
            values = [draw.findings[row.id].figures[name].mean for draw in known]
            if len(known) == len(draws):
                emulators[row.id, name] = fit([draw.levels for draw in known], values)
    return Sieve(tuple(rows), emulators)


@dataclass(frozen=True, slots=True)
class RowPower:
    """What an observation decides: share of the draws that meet it, and that it alone rejects; spread of its figure."""

    row: Row
    met: float
    alone: int
    low: float | None  #: least and greatest figure over all draws
    high: float | None


def row_powers(rows: Sequence[Row], draws: Sequence[Draw]) -> list[RowPower]:
    """In the order of the rows."""
    found = []
    for row in rows:
        figures = [draw.findings[row.id].figures for draw in draws]
        values = [figure["value"].mean for figure in figures if "value" in figure]
        met = sum(row.id not in draw.misses for draw in draws) / len(draws)
        alone = sum(draw.misses == (row.id,) for draw in draws)
        found.append(RowPower(row, met, alone, min(values, default=None), max(values, default=None)))
    return found


@dataclass(frozen=True, slots=True)
class GroupInCommon:
    """Levels of one group in the kept draws: mean and middle 80 %.

    ``p_holm``: of being drawn like all levels, uniformly; Kolmogorov-Smirnov, corrected for the number of groups.
    """

    group: str
    mean: float
    p10: float
    p90: float
    p_holm: float | None


@dataclass(frozen=True, slots=True)
class PairInCommon:
    """Two groups whose levels go together among the kept draws: rank correlation, corrected for the number of pairs."""

    first: str
    second: str
    correlation: float
    p_holm: float | None


def groups_in_common(draws: Sequence[Draw]) -> list[GroupInCommon]:
    """What the kept draws have in common, group by group, the most telling first; nothing where none is kept."""
    kept = [draw for draw in draws if draw.kept]
    if not kept:
        return []
    from scipy.stats import kstest

    found = []
    p_values: list[float | None] = []
    for group in kept[0].levels:
        levels = np.asarray([draw.levels[group] for draw in kept])
        p10, p90 = (float(value) for value in np.quantile(levels, (0.1, 0.9)))
        found.append((group, float(levels.mean()), p10, p90))
        p_values.append(float(kstest(levels, "uniform").pvalue))
    adjusted = holm(p_values)
    made = [GroupInCommon(*known, p) for known, p in zip(found, adjusted, strict=True)]
    return sorted(made, key=lambda one: (one.p_holm or 0.0, -abs(one.mean - 0.5)))


def pairs_in_common(draws: Sequence[Draw], least: int = 10) -> list[PairInCommon]:
    """Pairs of groups that the observations tie to each other, the strongest first; none of fewer than ``least``."""
    kept = [draw for draw in draws if draw.kept]
    if len(kept) < least:
        return []
    from scipy.stats import spearmanr

    pairs = list(combinations(kept[0].levels, 2))
    tests = [
        spearmanr([draw.levels[first] for draw in kept], [draw.levels[second] for draw in kept])
        for first, second in pairs
    ]
    adjusted = holm([float(test.pvalue) for test in tests])
    made = [
        PairInCommon(first, second, float(test.statistic), p)
        for (first, second), test, p in zip(pairs, tests, adjusted, strict=True)
    ]
    return sorted(made, key=lambda pair: -abs(pair.correlation))
