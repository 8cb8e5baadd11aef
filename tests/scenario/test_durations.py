"""Durations that are a number or a named law: how they are written, what is wrong with one, where it goes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from corridorsim.cli.new import scenario_from_workbook
from corridorsim.model import Distribution, WeatherGroup, build, fingerprint, realise, uncertain_leaves
from corridorsim.model.relieve import Step, relieve
from corridorsim.report.scenario_workbook import write_scenario
from corridorsim.scenario import Issues, Loaded, Quantity, Spread, effective, read

from .line import LINE, faults, load, only, place, write

YEAR = LINE.replace("{1: {factor: 1}}", "{" + ", ".join(f"{month}: {{factor: 1}}" for month in range(1, 13)) + "}")
LAW = "{distribution: lognormal, mean_h: 6, p90_h: 12}"
TE = "traction: diesel, mass_t: 138, trailing_mass_limit_t: 4200, availability: 0.9, mtbf_km: 100000"


def with_engine(words: str) -> str:
    """The line with a class of locomotives."""
    return f"{YEAR}locomotive_classes:\n  te: {{{TE}, {words}}}\n"


def assumed(words: str) -> str:
    return f"{YEAR}assumptions: {{{words}}}\n"


#: fields of a class of locomotives, and single numbers
OF_A_CLASS = ("repair_h", "service_h", "refuel_h")
ASSUMED = ("loco_change_h", "terminal_handling_h", "rescue_h", "on_demand_call_h", "vessel_absence_days")


def value_of(loaded: Loaded, field: str) -> object:
    part = loaded.scenario.assumptions if field in ASSUMED else loaded.scenario.locomotive_classes["te"]
    return getattr(part, field)


def written(field: str, value: str) -> str:
    if field in ASSUMED:
        return assumed(f"{field}: {value}")
    words = {"repair_hours_mean": "24", "service_h": "6"} | {field: value}
    if field == "repair_h":
        del words["repair_hours_mean"]
    return with_engine(", ".join(f"{name}: {word}" for name, word in words.items()))


@pytest.mark.parametrize("field", [*OF_A_CLASS, *ASSUMED])
def test_a_number_or_a_law(tmp_path: Path, field: str) -> None:
    assert value_of(load(tmp_path, written(field, LAW)), field) == Spread("lognormal", (6.0, 12.0))
    unit = "d" if field.endswith("_days") else "h"
    assert value_of(load(tmp_path, written(field, f"12 {unit}")), field) == Quantity(12.0)
    days = Spread("exponential", (48.0,), ("a",), "E")
    law = "{distribution: exponential, mean_h: 2 d, source: a, confidence: E, note: as told}"
    assert value_of(load(tmp_path, written(field, law)), field) == days


@pytest.mark.parametrize("field", [*OF_A_CLASS, *ASSUMED])
def test_the_range_of_a_number_is_what_is_unknown_of_it(tmp_path: Path, field: str) -> None:
    ranged = "{value: 6, low: 3, high: 12}"
    assert value_of(load(tmp_path, written(field, ranged)), field) == Quantity(6.0, 3.0, 12.0)


@pytest.mark.parametrize("field", [*OF_A_CLASS, *ASSUMED])
@pytest.mark.parametrize(
    ("value", "at", "message", "hint"),
    [
        ("{distribution: normal, mean_h: 6}", "normal", "unknown distribution 'normal'", "known: deterministic"),
        ("{distribution: lognormal, mean_h: 6}", "{distribution", "'p90_h' is missing", "takes mean_h, p90_h"),
        ("{distribution: exponential, mean_h: -6}", "-6}", "must not be negative", ""),
        ("{distribution: exponential, mean_h: 6, low: 3}", "low: 3", "unknown key 'low'", "exponential takes mean_h"),
        ("-6", "-6", "must ", ""),
        ("{low: 3}", "{low: 3}", "has no 'value'", ""),
    ],
)
def test_a_wrong_one_is_told_where_it_stands(
    tmp_path: Path, field: str, value: str, at: str, message: str, hint: str
) -> None:
    text = written(field, value)
    issue = only(faults(tmp_path, text))
    assert message in issue.message
    assert f"'{field}'" in issue.message
    assert hint in issue.hint
    assert (issue.line, issue.column) == place(text, at, text.count(at))


def test_an_absence_takes_some_time(tmp_path: Path) -> None:
    law = "{distribution: empirical, values_h: [0, 0]}"
    assert "the mean must be above 0" in only(faults(tmp_path, assumed(f"vessel_absence_days: {law}"))).message
    load(tmp_path, assumed(f"rescue_h: {law}"))


# --- repair: a mean, or a law -----------------------------------------------------------------------------------------


def test_a_class_has_one_of_the_two(tmp_path: Path) -> None:
    text = with_engine(f"service_h: 6, repair_hours_mean: 24, repair_h: {LAW}")
    issue = only(faults(tmp_path, text))
    assert issue.message == "locomotive class 'te' has 'repair_hours_mean' and 'repair_h': which holds?"
    assert "repair_hours_mean: null" in issue.hint
    assert (issue.line, issue.column) == place(text, "repair_h:")
    text = with_engine("service_h: 6")
    issue = only(faults(tmp_path, text))
    assert issue.message == "locomotive class 'te' lacks 'repair_hours_mean' or 'repair_h'"
    assert (issue.line, issue.column) == place(text, "te:")


def test_a_layer_takes_the_mean_away_and_gives_a_law(tmp_path: Path) -> None:
    write(tmp_path, "base.yaml", with_engine("service_h: 6, repair_hours_mean: 24"))
    law = f"locomotive_classes.te.repair_h: {LAW}"
    both = "schema: 1\ntitle: T\nextends: [base.yaml]\nset:\n  " + law + "\n"
    assert "which holds?" in only(faults(tmp_path, both)).message
    row = load(tmp_path, both + "  locomotive_classes.te.repair_hours_mean: null\n").scenario.locomotive_classes["te"]
    assert row.repair_hours_mean is None
    assert row.repair_h == Spread("lognormal", (6.0, 12.0))


def test_what_fails_takes_the_mean_of_the_law(tmp_path: Path) -> None:
    """Availability holds failures: what they take by the mean is taken out of it, by any law."""
    classes = [
        build(load(tmp_path, written("repair_h", value))).locomotive_classes[0]
        for value in ("24", "{distribution: gamma, mean_h: 24, cv: 2}", "{distribution: empirical, values_h: [0, 48]}")
    ]
    classes.append(build(load(tmp_path, with_engine("service_h: 6, repair_hours_mean: 24"))).locomotive_classes[0])
    absent = 0.1 - 24 / (100_000 / 500 * 24 + 24)
    assert [row.planned_absence_share for row in classes] == [pytest.approx(absent)] * 4
    assert {row.repair_mean_s for row in classes} == {24 * 3600}
    assert len({row.repair for row in classes}) == 4


# --- weather: the same ------------------------------------------------------------------------------------------------


def stormy(words: str, **groups: str) -> str:
    months = ", ".join(f"{month}: {{closure_share: 0.2, {words}}}" for month in range(1, 13))
    return f"{YEAR}weather:\n  sea: {{{months}}}\n" + "".join(f"{name}: {row}\n" for name, row in groups.items())


@pytest.mark.parametrize(
    ("words", "message", "at"),
    [
        ("mean_spell_days: 2, spell_h: 48", "has 'mean_spell_days' and 'spell_h': which holds?", "spell_h"),
        ("note: none", "lacks 'mean_spell_days' or 'spell_h'", "1: {closure"),
        ("spell_h: 0", "must be above 0", "0}, 2"),
    ],
)
def test_a_month_has_one_of_the_two(tmp_path: Path, words: str, message: str, at: str) -> None:
    text = stormy(words)
    issues = faults(tmp_path, text)
    assert len(issues) == 12
    assert message in issues[0].message
    assert "weather group 'sea.1'" in issues[0].message
    assert (issues[0].line, issues[0].column) == place(text, at)


def test_spells_of_a_mean_are_exponential_and_a_law_has_its_mean(tmp_path: Path) -> None:
    def group(words: str) -> WeatherGroup:
        return build(load(tmp_path, stormy(words))).weather[0]

    mean = group("mean_spell_days: 2")
    assert mean.spells == ()
    assert group("spell_h: {distribution: exponential, mean_h: 2 d}") == mean
    always = group("spell_h: 2 d")
    assert always.mean_spell_s == mean.mean_spell_s
    assert always.spells == (Distribution("deterministic", (48 * 3600.0,)),) * 12
    assert group("spell_h: {distribution: erlang, mean_h: 48, shape: 4}").mean_spell_s == mean.mean_spell_s


def test_spells_inside_others_have_no_law_of_their_own(tmp_path: Path) -> None:
    text = stormy("mean_spell_days: 2")
    inner = stormy("spell_h: 48").split("weather:\n")[1].replace("  sea:", "  coast:")
    loaded = load(tmp_path, f"{text}{inner}weather_groups: {{coast: {{within: sea}}}}\n")
    with pytest.raises(Issues, match="parts of those of 'sea', which have their law") as refused:
        build(loaded)
    assert len(refused.value.issues) == 12


# --- tables, workbooks, lists -----------------------------------------------------------------------------------------

TABLE = (
    "id,traction,mass_t,trailing_mass_limit_t,availability,mtbf_km,repair_hours_mean,repair_h.distribution,"
    "repair_h.mean_h,repair_h.p90_h,service_h_low,service_h,service_h_high,service_h.distribution,service_h.values_h,"
    "confidence\n"
    "old,diesel,276,4000,0.75,30000,48,,,,3,6,12,,,E\n"
    "new,diesel,138,4200,0.9,100000,,lognormal,24,60,,,,empirical,2; 3; 9,E\n"
)


def test_laws_in_columns(tmp_path: Path) -> None:
    write(tmp_path, "classes.csv", TABLE)
    classes = load(tmp_path, YEAR + "tables: {locomotive_classes: classes.csv}\n").scenario.locomotive_classes
    assert classes["old"].repair_hours_mean == Quantity(48.0, confidence="E")
    assert classes["old"].service_h == Quantity(6.0, 3.0, 12.0, confidence="E")
    assert classes["new"].repair_h == Spread("lognormal", (24.0, 60.0), (), "E")
    assert classes["new"].service_h == Spread("empirical", (2.0, 3.0, 9.0), (), "E")


def test_a_wrong_cell_is_told(tmp_path: Path) -> None:
    write(tmp_path, "classes.csv", TABLE.replace("24,60", "60,24"))
    issue = only(faults(tmp_path, YEAR + "tables: {locomotive_classes: classes.csv}\n"))
    assert "lognormal needs mean_h <= p90_h" in issue.message
    assert "locomotive class 'new'" in issue.message
    assert (issue.line, issue.file.endswith("classes.csv")) == (3, True)


def test_they_go_into_a_workbook_and_come_back(tmp_path: Path) -> None:
    write(tmp_path, "classes.csv", TABLE)
    text = assumed(f"rescue_h: {LAW}, vessel_absence_days: {{distribution: exponential, mean_h: 20 d}}")
    out = load(tmp_path, text + "tables: {locomotive_classes: classes.csv}\n")
    book = tmp_path / "tables.xlsx"
    write_scenario(out, book, "0")
    back = read(scenario_from_workbook(book, tmp_path / "mine")[0])
    assert back.scenario.locomotive_classes == out.scenario.locomotive_classes
    assert back.scenario.assumptions == out.scenario.assumptions
    assert fingerprint(build(back)) == fingerprint(build(out))
    columns = openpyxl.load_workbook(book)["columns"].iter_rows(values_only=True)
    takes = {row[1]: row[2] for row in columns if row[0] == "locomotive_classes"}
    assert "a law that varies stands in columns" in takes["service_h"]


def test_they_are_listed_by_name(tmp_path: Path) -> None:
    law = "{distribution: triangular, min_h: 3, mode_h: 6, max_h: 12}"
    text = assumed(
        f"rescue_h: {law}, terminal_handling_h: {LAW}, vessel_absence_days: {{value: 20, low: 10, high: 40}}"
    )
    leaves = {leaf.path: leaf for leaf in effective(load(tmp_path, text))}
    # by its name: its ends are no range of what is unknown, as those of a number would be
    assert leaves["assumptions.rescue_h"][1:5] == ("triangular(min 3, mode 6, max 12)", None, None, "h")
    assert leaves["assumptions.terminal_handling_h"][1:5] == ("lognormal(mean 6, p90 12)", None, None, "h")
    assert leaves["assumptions.vessel_absence_days"][1:5] == (20.0, 10.0, 40.0, "days")
    assert leaves["assumptions.loco_change_h"][1:5] == (2.0, None, None, "h")


# --- what is unknown of them ------------------------------------------------------------------------------------------

FACTOR = "factor: {value: 1, low: 0.5, high: 2}"


def unknown(rescue_h: str, factor: str = "") -> str:
    return (
        assumed(f"rescue_h: {rescue_h}") + f"uncertain_groups:\n  g: {{title: G, leaves: [assumptions.res*]{factor}}}\n"
    )


def test_a_factor_moves_the_whole_law(tmp_path: Path) -> None:
    loaded = load(tmp_path, unknown("{distribution: erlang, mean_h: 6, shape: 3}", f", {FACTOR}"))
    (leaf,) = uncertain_leaves(loaded)
    assert (leaf.path, leaf.kind, leaf.unit) == ("assumptions.rescue_h", "factor", "h")
    assert (leaf.low, leaf.value, leaf.high) == (3, 6, 12)
    for level, mean_h in ((0, 3), (1 / 3, 6), (1, 12)):
        assert realise(loaded, {"g": level}).scenario.assumptions.rescue_h == Spread("erlang", (mean_h, 3))


def test_a_number_moves_in_its_own_range(tmp_path: Path) -> None:
    loaded = load(tmp_path, unknown("{value: 4, low: 2, high: 8}"))
    (leaf,) = uncertain_leaves(loaded)
    assert (leaf.low, leaf.value, leaf.high, leaf.kind) == (2, 4, 8, "number")
    assert realise(loaded, {"g": 1}).scenario.assumptions.rescue_h == Quantity(8.0)


def test_a_law_stays_in_a_group_of_ranges(tmp_path: Path) -> None:
    """Else no layer could name the law of a number that a group of the scenario below it moves."""
    loaded = load(tmp_path, unknown(LAW))
    assert uncertain_leaves(loaded) == ()
    assert realise(loaded, {"g": 1}).scenario == loaded.scenario


def test_a_range_beside_a_factor_is_refused(tmp_path: Path) -> None:
    assert (
        "has a range of its own"
        in only(faults(tmp_path, unknown("{value: 4, low: 2, high: 8}", f", {FACTOR}"))).message
    )


@pytest.mark.parametrize(
    ("law", "eased"),
    [
        ("{distribution: gamma, mean_h: 6, cv: 2}", Spread("gamma", (3, 2))),
        ("{distribution: erlang, mean_h: 6, shape: 4}", Spread("erlang", (3, 4))),
        ("{distribution: empirical, values_h: [2, 10]}", Spread("empirical", (1, 5))),
    ],
)
def test_relief_eases_the_hours_of_a_law_and_nothing_else(tmp_path: Path, law: str, eased: Spread) -> None:
    loaded = load(tmp_path, assumed(f"rescue_h: {law}"))
    found = relieve(loaded, [Step("assumptions.rescue_h", multiply=0.5)])
    assert found.scenario.assumptions.rescue_h == eased
