"""Killed, interrupted, started twice: what is done is kept, and nothing is run again or mixed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from corridorsim.experiment import Case, Outcome, Store, fixed_case, replicate
from corridorsim.model import Blueprint

from . import program, reducers


@pytest.fixture
def case(ferry: Blueprint) -> Case:
    return fixed_case("ferry", ferry)


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


def kept(store: Path, case: Case, replications: int) -> dict[int, str]:
    """Digests of the runs in a store, by replication."""
    values = {number: Store(store, "s", create=False).get(case.key, 1, number) for number in range(replications)}
    return {number: value["digest"] for number, value in values.items() if value is not None}


def executions(marks: Path) -> Counter[str]:
    """How often each run was executed, by its digest."""
    return Counter(mark.name.partition(".")[0] for mark in marks.iterdir())


def undisturbed(case: Case, replications: int) -> dict[int, str]:
    ended = replicate([case], seed=1, replications=replications, reduce=reducers.digest, executor="serial")[case.key]
    return {result.run.replication: result.value["digest"] for result in ended if isinstance(result, Outcome)}


def wait_for(what: str, there: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def workers(marks: Path) -> set[int]:
    return {int(mark.name.split(".")[1]) for mark in marks.iterdir()}


def test_killed_again_and_again_it_ends_as_if_undisturbed(
    case: Case, ferry_file: Path, marks: Path, tmp_path: Path
) -> None:
    store, replications, kills, chance = tmp_path / "store", 30, 4, random.Random(5)
    again = 0
    for kill in range(kills + 1):
        before, executed = kept(store, case, replications), executions(marks)
        running = program.start(ferry_file, store, marks, replications, ("serial", "processes:2")[kill % 2])
        if kill < kills:
            # a moment between starting up and some runs later, anywhere in a run or in the writing of one
            more = sum(executed.values()) + chance.randrange(4)
            wait_for("runs", lambda: len(list(marks.iterdir())) >= more)  # noqa: B023
            time.sleep(chance.uniform(0, 0.1))
            running.kill()
        running.communicate(timeout=60)
        assert running.returncode == (-signal.SIGKILL if kill < kills else 0)
        time.sleep(0.1)  # what its workers have begun leaves its mark
        again += sum((executions(marks) - executed)[digest] for digest in before.values())
    assert again == 0, "runs that were kept were executed again"
    assert kept(store, case, replications) == undisturbed(case, replications)
    # lost were at most those in flight: one, or those of two workers and what they had ended and not yet handed back
    assert replications <= sum(executions(marks).values()) <= replications + 4 * kills


def test_workers_of_a_killed_command_end(ferry_file: Path, marks: Path, tmp_path: Path) -> None:
    running = program.start(ferry_file, tmp_path / "store", marks, 400, "processes:1")
    wait_for("a run", lambda: any(marks.iterdir()))
    running.kill()
    running.wait()
    wait_for("the worker to end", lambda: not any(alive(worker) for worker in workers(marks)))
    running.communicate(timeout=30)


def test_two_commands_at_once_do_not_mix(case: Case, ferry_file: Path, marks: Path, tmp_path: Path) -> None:
    store, replications = tmp_path / "store", 6
    both = [program.start(ferry_file, store, marks, replications, "serial") for _ in range(2)]
    for running in both:
        _, err = running.communicate(timeout=60)
        assert running.returncode == 0, err
    assert kept(store, case, replications) == undisturbed(case, replications)
    assert not list((store / ".parts").iterdir())
    assert len(list(Store(store, "s").entries())) == replications


@pytest.mark.parametrize("terminal", [True, False])
def test_ctrl_c_keeps_what_is_done(terminal: bool, ferry_file: Path, marks: Path, tmp_path: Path, case: Case) -> None:
    """At a terminal the workers hear it too; sent to the command alone, what runs may end."""
    store = tmp_path / "store"
    running = program.start(ferry_file, store, marks, 400, "processes:2", group=True)
    wait_for("runs", lambda: len(kept(store, case, 400)) >= 3 if store.exists() else False)
    (os.killpg if terminal else os.kill)(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    done = kept(store, case, 400)
    assert f"interrupted: {len(done)} of 400 runs are done and kept" in err
    assert "Traceback" not in err
    if not terminal:
        assert "Ctrl-C again ends at once" in err
        assert len(done) == sum(executions(marks).values())


def test_a_second_ctrl_c_ends_at_once(ferry_file: Path, marks: Path, tmp_path: Path, case: Case) -> None:
    store = tmp_path / "store"
    running = program.start(ferry_file, store, marks, 400, "processes:2", group=True)
    wait_for("runs", lambda: len(kept(store, case, 400)) >= 3 if store.exists() else False)
    busy = workers(marks)
    for worker in busy:
        os.kill(worker, signal.SIGSTOP)  # what runs will never end
    os.kill(running.pid, signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(timeout=1)
    os.kill(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=10)
    assert running.returncode == 130, err
    assert f"interrupted: {len(kept(store, case, 400))} of 400 runs are done and kept" in err
    assert len(kept(store, case, 400)) >= 3
    wait_for("the workers to end", lambda: not any(alive(worker) for worker in busy))
