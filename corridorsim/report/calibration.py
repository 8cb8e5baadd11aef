"""The page that holds a model against observations, as Markdown. A part of it is written by hand and kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ..analysis.calibration import Finding, Row
from .text import bounds, number, percent, whole

BEGIN, END = "<!-- by hand: kept when the page is made anew -->", "<!-- end of what is written by hand -->"
_UNWRITTEN = "\n## What was changed, and why\n\nNothing is written down yet.\n"


@dataclass(frozen=True, slots=True)
class Made:
    """How the figures came about: the command, and the runs by name with their hash."""

    command: str
    replications: int
    seed: int
    runs: Sequence[tuple[str, str]]


def by_hand(page: str) -> str:
    """What is written by hand in a page that was made before; what may be written where there is nothing.

    Raises ValueError where the page has no such part, so that nobody's text is overwritten.
    """
    if not page:
        return _UNWRITTEN
    _, begin, rest = page.partition(BEGIN)
    kept, end, _ = rest.partition(END)
    if not (begin and end):
        raise ValueError("the page has no part between the marks of what is written by hand")
    return kept


def calibration_page(
    year: int,
    asked: Sequence[Finding],
    others: Sequence[tuple[Row, Finding]],
    unmeasured: Sequence[Row],
    made: Made,
    kept: str,
) -> str:
    """``asked``: rows of the year; ``others``: rows of other times with what the model's year gives in those months."""
    runs = ", ".join(f"`{name}` ({fingerprint[:8]})" for name, fingerprint in made.runs)
    command = f"Made by `{made.command}`: {made.replications} replications, seed {made.seed}, of {runs}."
    observations = [
        (
            _id(finding.row), finding.row.observable, _period(finding.row), finding.row.perimeter,
            _observed(finding.row), _simulated(finding), _verdict(finding), _beside(finding),
        )
        for finding in asked
    ]  # fmt: skip
    compared = [
        (_id(row), row.observable, _period(row), _observed(row), _simulated(finding)) for row, finding in others
    ]
    parts = [
        f"# Consistency with {year}",
        _CAVEAT.format(year=year),
        command,
        _result(asked),
        f"## Observations of {year}",
        _LEGEND,
        _table(("row", "observable", "period", "on", "observed", "simulated", "in or out", "beside it"), observations),
        BEGIN + kept + END,
        "## Observations of other years, for comparison",
        f"Beside each stands what the model gives for the same months of {year}: another year, not a test.",
        _table(("row", "observable", "observed in", "observed", f"simulated in {year}"), compared),
        "## Not measured",
        _table(("row", "observable", "period", "observed", "why"), _grouped(unmeasured)),
        *_notes([finding.row for finding in asked] + [row for row, _ in others]),
    ]
    return "\n\n".join(parts) + "\n"


_CAVEAT = """\
The flows of {year} are themselves observed (`flows_{year}.csv`), so agreement of volumes shows that the network carries
them: consistency, not prediction. No observed outcome is put in as an input. A miss is said as a miss."""
_LEGEND = """\
Simulated: mean and 95 % interval of the mean. In brackets the rule: a share of the observed value; *schedule*, an
official schedule that lies between the mean p10 and the mean p50 of the simulated lots; *range*, the observation's own
range. Where there is none, the difference. A row with a star has a note under *How it was measured*."""


def _result(asked: Sequence[Finding]) -> str:
    judged = [finding for finding in asked if finding.inside is not None]
    missed = [finding.row.id for finding in judged if not finding.inside]
    counts = []
    for ruled in (True, False):
        group = [finding for finding in judged if bool(finding.row.rule) == ruled]
        counts.append(f"{sum(bool(finding.inside) for finding in group)} of {len(group)}")
    return (
        f"**{counts[0]} rows with a rule of this project are in**, {counts[1]} of those that have only their own\n"
        f"range. Out: {', '.join(missed) or 'none'}."
    )


def _grouped(unmeasured: Sequence[Row]) -> list[tuple[str, ...]]:
    """One line for all rows of an observable."""
    alike: dict[str, list[Row]] = {}
    for row in unmeasured:
        alike.setdefault(row.observable, []).append(row)
    return [
        (
            ", ".join(row.id for row in rows), name, ", ".join(_period(row) for row in rows),
            ", ".join(_observed(row) for row in rows), rows[0].how.note,
        )
        for name, rows in alike.items()
    ]  # fmt: skip


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "None."
    lines = [header, ["---"] * len(header), *([cell.replace("|", "/") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _notes(rows: Sequence[Row]) -> list[str]:
    """What a measure does not say by itself."""
    told = {row.observable: row.how.note for row in rows if row.how.note}
    return ["## How it was measured", "\n".join(f"- {name}: {note}." for name, note in told.items())] if told else []


def _id(row: Row) -> str:
    return f"{row.id} \\*" if row.how.note else row.id


def _figure(value: float, unit: str) -> str:
    if unit == "share":
        return percent(value)
    return whole(value) if unit in ("TEU", "trains", "wagons", "t", "vessel calls") else number(value)


def _observed(row: Row) -> str:
    unit = "" if row.unit == "share" else f" {row.unit}"
    text = f"{_as_given(row.value, row.unit)}{unit}"
    if row.low is None or row.high is None or row.low == row.high:
        return text
    return f"{text} ({_as_given(row.low, row.unit)} to {_as_given(row.high, row.unit)})"


def _as_given(value: float, unit: str) -> str:
    return f"{value:.0%}".replace("%", " %") if unit == "share" else f"{value:,.7g}"


def _simulated(finding: Finding) -> str:
    found = finding.figures.get("value")
    if found is None:
        return "nothing arrived"
    text = _figure(found.mean, finding.row.unit)
    if found.low is None or found.high is None:
        return text
    if finding.row.unit == "share" or _figure(1234.0, finding.row.unit) == whole(1234.0):
        return f"{text} [{_figure(found.low, finding.row.unit)}, {_figure(found.high, finding.row.unit)}]"
    return f"{text} {bounds(found.low, found.high)}"


def _verdict(finding: Finding) -> str:
    row = finding.row
    if "value" not in finding.figures:
        return ""
    difference = finding.figures["value"].mean - row.value
    if finding.inside is None:
        return f"{difference / row.value:+.1%}".replace("%", " %") if row.value else ""
    rule = (
        "schedule" if row.rule == "schedule" else f"±{float(row.rule):.0%}".replace("%", " %") if row.rule else "range"
    )
    return f"{'in' if finding.inside else '**out**'} ({rule})"


def _beside(finding: Finding) -> str:
    said = []
    for name, interval in finding.figures.items():
        if name == "refused_share":
            said.append(f"refused {percent(interval.mean)}")
        elif name in ("p10", "p50"):
            said.append(f"{name} {number(interval.mean)}")
        elif name == "with_cargo":
            said.append(f"with cargo {number(interval.mean)}")
        elif name == "ship_days_without_cargo":
            said.append(f"ships waited {number(interval.mean)} days for cargo")
    return ", ".join(said)


def _period(row: Row) -> str:
    whole_year = (row.start.month, row.start.day, row.end.month, row.end.day) == (1, 1, 12, 31)
    if whole_year and row.start.year == row.end.year:
        return str(row.start.year)
    last = row.end + dt.timedelta(days=1)
    if row.start.day == 1 and last.day == 1:
        first, until = f"{row.start:%Y-%m}", f"{row.end:%Y-%m}"
        return first if first == until else f"{first} to {until}"
    return f"{row.start} to {row.end}"
