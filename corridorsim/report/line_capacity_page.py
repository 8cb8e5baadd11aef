"""The capacity of a line on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.line_formulas import FILL
from ..analysis.statistics import Difference, Interval
from .chart import Series, chart
from .page import Closing
from .text import counted, cut, table

if TYPE_CHECKING:
    from .line_capacity import LineCapacity

CHART_WIDTH, CHART_HEIGHT = 76, 12
NAME = 44  #: letters of a section or candidate
#: an occupation that is shown as more than 100 %
BEYOND = 1.005
ABOVE_ALL = "above 100 %: who is on a section when the line closes, or the days end, still clears it and counts whole"


def line_capacity_page(made: LineCapacity) -> str:
    """Pairs and the critical section, delay against volume, sections, what more track brings."""
    failed = f", {len(made.failures)} RUNS FAILED" if made.failures else ""
    what = f"{counted(len(made.replications), 'replication')}{failed} · seed {made.seed} · corridorsim {made.version}"
    lines = [f"capacity of {made.line} in {made.name} · {what}", *_what(made), "", *_answer(made)]
    lines += ["", "delay against volume (hours beyond what a train takes alone; wait before the line included)"]
    lines += _curve(made)
    lines += ["", f"sections: occupied when saturated and at {made.compared:g} trains a day, in the manner of UIC 406"]
    lines += _sections(made)
    if made.gains:
        lines += ["", f"what more track would bring, each by itself; delays at {made.compared:g} trains a day"]
        lines += _gains(made)
    files = [f"{made.folder}/"] if made.folder else []
    return "\n".join([*lines, *Closing(files, made.command).lines()])


def _what(made: LineCapacity) -> list[str]:
    trial, last = made.trial, made.sections[-1]
    loops = [
        place.usable_m
        for plan in trial.segments
        for place in (plan.line.places if plan.line else ())
        if place.tracks.values[0] >= 2
    ]
    double = sum(section.until_km - section.since_km for section in made.sections if section.double)
    line = f"{made.stations[0]} to {made.stations[-1]}, {last.until_km:.0f} km, {counted(len(loops), 'loop')}, "
    line += f"{double:.0f} km of second track, as on {made.day}; first to go: {trial.rules.precedence}"
    kinds = [
        f"{_percent(kind.share)} {kind.id} trains of {kind.length_m:.0f} m"
        + (f" at {kind.speed_ms * 3.6:.0f} km/h" if kind.speed_ms else " at the speed of the line")
        for kind in trial.kinds
    ]
    closed = f", closed {trial.window_s / 3600:g} h a day" if trial.window_s else ""
    lines = [line, f"{', '.join(kinds)}, +- {_percent(trial.spread)}; {counted(trial.days, 'day')}{closed}"]
    length_m = max(kind.length_m for kind in trial.kinds)
    fitting = sum(usable_m >= length_m for usable_m in loops)
    if loops and not fitting:
        where = "at the ends of a segment and on second track" if double else "at the ends of a segment"
        lines.append(f"no loop takes a train of {length_m:,.0f} m: they meet only {where}, and no formula holds")
    elif fitting < len(loops):
        lines.append(f"{fitting} of {len(loops)} loops take a train of {length_m:,.0f} m")
    return lines


def _answer(made: LineCapacity) -> list[str]:
    section, share = made.critical
    where = f"{section.name}, km {section.since_km:.1f} to {section.until_km:.1f}"
    usual = f"{_percent(FILL)} of it, as is usually planned, are {FILL * made.capacity.mean:.1f}"
    lines = [
        f"capacity  {_bounded(made.capacity)} pairs a day; {usual}; declared {made.declared:g}",
        f"critical  {where}: {_percent(share)} occupied; by its formula {section.formula_pairs:.1f} pairs",
    ]
    if len(made.segment_pairs) > 1:
        each = [f"{name} {sum(pairs) / len(pairs):.1f}" for name, pairs in made.segment_pairs.items()]
        lines.append(f"by segment  {', '.join(each)}")
    return lines


def _curve(made: LineCapacity) -> list[str]:
    rows = [
        [f"{point.trains_per_day:g}", _percent(point.share), _bounded(point.mean_h, 2), _bounded(point.p90_h, 2),
         "" if point.settled else "the queue grows"]
        for point in made.volumes
    ]  # fmt: skip
    shown = table(["trains a day", "of capacity", "mean, h", "90 of 100 below, h", ""], rows, left=0)
    if made.too_few:
        some = ", ".join(f"{number:g}" for number in made.too_few)
        shown.append(f"left out: {some} trains a day; in some replication none came out: more --days")
    series = [
        Series("m", [(point.trains_per_day, point.mean_h.mean) for point in made.volumes]),
        Series("p", [(point.trains_per_day, point.p90_h.mean) for point in made.volumes]),
    ]
    drawn = chart(series, width=CHART_WIDTH, height=CHART_HEIGHT, x_name="trains a day", y_name="hours")
    return [*shown, "", "m mean, p 90 of 100 below; * both", *drawn]


def _sections(made: LineCapacity) -> list[str]:
    rows = [
        [
            cut(section.name, NAME),
            f"{section.since_km:.1f} - {section.until_km:.1f}",
            f"{section.until_km - section.since_km:.1f}",
            "2" if section.double else "1",
            f"{section.running_s / 60:.0f}",
            f"{section.formula_pairs:.1f}",
            _percent(full[2]),
            _percent(compared[2]),
        ]
        for section, full, compared in zip(made.sections, made.saturated, made.occupied[made.compared], strict=True)
    ]
    header = ["section", "km", "long", "tracks", "min", "formula pairs", "saturated", f"at {made.compared:g}"]
    beyond = any(row[2] >= BEYOND for row in (*made.saturated, *made.occupied[made.compared]))
    return [*table(header, rows), *([ABOVE_ALL] if beyond else [])]


def _gains(made: LineCapacity) -> list[str]:
    rows = [
        [
            cut(each.candidate, NAME),
            f"{each.pairs.mean:.1f}",
            _signed(each.gain, 1),
            "-" if each.delay_h is None else f"{each.delay_h.mean:.2f}",
            _signed(each.delay_change, 2),
        ]
        for each in made.gains
    ]
    return table(["candidate", "pairs", "gain", "mean delay, h", "change"], rows)


def _bounded(interval: Interval, digits: int = 1) -> str:
    shown = f"{interval.mean:.{digits}f}"
    if interval.low is None or interval.high is None:
        return shown
    return f"{shown} [{interval.low:.{digits}f}, {interval.high:.{digits}f}]"


def _signed(difference: Difference | None, digits: int) -> str:
    if difference is None:
        return "-"
    values: Sequence[float | None] = (difference.interval.mean, difference.interval.low, difference.interval.high)
    mean, low, high = ("" if value is None else f"{value:+.{digits}f}" for value in values)
    return f"{mean} [{low}, {high}]" if low else mean


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
