"""The curve of locomotives on the terminal: tonnes, what each ten bring, where it goes flat, a chart in letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.curve import Flat, Line
from ..analysis.statistics import Interval
from ..experiment.contracts import Service
from .chart import Series, chart
from .page import Closing
from .text import bounds, counted, cut, number, table

if TYPE_CHECKING:
    from .curve import Curve

DEMANDS = {"as_given": "with the demand as given", "saturating": "of capacity (saturating demand)"}
ALLOCATIONS = {"fixed": "fixed", "proportional": "proportional", "on_demand": "on demand"}
NAME = 18  #: letters of a state's name
CHART_WIDTH, CHART_HEIGHT = 76, 14


def curve_page(curve: Curve) -> str:
    """The contract, then for each demand: tonnes, gains of each ten, where it is flat, the chart."""
    runs = len(curve.replications)
    failed = f", {len(curve.failures)} RUNS FAILED" if curve.failures else ""
    points = len(curve.lines) * len(curve.units)
    what = f"{points} points x {counted(runs, 'replication')}{failed}"
    lines = [f"locomotives in {curve.name} · {what} · seed {curve.seed} · corridorsim {curve.version}", curve.title]
    lines += ["", *_contract(curve)]
    if curve.draws:
        lines.append(f"every replication draws its inputs, the same for all points ({curve.draws})")
    for demand in dict.fromkeys(line.demand for line in curve.lines):
        lines += _demand(curve, [line for line in curve.lines if line.demand == demand], demand)
    lines += ["", *_how(curve)]
    lines += Closing([f"{curve.folder}/"] if curve.folder else [], curve.command).lines()
    return "\n".join(lines)


def _contract(curve: Curve) -> list[str]:
    made, year = curve.contract, curve.year
    lines = [
        f"{made.title}, {made.first_year} to {made.last_year}, {made.ordered} in all",
        f"if every one comes to the corridor, {_service(made.all_here, year)}",
    ]
    if made.by_share != made.all_here:
        lines.append(f"by the share of {made.share:.4g} that the scenario has, {_service(made.by_share, year)}")
    return lines


def _service(service: Service, year: int) -> str:
    return f"{service.end:.0f} can be in service at the end of {year}, {service.mean:.1f} in the mean of the year"


def _demand(curve: Curve, lines: Sequence[Line], demand: str) -> list[str]:
    heads = [f"{cut(line.state, NAME)}, {ALLOCATIONS[line.allocation]}" for line in lines]
    if len({line.allocation for line in lines}) == 1:
        heads = [cut(line.state, NAME) for line in lines]
    found = ["", f"Mt in {curve.year} on {curve.perimeter} {DEMANDS[demand]}"]
    points = [[str(units), *(_estimate(line.mean(units)) for line in lines)] for units in curve.units]
    found += _blocks(["units", *heads], points)
    found += ["", "what each further ten bring, thousand tonnes"]
    steps = zip(*(line.steps() for line in lines), strict=True)
    rows = [[f"{row[0].low} to {row[0].high}", *(_thousand(step.per_ten) for step in row)] for row in steps]
    found += _blocks(["units", *heads], rows)
    found += ["", *_flat(curve, lines, heads)]
    return [*found, "", *_chart(curve, lines)]


def _blocks(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table, in two where it is too wide for a page."""
    whole = table(header, rows)
    if max(map(len, whole)) <= 128 or len(header) < 4:
        return whole
    middle = (len(header) + 1) // 2
    parts = [[0, *range(1, middle)], [0, *range(middle, len(header))]]
    left, right = (table([header[i] for i in part], [[row[i] for i in part] for row in rows]) for part in parts)
    return [*left, "", *right]


def _flat(curve: Curve, lines: Sequence[Line], heads: Sequence[str]) -> list[str]:
    mean, last = curve.contract.all_here.mean, curve.units[-1]
    rows = [
        [
            head,
            _signed(line.gain_of(mean)),
            _signed(line.gain(curve.units[0], last).interval),
            _from(curve.flat(line), curve),
        ]
        for head, line in zip(heads, lines, strict=True)
    ]
    header = ["Mt that", f"{mean:.1f} bring", f"{curve.units[0]} to {last} bring", "further ones no longer matter"]
    return table(header, rows, left=4)


def _from(flat: Flat, curve: Curve) -> str:
    if flat.units is None:
        return f"up to {curve.units[-1]} they do" if len(curve.replications) > 1 else "one replication cannot tell"
    known = "at most" if flat.shown else "none to be seen, it may be up to"
    return f"from {flat.units} on ({known} {number(max(flat.most or 0.0, 0.0))} Mt more)"


def _chart(curve: Curve, lines: Sequence[Line]) -> list[str]:
    states = list(dict.fromkeys(line.state for line in lines))
    allocations = list(dict.fromkeys(line.allocation for line in lines))
    series = []
    for line in lines:
        letter = "abcdefghij"[states.index(line.state) % 10]
        mark = letter.upper() if line.allocation != allocations[0] else letter
        series.append(Series(mark, [(units, line.mean(units).mean) for units in line.units]))
    legend = ", ".join(f"{'abcdefghij'[place % 10]} {state}" for place, state in enumerate(states))
    others = ", ".join(ALLOCATIONS[each] for each in allocations[1:])
    case = f" ({ALLOCATIONS[allocations[0]]}; capitals: {others})" if others else ""
    end = curve.contract.all_here.end
    seen = f"; | the {end:.0f} that can be there at the end of {curve.year}" if end <= curve.units[-1] else ""
    return [
        f"{legend}{case}; * several{seen}",
        *chart(series, width=CHART_WIDTH, height=CHART_HEIGHT, upright=end, x_name="units", y_name="Mt"),
    ]


def _how(curve: Curve) -> list[str]:
    layers = [f"  {name}: {', '.join(each) or 'the scenario as it is'}" for name, each in curve.states.items()]
    return [
        "every point on the same storms, gains paired by replication; each interval is 95 % by itself",
        f"units: new locomotives of the contract, all on the corridor from 1 January {curve.year} on; they matter",
        f"  where they bring {curve.least:g} Mt or more and the interval lies above 0; between points: straight lines",
        "states of the rest:",
        *layers,
    ]


def _estimate(interval: Interval) -> str:
    return f"{number(interval.mean)} {bounds(interval.low, interval.high)}".rstrip()


def _thousand(interval: Interval) -> str:
    mean, low, high = (None if each is None else each * 1000 for each in (interval.mean, interval.low, interval.high))
    shown = f"{mean:+.0f}"
    return shown if low is None or high is None else f"{shown} [{low:+.0f}, {high:+.0f}]"


def _signed(interval: Interval | None) -> str:
    if interval is None:
        return "-"
    shown = f"{interval.mean:+.2f}"
    low, high = interval.low, interval.high
    return shown if low is None or high is None else f"{shown} [{low:+.2f}, {high:+.2f}]"
