"""The plug-in door: names, where they come from, and what is said when something is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import corridorsim as cs
from corridorsim import plugins
from corridorsim.engine import NearAndWaiting
from corridorsim.model import build
from corridorsim.scenario import Issues, effective, read

from ..small import TEXT
from .installed import broken, install, install_example


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which packages are installed for the time of a test."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in ("corridor_rules", "broken_rules"):
        sys.modules.pop(name, None)


@pytest.fixture(autouse=True)
def nothing_stays_registered() -> Iterator[None]:
    yield
    for kind in plugins.KINDS:
        for plugin in plugins.offered(kind):
            if not plugin.own and not plugin.distribution:
                plugins.forget(kind, plugin.name)


def scenario(folder: Path, policies: str) -> Path:
    """The mine and the ferry with a line of policies at its end."""
    file = folder / "line.yaml"
    file.write_text(f"{TEXT}policies: {policies}\n", encoding="utf-8")
    return file


def wrong(file: Path) -> str:
    """The one thing that is wrong with a scenario, from where it stands in the file on."""
    with pytest.raises(Issues) as told:
        build(read(file))
    (issue,) = told.value.issues
    assert issue.file == str(file)
    assert issue.line == len(file.read_text().splitlines())
    return str(issue).removeprefix(f"{file}:{issue.line}:")


def test_names_are_the_engines_own_then_those_of_packages(site: Path) -> None:
    assert plugins.names("routing") == ["shortest", "split", "least_expected_time"]
    install_example(site)
    assert plugins.names("dispatch") == ["near_and_waiting", "at_hand", "express_first"]
    assert plugins.names("report_sections") == ["rules_in_force"]
    (found,) = [plugin for plugin in plugins.offered("dispatch") if not plugin.own]
    assert found.distribution == "corridor-rules 1.0"
    assert "corridor_rules" not in sys.modules  # looked at, not imported


@pytest.mark.parametrize(
    ("policies", "at", "told"),
    [
        ("{dispatch: near_and_wating}", "near", "'dispatch' of section 'policies': unknown dispatch policy "
         "'near_and_wating'; there are near_and_waiting, at_hand; did you mean 'near_and_waiting'?"),
        ("{routing: {name: shortst}}", "shortst", "'routing' of section 'policies' (name): unknown routing policy "
         "'shortst'; there are shortest, split, least_expected_time; did you mean 'shortest'?"),
        ("{acceptance: zebra}", "zebra", "'acceptance' of section 'policies': unknown acceptance policy 'zebra'; there "
         "are limits; a package offers one as entry point corridorsim.acceptance"),
        ("{routing: {turn: 2}}", "{turn", "'routing' of section 'policies' (name): the name of a policy is needed "
         "here, not nothing; write a name, or {name: ..., parameter: ...}"),
        ("{routing: 7}", "7", "'routing' of section 'policies': the name of a policy is needed here, not a number; "
         "write a name, or {name: ..., parameter: ...}"),
        ("{routing: {name: split, by: [1]}}", "[1]", "'routing' of section 'policies' (by): a number, text, or yes or "
         "no is needed here, not a list"),
        ("{routing: {name: split, by: 2}}", "2", "policies.routing.by: unknown parameter 'by' of policy 'split'; it "
         "takes none"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_told_with_its_place(tmp_path: Path, policies: str, at: str, told: str) -> None:
    column = f"policies: {policies}".index(at) + 1
    assert wrong(scenario(tmp_path, policies)) == f"{column}: {told}"


def test_names_of_packages_are_proposed_too(site: Path, tmp_path: Path) -> None:
    install_example(site)
    told = wrong(scenario(tmp_path, "{dispatch: express_frist}"))
    assert "there are near_and_waiting, at_hand, express_first; did you mean 'express_first'?" in told


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ("{dispatch: {name: express_first, max_light: 3}}", "unknown parameter 'max_light' of policy 'express_first'; "
         "did you mean 'max_light_km'?"),
        ("{dispatch: {name: express_first, max_light_km: -3}}", "policies.dispatch.max_light_km: policy "
         "'express_first' cannot be made: ValueError: max_light_km must be 0 or more, not -3"),
        ("{acceptance: room_for_express}", "policy 'room_for_express' needs its parameter 'share'; write {name: "
         "room_for_express, share: ...}"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_told_with_their_place(site: Path, tmp_path: Path, policies: str, told: str) -> None:
    install_example(site)
    assert told in wrong(scenario(tmp_path, policies))


@pytest.mark.parametrize(
    ("module", "value", "told"),
    [
        ("import nothing\n", "broken_rules:Rule", "cannot be imported: ModuleNotFoundError: No module named 'nothing'"),
        ("raise SystemExit(3)\n", "broken_rules:Rule", "cannot be imported: SystemExit: 3"),
        ("def Rule(:\n", "broken_rules:Rule", "cannot be imported: SyntaxError"),
        ("Rules = 1\n", "broken_rules:Rule", "names 'Rule', which module broken_rules does not have"),
        ("class Rule: pass\n", "broken_rules:Rule", "is no dispatch policy: broken_rules:Rule has no method "
         "'train_for'"),
        ("Rule = 1\n", "gone:Rule", "cannot be imported: ModuleNotFoundError: No module named 'gone'"),
    ],
)  # fmt: skip
def test_a_broken_plugin_names_its_package(site: Path, tmp_path: Path, module: str, value: str, told: str) -> None:
    broken(site, module, value)
    assert f"plug-in 'rule' of broken-rules 0.3 {told}" in wrong(scenario(tmp_path, "{dispatch: rule}"))


def test_the_policy_in_force_is_listed_with_its_parameters(site: Path, tmp_path: Path) -> None:
    install_example(site)
    file = scenario(tmp_path, "{dispatch: {name: express_first, max_light_km: 300}}")
    shown = {leaf.path: leaf for leaf in effective(read(file))}
    assert shown["policies.dispatch"].value == "express_first(max_light_km 300)"
    assert shown["policies.acceptance"].value == "limits"
    assert shown["policies.acceptance"].where == "default"


def test_what_a_scenario_does_not_name_is_not_imported(site: Path, tmp_path: Path) -> None:
    broken(site, "raise SystemExit(3)\n")
    assert build(read(scenario(tmp_path, "{routing: split}"))).routing.name == "split"


def test_a_name_that_two_packages_offer_is_nobodys(site: Path, tmp_path: Path) -> None:
    install_example(site)
    entry = {"corridorsim.dispatch": {"express_first": "other_rules:Rule"}}
    install(site, {"name": "other-rules", "version": "2", "entry-points": entry}, {"other_rules": ""})
    told = wrong(scenario(tmp_path, "{dispatch: express_first}"))
    assert "is offered by corridor-rules 1.0 and other-rules 2: remove one of them" in told


def test_a_report_section_of_a_package_is_a_chapter(site: Path, tmp_path: Path) -> None:
    from corridorsim.report.html.plugged import all_sections
    from corridorsim.report.html.sections import Context

    install_example(site)
    result = cs.run(scenario(tmp_path, "{dispatch: express_first}"), replications=1, executor="serial", out=None)
    made = all_sections()["rules_in_force"](Context([result]))
    assert made is not None
    assert "policies.dispatch: express_first" in made.text


def test_a_broken_report_section_names_its_package(site: Path) -> None:
    from corridorsim.report.html.plugged import all_sections

    entry = {"corridorsim.report_sections": {"chapter": "broken_rules:chapter"}}
    install(site, {"name": "broken-rules", "version": "0.3", "entry-points": entry}, {"broken_rules": ""})
    with pytest.raises(plugins.PluginError, match=r"plug-in 'chapter' of broken-rules 0\.3 names 'chapter', which"):
        all_sections()


# --- registered in code -----------------------------------------------------------------------------------------------


class Idle(NearAndWaiting):
    """A class of a module: any process finds it."""


def in_a_session(text: str) -> dict[str, Any]:
    """Run code as a notebook does: in a main module that nobody can import."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, "cell", "exec"), names)
    return names


