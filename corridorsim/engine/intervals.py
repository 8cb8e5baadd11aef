"""When a train may enter a block and when it comes out, as the railways of 1520 mm gauge reckon for their timetables.

* crossing: a train may enter a block of single track ``crossing_interval`` after one came out of it;
* entry: two trains do not come to a loop from both sides at once, but ``entry_interval`` apart;
* following: a train enters a block when the one before it has been at the far end for ``following_interval``, or on
  lines with a headway that long after it entered;
* a stop costs ``braking``, the next start ``acceleration``; a train that gets its way as it comes has neither.

So between two loops the period of a timetable in turn is both running times, two crossings and what stops cost, and
1,440 minutes over it are the pairs a day.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence

from corridorsim.model import SingleTrack

from .sections import Loop, Run, Section


class Intervals:
    """Sets ``leave_s`` and ``arrive_s`` of trains that are let go."""

    def __init__(self, rules: SingleTrack, headway_s: int) -> None:
        self._rules = rules
        self._headway_s = headway_s

    def start(
        self, run: Run, behind: Section, at: Loop, way: Sequence[tuple[Section, int]], ahead: Loop, now: int
    ) -> None:
        """From a stand into the first block of its way; ``behind``: the one it came over.

        ``way``: blocks up to the next stand where it fits, with what each takes without a stop: since it stops nowhere
        between, it sets off late enough to be in time for all of them.
        """
        direction, rules = run.direction, self._rules
        earliest, ran_s = now, 0
        for block, takes_s in way:
            earliest = max(earliest, self._clear(block, direction) - ran_s)
            ran_s += takes_s
        section, seconds = way[0]
        if earliest == now == run.came_s:
            self.through(run, section, ahead, seconds, now)
            return
        if not at.is_end:  # it stops here, or has stood
            earliest = max(earliest, run.came_s + rules.braking_s)
            if run.came_s == now:
                behind.cleared_s[direction] = now + rules.braking_s
        seconds += rules.acceleration_s
        run.arrive_s = self._slot(run, section, ahead, earliest + seconds, now)
        run.leave_s = run.arrive_s - seconds

    def through(self, run: Run, section: Section, ahead: Loop, seconds: int, now: int) -> None:
        """Past a stand without stopping there."""
        run.leave_s = now
        run.arrive_s = self._slot(run, section, ahead, now + seconds, now)

    def _clear(self, section: Section, direction: int) -> int:
        """When a train may enter by those that were there before."""
        if self._headway_s:
            since = section.entered_s[direction] + self._headway_s
        else:
            since = section.cleared_s[direction] + self._rules.following_interval_s
        if section.double:
            return since
        return max(since, section.cleared_s[1 - direction] + self._rules.crossing_interval_s)

    def _slot(self, run: Run, section: Section, ahead: Loop, arrive: int, now: int) -> int:
        """The earliest arrival from ``arrive`` on that keeps its distance from others at the far end."""
        direction = run.direction
        if self._headway_s:
            arrive = max(arrive, section.leaves_s[direction] + self._headway_s)
        if not ahead.is_end:
            arrive = max(arrive, ahead.left_s[direction])
            interval = self._rules.entry_interval_s
            for other in ahead.due_s[1 - direction]:
                if other - interval < arrive < other + interval:
                    arrive = other + interval
            due = ahead.due_s[direction]
            while due and due[0] < now - interval:
                del due[0]
            insort(due, arrive)
        return arrive
