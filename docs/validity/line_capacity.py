"""Declared capacity of lines against what comes out of their loops: writes line_capacity.csv beside this file.

    python docs/validity/line_capacity.py

Deterministic by its seed; a minute or two of one core.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from corridorsim.analysis.capacity import pairs as pairs_of
from corridorsim.analysis.capacity import reduce_line, sections
from corridorsim.analysis.line_formulas import FILL
from corridorsim.engine import try_line
from corridorsim.studies.line_asked import Asked, chosen_line, works_asked

TARGET = Path(__file__).with_suffix(".csv")
HEADER = ("segment", "layer", "declared_pairs", "declared_source", "computed_pairs", "difference", "why")
SEED, REPLICATIONS, DAYS = 1, 3, 20
SINGLE, PLANNED = "2024-07-01", "2027-12-31"
#: five loops in the five longest blocks, eight longer loops, 32 km of second track: where is not published
LOOPS = "loop@67.65+loop@99.65+loop@125.65+loop@152.4+loop@199.1"
LONGER = "+".join(
    f"longer:{name}=1050"
    for name in ("kerimagash", "aydarly", "taskarasu", "sharyn", "ortakudyk", "nurly", "zhinishkesu", "zharsu")
)
FASTER, WORKS = "segments.altynkol-zhetygen.freight_speed_kmh=63", "baq-altynkol; railnews-22484"
IN_ONE = f"{LOOPS}+{LONGER}+double:214.3-246.3"
BESIDE_LOOPS = f"{LOOPS}+{LONGER}+double:43.7-48.3+double:63.1-72.2+double:231-240.1+double:271.2-280.4"


class Row(NamedTuple):
    """One line to be compared. ``add``: track laid on it; ``sets``: settings; ``why``: what the difference comes from,
    with {limit} for the usual share of what was computed and {critical} for the section that decides."""

    segment: str
    layer: str
    on: str
    declared: float
    source: str
    why: str
    add: str = ""
    sets: tuple[str, ...] = ()


ROWS = (
    Row(
        "dostyk..moyynty", "loops/dostyk_moyynty", SINGLE, 12, "trend-3918318; CAP-KZ-1",
        "Computed is what the line can do with every loop in use, no hours for works and no reserve; {limit} at the "
        "usual fill. {critical} decides.",
    ),
    Row(
        "dostyk..moyynty", "loops/dostyk_moyynty", PLANNED, 60, "menafn-1110456790; CAP-KZ-1",
        "Two tracks, but a train of each direction at a time from station to station: {critical} decides. 60 pairs are "
        "a train every 24 minutes, which takes signals between the stations.",
    ),
    Row(
        "dostyk..moyynty", "loops/dostyk_moyynty, headway 24 min", PLANNED, 60, "menafn-1110456790; CAP-KZ-1",
        "With a headway of 24 minutes (automatic block): what is missing is lost behind slower trains, since speeds "
        "differ by up to 5 %.",
        sets=tuple(f"segments.{name}.headway_min=24" for name in
                   ("dostyk-beskol", "beskol-aktogay", "aktogay-balkhash", "balkhash-moyynty")),
    ),
    Row(
        "altynkol-zhetygen", "loops/altynkol_zhetygen", SINGLE, 18, "tengri-zhetygen; baq-altynkol",
        "All 14 published places are there. {critical} decides, at a running speed of 55 km/h (47 to 63, by estimate).",
    ),
    Row(
        "altynkol-zhetygen", "loops/altynkol_zhetygen, 63 km/h", SINGLE, 18, "tengri-zhetygen; baq-altynkol",
        "At the upper end of the range of its running speed the declared figure comes out.", sets=(FASTER,),
    ),
    Row(
        "altynkol-zhetygen", "loops/altynkol_zhetygen, 5 loops, 8 longer, 32 km in one stretch", PLANNED, 33, WORKS,
        "Where the works lie is not published: here loops in the five longest blocks, the second track in one stretch. "
        "A block without either decides: {critical}.",
        add=IN_ONE,
    ),
    Row(
        "altynkol-zhetygen", "loops/altynkol_zhetygen, 5 loops, 8 longer, 32 km beside four loops", PLANNED, 33, WORKS,
        "The same kilometres where they shorten the longest blocks that are left; {critical} then decides. Longer "
        "loops take longer trains, not more trains.",
        add=BESIDE_LOOPS,
    ),
    Row(
        "altynkol-zhetygen", "loops/altynkol_zhetygen, the same, 63 km/h", PLANNED, 33, WORKS,
        "The same at the upper end of the range of its running speed.", add=BESIDE_LOOPS, sets=(FASTER,),
    ),
    Row(
        "kyzylzhar..saksaulskaya", "loops/kyzylzhar_saksaulskaya", SINGLE, 8, "kt-2025-08-19; podrobnosty-2015",
        "The map has 17 of some 30 places on the way and none on 96 km: {critical} decides.",
    ),
    Row(
        "kyzylzhar..saksaulskaya", "loops/kyzylzhar_saksaulskaya, a loop in the gap", SINGLE, 8,
        "kt-2025-08-19; podrobnosty-2015",
        "With one loop in the middle of the 96 km, which are hardly without any, {critical} decides.",
        add="loop@545.4",
    ),
)  # fmt: skip


@cache
def line(segment: str, sets: tuple[str, ...]) -> tuple[Any, Any]:
    """The scenario with the layer that belongs to a line, and the line."""
    return chosen_line(segment, "baseline", (), sets)


def computed(row: Row) -> tuple[float, str]:
    """(pairs a day of the saturated line, why)."""
    chosen, on = line(row.segment, row.sets)
    asked = Asked.of(chosen, on, date.fromisoformat(row.on), None, None, 0.0, DAYS)
    variant = asked.variant(row.layer, works_asked([row.add])[row.add] if row.add else ())
    found = []
    for number in range(len(on.segments)):
        trial = asked.trial(variant, 0, segment=number)
        runs = [reduce_line(trial, try_line(trial, seed=SEED, replication=r)) for r in range(REPLICATIONS)]
        share, place = max((run["sections"][n][2], -n) for run in runs[:1] for n in range(len(run["sections"])))
        section = sections(trial)[-place]
        words = f"{section.name} ({section.until_km - section.since_km:.1f} km, {100 * share:.0f} % occupied)"
        found.append((sum(map(pairs_of, runs)) / len(runs), words))
    pairs, critical = min(found)
    return pairs, row.why.format(limit=f"{FILL * pairs:.1f}", critical=critical)


def main() -> None:
    """Write the table."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for row in ROWS:
            pairs, why = computed(row)
            writer.writerow(
                (
                    row.segment,
                    row.layer,
                    f"{row.declared:g}",
                    row.source,
                    f"{pairs:.1f}",
                    f"{pairs - row.declared:+.1f}",
                    why,
                )
            )
            print(f"{row.segment}, {row.layer}: {row.declared:g} declared, {pairs:.1f} computed", file=sys.stderr)


if __name__ == "__main__":
    main()
