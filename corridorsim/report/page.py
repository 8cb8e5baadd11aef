"""The page on the terminal: the answer first, then what it rests on. Prints figures, computes none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ..analysis.estimates import Perimeter, TargetResult
from ..analysis.summary import Case, Summary, TransitPart
from .text import bounds, chance, cut, ends, estimate, number, percent, table, verdict, whole

#: rows that a list on the page shows; the files hold all
MOST = 5
MOST_FLOWS = 12
MOST_CAUSES = 8
NAME = 24  #: letters of a scenario's name, side by side


@dataclass(frozen=True, slots=True)
class Closing:
    """Last lines: where the files are, the command that remakes the page, and what to try next."""

    files: Sequence[str]
    again: str
    then: Sequence[str] = ()

    def lines(self) -> list[str]:
        """As text."""
        shown = [f"files    {self.files[0]}", *(f"         {file}" for file in self.files[1:])] if self.files else []
        then = [f"{'next' if not place else '':9}{line}" for place, line in enumerate(self.then)]
        return ["", *shown, f"again    {self.again}", *then]


def title_line(left: str, summary: Summary) -> str:
    runs = f"{summary.replications} replication{'' if summary.replications == 1 else 's'}"
    failed = f", {summary.failed} RUNS FAILED" if summary.failed else ""
    return f"{left} · {runs}{failed} · seed {summary.seed} · corridorsim {summary.version}"


# --- one scenario -----------------------------------------------------------------------------------------------------


def scenario_page(summary: Summary, closing: Closing | None = None, perimeter: Perimeter = "C") -> str:
    """One scenario: targets, years by perimeter, refused tonnes, days, what is busy and what cargo waits for."""
    year = summary.headline_year
    lines = [title_line(summary.scenario, summary), summary.title, ""]
    lines += _targets(summary) + _knowledge(summary) + _years(summary) + _refused(summary, year) + _days(summary, year)
    lines += ["", f"busiest in {year}", *_busiest_table(summary)]
    lines += ["", *_where_the_days_go(summary)]
    lines += closing.lines() if closing else []
    return "\n".join(lines)


def _targets(summary: Summary) -> list[str]:
    rows = [
        [
            verdict(target),
            cut(target.name, 30),
            _asked(target),
            _value(target),
            f"{chance(target)}, {target.required_probability:.2f} asked",
        ]
        for target in summary.targets
    ]
    lines = table(["target", "", "asked", "simulated", "probability"], rows, left=5) if rows else []
    lines += [f"  not judged: {name} (its year is not wholly in the results)" for name in summary.unjudged]
    return lines or ["  no target is set"]


def _knowledge(summary: Summary) -> list[str]:
    """How well the figures are known: precision, a warm-up that was too short, what is not known of the inputs."""
    lines = []
    precision, warm_up = summary.precision, summary.warm_up
    if precision is not None:
        reached = f"delivered tonnes known to ±{percent(precision.reached)} ({percent(precision.asked)} asked)"
        lines.append(reached if precision.met else f"{reached}: not reached within the most replications allowed")
    if not warm_up.enough:
        found = (
            "finds no level in" if warm_up.truncation_days is None else f"asks for {warm_up.truncation_days} days of"
        )
        lines.append(
            f"warm-up: {warm_up.given_days:.0f} days are not shown to be enough (MSER-5 {found} the cargo under way)"
        )
    return ["", *lines, *_unknown(summary)] if lines or summary.uncertainty else []


def _unknown(summary: Summary) -> list[str]:
    """What sampling the inputs adds to chance, and the targets judged with it."""
    uncertainty = summary.uncertainty
    if uncertainty is None:
        return []
    rows = [
        [
            "as given" if one.demand == "as_given" else one.demand,
            estimate(one.fixed),
            estimate(one.sampled),
            f"{number(one.p10)} to {number(one.p90)}",
            *("-" if sd is None else f"{sd:.2f}" for sd in (one.sd_chance, one.sd_unknown)),
            "-" if one.unknown_share is None else percent(one.unknown_share.mean),
        ]
        for one in uncertainty.figures
    ]
    header = ["demand", "inputs at value", "inputs drawn", "p10 to p90", "sd chance", "sd unknown", "unknown share"]
    judged = [f"  {cut(target.name, 30)}: {chance(target)} with the inputs drawn" for target in uncertainty.targets]
    return [
        f"what is not known: Mt on C in {summary.headline_year}, {uncertainty.groups} groups of inputs, "
        + uncertainty.draws,
        *table(header, rows),
        *judged,
    ]


def _asked(target: TargetResult) -> str:
    what = percent(target.at_least) if target.measure == "delivered_share" else f"{number(target.at_least)} Mt"
    demand = ", saturating" if target.demand == "saturating" else ""
    return f"{what} on {target.perimeter} in {target.year}{demand}"


def _value(target: TargetResult) -> str:
    if target.measure == "delivered_mt":
        return f"{estimate(target.value)} Mt"
    interval = target.value
    shown = "" if interval.low is None or interval.high is None else f" [{interval.low:.1%}, {interval.high:.1%}]"
    return percent(interval.mean) + shown.replace("%", " %")


def _years(summary: Summary) -> list[str]:
    rows = []
    for year, figures in summary.years.items():
        for perimeter in ("A", "B", "C"):
            last = perimeter == "C"
            delivered = figures.delivered_mt[perimeter]
            rows.append(
                [
                    str(year) if perimeter == "A" else "",
                    perimeter,
                    number(figures.offered_mt[perimeter].mean),
                    number(figures.refused_mt[perimeter].mean),
                    number(delivered.mean),
                    bounds(delivered.low, delivered.high),
                    percent(figures.delivered_share[perimeter].mean),
                    whole(figures.teu.mean) if last else "",
                    whole(figures.container_trains.mean) if last else "",
                ]
            )
    header = ["year", "", "offered Mt", "refused Mt", "delivered Mt", "", "of offered", "TEU", "container trains"]
    return ["", *table(header, rows, left=2)]


def _refused(summary: Summary, year: int) -> list[str]:
    refused = [item for item in summary.years[year].refused if item.mt > 0]
    if not refused:
        return ["", f"nothing was refused in {year}"]
    rows = [[item.gate, item.cause.replace("_", " "), number(item.mt)] for item in refused[:MOST]]
    return ["", f"refused in {year}", *table(["at", "because of", "Mt"], rows, left=2)]


def _days(summary: Summary, year: int) -> list[str]:
    days = summary.years[year].transit_days
    if not days:
        return ["", f"nothing was delivered in {year}"]
    rows = [
        [flow, *(f"{value:.1f}" for value in (item.mean, item.p10, item.p50, item.p90))]
        for flow, item in list(days.items())[:MOST_FLOWS]
    ]
    more = f" (the {MOST_FLOWS} largest of {len(days)} flows; all in flows.csv)" if len(days) > MOST_FLOWS else ""
    return ["", f"days in transit, {year}{more}", *table(["flow", "mean", "p10", "p50", "p90"], rows)]


def _busiest_table(case: Case) -> list[str]:
    rows = [[resource, percent(share)] for resource, share in list(case.utilisation.items())[:MOST]]
    return table(["resource", "in use"], rows) if rows else ["  no resource is limited"]


def _by_cause(case: Case) -> list[tuple[str, float, float, str]]:
    """Cause, tonne-days, share of all, and the place with most of it."""
    amount: dict[str, float] = defaultdict(float)
    share: dict[str, float] = defaultdict(float)
    place: dict[str, str] = {}
    for item in case.waiting:  # most first, so the first place of a cause is its largest
        amount[item.cause] += item.tonne_days
        share[item.cause] += item.share
        place.setdefault(item.cause, item.resource)
    ordered = sorted(amount, key=lambda cause: (-amount[cause], cause))
    return [(cause, amount[cause], share[cause], place[cause]) for cause in ordered]


def _where_the_days_go(case: Case) -> list[str]:
    """Moving, handling and waiting by root cause: all of the days in transit; then those before at the origin."""
    year, parts = case.headline_year, case.transit_parts
    if not parts:
        return [f"where the days of {year} went: nothing was delivered"]
    waits = [one for one in parts if one.part == "waiting"]
    shown, rest = waits[:MOST_CAUSES], waits[MOST_CAUSES:]
    rows = [_part_row(one) for one in [*(one for one in parts if one.part in ("moving", "handling")), *shown]]
    if rest:
        rows.append(["", f"{len(rest)} other causes", "", *_days_and_share(rest)])
    unknown = [one for one in parts if one.part == "unknown"]
    rows += [["not explained", "", "", *_days_and_share(unknown)]] if unknown else []
    rows.append(["all", "", "", *_days_and_share(parts)])
    for first, second in zip(reversed(rows[:-1]), reversed(rows[1:]), strict=True):
        if first[0] == second[0]:
            second[0] = ""
    head = f"where the days of {year} went: from the first train to the last part, tonnes delivered on C"
    lines = [head, *table(["", "for", "most at", "days", "share"], rows, left=3)]
    return [*lines, *([] if waits else ["  nothing waited"]), *_before(case)]


def _part_row(one: TransitPart) -> list[str]:
    cause = "" if one.cause == one.part else _because(one.cause)
    return [one.part, cause, f"{one.place} {one.place_share:.0%}".replace("%", " %"), *_days_and_share([one])]


def _because(cause: str) -> str:
    """A root cause of cargo's waiting; of ``cargo`` it is a ship that waits."""
    return "ship awaits its load" if cause == "cargo" else cause.replace("_", " ")


