"""Writes reference-results.md: the tables of a result with their columns and units, and what else is in its folder.

Run it as ``python docs/make_results.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from corridorsim.analysis import TABLES
from corridorsim.analysis.blame import BLAME
from corridorsim.analysis.service import QUEUES
from corridorsim.analysis.summary import Summary
from corridorsim.analysis.traffic import TRAFFIC
from corridorsim.analysis.volumes import FLOWS, MONTHS, REFUSED, TRAINS, YEARS
from corridorsim.analysis.waiting import STOCKS, UTILISATION, WAITING, WAITING_MONTHS
from corridorsim.analysis.warmup import SYSTEM
from corridorsim.analysis.work import WORK
from corridorsim.ledger import CAUSES, MOVEMENT_KINDS

PAGE = Path(__file__).with_name("reference-results.md")

HEAD = """\
<!-- made by python docs/make_results.py from the code; do not edit -->
# Results: tables, columns, units

`corridorsim run` saves a folder, `results/<name>-<hash8>-s<seed>/`: `hash8` begins the hash of what the engine sees,
`seed` is the seed. In Python the same tables are frames of a `Result` (`result.years`), see
[Python](reference-python.md).

| file | content |
| --- | --- |
| `<table>.csv`, `<table>.parquet` | the tables below, demand as given |
| `saturating/`, `sampled/`, `sampled-saturating/` | the same of the other sets of runs, where they were asked for |
| `summary.json` | means and intervals over replications; see the end of this page |
| `effective.csv` | every value in force with unit, range, source and the place that set it |
| `command.txt` | the command that makes the folder again |
| `geo.json` | lines and outlines that maps are drawn from, where the scenario has them |
| `failures.txt` | runs that failed with their tracebacks; there is none where all went well |

Each table has one more column, `replication`, as its first. It holds the years from `results_from` on, warm-up left
out, but for `system`. A name that is empty means: of none. A cell that is empty (None, NaN) means: there is no such
figure. A, B and C are perimeters ([terms](glossary.md)); B holds A, and C holds B. Never add them up.

