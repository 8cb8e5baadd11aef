"""Weather: spells in which the ports of a group are closed, drawn once for the whole horizon.

Closed and open spells follow one another: open ones exponential, closed ones too unless they have a law of their own,
with each month's share of closed time and mean length of a closed spell. A group may have its spells inside those of
another (the west coast shares the east coast's storms).
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

from corridorsim.ledger import OPEN
from corridorsim.model import Blueprint, WeatherGroup

from .kernel import Kernel
from .streams import Streams

Spells = list[tuple[int, int]]


class Weather:
    """Closed spells by group; asked for a time outside what was drawn it raises, rather than fall silent."""

    def __init__(self, blueprint: Blueprint, kernel: Kernel, streams: Streams) -> None:
        start = date.fromisoformat(blueprint.calendar.start)
        self._end = blueprint.calendar.end_s + 400 * 86_400  # ships at sea when the run ends still look ahead
        groups = {group.id: group for group in blueprint.weather}
        self.spells: dict[str, Spells] = {}
        for group in blueprint.weather:
            self._draw(group, groups, start, streams)
        self._starts = {name: [a for a, _ in spells] for name, spells in self.spells.items()}
        states = kernel.ledger.tables["states"]
        closed = kernel.ledger.number("closed by weather")
        for name, spells in self.spells.items():
            resource = kernel.ledger.number(f"weather:{name}")
            for a, b in spells:
                if a < blueprint.calendar.end_s:
                    states.add(resource, closed, a, b if b <= blueprint.calendar.end_s else OPEN)

    def _draw(self, group: WeatherGroup, groups: dict[str, WeatherGroup], start: date, streams: Streams) -> None:
        if group.id in self.spells:
            return
        if group.within:
            self._draw(groups[group.within], groups, start, streams)
            self.spells[group.id] = self._inside(group, groups[group.within], start, streams)
            return
        stream = streams.of("weather", group.id)
        spells: Spells = []
        now = 0
        while now < self._end:
            # an open spell is drawn in hazard, so that it may run through months of different weather
            now = self._open_until(now, stream.exponential(1.0), group, start)
            if now >= self._end:
                break
            month = (start + timedelta(seconds=now)).month - 1
            length = round(stream.exponential(group.mean_spell_s[month]))  # by any law, so that the calm stays as it is
            if group.spells and (law := group.spells[month]) is not None:
                length = streams.seconds(law, "spell of weather", group.id)
            length = max(1, length)
            spells.append((now, now + length))
            now += length
        self.spells[group.id] = spells

    def _open_until(self, now: int, hazard: float, group: WeatherGroup, start: date) -> int:
        while now < self._end:
            day = start + timedelta(seconds=now)
            share, mean = group.share[day.month - 1], group.mean_spell_s[day.month - 1]
            rate = share / (mean * (1 - share)) if 0 < share < 1 and mean > 0 else (0.0 if share < 1 else 1.0)
            step = 86_400 - now % 86_400
            if rate * step >= hazard:
                return now + max(1, round(hazard / rate))
            hazard -= rate * step
            now += step
        return now

    def _inside(self, group: WeatherGroup, outer: WeatherGroup, start: date, streams: Streams) -> Spells:
        """Shorter spells inside the outer group's: by month, so that shares and mean lengths come out."""
        stream = streams.of("weather", group.id)
        spells: Spells = []
        for a, b in self.spells[outer.id]:
            month = (start + timedelta(seconds=a)).month - 1
            chance_u, place_u = stream.uniform(), stream.uniform()
            if outer.share[month] <= 0 or outer.mean_spell_s[month] <= 0:
                continue
            ratio = min(1.0, group.share[month] / outer.share[month])
            part = max(ratio, min(1.0, group.mean_spell_s[month] / outer.mean_spell_s[month]))
            if part > 0 and chance_u < ratio / part:
                length = max(1, round((b - a) * part))
                begin = a + round((b - a - length) * place_u)
                spells.append((begin, begin + length))
        return spells

    def closes(self, group: str, now: int) -> int:
        """The time at which the group's ports, open now, close next; after all that was drawn where they do not."""
        starts = self._starts.get(group, ())
        index = bisect_right(starts, now)
        return starts[index] if index < len(starts) else self._end

    def opens(self, group: str, now: int) -> int:
        """The time from which the group's ports are open: now, or the end of the spell."""
        spells = self.spells.get(group)
        if spells is None:
            if group:
                raise KeyError(f"no weather is drawn for group '{group}'")
            return now
        if now >= self._end:
            raise IndexError(f"the weather of '{group}' was drawn until second {self._end} and is asked for {now}")
        index = bisect_right(self._starts[group], now) - 1
        if index >= 0 and spells[index][1] > now:
            return spells[index][1]
        return now
