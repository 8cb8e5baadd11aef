"""Observations held against runs: a table of targets and one of measures, made up for a mine and a ferry."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from corridorsim.analysis.calibration import Finding, Observe, Row, judge_row, read_rows
from corridorsim.analysis.statistics import mean_interval
from corridorsim.engine import simulate
from corridorsim.ledger import MOVEMENT_KINDS
from corridorsim.model import Blueprint
from corridorsim.report.calibration import BEGIN, END, Made, by_hand, calibration_page
from corridorsim.scenario import find

from .ledgers import DAY, HOUR, a_year, month_s

TARGETS = """\
target_id,observable,period_start,period_end,value,low,high,unit,perimeter,rule,note
t1,tonnes,2024-01-01,2024-12-31,0.004,0.0039,0.0041,Mt,A,0.05,
t2,tonnes,2024-01-01,2024-03-31,0.002,0.0019,0.0021,Mt,A,,first quarter
t3,way,2024-01-01,2024-12-31,12,,,days,A,schedule,
t4,crossing,2024-06-01,2024-06-30,20,,,h,A,,
t5,wagons,2024-06-01,2024-06-30,2,1,3,wagons/day,A,,
t6,trains,2024-01-01,2024-12-31,1,1,1,trains,A,,
t7,gone,2024-01-01,2024-12-31,1,,,Mt,N,,
t8,tonnes,2023-02-28,2023-02-28,0.1,0.05,0.2,Mt,A,,
t9,share,2024-01-01,2024-12-31,1,1,1.5,share,A,,
t10,berth,2024-06-01,2024-06-30,30,,,h,A,,
t11,fill,2024-06-01,2024-06-30,0.5,,,share,A,,
"""
MEASURES = """\
observable,measure,flows,of_flows,from_places,to_places,classes,run,note
tonnes,delivered_mt,,,,,,,
way,transit_days,ore,,,,,,
crossing,voyage_hours,,,port_east.*,port_west.*,ferry,,
wagons,voyage_units_a_day,ore,,port_east.*,,,,"Loaded, and empty"
trains,train_days,ore,,mine,east,,,
gone,,,,,,,,No such trade here
share,delivered_share,o*,,,,,,
berth,berth_hours,,,,port_west.rail_ferry,,,
fill,voyage_fill,,,port_east.*,port_west.*,,,
"""


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, Row]:
    (tmp_path / "targets.csv").write_text(TARGETS)
    (tmp_path / "measures.csv").write_text(MEASURES)
    return {row.id: row for row in read_rows(tmp_path / "targets.csv", tmp_path / "measures.csv")}


@pytest.fixture
def seen(rows: dict[str, Row], ferry: Blueprint) -> dict[str, dict[str, float | None]]:
    """Three lots as ``a_year`` has them, two voyages of the ferry in June and one in July."""
    ledger = a_year(ferry)
    june = month_s(ferry, 6)
    east, west, ship, ore = (
        ledger.number(n) for n in ("port_east.rail_ferry", "port_west.rail_ferry", "ferry-1", "ore")
    )
    for start, hours, wagons in ((june + DAY, 18, 40), (june + 10 * DAY, 22, 20), (june + 31 * DAY, 99, 40)):
        voyage = MOVEMENT_KINDS.index("voyage")
        ledger.tables["movements"].add(
            voyage, ship, ore, east, west, start, start + hours * HOUR, wagons * 30.0, 0, wagons, 0, 0
        )
    usage = ledger.tables["usage"].add
    for month, busy_h in ((5, 40), (6, 400)):
        usage(ledger.number("berth:port_west.rail_ferry"), month, busy_h * HOUR, 30 * DAY)
    wanted = tuple(row for row in rows.values() if row.how.measure and row.start.year == 2024)
    return Observe(wanted)(ferry, ledger)


def test_figures_are_read_off_the_ledger(seen: dict[str, dict[str, float | None]]) -> None:
    assert seen["t1"] == {"value": pytest.approx(0.004), "refused_share": pytest.approx(500 / 6500)}
    assert seen["t2"]["value"] == pytest.approx(0.001)
    assert seen["t3"] == {"value": pytest.approx(17.5), "p10": 10.0, "p50": 20.0}  # 1,000 t in 10, 3,000 t in 20 days
    assert seen["t4"]["value"] == pytest.approx(20)
    assert seen["t5"]["value"] == pytest.approx(60 / 30)
    assert seen["t5"]["with_cargo"] == pytest.approx(1.0)  # 1,800 t at 60 t a wagon in 30 days
    assert seen["t6"]["value"] == pytest.approx(2 / 24)
    assert seen["t9"]["value"] == pytest.approx(1)
    assert seen["t10"]["value"] == pytest.approx(20)  # 40 h of June over its two arrivals
    assert seen["t11"]["value"] == pytest.approx(60 / 80)


def test_ships_without_cargo_are_told(rows: dict[str, Row], ferry: Blueprint) -> None:
    row = dataclasses.replace(rows["t5"], start=dt.date(2024, 12, 1), end=dt.date(2024, 12, 31))
    figures = Observe((row,))(ferry, a_year(ferry))["t5"]
    assert figures["ship_days_without_cargo"] == pytest.approx(1)  # the wait that the run's end cuts off


def judged(row: Row, **figures: float) -> Finding:
    return judge_row(row, [{row.id: dict(figures)}])


def test_each_rule_has_its_bounds(rows: dict[str, Row]) -> None:
    assert judged(rows["t1"], value=0.0042).inside is True
    assert judged(rows["t1"], value=0.0043).inside is False  # the rule counts, not the range
    assert judged(rows["t2"], value=0.0021).inside is True
    assert judged(rows["t2"], value=0.0022).inside is False
    assert judged(rows["t3"], value=99, p10=12, p50=13).inside is True
    assert judged(rows["t3"], value=12, p10=12.1, p50=13).inside is False
    assert judged(rows["t3"], value=12, p10=10, p50=11.9).inside is False
    assert judged(rows["t4"], value=20).inside is None  # no range: only the difference is told
    assert judged(rows["t6"], value=1).inside is None  # a range of no width is none


def test_a_figure_that_a_run_lacks_is_left_out(rows: dict[str, Row]) -> None:
    finding = judge_row(rows["t2"], [{"t2": {"value": 1.0, "more": None}}, {"t2": {"value": None, "more": None}}])
    assert (finding.figures, finding.inside) == ({}, None)
    two = judge_row(rows["t2"], [{"t2": {"value": 1.0}}, {"t2": {"value": 3.0}}])
    assert two.figures["value"] == mean_interval([1.0, 3.0])


def test_a_run_of_the_engine_answers_all_rows(rows: dict[str, Row], ferry: Blueprint) -> None:
    wanted = tuple(row for row in rows.values() if row.how.measure and row.start.year == 2024)
    figures = Observe(wanted)(ferry, simulate(ferry, seed=1, replication=0))
    assert 0.1 < (figures["t1"]["value"] or 0) < 0.2
    assert all(figures[row.id]["value"] is not None for row in wanted)
    assert 0 < (figures["t11"]["value"] or 0) <= 1


def test_rows_of_other_times(rows: dict[str, Row], ferry: Blueprint) -> None:
    with pytest.raises(ValueError, match="t8: 2023-02-28 to 2023-02-28 is not within the results"):
        Observe((rows["t8"],))(ferry, a_year(ferry))
    moved = rows["t8"].moved_to(2024)
    assert (moved.start, moved.end) == (dt.date(2024, 2, 28), dt.date(2024, 2, 28))
    long = dataclasses.replace(rows["t8"], end=dt.date(2025, 5, 1)).moved_to(2024)
    assert (long.start, long.end) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    leap = dataclasses.replace(rows["t8"], start=dt.date(2024, 2, 1), end=dt.date(2024, 2, 29)).moved_to(2023)
    assert leap.end == dt.date(2023, 2, 28)


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("measures", "gone,,", "lost,,", "no line for gone"),
        ("measures", "train_days", "train_weeks", "unknown measure 'train_weeks' of trains"),
        ("measures", "No such trade here", "", "gone: neither a measure nor the reason"),
        ("targets", "A,schedule", "A,timetable", "timetable"),
    ],
)
def test_faults_of_the_tables_are_errors(tmp_path: Path, table: str, old: str, new: str, message: str) -> None:
    texts = {"targets": TARGETS, "measures": MEASURES}
    assert old in texts[table]
    texts[table] = texts[table].replace(old, new)
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_rows(tmp_path / "targets.csv", tmp_path / "measures.csv")


def page(rows: dict[str, Row], kept: str) -> str:
    asked = [judged(rows["t1"], value=0.0051, refused_share=0.02), judged(rows["t3"], value=13, p10=11, p50=12.5)]
    asked += [judged(rows["t4"], value=25), judged(rows["t5"], value=2.5, with_cargo=2.0)]
    others = [(rows["t8"], judged(rows["t8"], value=0.3))]
    made = Made("make calibration", 1, 1, [("ferry", "0123456789abcdef")])
    return calibration_page(2024, asked, others, [rows["t7"]], made, kept)


def test_the_page_says_misses_as_misses_and_why_a_row_is_not_measured(rows: dict[str, Row]) -> None:
    text = page(rows, by_hand(""))
    assert "1 of 2 rows with a rule of this project" in text
    assert "Out: t1." in text
    assert "| t1 | tonnes | 2024 | A | 0.004 Mt (0.0039 to 0.0041) | 0.0051 | **out** (±5 %) | refused 2.0 % |" in text
    assert "| in (schedule) | p10 11.00, p50 12.50 |" in text
    assert "+25.0 %" in text
    assert "| t7 | gone | 2024 | 1 Mt | No such trade here |" in text
    assert "| t8 | tonnes | 2023-02-28 to 2023-02-28 | 0.1 Mt (0.05 to 0.2) | 0.30 |" in text
    assert "- wagons: Loaded, and empty." in text


def test_what_is_written_by_hand_is_kept(rows: dict[str, Row]) -> None:
    first = page(rows, by_hand(""))
    mine = "\n## Mine\n\nA | B\n"
    written = first.replace(first.partition(BEGIN)[2].partition(END)[0], mine)
    assert page(rows, by_hand(written)).count(mine) == 1
    with pytest.raises(ValueError, match="no part between the marks"):
        by_hand("# A page of somebody else\n")


def test_every_shipped_observation_has_a_measure_or_a_reason() -> None:
    baseline = find("baseline")
    assert baseline is not None
    folder = baseline.parent / "middle_corridor"
    found = read_rows(folder / "calibration_targets.csv", folder / "calibration_measures.csv")
    assert len(found) == 108
    ruled = {row.id: row.rule for row in found if row.rule}
    assert ruled == {"k006": "0.05", "k007": "0.05", "k008": "0.05", "k026": "0.10", "k060": "0.15"} | dict.fromkeys(
        ("k068", "k069", "k070"), "schedule"
    )
    year = [row for row in found if row.start.year == row.end.year == 2024]
    assert sum(bool(row.how.measure) for row in year) >= 30
    # the page is there, with what was changed
    assert "What was changed" in by_hand((folder / "CALIBRATION.md").read_text(encoding="utf-8"))
