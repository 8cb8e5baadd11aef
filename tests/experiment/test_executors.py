"""Runs are the same wherever they run; a worker that dies takes no other run along."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from corridorsim.experiment import (
    Case,
    ExecutorError,
    Failure,
    Lines,
    Outcome,
    SerialExecutor,
    fixed_case,
    parse_executor,
    replicate,
)
from corridorsim.model import Blueprint

from . import reducers


@pytest.fixture
def case(ferry: Blueprint) -> Case:
    return fixed_case("ferry", ferry)


def go(case: Case, reduce: Any, replications: int, executor: Any, **more: Any) -> list[Outcome | Failure]:
    return replicate([case], seed=1, replications=replications, reduce=reduce, executor=executor, **more)[case.key]


def digests(ended: list[Outcome | Failure]) -> list[str]:
    assert all(isinstance(result, Outcome) for result in ended), ended
    return [result.value["digest"] for result in ended if isinstance(result, Outcome)]


def test_processes_give_the_same_as_one(case: Case) -> None:
    alone = digests(go(case, reducers.digest, 6, "serial"))
    for count in (1, 2):
        ended = go(case, reducers.digest, 6, f"processes:{count}")
        assert digests(ended) == alone
        assert os.getpid() not in {result.value["process"] for result in ended if isinstance(result, Outcome)}


def test_an_executor_may_be_passed_in(case: Case) -> None:
    alone = digests(go(case, reducers.digest, 3, "serial"))
    assert digests(go(case, reducers.digest, 3, SerialExecutor())) == alone
    with ThreadPoolExecutor(2) as threads:
        assert digests(go(case, reducers.digest, 3, threads)) == alone
        assert threads.submit(lambda: 1).result() == 1  # it stays open


def test_a_worker_that_dies_takes_no_run_along(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = go(case, reducers.DiesOnce(tmp_path / "mark"), 3, "processes:1", progress=Lines())
    assert (tmp_path / "mark").exists()
    assert digests(ended) == digests(go(case, reducers.digest, 3, "serial"))
    assert "a worker died with ferry, replication 0; the run is tried again" in capsys.readouterr().err


def test_a_run_that_always_kills_its_worker_fails_alone(case: Case) -> None:
    alone = digests(go(case, reducers.digest, 9, "serial"))
    ended = go(case, reducers.DiesOf(alone[1]), 9, "processes:2")
    failure = ended.pop(1)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.message) == ("worker", "the worker process died in each of 3 attempts")
    assert digests(ended) == [alone[0], *alone[2:]]


def test_what_cannot_travel_is_a_failure(case: Case) -> None:
    for failure in go(case, reducers.no_pickle, 2, "processes:1"):
        assert isinstance(failure, Failure)
        assert failure.stage == "worker"
        assert "pickle" in failure.message


def test_a_reduce_that_workers_cannot_import_is_told(case: Case) -> None:
    def reduce(*_: object) -> None:
        return None

    reduce.__module__ = "__main__"
    with pytest.raises(ExecutorError, match="move its reduce into a module"):
        go(case, reduce, 1, "processes:1")


def test_executors_by_name() -> None:
    assert parse_executor("serial") == ("serial", 1, None)
    assert parse_executor("processes:3") == ("processes", 3, None)
    assert (parse_executor("processes").workers or 0) >= 1
    assert parse_executor("dask") == ("dask", parse_executor("processes").workers, None)
    assert parse_executor("dask:tcp://there:8786") == ("dask", None, "tcp://there:8786")
    assert parse_executor("dask:there:8786") == ("dask", None, "there:8786")


@pytest.mark.parametrize(
    "text",
    ["threads", "processes:0", "processes:x", "processes:", "serial:2", "serial:", "dask:host", "dask:", "dask:4", ""],
)
def test_executors_that_are_not_known_are_refused(text: str) -> None:
    with pytest.raises(ExecutorError):
        parse_executor(text)
