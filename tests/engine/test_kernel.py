"""The kernel: one event an actor, tokens without events, waits written as they start."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import simpy

from corridorsim.engine.kernel import Actor, Kernel, Meter, Steps, Token
from corridorsim.ledger import OPEN, Ledger


def test_an_actor_is_stepped_by_one_event_for_each_delay() -> None:
    kernel = Kernel(Ledger())
    seen: list[int] = []

    def story(_actor: Actor) -> Steps:
        for _ in range(3):
            yield 10
            seen.append(kernel.now)

    actor = kernel.spawn("a", story)
    kernel.drain()
    kernel.env.run(until=100)
    assert seen == [10, 20, 30]
    assert actor.events == 3


def test_a_token_serves_first_come_first_served_and_makes_no_event() -> None:
    kernel = Kernel(Ledger())
    token = Token(1)
    order: list[tuple[str, int]] = []

    def story(actor: Actor) -> Steps:
        if not token.take(actor):
            yield None
        order.append((actor.name, kernel.now))
        yield 5
        token.release(actor)

    actors = [kernel.spawn(name, story) for name in "abc"]
    kernel.drain()
    kernel.env.run(until=100)
    assert order == [("a", 0), ("b", 5), ("c", 10)]
    assert [actor.events for actor in actors] == [1, 1, 1]


def test_a_token_that_grows_lets_the_line_in() -> None:
    kernel = Kernel(Ledger())
    token = Token(0)
    entered: list[int] = []

    def story(actor: Actor) -> Steps:
        if not token.take(actor):
            yield None
        entered.append(kernel.now)

    kernel.spawn("a", story)
    kernel.drain()
    kernel.later(7, lambda: token.resize(1))
    kernel.env.run(until=20)
    assert entered == [7]


def test_a_long_chain_of_releases_does_not_recurse() -> None:
    kernel = Kernel(Ledger())
    tokens = [Token(1) for _ in range(5_000)]
    done: list[str] = []

    def holder(actor: Actor, index: int) -> Steps:
        tokens[index].take(actor)
        if index + 1 < len(tokens):
            if not tokens[index + 1].take(actor):
                yield None
            tokens[index + 1].release(actor)
        else:
            yield 1
        tokens[index].release(actor)
        done.append(actor.name)

    for index in reversed(range(len(tokens))):
        kernel.spawn(str(index), lambda actor, index=index: holder(actor, index))  # type: ignore[misc]
    kernel.drain()
    kernel.env.run(until=10)
    assert len(done) == len(tokens)


def test_a_wait_is_in_the_ledger_while_it_lasts() -> None:
    ledger = Ledger()
    kernel = Kernel(ledger)

    def story(actor: Actor) -> Steps:
        yield from kernel.stand(actor, (), ledger.number("yard"), "slot")

    actor = kernel.spawn("a", story)
    kernel.drain()
    waits = ledger.tables["waits"]
    assert waits.column("end_s") == [OPEN]
    kernel.later(30, actor.wake)
    kernel.env.run(until=40)
    assert waits.column("start_s") == [0]
    assert waits.column("end_s") == [30]
    assert ledger.names[int(waits.column("cause")[0])] == "slot"


def test_ordinary_simpy_processes_share_the_clock() -> None:
    kernel = Kernel(Ledger())
    seen: list[tuple[str, int]] = []

    def process(env: simpy.Environment) -> simpy.events.ProcessGenerator:
        yield env.timeout(3)
        seen.append(("process", kernel.now))

    def story(_actor: Actor) -> Steps:
        yield 2
        seen.append(("actor", kernel.now))

    kernel.env.process(process(kernel.env))
    kernel.spawn("a", story)
    kernel.drain()
    kernel.env.run(until=10)
    assert seen == [("actor", 2), ("process", 3)]


def test_a_meter_integrates_busy_and_in_service_time() -> None:
    kernel = Kernel(Ledger())
    meter = Meter(kernel, in_service=2)
    kernel.later(10, lambda: meter.change(busy=1))
    kernel.later(30, lambda: meter.change(busy=-1, in_service=-1))
    kernel.env.run(until=50)
    assert meter.read() == (20.0, 2 * 30 + 1 * 20)


def test_actors_calls_and_processes_take_turns_as_in_the_loop_of_simpy() -> None:
    def seen(drive: Callable[[Kernel], None]) -> list[tuple[int, str]]:
        kernel, order = Kernel(Ledger()), list[tuple[int, str]]()

        def story(actor: Actor) -> Steps:
            for seconds in (10, 5, 15):
                yield seconds
                order.append((kernel.now, actor.name))
                kernel.later(5, lambda: order.append((kernel.now, "call")))

        def process(env: simpy.Environment) -> simpy.events.ProcessGenerator:
            while True:
                yield env.timeout(5)
                order.append((kernel.now, "process"))

        kernel.spawn("a", story)
        kernel.env.process(process(kernel.env))
        kernel.spawn("b", story)
        kernel.drain()
        drive(kernel)
        return order

    def step_by_step(kernel: Kernel) -> None:
        while kernel.env.peek() < 40:
            kernel.env.step()

    def in_two_pieces(kernel: Kernel) -> None:
        kernel.run(until=15)
        assert kernel.now == 15
        kernel.run(until=40)

    expected = seen(step_by_step)
    assert len(expected) == 7 + 2 * 3 + 2 * 3
    assert seen(lambda kernel: kernel.run(until=40)) == seen(in_two_pieces) == expected


def test_a_process_that_fails_ends_the_run() -> None:
    kernel = Kernel(Ledger())

    def fails(env: simpy.Environment) -> simpy.events.ProcessGenerator:
        yield env.timeout(5)
        raise ZeroDivisionError

    kernel.env.process(fails(kernel.env))
    with pytest.raises(ZeroDivisionError):
        kernel.run(until=10)


def test_a_name_that_nobody_else_has_is_written_but_not_found_again() -> None:
    kernel = Kernel(Ledger())
    train = Actor(kernel, "train 1", unique=True)
    assert kernel.ledger.names[train.number] == "train 1"
    assert kernel.ledger.number("train 1") != train.number
    assert Actor(kernel, "ship").number == Actor(kernel, "ship").number
