"""What loop detail of two lines does to the whole corridor in 2027: writes loops_effect.csv beside this file.

    python docs/validity/loops_effect.py [REPLICATIONS]

The baseline against itself with `loops/altynkol_zhetygen`, with `loops/kyzylzhar_saksaulskaya`, and with both, paired
on the same storms. Deterministic by its seed; five replications take about half an hour of one core, and what is kept
in `results/` is not run again.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import corridorsim as cs

TARGET = Path(__file__).with_suffix(".csv")
HEADER = ("with", "demand", "before_mt", "after_mt", "difference_mt", "low_mt", "high_mt", "p_holm", "replications")
ALTYNKOL, KYZYLZHAR = "loops/altynkol_zhetygen", "loops/kyzylzhar_saksaulskaya"
BESIDE = {ALTYNKOL: [ALTYNKOL], KYZYLZHAR: [KYZYLZHAR], "both": [ALTYNKOL, KYZYLZHAR]}
SEED, REPLICATIONS = 1, 5


def main(replications: int = REPLICATIONS) -> None:
    """Run what is not kept, compare, and write the record."""
    baseline = cs.load("baseline", with_layers=["horizon/2027"])
    others = [cs.load("baseline", with_layers=["horizon/2027", *layers], name=name) for name, layers in BESIDE.items()]
    table = cs.compare(baseline, *others, replications=replications, seed=SEED).table
    rows = table.query("year == 2027 and perimeter == 'C' and measure == 'delivered_mt'")
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for row in rows.itertuples():
            figures = (row.before, row.after, row.difference, row.low, row.high, row.p_holm)
            writer.writerow([row.scenario, row.demand, *(f"{figure:.3f}" for figure in figures), row.pairs])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
