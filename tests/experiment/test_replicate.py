"""Replications: kept, extended, made on demand, different by case, and failures that stay records."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corridorsim.experiment import (
    Ahead,
    Case,
    Failure,
    Interrupted,
    Outcome,
    Quiet,
    Run,
    Store,
    StoreError,
    fixed_case,
    replicate,
)
from corridorsim.ledger import Ledger
from corridorsim.model import Blueprint, fingerprint

from . import reducers


@pytest.fixture
def case(ferry: Blueprint) -> Case:
    return fixed_case("ferry", ferry)


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
    return replicate([case], seed=1, replications=replications, reduce=reduce, **more)[case.key]


def test_replications_differ_and_repeat(case: Case) -> None:
    first = digests(go(case, reducers.digest, 3))
    assert len(set(first)) == 3
    assert digests(go(case, reducers.digest, 3)) == first


def test_ten_are_extended_to_twenty_by_running_ten(case: Case, tmp_path: Path) -> None:
    store, reduce = Store(tmp_path, "s"), Counting()
    first = digests(go(case, reduce, 10, store=store))
    assert reduce.calls == 10
    assert digests(go(case, reduce, 20, store=store))[:10] == first
    assert reduce.calls == 20
    go(case, reduce, 20, store=store)
    assert reduce.calls == 20


def test_the_same_scenario_under_two_names_is_run_once(case: Case) -> None:
    reduce, twin = Counting(), replace(case, name="twin")
    replicate([case, twin], seed=1, replications=2, reduce=reduce, executor="serial")
    assert reduce.calls == 2


def test_a_failure_is_a_record_and_the_rest_goes_on(case: Case, tmp_path: Path) -> None:
    store = Store(tmp_path, "s")
    ended = go(case, Counting(fail_at=2), 4, store=store)
    (failure,) = [result for result in ended if isinstance(result, Failure)]
    assert failure.run == Run("ferry", case.key, 1, 1, case.fingerprint)
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


def slower(ferry: Blueprint, replication: int) -> Blueprint:
    """The smallest scenario with a ferry that sails longer, another one for each replication."""
    (link,) = ferry.sea_links
    sailing = replace(link.sailing, parameters=tuple(s + 3600.0 * replication for s in link.sailing.parameters))
    return replace(ferry, sea_links=(replace(link, sailing=sailing),))


class Drawn:
    """A case whose inputs are drawn; remembers which Blueprints it has made."""

    def __init__(self, ferry: Blueprint, fail_at: int | None = None) -> None:
        self.ferry, self.fail_at, self.made = ferry, fail_at, list[int]()

    def __call__(self, replication: int) -> Blueprint:
        self.made.append(replication)
        if replication == self.fail_at:
            raise ArithmeticError("no such draw")
        return slower(self.ferry, replication)

    @property
    def case(self) -> Case:
        return Case("drawn", "drawn from ferry", self)


def test_each_replication_may_have_a_blueprint_of_its_own(ferry: Blueprint, tmp_path: Path) -> None:
    drawn, store = Drawn(ferry), Store(tmp_path, "s")
    ended = go(drawn.case, reducers.digest, 3, store=store)
    own = [fixed_case(str(number), slower(ferry, number)) for number in range(3)]
    assert [result.run.fingerprint for result in ended] == [case.fingerprint for case in own]
    alone = [digests(go(case, reducers.digest, 3))[number] for number, case in enumerate(own)]
    assert digests(ended) == alone
    # they are kept as what they are: the case of one Blueprint finds the run of the draw
    found = Counting()
    assert digests(go(own[2], found, 3, store=store))[2] == alone[2]
    assert found.calls == 2
    again = Counting()
    assert digests(go(drawn.case, again, 4, store=store))[:3] == alone
    assert again.calls == 1


def test_blueprints_are_made_as_they_are_needed(ferry: Blueprint) -> None:
    """Not many more than there are workers are held at a time, and none is made before its turn."""
    drawn, gate, ahead = Drawn(ferry), threading.Event(), list[int]()

    class Held(ThreadPoolExecutor):
        """Two workers that begin when the window is full."""

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            def later() -> Any:
                gate.wait(5)
                return fn(*args, **kwargs)

            ahead.append(len(drawn.made))
            if len(ahead) == 4:
                gate.set()
            return super().submit(later)

    with Held(max_workers=2) as pool:
        assert len(digests(go(drawn.case, reducers.digest, 12, executor=pool))) == 12
    assert ahead[3] == 4
    assert all(made <= 1 + number for number, made in enumerate(ahead))
    assert drawn.made == list(range(12))


def test_a_blueprint_that_cannot_be_made_is_a_failure(ferry: Blueprint) -> None:
    first, failure, last = go(Drawn(ferry, fail_at=1).case, reducers.digest, 3)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.message) == ("build", "ArithmeticError: no such draw")
    assert failure.run.fingerprint is None
    assert "in __call__" in failure.traceback
    assert isinstance(first, Outcome)
    assert isinstance(last, Outcome)


@pytest.mark.parametrize("form", ["by key", "in order"])
def test_replications_may_differ_by_case(case: Case, ferry: Blueprint, form: str) -> None:
    other = fixed_case("slower", slower(ferry, 5))
    counts = {other.key: 1, case.key: 3} if form == "by key" else [3, 1]
    reduce = Counting()
    ended = replicate([case, other], seed=1, replications=counts, reduce=reduce, executor="serial")
    assert {key: len(results) for key, results in ended.items()} == {case.key: 3, other.key: 1}
    assert reduce.calls == 4


def test_what_an_earlier_call_gave_is_not_run_again(case: Case) -> None:
    reduce = Counting(fail_at=2)
    earlier = {case.key: go(case, reduce, 3)}
    ended = go(case, reduce, 5, earlier=earlier)
    assert ended[:3] == earlier[case.key]
    assert reduce.calls == 5
    assert len(digests(ended[2:])) == 3
    # of another seed it is another run
    replicate([case], seed=2, replications=3, reduce=reduce, executor="serial", earlier=earlier)
    assert reduce.calls == 8


def test_what_cannot_be_kept_is_a_failure(case: Case, tmp_path: Path) -> None:
    (failure,) = go(case, reducers.no_json, 1, store=Store(tmp_path, "s"))
    assert isinstance(failure, Failure)
    assert failure.stage == "keep"
    assert "not JSON compliant" in failure.message


def test_a_store_that_is_gone_in_the_middle_says_what_is_done(case: Case, tmp_path: Path) -> None:
    store = Store(tmp_path / "store", "s")

    class Taken(Quiet):
        """Puts a file where the folder of runs is, once the second run has come."""

        def finished(self, label: str, wall_s: float) -> None:
            if label.endswith("1"):
                (tmp_path / "store").rename(tmp_path / "away")
                (tmp_path / "store").touch()

    with pytest.raises(StoreError, match=r"cannot keep a run in .*; 2 of 5 runs are done and kept"):
        go(case, Counting(), 5, store=store, progress=Taken())
    (tmp_path / "store").unlink()
    (tmp_path / "away").rename(tmp_path / "store")
    rest = Counting()
    go(case, rest, 5, store=store)
    assert rest.calls == 3


class Ear(Quiet):
    """Writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.ahead = Ahead(0)

    def begin(self, ahead: Ahead) -> None:
        self.ahead = ahead
        self.heard.append(f"{ahead.total} runs, {ahead.stored} stored, {ahead.unseen} unseen")

    def opened(self, workers: int | None) -> None:
        self.heard.append(f"{workers} workers")

    def found(self, label: str) -> None:
        self.heard.append(f"found {label}")

    def started(self, label: str) -> None:
        self.heard.append(f"started {label}")

    def finished(self, label: str, wall_s: float) -> None:
        assert wall_s > 0
        self.heard.append(f"finished {label}")

    def failed(self, label: str, message: str) -> None:
        self.heard.append(f"failed {label}: {message}")


