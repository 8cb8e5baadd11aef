"""A comparison on the terminal: what was changed, then what it did. Prints figures, computes none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..analysis.comparison import Row
from ..analysis.estimates import TargetResult
from ..analysis.statistics import Interval
from .effective import InputChange
from .page import MOST, Closing, title_line
from .text import bounds, cut, number, p_value, percent, table, whole

if TYPE_CHECKING:
    from .comparison import Comparison
    from .result import Result

NAME = 26  #: letters of a scenario's name, line by line
#: input differences that the page shows of each scenario; the files hold all
MOST_INPUTS = 12


def comparison_page(comparison: Comparison, perimeter: str) -> str:
    """Two scenarios in full; several line by line against the first, by what they deliver."""
    first, others = comparison.first, comparison.others
    pairs = min(row.difference.pairs for row in comparison.rows)
    names = ", ".join(other.name for other in others) if len(others) < 3 else f"{len(others)} scenarios"
    lines = [title_line(f"{first.name} -> {names}", first.summary)]
    lines += [f"after less before on the same storms, paired over {pairs} replication{'' if pairs == 1 else 's'}", ""]
    rows = [row for row in comparison.rows if row.perimeter == perimeter]
    if len(others) == 1:
        lines += _inputs(comparison.input_changes[others[0].name])
        for demand in ("as_given", "saturating"):
            lines += _in_full([row for row in rows if row.demand == demand], demand)
    else:
        lines += _line_by_line(comparison, rows, perimeter)
        for other in others:
            lines += ["", f"{other.name}: {other.summary.title}", *_inputs(comparison.input_changes[other.name], MOST)]
    lines += _warnings(rows)
    files = [f"{comparison.folder}/"] if comparison.folder else []
    lines += Closing(files, comparison.command).lines()
    return "\n".join(lines)


def _inputs(changes: Sequence[InputChange], most: int = MOST_INPUTS) -> list[str]:
    if not changes:
        return ["no input differs: both scenarios are the same to the engine"]
    rows = [
        [
            cut(change.path, 52), cut(change.before or "-", 22), cut(change.after or "-", 22), change.unit,
            cut(change.source_ids, 20), change.set_by,
        ]
        for change in changes[:most]
    ]  # fmt: skip
    more = [f"  ... and {len(changes) - most} more (inputs.csv)"] if len(changes) > most else []
    return [*table(["input", "before", "after", "", "source", "set by"], rows, left=6), *more]


def _in_full(rows: Sequence[Row], demand: str) -> list[str]:
    if not rows:
        return []
    cells = []
    for row in rows:
        shown = _format(row.measure)
        change = row.difference.interval
        cells.append(
            [
                str(row.year), row.perimeter, _words(row.measure), shown(row.before.mean), shown(row.after.mean),
                shown(change.mean), _bounds(change, row.measure), p_value(row.difference.p_value), _correlation(row),
            ]
        )  # fmt: skip
    header = ["year", "", "measure", "before", "after", "difference", "95 %", "p", "correlation"]
    heading = "with the demand as given" if demand == "as_given" else "with saturating demand (the capacity question)"
    notes = {"const": "one side does not vary", "few": "fewer than three pairs"}
    told = [f"  correlation {word}: {notes[word]}" for word in notes if any(line[-1] == word for line in cells)]
    return ["", heading, *table(header, cells, left=3), *told]


def _line_by_line(comparison: Comparison, rows: Sequence[Row], perimeter: str) -> list[str]:
    year = comparison.first.summary.headline_year
    found = {(row.scenario, row.demand): row for row in rows if row.year == year and row.measure == "delivered_mt"}
    header = [
        "",
        f"delivered {year}, Mt",
        "difference",
        "p",
        "r",
        "capacity",
        "difference",
        "p",
        "r",
        *_QUESTIONS,
    ]
    cells = []
    results = (comparison.first, *comparison.others)
    shared = shared_layers([result.name for result in results])
    for result in results:
        line = [cut(result.name.removesuffix(shared), NAME)]
        for demand in ("as_given", "saturating"):
            tables = result if demand == "as_given" else result.saturating
            row = found.get((result.name, demand))
            case = result.summary if demand == "as_given" else result.summary.saturating
            if tables is None or case is None or year not in case.years:
                line += ["-"] * 4
                continue
            delivered = case.years[year].delivered_mt[perimeter]  # type: ignore[index]
            value = number(delivered.mean)
            if demand == "as_given":
                value = f"{value} {bounds(delivered.low, delivered.high)}".rstrip()
            if row is None:
                line += [value, "", "", ""]
                continue
            change = row.difference.interval
            line += [
                value,
                f"{change.mean:+.2f} {_signed(change)}".rstrip(),
                p_value(row.difference.adjusted_p),
                _correlation(row),
            ]
        line += ["-" if target is None else f"{target.probability:.2f}" for target in _asked(result)]
        cells.append(line)
    notes = ["p: of no difference, corrected for the number of scenarios (Holm); r: correlation that pairing achieved"]
    notes += [
        f"{question} {target.name}: P of it (asked {target.required_probability:.2f})"
        for question, target in zip(_QUESTIONS, _asked(comparison.first), strict=True)
        if target is not None
    ]
    notes += [f"all of them with {shared[1:]}"] if shared else []
    return [*table(header, cells, indent=0), *notes]


def shared_layers(names: Sequence[str]) -> str:
    """``+layer+...`` at the end of every name, which need not stand in each line."""
    parts = [name.split("+")[1:] for name in names]
    count = 0
    while all(len(part) > count for part in parts) and len({part[-1 - count] for part in parts}) == 1:
        count += 1
    return "".join(f"+{part}" for part in parts[0][len(parts[0]) - count :])


#: a column each, of how often a target is met
_QUESTIONS = ("carried?", "10 Mt?")


def _asked(result: Result) -> list[TargetResult | None]:
    """The first target of the volume question, and of the capacity question."""
    targets = result.summary.targets
    return [next((t for t in targets if t.demand == demand), None) for demand in ("as_given", "saturating")]


def _signed(interval: Interval) -> str:
    return "" if interval.low is None or interval.high is None else f"[{interval.low:.2f}, {interval.high:.2f}]"


def _warnings(rows: Sequence[Row]) -> list[str]:
    """Where the common random numbers did not help: the bottleneck itself may have moved."""
    poor = [row for row in rows if row.measure == "delivered_mt" and row.gained_nothing]
    if not poor:
        return []
    shown = [f"{row.scenario} {row.year}{', saturating' if row.demand == 'saturating' else ''}" for row in poor[:MOST]]
    more = f" and {len(poor) - MOST} more" if len(poor) > MOST else ""
    return [
        "",
        f"pairing gained next to nothing for delivered Mt of {'; '.join(shown)}{more}:",
        "the intervals are about as wide as those of separate runs, since what holds the corridor back is not the same",
    ]


def _format(measure: str) -> Callable[[float], str]:
    if measure.endswith("_mt"):
        return number
    return percent if measure.endswith("_share") else whole


def _bounds(interval: Interval, measure: str) -> str:
    low, high = interval.low, interval.high
    if low is None or high is None:
        return ""
    if measure.endswith("_mt") and max(abs(low), abs(high)) >= 0.1:
        return f"[{low:.2f}, {high:.2f}]"
    shown = _format(measure)
    return f"[{shown(low)}, {shown(high)}]"


def _correlation(row: Row) -> str:
    if row.difference.correlation is not None:
        return f"{row.difference.correlation:.2f}"
    return "few" if row.difference.pairs < 3 else "const"


def _words(measure: str) -> str:
    words = {"delivered_share": "delivered of offered", "teu": "TEU"}
    return words.get(measure, measure.replace("_mt", ", Mt").replace("_", " "))