def _days_and_share(parts: Sequence[TransitPart]) -> list[str]:
    return [f"{sum(one.days for one in parts):.1f}", percent(sum(one.share for one in parts))]


def _before(case: Case) -> list[str]:
    parts = case.origin_parts
    days = sum(one.days for one in parts)
    if not parts:
        return ["  and no day before at the origin"]
    most = sorted(parts, key=lambda one: -one.share)[:3]
    causes = ", ".join(f"{_because(one.cause)} {percent(one.share)}" for one in most)
    return [f"  and {days:.1f} days before at the origin: {causes}"]


# --- several scenarios ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """Scenarios that share what ``heading`` says, one line each: name and figures."""

    heading: str
    lines: Sequence[tuple[str, Summary]]


def side_by_side(
    title: str, demand: str, blocks: Sequence[Block], closing: Closing | None = None, perimeter: Perimeter = "C"
) -> str:
    """Scenarios line by line with both questions, then what cargo waited for in each and what was busy."""
    first = blocks[0].lines[0][1]
    year = first.headline_year
    volume, capacity = _question(blocks, "as_given"), _question(blocks, "saturating")
    header = [
        "",
        f"delivered {year}, Mt",
        "of offered",
        "refused",
        cut(f"{volume or 'volume'}?", 28),
        cut(f"{capacity or 'capacity'}?", 36),
    ]
    cells = [[_row(name, summary, year, perimeter) for name, summary in block.lines] for block in blocks]
    flat = table(header, [row for block in cells for row in block], indent=0, left=1)
    lines = [
        ends(title_line(title, first), f"perimeter {perimeter}" + (f" · demand: {demand}" if demand else "")),
        flat[0],
    ]
    place = 1
    for block in blocks:
        lines += [block.heading] if block.heading else []
        lines += flat[place : place + len(block.lines)]
        place += len(block.lines)
        lines.append("")
    lines.pop()
    lines += ["", *_on_all_perimeters(blocks, year), ""]
    for block in blocks:
        lines += [f"{block.heading}, {year}:" if block.heading else f"in {year}:"]
        for name, summary in block.lines:
            lines += _why(name, summary)
    lines += closing.lines() if closing else []
    return "\n".join(lines)


