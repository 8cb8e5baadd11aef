"""Rules of operation: which train gets which locomotive, which path a train takes, whether a place takes a lot.

A policy is a class. It is made once for each run, with the parameters of the scenario's ``policies``, and may remember
what it did in that run. It is asked with the objects of the engine in hand; it looks at them and changes nothing. Draw
nothing at random in it: the same run must be the same again.

The engine's own policies stand below the protocols and go through the same door as those of a package or notebook
(``corridorsim.plugins``). What a plug-in answers is checked, so that a wrong answer names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from corridorsim.model import Flow, Journey, Path, Policy
from corridorsim.plugins import PluginError, identity, obtain

if TYPE_CHECKING:
    from .acceptance import Gate
    from .locomotives import Pool, Request, Unit
    from .routing import Router


class Dispatch(Protocol):
    """Which train gets which locomotive, in each territory's pool."""

    def train_for(self, unit: Unit, pool: Pool) -> Request | None:
        """A unit has come to stand idle: one of ``pool.trains_for(unit)``, or None to let it stand.

        Of a train: ``node``, ``gross_t``, ``missing_t`` (for which it has no unit yet), ``since_s`` (when it asked),
        ``stranded``, ``journeys`` (of its cargo: ``id`` is the flow's, ``express``, ``empty``, ``unit``). Of a unit:
        ``node``, ``kind`` (its class), ``idle_since_s``. ``pool.metres(a, b)`` is the length of a light run. A policy
        that lets trains wait though units stand is asked again every hour.
        """

    def units_for(self, train: Request, pool: Pool) -> Sequence[Unit]:
        """A train asks: idle units of ``pool.idle_units(train.node)`` in the order in which it is to get them, as many
        as it needs. Those left out stay where they are; with none the train waits.

        While another train collects units, it gets all that it needs or none.
        """


class Routing(Protocol):
    """Which path a train takes that leaves a yard."""

    def path_for(self, paths: tuple[Path, ...], journey: Journey, route: int, network: Router) -> Path:
        """One of ``paths`` (two or more, shortest first, those that are open if any is).

        ``journey`` is that of the train's first cargo or empties, ``route`` the number of its origin and destination.
        ``network.expected_s(path)`` is the running time as lines are now, with the waits for slots.
        """


class Offer(NamedTuple):
    """A lot that is offered: of which flow, how many units (``journey.t_per_unit`` tonnes each), since when."""

    flow: Flow
    journey: Journey
    units: int
    since_s: int


class Acceptance(Protocol):
    """Whether a place takes a lot into its way."""

    def accepts(self, gate: Gate, lot: Offer) -> bool:
        """Asked of every place on a lot's way, origin first; one that refuses is enough.

        ``gate.banned`` tells whether the place is closed by its limits: over ``gate.start`` wagons ``gate.standing``,
        until under ``gate.release``. A lot refused there comes again when they open, one refused by the policy alone
        every day, both until the patience of its flow ends.
        """


# --- the engine's own -------------------------------------------------------------------------------------------------


#: takes rounding off a bound
LESS = 1 - 1e-9


class NearAndWaiting:
    """A unit goes to the train with the least (hours of its light run x ``light_hour_weight`` - hours waited): near
    ones first, but nobody is forgotten; a train that stands on the line with a failed unit before all others. A train
    gets the nearest units.
    """

    def train_for(self, unit: Unit, pool: Pool) -> Request | None:
        """Of the trains that this unit may serve, the one with the least (light run - time waited)."""
        assumptions, collecting, pulls_t = pool.assumptions, pool.collecting, unit.kind.trailing_limit_t
        weight = assumptions.light_hour_weight / assumptions.light_speed_ms
        asking: dict[str, Request] = {}  # those behind the first at a node have waited less
        for node, requests in pool.line.items():
            for request in requests:
                if collecting is None or request.missing_t <= pulls_t or collecting is request:
                    asking[node] = request
                    break
        if not asking:
            return None
        urgency_s = {
            node: pool.metres(unit.node, node) * weight + request.since_s
            for node, request in asking.items()
            if request.stranded
        }
        best_s = min(urgency_s.values(), default=inf)
        oldest_s = min([request.since_s for request in asking.values() if not request.stranded], default=inf)
        left = len(asking)
        for least_m, node in pool.nearby(unit.node) if oldest_s < inf else ():
            if least_m * LESS * weight + oldest_s > best_s or not left:
                break  # whoever waits further away is less urgent
            if node in asking:
                left -= 1
                urgency_s[node] = pool.metres(unit.node, node) * weight + asking[node].since_s
                best_s = min(best_s, urgency_s[node])
        if best_s == inf:
            return None
        return next(request for node, request in asking.items() if urgency_s.get(node) == best_s)

    def units_for(self, train: Request, pool: Pool) -> Sequence[Unit]:
        """One that stands at the train if it is strong enough, else from near to far."""
        local = pool.idle.get(train.node)
        if local and local[0].kind.trailing_limit_t >= train.gross_t:
            return local[:1]
        return pool.near_units(train)


