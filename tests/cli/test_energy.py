"""``corridorsim energy`` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.analysis.test_energy import one_line
from tests.cli.test_command import call
from tests.engine.lines import YAML


def test_a_scenario_its_folder_and_one_flow(tmp_path: Path) -> None:
    with (tmp_path / "line.yaml").open("w", encoding="utf-8") as stream:
        YAML().dump(one_line(), stream)
    words = ("--replications", "1", "--executor", "serial", "--perimeter", "A")
    code, page, err = call("energy", "line.yaml", *words, cwd=tmp_path)
    assert code == 0, err
    assert page.startswith("energy of line · 2024 · 1 replication ")
    assert "rail R diesel" in page
    (folder,) = (tmp_path / "results").glob("line-*")
    code, again, err = call("energy", str(folder), "--perimeter", "A", cwd=tmp_path)
    assert code == 0, err
    assert again.split("\nfiles")[0] == page.split("\nfiles")[0]
    code, found, _ = call("energy", str(folder), "--json", cwd=tmp_path)
    assert {row["flow"] for row in json.loads(found)["rows"]} == {"ore"}
    code, out, err = call("energy", str(folder), "--flow", "gold", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "nothing was carried of 'gold' in 2024; there are ore" in err
    assert call("energy", str(folder), "--set", "energy.train_factor=2", cwd=tmp_path)[0] == 2


def test_factors_that_are_not_given_are_code_2(tmp_path: Path, ferry_file: Path) -> None:
    words = ("--replications", "1", "--executor", "serial", "--quiet")
    code, out, err = call("energy", str(ferry_file), *words, cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "energy.ships.ferry.sea_kg_per_h" in err
    assert "Traceback" not in err