CELL = """
from corridorsim import plugins
from corridorsim.engine import NearAndWaiting
KM = 300
def near(metres):
    return metres < KM * 1000
@plugins.register("dispatch", "nearby")
class Nearby(NearAndWaiting):
    def units_for(self, train, pool):
        return [unit for unit in pool.idle_units(train.node) if near(pool.metres(unit.node, train.node))]
"""


def test_what_is_registered_is_found(tmp_path: Path) -> None:
    plugins.register("dispatch", "idle", Idle)
    made = build(read(scenario(tmp_path, "{dispatch: idle}"))).dispatch
    assert made.source == f"{__name__}:Idle"
    assert made.identity
    plugins.forget("dispatch", "idle")
    assert "unknown dispatch policy 'idle'" in wrong(scenario(tmp_path, "{dispatch: idle}"))


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("dispatch", "near_and_waiting", "the name 'near_and_waiting' of a dispatch policy is taken by corridorsim"),
        ("dispatch", "express_first", "the name 'express_first' of a dispatch policy is taken by corridor-rules 1.0"),
        ("despatch", "idle", "unknown kind of plug-in 'despatch'; there are dispatch, routing, acceptance"),
        ("routing", "idle", "plug-in 'idle' is no routing policy: .* has no method 'path_for'"),
    ],
)  # fmt: skip
def test_what_cannot_be_registered(site: Path, kind: str, name: str, told: str) -> None:
    install_example(site)
    with pytest.raises(plugins.PluginError, match=told):
        plugins.register(kind, name, Idle)