class AtHand:
    """Locomotives stay where their train ended until one leaves from there; none is sent light, save to a train that
    stands on the line. First come, first served at each node.
    """

    def train_for(self, unit: Unit, pool: Pool) -> Request | None:
        """A train that stands on the line, else who has waited longest where the unit stands."""
        collecting, pulls_t = pool.collecting, unit.kind.trailing_limit_t
        first = [requests[0] for requests in pool.line.values() if requests]
        asking = [train for train in first if train.stranded and pool.metres(unit.node, train.node) < inf]
        asking += [train for train in first if train.node == unit.node]
        for request in asking:
            if collecting is None or request.missing_t <= pulls_t or collecting is request:
                return request
        return None

    def units_for(self, train: Request, pool: Pool) -> Sequence[Unit]:
        """Those that stand at the train."""
        return pool.idle_units(train.node) if train.stranded else tuple(pool.idle.get(train.node, ()))


class Shortest:
    """The shortest path, whatever the traffic."""

    def path_for(self, paths: tuple[Path, ...], journey: Journey, route: int, network: Router) -> Path:
        """The first."""
        return paths[0]


class Split:
    """The paths of a route in turn."""

    def __init__(self) -> None:
        self._turn: dict[int, int] = {}

    def path_for(self, paths: tuple[Path, ...], journey: Journey, route: int, network: Router) -> Path:
        """The next."""
        turn = self._turn.get(route, 0)
        self._turn[route] = turn + 1
        return paths[turn % len(paths)]


class LeastExpectedTime:
    """The path that is soonest run, as lines are when the train leaves."""

    def path_for(self, paths: tuple[Path, ...], journey: Journey, route: int, network: Router) -> Path:
        """The one with the least running time and waits for slots."""
        return min(paths, key=network.expected_s)


class Limits:
    """A place takes what comes unless its limits have closed it."""

    def accepts(self, gate: Gate, lot: Offer) -> bool:
        """Whether no ban is in force."""
        return not gate.banned


# --- how they are made ------------------------------------------------------------------------------------------------


def is_own(policy: Policy) -> bool:
    """Whether a policy is the engine's own."""
    return policy.source.partition(":")[0] == __name__


def dispatch_policy(policy: Policy) -> Dispatch:
    """Made for a run. Raises PluginError."""
    made: Dispatch = _made(policy)
    return made if is_own(policy) else _CheckedDispatch(made, policy)


def routing_policy(policy: Policy) -> Routing:
    """Made for a run. Raises PluginError."""
    made: Routing = _made(policy)
    return made if is_own(policy) else _CheckedRouting(made, policy)


def acceptance_policy(policy: Policy) -> Acceptance:
    """Made for a run. Raises PluginError."""
    made: Acceptance = _made(policy)
    return made


def _made(policy: Policy) -> Any:
    found = obtain(policy.source, policy.label)
    if policy.identity and identity(policy.source) != policy.identity:
        raise PluginError(f"{policy.label} is another version here than where the scenario was built: start both anew")
    return found(**dict(policy.parameters))


class _CheckedDispatch:
    """A plug-in's answers, looked at before they are followed."""

    def __init__(self, inner: Dispatch, policy: Policy) -> None:
        self._inner, self._label = inner, policy.label

    def train_for(self, unit: Unit, pool: Pool) -> Request | None:
        may_serve = pool.trains_for(unit)
        if not may_serve:
            return None
        train = self._inner.train_for(unit, pool)
        if train is not None and train not in may_serve:
            raise PluginError(f"{self._label}: train_for must give one of pool.trains_for(unit) or None, not {train!r}")
        return train

    def units_for(self, train: Request, pool: Pool) -> Sequence[Unit]:
        stand_idle = pool.idle_units(train.node)
        units = list(self._inner.units_for(train, pool)) if stand_idle else []
        wrong = [unit for unit in units if unit not in stand_idle]
        if wrong or len(set(map(id, units))) < len(units):
            what = f"not {wrong[0]!r}" if wrong else "each once"
            raise PluginError(f"{self._label}: units_for must give idle units of pool.idle_units(train.node), {what}")
        return units


class _CheckedRouting:
    """Likewise."""

    def __init__(self, inner: Routing, policy: Policy) -> None:
        self._inner, self._label = inner, policy.label

    def path_for(self, paths: tuple[Path, ...], journey: Journey, route: int, network: Router) -> Path:
        path = self._inner.path_for(paths, journey, route, network)
        if path not in paths:
            raise PluginError(f"{self._label}: path_for must give one of the paths, not {path!r}")
        return path
