"""Replications: kept, extended, resumed, and the same wherever they run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from corridorsim.experiment import (
    Case,
    ExecutorError,
    Failure,
    Interrupted,
    Outcome,
    Quiet,
    Run,
    SerialExecutor,
    Store,
    parse_executor,
    replicate,
)
from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint

from . import reducers


@pytest.fixture
def case(ferry: Blueprint) -> Case:
    return Case("ferry", ferry, "f" * 64)


class Counting:
    """A reduce that remembers how often it was called."""

    def __init__(self, fail_at: int | None = None, stop_at: int | None = None) -> None:
        self.calls, self.fail_at, self.stop_at = 0, fail_at, stop_at

    def __call__(self, _blueprint: Blueprint, ledger: Ledger) -> Any:
        self.calls += 1
        if self.calls == self.fail_at:
            raise ArithmeticError("two and two is five")
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        return {"digest": ledger.digest()}


def digests(ended: list[Outcome | Failure]) -> list[str]:
    assert all(isinstance(result, Outcome) for result in ended), ended
    return [result.value["digest"] for result in ended if isinstance(result, Outcome)]


def go(case: Case, reduce: Any, replications: int, **more: Any) -> list[Outcome | Failure]:
    more.setdefault("executor", "serial")
    return replicate([case], seed=1, replications=replications, reduce=reduce, **more)[case.fingerprint]


def test_replications_differ_and_repeat(case: Case) -> None:
    first = digests(go(case, reducers.digest, 3))
    assert len(set(first)) == 3
    assert digests(go(case, reducers.digest, 3)) == first


def test_processes_give_the_same_as_one(case: Case) -> None:
    alone = digests(go(case, reducers.digest, 3))
    ended = go(case, reducers.digest, 3, executor="processes:2")
    assert digests(ended) == alone
    assert os.getpid() not in {result.value["process"] for result in ended if isinstance(result, Outcome)}


def test_an_executor_may_be_passed_in(case: Case) -> None:
    assert digests(go(case, reducers.digest, 2, executor=SerialExecutor())) == digests(go(case, reducers.digest, 2))


def test_ten_are_extended_to_twenty_by_running_ten(case: Case, tmp_path: Path) -> None:
    store, reduce = Store(tmp_path, "s"), Counting()
    first = digests(go(case, reduce, 10, store=store))
    assert reduce.calls == 10
    assert digests(go(case, reduce, 20, store=store))[:10] == first
    assert reduce.calls == 20
    go(case, reduce, 20, store=store)
    assert reduce.calls == 20


def test_the_same_scenario_under_two_names_is_run_once(case: Case) -> None:
    reduce, twin = Counting(), Case("twin", case.blueprint, case.fingerprint)
    replicate([case, twin], seed=1, replications=2, reduce=reduce, executor="serial")
    assert reduce.calls == 2


def test_a_failure_is_a_record_and_the_rest_goes_on(case: Case, tmp_path: Path) -> None:
    store = Store(tmp_path, "s")
    ended = go(case, Counting(fail_at=2), 4, store=store)
    (failure,) = [result for result in ended if isinstance(result, Failure)]
    assert failure.run == Run("ferry", case.fingerprint, 1, 1)
    assert failure.stage == "reduce"
    assert failure.message == "ArithmeticError: two and two is five"
    assert "in __call__" in failure.traceback
    assert sum(isinstance(result, Outcome) for result in ended) == 3
    # it is not kept: the next time it is tried again
    again = Counting()
    assert len(digests(go(case, again, 4, store=store))) == 4
    assert again.calls == 1


def test_an_interrupt_keeps_what_is_done(case: Case, tmp_path: Path) -> None:
    store = Store(tmp_path, "s")
    with pytest.raises(Interrupted, match="3 of 6 runs are done"):
        go(case, Counting(stop_at=4), 6, store=store)
    rest = Counting()
    go(case, rest, 6, store=store)
    assert rest.calls == 3


def test_a_worker_that_dies_takes_no_run_along(case: Case, tmp_path: Path) -> None:
    ended = go(case, reducers.DiesOnce(tmp_path / "mark"), 3, executor="processes:1")
    assert (tmp_path / "mark").exists()
    assert digests(ended) == digests(go(case, reducers.digest, 3))


def test_a_run_that_always_kills_its_worker_fails(case: Case) -> None:
    (failure,) = go(case, reducers.dies, 1, executor="processes:1")
    assert isinstance(failure, Failure)
    assert failure.stage == "worker"


def test_killed_in_the_middle_it_loses_only_what_was_in_flight(case: Case, ferry_file: Path, tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from corridorsim.experiment import Case, Store, replicate
from corridorsim.model import build
from corridorsim.scenario import read
from tests.experiment import reducers
case = Case("ferry", build(read({str(ferry_file)!r})), {case.fingerprint!r})
store = Store(Path({str(tmp_path)!r}), "s")
replicate([case], seed=1, replications=50, reduce=reducers.slow, executor="serial", store=store)
"""
    root = Path(__file__).parents[2]
    killed = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    try:
        deadline = time.monotonic() + 60
        while len(list(tmp_path.rglob("s1-r*.json.gz"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    kept = len(list(tmp_path.rglob("s1-r*.json.gz")))
    assert 2 <= kept < 50
    rest = Counting()
    ended = go(case, rest, kept + 2, store=Store(tmp_path, "s"))
    assert rest.calls == 2
    assert digests(ended) == digests(go(case, reducers.digest, kept + 2))


def test_progress_hears_of_every_run(case: Case, tmp_path: Path) -> None:
    heard: list[str] = []

    class Ear(Quiet):
        def begin(self, total: int, stored: int) -> None:
            heard.append(f"{total} runs, {stored} stored")

        def finished(self, label: str) -> None:
            heard.append(label)

        def failed(self, label: str, message: str) -> None:
            heard.append(f"{label}: {message}")

    store = Store(tmp_path, "s")
    go(case, Counting(), 1, store=store)
    go(case, Counting(fail_at=1), 3, store=store, progress=Ear())
    assert heard == [
        "3 runs, 1 stored",
        "ferry, replication 1: reduce: ArithmeticError: two and two is five",
        "ferry, replication 2",
    ]


def test_executors_by_name() -> None:
    assert parse_executor("serial") == ("serial", 1)
    assert parse_executor("processes:3") == ("processes", 3)
    assert parse_executor("processes")[1] >= 1


@pytest.mark.parametrize("text", ["threads", "processes:0", "processes:x", "serial:2", "dask", "dask:host", ""])
def test_executors_that_are_not_known_are_refused(text: str) -> None:
    with pytest.raises(ExecutorError):
        parse_executor(text)
