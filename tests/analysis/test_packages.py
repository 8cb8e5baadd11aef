"""The search for a package, over tonnes that are known by arithmetic: the least of several links in a chain."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import pytest

from corridorsim.analysis.packages import EMPTY, OutOfBudget, Rules, Values, search, try_all
from corridorsim.experiment.packages import Choices, Option, Package

RULES = Rules(at_least=10, probability=0.8, replications=6, first=3, delta=0.2, budget=5000)


def choices(*names: str, **more: tuple[str, str]) -> Choices:
    """Projects; ``more``: name -> (required, conflicting), both with blanks between."""
    options = {name: Option(name, name, None, frozenset(), frozenset()) for name in names}
    for name, (required, conflicting) in more.items():
        options[name] = Option(name, name, None, frozenset(required.split()), frozenset(conflicting.split()))
    return Choices(options, (), {})


def draws(tonnes: Callable[[Package], float], sd: float = 0.05) -> Callable[[Mapping[Package, int]], Values]:
    """Runs of packages: what each carries, and chance that is mostly common to all."""

    def draw(wanted: Mapping[Package, int]) -> dict[Package, Sequence[float]]:
        return {package: [tonnes(package) + chance(package, r) for r in range(n)] for package, n in wanted.items()}

    def chance(package: Package, r: int) -> float:
        return random.Random(r).gauss(0, sd) + random.Random(f"{r} {sorted(package)}").gauss(0, sd / 5)

    return draw


def test_met_already_needs_nothing() -> None:
    found = search(choices("a", "b"), RULES, draws(lambda package: 11))
    assert (found.package, found.moves) == (EMPTY, ())
    assert set(found.values) == {EMPTY}


def test_nothing_helps() -> None:
    found = search(choices("a", "b"), RULES, draws(lambda package: 5))
    assert (found.package, found.helps, found.moves) == (None, False, ())


def test_two_links_in_a_row_help_only_together() -> None:
    def tonnes(package: Package) -> float:
        return min(12 if "track" in package else 6, 11 if "ships" in package else 6)

    found = search(choices("track", "ships", "idle"), RULES, draws(tonnes))
    assert found.package == {"track", "ships"}
    assert [move.kind for move in found.moves] == ["add all", "drop"]


def test_not_met_by_all_gives_the_best_reached() -> None:
    found = search(choices("a", "b", "c"), RULES, draws(lambda package: 5 + len(package & {"a", "b"})))
    assert (found.package, found.helps) == (None, True)
    assert found.best >= {"a", "b"}
    assert [len(package) for package in found.front][:3] == [0, 1, 2]


def test_one_takes_the_place_of_two() -> None:
    """The two that help most by themselves are not in the smallest package."""
    rates = {"quick": 3.0, "next": 2.9, "large": 2.8}

    def tonnes(package: Package) -> float:
        return 5 + sum(rates[name] for name in package & rates.keys()) + (3 if {"large", "key"} <= package else 0)

    rules = Rules(at_least=10.5, probability=0.8, replications=6, first=3, delta=0.05, budget=5000)
    given = choices("quick", "next", "large", "key")
    found, truth = search(given, rules, draws(tonnes)), try_all(given, rules, draws(tonnes))
    assert truth.package is not None
    assert len(found.package or ()) == len(truth.package) == 2


@pytest.mark.parametrize("seed", range(25))
def test_the_search_finds_what_trying_all_finds(seed: int) -> None:
    """Random corridors: a chain of three links, each relieved by some projects; one requires another, two conflict."""
    chance = random.Random(seed)
    names = ["a", "b", "c", "d", "e"]
    base = [chance.uniform(4, 9) for _ in range(3)]
    relief = {name: (chance.randrange(3), chance.uniform(1, 6)) for name in names}

    def tonnes(package: Package) -> float:
        links = list(base)
        for name in package:
            links[relief[name][0]] += relief[name][1]
        return min(links)

    given = choices("a", "b", "c", d=("a", ""), e=("", "b"))
    given = Choices({**given.options, "b": Option("b", "b", None, frozenset(), frozenset({"e"}))}, (), {})
    rules = Rules(at_least=9, probability=0.8, replications=6, first=3, delta=0.05, budget=5000)
    found, truth = search(given, rules, draws(tonnes, 0.01)), try_all(given, rules, draws(tonnes, 0.01))
    assert len(found.package if found.package is not None else "none") == (
        len(truth.package) if truth.package is not None else len("none")
    )
    assert found.runs <= truth.runs * 1.5


def test_a_budget_ends_the_search_with_words() -> None:
    rules = Rules(at_least=10, probability=0.8, replications=6, first=3, budget=13)
    found = search(choices("a", "b", "c"), rules, draws(lambda package: 5 + 3 * len(package)))
    assert found.exhausted
    assert found.runs <= 13
    with pytest.raises(OutOfBudget):
        try_all(choices("a", "b", "c"), rules, draws(lambda package: 5))


def test_the_probability_of_being_right_is_claimed_only_where_it_was_earned() -> None:
    clear = search(choices("a", "b"), RULES, draws(lambda package: 5 + 6 * ("a" in package), 0.001))
    assert clear.confidence(0.05) == 0.95
    noisy = Rules(at_least=10, probability=0.8, replications=3, first=3, delta=0.001)
    close = search(choices("a", "b"), noisy, draws(lambda package: 5 + 6 * bool(package), 0.5))
    assert close.moves
    assert close.confidence(0.05) is None
