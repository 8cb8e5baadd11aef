"""What a notebook shows of a scenario, a result and a comparison: a few small tables, every word escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..analysis.estimates import Perimeter
from .text import bounds, chance, estimate, number, p_value, percent, verdict, whole

if TYPE_CHECKING:
    from ..experiment import Plan
    from .comparison import Comparison
    from .result import Result

#: refusals, resources and changed inputs that are shown
MOST = 5
_PERIMETERS: tuple[Perimeter, ...] = ("A", "B", "C")
_FIGURES = tuple("+-0123456789")


def scenario_html(plan: Plan) -> str:
    """Its title and purpose, its horizon, what it holds, and the files it was read from."""
    scenario = plan.loaded.scenario
    counted = (
        f"{name} {len(rows)}"
        for name, rows in (
            ("nodes", scenario.nodes), ("segments", scenario.segments), ("sea links", scenario.sea_links),
            ("vessel classes", scenario.vessels), ("flows", scenario.flows), ("targets", scenario.targets),
        )
        if rows
    )  # fmt: skip
    horizon = f"{scenario.horizon.start} to {scenario.horizon.end}, results from {scenario.horizon.results_from}"
    rows = [["holds", ", ".join(counted)], ["horizon", horizon], ["files", ", ".join(plan.loaded.layers)]]
    rows += [["set", setting] for setting in plan.loaded.sets]
    rows.append(["fingerprint", plan.given.key[:8]])
    return _heading(plan.label, scenario.title) + _paragraph(scenario.purpose) + _table((), rows)


def result_html(result: Result) -> str:
    """Targets, tonnes by year and perimeter, what was refused and what is busy in the headline year, the command."""
    summary = result.summary
    runs = f"{summary.replications} replication{'' if summary.replications == 1 else 's'}, seed {summary.seed}"
    parts = [_heading(summary.scenario, summary.title), _paragraph(f"{runs}, corridorsim {summary.version}")]
    if summary.failed:
        parts.append(_paragraph(f"{summary.failed} runs failed; they are in no figure"))
    if summary.targets:
        judged = [[t.name, chance(t), f"{t.required_probability:g}", verdict(t)] for t in summary.targets]
        parts.append(_table(("target", "probability", "asked", ""), judged))
    tonnes = [
        [
            str(year) if perimeter == "A" else "", perimeter, number(held.offered_mt[perimeter].mean),
            number(held.refused_mt[perimeter].mean), estimate(held.delivered_mt[perimeter]),
            percent(held.delivered_share[perimeter].mean),
        ]
        for year, held in summary.years.items()
        for perimeter in _PERIMETERS
    ]  # fmt: skip
    header = ("year", "perimeter", "offered, Mt", "refused, Mt", "delivered, Mt [95 %]", "of offered")
    parts.append(_table(header, tonnes))
    year = summary.years[summary.headline_year]
    refused = [[each.gate, each.cause.replace("_", " "), number(each.mt)] for each in year.refused[:MOST]]
    if refused:
        parts.append(_table((f"refused in {summary.headline_year} at", "because of", "Mt"), refused))
    busy = [[name, percent(share)] for name, share in list(summary.utilisation.items())[:MOST]]
    parts.append(_table((f"busiest in {summary.headline_year}", "in use"), busy))
    return "".join(parts) + _command(result.command)


def comparison_html(comparison: Comparison, perimeter: str = "C") -> str:
    """Each scenario against the first by tonnes delivered in the headline year, and how many inputs it changes."""
    first, summary = comparison.first, comparison.first.summary
    year = summary.headline_year
    rows = []
    for row in comparison.rows:
        if (row.perimeter, row.year, row.measure) == (perimeter, year, "delivered_mt"):
            change = row.difference.interval
            rows.append(
                [
                    row.scenario, "as given" if row.demand == "as_given" else "saturating", number(row.before.mean),
                    number(row.after.mean), f"{change.mean:+.2f} {bounds(change.low, change.high)}".rstrip(),
                    p_value(row.difference.adjusted_p), whole(len(comparison.input_changes[row.scenario])),
                ]
            )  # fmt: skip
    header = ("scenario", "demand", f"{first.name}, Mt", "Mt", "difference [95 %]", "p (Holm)", "inputs that differ")
    told = (
        f"delivered in {year} on perimeter {perimeter}, paired by replication on the same storms, seed {summary.seed}"
    )
    return _heading(f"{first.name} and others", told) + _table(header, rows) + _command(comparison.command)


def _heading(name: str, title: str) -> str:
    return f"<p><strong>{escape(name)}</strong> {escape(title)}</p>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _command(command: str) -> str:
    return f"<p>again: <code>{escape(command)}</code></p>"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Names to the left, figures to the right."""

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag} {_side(cell)}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    head = f"<thead>{line(header, 'th')}</thead>" if header else ""
    return f"<table>{head}<tbody>{''.join(line(row, 'td') for row in rows)}</tbody></table>"


def _side(cell: str) -> str:
    return f'style="text-align: {"right" if cell.startswith(_FIGURES) else "left"}"'
