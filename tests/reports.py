"""A report of everything at once: two scenarios with hostile names, each kind of study, inputs with sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import corridorsim as cs
from corridorsim.report.html import Report

from .trains import PROJECTS, write_trains

#: what must never come to life: an element, the end of a script, a formula, a link that runs
STATION = "<script>window.hacked=1</script>"
PORT = "</script><img src=x onerror=window.hacked=2>"
TITLE = "=HYPERLINK(\"x\") & <b>bold</b> \u2028 '{{ 7*7 }}'"

MORE = f"""\
sources:
  timetable: {{publisher: '{STATION}', title_or_topic: 'Timetable <i>', url: 'https://example.org/?a=1&b="2"',
              confidence: B}}
  rumour: {{publisher: someone, title_or_topic: heard, url: 'javascript:window.hacked=3', confidence: E}}
uncertain_groups:
  speeds: {{title: How fast trains run, leaves: [segments.*.freight_speed_kmh], source_ids: [timetable]}}
"""


@dataclass(frozen=True)
class Reported:
    """``folders``: of both results, the baseline first; ``studies``: of bottlenecks, curve and plan."""

    report: Report
    folders: list[Path]
    studies: list[Path]


def write_hostile(folder: Path) -> list[Path]:
    """Two scenarios: one ferry, and three with a fast line."""
    file = write_trains(folder, PROJECTS + MORE)
    text = file.read_text(encoding="utf-8")
    text = text.replace("title: A mine and a ferry", f"title: {json.dumps(TITLE)}")
    text = text.replace(
        "mine: {kind: rail_station}", f"mine: {{kind: rail_station, name: '{STATION}', lat: 44, lon: 50}}"
    )
    text = text.replace("east: {kind: rail_station}", "east: {kind: rail_station, lat: 43.5, lon: 51}")
    text = text.replace(
        "port_east: {kind: sea_port, ", f"port_east: {{kind: sea_port, name: '{PORT}', lat: 43.4, lon: 51.1, "
    )
    text = text.replace(
        "port_west: {kind: sea_port}", "port_west: {kind: sea_port, name: Port West, lat: 40, lon: 49.5}"
    )
    text = text.replace(
        "freight_speed_kmh: 50",
        "freight_speed_kmh: {value: 50, low: 40, high: 60, source_ids: [timetable, rumour], confidence: B}",
    )
    file.write_text(text, encoding="utf-8")
    more = folder / "more.yaml"
    more.write_text(
        "schema: 1\ntitle: Three ferries\nextends: trains.yaml\nset: {vessels.ferry.count: 3, "
        "segments.mine-east.freight_speed_kmh: 80}\n",
        encoding="utf-8",
    )
    return [file, more]


def make_reported(folder: Path) -> Reported:
    """Run all of it and write the report."""
    scenarios, out = write_hostile(folder), folder / "results"
    results = cs.run_all([cs.load(file) for file in scenarios], replications=3, out=out, executor="serial")
    studies = [
        cs.bottlenecks(scenarios[0], replications=1, steps=1, out=out, executor="serial"),
        cs.locomotives(
            scenarios[0], units=[0, 2], allocations=["fixed"], demand="as_given", replications=2, out=out,
            executor="serial",
        ),
        cs.plan(
            scenarios[0], exclude=["few", "second_ferry", "third_ferry", "berth"], replications=2, first=2, delta=0.02,
            robust=False, out=out, executor="serial",
        ),
    ]  # fmt: skip
    report = cs.write_report(*results, *studies, out=folder / "report.html", results=out)
    return Reported(
        report, [result.folder for result in results if result.folder], [s.folder for s in studies if s.folder]
    )
