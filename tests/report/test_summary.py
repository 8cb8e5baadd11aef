"""summary.json: its schema is the shipped one, and a folder of results reads back as it was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from corridorsim.analysis import reduce
from corridorsim.analysis.summary import Summary, summarise
from corridorsim.model import Blueprint
from corridorsim.report import NotAResult, dumps, folder_name, schema_text
from corridorsim.report.folder import read, save
from corridorsim.scenario.schema import Target

from ..analysis.ledgers import a_year
from .summaries import summary


def made(ferry: Blueprint, replications: int = 2) -> Summary:
    runs = {number: reduce(ferry, a_year(ferry)) for number in range(replications)}
    target = Target(name="t", measure="delivered_share", perimeter="A", year=2024, at_least=0.6)
    return summarise(
        name="ferry", title="A ferry", version="0.1.0", seed=1, judged=[target], unjudged=[],
        sets={"as_given": runs}, hashes={"as_given": "f" * 64}, failed=0, warm_up_days=0,
    )  # fmt: skip


def test_shipped_schema_is_that_of_the_classes() -> None:
    shipped = json.loads(schema_text())
    assert shipped.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert shipped == json.loads(json.dumps(Summary.model_json_schema()))


def test_schema_names_what_others_rely_on() -> None:
    schema = json.loads(schema_text())
    assert {
        "scenario", "version", "hash", "digest", "seed", "replications", "confidence", "years", "targets",
        "utilisation", "waiting",
    } <= set(schema["required"])  # fmt: skip
    assert {"delivered_mt", "offered_mt", "refused_mt", "teu", "container_trains", "transit_days"} <= set(
        schema["$defs"]["Year"]["required"]
    )
    assert {"name", "probability", "low", "high", "met"} <= set(schema["$defs"]["TargetResult"]["required"])
    assert schema["additionalProperties"] is False


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError):
        Summary.model_validate({**json.loads(dumps(summary())), "more": 1})


def test_figures_come_from_the_runs(ferry: Blueprint) -> None:
    it = made(ferry)
    figures = it.years[2024]
    assert figures.delivered_mt["A"].mean == pytest.approx(0.004)
    assert figures.delivered_mt["A"].low == pytest.approx(0.004)
    assert figures.delivered_share["A"].mean == pytest.approx(4 / 6.5)
    assert figures.transit_days["ore"].mean == pytest.approx(17.5)
    assert figures.refused[0].gate == "origin.ore"
    assert [(item.cause, item.share) for item in it.waiting] == [
        ("vessel", pytest.approx(3000 / 3500)),
        ("slot", pytest.approx(500 / 3500)),
    ]
    assert it.utilisation == {"segment:mine-east": pytest.approx(0.155)}
    (target,) = it.targets
    assert (target.met, target.probability, target.high) == (True, 1.0, 1.0)


def test_one_replication_has_no_intervals(ferry: Blueprint) -> None:
    it = made(ferry, 1)
    assert it.years[2024].delivered_mt["A"].low is None
    assert (it.targets[0].low, it.targets[0].high) == (None, None)


def test_a_folder_reads_back(ferry: Blueprint, tmp_path: Path) -> None:
    runs = {number: reduce(ferry, a_year(ferry)) for number in (0, 2)}
    it = made(ferry)
    folder = tmp_path / folder_name(it)
    assert folder.name == "ferry-ffffffff-s1"
    save(folder, it, {"as_given": runs}, "path,value\n", "corridorsim run ferry")
    again, sets = read(folder)
    assert again == it
    assert list(sets) == ["as_given"]
    assert {n: run["tables"] for n, run in sets["as_given"].items()} == {n: run["tables"] for n, run in runs.items()}
    assert (folder / "command.txt").read_text() == "corridorsim run ferry\n"
    assert (folder / "effective.csv").read_text() == "path,value\n"
    assert (folder / "years.csv").read_text().startswith('"replication","year","perimeter"')


def test_what_is_no_result_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAResult, match=r"there is no summary\.json$"):
        read(tmp_path)
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(NotAResult, match="of this version"):
        read(tmp_path)


def test_a_name_makes_a_folder_that_stays_where_it_is_put() -> None:
    assert folder_name(summary(scenario="../a b/c")) == "_a_b_c-aaaaaaaa-s1"
