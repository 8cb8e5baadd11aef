"""One ranking: which reliefs are asked for, in which order, with how many runs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .. import model
from ..analysis.bottlenecks import SMALL, Ranking, Runs, Signs, before, counts, gain, held, line, ordered, share_carried
from ..analysis.statistics import Difference
from ..api import RunFailed
from ..experiment import Case, Failure, outcomes
from ..experiment.points import packed_case
from ..experiment.reliefs import Relief, of_kinds, resources, together
from ..model.relieve import relieve
from ..scenario import Issues, Loaded
from .field import Field, failed

#: runs of each relief in the screen; the best few get as many as were asked for
SCREEN, FINALISTS = 3, 5
#: a group that matters is split into so many parts until each is one resource
PARTS = 8
#: where no single kind helps and none is needed by the others: so many are tried two by two
MOST_TO_PAIR = 6


@dataclass
class Search:
    """Asks what reliefs bring. ``seen``: runs made or found so far, by what was run and replication."""

    where: Field
    name: str
    year: int
    failures: list[Failure] = field(default_factory=list)
    seen: set[tuple[str, int]] = field(default_factory=set)

    @property
    def few(self) -> int:
        """Runs of each relief in the screen."""
        return min(SCREEN, self.where.replications)

    def runs_of(self, loaded: Loaded, label: str) -> Runs:
        """A scenario, with as many replications as were asked for. Raises RunFailed where none ended well."""
        case = packed_case(label, model.build(loaded))
        found = self.run([case], None)[case.key]
        if not found:
            raise RunFailed(label, self.failures)
        return found

    def run(self, cases: Sequence[Case], replications: int | None) -> dict[str, Runs]:
        ended = self.where.run(cases, replications=replications, hold=lambda run: held(run, self.year))
        self.failures += [one for one in failed(ended) if one not in self.failures]
        found: dict[str, Runs] = {key: outcomes(results) for key, results in ended.items()}
        self.seen |= {(key, number) for key, runs in found.items() for number in runs}
        return found

    def rank(self, loaded: Loaded, runs: Runs, *, thorough: bool) -> Ranking:
        """What relieving anything brings to a scenario, whose ``runs`` as it stands are known.

        Not ``thorough``: only as much is asked as is needed to find the best, and no weather.
        """
        signs, found = Signs.of(runs), resources(loaded)
        used = tuple(each for each in found if signs.used(each))
        base = before(runs, self.year)
        small = SMALL * base.mean
        asking = _Asking(self, loaded, runs, signs, small)
        kinds, nature = [_single(kind) for kind in of_kinds(used)], of_kinds(used, nature=True)
        everything = together(*kinds) if kinds else None
        asking.ask([*kinds, *([everything] if everything else []), *(nature if thorough else [])])
        lines = asking.split(kinds, thorough=thorough)
        if not lines and everything is not None and asking.matters(everything):
            lines = asking.needed(kinds, everything)
        final = sorted(lines, key=lambda relief: -asking.mean(relief))[:FINALISTS]
        asking.ask(final, all_of_them=True)
        return Ranking(
            before=base,
            carried=share_carried(runs, self.year),
            small=small,
            kinds=ordered([line(each, asking.known[each], signs) for each in kinds if each in asking.known]),
            lines=ordered([line(each, asking.known[each], signs) for each in lines]),
            everything=asking.known.get(everything) if everything else None,
            nature=ordered([line(each, asking.known[each], signs) for each in nature if each in asking.known]),
            signs=signs,
            used=used,
            unused=len(found) - len(used),
            failed=tuple(asking.failed),
            asked={relief.key: difference for relief, difference in asking.known.items()},
        )


def _single(kind: Relief) -> Relief:
    """A kind of one resource is that resource."""
    return replace(kind, whole=False) if len(kind.resources) == 1 else kind


@dataclass
class _Asking:
    """The reliefs of one state of the corridor, and what is known of them."""

    search: Search
    loaded: Loaded
    runs: Runs
    signs: Signs
    small: float
    known: dict[Relief, Difference] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def ask(self, reliefs: Sequence[Relief], *, all_of_them: bool = False) -> None:
        """Run what is not known yet, ``all_of_them``: with as many replications as were asked for."""
        wanted = self.search.where.replications if all_of_them else self.search.few
        cases: dict[Relief, Case] = {}
        for relief in dict.fromkeys(reliefs):
            if relief in self.known and self.known[relief].pairs >= wanted:
                continue
            try:
                blueprint = model.build(relieve(self.loaded, relief.steps))
            except (Issues, ValueError) as fault:
                self.failed.append(f"{relief.key}: {fault}")
                continue
            cases[relief] = packed_case(f"{self.search.name}, {relief.key} relieved", blueprint)
        if not cases:
            return
        found = self.search.run(list(cases.values()), wanted)
        for relief, case in cases.items():
            difference = gain(self.runs, found[case.key], self.search.year)
            if difference is None:
                self.failed.append(f"{relief.key}: no run ended well")
            else:
                self.known[relief] = difference

    def mean(self, relief: Relief) -> float:
        """Mt; minus infinity of what could not be run."""
        return self.known[relief].interval.mean if relief in self.known else -math.inf

    def matters(self, relief: Relief) -> bool:
        """Whether it brings as much as counts."""
        return relief in self.known and counts(self.known[relief], self.small)

    def split(self, reliefs: Sequence[Relief], *, thorough: bool) -> list[Relief]:
        """Single resources that matter, of the groups that do; a group none of whose parts matters by itself stays.

        Not ``thorough``: a group that brings no more than the best single resource so far is left as it is, since no
        resource in it is likely to bring more.
        """
        left: list[Relief] = []
        for relief in sorted(reliefs, key=lambda each: -self.mean(each)):
            if not self.matters(relief):
                continue
            best = max((self.mean(each) for each in left if len(each.resources) == 1), default=-math.inf)
            if len(relief.resources) == 1:
                left.append(relief)
            elif not thorough and self.mean(relief) <= best:
                continue
            else:
                parts = relief.parts(len(relief.resources) if len(relief.resources) <= PARTS + 2 else PARTS)
                self.ask(parts)
                found = self.split(parts, thorough=thorough)
                left += found or self.smallest(relief)
        return left

    def smallest(self, relief: Relief) -> list[Relief]:
        """A group that helps only together, without those that it does as well without."""
        if len(relief.resources) > PARTS + 2:
            return [relief]
        without = {
            each: Relief(tuple(other for other in relief.resources if other != each)) for each in relief.resources
        }
        self.ask(list(without.values()))
        mine = tuple(each for each, rest in without.items() if self.mean(relief) - self.mean(rest) >= self.small)
        least = Relief(mine)
        if not 1 < len(mine) < len(relief.resources):
            return [relief]
        self.ask([least])
        return [least if self.matters(least) else relief]

    def needed(self, kinds: Sequence[Relief], everything: Relief) -> list[Relief]:
        """No kind matters by itself, all together do: those that cannot be left out; else two that help together."""
        without = {kind: together(*(other for other in kinds if other != kind)) for kind in kinds if len(kinds) > 1}
        self.ask(list(without.values()))
        lost = {kind: self.mean(everything) - self.mean(rest) for kind, rest in without.items()}
        mine = [kind for kind in kinds if lost.get(kind, 0.0) >= self.small]
        if len(mine) > 1:
            least = together(*mine)
            self.ask([least])
            if self.matters(least):
                return self.smallest(least)
        likely = sorted(kinds, key=lambda kind: -(lost.get(kind, 0.0) + (self.signs.waiting(kind) or 0.0) * self.small))
        pairs = [together(*pair) for pair in itertools.combinations(likely[:MOST_TO_PAIR], 2)]
        self.ask(pairs)
        found = [pair for pair in pairs if self.matters(pair)]
        return self.smallest(max(found, key=self.mean)) if found else []
