"""Writes validity.md, the dossier: what was tried, against what, how often, and what is not known; and its summary
for the pages of results.

Its figures stand in the records of ``docs/validity/``, which ``make dossier`` makes anew; nothing is computed here.
Run it as ``python docs/make_validity.py``.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import corridorsim
from corridorsim import scenario
from corridorsim.model.realise import UncertainLeaf, uncertain_groups, uncertain_leaves
from corridorsim.report.not_modelled import not_modelled

PAGE = Path(__file__).with_name("validity.md")
RECORDS = Path(__file__).with_name("validity")
#: in the package, for the pages of results
IN_SHORT = Path(__file__).parents[1] / "corridorsim" / "report" / "validity.csv"
CALIBRATION = Path(__file__).parents[1] / "scenarios" / "middle_corridor" / "CALIBRATION.md"

#: of a case whose figures are still to be made
NOT_RUN = "not run"

HEAD = """\
<!-- made by python docs/make_validity.py from docs/validity/; do not edit -->
# Can it be trusted?

What the simulator (version {version}) was held against, how often, and what it does not know. Every figure is of
a record in `docs/validity/`, which `make dossier` makes anew; a test fails where this page no longer says what the
records say. What disagrees stays in the tables.

"""

Record = Mapping[str, str]


def page() -> str:
    """The whole page."""
    chapters = (summary, theory, line_capacity, laws, broken_inputs, faults, calibration, left_out, estimates)
    return HEAD.format(version=corridorsim.__version__) + "\n".join(chapter() for chapter in chapters)


def summary() -> str:
    """All of it in a few lines."""
    rows = [(f"[{what}](#{what.replace(' ', '-')})", result) for what, result in in_short()]
    return table(("held against", "result"), rows)


def in_short() -> list[tuple[str, str]]:
    """(chapter, what came out); pages of results carry the same."""
    cases, lines, tried = records("theory"), records("laws"), records("broken_inputs")
    agree = sum(case["agrees"] == "yes" for case in cases)
    told = f"{agree} of {len(cases)} known figures agree"
    waiting = sum(case["agrees"] == NOT_RUN for case in cases)
    if waiting:
        told += f"; {waiting} are still to be run at full length"
    corridors = f"{total(lines, 'cases_long'):,} random corridors and lines{each_change(lines)}"
    drawn = records("fuzz")
    damaged = f"{total(drawn, 'cases_long'):,} drawn at random{each_change(drawn)}"
    return [
        ("theory", told),
        ("laws", f"{len(lines)} laws, {corridors}"),
        ("broken inputs", f"{len(tried)} by name, each told where and why; {damaged}"),
        ("faults", f"{len(records('faults'))}, each with a test"),
        ("the year 2024", calibration_line()),
        ("what is not modelled", f"{len(not_modelled())} things, each with the way it leans"),
    ]


def each_change(rows: Sequence[Record]) -> str:
    """How many are tried each time."""
    return f" (in each change {total(rows, 'cases_quick'):,})"


def in_short_csv() -> str:
    """The same as a table of the package."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("against", "result"), *in_short()])
    return text.getvalue()


def theory() -> str:
    """Cases with exact answers."""
    rows = records("theory")
    text = (
        "## Theory\n\nScenarios whose answer mathematics gives, run through the same door as any other "
        "(`tests/theory`). ± is the half of a 95 % interval. *agrees*: it is narrow enough (2 % up to a load of 0.7, "
        "10 % at 0.9, or a hundredth of a service time or an item), and the known value is not told apart from the "
        "simulated one, all cases judged together at 99 % (Holm). A pilot fixes how many replications that takes. "
        "All of them: [theory.csv](validity/theory.csv).\n\n"
        f"{coverage(rows)}\n\n"
    )
    families: dict[str, list[Record]] = {}
    for row in rows:
        families.setdefault(row["case"].split(":")[0].split(" ")[0], []).append(row)
    lines = []
    for family, mine in families.items():
        agree = sum(row["agrees"] == "yes" for row in mine)
        waiting = sum(row["agrees"] == NOT_RUN for row in mine)
        worst = max(mine, key=apart)
        shown = f"{worst['case']}: {worst['known']} known, {worst['simulated']} ± {worst['half_width']}"
        lines.append((family, len(mine), agree, waiting, shown if worst["simulated"] else ""))
    text += table(("family", "figures", "agree", "not run", "furthest from the known value, by its own ±"), lines)
    others = [row for row in rows if row["agrees"] not in ("yes", NOT_RUN)]
    if others:
        text += "\nThose that do not agree, or whose interval is wider than asked:\n\n"
        columns = ("case", "quantity", "known", "simulated", "half_width", "agrees", "source")
        text += table(columns, [[row[column] for column in columns] for row in others])
    return text