def test_the_identity_of_a_class_of_a_session_is_what_it_does() -> None:
    def mark(text: str) -> str:
        in_a_session(text)
        return plugins.identity(plugins.find("dispatch", "nearby").source)

    first = mark(CELL)
    assert mark(CELL) == first
    assert mark(CELL.replace("KM = 300", "KM = 301")) != first
    assert mark(CELL.replace("metres < KM", "metres <= KM")) != first
    assert mark(CELL.replace("def near(metres):", "def near(metres):  # in metres")) == first


def test_a_session_class_that_reads_what_cannot_be_told_is_refused(tmp_path: Path) -> None:
    in_a_session(CELL.replace("KM = 300", "import random\nKM = random.Random(1)"))
    assert "of which nobody can tell whether it changes" in wrong(scenario(tmp_path, "{dispatch: nearby}"))


def test_kept_runs_are_never_those_of_another_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each version of the class is run anew, and the first one's runs are found again."""
    made = []
    for text in (CELL, CELL.replace("KM = 300", "KM = 0"), CELL):
        in_a_session(text)
        scenario_ = cs.load(scenario(tmp_path, "{dispatch: nearby}"))
        result = cs.run(scenario_, replications=1, executor="serial", out=tmp_path / "out")
        made.append((scenario_.hash, str(result.folder)))
    assert made[0] == made[2] != made[1]
    assert len(list((tmp_path / "out" / ".runs").glob("*/*/*.json.gz"))) == 2


@pytest.mark.parametrize("executor", ["processes:1"])
def test_workers_import_what_stands_in_a_module(site: Path, tmp_path: Path, executor: str) -> None:
    install_example(site)
    file = scenario(tmp_path, "{dispatch: express_first}")
    here = cs.run(file, replications=1, executor="serial", out=None)
    there = cs.run(file, replications=1, executor=executor, out=None)
    assert there.summary.digest == here.summary.digest


def test_what_only_this_session_has_is_not_for_workers(tmp_path: Path) -> None:
    in_a_session(CELL)
    file = scenario(tmp_path, "{dispatch: nearby}")
    assert cs.run(file, replications=1, executor="serial", out=None).runs
    with pytest.raises(cs.api.RunFailed, match='worker processes cannot import: run with executor="serial"'):
        cs.run(file, replications=1, executor="processes:1", out=None)


def test_a_worker_with_another_version_says_so(site: Path, tmp_path: Path) -> None:
    install_example(site)
    plan = cs.load(scenario(tmp_path, "{dispatch: express_first}"))
    file = site / "corridor_rules.py"
    file.write_text(file.read_text() + "\n# edited after it was loaded here\n")
    with pytest.raises(cs.api.RunFailed, match=r"'express_first' of corridor-rules 1\.0 is another version here"):
        cs.run(plan, replications=1, executor="processes:1", out=None)


def test_a_package_that_takes_a_name_of_the_engines_own_is_told(site: Path, tmp_path: Path) -> None:
    """It would never be used: a name that is taken is looked up no further."""
    project = {"name": "greedy", "version": "2.0", "entry-points": {"corridorsim.routing": {"shortest": "greedy:Rule"}}}
    install(site, project, {"greedy": "class Rule: ...\n"})
    said = wrong(scenario(tmp_path, "{routing: shortest}"))
    assert said.endswith("the routing policy 'shortest' is corridorsim's own, and greedy 2.0 offers one of that name")
