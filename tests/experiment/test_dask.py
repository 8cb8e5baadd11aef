"""A real Dask scheduler and two worker processes, started here: the same runs, failures and refusals as elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from corridorsim.experiment import Case, ExecutorError, Failure, Outcome, Quiet, fixed_case, parse_executor, replicate
from corridorsim.model import Blueprint

from . import reducers

ROOT = Path(__file__).parents[2]


@contextmanager
def started(module: str, *words: str, path: Path = ROOT, cwd: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask's, ended with all that it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard"],
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(path)}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    """The address of a scheduler at a free port."""
    file = folder / "scheduler.json"
    with started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), cwd=folder):
        deadline = time.monotonic() + 30
        while not file.exists() or not file.read_text():
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.02)
        yield json.loads(file.read_text())["address"]


@contextmanager
def worker(address: str, folder: Path, path: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    words = (address, "--nthreads", "1", "--memory-limit", "0", "--local-directory", str(folder))
    with started("dask_worker", *words, path=path, cwd=folder) as process:
        yield process


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=30)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    with scheduler(folder) as address, worker(address, folder), worker(address, folder):
        wait_for_workers(address, 2)
        yield address


@pytest.fixture
def case(ferry: Blueprint) -> Case:
    return fixed_case("ferry", ferry)


def go(case: Case, executor: Any, reduce: Any = reducers.digest, replications: int = 4) -> list[Outcome | Failure]:
    return replicate([case], seed=1, replications=replications, reduce=reduce, executor=executor)[case.key]


def digests(ended: list[Outcome | Failure]) -> list[str]:
    assert all(isinstance(result, Outcome) for result in ended), ended
    return [result.value["digest"] for result in ended if isinstance(result, Outcome)]


def test_two_workers_give_the_same_as_one_process(cluster: str, case: Case) -> None:
    told: list[int | None] = []

    class Ear(Quiet):
        def opened(self, workers: int | None) -> None:
            told.append(workers)

    ended = replicate(
        [case], seed=1, replications=8, reduce=reducers.digest, executor=f"dask:{cluster}", progress=Ear()
    )[case.key]  # fmt: skip
    assert told == [2]
    assert digests(ended) == digests(go(case, "serial", replications=8))
    processes = {result.value["process"] for result in ended if isinstance(result, Outcome)}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_the_executor_of_a_client_may_be_passed_in(cluster: str, case: Case) -> None:
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        assert digests(go(case, client.get_executor())) == digests(go(case, "serial"))
        assert digests(go(case, client.get_executor(), replications=2)) == digests(go(case, "serial", replications=2))


def test_a_run_that_fails_is_a_record_and_the_rest_goes_on(cluster: str, case: Case) -> None:
    for result in go(case, f"dask:{cluster}", reducers.no_pickle, replications=2):
        assert isinstance(result, Outcome)  # functions do travel over Dask
    bad, good = go(case, f"dask:{cluster}", reducers.FailsOf(digests(go(case, "serial", replications=1))[0]), 2)
    assert isinstance(bad, Failure)
    assert bad.stage == "reduce"
    assert bad.message == "ArithmeticError: two and two is five"
    assert "in __call__" in bad.traceback
    assert isinstance(good, Outcome)


def test_a_cluster_of_this_machine(ferry_file: Path, tmp_path: Path, case: Case) -> None:
    """``dask`` alone; from a plain script, with a run that kills the worker that runs it."""
    killer, *others = digests(go(case, "serial", replications=4))
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, json\n"
        "from corridorsim.experiment import fixed_case, replicate\n"
        "from corridorsim.model import build\n"
        "from corridorsim.scenario import read\n"
        "from tests.experiment.reducers import DiesOf\n"
        f"case = fixed_case('ferry', build(read({str(ferry_file)!r})))\n"
        f"ended = replicate([case], seed=1, replications=4, reduce=DiesOf({killer!r}), executor='dask')[case.key]\n"
        "print(json.dumps([getattr(r, 'message', None) or r.value['digest'] for r in ended]))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip
    assert done.stdout, done.stderr
    died, *rest = json.loads(done.stdout)
    assert died == "the worker process died in each of 3 attempts"
    assert rest == others
    assert done.stderr == ""


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler for workers that are to be refused."""
    with scheduler(tmp_path_factory.mktemp("apart")) as address:
        yield address


@pytest.fixture(scope="module")
def other_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with one comment more."""
    folder = tmp_path_factory.mktemp("other")
    shutil.copytree(ROOT / "corridorsim", folder / "corridorsim", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests").symlink_to(ROOT / "tests")
    with (folder / "corridorsim" / "engine" / "kernel.py").open("a") as kernel:
        kernel.write("# not the same\n")
    return folder


def test_workers_of_another_version_are_refused(case: Case, apart: str, other_version: Path, tmp_path: Path) -> None:
    from distributed import Client

    with worker(apart, tmp_path), worker(apart, tmp_path, other_version):
        wait_for_workers(apart, 2)
        with pytest.raises(ExecutorError, match="other sources of corridorsim"):
            go(case, f"dask:{apart}")
        # a worker that comes later, or is behind an executor that was passed in, is found out by its runs
        with Client(apart, set_as_default=False) as client:
            ended = go(case, client.get_executor(), replications=8)
    expected = go(case, "serial", replications=8)
    for result, right in zip(ended, expected, strict=True):
        if isinstance(result, Outcome) and isinstance(right, Outcome):
            assert result.value["digest"] == right.value["digest"]
        else:
            assert isinstance(result, Failure)
            assert result.stage == "worker"
            assert "other sources of corridorsim" in result.message
    assert any(isinstance(result, Failure) for result in ended)


def test_a_worker_without_the_code_is_named(
    case: Case, apart: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the package, but not the module of this reduce."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "only_here.py").write_text("def digest(blueprint, ledger):\n    return ledger.digest()\n")
    monkeypatch.syspath_prepend(str(here))
    reduce = import_module("only_here").digest
    with worker(apart, tmp_path, ROOT):
        wait_for_workers(apart, 1)
        with pytest.raises(ExecutorError, match=r"Dask worker tcp://.* cannot run this: ModuleNotFoundError"):
            replicate([case], seed=1, replications=1, reduce=reduce, executor=f"dask:{apart}")


def test_no_scheduler_is_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corridorsim.experiment.cluster.CONNECT_S", 0.5)
    with pytest.raises(ExecutorError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        go(case, "dask:tcp://127.0.0.1:9")


def test_a_scheduler_that_goes_away_keeps_what_is_done(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("corridorsim.experiment.cluster.CONNECT_S", 0.5)
    with ExitStack() as processes:
        address = processes.enter_context(scheduler(tmp_path))
        processes.enter_context(worker(address, tmp_path))
        wait_for_workers(address, 1)

        class Unplugs(Quiet):
            def finished(self, label: str, wall_s: float) -> None:
                processes.close()

        ended = replicate(
            [case], seed=1, replications=6, reduce=reducers.digest, executor=f"dask:{address}", progress=Unplugs()
        )[case.key]
    assert isinstance(ended[0], Outcome)
    last = ended[-1]
    assert isinstance(last, Failure)
    assert last.message.startswith(f"no Dask scheduler answers at {address}")
    assert capfd.readouterr() == ("", "")


def test_where_dask_is_not_installed_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corridorsim.experiment.executors.find_spec", lambda name: None)
    with pytest.raises(ExecutorError, match=r"pip install 'corridorsim\[distributed\]'"):
        parse_executor("dask")