"""

#: table -> (its columns, what a row is)
SHAPES: dict[str, tuple[Sequence[str], str]] = {
    "years": (YEARS, "A year and perimeter."),
    "months": (MONTHS, "A month and perimeter."),
    "flows": (FLOWS, "A year and flow. Days are tonne-weighted, over the lots delivered in the year."),
    "refused": (REFUSED, "A year, flow, gate and cause: cargo that was refused."),
    "trains": (
        TRAINS,
        "A year, kind, flow, start and end: trains, light engines, voyages that set off in the year.",
    ),
    "waiting": (WAITING, "A year, cause, place and flow: all waiting in the year, of cargo that was delivered or not."),
    "utilisation": (UTILISATION, "A year and resource."),
    "stocks": (STOCKS, "A month and stock, at the end of the month."),
    "system": (SYSTEM, "A day since the start of the horizon, warm-up and two years of results: what MSER-5 looks at."),
    "work": (WORK, "A year, flow, leg and class: the work that energy is computed from, by year of departure."),
    "waiting_months": (WAITING_MONTHS, "A month, cause, place and flow: waiting of cargo."),
    "blame": (
        BLAME,
        "A year, flow and part of the days of cargo delivered in it; the parts of a flow add up.",
    ),
    "queues": (QUEUES, "A year and resource: who came, and how long they stood in line."),
    "traffic": (TRAFFIC, "A year, segment and flow: loaded trains both ways, by year of departure."),
}

#: column -> (unit, meaning); a table's own meaning stands under ``table.column``
MEANINGS: dict[str, tuple[str, str]] = {
    "year": ("", "calendar year"),
    "segment": ("", "id of the segment; empty of trains whose way no candidate path tells"),
    "traffic.trains": ("trains", "how many"),
    "month": ("", "calendar month, `2027-01`"),
    "day": ("days", "whole days since the start of the horizon"),
    "perimeter": ("", "A, B or C; of a flow the smallest that holds it, N for flows that only compete"),
    "flow": ("", "id of the flow"),
    "trains.flow": ("", "id of the flow; empty of empty trains and light engines"),
    "waiting.flow": ("", "id of the flow; empty of empty trains and ships"),
    "waiting.perimeter": ("", "of the flow; empty of empty trains and ships"),
    "work.flow": ("", "id of the flow; empty for what no flow caused"),
    "work.perimeter": ("", "of the flow; empty for what no flow caused"),
    "offered_mt": ("Mt", "offered by shippers in the period"),
    "accepted_mt": ("Mt", "accepted in the period, cargo that waited outside among it"),
    "refused_mt": ("Mt", "offered in the period and never accepted"),
    "delivered_mt": ("Mt", "unloaded at the destination in the period"),
    "offered_t": ("t", "offered in the year"),
    "accepted_t": ("t", "accepted in the year"),
    "refused_t": ("t", "offered in the year and never accepted"),
    "delivered_t": ("t", "unloaded at the destination in the year"),
    "teu": ("TEU", "containers delivered, empty ones too"),
    "container_trains": ("trains", "container trains that left the origin of their flow"),
    "stock_start_t": ("t", "accepted and not delivered, at the start of the year"),
    "stock_end_t": ("t", "the same at its end"),
    "transit_days_mean": ("days", "from the lot's first train (without a train: acceptance) to its last part, mean"),
    "transit_days_p10": ("days", "the same: a tenth of the tonnes is as fast or faster"),
    "transit_days_p50": ("days", "the same: half of the tonnes"),
    "transit_days_p90": ("days", "the same: nine tenths of the tonnes"),
    "origin_wait_days": ("days", "from acceptance to the first train, mean"),
    "gate": ("", "the limit that refused: of an origin, of a terminal (export or import) or of a dry port"),
    "cause": ("", "what the cargo waited for; see the causes below"),
    "refused.cause": ("", "what the cargo behind the closed limit last began to wait for"),
    "blame.cause": ("", "of waiting its root cause; of moving `rail` or `sea`"),
    "lots": ("lots", "refused"),
    "tonnes": ("t", "refused"),
    "system.tonnes": ("t", "accepted and not delivered, mean of the day, perimeter C"),
    "kind": ("", "{kinds}"),
    "from_place": ("", "node, or terminal of a voyage"),
    "to_place": ("", "node, or terminal of a voyage"),
    "trains": ("trains", "how many; of voyages ships, of light engines moves"),
    "net_t": ("t", "cargo"),
    "gross_t": ("t", "cargo and wagons, without locomotives"),
    "hours": ("h", "on the way, waits among them, summed over all that arrived"),
    "place": ("", "node, segment, terminal, territory or pool of wagons"),
    "waiting_months.place": ("", "the same; empty for the sum of rows under a ten-thousandth of their month"),
    "tonne_days": ("t x days", "tonnes of cargo times days"),
    "days": ("days", "of whatever waited, empty trains and ships too"),
    "resource": (
        "",
        "kind and name: `segment:<id>`, `territory:`, `workshop:`, `wagons:`, `border:`, `berth:`, `vessel:`",
    ),
    "busy": ("s; of segments slots", "time in use, summed over the resource's units"),
    "available": ("s; of segments slots", "time in service, likewise"),
    "utilisation": ("share", "busy over available"),
    "name": ("", "`flow:<id>:in_transit_t`, `wagons:<pool>:...`, `locomotives:<territory>`, `gate:<limit>`"),
    "amount": (
        "t; wagons; units; wagons",
        "cargo accepted and not delivered; wagons; locomotives; wagons under a limit",
    ),
    "mode": ("", "`rail` or `sea`"),
    "leg": ("", "territory or sea link; empty: a line of no territory"),
    "class_id": ("", "class of locomotive or ship; empty: a territory without a fleet"),
    "net_tkm": ("t km", "cargo times length of rail"),
    "gross_tkm": ("t km", "cargo and wagons, loaded trains, without locomotives"),
    "empty_gross_tkm": ("t km", "the same of empty trains, not in `gross_tkm`"),
    "light_km": ("km", "light engines"),
    "voyage_t": ("t", "on voyages"),
    "sea_h": ("h", "ships at sea"),
    "port_h": ("h", "ships in port: at berth or at anchor, in service"),
    "queues.resource": ("", "`border:<id>`, `berth:`, `dry_port:`, `workshop:`, `territory:`"),
    "came": ("", "trains at a border or for a locomotive, ships at a berth, cargo at a dry port, units at a workshop"),
    "waited": ("", "those of them that were not served at once"),
    "waited_share": ("share", "waited over came"),
    "wait_h": ("h", "in line, mean over all that came (ships: for weather too)"),
    "stay_h": ("h", "in line and served, likewise; for a locomotive only in line"),
    "mean_waiting": ("", "in line, mean over time"),
    "mean_present": ("", "in line and served, mean over time"),
    "empty_share": ("share", "of the time in which nobody was there"),
    "phase": ("", "`origin`: before the lot's first train; `transit`: from it on"),
    "part": ("", "`moving`, `handling` or `waiting`"),
}


def page() -> str:
    """The whole page."""
    assert set(SHAPES) == set(TABLES), f"not all tables are told: {', '.join(sorted({*SHAPES} ^ {*TABLES}))}"
    parts = [HEAD]
    for name, (columns, row) in SHAPES.items():
        parts += [f"## {name}\n\n{row}\n\n", "| column | unit | meaning |\n| --- | --- | --- |\n"]
        parts += _rows(name, columns)
        parts.append("\n")
    parts += ["## Causes of waiting\n\n", "A closed list.\n\n", "| cause | what it means |\n| --- | --- |\n"]
    parts += [f"| `{cause}` | {words} |\n" for cause, words in CAUSES.items()]
    parts += _summary()
    return "".join(parts)


def _rows(table: str, columns: Sequence[str]) -> Iterator[str]:
    for column in columns:
        unit, meaning = MEANINGS.get(f"{table}.{column}") or MEANINGS[column]
        kinds = ", ".join(f"`{kind}`" for kind in MOVEMENT_KINDS)
        yield f"| `{column}` | {unit} | {meaning.format(kinds=kinds)} |\n"


def _summary() -> Iterator[str]:
    yield (
        "\n## summary.json\n\nWhat `--json` prints. Estimates are means with 95 % intervals (`mean`, `low`, `high`; "
        "null with one replication), shares lie between 0 and 1.\n"
        "`corridorsim schema --summary` prints its JSON Schema.\n\n"
        "| key | content |\n| --- | --- |\n"
    )
    words = {
        "scenario": "name of the scenario and its layers",
        "title": "as the scenario says",
        "version": "of corridorsim",
        "seed": "of the runs",
        "confidence": "of the intervals",
        "hash": "of what the engine sees",
        "digest": "of all that the runs recorded",
        "targets": "name, value and interval, probability and interval, met",
        "years": "figures by year, see below",
        "warm_up": "days given, days that MSER-5 would leave out, whether they are enough",
    }
    for name, field in Summary.model_fields.items():
        yield f"| `{name}` | {field.description or words[name]} |\n"
    year = Summary.model_json_schema()["$defs"]["Year"]["properties"]
    yield f"\nA year has {', '.join(f'`{key}`' for key in year)}.\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
