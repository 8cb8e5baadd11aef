"""The engine's own dispatch looks no further than it must, and gives what looking everywhere would give."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

import pytest

from corridorsim.engine import Pool, Request, Unit
from corridorsim.engine.policies import NearAndWaiting

from .lines import Tree
from .rails import diesels, flow, railway, run

NODES = 7


class Everywhere(NearAndWaiting):
    """Compares each answer with a look at all trains and all units."""

    asked = 0

    def train_for(self, unit: Unit, pool: Pool) -> Request | None:
        weight = pool.assumptions.light_hour_weight / pool.assumptions.light_speed_ms
        best, best_s = None, inf
        for request in pool.trains_for(unit):
            urgency_s = pool.metres(unit.node, request.node) * weight + request.since_s
            if urgency_s < best_s:
                best, best_s = request, urgency_s
        found = super().train_for(unit, pool)
        assert found is best
        Everywhere.asked += best is not None
        return found

    def units_for(self, train: Request, pool: Pool) -> Sequence[Unit]:
        found = list(super().units_for(train, pool))
        everywhere = pool.idle_units(train.node)
        assert found == everywhere[: len(found)]
        pulls_t = sum(unit.kind.trailing_limit_t for unit in found)
        assert pulls_t >= train.gross_t or found == everywhere
        return found


def busy(units: int, **kind: Any) -> Tree:
    """A line of seven stations with flows both ways between all of them, and too few diesels."""
    flows = {
        f"flows__f{one}{other}": flow(f"n{one}", f"n{other}", 9, units=20 + one)
        for one in range(NODES)
        for other in range(NODES)
        if abs(one - other) in (2, 3)
    }
    tree = railway(*(60 + 10 * n for n in range(NODES - 1)), **flows)
    return diesels(tree, units, homes=("n0", "n3", "n6"), **kind)


@pytest.mark.parametrize("kind", [{}, {"trailing_mass_limit_t": 900}, {"mtbf_km": 900}], ids=["one", "two", "failing"])
def test_it_gives_what_looking_everywhere_would_give(kind: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = busy(6, **kind)
    plain = run(tree).digest()
    monkeypatch.setattr("corridorsim.engine.policies.NearAndWaiting", Everywhere)
    monkeypatch.setattr(Everywhere, "asked", 0)
    assert run(tree).digest() == plain
    assert Everywhere.asked > 50