def coverage(rows: Sequence[Record]) -> str:
    """How often 95 % intervals hold the known value, and on which side they miss it."""
    run = [row for row in rows if row["simulated"] and float(row["half_width"]) > 0]
    low = sum(float(row["simulated"]) + float(row["half_width"]) < float(row["known"]) for row in run)
    high = sum(float(row["simulated"]) - float(row["half_width"]) > float(row["known"]) for row in run)
    return (
        f"One by one, {len(run) - low - high} of {len(run)} intervals hold the known value "
        f"({len(run) * 0.95:.0f} expected of intervals at 95 %); {low} lie below it, {high} above."
    )


def apart(row: Record) -> float:
    """Distance from the known value in half-widths; 0 where either is not there."""
    try:
        return abs(float(row["simulated"]) - float(row["known"])) / float(row["half_width"])
    except (ValueError, ZeroDivisionError):
        return 0.0


def line_capacity() -> str:
    """Capacity computed against declared."""
    text = (
        "\n## Capacity of lines\n\nPairs of trains a day: declared by the railway, and computed by `corridorsim "
        "capacity` from loops, headways and speeds "
        "([how](loops.md)).\n\n"
    )
    columns = ("segment", "layer", "declared_pairs", "computed_pairs", "difference", "why", "declared_source")
    heads = ("line", "with", "declared", "computed", "difference", "why", "source")
    text += table(heads, [[row[column] for column in columns] for row in records("line_capacity")])
    text += (
        "\nWhat it does to the whole corridor that two of these lines are run over loop by loop and not by declared "
        "pairs: Mt of 2027 on C, against the baseline on the same storms (`docs/validity/loops_effect.py`).\n\n"
    )
    rows = [
        (row["with"], row["demand"].replace("_", " "), row["before_mt"], row["after_mt"],
         f"{float(row['difference_mt']):+.3f} [{row['low_mt']}, {row['high_mt']}]", row["p_holm"], row["replications"])
        for row in records("loops_effect")
    ]  # fmt: skip
    return text + table(("with", "demand", "declared pairs", "loops", "difference", "p (Holm)", "replications"), rows)


def laws() -> str:
    """Properties of random corridors."""
    text = (
        "\n## Laws\n\nWhat must hold whatever the corridor: tried on random ones (hypothesis), fewer at each change "
        "(`make test`) and more in `make validity`.\n\n"
    )
    rows = [[row["law"], row["cases_quick"], row["cases_long"], row["note"]] for row in records("laws")]
    return text + table(("law", "cases each time", "cases at length", "remark"), rows)


def broken_inputs() -> str:
    """What was fed to the reader."""
    rows = records("broken_inputs")
    kinds = Counter(row["kind"] for row in rows)
    text = (
        f"\n## Broken inputs\n\n{len(rows)} scenarios and tables with something wrong; each is told all that is wrong "
        "with it, and where, and nothing else. Every one: [broken_inputs.csv](validity/broken_inputs.csv).\n\n"
    )
    text += table(("kind", "inputs"), kinds.most_common())
    text += (
        "\nDrawn at random: each is read, or told with its place; no traceback, 2 s and 500 MB at most "
        "(`tests/abuse/test_fuzz.py`).\n\n"
    )
    rows = [[row["input"], row["cases_quick"], row["cases_long"]] for row in records("fuzz")]
    return text + table(("input", "cases each time", "cases at length"), rows)


def faults() -> str:
    """What goes wrong while it runs, in the machine or in the modelled world."""
    rows = [[row["fault"], row["what happens"]] for row in records("faults")]
    return "\n## Faults\n\n" + table(("what was done", "what happens"), rows)