def _on_all_perimeters(blocks: Sequence[Block], year: int) -> list[str]:
    """Delivered tonnes of the year on A, B and C: never compare across."""
    rows, places = [], []
    for block in blocks:
        places.append((block.heading, len(block.lines)))
        for name, summary in block.lines:
            figures = summary.years.get(year)
            on_each = [estimate(figures.delivered_mt[p]) if figures else "-" for p in ("A", "B", "C")]
            rows.append([cut(name, NAME), *on_each])
    flat = table([f"delivered {year}, Mt", "on A", "on B", "on C"], rows, indent=0, left=1)
    lines, place = [flat[0]], 1
    for heading, count in places:
        lines += [heading] if heading else []
        lines += flat[place : place + count]
        place += count
    return lines


def _question(blocks: Sequence[Block], demand: str) -> str:
    names = [target.name for block in blocks for _, summary in block.lines for target in _asking(summary, demand)]
    return names[0] if names else ""


def _asking(summary: Summary, demand: str) -> list[TargetResult]:
    return [target for target in summary.targets if target.demand == demand][:1]


def _row(name: str, summary: Summary, year: int, perimeter: Perimeter) -> list[str]:
    figures = summary.years.get(year)
    if figures is None:
        return [cut(name, NAME), "-", "-", "-", "-", "-"]
    volume, capacity = _asking(summary, "as_given"), _asking(summary, "saturating")
    return [
        cut(name, NAME),
        estimate(figures.delivered_mt[perimeter]),
        percent(figures.delivered_share[perimeter].mean),
        f"{number(figures.refused_mt[perimeter].mean)} Mt",
        f"{'yes' if volume[0].met else 'no'} {chance(volume[0])}" if volume else "-",
        f"{'yes' if capacity[0].met else 'no'} {number(capacity[0].value.mean)} Mt {chance(capacity[0])}"
        if capacity
        else "-",
    ]


def _why(name: str, summary: Summary) -> list[str]:
    causes = [
        f"{rank} {cause.replace('_', ' ')} {percent(share)}"
        for rank, (cause, _, share, _) in enumerate(_by_cause(summary)[:3], 1)
    ]
    busy = [f"{resource} {percent(share)}" for resource, share in list(summary.utilisation.items())[:2]]
    waited = "   ".join(causes) if causes else "nothing"
    return [
        f"  {cut(name, NAME):<{NAME}} waited for  {waited}",
        f"  {'':<{NAME}} busiest     {'   '.join(busy) or 'nothing'}",
    ]