def test_progress_hears_of_every_run(case: Case, ferry: Blueprint, tmp_path: Path) -> None:
    ear, store = Ear(), Store(tmp_path, "s")
    go(case, Counting(), 1, store=store)
    go(case, Counting(fail_at=1), 3, store=store, progress=ear)
    assert ear.heard == [
        "3 runs, 1 stored, 0 unseen",
        "1 workers",
        "started ferry, replication 1",
        "failed ferry, replication 1: reduce: ArithmeticError: two and two is five",
        "started ferry, replication 2",
        "finished ferry, replication 2",
    ]
    ear = Ear()
    go(Drawn(ferry, fail_at=1).case, Counting(), 2, store=store, progress=ear)  # its first draw is the ferry as it is
    assert ear.heard == [
        "2 runs, 0 stored, 2 unseen",
        "found drawn, replication 0",
        "started drawn, replication 1",
        "failed drawn, replication 1: build: ArithmeticError: no such draw",
    ]


def test_how_long_it_takes_is_expected_by_the_pace_of_kept_runs(case: Case, ferry: Blueprint, tmp_path: Path) -> None:
    ear, store = Ear(), Store(tmp_path, "s")
    go(case, Counting(), 2, store=store, progress=ear)
    assert ear.ahead.seconds is None
    took = [entry.cost.wall_s for entry in store.entries() if entry.cost]
    go(case, Counting(), 5, store=store, progress=ear)
    assert ear.ahead == Ahead(5, 2, 0, pytest.approx(3 * sum(took) / 2), 1)
    # another scenario goes by the seconds that it simulates; where they are not told, by those of its first Blueprint
    half = replace(ferry, calendar=replace(ferry.calendar, end_s=ferry.calendar.end_s // 2))
    pace = store.pace()
    assert pace is not None
    for other in (fixed_case("half", half), Case("half", "drawn", lambda _: half)):
        with pytest.raises(Interrupted):
            go(other, Counting(stop_at=1), 2, store=store, progress=ear)
        assert ear.ahead.seconds == pytest.approx(2 * pace * half.calendar.end_s)


def test_an_executor_that_breaks_and_cannot_be_opened_anew_is_a_failure(case: Case) -> None:
    class Broken(Executor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            from concurrent.futures import BrokenExecutor

            raise BrokenExecutor("gone")

    made = list[int]()

    def make(replication: int) -> Blueprint:
        made.append(replication)
        return case.make(replication)

    ended = go(replace(case, make=make), reducers.digest, 50, executor=Broken())
    assert {(result.stage, result.message) for result in ended if isinstance(result, Failure)} == {
        ("worker", "the executor that was passed in is broken")
    }
    assert len(ended) == 50
    assert len(made) <= 2  # nothing is made for runs that cannot be


def test_the_key_of_a_fixed_case_is_what_the_engine_sees(ferry: Blueprint) -> None:
    case = fixed_case("ferry", ferry)
    assert case.key == case.fingerprint == fingerprint(ferry)
    assert case.make(0) is case.make(7) is ferry