def calibration() -> str:
    """The comparison with 2024: its rows, and its misses in words."""
    text = CALIBRATION.read_text(encoding="utf-8")
    rows = chapter_of(text, "Observations of 2024").partition("Simulated: ")
    return (
        f"\n## The year 2024\n\n{calibration_line()}. What was moved inside its range, and why: "
        "`scenarios/middle_corridor/CALIBRATION.md`.\n\n"
        f"{rows[1]}{rows[2].replace(' under *How it was measured*', ' in that file')}\n\n"
        f"The misses, as misses:\n\n{chapter_of(text, 'The misses, as misses')}\n"
    )


def chapter_of(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one or a comment."""
    return re.split(r"^(?:## |<!--)", text.partition(f"## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0].strip()


def calibration_line() -> str:
    """How many observations are met, as the calibration page says it."""
    text = CALIBRATION.read_text(encoding="utf-8")
    line = text[text.index("**") :].partition("\n\n")[0]
    return " ".join(line.replace("**", "").partition(". Out:")[0].split())


def left_out() -> str:
    """What is not modelled, and its direction."""
    ways = Counter(limit.bias for limit in not_modelled())
    counted = ", ".join(f"{count} {way}" for way, count in ways.most_common())
    return (
        f"\n## What is not modelled\n\n{len(not_modelled())} things, by the way they bias the answer: {counted}. "
        "The list is in [the model](model.md#35-what-is-not-modelled-and-which-way-it-biases-the-answer), and in "
        "every report.\n"
    )


def estimates() -> str:
    """Inputs that are estimates, and what they move."""
    loaded = scenario.read("baseline", with_layers=["horizon/2027"])
    leaves = [leaf for leaf in uncertain_leaves(loaded) if leaf.confidence == "E"]
    effects = {row["group"]: row for row in records("effects")}
    text = (
        f"\n## What is estimated\n\n{len(leaves)} numbers of the baseline are estimates (confidence E). "
        "Numbers of a group move together; *moves* is what the group moves the tonnes delivered in 2027 by, from "
        "end to end of its ranges (Morris: mean of absolute effects and its 95 % interval, `corridorsim sensitivity "
        "baseline --with horizon/2027 --trajectories 4 --replications 1`). Group by group the estimates follow.\n\n"
    )
    counts = Counter(leaf.group for leaf in leaves)
    groups = [group for group in uncertain_groups(loaded) if group.group]
    rows = []
    for group in sorted(groups, key=lambda each: -number(effects.get(each.group), "mu_star")):
        row = effects.get(group.group)
        ends = [number(row, column) for column in ("mu_star", "mu_star_low", "mu_star_high")]
        moves = "{:.2f} [{:.2f}, {:.2f}]".format(*ends) if row else ""
        rows.append((group.group, group.title, group.leaves, counts[group.group], moves))
    text += table(("group", "what", "numbers with a range", "of these estimates", "moves, Mt"), rows)
    text += "\n"
    for group_name, mine in grouped(leaves):
        text += f"\n**{group_name or 'in no group'}**: "
        text += "; ".join(f"`{leaf.path}` {leaf.value:.4g} [{leaf.low:.4g}, {leaf.high:.4g}]" for leaf in mine) + "\n"
    return text


def grouped(leaves: Sequence[UncertainLeaf]) -> Iterable[tuple[str, list[UncertainLeaf]]]:
    """Leaves by their group, in order of first sight."""
    found: dict[str, list[UncertainLeaf]] = {}
    for leaf in leaves:
        found.setdefault(leaf.group, []).append(leaf)
    return found.items()


def number(row: Record | None, column: str) -> float:
    """A cell, 0 where it is empty."""
    return float(row[column]) if row and row.get(column) else 0.0


def total(rows: Iterable[Record], column: str) -> int:
    """Sum of a column of counts."""
    return sum(int(row[column]) for row in rows if row[column])


def records(name: str) -> list[Record]:
    """Rows of a record."""
    with (RECORDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    IN_SHORT.write_text(in_short_csv(), encoding="utf-8")
