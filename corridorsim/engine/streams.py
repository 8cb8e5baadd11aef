"""Randomness by key: a stream belongs to (seed, replication, purpose, entity) and to nothing else.

So the same storm, arrival or failure hits every scenario, and a change in one place draws no other numbers elsewhere.
Uniform numbers are drawn in blocks and turned into durations by their inverse distribution functions.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from corridorsim.model import Distribution, Duration

_BLOCK = 256
#: numbers that an Erlang law multiplies; the product of some more would be 0, so beyond it is drawn as the gamma it is
_FACTORS = 500
_Z90 = NormalDist().inv_cdf(0.9)
_normal = NormalDist().inv_cdf


class Stream:
    """Uniform numbers in (0, 1) in a fixed order."""

    __slots__ = ("_block", "_generator")

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._block: list[float] = []  #: the next number is the last

    def uniform(self) -> float:
        """The next number, never 0 or 1."""
        if not self._block:
            self._block = self._generator.uniform(1e-12, 1.0, _BLOCK)[::-1].tolist()
        return self._block.pop()

    def exponential(self, mean: float) -> float:
        """The next number as an exponential one."""
        return -mean * math.log(self.uniform())

    def seconds(self, law: Distribution) -> int:
        """The next duration of a law, whole seconds."""
        return round(_LAWS[law.name](law.parameters, self.uniform))


class Streams:
    """All streams of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self._root = f"{seed}/{replication}"
        self._streams: dict[tuple[str, str], Stream] = {}

    def generator(self, purpose: str, entity: str) -> np.random.Generator:
        """A fresh numpy generator for a key, for those who draw in bulk."""
        key = hashlib.sha256(f"{self._root}/{purpose}/{entity}".encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(key[:16], "little")))

    def of(self, purpose: str, entity: str) -> Stream:
        """The stream of a key; asked twice, it goes on where it was."""
        stream = self._streams.get((purpose, entity))
        if stream is None:
            stream = self._streams[purpose, entity] = Stream(self.generator(purpose, entity))
        return stream

    def seconds(self, duration: Duration, purpose: str, entity: str) -> int:
        """A duration as it is, or drawn by its law from the stream of a key."""
        return duration if isinstance(duration, int) else self.of(purpose, entity).seconds(duration)


def _triangular(p: tuple[float, ...], uniform: Callable[[], float]) -> float:
    low, mode, high = p
    if high <= low:
        return low
    u = uniform()
    turn = (mode - low) / (high - low)
    if u < turn:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mode))


@lru_cache(maxsize=256)
def lognormal_shape(mean: float, p90: float) -> tuple[float, float]:
    """(mu, sigma) of the log of a lognormal law with this mean and 90 % point.

    ln p90 = mu + z sigma and ln mean = mu + sigma^2 / 2 give sigma^2 / 2 - z sigma + ln(p90 / mean) = 0, of which the
    smaller root is taken. Where p90 / mean is above exp(z^2 / 2) = 2.27 no lognormal fits, and the widest is taken.
    """
    if mean <= 0:
        return -math.inf, 0.0
    excess = math.log(max(p90, mean) / mean)
    sigma = _Z90 - math.sqrt(max(0.0, _Z90**2 - 2 * excess))
    return math.log(mean) - sigma**2 / 2, sigma


def _lognormal(p: tuple[float, ...], uniform: Callable[[], float]) -> float:
    mu, sigma = lognormal_shape(*p)
    return math.exp(mu + sigma * _normal(uniform()))


def _erlang(p: tuple[float, ...], uniform: Callable[[], float]) -> float:
    mean, shape = p[0], int(p[1])
    if shape > _FACTORS:
        return _gamma((mean, shape**-0.5), uniform)
    return -mean / shape * math.log(math.prod(uniform() for _ in range(shape)))


def _gamma(p: tuple[float, ...], uniform: Callable[[], float]) -> float:
    from scipy.special import gammaincinv

    mean, variance = p[0], p[1] ** 2
    return float(mean * variance * gammaincinv(1 / variance, uniform()))


_LAWS: dict[str, Callable[[tuple[float, ...], Callable[[], float]], float]] = {
    "deterministic": lambda p, _: p[0],
    "uniform": lambda p, uniform: p[0] + (p[1] - p[0]) * uniform(),
    "triangular": _triangular,
    "exponential": lambda p, uniform: -p[0] * math.log(uniform()),
    "erlang": _erlang,
    "gamma": _gamma,
    "lognormal": _lognormal,
    "empirical": lambda p, uniform: p[min(len(p) - 1, int(uniform() * len(p)))],
}
